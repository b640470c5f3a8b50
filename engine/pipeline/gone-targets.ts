import { createBatcher, writeLimits } from '../connectors/batching.ts'
import type { Connection } from '../connectors/connection.ts'
import type { OutgoingRecord } from '../connectors/owned-fields.ts'
import type { Spool, SpooledRead } from '../store/spool.ts'
import type { Link } from '../store/state-store.ts'
import { type CompiledMapping, step } from './compiled-mapping.ts'
import { add, type Counts } from './counts.ts'
import { codeOf, evaluateFields } from './map-record.ts'
import { RecordFailure } from './outcome.ts'
import type { RunContext } from './run-context.ts'

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
  /** After a full file the target knows by itself: only the state is written. */
  mark(): void
}

const pageSize = 500

export function createGoneTargets(
  mapping: CompiledMapping,
  context: RunContext,
  spool: Spool,
  counts: Counts,
  tally: (event: { readonly throttled: boolean }) => void,
): GoneTargets {
  const { store, options } = context
  // Links of one source record are one group, so that pages never part them and sources can be counted.
  const gathered = spool.read(`gone ${mapping.name}`)
  const linked = store.links.countLiveSources(mapping.name, step)

  const put = (links: readonly Link[]): void => {
    gathered.put(
      links.map((link) => ({ key: link.targetKey, group: `source ${link.sourceKey}`, record: link, companion: false })),
    )
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
        put(page.filter((link) => !seen.has(link.sourceKey)))
        page = []
      }
      for (const link of store.links.live(mapping.name, step)) {
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
      const { gone } = mapping
      if (!gone) return undefined
      const count = this.sources()
      const allowed = Math.max(gone.always, gone.atMost * linked)
      if (count <= allowed) return undefined
      return {
        code: 'too-many-gone',
        message: `${count} of ${linked} linked records would be gone, which is more than gone.atMost (${gone.atMost * 100} %) allows; nothing of it was written. If it is right, raise atMost for one run.`,
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
          const outcomes = await connection.writing.send(to.entity, write, batch, {
            priority: mapping.priority,
            signal: context.abort,
            full: false,
            tally,
          })
          store.transaction(() => {
            for (const record of batch.items.flat()) {
              const link = waiting.get(record.key) as Link
              waiting.delete(record.key)
              const outcome = outcomes.get(record.key)
              if (outcome?.kind === 'applied' || outcome?.kind === 'absent') {
                counts.gone += 1
                counts.updated += 1
                store.links.put([{ ...link, state: 'gone', fingerprint: '' }])
              } else if (outcome) {
                add(counts.failed, outcome.kind === 'failed' ? outcome.code : 'undecided')
              }
            }
          })
        }
      }
      for (const page of pages()) {
        for (const link of page) {
          let record: OutgoingRecord
          try {
            record = await goneRecord(mapping, link)
          } catch (error) {
            add(counts.failed, codeOf(error).code)
            continue
          }
          if (options.dryRun) {
            counts.gone += 1
            counts.updated += 1
            tell(link, record.fields)
            continue
          }
          if (context.stop.aborted) return
          waiting.set(record.key, link)
          await send(batcher.add([record]))
        }
      }
      await send(batcher.flush())
    },
    mark() {
      for (const page of pages()) {
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
  return { key: link.targetKey, fields: value as Readonly<Record<string, unknown>>, createOnly: new Set() }
}
