import { resolve } from 'node:path'
import { environmentKey, type KeyEnvironment, keyVariable } from './secrets/environment-key.ts'
import { keyFile, keyFileOf } from './secrets/key-file.ts'
import type { KeySource } from './secrets/key-source.ts'
import { openSqliteStore, type SqliteStoreOptions } from './sqlite-store.ts'
import type { StateStore } from './state-store.ts'
import { parseStoreUrl } from './store-url.ts'

export interface OpenStoreOptions extends Omit<SqliteStoreOptions, 'path' | 'key'> {
  /** Variables that may hold the key of secrets: SYNCLINE_KEY, else the key file; SYNCLINE_NEW_KEY for its rotation. */
  readonly environment?: KeyEnvironment
}

/**
 * Opens the store that a project names.
 *
 * @param url as `parseStoreUrl` reads it.
 * @param baseFolder the folder that a relative path starts from: the project file's.
 */
export function openStore(url: string, baseFolder: string, options: OpenStoreOptions = {}): StateStore {
  const { environment = {}, ...others } = options
  const { path: written } = parseStoreUrl(url)
  const path = written === ':memory:' ? written : resolve(baseFolder, written)
  return openSqliteStore({ ...others, path, ...keyOf(path, environment) })
}

function keyOf(path: string, environment: KeyEnvironment): { readonly key?: KeySource } {
  const given = environment[keyVariable]
  if (given) return { key: environmentKey(given, environment) }
  return path === ':memory:' ? {} : { key: keyFile(keyFileOf(path), environment) }
}
