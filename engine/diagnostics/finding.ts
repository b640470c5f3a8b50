import { isAbsolute, relative, sep } from 'node:path'

export type Severity = 'error' | 'warning'

/** A place in a text file. Line and column count from 1; a column is one UTF-16 unit, as editors count. */
export interface Position {
  readonly line: number
  readonly column: number
}

/** Some whole lines of a file around a finding. */
export interface Excerpt {
  /** Number of the first of the lines, from 1. */
  readonly firstLine: number
  readonly lines: readonly string[]
}

/** One thing that is wrong in a file: what, where, and what to do about it. Plain frozen data. */
export interface Finding extends Position {
  /** Stable name of the kind of finding, as docs/codes.md lists it. */
  readonly code: string
  readonly severity: Severity
  /** What is wrong, as a sentence. */
  readonly message: string
  /** What to do, as a sentence. */
  readonly advice: string
  /** Path of the file: relative to the current folder when it lies below it, otherwise absolute. */
  readonly file: string
  readonly excerpt?: Excerpt
}

export function createFinding(finding: Omit<Finding, 'severity'> & { readonly severity?: Severity }): Finding {
  const { excerpt, ...rest } = finding
  return Object.freeze({
    ...rest,
    severity: finding.severity ?? 'error',
    ...(excerpt && {
      excerpt: Object.freeze({ firstLine: excerpt.firstLine, lines: Object.freeze([...excerpt.lines]) }),
    }),
  })
}

/** The path as findings show it: relative to the current folder when the file lies below it. */
export function displayPath(file: string, currentFolder: string = process.cwd()): string {
  const path = relative(currentFolder, file)
  const below = path !== '' && path !== '..' && !path.startsWith(`..${sep}`) && !isAbsolute(path)
  return below ? path.split(sep).join('/') : file
}

/** The line before, the line itself, and the line after. */
export function excerptOf(lines: readonly string[], line: number): Excerpt | undefined {
  if (line < 1 || line > lines.length) return undefined
  const firstLine = Math.max(1, line - 1)
  return { firstLine, lines: lines.slice(firstLine - 1, line + 1) }
}

/** By file, then by place; findings of one place keep their order. */
export function sortFindings(findings: readonly Finding[]): Finding[] {
  return [...findings].sort(
    (a, b) => (a.file < b.file ? -1 : a.file > b.file ? 1 : 0) || a.line - b.line || a.column - b.column,
  )
}

export function hasErrors(findings: readonly Finding[]): boolean {
  return findings.some((finding) => finding.severity === 'error')
}
