import { lstatSync, mkdirSync, rmdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { SynclineError } from '../../diagnostics/syncline-error.ts'
import type { PlannedFile } from './plan.ts'

export interface Written {
  /** Paths below the folder, in the order given. */
  readonly created: readonly string[]
  /** Files that were there before, and are as they were. */
  readonly kept: readonly string[]
}

/**
 * Writes files that are not there yet. When one of them cannot be written, everything that was made is removed again.
 *
 * @throws SynclineError `cannot-write`, exit status 2.
 */
export function writeFiles(
  folder: string,
  files: readonly PlannedFile[],
  link: { readonly path: string; readonly to: string } | undefined,
): Written {
  const made: (() => void)[] = []
  const created: string[] = []
  const kept: string[] = []
  let current = folder
  try {
    makeFolder(folder, made)
    for (const { path, text } of files) {
      current = join(folder, path)
      makeFolder(dirname(current), made)
      const file = current
      try {
        // Whoever comes in between is not written over either.
        writeFileSync(file, text, { flag: 'wx' })
      } catch (error) {
        if (!hasCode(error, 'EEXIST')) throw error
        if (!lstatSync(file).isDirectory()) {
          kept.push(path)
          continue
        }
        throw error
      }
      made.push(() => rmSync(file))
      created.push(path)
    }
    if (link) {
      const from = join(folder, link.path)
      current = from
      makeFolder(dirname(from), made)
      // A junction needs no rights on Windows; elsewhere the word is not read.
      symlinkSync(link.to, from, 'junction')
    }
  } catch (error) {
    for (const undo of made.reverse()) undo()
    const reason = error instanceof Error && 'code' in error ? String(error.code) : 'unknown reason'
    throw new SynclineError(
      {
        code: 'cannot-write',
        message: `${current} cannot be made (${reason}). Nothing was written.`,
        advice: 'Name another folder, or give this user the right to write there.',
        exitStatus: 2,
      },
      { cause: error },
    )
  }
  return { created, kept }
}

function makeFolder(path: string, made: (() => void)[]): void {
  const first = mkdirSync(path, { recursive: true })
  if (first === undefined) return
  // Each folder that was made, from the outermost in; they are removed in the reverse order.
  const folders: string[] = []
  for (let folder = path; folder.length >= first.length; folder = dirname(folder)) folders.push(folder)
  for (const folder of folders.reverse()) made.push(() => rmdirSync(folder))
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code
}
