import PQueue from 'p-queue'
import type { StateStore } from '../../store/state-store.ts'
import { moveCursor } from '../commit/cursor.ts'
import { createSourceLedger, type SourceState } from '../commit/source-ledger.ts'
import type { SteppedMapping } from '../compiled-mapping.ts'
import { type Counts, createStepCounts, type StepCounts, tallyInto } from '../counts.ts'
import { connectionOf } from '../open-connections.ts'
import { chunkSize, pageSize } from '../read/chunks.ts'
import { joinRecords } from '../read/join-records.ts'
import { forgetDeparted } from '../read/leftovers.ts'
import type { ReadPlan } from '../read/plan-types.ts'
import { notFound } from '../read/read-one.ts'
import { sharedRead } from '../read/shared-read.ts'
import { createSieve, failSource } from '../read/sieve.ts'
import type { SourceRecord } from '../read/source-record.ts'
import { type Ended, type PipelineReport, type RunContext, shown, type WouldWrite } from '../run-context.ts'
import { createImaginedWorld } from './imagined-world.ts'
import { createRecordProcess } from './process-record.ts'
import { createTargetWorld } from './target-world.ts'
import { createTurns, type Turns } from './turns.ts'

/** Source records that are on their way at the same time. Within one, steps go one after the other. */
const concurrent = 16
/** Source records that wait beside them until a search has caught up. */
const mostWaiting = 256
/** A record that came as a message and would wait longer is left to be tried again: other messages wait for this run. */
const mostWaitedMs = 5_000

/** Runs of one process that share a state share the turns: two pipelines may make records of one entity. */
const turnsByStore = new WeakMap<StateStore, Turns>()

function turnsOf(store: StateStore): Turns {
  const turns = turnsByStore.get(store) ?? createTurns()
  turnsByStore.set(store, turns)
  return turns
}

/** Runs a mapping with steps, record by record, from its read to its last confirmed step. */
export async function executeSteps(
  mapping: SteppedMapping,
  context: RunContext,
  plan: ReadPlan,
  counts: Counts,
  wouldWrite: WouldWrite[],
): Promise<Ended> {
  const { options, store, stop } = context
  const tally = tallyInto(counts)
  const progress = (phase: 'reading' | 'mapping' | 'writing', listed: number): void =>
    context.listener({ type: 'progress', mapping: mapping.name, phase, counts, listed })
  const ledger = createSourceLedger(mapping, context, counts)
  const stepCounts: Record<string, StepCounts> = Object.fromEntries(
    mapping.steps.map(({ name }) => [name, createStepCounts()]),
  )
  let shownRecords = 0
  const process = createRecordProcess({
    mapping,
    context,
    counts,
    stepCounts,
    ledger,
    world: () =>
      options.dryRun
        ? createImaginedWorld(mapping, context, tally)
        : createTargetWorld(mapping, context, turnsOf(store), tally, aside),
    show(records) {
      if (records.length === 0 || shownRecords >= shown) return
      shownRecords += 1
      for (const record of records) {
        wouldWrite.push(record)
        context.listener({ type: 'would-write', mapping: mapping.name, record })
      }
    },
  })
  const sieve = createSieve(mapping, context, counts, ledger, (state, reason) => {
    ledger.skip(reason)
    ledger.close(state)
  })

  let failure: unknown
  const halted = (): boolean => stop.aborted || failure !== undefined
  const queue = new PQueue({ concurrency: concurrent })
  let waiting = 0
  const areMessages = plan.given?.hints === true && (plan.given.records ?? []).length > 0
  /** A record that waits until a search has caught up gives its place to another: after an outage all of them may wait. */
  async function aside(work: () => Promise<void>, forMs: number): Promise<boolean> {
    if (areMessages && forMs > mostWaitedMs) return false
    const givesPlace = waiting < mostWaiting
    if (givesPlace) {
      waiting += 1
      queue.concurrency += 1
    }
    try {
      await work()
    } finally {
      if (givesPlace) {
        waiting -= 1
        queue.concurrency -= 1
      }
    }
    return true
  }
  const map = async (states: readonly SourceState[]): Promise<void> => {
    const joined = await joinRecords(mapping, states, context.connections, context.startedAt, (connection) => ({
      priority: mapping.priority,
      signal: stop,
      tally: tally(connection),
    }))
    for (const entry of joined) {
      await queue.onSizeLessThan(concurrent)
      if (halted()) return
      if ('failure' in entry) {
        failSource(ledger, entry.source, entry.failure)
        continue
      }
      void queue.add(async () => {
        if (halted()) return
        try {
          await process(entry.source, entry.variables)
        } catch (error) {
          failure ??= error
        }
        progress('writing', counts.read)
      })
    }
  }

  const read = await sharedRead(
    mapping,
    context,
    plan,
    (listed) => progress('reading', listed),
    tally(connectionOf(context, mapping.from.connection).name),
  )
  try {
    const kept: SourceState[] = []
    const chunk = chunkSize(mapping)
    for (const page of read.spooled.pages(pageSize)) {
      if (halted()) break
      kept.push(
        ...(await sieve(page.map(({ key, companion, record }) => ({ key, companion, ...(record as SourceRecord) })))),
      )
      while (kept.length >= chunk && !halted()) await map(kept.splice(0, chunk))
      progress('mapping', read.spooled.count())
    }
    if (!halted()) await map(kept.splice(0))
  } finally {
    // What was sent is followed to its end, also when the run is to stop.
    await queue.onIdle()
  }
  const steps: PipelineReport['steps'] = stepCounts
  if (failure !== undefined && !stop.aborted) throw failure
  if (stop.aborted) return { complete: false, steps }
  if (read.failure) throw read.failure
  if ((read.complete || plan.mode === 'given') && !options.dryRun) {
    forgetDeparted(mapping, context, plan, read)
    moveCursor(mapping, context, plan, read)
  }
  const missing = notFound(mapping, context, plan, read)
  if (missing) return { complete: false, steps, error: missing }
  return { complete: read.complete, steps }
}
