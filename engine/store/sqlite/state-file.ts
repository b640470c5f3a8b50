import { accessSync, chmodSync, closeSync, constants, mkdirSync, openSync, type Stats, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { StoreError } from '../store-error.ts'
import { type Connection, type ConnectionOptions, connect } from './connection.ts'
import { applicationId, appliedTo, type Migration, migrate, missing } from './migrate.ts'
import { migrations } from './migrations/index.ts'
import { diskFull, readOnly, type SqlitePlace } from './sqlite-error.ts'

const memory = ':memory:'

type StateFileOptions = Pick<ConnectionOptions, 'path' | 'busyTimeoutMs' | 'readOnly'>

/**
 * A connection to the state file with its schema up to date; the file and its folder are made when they are missing.
 *
 * @param steps the schema's history.
 */
export function openStateFile(options: StateFileOptions, steps: readonly Migration[] = migrations): Connection {
  const place: SqlitePlace = { path: options.path, role: 'state file' }
  if (options.path === memory) return emptyState(options, steps)
  const file = statOf(place, options.path)
  if (file?.isDirectory()) {
    throw new StoreError(
      'store-unreachable',
      `The state file ${options.path} is a folder`,
      'Name a file in the store setting, such as sqlite:.syncline/state.db',
    )
  }
  if (options.readOnly && file === undefined) return emptyState(options, steps)
  if (!options.readOnly) prepareFile(place)

  const connection = connect({ ...options, ...place })
  try {
    const version = schemaVersion(connection, steps)
    if (options.readOnly) {
      if (version === 0) {
        connection.close()
        return emptyState(options, steps)
      }
      if (missing(connection, steps).length > 0) throw older(place, version, newestOf(steps))
      return connection
    }
    useWriteAheadLog(connection, options.busyTimeoutMs)
    // Deleted records do not stay readable in the file, nor what a migration drops.
    connection.exec('PRAGMA secure_delete = ON; PRAGMA journal_size_limit = 67108864')
    migrate(connection, steps)
    connection.exec('PRAGMA secure_delete = FAST')
    return connection
  } catch (error) {
    connection.close()
    throw error
  }
}

function emptyState(options: StateFileOptions, steps: readonly Migration[]): Connection {
  const connection = connect({ ...options, opens: memory, role: 'state file', readOnly: false })
  migrate(connection, steps)
  if (options.readOnly) connection.exec('PRAGMA query_only = ON')
  return connection
}

function prepareFile(place: SqlitePlace): void {
  const folder = dirname(place.path)
  attempt(place, () => mkdirSync(folder, { recursive: true, mode: 0o700 }))
  let file = statOf(place, place.path)
  // A root user may write what has no write bit at all; whoever took all of them away did not want that.
  refuseUnwritable(place, folder, statOf(place, folder))
  if (file === undefined) {
    // Only ever opened when it did not exist: closing a second handle of an open database drops SQLite's POSIX locks.
    attempt(place, () => {
      try {
        closeSync(openSync(place.path, 'wx', 0o600))
      } catch (error) {
        if (errorCode(error) !== 'EEXIST') throw error
      }
    })
    file = statOf(place, place.path)
  }
  refuseUnwritable(place, place.path, file)
  if (file !== undefined && process.platform !== 'win32' && (file.mode & 0o077) !== 0) tighten(place)
}

/** The file may hold tokens. One of another user, or on a file system without rights, stays as it is. */
function tighten(place: SqlitePlace): void {
  attempt(place, () => {
    try {
      chmodSync(place.path, 0o600)
    } catch (error) {
      if (!['EPERM', 'ENOTSUP', 'EOPNOTSUPP'].includes(errorCode(error) ?? '')) throw error
    }
  })
}

function refuseUnwritable(place: SqlitePlace, path: string, stats: Stats | undefined): void {
  if (stats !== undefined && (stats.mode & 0o222) === 0) throw readOnly(place)
  attempt(place, () => accessSync(path, constants.W_OK))
}

function statOf(place: SqlitePlace, path: string): Stats | undefined {
  return attempt(place, () => {
    try {
      return statSync(path)
    } catch (error) {
      // Not ENOTDIR: that is a wrong path, not a state that is still to come.
      if (errorCode(error) === 'ENOENT') return undefined
      throw error
    }
  })
}

function attempt<T>(place: SqlitePlace, call: () => T): T {
  try {
    return call()
  } catch (error) {
    const cause = { cause: error }
    const code = errorCode(error)
    if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS') throw readOnly(place, cause)
    if (code === 'ENOSPC' || code === 'EDQUOT') throw diskFull(place, cause)
    throw new StoreError(
      'store-unreachable',
      `The state file ${place.path} cannot be opened${code === undefined ? '' : ` (${code})`}`,
      'See that every part of the path before the file name is a folder, or name another place for the store',
      cause,
    )
  }
}

function errorCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined
}

/** The schema's number, 0 for an empty file. Refuses what is not ours before anything in it is changed. */
function schemaVersion(connection: Connection, steps: readonly Migration[]): number {
  const { path } = connection.place
  const version = Number(connection.value('PRAGMA user_version'))
  const id = Number(connection.value('PRAGMA application_id'))
  const empty = connection.value('SELECT count(*) FROM sqlite_schema') === 0
  if (id !== applicationId && !(empty && id === 0 && version === 0)) {
    throw new StoreError(
      'store-foreign',
      `The state file ${path} is a database of another program`,
      'Name another file in the store setting',
    )
  }
  const newest = newestOf(steps)
  const known = new Set(steps.map(({ number }) => number))
  if (version > newest || (version > 0 && [...appliedTo(connection)].some((number) => !known.has(number)))) {
    throw new StoreError(
      'store-newer',
      `The state file ${path} was written by a newer Syncline: its schema is ${version}, this one knows up to ${newest}`,
      'Update Syncline, or name another file in the store setting',
    )
  }
  return version
}

const newestOf = (steps: readonly Migration[]): number => Math.max(...steps.map(({ number }) => number))

function older(place: SqlitePlace, version: number, newest: number): StoreError {
  return new StoreError(
    'store-older',
    `The state file ${place.path} was written by an older Syncline: its schema is ${version}, this one needs ${newest}`,
    'Do a run with this version once: it brings the file up to date',
  )
}

/**
 * Changing to the write-ahead log needs the file alone, and SQLite does not wait for that as it waits for locks: two
 * processes that open a new file at the same moment would see one of them fail.
 */
function useWriteAheadLog(connection: Connection, busyTimeoutMs: number): void {
  const deadline = performance.now() + busyTimeoutMs
  for (;;) {
    try {
      const mode = connection.value('PRAGMA journal_mode = WAL')
      // A file system without shared memory keeps the rollback journal, which needs full synchronisation to be safe.
      connection.exec(`PRAGMA synchronous = ${mode === 'wal' ? 'NORMAL' : 'FULL'}`)
      return
    } catch (error) {
      const busy = error instanceof StoreError && error.code === 'store-busy'
      if (!busy || performance.now() >= deadline) throw error
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20)
    }
  }
}
