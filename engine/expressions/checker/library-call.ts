import type { AstNode } from '../ast.ts'
import type { Argument, FunctionDefinition, Parameter } from '../function-definition.ts'
import { any, memberOf } from '../type-algebra.ts'
import { checkCount, checkListArgument, type Given, kindsText, reportWrongType } from './arguments.ts'
import { listAsValue, listed, mayBeAbsent, nearest, written } from './findings.ts'
import type { Checker, Scope, Value } from './types.ts'
import { anyValue, mayBeNothing } from './value.ts'

export function callLibrary(
  checker: Checker,
  definition: FunctionDefinition,
  args: readonly Given[],
  procedure: AstNode,
  scope: Scope,
): Value {
  const span = scope.code.text.token(procedure)
  const name = `$${definition.name}`
  if (!checkCount(checker, name, definition.parameters, args.length, span, scope)) return anyValue
  let good = true
  for (const [index, argument] of args.entries()) {
    const parameter = definition.parameters[index]
    if (parameter) good = checkLibraryArgument(checker, name, parameter, argument, scope) && good
  }
  const described = args.map((argument) => asArgument(argument.value))
  if (good) {
    const problem = safely(() => definition.check?.(described))
    if (problem) {
      const at = args[problem.argument]
      checker.report(
        { code: problem.code, severity: 'error', message: problem.message, advice: problem.advice },
        at ? scope.code.text.whole(at.node) : span,
        scope,
      )
    }
  }
  const type = safely(() => definition.returns(described)) ?? any
  return type.kind === 'list' ? { type, raw: true } : { type }
}

/** A definition speaks of the arguments it knows; one that it did not think of must not stop the check. */
function safely<T>(ask: () => T): T | undefined {
  try {
    return ask()
  } catch {
    return undefined
  }
}

/** A function that needs a member fails the record where there is none. */
function reportEmptyList(checker: Checker, name: string, { value, node }: Given, scope: Scope): void {
  const sure =
    value.type.kind === 'any' || (value.type.kind === 'list' ? value.nonEmpty === true : !mayBeNothing(value))
  if (sure) return
  const plain = scope.code.text.short(node) ?? 'list'
  checker.report(
    {
      code: 'may-be-absent',
      severity: 'error',
      message: `${written(node, scope, 'The list')} may have no members, and then ${name} fails the record.`,
      advice: `Write $count(${plain}) > 0 ? ${name}(…) : ….`,
    },
    scope.code.text.whole(node),
    scope,
  )
}

export function asArgument(value: Value): Argument {
  return value.literal ? { type: value.type, literal: value.literal.value } : { type: value.type }
}

function checkLibraryArgument(
  checker: Checker,
  name: string,
  parameter: Parameter,
  argument: Given,
  scope: Scope,
): boolean {
  const { value, node } = argument
  const { type } = parameter
  const span = () => scope.code.text.whole(node)
  if (type.kind === 'list') {
    if (parameter.absent === 'refuses') reportEmptyList(checker, name, argument, scope)
    const before = value.type
    if (type.of.kind !== 'any') {
      checkListArgument(checker, name, [type.of.kind], argument, scope)
      return before.kind === 'any' || memberOf(before).kind === 'any' || memberOf(before).kind === type.of.kind
    }
    return true
  }
  if (value.type.kind !== 'list' && parameter.absent === 'refuses' && mayBeNothing(value)) {
    checker.report(mayBeAbsent(node, value.type, `${name} fails the record`, scope), span(), scope)
    return false
  }
  if (type.kind === 'any' || value.type.kind === 'any' || value.type.kind === 'nothing') return true
  if (value.type.kind === 'list') {
    checker.report(listAsValue(node, value.type, name, scope), span(), scope)
    return false
  }
  if (value.type.kind !== type.kind) {
    reportWrongType(checker, name, parameter.name, kindsText([type.kind]), argument, scope)
    return false
  }
  const constant = value.literal?.value
  const allowed = 'values' in type ? type.values : undefined
  if (allowed && constant !== undefined && !allowed.includes(constant as string)) {
    const near = nearest(String(constant), allowed.map(String))
    checker.report(
      {
        code: 'wrong-type',
        severity: 'error',
        message: `${name} does not know ${written(node, scope, 'this')} as ${parameter.name}.`,
        advice: `Write ${near === undefined ? `one of ${listed(allowed.map((each) => JSON.stringify(each)))}` : `'${near}'`}.`,
      },
      span(),
      scope,
    )
    return false
  }
  return true
}
