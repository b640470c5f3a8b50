import type { Step, StepFind } from '../../config/dsl.generated.ts'
import type { Formula, Scope } from '../../config/expression-compiler.ts'
import { nameAdvice } from '../../config/nearest-name.ts'
import type { Path } from '../../config/origin.ts'
import type { CompiledWrite } from '../../connectors/compiled-connector.ts'
import type { StaticType } from '../../expressions/static-type.ts'
import { required } from '../../expressions/type-algebra.ts'
import type { CompiledStep, CompiledStepFind, EntityRef } from '../compiled-mapping.ts'
import { compileFields, compileLets } from './blocks.ts'
import { checkStep } from './check-step.ts'
import { any, type Compiling } from './compiling.ts'
import { compileConditions, entityNamed } from './names.ts'
import { watchSteps } from './watch-steps.ts'

export interface StepSurroundings {
  /** With $steps: what earlier steps make. */
  readonly scope: Scope
  readonly earlier: ReadonlyMap<string, EntityRef>
  /** Names of this step and of those after it. */
  readonly later: ReadonlySet<string>
}

/** Compiles one step; `type` is what later steps see of it. */
export function compileStep(
  outer: Compiling,
  raw: Step,
  index: number,
  { scope: before, earlier, later }: StepSurroundings,
): { readonly step: CompiledStep | undefined; readonly type: StaticType } {
  const path: Path = ['steps', index]
  const to = entityNamed(outer, [...path, 'to'], raw.to)
  const conditionReads = new Set<string>()
  const reads = new Set<string>()
  const conditional = watchSteps(outer, { earlier, later, reads: conditionReads })
  const compiling = watchSteps(outer, { earlier, later, reads })
  const condition =
    raw.if === undefined ? undefined : conditional.compiler.formula([...path, 'if'], raw.if, before, 'condition')
  let scope: Scope = condition?.whenTrue
    ? { ...before, input: condition.whenTrue.input, variables: condition.whenTrue.variables }
    : before
  const formula = (key: 'each' | 'key', expects?: 'list'): Formula | undefined =>
    raw[key] === undefined ? undefined : conditional.compiler.formula([...path, key], raw[key], scope, expects)
  const each = formula('each', 'list')
  if (each) {
    const item: StaticType = each.type.kind === 'list' ? each.type.of : any
    scope = { ...scope, input: item, variables: new Map([...scope.variables, ['item', item]]) }
  }
  // Whether an item is known is found out by its key, before anything else of the step is evaluated.
  const key = formula('key')
  const lets = compileLets(compiling, [...path, 'let'], raw.let ?? {}, scope)
  scope = lets.scope
  const target: StaticType = to?.entity.type ?? any
  const finds = (raw.find ?? []).map((find, at) => compileFind(compiling, [...path, 'find', at], find, to, scope))
  const checked: Scope = {
    ...scope,
    variables: new Map<string, StaticType>([
      ...scope.variables,
      ['target', target],
      ...(raw.find ? [['found', { kind: 'list', of: target }] as const] : []),
    ]),
  }
  const create = writeNamed(compiling, [...path, 'write'], raw.write, to)
  const update = writeNamed(compiling, [...path, 'update'], raw.update, to)
  const step: CompiledStep | undefined = to && {
    name: raw.step,
    if: condition,
    each,
    key,
    lets: lets.lets,
    to,
    finds,
    create,
    update,
    found: raw.found ?? 'keep',
    absent: raw.absent ?? 'skip',
    onFail: raw.onFail ?? 'stop',
    ensure: compileConditions(compiling, [...path, 'ensure'], raw.ensure, checked),
    warn: compileConditions(compiling, [...path, 'warn'], raw.warn, checked),
    fields: compileFields(compiling, [...path, 'fields'], raw.fields ?? {}, scope, target),
    createOnly: compileFields(compiling, [...path, 'createOnly'], raw.createOnly ?? {}, scope, target),
    conditionReads,
    reads,
  }
  checkStep(outer, path, raw, step)
  return { step, type: typeOf(raw, target, to) }
}

/** The record that later steps see; absent where the step need not make or find one. */
function typeOf(raw: Step, target: StaticType, to: EntityRef | undefined): StaticType {
  if (raw.each !== undefined) return { kind: 'list', of: withKey(target, to) }
  const certain =
    raw.if === undefined && raw.onFail !== 'continue' && (raw.write !== undefined || raw.absent === 'fail')
  return certain ? withKey(target, to) : { ...withKey(target, to), optional: true }
}

/** A record that exists has its key. */
function withKey(target: StaticType, to: EntityRef | undefined): StaticType {
  if (target.kind !== 'object') return target
  const keys = new Set(to?.entity.keyFields ?? [])
  return {
    ...target,
    fields: new Map([...target.fields].map(([name, type]) => [name, keys.has(name) ? required(type) : type])),
  }
}

function writeNamed(
  { report }: Compiling,
  path: Path,
  name: string | undefined,
  to: EntityRef | undefined,
): CompiledWrite | undefined {
  if (name === undefined || !to) return undefined
  const write = to.entity.writes.get(name)
  if (!write) {
    report(
      path,
      'unknown-write',
      `${to.name} has no write ${name}.`,
      nameAdvice(name, to.entity.writes.keys(), 'writes'),
    )
  }
  return write
}

function compileFind(
  { compiler, report }: Compiling,
  path: Path,
  raw: StepFind,
  to: EntityRef | undefined,
  scope: Scope,
): CompiledStepFind {
  const byKey = raw.by === 'key' && to?.entity.finds.get('key') === undefined
  if (to && byKey && !to.entity.get) {
    report(
      [...path, 'by'],
      'no-get',
      `${to.name} cannot be read by its key.`,
      'Name a find, or give the entity a get in its connector file.',
    )
  }
  if (to && byKey && to.entity.keyFields.length > 1) {
    report([...path, 'by'], 'composite-key', `The key of ${to.name} has several fields.`, 'Name a find.')
  }
  if (to && !byKey && !to.entity.finds.has(raw.by)) {
    report(
      [...path, 'by'],
      'unknown-find',
      `${to.name} has no find ${raw.by}.`,
      nameAdvice(raw.by, [...to.entity.finds.keys(), 'key'], 'finds'),
    )
  }
  if (raw.order !== undefined && raw.many !== 'first') {
    report([...path, 'order'], 'step-order', 'order says which one is first.', 'Write many: first, or remove order.')
  }
  const found: Scope = { ...scope, input: to?.entity.type ?? any }
  return {
    find: byKey ? undefined : raw.by,
    value: compiler.formula([...path, 'value'], raw.value, scope),
    where: raw.where === undefined ? undefined : compiler.formula([...path, 'where'], raw.where, found, 'condition'),
    many: raw.many ?? 'fail',
    order: raw.order === undefined ? undefined : compiler.formula([...path, 'order'], raw.order, found),
  }
}
