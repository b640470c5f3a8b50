import { randomUUID } from 'node:crypto'
import type { SpooledRead } from '../../store/spool.ts'
import type { Intent, StateStore } from '../../store/state-store.ts'
import { type AnyMapping, type CompiledMapping, mainStep } from '../compiled-mapping.ts'
import type { Given } from '../read/plan-types.ts'
import type { PipelineReport, RunOptions } from '../run-context.ts'
import { takeRunLocks } from '../run-locks.ts'
import { type RunReport, type RunRequest, runProject } from '../run-project.ts'
import type { DeclaredRepair } from './compare-declared.ts'
import type { RecordRepair } from './record-repair.ts'

/** Records that one run repairs. */
const together = 500

export type RepairRequest = Omit<RunRequest, 'mappings' | 'options' | 'given'>

/** What ended a repair early. */
export type RepairError = NonNullable<PipelineReport['error']>

/**
 * Repairs by the mapping's own write path: what the links say of these records is taken back, and the mapping is run for
 * them. Every write is journalled, and locked against other runs, as in any run.
 */
export async function repairRecords(
  mapping: CompiledMapping,
  repairs: SpooledRead,
  request: RepairRequest,
): Promise<RepairError | undefined> {
  const all = mapping.fullFile || !mapping.from.entity.get
  let needsAll = false
  for (const page of repairs.pages(together)) {
    const records = page.map(({ record }) => record as RecordRepair)
    takeBack(mapping, records, request)
    const toRun = records.filter(({ reason }) => reason !== 'orphan-link')
    if (toRun.some((record) => all || record.needsAll)) needsAll = true
    const keys = [...new Set(toRun.filter((record) => !all && !record.needsAll).map(({ sourceKey }) => sourceKey))]
    if (keys.length === 0) continue
    const error = await run(mapping, request, { keys })
    if (error) return error
  }
  return needsAll ? run(mapping, request, undefined) : undefined
}

/** Runs a mapping for the keys that a declared comparison gives. */
export async function repairDeclared(
  mapping: AnyMapping,
  repairs: SpooledRead,
  request: RepairRequest,
): Promise<RepairError | undefined> {
  for (const page of repairs.pages(together)) {
    const keys = page.flatMap(({ record }) => (record as DeclaredRepair).keys)
    const error = await run(mapping, request, { keys: [...new Set(keys)] })
    if (error) return error
  }
  return undefined
}

async function run(
  { name }: AnyMapping,
  request: RepairRequest,
  given: Given | undefined,
): Promise<RepairError | undefined> {
  const options: RunOptions = { full: given === undefined, only: undefined, since: undefined, dryRun: false }
  const report: RunReport = await runProject({
    ...request,
    mappings: [name],
    options,
    ...(given && { given: new Map([[name, given]]) }),
  })
  return report.pipelines[0]?.error
}

/** What links and look-ups say of these target records does not hold. */
function takeBack(mapping: CompiledMapping, records: readonly RecordRepair[], request: RepairRequest): void {
  const { store, clock } = request.environment
  const id = randomUUID()
  const locks = takeRunLocks(store.locks, [mapping.name], id, request.environment)
  try {
    store.transaction(() => {
      const gone = records.filter(({ reason }) => reason === 'missing' || reason === 'orphan-link')
      const keys = gone.map(({ targetKey }) => targetKey)
      // A record that is not there is a new one, with what only a new one gets.
      store.links.remove(mapping.name, mainStep, keys)
      store.known.remove(mapping.to.name, keys)
      for (const { reason, targetKey } of records) if (reason === 'differs') forgetSent(mapping, targetKey, store)
      const missing = records.filter(({ reason }) => reason === 'missing')
      if (typeof mapping.write.repeat === 'object' && missing.length > 0)
        store.journal.open(lookFirst(mapping, missing, id, new Date(clock.now()).toISOString()))
    })
  } finally {
    locks.release()
  }
}

function forgetSent(mapping: CompiledMapping, targetKey: string, store: StateStore): void {
  const link = store.links.byTarget(mapping.name, mainStep, targetKey)
  if (link?.state === 'live') store.links.put([{ ...link, fingerprint: '' }])
}

/**
 * A write that must not be done twice is looked up once more, by its natural key, before it is sent: an intent of which
 * nobody knows the outcome.
 */
function lookFirst(mapping: CompiledMapping, missing: readonly RecordRepair[], id: string, at: string): Intent {
  return {
    id: `${id} ${mapping.name} reconcile`,
    mapping: mapping.name,
    step: mainStep,
    operation: mapping.write.name,
    targetKeys: missing.map(({ targetKey }) => targetKey),
    fingerprints: Object.fromEntries(missing.map(({ targetKey, fingerprint = '' }) => [targetKey, fingerprint])),
    at,
  }
}
