import type { Variables } from '../../config/expression-compiler.ts'
import { asList } from '../../expressions/as-list.ts'
import { EvaluationError } from '../../expressions/function-definition.ts'
import { sleep } from '../../http/retry.ts'
import type { Clock, Timers } from '../../http/time.ts'
import { withoutPersonal } from '../../redaction/text.ts'
import { isKeyPart, keyText } from '../../store/key.ts'
import type { Answer, Caller } from '../call/caller.ts'
import type { CompiledEntity, CompiledWrite } from '../compiled-connector.ts'
import { CallFailure, isSystemFailure } from '../failure.ts'
import type { Reading } from '../read/reading.ts'
import type { Batch } from './batching.ts'
import { explainLog } from './job-log.ts'
import { createJobs } from './jobs.ts'
import { naturalValue, settlesMs } from './natural-key.ts'
import type { OutgoingRecord } from './owned-fields.ts'
import type { Doubt, RowOutcome } from './row-outcome.ts'
import type { WriteOptions } from './write-options.ts'

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

const applied: Extract<RowOutcome, { kind: 'applied' }> = {
  kind: 'applied',
  created: undefined,
  id: undefined,
  warnings: [],
}

type Items = Batch['items']

/** One call of `send`, on its way. */
interface Task {
  readonly entity: CompiledEntity
  readonly write: CompiledWrite
  readonly owned: Batch['owned']
  readonly sending: WriteOptions
  readonly outcomes: Map<string, RowOutcome>
  /** How often a batch may still be halved because it was refused, and sent again because its outcome is open. */
  readonly budget: { refusals: number; resends: number }
}

