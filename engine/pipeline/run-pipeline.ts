import { type Batch, createBatcher } from '../connectors/batching.ts'
import type { Connection } from '../connectors/connection.ts'
import { CallFailure, isSystemFailure } from '../connectors/failure.ts'
import { type OutgoingRecord, unevenField } from '../connectors/owned-fields.ts'
import type { RowOutcome } from '../connectors/writing.ts'
import { keyText } from '../store/key.ts'
import type { Link } from '../store/state-store.ts'
import type { CompiledMapping } from './compiled-mapping.ts'
import { type Counts, createCounts } from './counts.ts'
import { fingerprint } from './fingerprint.ts'
import { createGoneTargets } from './gone-targets.ts'
import { joinRecords } from './join-records.ts'
import { createLedger, type Departure, type SourceState, step } from './ledger.ts'
import { codeOf, evaluateFields, mapRecord, notKept, recordVariables } from './map-record.ts'
import { findMissing } from './needs.ts'
import type { TargetRecord } from './outcome.ts'
import { planRead } from './plan-read.ts'
import { keyValue, readSource, type SourceRead, type SourceRecord } from './read-source.ts'
import { unknownReference } from './reference-check.ts'
import type { PipelineReport, RunContext, WouldWrite } from './run-context.ts'

/** Source records that are mapped together: enough to fill joins' batches, few enough to be light. */
const pageSize = 400
/** Records that a dry run shows field by field. */
const shown = 5

/** Runs one mapping from its read to its last confirmed write. Fails only for mistakes of ours: what systems and records do ends in the report. */
export async function runPipeline(mapping: CompiledMapping, context: RunContext): Promise<PipelineReport> {
  const started = performance.now()
  const counts = createCounts()
  const source = connectionOf(context, mapping.from.connection)
  const plan = planRead(mapping, source, context)
  const wouldWrite: WouldWrite[] = []
  context.listener({ type: 'pipeline-started', mapping: mapping.name, mode: plan.mode, reason: plan.reason })
  const run = new PipelineRun(mapping, context, counts, wouldWrite)
  let complete = false
  let failure: unknown
  try {
    complete = await run.execute(plan)
  } catch (error) {
    failure = error
  }
  const stopped = context.stop.aborted
  if (failure !== undefined && !(failure instanceof CallFailure) && !stopped) throw failure
  const error = stopped
    ? undefined
    : failure instanceof CallFailure
      ? {
          code: failure.code,
          message: failure.message,
          exitStatus: isSystemFailure(failure) ? (3 as const) : (1 as const),
        }
      : run.error
  const report: PipelineReport = {
    mapping: mapping.name,
    mode: plan.mode,
    reason: plan.reason,
    ...counts,
    seconds: Math.round(performance.now() - started) / 1000,
    complete,
    ...(error && { error }),
    ...(stopped && { stopped: true }),
    ...(context.options.dryRun && { wouldWrite }),
  }
  context.listener({ type: 'pipeline-ended', mapping: mapping.name, report })
  return report
}

function connectionOf(context: RunContext, name: string): Connection {
  const connection = context.connections.get(name)
  if (!connection) throw new Error(`There is no connection ${name}.`)
  return connection
}

interface Going {
  readonly value: unknown
  readonly state: SourceState
  readonly companion: boolean
  readonly links: readonly Link[]
}

class PipelineRun {
  error: PipelineReport['error']
  private readonly mapping: CompiledMapping
  private readonly context: RunContext
  private readonly counts: Counts
  private readonly wouldWrite: WouldWrite[]
  private readonly source: Connection
  private readonly target: Connection
  private readonly ledger: ReturnType<typeof createLedger>
  private readonly gone: ReturnType<typeof createGoneTargets>
  private readonly batcher: ReturnType<typeof createBatcher>
  private readonly departures = new Map<string, Departure>()
  private readonly underWay = new Set<Promise<void>>()
  private writeFailure: unknown
  private changed = 0
  /** Records that passed the first sieve and wait until there are enough of them to fill the batches of the joins. */
  private readonly going: Going[] = []
  private readonly chunk: number
  /** Target keys of which an earlier run could not say whether they were written. */
  private readonly undecided: string[] = []

