import type { Finding } from './finding.ts'

export interface FormatOptions {
  /** Colour, for a terminal. Formats for machines ignore it. */
  readonly colour?: boolean
}

/** Writes findings in one format. The answer ends with a line break unless it is empty. */
export type FindingsFormat = (findings: readonly Finding[], options?: FormatOptions) => string
