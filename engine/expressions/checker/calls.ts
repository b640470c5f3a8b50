import type { AstNode } from '../ast.ts'
import { describe } from '../type-algebra.ts'
import { checkCount, type Given } from './arguments.ts'
import { callBuiltin } from './builtin-call.ts'
import { nearest } from './findings.ts'
import { higherOrder, inferHigherOrder } from './higher-order.ts'
import { callLibrary } from './library-call.ts'
import type { Callable, Checker, Scope, Value } from './types.ts'
import { anyValue } from './value.ts'
import { functionNames, inferVariable } from './variables.ts'

/** `$f(a, b)`, with `piped` before its arguments for `x ~> $f(a, b)`. */
export function inferCall(checker: Checker, node: AstNode, scope: Scope, piped?: Given): Value {
  const procedure = node.procedure as AstNode
  const callable = resolve(checker, procedure, scope)
  const written = node.arguments ?? []
  const span = scope.code.text.token(procedure)
  if (callable?.kind === 'builtin' && higherOrder.has(callable.builtin.name)) {
    return inferHigherOrder(checker, callable.builtin, node, scope, piped)
  }
  const args: Given[] = written.map((argument) => ({ value: checker.infer(argument, scope), node: argument }))
  if (piped) args.unshift(piped)
  if (!callable) return anyValue
  switch (callable.kind) {
    case 'builtin':
      return callBuiltin(checker, callable.builtin, args, procedure, scope)
    case 'library':
      return callLibrary(checker, callable.definition, args, procedure, scope)
    case 'project':
    case 'lambda':
      checkCount(checker, nameOf(procedure), parametersOf(callable), args.length, span, scope)
      return checker.apply(
        callable,
        args.map((each) => each.value),
        scope,
        span,
      )
  }
}

/** The value of a call of a known function with arguments that are known already: `x ~> $f`. */
export function callWith(checker: Checker, callable: Callable, args: Given[], procedure: AstNode, scope: Scope): Value {
  if (callable.kind === 'builtin' && !higherOrder.has(callable.builtin.name)) {
    return callBuiltin(checker, callable.builtin, args, procedure, scope)
  }
  if (callable.kind === 'library') return callLibrary(checker, callable.definition, args, procedure, scope)
  return checker.apply(
    callable,
    args.map((each) => each.value),
    scope,
    scope.code.text.token(procedure),
  )
}

function parametersOf(
  callable: Extract<Callable, { kind: 'project' | 'lambda' }>,
): { name: string; optional?: boolean }[] {
  const names =
    callable.kind === 'project'
      ? callable.definition.parameters
      : (callable.node.arguments ?? []).map((parameter) => String(parameter.value))
  return names.map((name) => ({ name }))
}

function nameOf(procedure: AstNode): string {
  return procedure.type === 'variable' ? `$${String(procedure.value)}` : 'The function'
}

/** Which function is called; reports a name that is none. */
function resolve(checker: Checker, procedure: AstNode, scope: Scope): Callable | undefined {
  if (procedure.type === 'variable') {
    const name = String(procedure.value)
    const value = inferVariable(checker, procedure, scope, true)
    if (value.callable) return value.callable
    if (value.type.kind !== 'any' && value.type.kind !== 'function') {
      checker.report(
        {
          code: 'not-a-function',
          severity: 'error',
          message: `$${name} is ${describe(value.type)}, not a function.`,
          advice: `Write $${name} without brackets.`,
        },
        scope.code.text.token(procedure),
        scope,
      )
    }
    return undefined
  }
  const only = procedure.type === 'path' && procedure.steps?.length === 1 ? procedure.steps[0] : undefined
  if (only?.type === 'name') {
    const name = String(only.value)
    checker.report(
      {
        code: 'unknown-function',
        severity: 'error',
        message: `There is no function ${name}: functions start with a dollar sign.`,
        advice: `Write $${nearest(name, functionNames(scope)) ?? name}(…).`,
      },
      scope.code.text.token(only),
      scope,
    )
    return undefined
  }
  return checker.infer(procedure, scope).callable
}