  constructor(mapping: CompiledMapping, context: RunContext, counts: Counts, wouldWrite: WouldWrite[]) {
    this.mapping = mapping
    this.context = context
    this.counts = counts
    this.wouldWrite = wouldWrite
    this.source = connectionOf(context, mapping.from.connection)
    this.target = connectionOf(context, mapping.to.connection)
    this.ledger = createLedger(mapping, context, counts)
    this.gone = createGoneTargets(mapping, context, context.spool, counts, this.tally(mapping.to.connection))
    // So many that every join's batches are full.
    const batches = mapping.joins.map(
      ({ entity, find }) => (find === undefined ? entity.entity.get?.batch : entity.entity.finds.get(find)?.batch) ?? 1,
    )
    const largest = Math.max(1, ...batches)
    this.chunk = Math.ceil(pageSize / largest) * largest
    this.batcher = createBatcher(mapping.write, mapping.fullFile ? Number.POSITIVE_INFINITY : mapping.write.batch)
  }

  /** Counts calls for this pipeline, by connection. */
  private tally(connection: string): (event: { readonly throttled: boolean }) => void {
    return ({ throttled }) => {
      this.counts.calls[connection] = (this.counts.calls[connection] ?? 0) + 1
      if (throttled) this.counts.throttled += 1
    }
  }

  private progress(phase: 'reading' | 'mapping' | 'writing', listed: number): void {
    this.context.listener({ type: 'progress', mapping: this.mapping.name, phase, counts: this.counts, listed })
  }

  async execute(plan: ReturnType<typeof planRead>): Promise<boolean> {
    const { mapping, context } = this
    this.settleOpenIntents()
    const read = await this.read(plan)
    if (plan.mode === 'only' && read.spooled.count() === 0 && !read.failure) {
      this.error = {
        code: 'record-not-found',
        message: `${mapping.from.name} has no record ${context.options.only}.`,
        exitStatus: 1,
      }
    }
    try {
      for (const page of read.spooled.pages(pageSize)) {
        if (this.halted()) break
        await this.sift(
          page.map(({ key, group, record, companion }) => ({ key, group, companion, ...(record as SourceRecord) })),
        )
        while (this.going.length >= this.chunk && !this.halted())
          await this.process(this.going.splice(0, mapping.siblings ? this.going.length : this.chunk))
        this.progress('mapping', read.spooled.count())
      }
      if (!this.halted()) await this.process(this.going.splice(0))
      if (!this.halted() && !mapping.fullFile) await this.send(this.batcher.flush())
    } finally {
      // Nothing half-done is left behind: what was sent is followed to its end, also when the run is to stop.
      await Promise.all(this.underWay)
    }
    if (this.writeFailure) throw this.writeFailure
    if (context.stop.aborted) return false
    if (read.complete && !read.failure && plan.mode === 'full') this.gone.addUnseen(read.spooled)
    if (!read.failure) await this.finishGone(read)
    if (read.failure) throw read.failure
    if (
      read.complete &&
      !context.options.dryRun &&
      (plan.mode === 'full' || plan.mode === 'changes') &&
      read.position !== undefined &&
      !context.stop.aborted
    ) {
      context.store.cursors.set({
        mapping: mapping.name,
        connection: mapping.from.connection,
        read: mapping.from.entity.name,
        position: read.position,
        configuration: mapping.configuration,
      })
    }
    return read.complete
  }

  /** Upserts of absolute values are simply sent again when their record is; other intents are shown as undecided. */
  private settleOpenIntents(): void {
    const { store, options } = this.context
    if (options.dryRun) return
    for (const intent of store.journal.pending(this.mapping.name)) {
      if (this.mapping.write.repeat === 'safe' || this.mapping.write.repeat === 'harmless')
        store.journal.close(intent.id)
      else this.undecided.push(...intent.targetKeys)
    }
  }

  private read(plan: ReturnType<typeof planRead>): Promise<SourceRead> {
    const { mapping, context } = this
    const base = `${mapping.from.name} ${plan.mode === 'full' ? 'full' : `${mapping.name} ${plan.mode}`}`
    // A full read that was grouped for one mapping serves every other that needs no groups.
    const name = mapping.siblings ? `${base} by ${mapping.siblings.by.source}` : base
    if (!mapping.siblings && plan.mode === 'full') {
      for (const [known, read] of context.reads) if (known.startsWith(base)) return read
    }
    const known = context.reads.get(name)
    if (known) return known
    const read = readSource(mapping, this.source, context.spool, name, plan, context.options.only, {
      priority: mapping.priority,
      stop: context.stop,
      onListed: (listed) => this.progress('reading', listed),
      tally: this.tally(mapping.from.connection),
    })
    context.reads.set(name, read)
    return read
  }

