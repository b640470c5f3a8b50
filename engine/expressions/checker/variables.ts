import type { AstNode } from '../ast.ts'
import { forbiddenFunctions } from '../interpreter.ts'
import { builtins } from './builtins.ts'
import { listed, nearest } from './findings.ts'
import { lookupVariable, variablesIn } from './scope.ts'
import type { Checker, Scope, Value } from './types.ts'
import { anyValue } from './value.ts'

/** The value of `$name`: a variable, or a function by name. */
export function inferVariable(checker: Checker, node: AstNode, scope: Scope, called: boolean): Value {
  const name = String(node.value)
  if (name === '') return scope.context
  if (name === '$') return checker.root
  const span = scope.code.text.token(node)
  const binding = lookupVariable(scope, name)
  if (binding) {
    checker.reads(binding.value.type)
    return binding.value
  }
  if ((forbiddenFunctions as readonly string[]).includes(name)) {
    checker.report(
      {
        code: 'forbidden-function',
        severity: 'error',
        message: `$${name} is not allowed: a run could not be repeated or checked.`,
        advice:
          name === 'now' || name === 'millis'
            ? 'Write $run.startedAt, the time at which the run started.'
            : name === 'eval'
              ? 'Write the expression itself.'
              : 'Leave it away; results must not depend on chance.',
      },
      span,
      scope,
    )
    return { type: { kind: 'function' } }
  }
  const builtin = builtins.get(name)
  if (builtin) {
    if (name === 'round') {
      checker.report(
        {
          code: 'half-even-rounding',
          severity: 'warning',
          message: '$round rounds half to even: $round(2.5) is 2, and $round(380.625, 2) is 380.62.',
          advice: 'Write $roundHalfUp(x, digits).',
        },
        span,
        scope,
      )
    }
    return { type: { kind: 'function' }, callable: { kind: 'builtin', builtin } }
  }
  const functions = functionNames(scope)
  const variables = variablesIn(scope).filter((each) => !functions.includes(each))
  const near = nearest(name, called ? functions : variables) ?? nearest(name, called ? variables : functions, 0)
  const known = called
    ? ''
    : variables.length > 0
      ? `Known: ${listed(variables.map((each) => `$${each}`))}.`
      : 'There are no variables here.'
  const field = scope.context.type.kind === 'object' && scope.context.type.fields.has(name)
  checker.report(
    {
      code: called ? 'unknown-function' : 'unknown-variable',
      severity: 'error',
      message: `There is no ${called ? 'function' : 'variable'} $${name}${near === undefined ? '' : `; did you mean $${near}?`}${near === undefined ? '.' : ''}`,
      advice:
        field && !called
          ? `${name} is a field: write ${name} without the dollar sign.`
          : near === undefined
            ? known || 'See the list of functions.'
            : `Write $${near}.`,
    },
    span,
    scope,
  )
  return anyValue
}

export function functionNames(scope: Scope): string[] {
  const own = variablesIn(scope).filter((name) => lookupVariable(scope, name)?.value.type.kind === 'function')
  return [...own, ...builtins.keys()]
}
