import type { AnyMapping, CompiledComparison, CompiledMapping, SteppedMapping } from '../compiled-mapping.ts'
import { add } from '../counts.ts'
import { endedBy } from '../ended-by.ts'
import { connectionOf } from '../open-connections.ts'
import { canReadChanges } from '../read/changes.ts'
import type { ReadPlan } from '../read/plan-types.ts'
import { compareDeclared, type DeclaredRepair } from './compare-declared.ts'
import { compareRecords } from './compare-records.ts'
import { type Comparing, comparing, type Difference, shownDifferences } from './difference.ts'
import { findLostTargets } from './loose-links.ts'
import type { MappingReconciliation, Reconciling } from './reconciliation.ts'
import type { RecordRepair } from './record-repair.ts'
import { type RepairError, repairDeclared, repairRecords } from './repair.ts'
import { type TargetReader, targetReaderOf } from './target-reader.ts'

/** Source records that are compared again together after a repair. */
const together = 500

/** One comparison of a mapping: of its records, or a declared one. */
interface Task {
  compare(plan: ReadPlan, into: Comparing): Promise<void>
  readonly plan: ReadPlan
  /** Undefined: nothing of it can be repaired. */
  repair?(into: Comparing): Promise<RepairError | undefined>
  /** Source keys of what was repaired, when the source can be read by them. */
  again?(repair: unknown): string
}

interface Done {
  readonly before: Comparing
  readonly repaired: number
  readonly remaining: number
  readonly differences: readonly Difference[]
  readonly error?: RepairError
}

/** Compares the records of a mapping and what it declares beside; repairs, where that is asked for, and compares again. */
export async function reconcileMapping(
  mapping: AnyMapping,
  reconciling: Reconciling,
  rebind: () => void,
): Promise<MappingReconciliation> {
  const started = performance.now()
  const { context } = reconciling
  const reader = mapping.steps ? undefined : targetReaderOf(mapping.to.entity)
  const tasks = [
    ...(mapping.steps
      ? context.options.since === undefined
        ? [ofSteps(mapping, reconciling)]
        : []
      : reader && mapping.from.entity.list
        ? [ofRecords(mapping, reader, reconciling)]
        : []),
    ...mapping.comparisons.map((comparison) => ofComparison(comparison, reconciling)),
  ]
  const first = tasks[0]
  if (first)
    context.listener({
      type: 'pipeline-started',
      mapping: mapping.name,
      mode: first.plan.mode,
      reason: `to compare both sides: ${first.plan.reason}`,
    })
  const done: Done[] = []
  for (const task of tasks) {
    if (context.stop.aborted) break
    done.push(await reconcile(task, reconciling, mapping.name, rebind))
  }
  const error = done.find((each) => each.error)?.error
  const total = (of: (each: Done) => number): number => done.reduce((all, each) => all + of(each), 0)
  const counted = (of: (each: Comparing) => Readonly<Record<string, number>>): Record<string, number> => {
    const counts: Record<string, number> = {}
    for (const { before } of done) for (const [name, count] of Object.entries(of(before))) add(counts, name, count)
    return counts
  }
  return {
    mapping: mapping.name,
    compared: total(({ before }) => before.compared),
    skipped: counted(({ counts }) => counts.skipped),
    parked: total(({ before }) => before.counts.parked),
    failed: counted(({ counts }) => counts.failed),
    found: counted(({ found }) => found),
    repaired: total(({ repaired }) => repaired),
    remaining: total(({ remaining }) => remaining),
    differences: done.flatMap(({ differences }) => differences).slice(0, shownDifferences),
    calls: counted(({ counts }) => counts.calls),
    seconds: Math.round(performance.now() - started) / 1000,
    ...(!mapping.steps && !reader && { notCompared: `${mapping.to.name} cannot be read by its key` }),
    ...(error && { error }),
  }
}

