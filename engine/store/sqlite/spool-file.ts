import { closeSync, openSync, readdirSync, rmSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { StoreError } from '../store-error.ts'
import { diskFull } from './sqlite-error.ts'

const namePattern = /^syncline-spool-(\d+)-[0-9a-f-]{36}\.db$/

/** Files of this process, so that they go with it however it ends short of being killed. */
const own = new Set<string>()
let exitIsWatched = false

/** Makes the file with rights for its owner only; refuses one that is there, which in a shared folder may be a trap. */
export function claimSpoolFile(path: string): void {
  try {
    closeSync(openSync(path, 'wx', 0o600))
  } catch (error) {
    throw fileError(error, path)
  }
  own.add(path)
  if (exitIsWatched) return
  exitIsWatched = true
  process.on('exit', () => {
    for (const left of own) removeQuietly(left)
  })
}

export function discardSpoolFile(path: string): void {
  own.delete(path)
  removeQuietly(path)
}

/** Removes the spools of processes that no longer live: a killed process cannot do it itself. */
export function removeLeftovers(folder: string): void {
  for (const name of namesIn(folder)) {
    const pid = Number(namePattern.exec(name)?.[1])
    if (!Number.isInteger(pid) || isAlive(pid, join(folder, name))) continue
    removeQuietly(join(folder, name))
  }
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder)
  } catch (error) {
    throw fileError(error, join(folder, 'spool'))
  }
}

function isAlive(pid: number, path: string): boolean {
  // In a container the process number is the same after every restart.
  if (pid === process.pid) return own.has(path)
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return !(error instanceof Error && 'code' in error && error.code === 'ESRCH')
  }
}

/** Another user's file, or one that Windows still holds open, stays for another time. */
function removeQuietly(path: string): void {
  try {
    rmSync(path, { force: true })
  } catch {}
}

function fileError(error: unknown, path: string): StoreError {
  const folder = dirname(path)
  const code = error instanceof Error && 'code' in error ? String(error.code) : undefined
  if (code === 'ENOSPC' || code === 'EDQUOT') return diskFull({ path, role: 'spool' }, { cause: error })
  const denied = code === 'EACCES' || code === 'EPERM' || code === 'EROFS'
  return new StoreError(
    denied ? 'store-read-only' : 'store-unreachable',
    `No spool ${basename(path)} can be made in ${folder}${code === undefined ? '' : ` (${code})`}`,
    'Name a folder for temporary files that exists and can be written in the environment variable TMPDIR',
    { cause: error },
  )
}
