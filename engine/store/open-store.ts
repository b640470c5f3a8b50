import { resolve } from 'node:path'
import { openSqliteStore, type SqliteStoreOptions } from './sqlite-store.ts'
import type { StateStore } from './state-store.ts'
import { parseStoreUrl } from './store-url.ts'

export type OpenStoreOptions = Omit<SqliteStoreOptions, 'path'>

/**
 * Opens the store that a project names.
 *
 * @param url as `parseStoreUrl` reads it.
 * @param baseFolder the folder that a relative path starts from: the project file's.
 */
export function openStore(url: string, baseFolder: string, options: OpenStoreOptions = {}): StateStore {
  const { path } = parseStoreUrl(url)
  return openSqliteStore({ ...options, path: path === ':memory:' ? path : resolve(baseFolder, path) })
}
