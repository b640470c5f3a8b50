const units: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 }

/** `500ms`, `60s`, `15m`, `24h` or `7d` in milliseconds; undefined for any other text. */
export function parseDuration(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/.exec(text)
  const unit = units[match?.[2] ?? '']
  if (unit === undefined) return undefined
  const duration = Math.round(Number(match?.[1]) * unit)
  return Number.isSafeInteger(duration) ? duration : undefined
}

/** The same for a text whose form the schema of its file has checked; where that has a finding, 0. */
export function milliseconds(duration: string): number {
  return parseDuration(duration) ?? 0
}
