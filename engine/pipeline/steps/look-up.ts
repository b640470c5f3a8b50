import { naturalValue } from '../../connectors/write/natural-key.ts'
import { isKeyPart } from '../../store/key.ts'
import type { CompiledStep, CompiledStepFind } from '../compiled-mapping.ts'
import type { StepDraft } from './draft.ts'
import { StepFailure } from './step-failure.ts'
import type { StepScope } from './step-scope.ts'
import type { Made, Sought, StepWorld } from './step-world.ts'

/** What the first find that found something gave. */
export interface Found {
  /** All that count (`where`). */
  readonly rows: readonly unknown[]
  readonly chosen: Made
}

/** The values by which a step's record is looked for: those of its finds, and else its natural key. */
export async function soughtBy(
  step: CompiledStep,
  scope: StepScope,
  draft: () => Promise<StepDraft>,
): Promise<readonly Sought[]> {
  const sought: Sought[] = []
  for (const { find, value } of step.finds) {
    const wanted = await value.evaluate(scope.input, scope.variables)
    if (isSought(wanted)) sought.push({ find, value: wanted })
  }
  const repeat = step.create?.repeat
  // What is found needs no fields, and so no natural key.
  if (typeof repeat !== 'object' || sought.length > 0) return sought
  const { createOnly, fields } = await draft()
  const natural = await naturalValue(repeat, { ...createOnly, ...fields })
  return isSought(natural) ? [{ find: repeat.by, value: natural }] : []
}

/** Tries the finds of a step in order. @throws StepFailure `step-many-found` */
export async function firstFound(step: CompiledStep, scope: StepScope, world: StepWorld): Promise<Found | undefined> {
  for (const by of step.finds) {
    const value = await by.value.evaluate(scope.input, scope.variables)
    if (!isSought(value)) continue
    const recent = world.recent(step, by.find, value)
    if (recent) {
      const record = step.to.entity.get ? await world.read(step, recent) : recent.target
      if ((await counting(by, [record], scope)).length > 0) return { rows: [record], chosen: { ...recent, record } }
    }
    const rows = await counting(by, await world.lookUp(step, by.find, value), scope)
    const chosen = await choose(step, by, rows, scope)
    if (chosen) return { rows, chosen }
  }
  return undefined
}

/** Nothing, and an empty text, are looked for nowhere: a system might answer with everything. */
export function isSought(value: unknown): value is Sought['value'] {
  return isKeyPart(value) && value !== '' && typeof value !== 'bigint'
}

export async function counting(
  { where }: Pick<CompiledStepFind, 'where'>,
  rows: readonly unknown[],
  { variables }: StepScope,
): Promise<readonly unknown[]> {
  if (!where) return rows
  const held = await Promise.all(rows.map(async (row) => (await where.evaluate(row, variables)) === true))
  return rows.filter((_, index) => held[index])
}

/** The one that is meant of those that were found. @throws StepFailure `step-many-found` */
export async function choose(
  step: CompiledStep,
  by: Pick<CompiledStepFind, 'find' | 'many' | 'order'>,
  rows: readonly unknown[],
  { variables }: StepScope,
): Promise<Made | undefined> {
  if (rows.length > 1 && by.many === 'fail') {
    throw new StepFailure(
      'step-many-found',
      `${step.to.name} has ${rows.length} records for the ${by.find ?? 'key'} that the step ${step.name} looks for. Leave only one there, or say with many: first, and order, which one is meant.`,
    )
  }
  const { order } = by
  const placed = await Promise.all(
    rows.map(async (row) => ({ row, place: order && (await order.evaluate(row, variables)) })),
  )
  if (order) placed.sort((a, b) => compare(a.place, b.place))
  const record = placed[0]?.row
  return record === undefined ? undefined : { target: targetOf(step, record), record }
}

/** The key fields of a record. */
export function targetOf({ to }: CompiledStep, record: unknown): Readonly<Record<string, unknown>> {
  const fields = record as Readonly<Record<string, unknown>>
  return Object.fromEntries(to.entity.keyFields.map((field) => [field, fields[field]]))
}

/** Numbers by their value, texts by their letters; what has no place comes last. */
function compare(a: unknown, b: unknown): number {
  if (a === undefined || b === undefined) return a === b ? 0 : a === undefined ? 1 : -1
  if (typeof a === 'number' && typeof b === 'number') return a - b
  return String(a) < String(b) ? -1 : String(a) > String(b) ? 1 : 0
}
