import type { Connection } from './sqlite/connection.ts'
import { cursorTable } from './sqlite/cursors.ts'
import { deadLetterTable } from './sqlite/dead-letters.ts'
import { journalTable } from './sqlite/journal.ts'
import { knownTable } from './sqlite/known.ts'
import { linkTable } from './sqlite/links.ts'
import { lockTable } from './sqlite/locks.ts'
import { parkedTable } from './sqlite/parked.ts'
import { referenceTable } from './sqlite/references.ts'
import { runTable } from './sqlite/runs.ts'
import { openStateFile } from './sqlite/state-file.ts'
import { tokenTable } from './sqlite/tokens.ts'
import type { StateStore } from './state-store.ts'

export interface SqliteStoreOptions {
  /** The state file, or `:memory:`. Its folder is made when it does not exist. */
  readonly path: string
  /** How long to wait for another process's transaction, in milliseconds. Default 5,000. */
  readonly busyTimeoutMs?: number
  /**
   * Only reads; every write fails with `store-read-only`. Neither file nor folder is made: a state that does not exist
   * yet reads as an empty one.
   */
  readonly readOnly?: boolean
}

/**
 * A state store in one SQLite file (WAL), which several processes may use at the same time.
 *
 * @throws StoreError when the file cannot be opened or is not usable.
 */
export function openSqliteStore(options: SqliteStoreOptions): StateStore {
  return sqliteStoreOn(
    openStateFile({
      path: options.path,
      busyTimeoutMs: options.busyTimeoutMs ?? 5000,
      readOnly: options.readOnly ?? false,
    }),
  )
}

/** The store's tables on a connection whose schema is up to date. */
export function sqliteStoreOn(connection: Connection): StateStore {
  return Object.freeze({
    cursors: cursorTable(connection),
    links: linkTable(connection),
    known: knownTable(connection),
    parked: parkedTable(connection),
    deadLetters: deadLetterTable(connection),
    journal: journalTable(connection),
    runs: runTable(connection),
    tokens: tokenTable(connection),
    references: referenceTable(connection),
    locks: lockTable(connection),
    transaction: connection.transaction,
    close: connection.close,
  })
}
