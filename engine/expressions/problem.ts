import type { ProblemCode } from './problem-codes.ts'

/** A mistake in an expression that can be seen before any record is read. */
export interface Problem {
  readonly code: ProblemCode | (string & {})
  readonly severity: 'error' | 'warning'
  readonly message: string
  /** What to write instead. */
  readonly advice: string
  /** Where in the expression's text, in UTF-16 code units; `offset + length` never passes its end. */
  readonly offset: number
  readonly length: number
}

/** What is wrong, without the place. */
export type Finding = Omit<Problem, 'offset' | 'length'>