async function reconcile(
  task: Task,
  { request, context, fresh }: Reconciling,
  name: string,
  rebind: () => void,
): Promise<Done> {
  const start = (): Comparing => comparing(context.spool.read(fresh(`repairs ${name}`)))
  const before = start()
  const failed = await guarded(context.stop, () => task.compare(task.plan, before))
  const without: Done = {
    before,
    repaired: 0,
    remaining: before.total,
    differences: before.first,
    ...(failed && { error: failed }),
  }
  if (!request.repair || !task.repair || before.repairable === 0 || failed || context.stop.aborted) return without
  const repairError = await task.repair(before)
  rebind()
  const after = start()
  const again = await guarded(context.stop, () => compareAgain(task, before, after))
  const error = repairError ?? again
  // What could not be compared again is as it was.
  if (again || context.stop.aborted) return { ...without, ...(error && { error }) }
  const all = !task.again
  const remaining = all ? after.total : before.total - before.repairable + after.total
  return {
    before,
    repaired: Math.max(0, before.total - remaining),
    remaining,
    differences: all ? after.first : [...before.first.filter(({ repairable }) => !repairable), ...after.first],
    ...(error && { error }),
  }
}

async function compareAgain({ compare, plan, again }: Task, before: Comparing, after: Comparing): Promise<void> {
  // The records that were read before may have changed with the repair.
  if (!again) return compare({ ...plan, mode: 'since' }, after)
  for (const page of before.repairs.pages(together)) {
    const keys = [...new Set(page.map(({ record }) => again(record)))]
    await compare({ mode: 'given', reason: 'what was repaired', since: undefined, also: [], given: { keys } }, after)
  }
}

/** What a system does ends one comparison, and is told. */
async function guarded(stop: AbortSignal, work: () => Promise<void>): Promise<RepairError | undefined> {
  try {
    await work()
    return undefined
  } catch (error) {
    if (stop.aborted) return undefined
    const ended = endedBy(error)
    if (!ended) throw error
    return ended
  }
}

function ofRecords(mapping: CompiledMapping, reader: TargetReader, reconciling: Reconciling): Task {
  const { request, context, fresh } = reconciling
  const { since } = context.options
  return {
    plan: (since === undefined && planFromCutOff(mapping, reconciling)) || planOf(mapping, since, reconciling),
    compare: (plan, into) => compareRecords(mapping, reader, context, plan, fresh(mapping.name), into),
    repair: ({ repairs }) => repairRecords(mapping, repairs, request),
    ...(mapping.from.entity.get && { again: (repair: unknown) => (repair as RecordRepair).sourceKey }),
  }
}

function ofComparison(comparison: CompiledComparison, reconciling: Reconciling): Task {
  const { request, context, fresh } = reconciling
  const { source, sinceMs, repair } = comparison
  const since =
    context.options.since ?? (sinceMs === undefined ? undefined : new Date(context.clock.now() - sinceMs).toISOString())
  const repairing = repair && context.mappings.get(repair.mapping)
  return {
    plan: planOf(source, since, reconciling),
    compare: (plan, into) =>
      compareDeclared(comparison, context, plan, fresh(`${source.name} ${comparison.name}`), into),
    ...(repairing && { repair: ({ repairs }: Comparing) => repairDeclared(repairing, repairs, request) }),
    ...(source.from.entity.get && { again: (repaired: unknown) => (repaired as DeclaredRepair).sourceKey }),
  }
}

/** Of steps the links are looked at, all of them or none. */
function ofSteps(mapping: SteppedMapping, { context }: Reconciling): Task {
  return {
    plan: { mode: 'full', reason: 'the links of its steps', since: undefined, also: [] },
    compare: (_, into) => findLostTargets(mapping, context, into),
  }
}

/** What was before the cut-off is no matter of the mapping. */
function planFromCutOff({ from, cutOff }: CompiledMapping, { context }: Reconciling): ReadPlan | undefined {
  if (cutOff === undefined || !canReadChanges(connectionOf(context, from.connection), from.entity)) return undefined
  return { mode: 'since', reason: `everything from the cut-off ${cutOff} on`, since: cutOff, also: [] }
}

function planOf(mapping: Pick<CompiledMapping, 'from'>, since: string | undefined, { context }: Reconciling): ReadPlan {
  const { from } = mapping
  if (since === undefined) return { mode: 'full', reason: 'everything', since, also: [] }
  return canReadChanges(connectionOf(context, from.connection), from.entity)
    ? { mode: 'since', reason: `changes since ${since}`, since, also: [] }
    : {
        mode: 'since',
        reason: `everything, since ${from.name} cannot be asked for changes`,
        since: undefined,
        also: [],
      }
}