  private halted(): boolean {
    return this.context.stop.aborted || this.writeFailure !== undefined
  }

  /** First sieve: what cannot be read, and what is not kept by its own fields, needs no join. The rest gathers in `going`. */
  private async sift(
    records: readonly ({ readonly key: string; readonly group: string; readonly companion: boolean } & SourceRecord)[],
  ): Promise<void> {
    const { mapping, context, ledger } = this
    const links = context.store.links.bySources(
      mapping.name,
      step,
      records.map(({ key }) => key),
    )
    for (const record of records) {
      if (!record.companion) this.counts.read += 1
      const state: SourceState = {
        key: record.key,
        label: await this.label(record.value),
        value: record.value,
        companion: record.companion,
        open: 0,
        failed: false,
        parked: false,
      }
      const own = links.get(record.key) ?? []
      if (record.unreadable) {
        ledger.fail(state, record.unreadable.code, record.unreadable.message)
        continue
      }
      const problem = record.problems[0]
      if (problem) {
        ledger.fail(state, `source-${problem.code}`, `${mapping.from.name}${problem.path}: ${problem.message}`)
        continue
      }
      try {
        const reason = await notKept(
          mapping,
          record.value,
          recordVariables(mapping, record.value, {}, context.startedAt),
          false,
        )
        if (reason === undefined)
          this.going.push({ value: record.value, state, companion: record.companion, links: own })
        else
          this.dropped(
            state,
            record.companion,
            reason,
            own.filter((link) => link.state === 'live'),
          )
      } catch (error) {
        const { code, message } = codeOf(error)
        ledger.fail(state, code, message)
      }
    }
  }

  /** Joins, maps and checks records, and sends what changed. */
  private async process(going: readonly Going[]): Promise<void> {
    const { mapping, context, ledger } = this
    const joined = await joinRecords(mapping, going, context.connections, context.startedAt, {
      priority: mapping.priority,
      signal: context.stop,
      tally: this.tally(mapping.from.connection),
    })
    const mapped: {
      state: SourceState
      companion: boolean
      links: readonly Link[]
      targets: readonly TargetRecord[]
      failedKeys: ReadonlySet<string | undefined>
    }[] = []
    for (const entry of joined) {
      const { state, companion, links: all } = entry.source
      if ('failure' in entry) {
        ledger.fail(state, entry.failure.code, entry.failure.message)
        continue
      }
      const result = await mapRecord(mapping, state.value, entry.variables)
      if (result.kind === 'skipped')
        this.dropped(
          state,
          companion,
          result.reason,
          all.filter((link) => link.state === 'live'),
        )
      else if (result.kind === 'failed') ledger.fail(state, result.code, result.message)
      else {
        for (const failed of result.failed) ledger.fail(state, failed.code, failed.message)
        mapped.push({
          state,
          companion,
          links: all,
          targets: result.targets,
          failedKeys: new Set(result.failed.map(({ key }) => key)),
        })
      }
    }
    const missing = await findMissing(
      mapping,
      mapped.flatMap(({ targets }) => targets),
      context,
      (connection) => this.tally(connection),
    )
    const existing = await this.existing(
      mapped.flatMap(({ targets, links: all }) =>
        targets.filter(({ key }) => !all.some((link) => link.targetKey === key)),
      ),
    )
    const groups = new Map<string, { departures: Departure[]; changed: boolean }>()
    for (const record of mapped) {
      const absent = missing.of(record.targets)
      if (absent) {
        if (absent.maker) ledger.park(record.state, absent.entity, absent.key)
        else
          ledger.fail(
            record.state,
            'not-in-target',
            `${absent.entity} has no record with this ${absent.field}, and no mapping of the project makes one.`,
          )
        ledger.close(record.state)
        continue
      }
      for (const departure of await this.depart(record, existing)) {
        const { together } = mapping.write
        const name =
          together === undefined
            ? `key ${departure.target.key}`
            : `together ${String(departure.target.fields[together])}`
        const group = groups.get(name) ?? { departures: [], changed: false }
        group.departures.push(departure)
        group.changed ||= !departure.companion
        groups.set(name, group)
      }
    }
    for (const { departures, changed } of groups.values()) {
      // What the records of an item have in common is taken from the first: it must be the same one in every run.
      departures.sort((a, b) => byKey(a.source.key, b.source.key))
      if (changed) await this.send(this.enter(departures))
      else for (const { source } of departures) ledger.unchanged(source)
    }
  }

