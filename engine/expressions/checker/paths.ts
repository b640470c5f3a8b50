import type { AstNode, Stage } from '../ast.ts'
import type { StaticType } from '../static-type.ts'
import {
  describe,
  fieldOf,
  joinAll,
  listOf,
  memberOf,
  objectOf,
  optional,
  required,
  valuesOf,
} from '../type-algebra.ts'
import { contextKey, continuedKey, factsWhen, keyOf, refine } from './facts.ts'
import { listAsValue, mayBeAbsent, written } from './findings.ts'
import { reportUnknownName } from './names.ts'
import { bind, withContext, withFrame } from './scope.ts'
import type { Checker, Scope, Value } from './types.ts'
import { anyValue, listValue, mayBeNothing, numberValue } from './value.ts'

/** Where a path has come to: the value of one, and whether there may be many of it. */
interface Progress {
  readonly one: StaticType
  readonly many: boolean
  /** Not many: it may be nothing. Many: there may be none. */
  readonly perhaps: boolean
  readonly raw: boolean
  /** Key of what has been walked so far, for what is known to be present. */
  readonly key: string | undefined
  readonly parts?: Value['parts']
}

export function inferPath(checker: Checker, node: AstNode, outer: Scope): Value {
  const steps = node.steps ?? []
  const scope = withFrame(outer)
  let at: Progress | undefined
  for (const [index, step] of steps.entries()) {
    at =
      at === undefined
        ? firstStep(checker, step, scope, steps.length === 1)
        : nextStep(checker, at, step, scope, index === steps.length - 1)
  }
  if (!at) return anyValue
  if (node.group) return inferGroup(checker, node.group.lhs, valueAt(at), scope)
  const kept = node.keepArray === true || node.keepSingletonArray === true
  return kept && at.one.kind !== 'any' ? listValue(at.one, { nonEmpty: !at.perhaps }) : valueAt(at)
}

function valueAt(at: Progress): Value {
  if (!at.many) return { type: at.perhaps ? optional(at.one) : at.one }
  return listValue(at.one, { ...(at.raw && { raw: true }), ...(!at.perhaps && { nonEmpty: true }) })
}

function firstStep(checker: Checker, step: AstNode, scope: Scope, only: boolean): Progress {
  const { context } = scope
  if (step.type !== 'variable' && context.type.kind === 'list') {
    // A path over a list in hand takes each of its members.
    const start: Progress = {
      one: context.type.of,
      many: true,
      perhaps: context.nonEmpty !== true,
      raw: false,
      key: contextKey(scope),
    }
    return nextStep(checker, start, step, scope, only)
  }
  const key = keyOf({ type: 'path', steps: [step] }, scope)
  if (step.type === 'name') {
    const name = String(step.value)
    const field = nameStep(checker, context.type, step, scope, true)
    const start: Progress = {
      one: required(context.type),
      many: false,
      perhaps: false,
      raw: false,
      key: contextKey(scope),
    }
    return arrive(
      checker,
      start,
      { type: field ?? anyValue.type, raw: true },
      step,
      scope,
      continuedKey(contextKey(scope), { type: 'name', value: name }, scope),
      only,
    )
  }
  const start: Progress = { one: required(context.type), many: false, perhaps: false, raw: false, key: undefined }
  const { stages: _, ...bare } = step
  const bareKey = step.stages ? keyOf({ type: 'path', steps: [bare] }, scope) : key
  return arrive(checker, start, checker.infer(bare, scope), step, scope, bareKey, only)
}

function nextStep(checker: Checker, at: Progress, step: AstNode, scope: Scope, last: boolean): Progress {
  if (step.type === 'sort') return inferSort(checker, at, step, scope)
  if (step.type === 'name') {
    const field = nameStep(checker, at.one, step, scope, false)
    const key =
      at.key === undefined ? undefined : continuedKey(at.key, { type: 'name', value: step.value as string }, scope)
    return arrive(checker, at, { type: field ?? anyValue.type, raw: true }, step, scope, key, last)
  }
  const { stages: _, ...bare } = step
  const inner = contextScope(at, scope)
  const value = checker.infer(bare, inner)
  if (at.many && step.consarray && value.type.kind === 'list') {
    return { one: value.type, many: true, perhaps: at.perhaps, raw: false, key: undefined }
  }
  return arrive(checker, at, value, step, scope, undefined, last)
}

/** What `$` is in the next step: one of what the path has come to, with what is known of it. */
function contextScope(at: Progress, scope: Scope): Scope {
  const type = at.key === undefined ? at.one : refine(at.one, at.key, scope.facts)
  return withContext(scope, { type: required(type) })
}

