import type { Connection } from '../../connectors/connection.ts'
import { createBatcher, writeLimits } from '../../connectors/write/batching.ts'
import type { OutgoingRecord } from '../../connectors/write/owned-fields.ts'
import { leavesDoubt } from '../../connectors/write/row-outcome.ts'
import type { Spool, SpooledRead } from '../../store/spool.ts'
import type { Link } from '../../store/state-store.ts'
import { type CompiledMapping, mainStep, tellsGone, usualBreaker } from '../compiled-mapping.ts'
import type { Counts } from '../counts.ts'
import { codeOf, evaluateFields } from '../map/map-record.ts'
import { RecordFailure } from '../map/outcome.ts'
import type { RunContext } from '../run-context.ts'
import type { Intents } from './intents.ts'
import type { Ledger } from './ledger.ts'

/**
 * Links that the source yields no more, gathered on disk through a run and told to the target at its end: only when
 * the read was complete, and only when they are not too many.
 */
export interface GoneTargets {
  /** Links of a source record that it does not yield any more. */
  add(links: readonly Link[]): void
  /** Links of source records that a complete read no longer finds. */
  addUnseen(read: SpooledRead): void
  /** Distinct source records that are affected. */
  sources(): number
  /** A code and message when there are too many. */
  breaker(): { readonly code: string; readonly message: string } | undefined
  /** Tells the target. `tell` hears of each record instead when it is a dry run. */
  write(connection: Connection, tell: (link: Link, fields: Readonly<Record<string, unknown>>) => void): Promise<void>
  /** After a full file the target knows by itself: only the state is written (and in a dry run, only counted). */
  mark(): void
}

const pageSize = 500
export const notRetiredCode = 'not-retired'

