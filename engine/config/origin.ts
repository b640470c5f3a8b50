import type { Finding, Position, Severity } from '../diagnostics/finding.ts'

/** Keys and list positions (from 0) that lead from a document's root to a value. */
export type Path = readonly (string | number)[]

/**
 * Where a document was read from. Compilers get it beside the document, so that they can place their findings.
 * A path that leads nowhere stands for the nearest value above it that exists. An alias stands for what it repeats.
 */
export interface Origin {
  /** Absolute path of the file. */
  readonly file: string
  /** Place of the value at `path`, or of its key. */
  at(path: Path, what?: 'key' | 'value'): Position
  /**
   * Place of one character inside of a text: `offset` counts from 0 in the text's VALUE, as it is after quotes,
   * escapes and folded lines are read. The text's length stands for the place behind its last character.
   */
  inScalar(path: Path, offset: number): Position
  /** A finding at a place of this file, with its excerpt. */
  finding(problem: Problem): Finding
}

/** A finding before it has a file. Give `at` (a place), or `path` with `key` or `offset` where they apply. */
export interface Problem {
  readonly code: string
  readonly severity?: Severity
  readonly message: string
  readonly advice: string
  readonly at?: Position
  readonly path?: Path
  /** The place is that of the key and not of the value. */
  readonly key?: boolean
  /** The place is this character of the text at `path`, as `inScalar` counts. */
  readonly offset?: number
}

/** One document of a file. */
export interface YamlDocument extends Origin {
  /** Plain frozen data: objects, lists, texts, numbers, booleans and null. */
  readonly value: unknown
  /** Places of texts that YAML cut short; what stands there is no meant key. */
  readonly cuts: readonly { readonly from: Position; readonly to: Position }[]
  /** Every scalar below `path` with the path to it, in the order of the file. */
  scalars(path?: Path): Iterable<{ readonly path: Path; readonly value: unknown; readonly plain: boolean }>
}
