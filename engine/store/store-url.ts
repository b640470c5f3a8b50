import { StoreError } from './store-error.ts'

/** Where a store is. `path` is `:memory:` or a file's path as written: it may be relative. */
export interface StoreAddress {
  readonly kind: 'sqlite'
  readonly path: string
}

const accepted =
  'Write sqlite:PATH with a path relative to the project file (sqlite:.syncline/state.db) or an absolute one (sqlite:/data/state.db), or sqlite::memory: for a state that ends with the process'

/**
 * Reads the text that names a store: `sqlite:.syncline/state.db`, `sqlite:/abs/state.db` or `sqlite::memory:`.
 *
 * @throws StoreError `store-url` for anything else. Its message repeats at most the scheme, since the rest of a
 * database's address may hold a password.
 */
export function parseStoreUrl(text: string): StoreAddress {
  const colon = text.indexOf(':')
  const scheme = text.slice(0, Math.max(colon, 0))
  if (colon < 0) throw refuse('The store has no scheme')
  if (!/^[a-z][a-z0-9+.-]*$/i.test(scheme)) throw refuse('The store does not begin with a known scheme')
  if (scheme !== 'sqlite') throw refuse(`The store's scheme "${scheme}:" is not known`)
  const path = text.slice(colon + 1)
  if (path === ':memory:') return { kind: 'sqlite', path }
  if (path.trim() === '') throw refuse('The store "sqlite:" names no file')
  if (path !== path.trim()) throw refuse("The store's path begins or ends with a space")
  if (path.startsWith('//')) throw refuse('The store begins with "sqlite://", but its path follows "sqlite:" directly')
  if (/^~(?:[/\\]|$)/.test(path)) throw refuse('The store\'s path begins with "~", which is not expanded')
  if (path.includes('\0')) throw refuse("The store's path holds a NUL character")
  if (/[/\\]$/.test(path)) throw refuse("The store's path ends with a slash, so it names a folder and not a file")
  return { kind: 'sqlite', path }
}

function refuse(message: string): StoreError {
  return new StoreError('store-url', message, accepted)
}
