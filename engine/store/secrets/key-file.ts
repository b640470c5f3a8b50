import {
  closeSync,
  fsyncSync,
  linkSync,
  openSync,
  readFileSync,
  renameSync,
  type Stats,
  statSync,
  unlinkSync,
  writeSync,
} from 'node:fs'
import { dirname } from 'node:path'
import { StoreError } from '../store-error.ts'
import { type KeyEnvironment, newKey } from './environment-key.ts'
import type { KeySource } from './key-source.ts'
import { newSecretKey, parseSecretKey, type SecretKey, secretKeyText } from './secret-key.ts'

/** The key file that belongs to a state file. */
export function keyFileOf(stateFile: string): string {
  return `${stateFile}.key`
}

/**
 * The key in a file that only its owner may read, made on first use. One key a line: the first one seals, all of them
 * open; there is more than one only while a rotation is under way, or after one that was cut off. The file is read anew
 * each time, so that processes that go on see a rotation.
 */
export function keyFile(path: string, environment: KeyEnvironment = {}): KeySource {
  const place = `the key file ${path}`
  const keys = (): readonly SecretKey[] => {
    const lines = read(path)?.trim().split('\n') ?? []
    return lines.map((line) => parseSecretKey(line, place))
  }
  const make = (): SecretKey => {
    const [first] = keys()
    if (first) return first
    const key = newSecretKey()
    write(path, [key], 'new')
    // Another process may have been faster: what stands there counts.
    return keys()[0] ?? key
  }
  return {
    place,
    keys,
    make,
    next: () => {
      const given = newKey(environment)
      if (given) return { key: given, from: 'environment' }
      const key = newSecretKey()
      write(path, [key, ...keys()], 'replace')
      return { key, from: 'file' }
    },
    drop: (used) => {
      const all = keys()
      const kept = all.filter(({ id }, index) => index === 0 || used.has(id))
      if (kept.length < all.length) write(path, kept, 'replace')
    },
  }
}

function read(path: string): string | undefined {
  const stats = attempt(path, 'read', () => statSync(path, { throwIfNoEntry: false }))
  if (stats === undefined) return undefined
  refuseExposed(path, stats)
  return attempt(path, 'read', () => readFileSync(path, 'utf8'))
}

function refuseExposed(path: string, { mode }: Stats): void {
  if (process.platform === 'win32' || (mode & 0o077) === 0) return
  throw new StoreError(
    'secret-key-exposed',
    `The key file ${path} can be read or written by others than its owner (mode ${(mode & 0o777).toString(8).padStart(4, '0')})`,
    `Take their rights away: chmod 600 ${path}. If others may have read it, change the key too: syncline connect --rotate-key`,
  )
}

/** Never half a file: it is written beside its place, flushed, and then takes the place. */
function write(path: string, keys: readonly SecretKey[], how: 'new' | 'replace'): void {
  const draft = `${path}.${process.pid}.tmp`
  attempt(path, 'written', () => {
    try {
      const file = openSync(draft, 'w', 0o600)
      try {
        writeSync(file, keys.map((key) => `${secretKeyText(key)}\n`).join(''))
        fsyncSync(file)
      } finally {
        closeSync(file)
      }
      if (how === 'replace') renameSync(draft, path)
      else linkNew(draft, path)
      flushFolder(path)
    } finally {
      removeDraft(draft)
    }
  })
}

/** Unlike a rename, a link does not replace a file that another process has made meanwhile. */
function linkNew(draft: string, path: string): void {
  try {
    linkSync(draft, path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  }
}

function flushFolder(path: string): void {
  // Windows does not open folders.
  if (process.platform === 'win32') return
  const folder = openSync(dirname(path), 'r')
  try {
    fsyncSync(folder)
  } finally {
    closeSync(folder)
  }
}

function removeDraft(draft: string): void {
  try {
    unlinkSync(draft)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
  }
}

function attempt<T>(path: string, what: 'read' | 'written', call: () => T): T {
  try {
    return call()
  } catch (error) {
    if (error instanceof StoreError) throw error
    const code = (error as NodeJS.ErrnoException).code
    throw new StoreError(
      'secret-key-unreadable',
      `The key file ${path} cannot be ${what}${code === undefined ? '' : ` (${code})`}`,
      'Give it to the user that runs Syncline, with the rights 600 and a folder that this user may write, or give the key in SYNCLINE_KEY',
      { cause: error },
    )
  }
}