export function createGoneTargets(
  mapping: CompiledMapping,
  context: RunContext,
  spool: Spool,
  counts: Counts,
  ledger: Ledger,
  intents: Intents,
  tally: (event: { readonly throttled: boolean }) => void,
): GoneTargets {
  const { store, options } = context
  // Links of one source record are one group, so that pages never part them and sources can be counted.
  const gathered = spool.read(`gone ${mapping.name}`)
  const linked = store.links.countLiveSources(mapping.name, mainStep)

  const put = (links: readonly Link[]): void => {
    gathered.put(
      links.map((link) => ({ key: link.targetKey, group: `source ${link.sourceKey}`, record: link, companion: false })),
    )
  }

  function retired(link: Link): void {
    counts.gone += 1
    counts.updated += 1
    store.links.put([{ ...link, state: 'gone', fingerprint: '' }])
    if (store.deadLetters.get(mapping.name, link.sourceKey)?.code === notRetiredCode)
      store.deadLetters.remove(mapping.name, [link.sourceKey])
  }

  /** Kept like any other failure, so that the next run tells it; the source may not have the record any more. */
  function notRetired(link: Link, why: string): void {
    ledger.fail(
      {
        key: link.sourceKey,
        label: undefined,
        value: undefined,
        companion: false,
        open: 0,
        failed: false,
        parked: false,
      },
      notRetiredCode,
      `${link.targetKey} is gone from the source, and the target was not told: ${why}`,
    )
  }

  /** Records of one item are told together, as they are written together. */
  function travelling(records: readonly OutgoingRecord[]): Iterable<OutgoingRecord[]> {
    const { together } = mapping.write
    if (together === undefined) return records.map((record) => [record])
    return Map.groupBy(records, ({ key, fields }) =>
      fields[together] === undefined ? `key ${key}` : `together ${String(fields[together])}`,
    ).values()
  }

  function* pages(): Generator<readonly Link[]> {
    for (const page of gathered.pages(pageSize)) yield page.map(({ record }) => record as Link)
  }

  return {
    add: put,
    addUnseen(read) {
      let page: Link[] = []
      const flush = (): void => {
        const seen = read.seen(page.map((link) => link.sourceKey))
        // A key that a record of this run has taken over is not to be told as gone.
        put(
          page.filter(
            ({ sourceKey, targetKey }) =>
              !seen.has(sourceKey) && spool.claim(mapping.name, targetKey, sourceKey) === sourceKey,
          ),
        )
        page = []
      }
      for (const link of store.links.live(mapping.name, mainStep)) {
        page.push(link)
        if (page.length >= pageSize) flush()
      }
      flush()
    },
    sources() {
      let count = 0
      for (const _ of gathered.groups()) count += 1
      return count
    },
    breaker() {
      if (!tellsGone(mapping)) return undefined
      const { atMost, always } = mapping.gone ?? usualBreaker
      const count = this.sources()
      if (count <= Math.max(always, atMost * linked)) return undefined
      return {
        code: 'too-many-gone',
        message: `${count} of ${linked} linked records would be gone, which is more than gone.atMost (${atMost * 100} %) allows; nothing of it was written. If it is right, raise atMost for one run.`,
      }
    },
    async write(connection, tell) {
      const { gone, write, to } = mapping
      if (!gone) return
      const { batch: size } = await writeLimits(write, connection.settings.settings)
      const batcher = createBatcher(write, size)
      const waiting = new Map<string, Link>()
      const send = async (batches: ReturnType<typeof batcher.add>): Promise<void> => {
        for (const batch of batches) {
          context.abort.throwIfAborted()
          const keys = batch.items.flat().map(({ key }) => key)
          const intent = intents.open(
            keys.map((key) => ({ key })),
            'gone',
          )
          let sent = false
          const outcomes = await connection.writing
            .send(to.entity, write, batch, {
              priority: mapping.priority,
              signal: context.abort,
              full: false,
              tally,
              onSent: () => {
                sent = true
              },
              onJob: (job) => intent.setJob(job),
            })
            .catch((error: unknown) => {
              if (!sent) intent.withdraw()
              throw error
            })
          store.transaction(() => {
            const undecided: string[] = []
            const doubtful: string[] = []
            for (const key of keys) {
              const link = waiting.get(key) as Link
              waiting.delete(key)
              const outcome = outcomes.get(key)
              if (outcome?.kind === 'applied' || outcome?.kind === 'absent') retired(link)
              else {
                notRetired(link, outcome?.message ?? 'The target said nothing of the record.')
                if (outcome?.kind !== 'failed') undecided.push(key)
                if (!outcome || leavesDoubt(outcome)) doubtful.push(key)
              }
            }
            intent.close(undecided, doubtful)
          })
        }
      }
      for (const page of pages()) {
        const records: OutgoingRecord[] = []
        for (const link of page) {
          if (intents.undecided(link.targetKey)) {
            notRetired(link, 'An earlier run could not say whether it told the target.')
            continue
          }
          try {
            records.push(await goneRecord(mapping, link))
          } catch (error) {
            notRetired(link, codeOf(error).message)
            continue
          }
          waiting.set(link.targetKey, link)
        }
        for (const group of travelling(records)) {
          if (options.dryRun) {
            for (const { key, fields } of group) {
              counts.gone += 1
              counts.updated += 1
              tell(waiting.get(key) as Link, fields)
            }
            continue
          }
          if (context.stop.aborted) return
          await send(batcher.add(group))
        }
      }
      await send(batcher.flush())
    },
    mark() {
      for (const page of pages()) {
        if (!options.dryRun)
          store.transaction(() =>
            store.links.put(page.map((link) => ({ ...link, state: 'gone' as const, fingerprint: '' }))),
          )
        counts.gone += page.length
      }
    },
  }
}

async function goneRecord(mapping: CompiledMapping, link: Link): Promise<OutgoingRecord> {
  const { gone, to } = mapping
  const fields = await evaluateFields(gone?.fields ?? new Map(), link.target, {
    target: link.target,
    options: mapping.options,
  })
  const { value, problems } = to.entity.writer({ ...link.target, ...fields })
  const problem = problems[0]
  if (problem) throw new RecordFailure(`target-${problem.code}`, `${to.name}${problem.path}: ${problem.message}`)
  return {
    key: link.targetKey,
    fields: value as Readonly<Record<string, unknown>>,
    createOnly: new Set(),
    exists: true,
  }
}
