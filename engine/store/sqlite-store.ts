import { keyFile, keyFileOf } from './secrets/key-file.ts'
import { type KeySource, memoryKey } from './secrets/key-source.ts'
import { sealedSecrets, sealPlain } from './secrets/sealed-secrets.ts'
import { secretBox } from './secrets/secret-box.ts'
import type { Connection } from './sqlite/connection.ts'
import { cursorTable } from './sqlite/cursors.ts'
import { deadLetterTable, sealPlainLetters } from './sqlite/dead-letters.ts'
import { identityTable } from './sqlite/identities.ts'
import { inboxTable } from './sqlite/inbox.ts'
import { journalTable } from './sqlite/journal.ts'
import { knownTable } from './sqlite/known.ts'
import { linkTable } from './sqlite/links.ts'
import { lockTable } from './sqlite/locks.ts'
import { markTable } from './sqlite/marks.ts'
import { parkedTable } from './sqlite/parked.ts'
import { reconciliationTable } from './sqlite/reconciliations.ts'
import { referenceTable } from './sqlite/references.ts'
import { runTable } from './sqlite/runs.ts'
import { scheduleTable } from './sqlite/schedules.ts'
import { secretTable } from './sqlite/secrets.ts'
import { readOnly as refusedWrite } from './sqlite/sqlite-error.ts'
import { openStateFile } from './sqlite/state-file.ts'
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
  /** Where the key of secrets is. Default: a file beside the state file; for a state in memory, memory. */
  readonly key?: KeySource
}

/**
 * A state store in one SQLite file (WAL), which several processes may use at the same time.
 *
 * @throws StoreError when the file cannot be opened or is not usable.
 */
export function openSqliteStore(options: SqliteStoreOptions): StateStore {
  const { path, busyTimeoutMs = 5000, readOnly = false, key = defaultKey(path) } = options
  const connection = openStateFile({ path, busyTimeoutMs, readOnly })
  if (readOnly)
    return sqliteStoreOn(connection, { ...key, make: () => refuse(connection), next: () => refuse(connection) })
  try {
    // The log still holds what was plain until its pages are written over.
    const plain = sealPlain(secretTable(connection), key)
    const letters = sealPlainLetters(connection, secretBox(sealedSecrets(secretTable(connection), key)))
    if (plain || letters) connection.exec('PRAGMA wal_checkpoint(TRUNCATE)')
  } catch (error) {
    connection.close()
    throw error
  }
  return sqliteStoreOn(connection, key)
}

const defaultKey = (path: string): KeySource => (path === ':memory:' ? memoryKey() : keyFile(keyFileOf(path)))

function refuse({ place }: Connection): never {
  throw refusedWrite(place)
}

/** The store's tables on a connection whose schema is up to date. */
export function sqliteStoreOn(connection: Connection, key = defaultKey(connection.place.path)): StateStore {
  const secrets = sealedSecrets(secretTable(connection), key)
  const box = secretBox(secrets)
  return Object.freeze({
    cursors: cursorTable(connection),
    links: linkTable(connection),
    known: knownTable(connection),
    marks: markTable(connection),
    parked: parkedTable(connection, box),
    deadLetters: deadLetterTable(connection, box),
    journal: journalTable(connection),
    runs: runTable(connection),
    secrets,
    identities: identityTable(connection),
    references: referenceTable(connection),
    reconciliations: reconciliationTable(connection),
    locks: lockTable(connection),
    inbox: inboxTable(connection, secretBox(secrets)),
    schedules: scheduleTable(connection),
    transaction: connection.transaction,
    close: connection.close,
  })
}