  private async label(value: unknown): Promise<string | undefined> {
    try {
      const label = await this.mapping.from.entity.label?.evaluate(value, {})
      return label === undefined ? undefined : String(label)
    } catch {
      return undefined
    }
  }

  /** A record that is not kept: skipped, and what it made before is gone. */
  private dropped(state: SourceState, companion: boolean, reason: string, live: readonly Link[]): void {
    if (!companion) this.ledger.skip(reason)
    this.ledger.close(state)
    if (this.mapping.gone) this.gone.add(live)
  }

  /** The target records of a source record that are to be sent, after key checks; those that are unchanged come along as companions. */
  private async depart(
    record: {
      state: SourceState
      companion: boolean
      links: readonly Link[]
      targets: readonly TargetRecord[]
      failedKeys: ReadonlySet<string | undefined>
    },
    existing: ReadonlySet<string>,
  ): Promise<Departure[]> {
    const { mapping, ledger } = this
    const { state, links } = record
    const byKey = new Map(links.map((link) => [link.targetKey, link]))
    const live = links.filter((link) => link.state === 'live')
    const yielded = new Set<string | undefined>([...record.targets.map(({ key }) => key), ...record.failedKeys])
    const departures: Departure[] = []
    if (record.targets.length === 0 && record.failedKeys.size === 0 && !record.companion) ledger.skip('nothing-to-send')
    const renamed = mapping.block.each ? undefined : live.find((link) => !yielded.has(link.targetKey))
    if (renamed && record.targets.length > 0) {
      // The key cannot change in the target: a twin would be made, and the old record would stay. A person must decide.
      ledger.fail(
        state,
        'key-changed',
        `It was ${renamed.targetKey} in the target and would be ${(record.targets[0] as TargetRecord).key} now. Change the key back, or retire the old record by hand and remove its link.`,
      )
      ledger.close(state)
      return []
    }
    for (const target of record.targets) {
      const link = byKey.get(target.key)
      const problem = await this.problemOf(target, state, link)
      if (problem) {
        ledger.fail(state, problem.code, problem.message)
        continue
      }
      ledger.warn(target.warnings)
      const prepared = await this.prepare(target, link, existing.has(target.key))
      const { together } = mapping.write
      const address = Object.fromEntries(
        [...mapping.to.entity.keyFields, ...(together === undefined ? [] : [together])].map((field) => [
          field,
          prepared.fields[field],
        ]),
      )
      const unchanged = link?.state === 'live' && link.fingerprint === fingerprint(target.fields)
      state.open += 1
      departures.push({
        source: state,
        target: prepared,
        address,
        existed: link !== undefined || existing.has(target.key),
        companion: unchanged,
      })
    }
    if (mapping.gone && !record.failedKeys.has(undefined))
      this.gone.add(live.filter((link) => !yielded.has(link.targetKey)))
    if (departures.length === 0) ledger.close(state)
    return departures
  }

  private async problemOf(
    target: TargetRecord,
    state: SourceState,
    link: Link | undefined,
  ): Promise<{ code: string; message: string } | undefined> {
    const { mapping, context } = this
    const first = context.spool.claim(mapping.name, target.key, state.key)
    const owner = link ? undefined : context.store.links.byTarget(mapping.name, step, target.key)
    if (first !== state.key || (owner && owner.state === 'live' && owner.sourceKey !== state.key)) {
      return {
        code: 'key-taken',
        message: `The target key ${target.key} belongs to the source record ${owner?.sourceKey ?? first}, which had it first. Give one of the two another key.`,
      }
    }
    if (this.undecided.includes(target.key)) {
      return {
        code: 'undecided',
        message:
          'An earlier run was cut off while it wrote this record, and nobody can say whether it was done. Look it up in the target.',
      }
    }
    const uneven = unevenField(mapping.write, {
      key: target.key,
      fields: { ...target.createOnly, ...target.fields },
      createOnly: new Set(),
    })
    if (uneven) {
      return {
        code: 'uneven-fields',
        message: `Some entries have ${uneven.path.join('.')} and others lack it; the target would write its default there. Give it in all entries or in none.`,
      }
    }
    return unknownReference(mapping, target, this.target, {
      priority: mapping.priority,
      signal: context.stop,
      tally: this.tally(mapping.to.connection),
    })
  }