export function createWriting(options: WritingOptions): Writing {
  const { caller, reading, clock, timers } = options
  const jobs = createJobs(caller, clock, timers)

  return {
    async send(entity, write, batch, sending) {
      const halvings = Math.ceil(Math.log2(batch.items.length + 1))
      const task: Task = {
        entity,
        write,
        owned: batch.owned,
        sending,
        outcomes: new Map(),
        budget: {
          // A batch in which everything is refused would lead to a call for each record.
          refusals: 2 * halvings + 4,
          // What can be read back is known without sending; else halving goes on down to the one record.
          resends: write.readBack || typeof write.repeat === 'object' ? 2 : halvings + 1,
        },
      }
      const { lookFirst } = sending
      // A full file is never divided; what it holds it may hold again.
      const doubtful =
        lookFirst && !sending.full ? batch.items.filter((item) => item.some(({ key }) => lookFirst.has(key))) : []
      if (doubtful.length > 0) await settle(task, doubtful, { message: 'An earlier run could not say what it wrote.' })
      const fresh = batch.items.filter((item) => !doubtful.includes(item))
      if (fresh.length > 0) await sendItems(task, fresh)
      return withoutPersonalValues(task.outcomes, entity, batch.items)
    },
  }

  async function sendItems(task: Task, all: Items): Promise<void> {
    const { write, owned, sending, outcomes, budget } = task
    const { items, made } = await makeItems(task, all)
    if (items.length === 0) return
    if (sending.full && items.length < all.length) {
      failAll(
        task,
        items.flat(),
        'full-file-incomplete',
        'It was not sent: other records of the full file cannot be sent, and the target would take them as gone.',
      )
      return
    }
    const records = items.flat()
    const fields = records.map((record) => record.fields)
    const variables: Variables = {
      ...caller.basics,
      items: made,
      record: fields[0],
      records: fields,
      owned,
      full: sending.full,
    }
    const repeatable = mayRepeat(write)
    const halve = async (): Promise<void> => {
      const middle = Math.ceil(items.length / 2)
      await sendItems(task, items.slice(0, middle))
      await sendItems(task, items.slice(middle))
    }
    let answer: Answer
    try {
      answer = await post(write, variables, repeatable, sending)
    } catch (error) {
      if (error instanceof EvaluationError) {
        failAll(task, records, 'item-failed', `The connector file cannot make a request of it: ${error.message}`)
        return
      }
      // A call that must not be repeated ends with a system failure only before it was sent.
      if (repeatable || !isSystemFailure(error)) sending.onSent?.()
      if (!(error instanceof CallFailure) || isSystemFailure(error)) throw error
      if (error.kind === 'unknown-outcome') {
        await settle(task, items, { message: error.message })
        return
      }
      if (items.length === 1 || !repeatable || sending.full) {
        failAll(task, records, error.code, error.reason, error.requestId)
      } else if (budget.refusals > 0) {
        budget.refusals -= 1
        await halve()
      } else {
        failAll(
          task,
          records,
          'batch-refused',
          `It was refused together with others, and too many were to find out which one is at fault. ${error.message}`,
        )
      }
      return
    }
    sending.onSent?.()
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
                requestId: answer.requestId,
                taken: answer.meaning === 'conflict',
              },
        )
      }
      return
    }
    let doubt: Doubt | undefined
    try {
      doubt = await understand(task, items, answer, variables)
    } catch (error) {
      // The request was taken, and what was said of it cannot be had or understood.
      if (error instanceof EvaluationError)
        doubt = { message: `The answer does not fit the connector file: ${error.message}`, code: 'unexpected-answer' }
      else if (error instanceof CallFailure && !isSystemFailure(error)) doubt = { message: error.message }
      else throw error
    }
    const open = items.map((item) => item.filter(({ key }) => !outcomes.has(key))).filter((item) => item.length > 0)
    if (doubt && open.length > 0) await settle(task, open, doubt, records.length === 1)
  }

  /**
   * Gives an outcome to each record of which the answer, and the job that it names, leave no doubt; says what the doubt
   * is about the others.
   */
  async function understand(
    task: Task,
    items: Items,
    answer: Answer,
    variables: Variables,
  ): Promise<Doubt | undefined> {
    const { entity, write, sending, outcomes } = task
    // The page of a proxy, or of a system that is being serviced, says nothing of the records, whatever its status.
    if (/^text\/html\b/i.test(answer.headers['content-type'] ?? ''))
      return { message: `The system answered with a page for people (status ${answer.status}).` }
    const records = items.flat()
    const input = { status: answer.status, headers: answer.headers, body: answer.body }
    let doubt: Doubt | undefined
    for (const refusal of write.refused ? asList(await write.refused.evaluate(input, variables)) : []) {
      const { position, say } = refusal as { position?: unknown; say?: unknown }
      const item = typeof position === 'number' ? items[position - 1] : undefined
      const message = typeof say === 'string' ? say : 'The item did not pass the validation.'
      const named =
        item ??
        explainLog(entity, records, [{ text: message, say: message, is: 'failed', code: undefined }]).rows.map(
          (row) => row.record,
        )
      failAll(task, named, 'refused-by-validation', message)
      if (named.length === 0) doubt = { message }
    }
    const created = write.created ? (await write.created.evaluate(input, variables)) === true : undefined
    const id = write.id ? await write.id.evaluate(input, variables) : undefined
    if (write.job) {
      const followed = await jobs.follow(
        entity,
        write.job,
        records.filter(({ key }) => !outcomes.has(key)),
        input,
        variables,
        sending,
      )
      for (const [key, outcome] of followed.outcomes) {
        // A record of which the answer itself said nothing clear stays in doubt.
        if (!(doubt && outcome.kind === 'applied')) outcomes.set(key, outcome)
      }
      return doubt ?? followed.doubt
    }
    if (doubt) return doubt
    for (const { key } of records)
      if (!outcomes.has(key)) outcomes.set(key, { ...applied, created, id: records.length === 1 ? id : undefined })
    return undefined
  }

  /** Items of the body. One that cannot be made fails its records, and no others. */
  async function makeItems({ write, ...task }: Task, all: Items): Promise<{ items: Items; made: readonly unknown[] }> {
    const items: Items[number][] = []
    const made: unknown[] = []
    for (const records of all) {
      const fields = records.map((record) => record.fields)
      try {
        made.push(
          write.item
            ? await write.item.evaluate(fields[0], { ...caller.basics, record: fields[0], records: fields })
            : withNulls(records[0] as OutgoingRecord),
        )
        items.push(records)
      } catch (error) {
        if (!(error instanceof EvaluationError)) throw error
        failAll(
          { write, ...task },
          records,
          'item-failed',
          `The connector file cannot make an item of it: ${error.message}`,
        )
      }
    }
    return { items, made }
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

  /** Finds out what became of records that nothing explains: read back by key; else sent again where that is safe. */
  async function settle(task: Task, items: Items, doubt: Doubt, alone = false): Promise<void> {
    const { write, sending, outcomes, budget } = task
    if (sending.openOutcomes === 'returned' && !mayRepeat(write)) {
      for (const { key } of items.flat()) outcomes.set(key, { kind: 'undecided', message: doubt.message })
      return
    }
    const found = await lookUp(task, items.flat())
    for (const [record, state] of found) if (state === 'applied') outcomes.set(record.key, applied)
    const open = items
      .map((item) => item.filter((record) => !outcomes.has(record.key)))
      .filter((item) => item.length > 0)
    if (open.length === 0) return
    const mayResend = (item: Items[number]): boolean =>
      mayRepeat(write) ||
      // By a look: only what is surely not there, or was there before and is given its values again.
      (typeof write.repeat === 'object' &&
        item.every((record) => ['absent', 'there'].includes(found.get(record) ?? 'unknown') || record.exists === true))
    const again = sending.full || doubt.code !== undefined ? [] : open.filter(mayResend)
    if (again.length > 0 && budget.resends > 0 && !(alone && doubt.refused)) {
      budget.resends -= 1
      const middle = Math.ceil(again.length / 2)
      for (const half of [again.slice(0, middle), again.slice(middle)]) if (half.length > 0) await sendItems(task, half)
    }
    for (const record of open.flat()) {
      if (outcomes.has(record.key)) continue
      const state = found.get(record)
      if (state === 'absent' || (alone && doubt.ignored))
        outcomes.set(record.key, {
          kind: 'failed',
          code: 'not-applied',
          message: 'The target accepted the record, but does not hold it.',
        })
      else if (alone && doubt.refused)
        outcomes.set(record.key, { kind: 'failed', code: 'refused-by-job', message: doubt.message })
      else if (doubt.code !== undefined && mayRepeat(write))
        outcomes.set(record.key, { kind: 'failed', code: doubt.code, message: doubt.message })
      else outcomes.set(record.key, { kind: 'undecided', message: doubt.message })
    }
  }

  /** A target that cannot be asked leaves open what it holds. */
  async function lookUp(task: Task, records: readonly OutgoingRecord[]): ReturnType<typeof readBack> {
    try {
      return await readBack(task, records)
    } catch (error) {
      if (isSystemFailure(error) || !(error instanceof CallFailure || error instanceof EvaluationError)) throw error
      return new Map(records.map((record) => [record, 'unknown']))
    }
  }

  /**
   * What the target holds of records: `applied`; `absent`: it does not hold what was sent; `there`: it holds the record,
   * which proves nothing, since it held it before or was sent something else; `unknown`: it cannot be asked, or does not
   * answer for the key.
   */
  async function readBack(
    { entity, write, owned, sending }: Task,
    records: readonly OutgoingRecord[],
  ): Promise<ReadonlyMap<OutgoingRecord, 'applied' | 'absent' | 'there' | 'unknown'>> {
    const by = typeof write.repeat === 'object' ? write.repeat.by : undefined
    const back = write.readBack
    if (!back && by === undefined) return new Map(records.map((record) => [record, 'unknown']))
    const asked = back ? (options.entities.get(back.entity) as CompiledEntity) : entity
    const find = back ? back.find : (by as string)
    const settles = settlesMs(options.entities, asked, find)
    const values = await naturalValues(write, records)
    // A search may lag behind the write: "not there" counts only after that.
    if (settles > 0) await sleep(settles, sending.signal, timers)
    const found = await reading.find(asked, find, [...values.values()].filter(isKeyPart), sending)
    const unreadable = new Set(found.unreadable.map(({ key }) => key))
    const states = new Map<OutgoingRecord, 'applied' | 'absent' | 'there' | 'unknown'>()
    for (const record of records) {
      const natural = values.get(record)
      if (!isKeyPart(natural)) {
        states.set(record, 'unknown')
        continue
      }
      const value = keyText([natural])
      const rows = (found.byValue.get(value) ?? []).map((row) => row.value)
      if (unreadable.has(value)) states.set(record, 'unknown')
      else if (back) {
        const variables = {
          ...caller.basics,
          record: record.fields,
          records: [record.fields],
          found: rows,
          items: [],
          owned,
          full: sending.full,
        }
        states.set(record, (await back.applied.evaluate(undefined, variables)) === true ? 'applied' : 'absent')
      } else if (rows.length === 0) states.set(record, 'absent')
      else {
        const provesNothing = record.exists === true || sending.lookFirst?.get(record.key) === 'other'
        states.set(record, provesNothing ? 'there' : 'applied')
      }
    }
    return states
  }
}

