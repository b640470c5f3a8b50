import type { Variables } from '../../config/expression-compiler.ts'
import { asList } from '../../expressions/as-list.ts'
import { EvaluationError } from '../../expressions/function-definition.ts'
import { isKeyPart, keyText } from '../../store/key.ts'
import type {
  CompiledBlock,
  CompiledCondition,
  CompiledField,
  CompiledFields,
  CompiledMapping,
  MappingBase,
} from '../compiled-mapping.ts'
import { refusal } from './conditions.ts'
import { type FailedTarget, type Mapped, RecordFailure, type TargetRecord } from './outcome.ts'

/** Told of every value on the way, for `explain`. */
export interface Trace {
  value(
    section: 'keep' | 'wait' | 'join' | 'each' | 'let' | 'field' | 'ensure' | 'warn',
    name: string,
    value: unknown,
    item: number | undefined,
  ): void
}

/** Reasons to leave a record out. `joined` chooses the conditions that need joined records, or those that do not. */
export async function notKept(
  mapping: Pick<MappingBase, 'keep'>,
  record: unknown,
  variables: Variables,
  joined: boolean,
  trace?: Trace,
): Promise<string | undefined> {
  for (const condition of mapping.keep) {
    if (condition.joined !== joined) continue
    const holds = await condition.holds.evaluate(record, variables)
    trace?.value('keep', condition.reason, holds, undefined)
    if (holds !== true) return condition.reason
  }
  return undefined
}

/** The reason for which a record that is kept waits. */
export async function notYet(
  mapping: Pick<MappingBase, 'wait'>,
  record: unknown,
  variables: Variables,
  trace?: Trace,
): Promise<string | undefined> {
  for (const condition of mapping.wait) {
    const holds = await condition.holds.evaluate(record, variables)
    trace?.value('wait', condition.reason, holds, undefined)
    if (holds !== true) return condition.reason
  }
  return undefined
}

/** The variables that all expressions of a record see. */
export function recordVariables(mapping: MappingBase, record: unknown, joins: Variables, startedAt: string): Variables {
  return { record, options: mapping.options, run: { startedAt }, ...joins }
}

/**
 * Maps one source record, its joins at hand: keep, wait, then a target record for each item of `each`, with `ensure` and
 * `warn`. A target record that fails stops only itself; what fails outside of the items fails the source record.
 */
export async function mapRecord(
  mapping: CompiledMapping,
  record: unknown,
  variables: Variables,
  trace?: Trace,
): Promise<Mapped> {
  try {
    const reason = await notKept(mapping, record, variables, true, trace)
    if (reason !== undefined) return { kind: 'skipped', reason }
    const waits = await notYet(mapping, record, variables, trace)
    if (waits !== undefined) return { kind: 'waits', reason: waits }
    const targets: TargetRecord[] = []
    const failed: FailedTarget[] = []
    const { block } = mapping
    const items = block.each ? asList(await block.each.evaluate(record, variables)) : [record]
    if (block.each) trace?.value('each', 'each', items, undefined)
    for (const [index, item] of items.entries()) {
      const scope = block.each ? { ...variables, item } : variables
      try {
        targets.push(await mapItem(mapping, item, scope, trace, block.each ? index : undefined))
      } catch (error) {
        failed.push({ key: error instanceof KeyedFailure ? error.key : undefined, ...codeOf(error) })
      }
    }
    const seen = new Set<string>()
    for (const { key } of targets) {
      if (seen.has(key))
        return {
          kind: 'failed',
          code: 'key-twice',
          message:
            'Two target records of this record have one key. Make the key fields differ, or keep only one of them.',
        }
      seen.add(key)
    }
    return { kind: 'mapped', targets, failed }
  } catch (error) {
    return { kind: 'failed', ...codeOf(error) }
  }
}

class KeyedFailure extends RecordFailure {
  readonly key: string
  constructor(key: string, code: string, message: string) {
    super(code, message)
    this.key = key
  }
}

