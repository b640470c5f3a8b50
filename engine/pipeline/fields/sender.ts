import PQueue from 'p-queue'
import type { Connection } from '../../connectors/connection.ts'
import { type Batch, createBatcher, writeLimits } from '../../connectors/write/batching.ts'
import type { OutgoingRecord } from '../../connectors/write/owned-fields.ts'
import { leavesDoubt, type RowOutcome } from '../../connectors/write/row-outcome.ts'
import { isKeyPart, keyText } from '../../store/key.ts'
import type { CompiledMapping } from '../compiled-mapping.ts'
import type { Tally } from '../counts.ts'
import type { RunContext } from '../run-context.ts'
import type { DepartureGroup } from './departures.ts'
import type { Intents } from './intents.ts'
import type { Departure, Ledger } from './ledger.ts'
import { findMissing } from './needs.ts'

/** The second half of a record's life: from its batch to its outcome in the state. */
export interface Sender {
  /** Puts a group into its batch, and starts sending batches that became full; waits while too many are under way. */
  add(group: DepartureGroup): Promise<void>
  /** Starts sending what is left. */
  flush(): Promise<void>
  /** For a full file: everything in one request. Not sent when there is nothing, or when records differ in their fields, and it cannot be one. */
  sendWhole(): Promise<'sent' | 'empty' | 'uneven'>
  /** For a full file in which nothing changed: nothing is sent. */
  dismiss(): void
  /** Resolves when nothing is under way; what was sent is followed to its end, also when the run is to stop. */
  settled(): Promise<void>
  /** What ended the sending. */
  failure(): unknown
  /** Records that were put in because they changed. */
  changed(): number
}

/** Batches that may wait behind those that are under way. */
const batchesAhead = 3

export async function createSender(
  mapping: CompiledMapping,
  context: RunContext,
  ledger: Ledger,
  intents: Intents,
  target: Connection,
  tally: Tally,
  onBatch: () => void,
): Promise<Sender> {
  const limits = await writeLimits(mapping.write, target.settings.settings)
  const batcher = createBatcher(mapping.write, mapping.fullFile ? Number.POSITIVE_INFINITY : limits.batch)
  const departures = new Map<string, Departure>()
  const queue = new PQueue({ concurrency: limits.concurrent })
  let failure: unknown
  let changed = 0
  const halted = (): boolean => failure !== undefined || context.stop.aborted

  async function start(batches: readonly Batch[]): Promise<void> {
    for (const batch of batches) {
      // A few batches may wait, so that reading and mapping go on while the target works; more would fill the memory.
      await queue.onSizeLessThan(batchesAhead)
      if (halted()) return
      void queue.add(async () => {
        if (halted()) return
        try {
          await send(batch)
        } catch (error) {
          failure ??= error
        }
      })
    }
  }

  async function send(batch: Batch): Promise<void> {
    const keys = batch.items.flat().map(({ key }) => key)
    const intended = keys.map((key) => ({ key, fingerprint: departures.get(key)?.fingerprint }))
    const lookFirst = intents.lookFirst(intended)
    const intent = intents.open(intended)
    let sent = false
    const outcomes = await target.writing
      .send(mapping.to.entity, mapping.write, batch, {
        priority: mapping.priority,
        signal: context.abort,
        full: mapping.fullFile,
        lookFirst,
        tally: tally(mapping.to.connection),
        onSent: () => {
          sent = true
        },
        onJob: (job) => intent.setJob(job),
      })
      .catch((error: unknown) => {
        // What was surely not sent is not in doubt: without credentials, or to a host that cannot be reached.
        if (!sent) intent.withdraw()
        throw error
      })
    let late: unknown
    const missing = await missingAfterAll(keys, outcomes).catch((error: unknown) => {
      // What became of the batch is known, and booked, before this ends the pipeline.
      late = error
      return new Map<string, RowOutcome>()
    })
    const unsaid: RowOutcome = { kind: 'undecided', message: 'The target said nothing of this record.' }
    ledger.transaction(() => {
      const undecided: string[] = []
      const doubtful: string[] = []
      for (const key of keys) {
        const departure = departures.get(key)
        const outcome = missing.get(key) ?? outcomes.get(key) ?? unsaid
        departures.delete(key)
        if (departure) ledger.settle(departure, outcome)
        if (outcome.kind === 'undecided') undecided.push(key)
        if (leavesDoubt(outcome)) doubtful.push(key)
      }
      intent.close(undecided, doubtful)
    })
    onBatch()
    if (late !== undefined) throw late
  }

  /**
   * A record that the target took and does not hold may lack what it needs: the target was known to have it, and has it
   * no more. It is asked once more.
   */
  async function missingAfterAll(
    keys: readonly string[],
    outcomes: ReadonlyMap<string, RowOutcome>,
  ): Promise<ReadonlyMap<string, RowOutcome>> {
    const found = new Map<string, RowOutcome>()
    const doubtful = keys.flatMap((key) => {
      const outcome = outcomes.get(key)
      const departure = departures.get(key)
      return departure && outcome?.kind === 'failed' && outcome.code === 'not-applied' ? [departure.target] : []
    })
    if (doubtful.length === 0 || mapping.needs.length === 0) return found
    for (const { entity, field } of mapping.needs) {
      context.store.known.remove(
        entity.name,
        doubtful.flatMap(({ fields }) => (isKeyPart(fields[field]) ? [keyText([fields[field]])] : [])),
      )
    }
    const missing = await findMissing(mapping, doubtful, { ...context, stop: context.abort }, tally)
    for (const record of doubtful) {
      const absent = missing.of([record])
      if (absent && !absent.unreadable)
        found.set(record.key, {
          kind: 'absent',
          code: 'not-in-target',
          message: `${absent.entity} has no record with this ${absent.field} any more.`,
        })
    }
    return found
  }

  return {
    async add(group) {
      const records = group.map((departure): OutgoingRecord => {
        const { key, fields, createOnly, cleared } = departure.target
        const { existed: exists } = departure
        if (!departure.companion) changed += 1
        departures.set(key, departure)
        return {
          key,
          fields: { ...createOnly, ...fields },
          createOnly: new Set(Object.keys(createOnly)),
          cleared: new Set(cleared),
          exists,
        }
      })
      await start(batcher.add(records))
    },
    flush: () => start(batcher.flush()),
    async sendWhole() {
      const batches = batcher.flush()
      if (batches.length !== 1) return batches.length === 0 ? 'empty' : 'uneven'
      await start(batches)
      await queue.onIdle()
      return 'sent'
    },
    dismiss() {
      batcher.flush()
      for (const { source } of departures.values()) ledger.unchanged(source)
      departures.clear()
    },
    async settled() {
      await queue.onIdle()
    },
    failure: () => failure,
    changed: () => changed,
  }
}