/** What tells each record apart in a look: its field, or what `repeat.value` makes of it. */
async function naturalValues(
  { repeat, readBack }: CompiledWrite,
  records: readonly OutgoingRecord[],
): Promise<ReadonlyMap<OutgoingRecord, unknown>> {
  const values = new Map<OutgoingRecord, unknown>()
  for (const record of records)
    values.set(
      record,
      readBack
        ? record.fields[readBack.by]
        : typeof repeat === 'object'
          ? await naturalValue(repeat, record.fields)
          : undefined,
    )
  return values
}

/** A record as the body holds it: what is to be emptied is null there. */
function withNulls({ fields, cleared }: OutgoingRecord): Readonly<Record<string, unknown>> {
  return cleared ? { ...fields, ...Object.fromEntries([...cleared].map((name) => [name, null])) } : fields
}

function failAll(
  { outcomes }: Task,
  records: readonly OutgoingRecord[],
  code: string,
  message: string,
  requestId?: string,
): void {
  for (const { key } of records)
    outcomes.set(key, { kind: 'failed', code, message, ...(requestId !== undefined && { requestId }) })
}

/** Whether the same request may be sent again whatever became of the first. */
function mayRepeat({ repeat }: CompiledWrite): boolean {
  return repeat === 'safe' || repeat === 'harmless'
}

/** What a system says of a record may repeat its values. */
function withoutPersonalValues(
  outcomes: ReadonlyMap<string, RowOutcome>,
  { personal }: CompiledEntity,
  items: Items,
): ReadonlyMap<string, RowOutcome> {
  const fields = personal.any ? new Map(items.flat().map((record) => [record.key, record.fields])) : undefined
  return new Map(
    [...outcomes].map(([key, outcome]): [string, RowOutcome] => [
      key,
      'message' in outcome
        ? { ...outcome, message: withoutPersonal(outcome.message, fields && personal.valuesOf(fields.get(key))) }
        : outcome,
    ]),
  )
}
