import type { AstNode } from '../ast.ts'
import type { StaticType } from '../static-type.ts'
import { any, describe, join, memberOf, objectOf, optional, text, valuesOf } from '../type-algebra.ts'
import { checkBuiltinArgument, checkCount, type Given } from './arguments.ts'
import { factsWhen, refine } from './facts.ts'
import { mayBeAbsent, written } from './findings.ts'
import { bodyOf, enterLambda } from './lambdas.ts'
import { lookupVariable } from './scope.ts'
import type { Builtin, Checker, Scope, Value } from './types.ts'
import { anyValue, hasMember, listValue, mayBeNothing, numberValue, textValue } from './value.ts'

/** Functions of JSONata that call a function for each member; its parameters get the member's type. */
export const higherOrder: ReadonlySet<string> = new Set(['map', 'filter', 'reduce', 'sort', 'each', 'sift', 'single'])

interface Site {
  readonly checker: Checker
  readonly builtin: Builtin
  readonly scope: Scope
  readonly list: Value
  /** The function that is called for each; absent where it may be left out. */
  readonly body: AstNode | undefined
}

export function inferHigherOrder(
  checker: Checker,
  builtin: Builtin,
  node: AstNode,
  scope: Scope,
  piped?: Given,
): Value {
  const procedure = node.procedure as AstNode
  const nodes = [...(node.arguments ?? [])]
  const span = scope.code.text.token(procedure)
  let first: Given | undefined = piped
  if (!first && builtin.context && nodes.length === 1 && builtin.parameters.length === 2) {
    first = { value: scope.context, node: procedure }
  }
  if (!first) {
    const [list] = nodes.splice(0, 1)
    if (list) first = { value: checker.infer(list, scope), node: list }
  }
  const [body, ...rest] = nodes
  const given = (first ? 1 : 0) + nodes.length
  if (!checkCount(checker, `$${builtin.name}`, builtin.parameters, given, span, scope) || !first) return anyValue
  const parameter = builtin.parameters[0]
  if (parameter) checkBuiltinArgument(checker, builtin, parameter, first, scope)
  const site: Site = { checker, builtin, scope, list: first.value, body }
  switch (builtin.name) {
    case 'map':
      return inferMap(site)
    case 'filter':
      return inferFilter(site)
    case 'sort':
      return inferSort(site, first.node)
    case 'single':
      return inferSingle(site)
    case 'each':
      return inferEach(site)
    case 'sift':
      return inferSift(site)
    default:
      return inferReduce(site, rest[0] && checker.infer(rest[0], scope))
  }
}

interface Outcome {
  readonly value: Value
  /** The member's type, with what is known of it where the function answered true. */
  readonly member: StaticType
}

function call({ checker, scope, body, builtin }: Site, args: readonly Value[]): Outcome {
  const member = args[0]?.type ?? any
  if (!body) return { value: anyValue, member }
  if (body.type === 'lambda' && body.thunk !== true) {
    const inner = enterLambda(body, scope, args)
    const content = bodyOf(body)
    const value = checker.infer(content, inner)
    const parameter = body.arguments?.[0]
    const binding = parameter && lookupVariable(inner, String(parameter.value))
    return { value, member: binding ? refine(member, `v${binding.id}`, factsWhen(content, true, inner)) : member }
  }
  const found = checker.infer(body, scope)
  if (found.callable) return { value: checker.apply(found.callable, args, scope, scope.code.text.token(body)), member }
  if (found.type.kind !== 'function' && found.type.kind !== 'any') {
    checker.report(
      {
        code: 'wrong-type',
        severity: 'error',
        message: `$${builtin.name} needs a function, and ${written(body, scope, 'this')} is ${describe(found.type)}.`,
        advice: 'Write function($v) { … }.',
      },
      scope.code.text.whole(body),
      scope,
    )
  }
  return { value: anyValue, member }
}

function memberValue(list: Value): Value {
  return list.type.kind === 'any' ? anyValue : { type: memberOf(list.type) }
}

