import type { AstNode } from './ast.ts'
import type { FunctionDefinition } from './function-definition.ts'

/** A function that a project or a mapping defines as JSONata text: `function($p) { … }`. */
export interface ProjectFunction {
  /** Without the dollar sign. */
  readonly name: string
  readonly source: string
  readonly parameters: readonly string[]
  /** The lambda's syntax tree; never changed. */
  readonly lambda: AstNode
}

/** What may be called as `$name(…)`: a function of the library, or one that the project defines. */
export type ExpressionFunction = FunctionDefinition | ProjectFunction

export function isProjectFunction(definition: ExpressionFunction): definition is ProjectFunction {
  return 'lambda' in definition
}
