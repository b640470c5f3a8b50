import type { Path } from './yaml-file.ts'

/** What the state keeps of the connections: what `syncline connect` was given or found out. */
export interface Saved {
  /** Settings as texts, by name. */
  readonly settings: (connection: string) => Readonly<Record<string, string>>
  /** Secrets by name. Never to be logged. */
  readonly credentials: (connection: string) => Readonly<Record<string, string>>
}

export const noneSaved: Saved = { settings: () => ({}), credentials: () => ({}) }

/** Whether the value at a path of the project file may be left out, since it is saved. */
export function isSaved(saved: Saved, path: Path): boolean {
  const [connections, connection, part, name] = path
  if (connections !== 'connections' || typeof connection !== 'string' || typeof name !== 'string') return false
  if (part === 'settings') return saved.settings(connection)[name] !== undefined
  return part === 'credentials' && saved.credentials(connection)[name] !== undefined
}
