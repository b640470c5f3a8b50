import type { Limits } from './limits.ts'
import type { StaticType } from './static-type.ts'

/**
 * A compiled expression. One instance may be evaluated many times and at the same time: evaluations share nothing.
 * The one interface to whatever evaluates (today JSONata's interpreter), so that a faster form can take its place.
 */
export interface Expression {
  readonly source: string
  /** The result's type. Where it is a list, `evaluate` gives a list for none, one or many. */
  readonly type: StaticType
  /**
   * Gives plain JSON, or undefined for "absent". `input` is `$` and what bare names read; `variables` are the
   * `$name`s, by name without the dollar sign. Neither is changed, and both may be frozen.
   * @throws EvaluationError, with a code and without data in its message; as a rejection.
   */
  evaluate(input: unknown, variables: Readonly<Record<string, unknown>>, limits?: Partial<Limits>): Promise<unknown>
}
