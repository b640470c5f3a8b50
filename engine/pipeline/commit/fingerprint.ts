import { createHash } from 'node:crypto'

/** Hash of a record's owned fields as sent: equal for equal fields, in whatever order they stand. */
export function fingerprint(fields: Readonly<Record<string, unknown>>): string {
  return createHash('sha256').update(canonical(fields)).digest('base64url').slice(0, 22)
}

function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value).filter(([, entry]) => entry !== undefined)
    return `{${entries
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, entry]) => `${JSON.stringify(name)}:${canonical(entry)}`)
      .join(',')}}`
  }
  return JSON.stringify(value) ?? 'null'
}
