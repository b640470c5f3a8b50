import { type AstNode, unwrapThunk } from '../ast.ts'
import type { StaticType } from '../static-type.ts'
import { required } from '../type-algebra.ts'
import { lookupVariable, noFacts } from './scope.ts'
import type { Scope } from './types.ts'

/**
 * What a test says about presence. `$exists(a.b) and a.b > 3`: on the right side a.b is there. A fact is the key of a
 * path: where it starts (a context or a variable), then its names. A list that is known to be there has a member.
 */
export type Facts = ReadonlySet<string>

const separator = '\u0000'

/** Facts that hold where the test answered true, or false. */
export function factsWhen(test: AstNode, outcome: boolean, scope: Scope): Facts {
  const node = unwrapThunk(test)
  if (node.predicate || node.group) return outcome ? presenceOf(node, scope) : noFacts
  switch (node.type) {
    case 'path':
    case 'variable':
      return outcome ? presenceOf(node, scope) : noFacts
    case 'block': {
      const only = node.expressions?.length === 1 ? node.expressions[0] : undefined
      return only ? factsWhen(only, outcome, scope) : noFacts
    }
    case 'function':
      return factsOfCall(node, outcome, scope)
    case 'binary':
      return factsOfOperator(node, outcome, scope)
    default:
      return noFacts
  }
}

function factsOfCall(node: AstNode, outcome: boolean, scope: Scope): Facts {
  const [argument] = node.arguments ?? []
  const name = node.procedure?.type === 'variable' ? node.procedure.value : undefined
  if (!argument || node.arguments?.length !== 1) return outcome ? presenceOf(node, scope) : noFacts
  if (name === 'exists') return outcome ? presenceOf(argument, scope) : noFacts
  if (name === 'not') return factsWhen(argument, !outcome, scope)
  if (name === 'boolean') return factsWhen(argument, outcome, scope)
  return outcome ? presenceOf(node, scope) : noFacts
}

function factsOfOperator(node: AstNode, outcome: boolean, scope: Scope): Facts {
  const left = node.lhs as AstNode
  const right = node.rhs as AstNode
  switch (node.value) {
    case 'and':
    case 'or': {
      // Both sides have the outcome for `and` true and `or` false; else only what both would say holds.
      const a = factsWhen(left, outcome, scope)
      const b = factsWhen(right, outcome, scope)
      return (node.value === 'and') === outcome ? union(a, b) : intersection(a, b)
    }
    case '=':
    case '!=':
    case '<':
    case '<=':
    case '>':
    case '>=':
    case 'in':
      return outcome
        ? union(
            comparedPresence(left, right, node.value, scope),
            comparedPresence(right, left, flipped(node.value), scope),
          )
        : (counted(left, right, inverse(node.value), scope) ??
            counted(right, left, inverse(flipped(node.value)), scope) ??
            noFacts)
    default:
      return noFacts
  }
}

/** A comparison that is true had something on both sides. */
function comparedPresence(node: AstNode, other: AstNode, operator: unknown, scope: Scope): Facts {
  const count = counted(node, other, operator, scope)
  if (count) return count
  const inner = callArgument(node, 'type') ?? callArgument(node, 'string') ?? callArgument(node, 'length')
  return inner ? presenceOf(inner, scope) : presenceOf(node, scope)
}

/** `$count(x) > 0` and the like: the list has a member. */
function counted(node: AstNode, other: AstNode, operator: unknown, scope: Scope): Facts | undefined {
  const list = callArgument(node, 'count')
  if (!list || other.type !== 'number' || typeof other.value !== 'number') return undefined
  const n = other.value
  const some =
    (operator === '>' && n >= 0) ||
    (operator === '>=' && n >= 1) ||
    (operator === '=' && n >= 1) ||
    (operator === '!=' && n === 0)
  return some ? presenceOf(list, scope) : noFacts
}

