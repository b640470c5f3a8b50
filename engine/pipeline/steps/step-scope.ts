import type { Variables } from '../../config/expression-compiler.ts'

/** What expressions of a step see. */
export interface StepScope {
  readonly input: unknown
  readonly variables: Variables
}

/** A source record as its steps see it. */
export interface RecordSteps {
  readonly sourceKey: string
  readonly value: unknown
  /** Record, joins, lets and what else every expression sees. */
  readonly variables: Variables
  /** Whether a text is personal data of this record. */
  readonly isPersonal: (text: string) => boolean
}
