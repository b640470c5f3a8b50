import type { Formula, Variables } from '../../config/expression-compiler.ts'
import { privateKey } from '../../redaction/private-key.ts'
import { isKeyPart, keyText } from '../../store/key.ts'
import type { CompiledCondition, CompiledStep } from '../compiled-mapping.ts'
import { refusal } from '../map/conditions.ts'
import { withLets } from '../map/map-record.ts'
import { draftOf, type StepDraft, sendable } from './draft.ts'
import { type Found, firstFound, soughtBy } from './look-up.ts'
import { StepFailure } from './step-failure.ts'
import type { RecordSteps, StepScope } from './step-scope.ts'
import type { KnownItem, Made, Sought, StepItem, StepWorld } from './step-world.ts'

/** What became of one target record of a step. */
export interface ItemEvent {
  readonly kind: 'created' | 'updated' | 'unchanged' | 'found' | 'absent'
  readonly made?: Made
  /** What was, or would be, sent. */
  readonly draft?: StepDraft
  readonly warnings: readonly string[]
}

export interface ItemInput {
  readonly step: CompiledStep
  readonly source: RecordSteps
  /** The item of `each`, or the source record. */
  readonly item: unknown
  /** With the steps as far as condition, list and key need them. */
  readonly variables: Variables
  /** With the steps as far as all expressions need them. */
  readonly full: () => Promise<Variables>
  /** Keys of the step's items before this one. */
  readonly keys: Set<string>
  readonly world: StepWorld
}

/** One target record of a step: what is known of it, else what is found, else what is made. */
export async function runItem(input: ItemInput): Promise<ItemEvent> {
  const { step, source, world } = input
  const scope = once(() => scopeOf(input))
  const item: StepItem = { step, sourceKey: source.sourceKey, linkKey: await linkKeyOf(input), scope }
  const draft = once(async () => draftOf(step, await scope(), world.isPlaceholder))
  const known = await world.known(item, draft)
  if (known) return await existing(input, item, known, scope, draft)
  const sought = await soughtBy(step, await scope(), draft)
  return await world.turn(step, sought, () => findOrCreate(input, item, scope, draft, sought))
}

/** A key that is the same whenever the record is read again. */
async function linkKeyOf({ step, source, item, variables, keys }: ItemInput): Promise<string> {
  const scope = step.each ? { ...variables, item } : variables
  const parts: unknown[] = [source.sourceKey]
  if (step.key) {
    const key = await step.key.evaluate(item, scope)
    if (!isKeyPart(key) || key === '')
      throw new StepFailure('key-absent', 'The key of the step gives nothing that could be one.')
    // A pseudonym stands where the key would say who someone is.
    parts.push(source.isPersonal(keyText([key])) ? privateKey(keyText([key])) : key)
  }
  const text = keyText(parts)
  if (keys.has(text))
    throw new StepFailure('key-twice', 'Two items of the step have one key. Make the keys differ, or keep one of them.')
  keys.add(text)
  return text
}

async function scopeOf({ step, item, full }: ItemInput): Promise<StepScope> {
  const outer = await full()
  return { input: item, variables: await withLets(step.lets, item, step.each ? { ...outer, item } : outer) }
}

type Lazy<T> = () => Promise<T>

function once<T>(work: Lazy<T>): Lazy<T> {
  let result: Promise<T> | undefined
  return () => {
    result ??= work()
    return result
  }
}

/** What is confirmed is not done again; a write that can change it does so when its fields have changed. */
async function existing(
  { step, world }: ItemInput,
  item: StepItem,
  known: KnownItem,
  scope: Lazy<StepScope>,
  draft: Lazy<StepDraft>,
): Promise<ItemEvent> {
  if (!step.update) return { kind: 'unchanged', made: known, warnings: [] }
  const made = await draft()
  if (made.fingerprint === known.fingerprint) return { kind: 'unchanged', made: known, warnings: [] }
  const warnings = await check(step, await scope(), draft, undefined, false)
  sendable(step, made)
  await world.update(item, known, made)
  // What was read before the change is not what the target holds now.
  return { kind: 'updated', made: { target: known.target }, draft: made, warnings }
}

async function findOrCreate(
  { step, world }: ItemInput,
  item: StepItem,
  scope: Lazy<StepScope>,
  draft: Lazy<StepDraft>,
  sought: readonly Sought[],
): Promise<ItemEvent> {
  const found = await firstFound(step, await scope(), world)
  const warnings = await check(step, await scope(), draft, found, true)
  if (found) {
    const { chosen: made } = found
    if (!step.update) {
      world.adopt(item, made, '')
      return { kind: 'found', made, warnings }
    }
    const wanted = await draft()
    if (step.found === 'keep') {
      world.adopt(item, made, wanted.fingerprint)
      return { kind: 'found', made, warnings }
    }
    sendable(step, wanted)
    world.adopt(item, made, '')
    await world.update(item, made, wanted)
    return { kind: 'updated', made: { target: made.target }, draft: wanted, warnings }
  }
  if (!step.create) {
    if (step.absent === 'skip') return { kind: 'absent', warnings }
    throw new StepFailure('step-not-found', `${step.to.name} has no record that the step ${step.name} looks for.`)
  }
  const wanted = await draft()
  sendable(step, wanted)
  const made = await world.create(item, wanted, sought)
  return { kind: made.wasThere ? 'found' : 'created', made, draft: wanted, warnings }
}

/** Tries what must hold before anything is sent. @returns reasons of `warn` that do not hold. */
async function check(
  step: CompiledStep,
  { input, variables }: StepScope,
  draft: Lazy<StepDraft>,
  found: Found | undefined,
  looked: boolean,
): Promise<readonly string[]> {
  const seenBy = async (formula: Formula): Promise<Variables> => {
    const target = formula.uses.has('target') ? (await draft()).values : undefined
    return { ...variables, ...(target && { target }), found: found?.rows ?? [] }
  }
  const holds = async ({ holds: condition }: CompiledCondition): Promise<boolean> =>
    (await condition.evaluate(input, await seenBy(condition))) === true
  // Of a record that is known nothing was looked for, so that nothing is said of what was found.
  const said = (conditions: readonly CompiledCondition[]): readonly CompiledCondition[] =>
    looked ? conditions : conditions.filter((each) => !each.holds.uses.has('found'))
  for (const condition of said(step.ensure)) {
    if (await holds(condition)) continue
    const seen = await seenBy(condition.say ?? condition.holds)
    throw new StepFailure(condition.reason, await refusal(condition, input, seen))
  }
  const warnings: string[] = []
  for (const condition of said(step.warn)) if (!(await holds(condition))) warnings.push(condition.reason)
  return warnings
}