function callArgument(node: AstNode, name: string): AstNode | undefined {
  const isCall = node.type === 'function' && node.procedure?.type === 'variable' && node.procedure.value === name
  return isCall && node.arguments?.length === 1 ? node.arguments[0] : undefined
}

function flipped(operator: unknown): unknown {
  return { '<': '>', '<=': '>=', '>': '<', '>=': '<=' }[String(operator)] ?? operator
}

function inverse(operator: unknown): unknown {
  return { '<': '>=', '<=': '>', '>': '<=', '>=': '<', '=': '!=', '!=': '=' }[String(operator)]
}

function presenceOf(node: AstNode, scope: Scope): Facts {
  const only = node.type === 'block' && node.expressions?.length === 1 ? node.expressions[0] : undefined
  if (only && !node.predicate) return presenceOf(only, scope)
  const key = keyOf(node, scope)
  if (key === undefined) return noFacts
  // Where a.b.c is there, a.b and a are.
  const facts = new Set<string>()
  for (let at = key; ; at = at.slice(0, at.lastIndexOf(separator))) {
    facts.add(at)
    if (!at.includes(separator)) return facts
  }
}

/** The key of a path, variable or call; undefined for what cannot be recognised again. */
export function keyOf(node: AstNode, scope: Scope): string | undefined {
  if (node.type === 'variable' && !node.predicate && !node.group) return variableKey(String(node.value), scope)
  if (node.type === 'function' && !node.group) return textKey(node, scope)
  if (node.type !== 'path' || node.group || !node.steps) return undefined
  let key: string | undefined
  for (const step of node.steps) {
    key = key === undefined ? startKey(step, scope) : continuedKey(key, step, scope)
    if (key === undefined) return undefined
  }
  return key
}

function startKey(step: AstNode, scope: Scope): string | undefined {
  if (step.type === 'name') return continuedKey(contextKey(scope), step, scope)
  if (step.type === 'variable' && !step.stages && !step.predicate) return variableKey(String(step.value), scope)
  if (step.type === 'variable' || step.type === 'function') return textKey(step, scope)
  return undefined
}

export function continuedKey(key: string, step: AstNode, scope: Scope): string | undefined {
  if (step.type !== 'name' || step.focus || step.index) return undefined
  const stages = (step.stages ?? []).map((stage) => (stage.expr ? `[${written(stage.expr, scope)}]` : '?')).join('')
  return `${key}${separator}${String(step.value)}${stages}`
}

export function contextKey(scope: Scope): string {
  return `c${scope.contextId}`
}

function variableKey(name: string, scope: Scope): string | undefined {
  if (name === '') return contextKey(scope)
  const binding = lookupVariable(scope, name)
  return binding && `v${binding.id}`
}

function textKey(node: AstNode, scope: Scope): string {
  return `t${scope.contextId} ${written(node, scope)}`
}

function written(node: AstNode, scope: Scope): string {
  const { start, end } = scope.code.text.whole(node)
  return scope.code.text.source.slice(start, end).replace(/\s+/g, '')
}

/** The type of a value at `key`, with what is known to be present below it. */
export function refine(type: StaticType, key: string, facts: Facts): StaticType {
  let refined = type
  for (const fact of facts) {
    if (fact.startsWith(key + separator)) refined = withPresent(refined, fact.slice(key.length + 1).split(separator))
  }
  return refined
}

function withPresent(type: StaticType, path: readonly string[]): StaticType {
  const [name, ...others] = path
  if (type.kind !== 'object' || name === undefined) return type
  const field = type.fields.get(name)
  if (!field) return type
  const present = withPresent(required(field), others)
  if (present === field) return type
  return { ...type, fields: new Map(type.fields).set(name, present) }
}

function union(a: Facts, b: Facts): Facts {
  return a.size === 0 ? b : b.size === 0 ? a : new Set([...a, ...b])
}

function intersection(a: Facts, b: Facts): Facts {
  return new Set([...a].filter((fact) => b.has(fact)))
}
