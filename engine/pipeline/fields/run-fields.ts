import { moveCursor } from '../commit/cursor.ts'
import { type CompiledMapping, tellsGone } from '../compiled-mapping.ts'
import { type Counts, tallyInto } from '../counts.ts'
import { connectionOf } from '../open-connections.ts'
import { chunkSize, pageSize } from '../read/chunks.ts'
import { forgetDeparted } from '../read/leftovers.ts'
import type { ReadPlan } from '../read/plan-types.ts'
import { notFound } from '../read/read-one.ts'
import { sharedRead } from '../read/shared-read.ts'
import type { SourceRecord } from '../read/source-record.ts'
import { type Ended, type PipelineReport, type RunContext, shown, type WouldWrite } from '../run-context.ts'
import { createDepartures, type DepartureGroup } from './departures.ts'
import { sendFullFile } from './full-file.ts'
import { createGoneTargets } from './gone-targets.ts'
import { createIntents } from './intents.ts'
import { createLedger } from './ledger.ts'
import { createSourceMapper, type KeptSource } from './map-sources.ts'
import { createSender } from './sender.ts'

/** Runs a mapping with fields: the source is read, mapped and compared, and what differs is sent in batches. */
export async function executeFields(
  mapping: CompiledMapping,
  context: RunContext,
  plan: ReadPlan,
  counts: Counts,
  wouldWrite: WouldWrite[],
): Promise<Ended> {
  const { options, stop } = context
  const tally = tallyInto(counts)
  const target = connectionOf(context, mapping.to.connection)
  const progress = (phase: 'reading' | 'mapping' | 'writing', listed: number): void =>
    context.listener({ type: 'progress', mapping: mapping.name, phase, counts, listed })
  const ledger = createLedger(mapping, context, counts)
  const intents = createIntents(mapping, context)
  const gone = createGoneTargets(mapping, context, context.spool, counts, ledger, intents, tally(mapping.to.connection))
  const mapper = createSourceMapper(mapping, context, counts, ledger, gone, tally)
  const sender = await createSender(mapping, context, ledger, intents, target, tally, () =>
    progress('writing', counts.read),
  )
  const halted = (): boolean => stop.aborted || sender.failure() !== undefined

  const show = (record: WouldWrite): void => {
    if (wouldWrite.length >= shown) return
    const { fields } = record
    const masked = { ...record, fields: mapping.to.entity.personal.mask(fields) as typeof fields }
    wouldWrite.push(masked)
    context.listener({ type: 'would-write', mapping: mapping.name, record: masked })
  }
  const dispatch = async (group: DepartureGroup): Promise<void> => {
    if (!options.dryRun) return sender.add(group)
    for (const departure of group) {
      ledger.imagine(departure)
      const { source, target: record, existed, companion } = departure
      if (companion) continue
      const emptied = Object.fromEntries(record.cleared.map((name) => [name, null]))
      const fields = { ...record.createOnly, ...record.fields, ...emptied }
      show({
        key: record.key,
        label: source.label ?? source.key,
        action: existed ? 'update' : 'create',
        fields,
        createOnly: Object.keys(record.createOnly),
      })
    }
  }
  const process = async (kept: readonly KeptSource[]): Promise<void> => {
    for (const group of await departures.of(await mapper.map(kept))) await dispatch(group)
  }

  const read = await sharedRead(
    mapping,
    context,
    plan,
    (listed) => progress('reading', listed),
    tally(mapping.from.connection),
  )
  const hasLeft = (sourceKey: string): boolean =>
    plan.mode === 'full' && read.complete && !read.spooled.seen([sourceKey]).has(sourceKey)
  const departures = createDepartures(mapping, context, ledger, gone, target, tally, intents, hasLeft)
  try {
    const kept: KeptSource[] = []
    const chunk = chunkSize(mapping)
    for (const page of read.spooled.pages(pageSize)) {
      if (halted()) break
      kept.push(
        ...(await mapper.sift(
          page.map(({ key, companion, record }) => ({ key, companion, ...(record as SourceRecord) })),
        )),
      )
      // Siblings are not parted.
      while (kept.length >= chunk && !halted()) await process(kept.splice(0, mapping.siblings ? kept.length : chunk))
      progress('mapping', read.spooled.count())
    }
    if (!halted()) await process(kept.splice(0))
    if (!halted() && !mapping.fullFile) await sender.flush()
  } finally {
    await sender.settled()
  }
  if (sender.failure() !== undefined) throw sender.failure()
  if (stop.aborted) return { complete: false }
  if (read.failure) throw read.failure

  const error = await finishGone()
  if ((read.complete || plan.mode === 'given') && !options.dryRun && !stop.aborted) {
    forgetDeparted(mapping, context, plan, read)
    // What is gone and was not told must be found by the next run again, though it does not change.
    if (!error) moveCursor(mapping, context, plan, read)
  }
  const missing = notFound(mapping, context, plan, read)
  if (missing) return { complete: false, error: missing }
  return { complete: read.complete, ...(error && { error }) }

  /** What the source yields no more is told to the target, unless it is too much. */
  async function finishGone(): Promise<PipelineReport['error']> {
    if (!tellsGone(mapping)) return undefined
    if (plan.mode === 'full' && read.complete) gone.addUnseen(read.spooled)
    const tooMany = gone.breaker()
    if (tooMany) {
      counts.failed[tooMany.code] = gone.sources()
      return { ...tooMany, exitStatus: 1 }
    }
    if (mapping.fullFile) return sendFullFile(mapping, plan, counts, sender, gone, options.dryRun)
    await gone.write(target, (link, fields) =>
      show({ key: link.targetKey, label: link.sourceKey, action: 'gone', fields, createOnly: [] }),
    )
    return undefined
  }
}
