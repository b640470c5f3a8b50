import type { Formula, TextFormula } from '../config/expression-compiler.ts'

export type CompiledValues = ReadonlyMap<string, Formula>

export interface CompiledRequest {
  readonly method: string
  readonly path: TextFormula
  readonly query: CompiledValues
  readonly headers: CompiledValues
  readonly body: Formula | undefined
}