/** Puts a step's value, for one of what stands before, together with how many stand before. */
function arrive(
  checker: Checker,
  at: Progress,
  found: Value,
  step: AstNode,
  scope: Scope,
  key: string | undefined,
  last: boolean,
): Progress {
  const known = key !== undefined && scope.facts.has(key)
  let value = known ? present(found) : found
  const stageKey = step.stages ? undefined : key
  if (step.focus !== undefined) bind(scope, step.focus, { type: required(memberOf(value.type)) })
  if (step.index !== undefined) bind(scope, step.index, numberValue)
  for (const stage of step.stages ?? []) value = inferStage(checker, value, stage, scope, key)
  if (step.focus !== undefined) {
    // @ binds each, and the path stays where it was.
    return {
      ...at,
      many: at.many || value.type.kind === 'list',
      perhaps: at.perhaps || mayBeNothing(value),
      raw: false,
    }
  }
  const filteredKey =
    step.stages && keyOf({ type: 'path', steps: [step] }, scope) ? filterKey(at, step, scope) : stageKey
  const sure = filteredKey !== undefined && scope.facts.has(filteredKey)
  if (value.type.kind === 'list') {
    const perhaps = !sure && (at.perhaps || value.nonEmpty !== true)
    const raw = value.raw === true && !at.many && !at.perhaps && last && !step.stages?.length
    return { one: value.type.of, many: true, perhaps, raw, key: filteredKey }
  }
  const perhaps = !sure && (at.perhaps || mayBeNothing(value))
  return { one: required(value.type), many: at.many, perhaps, raw: false, key: filteredKey }
}

function filterKey(at: Progress, step: AstNode, scope: Scope): string | undefined {
  return at.key === undefined ? undefined : continuedKey(at.key, step, scope)
}

function present(value: Value): Value {
  if (value.type.kind === 'list') return { ...value, nonEmpty: true }
  return { ...value, type: required(value.type) }
}

function nameStep(
  checker: Checker,
  type: StaticType,
  step: AstNode,
  scope: Scope,
  first: boolean,
): StaticType | undefined {
  const name = String(step.value)
  switch (type.kind) {
    case 'object': {
      const field = fieldOf(type, name)
      if (field) checker.reads(field)
      else reportUnknownName(checker, type, step, scope, first)
      return field
    }
    case 'list': {
      const field = nameStep(checker, type.of, step, scope, first)
      return field && listOf(memberOf(field))
    }
    case 'string':
    case 'number':
    case 'boolean':
      checker.report(
        {
          code: 'unknown-field',
          severity: 'error',
          message: `There is no field ${name}: what stands before it is ${describe(required(type))}, which has no fields.`,
          advice: first ? nameAdvice(name) : 'Leave it away, or correct what stands before it.',
        },
        scope.code.text.token(step),
        scope,
      )
      return undefined
    default:
      return undefined
  }
}

function nameAdvice(name: string): string {
  return `Write $record.${name} for a field of the record, or '${name}' for a text.`
}

/** A predicate or index. `key` is the key of the value before it. */
export function inferStage(checker: Checker, value: Value, stage: Stage, scope: Scope, key: string | undefined): Value {
  const test = stage.expr
  if (stage.type === 'index' || !test) {
    if (stage.value !== undefined) bind(scope, stage.value, numberValue)
    return value
  }
  const isList = value.type.kind === 'list'
  if (test.type === 'number' && typeof test.value === 'number') return atIndex(value, Math.floor(test.value))
  const member = memberOf(value.type)
  const memberType = key === undefined ? member : refine(member, key, scope.facts)
  const inner = withContext(scope, { type: memberType })
  const answer = checker.infer(test, inner)
  const span = () => scope.code.text.whole(test)
  switch (answer.type.kind) {
    case 'number':
      if (mayBeNothing(answer))
        checker.report(mayBeAbsent(test, answer.type, '[ ] finds nothing', inner), span(), inner)
      return value.type.kind === 'any' ? anyValue : { type: optional(memberType) }
    case 'boolean':
      if (mayBeNothing(answer))
        checker.report(mayBeAbsent(test, answer.type, '[ ] leaves it out', inner), span(), inner)
      break
    case 'function':
      checker.report(
        {
          code: 'not-a-condition',
          severity: 'error',
          message: `${written(test, inner, 'This')} is a function, which is never true.`,
          advice: 'Call it: $name(…).',
        },
        span(),
        inner,
      )
      break
    case 'any':
      // May be an index or a condition.
      if (!isTest(test)) return anyValue
      break
    default:
      break
  }
  if (value.type.kind === 'any') return anyValue
  const kept = refine(memberType, contextKey(inner), factsWhen(test, true, inner))
  return isList ? listValue(kept) : { type: optional(kept) }
}

