/** JSON text for a column; null for what is absent. */
export function toJson(value: unknown): string | null {
  return JSON.stringify(value) ?? null
}

/** What a JSON column holds; undefined for null. */
export function fromJson(text: string | null): unknown {
  return text === null ? undefined : JSON.parse(text)
}
