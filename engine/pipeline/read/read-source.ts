import type { Connection } from '../../connectors/connection.ts'
import { CallFailure } from '../../connectors/failure.ts'
import type { Unreadable } from '../../connectors/read/reading.ts'
import type { ReadRecord } from '../../connectors/read/received-record.ts'
import type { Spool, SpooledRecord } from '../../store/spool.ts'
import type { ReadPlan, SourceMapping } from './plan-types.ts'
import { readAgain, readGiven } from './read-beside.ts'
import { readOne } from './read-one.ts'
import { groupOf, readSiblings } from './siblings.ts'
import type { SourceRead, SourceRecord } from './source-record.ts'

export interface ReadSourceOptions {
  /** The source record that is linked to a target key which a person may know better than the source's own. */
  readonly linkedTo?: (targetKey: string) => string | undefined
  readonly priority: number
  readonly stop: AbortSignal
  readonly onListed: (listed: number) => void
  readonly tally: (event: { readonly throttled: boolean }) => void
}

/** Reads what the plan says into the spool. A system that breaks off ends the read, not the run: what came is kept. */
export async function readSource(
  mapping: SourceMapping,
  connection: Connection,
  spool: Spool,
  name: string,
  plan: ReadPlan,
  only: string | undefined,
  options: ReadSourceOptions,
): Promise<SourceRead> {
  const { entity } = mapping.from
  const { reading } = connection
  const spooled = spool.read(name, { sealed: entity.personal.any })
  const asked = { priority: options.priority, signal: options.stop, tally: options.tally }
  let position: string | undefined
  let listed = 0
  const put = async (
    records: readonly ReadRecord[],
    unreadable: readonly Unreadable[],
    companion: boolean,
  ): Promise<void> => {
    const rows: SpooledRecord[] = []
    for (const record of records) {
      rows.push({
        key: record.key,
        group: await groupOf(mapping, record),
        record: { value: record.value, problems: record.problems } satisfies SourceRecord,
        companion,
      })
    }
    for (const missing of unreadable) {
      rows.push({
        key: missing.key,
        group: missing.key,
        record: { value: undefined, problems: [], unreadable: missing } satisfies SourceRecord,
        companion,
      })
    }
    spooled.put(rows)
    listed += rows.length
    options.onListed(listed)
  }
  try {
    if (plan.mode === 'only') {
      const records = await readOne(entity, connection, only as string, asked, options.linkedTo)
      await put(records.records, records.unreadable, false)
    } else if (plan.given) {
      const { records, unreadable } = await readGiven(entity, connection, plan.given, asked)
      await put(records, unreadable, false)
    } else {
      const pages = reading.list(entity, {
        ...asked,
        ...(plan.since !== undefined && { since: plan.since }),
        skip: (keys) => withStale(spooled.seen(keys), keys, plan),
        onFirstAnswer: ({ serverDate, sentAt, receivedAt }) => {
          // An answer tells the time at which it was given; what was asked may be that much older.
          const took = Math.max(0, receivedAt - sentAt)
          position = new Date(serverDate === undefined ? sentAt : serverDate - took).toISOString()
        },
      })
      for await (const page of pages) {
        const fresh = plan.fresh?.(page.records.map(({ key }) => key))
        const records = fresh ? page.records.filter(({ key }) => fresh.has(key)) : page.records
        await put(records, page.unreadable, false)
        spooled.see(page.seen)
      }
      const more = plan.also.filter((key) => !spooled.seen([key]).has(key))
      if (more.length > 0 && entity.get) {
        const read = await readAgain(entity, connection, more, asked)
        await put(read.records, read.unreadable, false)
      }
    }
    if (plan.mode !== 'full' && mapping.siblings) await readSiblings(mapping, connection, spooled, put, asked)
    return { spooled, complete: ['full', 'changes', 'new'].includes(plan.mode), position, failure: undefined }
  } catch (error) {
    if (options.stop.aborted) return { spooled, complete: false, position, failure: undefined }
    if (!(error instanceof CallFailure)) throw error
    return { spooled, complete: false, position, failure: error }
  }
}

/** What was read already, and what is not asked for. */
function withStale(seen: ReadonlySet<string>, keys: readonly string[], { fresh }: ReadPlan): ReadonlySet<string> {
  const wanted = fresh?.(keys)
  return wanted ? new Set([...seen, ...keys.filter((key) => !wanted.has(key))]) : seen
}
