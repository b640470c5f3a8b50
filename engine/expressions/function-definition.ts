import type { StaticType } from './static-type.ts'

/** A function that expressions may call as `$name(…)`. One definition serves evaluation, checking and documentation. */
export interface FunctionDefinition {
  /** Without the dollar sign. */
  readonly name: string
  readonly parameters: readonly Parameter[]
  /** The result's type, from what is known of the arguments. */
  readonly returns: (args: readonly Argument[]) => StaticType
  /** A mistake in the arguments that can be seen before any record is read (an unknown table), if there is one. */
  readonly check?: (args: readonly Argument[]) => ArgumentProblem | undefined
  readonly call: (args: readonly unknown[], context: CallContext) => unknown
  readonly summary: string
  readonly examples: readonly { readonly expression: string; readonly result: unknown }[]
}

export interface Parameter {
  readonly name: string
  readonly type: StaticType
  /** `refuses`: nothing in this place fails the record (and is a finding where it can be seen); `takes`: nothing is a value here. */
  readonly absent: 'refuses' | 'takes'
  /** May be left out of the call. */
  readonly optional?: boolean
}

export interface Argument {
  readonly type: StaticType
  /** The value, where the argument is written as a literal (a constant text, number, boolean, or an object of such). */
  readonly literal?: unknown
}

export interface ArgumentProblem {
  readonly code: string
  readonly argument: number
  readonly message: string
  readonly advice: string
}

/** What a call may see of its evaluation. */
export interface CallContext {
  /** The value that `$` is at the call. */
  readonly focus: unknown
}

/** Thrown by a function that cannot answer: fails the record with this code. Messages must not carry personal data. */
export class EvaluationError extends Error {
  readonly code: string
  constructor(code: string, message: string) {
    super(message)
    this.name = 'EvaluationError'
    this.code = code
  }
}