function isTest(node: AstNode): boolean {
  return node.type === 'binary' && ['and', 'or', '=', '!=', '<', '<=', '>', '>=', 'in'].includes(String(node.value))
}

function atIndex(value: Value, index: number): Value {
  if (value.type.kind === 'any') return anyValue
  if (value.type.kind !== 'list') {
    // One value is a list of one.
    return index === 0 || index === -1 ? value : { type: optional(value.type) }
  }
  const part = value.parts?.every(({ value: each }) => !mayBeNothing(each) && each.type.kind !== 'list')
    ? value.parts.at(index)
    : undefined
  if (part) return part.value
  const sure = value.nonEmpty === true && (index === 0 || index === -1)
  return { type: sure ? value.type.of : optional(value.type.of) }
}

function inferSort(checker: Checker, at: Progress, step: AstNode, scope: Scope): Progress {
  const inner = contextScope(at, scope)
  for (const term of step.terms ?? []) {
    const value = checker.infer(term.expression, inner)
    const span = () => scope.code.text.whole(term.expression)
    if (value.type.kind === 'list') {
      checker.report(listAsValue(term.expression, value.type, 'a sort key', inner), span(), inner)
    } else if (mayBeNothing(value)) {
      checker.report(mayBeAbsent(term.expression, value.type, 'it sorts last', inner), span(), inner)
    } else if (['boolean', 'object', 'function'].includes(value.type.kind)) {
      checker.report(
        {
          code: 'wrong-type',
          severity: 'error',
          message: `${written(term.expression, inner, 'This')} is ${describe(value.type)}, which has no order.`,
          advice: 'Sort by a number or a text.',
        },
        span(),
        inner,
      )
    }
  }
  let value: Value = listValue(at.one, { nonEmpty: !at.perhaps })
  if (at.one.kind === 'any' && !at.many) value = anyValue
  if (step.index !== undefined) bind(scope, step.index, numberValue)
  for (const stage of step.stages ?? []) value = inferStage(checker, value, stage, scope, undefined)
  if (value.type.kind === 'list') {
    return { one: value.type.of, many: true, perhaps: value.nonEmpty !== true, raw: false, key: undefined }
  }
  return { one: required(value.type), many: false, perhaps: mayBeNothing(value), raw: false, key: undefined }
}

/** `path{ key: value }`: one object, whose values see all members of their group. */
export function inferGroup(checker: Checker, pairs: [AstNode, AstNode][], value: Value, scope: Scope): Value {
  const member = memberOf(value.type)
  const forKey = withContext(scope, { type: member })
  if (value.type.kind === 'list' && pairs.length > 0 && pairs.every(([key]) => key.type === 'string')) {
    const first = pairs[0]?.[0] as AstNode
    checker.report(
      {
        code: 'group-by-constant',
        severity: 'warning',
        message: 'list{ … } makes groups by the names, and one object of all; these names are constant.',
        advice: 'Write a dot for one object of each: list.{ … }.',
      },
      scope.code.text.token(first),
      scope,
    )
  }
  const group: Value = member.kind === 'any' ? anyValue : listValue(member, { nonEmpty: true })
  const fields = new Map<string, StaticType>()
  const rests: StaticType[] = []
  for (const [key, field] of pairs) {
    const name = inferKey(checker, key, forKey)
    const type = checker.infer(field, withContext(scope, group)).type
    if (typeof name === 'string') fields.set(name, optional(type))
    else rests.push(required(type))
  }
  return { type: objectOf(fields, rests.length > 0 ? joinAll(rests) : undefined) }
}

/** The name of a field of an object that is written out, if it is constant. */
export function inferKey(checker: Checker, key: AstNode, scope: Scope): string | undefined {
  const value = checker.infer(key, scope)
  const span = () => scope.code.text.whole(key)
  const { type } = value
  if (mayBeNothing(value) && type.kind !== 'list') {
    checker.report(mayBeAbsent(key, type, 'its field is left out', scope), span(), scope)
  } else if (type.kind === 'list') {
    checker.report(listAsValue(key, type, 'the name of a field', scope), span(), scope)
  } else if (type.kind !== 'string' && type.kind !== 'any') {
    checker.report(
      {
        code: 'wrong-type',
        severity: 'error',
        message: `${written(key, scope, 'This')} is ${describe(type)}, and the name of a field is a text.`,
        advice: `Write $string(${scope.code.text.short(key) ?? 'x'}).`,
      },
      span(),
      scope,
    )
  }
  return typeof value.literal?.value === 'string' ? value.literal.value : undefined
}

export function inferWildcard(scope: Scope): Value {
  const { type } = scope.context
  if (type.kind !== 'object') return anyValue
  const of = valuesOf(type)
  return of.kind === 'any' ? anyValue : listValue(memberOf(of))
}
