import { dirname } from 'node:path'
import { StoreError } from '../store-error.ts'

/** Which file a failure is about, and what it is to the user. */
export interface SqlitePlace {
  readonly path: string
  readonly role: 'state file' | 'spool'
}

// Primary result codes: https://www.sqlite.org/rescode.html
const BUSY = 5
const LOCKED = 6
const READONLY = 8
const CORRUPT = 11
const FULL = 13
const CANTOPEN = 14
const NOTADB = 26
// Extended ones
const CONSTRAINT_PRIMARYKEY = 1555
const CONSTRAINT_UNIQUE = 2067

/** The coded error for what node:sqlite threw; a StoreError passes as it is. */
export function storeErrorOf(error: unknown, place: SqlitePlace): StoreError {
  if (error instanceof StoreError) return error
  const cause = { cause: error }
  const where = `${place.role} ${place.path}`
  const folder = dirname(place.path)
  const code = resultCode(error)
  if (code === CONSTRAINT_PRIMARYKEY || code === CONSTRAINT_UNIQUE) {
    return new StoreError(
      'store-conflict',
      `The ${where} already holds an entry with this id`,
      'This is an error in Syncline: please report it with what you did',
      cause,
    )
  }
  // The lowest byte of an extended code is the primary one.
  switch (code & 0xff) {
    case BUSY:
    case LOCKED:
      return new StoreError(
        'store-busy',
        `Another process keeps the ${where} locked`,
        'Wait until the other run has ended and try again; if none is running, look for another program that has the file open',
        cause,
      )
    case READONLY:
      return readOnly(place, cause)
    case CORRUPT:
    case NOTADB:
      return new StoreError(
        'store-corrupt',
        `The ${where} is damaged or is no SQLite database`,
        'Put a backup in its place, or move the file (and its -wal and -shm) away: the next run then starts with an empty state and reads everything once',
        cause,
      )
    case FULL:
      return diskFull(place, cause)
    case CANTOPEN:
      return new StoreError(
        'store-unreachable',
        `The ${where} cannot be opened`,
        `See that ${folder} is a folder that this user may read and write, and that the path names a file in it`,
        cause,
      )
  }
  const text = error instanceof Error ? error.message : 'unknown failure'
  if (/database is not open|statement has been finalized/i.test(text)) {
    return new StoreError(
      'store-closed',
      `The ${where} was used after it was closed`,
      'This is an error in Syncline: please report it with what you did',
      cause,
    )
  }
  return new StoreError(
    'store-failed',
    `The ${where} failed: ${text}`,
    `See whether the disk of ${folder} is healthy and can be read and written`,
    cause,
  )
}

export function readOnly(place: SqlitePlace, options?: { readonly cause?: unknown }): StoreError {
  return new StoreError(
    'store-read-only',
    `The ${place.role} ${place.path} cannot be written`,
    'Give this user the right to write the file and its folder (chmod u+w), see that the disk is not mounted read-only, or name another place for the store',
    options,
  )
}

export function diskFull(place: SqlitePlace, options?: { readonly cause?: unknown }): StoreError {
  const folder = dirname(place.path)
  return new StoreError(
    'store-full',
    `The disk of the ${place.role} ${place.path} is full`,
    place.role === 'spool'
      ? `Make room in ${folder}, or name a folder with more room in the environment variable TMPDIR`
      : `Make room in ${folder} and run again: what was not committed is done again`,
    options,
  )
}

/** The extended result code that node:sqlite gives; 0 for an error that is not SQLite's. */
function resultCode(error: unknown): number {
  return error instanceof Error && 'errcode' in error && typeof error.errcode === 'number' ? error.errcode : 0
}
