import type { Variables } from '../../config/expression-compiler.ts'

/** What expressions of a step see. */
export interface StepScope {
  readonly input: unknown
  readonly variables: Variables
}