async function mapItem(
  mapping: CompiledMapping,
  item: unknown,
  outer: Variables,
  trace: Trace | undefined,
  index: number | undefined,
): Promise<TargetRecord> {
  const variables = await withLets(mapping.block.lets, item, outer, trace, index)
  const tell = trace && ((name: string, value: unknown) => trace.value('field', name, value, index))
  const owned = await evaluateFields(mapping.block.fields, item, variables, tell)
  const createOnly = await evaluateFields(mapping.createOnly, item, variables, tell)
  const { entity } = mapping.to
  const whole = entity.writer({ ...createOnly, ...owned })
  const fields = whole.value as Readonly<Record<string, unknown>>
  const absent = entity.keyFields.filter((field) => !isKeyPart(fields?.[field]))
  if (absent.length > 0) {
    throw new RecordFailure(
      'key-absent',
      `The key field ${absent.join(', ')} of ${mapping.to.name} gives nothing that fits its schema.`,
    )
  }
  const key = keyText(entity.keyFields.map((field) => fields[field]))
  const checked = { ...variables, target: { ...createOnly, ...owned } }
  // Before the schema: what a mapping ensures has a reason of its own, which says more than a limit of the schema.
  for (const condition of mapping.ensure) {
    if (!(await conditionHolds(condition, item, checked, trace, 'ensure', index, key))) {
      throw new KeyedFailure(key, condition.reason, await refusal(condition, item, checked))
    }
  }
  const problem = whole.problems[0]
  if (problem)
    throw new KeyedFailure(key, `target-${problem.code}`, `${mapping.to.name}${problem.path}: ${problem.message}`)
  const warnings: string[] = []
  for (const condition of mapping.warn) {
    if (!(await conditionHolds(condition, item, checked, trace, 'warn', index, key))) warnings.push(condition.reason)
  }
  const onlyAtCreation = new Set(mapping.createOnly.keys())
  return {
    key,
    fields: Object.fromEntries(Object.entries(fields).filter(([name]) => !onlyAtCreation.has(name))),
    createOnly: Object.fromEntries(Object.entries(fields).filter(([name]) => onlyAtCreation.has(name))),
    cleared: [...mapping.block.fields.keys()].filter((name) => entity.clears.has(name) && fields[name] === undefined),
    warnings,
  }
}

async function conditionHolds(
  condition: CompiledCondition,
  item: unknown,
  variables: Variables,
  trace: Trace | undefined,
  section: 'ensure' | 'warn',
  index: number | undefined,
  key: string,
): Promise<boolean> {
  try {
    const holds = await condition.holds.evaluate(item, variables)
    trace?.value(section, condition.reason, holds, index)
    return holds === true
  } catch (error) {
    const { code, message } = codeOf(error)
    throw new KeyedFailure(key, code, message)
  }
}

/** The variables with the lets, in order, each of which sees those before it. */
export async function withLets(
  lets: CompiledBlock['lets'],
  input: unknown,
  outer: Variables,
  trace?: Trace,
  index?: number,
): Promise<Variables> {
  if (lets.length === 0) return outer
  const variables: Record<string, unknown> = { ...outer }
  for (const { name, value } of lets) {
    variables[name] = await value.evaluate(input, variables)
    trace?.value('let', name, variables[name], index)
  }
  return variables
}

/** Evaluates fields; one that gives nothing is left out. */
export async function evaluateFields(
  fields: CompiledFields,
  input: unknown,
  variables: Variables,
  tell?: (name: string, value: unknown) => void,
): Promise<Record<string, unknown>> {
  const out: Record<string, unknown> = {}
  for (const [name, field] of fields) {
    const value = await evaluateField(field, input, variables)
    tell?.(name, value)
    if (value !== undefined) out[name] = value
  }
  return out
}

async function evaluateField(field: CompiledField, input: unknown, variables: Variables): Promise<unknown> {
  switch (field.kind) {
    case 'value':
      return field.value.evaluate(input, variables)
    case 'object': {
      const object = await evaluateFields(field.fields, input, variables)
      return Object.keys(object).length === 0 ? undefined : object
    }
    case 'list': {
      const entries: unknown[] = []
      let counts = false
      for (const block of field.blocks) {
        if (block.if && (await block.if.evaluate(input, variables)) !== true) continue
        counts = true
        const items = block.each ? asList(await block.each.evaluate(input, variables)) : [input]
        for (const item of items) {
          const scope = await withLets(block.lets, item, block.each ? { ...variables, item } : variables)
          entries.push(await evaluateFields(block.fields, item, scope))
        }
      }
      // A list none of whose blocks counts is absent; one that counts and yields nothing is empty, which clears.
      return counts ? entries : undefined
    }
  }
}

/** Code and message of what made a record fail. What is none of our failures is a mistake of ours and is not hidden. */
export function codeOf(error: unknown): { readonly code: string; readonly message: string } {
  if (error instanceof RecordFailure || error instanceof EvaluationError)
    return { code: error.code, message: error.message }
  throw error
}