function inferMap(site: Site): Value {
  const { value } = call(site, [memberValue(site.list), numberValue, site.list])
  if (value.type.kind === 'list') {
    const { checker, scope, body } = site
    if (body) {
      checker.report(
        {
          code: 'list-in-list',
          severity: 'warning',
          message: '$map makes a list of lists here, and JSONata flattens one that holds a single list.',
          advice: 'Make an object that holds the inner list, or flatten on purpose: list.( … ).',
        },
        scope.code.text.token(body),
        scope,
      )
    }
  }
  return listValue(value.type, { nonEmpty: hasMember(site.list) && !mayBeNothing(value) })
}

function checkTest(site: Site, value: Value, effect: string): void {
  const { checker, scope, body } = site
  if (!body || value.type.kind !== 'boolean' || !mayBeNothing(value)) return
  const at = body.type === 'lambda' ? bodyOf(body) : body
  checker.report(mayBeAbsent(at, value.type, effect, scope), scope.code.text.whole(at), scope)
}

function inferFilter(site: Site): Value {
  const { value, member } = call(site, [memberValue(site.list), numberValue, site.list])
  checkTest(site, value, '$filter leaves it out')
  return site.list.type.kind === 'any' ? anyValue : listValue(member)
}

function inferSingle(site: Site): Value {
  const { value, member } = call(site, [memberValue(site.list), numberValue, site.list])
  checkTest(site, value, '$single takes it for false')
  if (site.list.type.kind === 'any') return anyValue
  // It fails where it finds none, but not where there is no list to look in.
  return { type: mayBeNothing(site.list) ? optional(member) : member }
}

function inferSort(site: Site, at: AstNode): Value {
  const { checker, scope, list, body } = site
  const member = memberValue(list)
  if (body) {
    const { value } = call(site, [member, member])
    checkTest(site, value, '$sort takes it for false')
  } else if (['object', 'boolean', 'list', 'function'].includes(member.type.kind)) {
    checker.report(
      {
        code: 'wrong-type',
        severity: 'error',
        message: `$sort needs a function that compares, since ${written(at, scope, 'this')} is ${describe(list.type)}.`,
        advice: 'Write $sort(list, function($a, $b) { $a.x > $b.x }), or list^(x).',
      },
      scope.code.text.whole(at),
      scope,
    )
  }
  if (list.type.kind === 'any') return anyValue
  return listValue(member.type, { ...(list.raw && { raw: true }), nonEmpty: hasMember(list) })
}

function inferEach(site: Site): Value {
  const object = memberOf(site.list.type)
  const of = object.kind === 'object' ? valuesOf(object) : any
  const { value } = call(site, [{ type: of, ...(of.kind === 'list' && { raw: true }) }, textValue, site.list])
  return listValue(value.type)
}

function inferSift(site: Site): Value {
  const object = memberOf(site.list.type)
  const of = object.kind === 'object' ? valuesOf(object) : any
  const { value } = call(site, [{ type: of }, { type: text }, site.list])
  checkTest(site, value, '$sift leaves it out')
  if (object.kind !== 'object') return anyValue
  return {
    type: optional(
      objectOf(
        [...object.fields].map(([name, field]) => [name, optional(field)]),
        object.rest,
      ),
    ),
  }
}

function inferReduce(site: Site, init: Value | undefined): Value {
  const member = memberValue(site.list)
  const start = init ? widened(init.type) : member.type
  const { value } = call(site, [{ type: start }, member, numberValue, site.list])
  const result = join(start, widened(value.type))
  // Nothing gives nothing, even where a start is given.
  const perhaps = site.list.type.kind !== 'any' && (init ? mayBeNothing(site.list) : !hasMember(site.list))
  return { type: perhaps ? optional(result) : result }
}

/** What a running value can become: the constant that it starts with says little, an object or list even less. */
function widened(type: StaticType): StaticType {
  switch (type.kind) {
    case 'string':
    case 'number':
    case 'boolean':
      return type.optional ? { kind: type.kind, optional: true } : { kind: type.kind }
    default:
      return any
  }
}
