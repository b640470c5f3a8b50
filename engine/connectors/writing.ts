import type { Variables } from '../config/expression-compiler.ts'
import { EvaluationError } from '../expressions/function-definition.ts'
import { withoutNulls } from '../expressions/values/without-nulls.ts'
import { sleep } from '../http/retry.ts'
import type { Clock, Timers } from '../http/time.ts'
import { keyText } from '../store/key.ts'
import type { Batch } from './batching.ts'
import type { Answer, Caller } from './caller.ts'
import type { CompiledEntity, CompiledWrite } from './compiled-connector.ts'
import { CallFailure, isSystemFailure } from './failure.ts'
import { explainLog, type LogEntry } from './job-log.ts'
import type { OutgoingRecord } from './owned-fields.ts'
import { asList, type Reading } from './reading.ts'

/** What became of one target record. */
export type RowOutcome =
  | {
      readonly kind: 'applied'
      readonly created: boolean | undefined
      readonly id: unknown
      readonly warnings: readonly string[]
    }
  /** Refused, or found not to be applied. */
  | { readonly kind: 'failed'; readonly code: string; readonly message: string }
  /** Something that it needs is not in the target. */
  | { readonly kind: 'absent'; readonly code: string; readonly message: string }
  /** Nobody can say whether it was done. */
  | { readonly kind: 'undecided'; readonly message: string }

export interface WriteOptions {
  readonly priority: number
  readonly signal: AbortSignal
  /** The batch is the whole: the target takes what is not in it as gone. */
  readonly full: boolean
  /** An earlier write of these records may have been done: look them up before anything is sent. */
  readonly lookFirst?: boolean
  readonly tally?: (event: { readonly throttled: boolean }) => void
  /** Called when the target names the number of an asynchronous job, before it is followed. */
  readonly onJob?: (job: string) => void
}

export interface Writing {
  /** Sends a batch and follows it to its end: an outcome for each of its records, by key. */
  send(
    entity: CompiledEntity,
    write: CompiledWrite,
    batch: Batch,
    options: WriteOptions,
  ): Promise<ReadonlyMap<string, RowOutcome>>
}

export interface WritingOptions {
  readonly name: string
  readonly caller: Caller
  readonly reading: Reading
  readonly entities: ReadonlyMap<string, CompiledEntity>
  readonly clock: Clock
  readonly timers: Timers
}

type Outcomes = Map<string, RowOutcome>

const applied: Extract<RowOutcome, { kind: 'applied' }> = {
  kind: 'applied',
  created: undefined,
  id: undefined,
  warnings: [],
}
/** First pause before a job is asked for; it grows to the connector's `every`. */
const firstPollMs = 100