  /** Owned fields, with what only a new or a returning record gets. */
  private async prepare(target: TargetRecord, link: Link | undefined, exists: boolean): Promise<TargetRecord> {
    const { mapping } = this
    const isNew = link === undefined && !exists
    // A target that knows what createOnly means is always told; else a record that exists does not get these fields.
    const createOnly = mapping.toldCreateOnly || isNew ? target.createOnly : {}
    if (link?.state !== 'gone' || !mapping.gone) return { ...target, createOnly }
    const restored = await evaluateFields(mapping.gone.restore, target.fields, {
      target: target.fields,
      options: mapping.options,
    })
    return {
      ...target,
      fields: { ...target.fields, ...restored },
      createOnly: Object.fromEntries(Object.entries(createOnly).filter(([name]) => !(name in restored))),
    }
  }

  /** Target records that are known to exist; where createOnly needs to know it, they are looked up. */
  private async existing(targets: readonly TargetRecord[]): Promise<ReadonlySet<string>> {
    const { mapping, context } = this
    const known = new Set(
      context.store.known.which(
        mapping.to.name,
        targets.map(({ key }) => key),
      ),
    )
    if (mapping.toldCreateOnly || mapping.createOnly.size === 0 || !mapping.to.entity.get) return known
    const unknown = targets.filter(({ key }) => !known.has(key))
    if (unknown.length === 0) return known
    const field = mapping.to.entity.keyFields[0] as string
    const found = await this.target.reading.get(
      mapping.to.entity,
      unknown.map(({ fields }) => keyValue(mapping.to.entity, String(fields[field]))),
      { priority: mapping.priority, signal: context.stop, tally: this.tally(mapping.to.connection) },
    )
    for (const record of found.records) known.add(record.key)
    if (!context.options.dryRun)
      context.store.known.add(
        mapping.to.name,
        found.records.map(({ key }) => key),
      )
    return known
  }

  private enter(departures: readonly Departure[]): Batch[] {
    const records = departures.map((departure): OutgoingRecord => {
      if (!departure.companion) this.changed += 1
      this.departures.set(departure.target.key, departure)
      return {
        key: departure.target.key,
        fields: { ...departure.target.createOnly, ...departure.target.fields },
        createOnly: new Set(Object.keys(departure.target.createOnly)),
      }
    })
    if (this.context.options.dryRun) {
      for (const departure of departures) this.tellWouldWrite(departure)
      return []
    }
    return this.batcher.add(records)
  }

  private tellWouldWrite(departure: Departure): void {
    const { source, target, existed, companion } = departure
    this.departures.delete(target.key)
    if (companion) {
      this.ledger.unchanged(source)
      return
    }
    source.open -= 1
    if (existed) this.counts.updated += 1
    else this.counts.created += 1
    if (this.wouldWrite.length >= shown) return
    const record: WouldWrite = {
      key: target.key,
      label: source.label ?? source.key,
      action: existed ? 'update' : 'create',
      fields: { ...target.createOnly, ...target.fields },
      createOnly: Object.keys(target.createOnly),
    }
    this.wouldWrite.push(record)
    this.context.listener({ type: 'would-write', mapping: this.mapping.name, record })
  }

  /** Starts sending batches, as many at one time as the write allows; waits while there are more. */
  private async send(batches: readonly Batch[]): Promise<void> {
    for (const batch of batches) {
      while (this.underWay.size >= this.mapping.write.concurrent) await Promise.race(this.underWay)
      if (this.writeFailure || this.context.stop.aborted) return
      const sending: Promise<void> = this.sendBatch(batch)
        .catch((error: unknown) => {
          this.writeFailure ??= error
        })
        .finally(() => this.underWay.delete(sending))
      this.underWay.add(sending)
    }
  }

