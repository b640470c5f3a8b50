import { glob } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import type { ConfigCode } from '../../diagnostics/codes.ts'
import { displayPath, type Finding } from '../../diagnostics/finding.ts'
import type { Substituted } from '../environment.ts'
import type { Path, Problem, YamlDocument } from '../origin.ts'
import type { Loading } from './loading.ts'

export interface FoundFiles {
  readonly files: readonly FoundFile[]
  /** Whether some entry of the list could not be followed. */
  readonly incomplete: boolean
}

export interface FoundFile {
  readonly file: string
  /** A finding at the place that names the file. */
  readonly from: (problem: Problem) => Finding
}

/** The files that a list of paths and patterns names, each once, in the order of the list and then of the alphabet. */
export async function findFiles(
  patterns: unknown,
  key: 'tables' | 'mappings',
  document: YamlDocument,
  source: Substituted,
  { report, options }: Loading,
): Promise<FoundFiles> {
  const folder = dirname(document.file)
  const found = new Map<string, FoundFile>()
  let incomplete = !Array.isArray(patterns) && patterns !== undefined
  for (const [index, pattern] of (Array.isArray(patterns) ? patterns : []).entries()) {
    const path: Path = [key, index]
    if (typeof pattern !== 'string' || source.unknown(path)) {
      incomplete = true
      continue
    }
    const from = (problem: Problem) => document.finding({ ...problem, path })
    const files: string[] = []
    if (/[*?[\]{}]/.test(pattern)) {
      for await (const entry of glob(pattern, { cwd: folder, withFileTypes: true })) {
        if (!entry.isDirectory()) files.push(resolve(entry.parentPath, entry.name))
      }
      if (files.length === 0) {
        incomplete = true
        report(
          from({
            code: 'nothing-matches' satisfies ConfigCode,
            message: `No file fits ${pattern}.`,
            advice: `Correct the pattern; it is relative to ${displayPath(folder, options.currentFolder)}.`,
          }),
        )
      }
    } else {
      files.push(resolve(folder, pattern))
    }
    for (const file of files.sort()) if (!found.has(file)) found.set(file, { file, from })
  }
  return { files: [...found.values()], incomplete }
}