export function createWriting(options: WritingOptions): Writing {
  const { caller, reading, clock, timers } = options

  return {
    async send(entity, write, batch, sending) {
      const outcomes: Outcomes = new Map()
      // A batch that is refused as a whole is halved to find the record that spoils it; a batch in which everything is
      // refused would lead to many calls, so the number of refusals is bounded.
      const budget = { refusals: 2 * Math.ceil(Math.log2(batch.items.length + 1)) + 4, resends: 2 }
      try {
        if (sending.lookFirst) await settle(entity, write, batch.items.flat(), batch.owned, sending, outcomes, budget)
        else await sendItems(entity, write, batch.items, batch.owned, sending, outcomes, budget)
      } catch (error) {
        // An answer that the connector's expressions do not fit says nothing of what was done.
        if (!(error instanceof EvaluationError)) throw error
        for (const { key } of batch.items.flat()) {
          if (!outcomes.has(key))
            outcomes.set(key, {
              kind: 'failed',
              code: 'unexpected-answer',
              message: `The answer does not fit the connector file: ${error.message}`,
            })
        }
      }
      return outcomes
    },
  }

  async function sendItems(
    entity: CompiledEntity,
    write: CompiledWrite,
    items: Batch['items'],
    owned: Batch['owned'],
    sending: WriteOptions,
    outcomes: Outcomes,
    budget: { refusals: number; resends: number },
  ): Promise<void> {
    const records = items.flat()
    const repeatable = write.repeat === 'safe' || write.repeat === 'harmless'
    const halve = async (): Promise<void> => {
      const middle = Math.ceil(items.length / 2)
      await sendItems(entity, write, items.slice(0, middle), owned, sending, outcomes, budget)
      await sendItems(entity, write, items.slice(middle), owned, sending, outcomes, budget)
    }
    const variables = await scopeOf(write, items, owned, sending.full)
    let answer: Answer
    try {
      answer = await post(write, variables, repeatable, sending)
    } catch (error) {
      if (!(error instanceof CallFailure) || isSystemFailure(error)) throw error
      if (error.kind === 'unknown-outcome') {
        await settle(entity, write, records, owned, sending, outcomes, budget, error)
        return
      }
      if (items.length > 1 && repeatable && !sending.full && budget.refusals > 0) {
        budget.refusals -= 1
        await halve()
        return
      }
      for (const record of records)
        outcomes.set(record.key, { kind: 'failed', code: error.code, message: error.message })
      return
    }
    if (answer.meaning === 'split' && items.length > 1 && !sending.full) {
      await halve()
      return
    }
    if (answer.meaning !== 'ok') {
      const message = answer.say ?? `The system answered with status ${answer.status}.`
      for (const record of records) {
        outcomes.set(
          record.key,
          answer.meaning === 'empty'
            ? { kind: 'absent', code: answer.code ?? 'not-found', message }
            : {
                kind: 'failed',
                code: answer.code ?? (answer.meaning === 'conflict' ? 'conflict' : `http-${answer.status}`),
                message,
              },
        )
      }
      return
    }
    const input = { status: answer.status, headers: answer.headers, body: answer.body }
    const unexplained = new Set<OutgoingRecord>()
    if (write.refused) {
      for (const refusal of asList(await write.refused.evaluate(input, variables))) {
        const { position, say } = refusal as { position?: unknown; say?: unknown }
        const item = typeof position === 'number' ? items[position - 1] : undefined
        const named =
          item ??
          (typeof say === 'string'
            ? explainLog(entity, records, [{ text: say, say, is: 'failed', code: undefined }]).rows.map(
                (row) => row.record,
              )
            : [])
        for (const record of named)
          outcomes.set(record.key, {
            kind: 'failed',
            code: 'refused-by-validation',
            message: typeof say === 'string' ? say : 'The item did not pass the validation.',
          })
        if (named.length === 0) for (const record of records) unexplained.add(record)
      }
    }
    const created = write.created ? (await write.created.evaluate(input, variables)) === true : undefined
    const id = write.id ? await write.id.evaluate(input, variables) : undefined
    if (write.job) await followJob(entity, write.job, records, input, variables, sending, outcomes, unexplained)
    for (const record of records) {
      if (!outcomes.has(record.key) && !unexplained.has(record))
        outcomes.set(record.key, { ...applied, created, id: records.length === 1 ? id : undefined })
    }
    const open = [...unexplained].filter((record) => !outcomes.has(record.key))
    if (open.length > 0) await settle(entity, write, open, owned, sending, outcomes, budget)
  }

  async function scopeOf(
    write: CompiledWrite,
    items: Batch['items'],
    owned: Batch['owned'],
    full: boolean,
  ): Promise<Variables> {
    const made: unknown[] = []
    for (const records of items) {
      const fields = records.map((record) => record.fields)
      made.push(write.item ? await write.item.evaluate(fields[0], { record: fields[0], records: fields }) : fields[0])
    }
    const all = items.flat().map((record) => record.fields)
    return { items: made, record: all[0], records: all, owned, full }
  }

  function post(
    write: CompiledWrite,
    variables: Variables,
    repeatable: boolean,
    sending: WriteOptions,
  ): Promise<Answer> {
    const body = write.request.body ?? {
      type: { kind: 'any' as const },
      uses: new Set<string>(),
      path: [],
      source: '',
      evaluate: (_: unknown, { items }: Variables) => Promise.resolve(write.batched ? items : (items as unknown[])[0]),
    }
    return caller.call({ ...write.request, body }, variables, {
      operation: 'write',
      priority: sending.priority,
      signal: sending.signal,
      repeatable,
      ...(sending.tally && { tally: sending.tally }),
    })
  }

  /** Waits for the job's end, reads its log, and gives an outcome to every record that the two explain. */
  async function followJob(
    entity: CompiledEntity,
    job: NonNullable<CompiledWrite['job']>,
    records: readonly OutgoingRecord[],
    accepted: unknown,
    variables: Variables,
    sending: WriteOptions,
    outcomes: Outcomes,
    unexplained: Set<OutgoingRecord>,
  ): Promise<void> {
    const number = await job.id.evaluate(accepted, { ...variables })
    if (number === undefined) {
      for (const record of records) unexplained.add(record)
      return
    }
    sending.onJob?.(String(number))
    const scope: Variables = { ...variables, job: number }
    const asked = {
      operation: 'check' as const,
      priority: sending.priority,
      signal: sending.signal,
      repeatable: true,
      ...(sending.tally && { tally: sending.tally }),
    }
    const until = clock.now() + job.forMs
    let state: unknown
    for (let pause = Math.min(firstPollMs, job.everyMs); ; pause = Math.min(pause * 1.6, job.everyMs)) {
      await sleep(pause, sending.signal, timers)
      const answer = await caller.call(job.poll, scope, asked)
      state = { status: answer.status, headers: answer.headers, body: answer.body }
      if ((await job.done.evaluate(state, scope)) === true) break
      if (clock.now() > until) {
        for (const record of records) unexplained.add(record)
        return
      }
    }
    const ok = (await job.ok.evaluate(state, scope)) === true
    const count = async (formula: typeof job.failures): Promise<number | undefined> => {
      const value = formula && Number(await formula.evaluate(state, scope))
      return value !== undefined && Number.isFinite(value) ? value : undefined
    }
    const failures = await count(job.failures)
    const written = await count(job.applied)
    const entries = job.log && job.row ? await logEntries(job, job.log, job.row, scope, asked) : []
    const explained = explainLog(entity, records, entries)
    const warnings = new Map<string, string[]>()
    for (const { record, entry } of explained.rows) {
      const message = entry.say ?? 'The job refused the row without a reason.'
      if (entry.is === 'warned') warnings.set(record.key, [...(warnings.get(record.key) ?? []), message])
      else if (entry.is === 'doubted') unexplained.add(record)
      else
        outcomes.set(record.key, {
          kind: entry.is === 'absent' ? 'absent' : 'failed',
          code: entry.code ?? (entry.is === 'absent' ? 'not-in-target' : 'refused-by-job'),
          message,
        })
    }
    const refused = entries.filter((entry) => entry.is !== 'warned' && entry.is !== 'doubted').length
    const more = failures !== undefined && failures > refused
    // Some systems ignore a row without a word; then fewer rows were written than were sent.
    const fewer = written !== undefined && written < records.filter((record) => !outcomes.has(record.key)).length
    const doubtful = !ok || more || fewer || explained.unclear.some((entry) => entry.is !== 'warned')
    for (const record of records) {
      if (outcomes.has(record.key)) continue
      if (doubtful) unexplained.add(record)
      else if (!unexplained.has(record))
        outcomes.set(record.key, { ...applied, warnings: warnings.get(record.key) ?? [] })
    }
  }

  async function logEntries(
    job: NonNullable<CompiledWrite['job']>,
    log: NonNullable<NonNullable<CompiledWrite['job']>['log']>,
    row: NonNullable<NonNullable<CompiledWrite['job']>['row']>,
    scope: Variables,
    asked: Parameters<Caller['call']>[2],
  ): Promise<LogEntry[]> {
    const answer = await caller.call(log.request, scope, asked)
    const rows = asList(
      await log.rows.evaluate({ status: answer.status, headers: answer.headers, body: answer.body }, scope),
    )
    const entries: LogEntry[] = []
    for (const raw of rows) {
      const entry = withoutNulls(raw)
      const text = async (formula: typeof job.failures): Promise<string | undefined> => {
        const value = await formula?.evaluate(entry, scope)
        return typeof value === 'string' ? value : undefined
      }
      entries.push({
        record: await row.record?.evaluate(entry, scope),
        text: await text(row.text),
        say: await text(row.say),
        code: await text(row.code),
        is: String(await row.is.evaluate(entry, scope)),
      })
    }
    return entries
  }

  /** Finds out what became of records that nothing explains: read back by key; else sent again where that is safe. */
  async function settle(
    entity: CompiledEntity,
    write: CompiledWrite,
    records: readonly OutgoingRecord[],
    owned: Batch['owned'],
    sending: WriteOptions,
    outcomes: Outcomes,
    budget: { refusals: number; resends: number },
    cause?: CallFailure,
  ): Promise<void> {
    const missing: OutgoingRecord[] = []
    const by = typeof write.repeat === 'object' ? write.repeat.by : undefined
    const back = write.readBack
    if (back || by !== undefined) {
      const asked = back ? (options.entities.get(back.entity) as CompiledEntity) : entity
      const find = back ? back.find : (by as string)
      const field = back ? back.by : (by as string)
      const settles = asked.finds.get(find)?.settlesMs ?? 0
      // A search may lag behind the write: "not there" counts only after that.
      if (settles > 0) await sleep(settles, sending.signal, timers)
      const found = await reading.find(
        asked,
        find,
        records.map((record) => record.fields[field]),
        sending,
      )
      for (const record of records) {
        const rows = (found.byValue.get(keyText([record.fields[field]])) ?? []).map((row) => row.value)
        const is = back
          ? (await back.applied.evaluate(undefined, {
              record: record.fields,
              records: [record.fields],
              found: rows,
              items: [],
              owned,
              full: sending.full,
            })) === true
          : rows.length > 0
        if (is) outcomes.set(record.key, applied)
        else missing.push(record)
      }
    } else {
      missing.push(...records)
    }
    if (missing.length === 0) return
    const mayResend = (write.repeat === 'safe' || write.repeat === 'harmless' || by !== undefined) && !sending.full
    if (mayResend && budget.resends > 0) {
      budget.resends -= 1
      const items = regroup(write, missing)
      const middle = Math.ceil(items.length / 2)
      for (const half of [items.slice(0, middle), items.slice(middle)]) {
        if (half.length > 0) await sendItems(entity, write, half, owned, sending, outcomes, budget)
      }
      return
    }
    const known = back !== undefined || by !== undefined
    for (const record of missing) {
      outcomes.set(
        record.key,
        known
          ? { kind: 'failed', code: 'not-applied', message: 'The target accepted the record, but does not hold it.' }
          : {
              kind: 'undecided',
              message:
                cause?.message ?? 'The target did not say what became of the record, and it cannot be read back.',
            },
      )
    }
  }
}

function regroup(write: CompiledWrite, records: readonly OutgoingRecord[]): OutgoingRecord[][] {
  const { together } = write
  if (together === undefined) return records.map((record) => [record])
  const groups = new Map<unknown, OutgoingRecord[]>()
  for (const record of records) {
    const value = record.fields[together]
    groups.set(value, [...(groups.get(value) ?? []), record])
  }
  return [...groups.values()]
}