  private async sendBatch(batch: Batch): Promise<void> {
    const { mapping, context, ledger } = this
    const records = batch.items.flat()
    const intent = `${context.id} ${mapping.name} ${(records[0] as OutgoingRecord).key} ${fingerprint({ keys: records.map(({ key }) => key) })}`
    context.store.journal.open({
      id: intent,
      mapping: mapping.name,
      step,
      operation: mapping.write.name,
      targetKeys: records.map(({ key }) => key),
      at: new Date(context.clock.now()).toISOString(),
    })
    const outcomes = await this.target.writing.send(mapping.to.entity, mapping.write, batch, {
      priority: mapping.priority,
      signal: context.abort,
      full: mapping.fullFile,
      tally: this.tally(mapping.to.connection),
      onJob: (job) => context.store.journal.setJob(intent, job),
    })
    const missing = await this.missingAfterAll(records, outcomes)
    ledger.transaction(() => {
      for (const { key } of records) {
        const departure = this.departures.get(key)
        this.departures.delete(key)
        const outcome = missing.get(key) ?? outcomes.get(key)
        if (departure && outcome) ledger.settle(departure, outcome)
      }
      context.store.journal.close(intent)
    })
    this.progress('writing', this.counts.read)
  }

  /**
   * A record that the target took and does not hold may lack what it needs: the target was known to have it, and has it
   * no more. It is asked once more.
   */
  private async missingAfterAll(
    records: readonly OutgoingRecord[],
    outcomes: ReadonlyMap<string, RowOutcome>,
  ): Promise<ReadonlyMap<string, RowOutcome>> {
    const { mapping, context } = this
    const found = new Map<string, RowOutcome>()
    const doubtful = records.flatMap(({ key }) => {
      const outcome = outcomes.get(key)
      const departure = this.departures.get(key)
      return departure && outcome?.kind === 'failed' && outcome.code === 'not-applied' ? [departure] : []
    })
    if (doubtful.length === 0 || mapping.needs.length === 0) return found
    for (const { entity, field } of mapping.needs) {
      context.store.known.remove(
        entity.name,
        doubtful.map(({ target }) => keyText([target.fields[field]])),
      )
    }
    const missing = await findMissing(
      mapping,
      doubtful.map(({ target }) => target),
      { ...context, stop: context.abort },
      (connection) => this.tally(connection),
    )
    for (const { target } of doubtful) {
      const absent = missing.of([target])
      if (absent)
        found.set(target.key, {
          kind: 'absent',
          code: 'not-in-target',
          message: `${absent.entity} has no record with this ${absent.field} any more.`,
        })
    }
    return found
  }

  /** What the source yields no more is told to the target, unless it is too much. */
  private async finishGone(read: SourceRead): Promise<void> {
    const { mapping, context } = this
    if (!mapping.gone && !mapping.fullFile) return
    if (!read.complete && context.options.only === undefined && context.options.since === undefined) return
    const tooMany = this.gone.breaker()
    if (tooMany) {
      this.error = { ...tooMany, exitStatus: 1 }
      this.counts.failed[tooMany.code] = this.gone.sources()
      return
    }
    if (mapping.fullFile) {
      const batches = this.batcher.flush()
      if (context.options.dryRun || (this.changed === 0 && this.gone.sources() === 0)) return
      if (batches.length > 1) {
        this.error = {
          code: 'full-file-uneven',
          message: `${mapping.name}: records differ in which fields they have, and a full file cannot be divided. Give every record the same fields, or write without fullFile.`,
          exitStatus: 1,
        }
        return
      }
      await this.send(batches)
      await Promise.all(this.underWay)
      if (this.writeFailure) throw this.writeFailure
      this.gone.mark()
      return
    }
    await this.gone.write(this.target, (link, fields) => {
      if (this.wouldWrite.length >= shown) return
      this.wouldWrite.push({ key: link.targetKey, label: link.sourceKey, action: 'gone', fields, createOnly: [] })
    })
  }
}

/** Numbers by their value, texts by their letters. */
function byKey(a: string, b: string): number {
  const numbers = Number(a) - Number(b)
  return Number.isNaN(numbers) ? (a < b ? -1 : a > b ? 1 : 0) : numbers
}
