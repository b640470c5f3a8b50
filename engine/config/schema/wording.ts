import type { Path } from '../origin.ts'

export function kindOf(data: unknown): string {
  if (data === null) return 'nothing'
  if (Array.isArray(data)) return 'a list'
  if (typeof data === 'object') return 'an object'
  return `${typeof data === 'string' ? 'the text' : typeof data === 'number' ? 'the number' : ''} ${shown(data)}`.trim()
}

export function shown(data: unknown): string {
  if (typeof data === 'object') return kindOf(data)
  if (typeof data !== 'string') return String(data)
  return `"${data.length > 60 ? `${data.slice(0, 57)}…` : data}"`
}

/** Key or entry that a path ends in, as messages call it. */
export function lastName(path: Path): string {
  const last = path.at(-1)
  if (last === undefined) return 'the file'
  if (typeof last === 'string') return last
  const list = path.findLast((step) => typeof step === 'string')
  return list === undefined ? `entry ${last + 1}` : `entry ${last + 1} of ${list}`
}

export function capital(text: string): string {
  return text.startsWith('the ') || text.startsWith('entry ') ? text.charAt(0).toUpperCase() + text.slice(1) : text
}
