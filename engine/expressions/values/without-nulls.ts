/**
 * The same JSON value without its nulls, in objects and in lists: nothing is written as absence, in one way only.
 * What expressions give may hold undefined and lists with properties of their own; both are gone from the result.
 */
export function withoutNulls(value: unknown): unknown {
  if (value === null) return undefined
  if (typeof value !== 'object') return value
  if (Array.isArray(value)) {
    const list: unknown[] = []
    for (const item of value) {
      const kept = withoutNulls(item)
      if (kept !== undefined) list.push(kept)
    }
    return list
  }
  const object: Record<string, unknown> = {}
  for (const [key, field] of Object.entries(value ?? {})) {
    const kept = withoutNulls(field)
    // Assigned like any other, `__proto__` would replace the prototype; no system has a field of that name.
    if (kept !== undefined && key !== '__proto__') object[key] = kept
  }
  return object
}
