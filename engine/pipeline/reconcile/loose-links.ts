import type { Connection } from '../../connectors/connection.ts'
import type { ReadOptions } from '../../connectors/read/reading.ts'
import type { SpooledRead } from '../../store/spool.ts'
import type { Link } from '../../store/state-store.ts'
import { type CompiledMapping, mainStep, type SteppedMapping, tellsGone } from '../compiled-mapping.ts'
import { add, tallyInto } from '../counts.ts'
import { connectionOf } from '../open-connections.ts'
import { pageSize } from '../read/chunks.ts'
import { readAgain } from '../read/read-beside.ts'
import type { RunContext } from '../run-context.ts'
import { type Comparing, note } from './difference.ts'
import { failedMark, type RecordRepair } from './record-repair.ts'
import { type TargetReader, targetReaderOf } from './target-reader.ts'

interface Loose {
  readonly mapping: CompiledMapping
  readonly reader: TargetReader
  readonly target: Connection
  readonly asked: ReadOptions
  readonly context: RunContext
  /** What was read of the source. */
  readonly read: SpooledRead
  /** Whether that is everything; else the source is asked for records that were not among them. */
  readonly all: boolean
  /** Target keys that the source yields now. */
  readonly yielded: SpooledRead
  /** Target keys whose source record `keep` drops. */
  readonly dropped: SpooledRead
}

/**
 * Links that the source yields no more: the target was not told that the record is gone, or one of the two sides has lost
 * its record, and the link joins nothing.
 */
export async function findLoose(
  { mapping, reader, target, asked, context, read, all, yielded, dropped }: Loose,
  into: Comparing,
): Promise<void> {
  for await (const links of pagesOf(context, mapping.name, mainStep)) {
    const keys = links.map(({ targetKey }) => targetKey)
    const made = yielded.seen([...keys, ...links.map(({ sourceKey }) => failedMark(sourceKey))])
    const loose = links.filter(({ targetKey, sourceKey }) => !made.has(targetKey) && !made.has(failedMark(sourceKey)))
    const there = new Set(read.seen(loose.map(({ sourceKey }) => sourceKey)))
    if (!all) {
      const unread = [...new Set(loose.map(({ sourceKey }) => sourceKey).filter((key) => !there.has(key)))]
      for (const key of await notGone(mapping, unread, context, into, asked)) there.add(key)
    }
    const fallen = dropped.seen(loose.map(({ targetKey }) => targetKey))
    const held = await reader.read(
      loose.map((link) => link.target),
      target,
      asked,
    )
    for (const [index, link] of loose.entries()) {
      const { found, unreadable } = held[index] ?? { found: [] }
      if (unreadable) {
        add(into.counts.failed, unreadable.code)
        continue
      }
      const isThere = found.length > 0
      const sourceIsThere = there.has(link.sourceKey)
      // A record that failed or waits is there, and nobody knows what it would yield.
      if (sourceIsThere && !fallen.has(link.targetKey) && isThere) continue
      const told = isThere && tellsGone(mapping)
      if (isThere && !told && sourceIsThere) continue
      const repair: RecordRepair = {
        reason: told ? 'not-gone' : 'orphan-link',
        sourceKey: link.sourceKey,
        targetKey: link.targetKey,
        needsAll: told && !sourceIsThere,
      }
      note(
        into,
        {
          mapping: mapping.name,
          comparison: 'records',
          reason: repair.reason,
          key: link.targetKey,
          say: `source record ${link.sourceKey} ${sourceIsThere ? 'is left out' : 'is not there'}, the target record ${isThere ? 'is there' : 'is not there'}`,
        },
        { key: link.targetKey, record: repair },
      )
    }
  }
}

/** Of source records that were not read: those that the source has, or does not answer for. */
async function notGone(
  { from }: CompiledMapping,
  keys: readonly string[],
  context: RunContext,
  into: Comparing,
  asked: ReadOptions,
): Promise<readonly string[]> {
  if (keys.length === 0) return []
  const tally = tallyInto(into.counts)(from.connection)
  const { records, unreadable } = await readAgain(from.entity, connectionOf(context, from.connection), keys, {
    ...asked,
    tally,
  })
  return [...records, ...unreadable].map(({ key }) => key)
}

/**
 * Links of steps whose target record is not there any more. They are reported and not ended: without its link the record
 * would be made again, and whoever removed it there may have meant it.
 */
export async function findLostTargets(mapping: SteppedMapping, context: RunContext, into: Comparing): Promise<void> {
  const tally = tallyInto(into.counts)
  for (const { name, to, create } of mapping.steps) {
    // What the target does not number itself (stock held for an order) may end by itself.
    const reader = to.entity.get && create?.id ? targetReaderOf(to.entity) : undefined
    if (!reader) continue
    const target = connectionOf(context, to.connection)
    const asked: ReadOptions = { priority: mapping.priority, signal: context.stop, tally: tally(to.connection) }
    for await (const links of pagesOf(context, mapping.name, name)) {
      const held = await reader.read(
        links.map((link) => link.target),
        target,
        asked,
      )
      into.compared += links.length
      for (const [index, link] of links.entries()) {
        const { found, unreadable } = held[index] ?? { found: [] }
        if (unreadable) add(into.counts.failed, unreadable.code)
        else if (found.length === 0)
          note(into, {
            mapping: mapping.name,
            comparison: 'records',
            reason: 'orphan-link',
            key: link.targetKey,
            say: `step ${name}: ${to.name} does not have the record any more`,
          })
      }
    }
  }
}

async function* pagesOf(context: RunContext, mapping: string, step: string): AsyncGenerator<readonly Link[]> {
  let page: Link[] = []
  for (const link of context.store.links.live(mapping, step)) {
    page.push(link)
    if (page.length < pageSize) continue
    context.stop.throwIfAborted()
    yield page
    page = []
  }
  if (page.length > 0) yield page
}
