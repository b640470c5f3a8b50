import { type AstNode, unwrapThunk } from '../ast.ts'
import { bind, withFrame } from './scope.ts'
import type { Scope, Value } from './types.ts'
import { anyValue } from './value.ts'

/** The scope of a lambda's body, for these arguments; further parameters may be anything. */
export function enterLambda(lambda: AstNode, defined: Scope, args: readonly Value[]): Scope {
  const scope = withFrame(defined)
  for (const [index, parameter] of (lambda.arguments ?? []).entries()) {
    bind(scope, String(parameter.value), args[index] ?? anyValue)
  }
  return scope
}

export function bodyOf(lambda: AstNode): AstNode {
  return unwrapThunk(lambda.body ?? { type: 'block', expressions: [] })
}
