import type { AstNode } from '../ast.ts'
import type { StaticType } from '../static-type.ts'
import { any, join, memberOf, optional } from '../type-algebra.ts'
import { accepts, checkBuiltinArgument, checkCount, type Given } from './arguments.ts'
import { emptyIsNothing } from './builtins.ts'
import { listAsValue, listed, mayBeAbsent, nearest, sample, written } from './findings.ts'
import type { Builtin, Checker, Scope, Value } from './types.ts'
import { anyValue, mayBeNothing } from './value.ts'

export function callBuiltin(
  checker: Checker,
  builtin: Builtin,
  args: Given[],
  procedure: AstNode,
  scope: Scope,
): Value {
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

function checkSpecial(checker: Checker, name: string, args: readonly Given[], scope: Scope): void {
  const [first, second] = args
  if (!first) return
  const whole = () => scope.code.text.whole(first.node)
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
      whole(),
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
      whole(),
      scope,
    )
  }
  if (name === 'not' && value.type.kind === 'list' && mayBeNothing(value)) {
    checker.report(
      { ...mayBeAbsent(node, value.type, '$not answers nothing', scope), advice: `Write $count(${plain}) = 0.` },
      whole(),
      scope,
    )
  }
  if ((name === 'string' || name === 'type') && value.type.kind === 'list') {
    checker.report(listAsValue(node, value.type, `$${name}`, scope), whole(), scope)
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
