import type { AstNode } from '../ast.ts'
import type { Argument, FunctionDefinition, Parameter } from '../function-definition.ts'
import { forbiddenFunctions } from '../interpreter.ts'
import type { Span } from '../source-text.ts'
import type { StaticType } from '../static-type.ts'
import { any, describe, join, memberOf, optional } from '../type-algebra.ts'
import { type Builtin, type BuiltinParameter, builtins, emptyIsNothing } from './builtins.ts'
import { listAsValue, listed, mayBeAbsent, nearest, sample, written } from './findings.ts'
import { higherOrder, inferHigherOrder } from './higher-order.ts'
import { lookupVariable, type Scope, variablesIn } from './scope.ts'
import type { Checker } from './types.ts'
import { anyValue, type Callable, mayBeNothing, type Value } from './value.ts'

/** An argument as written, or the value in hand where it is left out. */
export interface Given {
  readonly value: Value
  /** Where to report; of an argument that is not written, the function's name. */
  readonly node: AstNode
}

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

/** The value of `$name`: a variable, or a function by name. */
export function inferVariable(checker: Checker, node: AstNode, scope: Scope, called: boolean): Value {
  const name = String(node.value)
  if (name === '') return scope.context
  if (name === '$') return checker.root
  const span = scope.code.text.token(node)
  const binding = lookupVariable(scope, name)
  if (binding) return binding.value
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

function functionNames(scope: Scope): string[] {
  const own = variablesIn(scope).filter((name) => lookupVariable(scope, name)?.value.type.kind === 'function')
  return [...own, ...builtins.keys()]
}

export function checkCount(
  checker: Checker,
  name: string,
  parameters: readonly { readonly name: string; readonly optional?: boolean }[],
  given: number,
  span: Span,
  scope: Scope,
  many = false,
): boolean {
  const needed = parameters.filter((parameter) => parameter.optional !== true).length
  if (given >= needed && (many || given <= parameters.length)) return true
  const names = parameters.map((parameter) => (parameter.optional ? `${parameter.name}?` : parameter.name)).join(', ')
  checker.report(
    {
      code: 'wrong-number-of-arguments',
      severity: 'error',
      message: `${name} takes ${countText(needed, parameters.length)}, and is given ${given}.`,
      advice: `Write ${name}(${names}).`,
    },
    span,
    scope,
  )
  return false
}

function countText(needed: number, most: number): string {
  if (most === 0) return 'no arguments'
  const counts = needed === most ? String(most) : `${needed} to ${most}`
  return `${counts} argument${most === 1 ? '' : 's'}`
}

function callBuiltin(checker: Checker, builtin: Builtin, args: Given[], procedure: AstNode, scope: Scope): Value {
  const span = scope.code.text.token(procedure)
  const { parameters } = builtin
  const needed = parameters.filter((parameter) => parameter.optional !== true).length
  const given = [...args]
  // The value in hand stands for a first argument that is left out.
  if (builtin.context && given.length === needed - 1 && accepts(parameters[0]?.kinds ?? [], scope.context.type)) {
    given.unshift({ value: scope.context, node: procedure })
  }
  if (!checkCount(checker, `$${builtin.name}`, parameters, given.length, span, scope, builtin.many))
    return builtin.returns([])
  let passes = false
  let unknown = false
  for (const [index, argument] of given.entries()) {
    const parameter = parameters[index] ?? parameters.at(-1)
    if (parameter) passes = checkBuiltinArgument(checker, builtin, parameter, argument, scope) || passes
    // Of what nothing is known it is not known either whether it is there, and nothing gives nothing.
    if (parameter && parameter.absent !== 'takes' && argument.value.type.kind === 'any') unknown = true
  }
  checkSpecial(checker, builtin.name, given, scope)
  const result =
    builtin.name === 'lookup' ? lookupResult(checker, given, scope) : builtin.returns(given.map((each) => each.value))
  if (unknown) return anyValue
  return passes ? { ...result, type: optional(result.type) } : result
}

/** Returns whether nothing as this argument makes the result nothing. */
export function checkBuiltinArgument(
  checker: Checker,
  builtin: Builtin,
  parameter: BuiltinParameter,
  { value, node }: Given,
  scope: Scope,
): boolean {
  const span = scope.code.text.whole(node)
  const name = `$${builtin.name}`
  if (parameter.list) {
    checkListArgument(checker, name, parameter.list.of, { value, node }, scope)
    return false
  }
  if (parameter.absent === 'finding' && mayBeNothing(value) && value.type.kind !== 'list') {
    checker.report(mayBeAbsent(node, value.type, `${name} answers nothing`, scope), span, scope)
    return false
  }
  if (value.type.kind === 'list' && parameter.kinds.length > 0 && !parameter.kinds.includes('list')) {
    checker.report(listAsValue(node, value.type, name, scope), span, scope)
    return false
  }
  if (!accepts(parameter.kinds, value.type)) {
    reportWrongType(checker, name, parameter.name, kindsText(parameter.kinds), { value, node }, scope)
  }
  return parameter.absent === 'passes' && mayBeNothing(value)
}

function accepts(kinds: readonly string[], type: StaticType): boolean {
  return kinds.length === 0 || type.kind === 'any' || type.kind === 'nothing' || kinds.includes(type.kind)
}

function checkListArgument(
  checker: Checker,
  name: string,
  of: readonly string[],
  { value, node }: Given,
  scope: Scope,
): void {
  const parts = value.parts
  if (parts) {
    for (const part of parts) {
      if (!accepts(of, memberOf(part.value.type))) {
        reportWrongType(checker, name, 'list', `a list of ${kindsText(of)}`, part, scope)
        return
      }
    }
    return
  }
  if (!accepts(of, memberOf(value.type))) {
    reportWrongType(checker, name, 'list', `a list of ${kindsText(of)}`, { value, node }, scope)
  }
}

function kindsText(kinds: readonly string[]): string {
  const names: Record<string, string> = {
    string: 'a text',
    number: 'a number',
    boolean: 'true or false',
    object: 'an object',
    list: 'a list',
    function: 'a function',
  }
  return kinds.map((kind) => names[kind] ?? kind).join(' or ')
}

function reportWrongType(
  checker: Checker,
  name: string,
  parameter: string,
  needs: string,
  { value, node }: Given,
  scope: Scope,
): void {
  const plain = scope.code.text.short(node) ?? 'x'
  const advice =
    value.type.kind === 'string' && needs.includes('a number')
      ? `Write $number(${plain}).`
      : needs === 'a text' && (value.type.kind === 'number' || value.type.kind === 'boolean')
        ? `Write $string(${plain}).`
        : `Give ${needs}.`
  checker.report(
    {
      code: 'wrong-type',
      severity: 'error',
      message: `${name} needs ${needs} as ${parameter}, and ${written(node, scope, 'this')} is ${describe(value.type)}.`,
      advice,
    },
    scope.code.text.whole(node),
    scope,
  )
}

function checkSpecial(checker: Checker, name: string, args: readonly Given[], scope: Scope): void {
  const [first, second] = args
  if (!first) return
  const whole = scope.code.text.whole(first.node)
  const { value, node } = first
  const plain = scope.code.text.short(node) ?? 'x'
  if (emptyIsNothing.has(name)) checkAggregate(checker, name, first, scope)
  const member = memberOf(value.type)
  if ((name === 'sum' || name === 'average') && member.kind === 'number' && member.decimal) {
    checker.report(
      {
        code: 'inexact-arithmetic',
        severity: 'warning',
        message: `$${name} is not exact on decimals: a result of too many digits fails its record.`,
        advice: name === 'sum' ? `Write $total(${plain}).` : `Write $div($total(${plain}), $count(${plain}), 4).`,
      },
      whole,
      scope,
    )
  }
  if (name === 'exists' && value.type.kind === 'list' && value.raw === true) {
    checker.report(
      {
        code: 'exists-of-list',
        severity: 'error',
        message: `${written(node, scope, 'This')} is a list, which is there for none as well: $exists is always true.`,
        advice: `Write $count(${plain}) > 0.`,
      },
      whole,
      scope,
    )
  }
  if (name === 'not' && value.type.kind === 'list' && mayBeNothing(value)) {
    checker.report(
      { ...mayBeAbsent(node, value.type, '$not answers nothing', scope), advice: `Write $count(${plain}) = 0.` },
      whole,
      scope,
    )
  }
  if ((name === 'string' || name === 'type') && value.type.kind === 'list') {
    checker.report(listAsValue(node, value.type, `$${name}`, scope), whole, scope)
  }
  const picture = second?.value.literal?.value
  if (name === 'toMillis' && second && typeof picture === 'string' && !/\[\s*Y/.test(picture)) {
    checker.report(
      {
        code: 'hidden-clock',
        severity: 'error',
        message: 'The picture has no year, and $toMillis would take the one of today.',
        advice: 'Add [Y] to the picture and the year to the text.',
      },
      scope.code.text.whole(second.node),
      scope,
    )
  }
}

/** $sum and the like of an empty list are nothing; members of `[a, b]` that are absent drop out in silence. */
function checkAggregate(checker: Checker, name: string, { value, node }: Given, scope: Scope): void {
  const plain = scope.code.text.short(node) ?? 'x'
  if (value.parts) {
    for (const part of value.parts) {
      if (part.value.type.kind === 'list' || !mayBeNothing(part.value)) continue
      const short = scope.code.text.short(part.node) ?? 'x'
      checker.report(
        {
          ...mayBeAbsent(part.node, part.value.type, `$${name} leaves it out`, scope),
          advice: `Write $default(${short}, ${sample(part.value.type)})${name === 'max' ? ', or $atLeast(0, …)' : ''}.`,
        },
        scope.code.text.whole(part.node),
        scope,
      )
    }
    if (value.nonEmpty === true) return
  }
  const empty =
    value.type.kind === 'list'
      ? value.nonEmpty !== true && !(name === 'sum' && value.raw === true)
      : mayBeNothing(value)
  if (!empty) return
  if (value.parts?.some((part) => part.value.type.kind !== 'list')) return
  const advice =
    name === 'sum'
      ? `Write $total(${plain}), which is 0 for none.`
      : `Write $count(${plain}) > 0 ? $${name}(${plain}) : 0${name === 'max' ? `, or $max($append(${plain}, 0))` : ''}.`
  checker.report(
    {
      code: 'may-be-absent',
      severity: 'error',
      message: `${written(node, scope, 'The list')} may have no members, and then $${name} answers nothing.`,
      advice,
    },
    scope.code.text.whole(node),
    scope,
  )
}

/** `$lookup(object, 'name')` is a path; with a key that is not constant, any of the object's values. */
function lookupResult(checker: Checker, args: readonly Given[], scope: Scope): Value {
  const [object, key] = args
  if (!object || !key) return anyValue
  const type = memberOf(object.value.type)
  if (type.kind !== 'object') return anyValue
  const name = key.value.literal?.value
  let found: StaticType
  if (typeof name === 'string') {
    const field = type.fields.get(name) ?? (type.rest && optional(type.rest))
    if (!field) {
      const near = nearest(name, [...type.fields.keys()])
      checker.report(
        {
          code: 'unknown-field',
          severity: 'error',
          message: `There is no field ${name}${type.title === undefined ? '' : ` in ${type.title}`}${near === undefined ? '' : `; did you mean ${near}?`}${near === undefined ? '.' : ''}`,
          advice: near === undefined ? `Known: ${listed([...type.fields.keys()])}.` : `Write '${near}'.`,
        },
        scope.code.text.whole(key.node),
        scope,
      )
      return anyValue
    }
    found = field
  } else {
    const all = [...type.fields.values(), ...(type.rest ? [type.rest] : [])]
    found = all.length === 0 ? any : optional(all.reduce(join))
  }
  if (object.value.type.kind === 'list') return { type: { kind: 'list', of: memberOf(found) } }
  if (found.kind === 'list') return { type: found, raw: true }
  return { type: mayBeNothing(object.value) ? optional(found) : found }
}

function callLibrary(
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
  const span = scope.code.text.whole(node)
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
    checker.report(mayBeAbsent(node, value.type, `${name} fails the record`, scope), span, scope)
    return false
  }
  if (type.kind === 'any' || value.type.kind === 'any' || value.type.kind === 'nothing') return true
  if (value.type.kind === 'list') {
    checker.report(listAsValue(node, value.type, name, scope), span, scope)
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
      span,
      scope,
    )
    return false
  }
  return true
}
