import { CallFailure, isSystemFailure } from '../connectors/failure.ts'
import { EvaluationError } from '../expressions/function-definition.ts'
import { withoutPersonal } from '../redaction/text.ts'
import { type AnyMapping, type CompiledMapping, tellsGone } from './compiled-mapping.ts'
import { type Counts, createCounts, sum, tallyInto } from './counts.ts'
import { createDepartures, type DepartureGroup } from './fields/departures.ts'
import { createGoneTargets } from './fields/gone-targets.ts'
import { createIntents } from './fields/intents.ts'
import { createLedger } from './fields/ledger.ts'
import { createSourceMapper, type KeptSource } from './fields/map-sources.ts'
import { createSender } from './fields/sender.ts'
import { forgetDeparted } from './read/leftovers.ts'
import { planRead } from './read/plan-read.ts'
import type { ReadPlan, SourceRecord } from './read/read-source.ts'
import { chunkSize, connectionOf, pageSize, sourceRead } from './read/source-read.ts'
import type { PipelineReport, RunContext, WouldWrite } from './run-context.ts'
import { executeSteps } from './steps/run-steps.ts'

/** Records that a dry run shows field by field. */
export const shown = 5

/** Runs one mapping from its read to its last confirmed write. Fails only for mistakes of ours: what systems and records do ends in the report. */
export async function runPipeline(mapping: AnyMapping, context: RunContext): Promise<PipelineReport> {
  const started = performance.now()
  const counts = createCounts()
  const plan = planRead(mapping, connectionOf(context, mapping.from.connection), context)
  const wouldWrite: WouldWrite[] = []
  context.listener({ type: 'pipeline-started', mapping: mapping.name, mode: plan.mode, reason: plan.reason })
  let ended: Ended = { complete: false }
  let failure: unknown
  try {
    ended = mapping.steps
      ? await executeSteps(mapping, context, plan, counts, wouldWrite)
      : await execute(mapping, context, plan, counts, wouldWrite)
  } catch (error) {
    failure = error
  }
  const stopped = context.stop.aborted
  const failed = failureOf(failure)
  if (failure !== undefined && !failed && !stopped) throw failure
  const error = stopped ? undefined : (failed ?? ended.error)
  const report: PipelineReport = {
    mapping: mapping.name,
    mode: plan.mode,
    reason: plan.reason,
    ...counts,
    seconds: Math.round(performance.now() - started) / 1000,
    complete: ended.complete,
    ...(error && { error }),
    ...(stopped && { stopped: true }),
    ...(context.options.dryRun && { wouldWrite }),
    ...(ended.steps && { steps: ended.steps }),
  }
  context.listener({ type: 'pipeline-ended', mapping: mapping.name, report })
  return report
}

export interface Ended {
  /** The source was read to its end. */
  readonly complete: boolean
  readonly error?: PipelineReport['error']
  readonly steps?: PipelineReport['steps']
}

function failureOf(failure: unknown): PipelineReport['error'] {
  // Of no record: what the connector file says of the target (the size of a batch) does not fit the settings.
  if (failure instanceof EvaluationError)
    return {
      code: 'unexpected-answer',
      message: `What the connector file says does not fit the settings: ${failure.message}`,
      exitStatus: 2,
    }
  if (!(failure instanceof CallFailure)) return undefined
  return { code: failure.code, message: failure.message, exitStatus: isSystemFailure(failure) ? 3 : 1 }
}

async function execute(
  mapping: CompiledMapping,
  context: RunContext,
  plan: ReadPlan,
  counts: Counts,
  wouldWrite: WouldWrite[],
): Promise<Ended> {
  const { options, store, stop } = context
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

  const read = await sourceRead(
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
    if (read.complete && read.position !== undefined && !error) {
      store.cursors.set({
        mapping: mapping.name,
        connection: mapping.from.connection,
        read: mapping.from.entity.name,
        position: read.position,
        configuration: mapping.configuration,
      })
    }
  }
  if (plan.mode === 'only' && read.spooled.count() === 0) {
    return {
      complete: false,
      error: {
        code: 'record-not-found',
        message: withoutPersonal(`${mapping.from.name} has no record ${options.only}.`),
        exitStatus: 1,
      },
    }
  }
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
    if (mapping.fullFile) {
      const left = sum(counts.failed) + counts.parked
      if (plan.mode !== 'full' || left > 0) {
        return {
          code: 'full-file-incomplete',
          message: `${mapping.name}: ${left} records failed or wait, and the target would take what is not in the file as gone; nothing was sent. Settle them, or write without fullFile.`,
          exitStatus: 1,
        }
      }
      if (options.dryRun) {
        gone.mark()
        return undefined
      }
      if (sender.changed() === 0 && gone.sources() === 0) {
        sender.dismiss()
        return undefined
      }
      const written = (): number => counts.created + counts.updated + counts.unchanged
      const before = written()
      const sending = await sender.sendWhole()
      if (sending === 'empty') {
        return {
          code: 'full-file-empty',
          message: `${mapping.name}: the file would be empty, and the target would take everything as gone; nothing was sent.`,
          exitStatus: 1,
        }
      }
      if (sending === 'uneven') {
        return {
          code: 'full-file-uneven',
          message: `${mapping.name}: records differ in which fields they have, and a full file cannot be divided. Give every record the same fields, or write without fullFile.`,
          exitStatus: 1,
        }
      }
      if (sender.failure() !== undefined) throw sender.failure()
      // A file that was refused as a whole has told nothing.
      if (written() > before) gone.mark()
      return undefined
    }
    await gone.write(target, (link, fields) =>
      show({ key: link.targetKey, label: link.sourceKey, action: 'gone', fields, createOnly: [] }),
    )
    return undefined
  }
}
