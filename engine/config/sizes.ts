const units: Readonly<Record<string, number>> = { kB: 1000, MB: 1_000_000 }

/** `64kB` or `1MB` in bytes; undefined for any other text. */
export function parseSize(text: string): number | undefined {
  const match = /^([1-9]\d{0,5})(kB|MB)$/.exec(text)
  const unit = units[match?.[2] ?? '']
  return unit === undefined ? undefined : Number(match?.[1]) * unit
}
