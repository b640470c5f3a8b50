import type { Variables } from '../../config/expression-compiler.ts'
import { EvaluationError } from '../../expressions/function-definition.ts'
import type { Clock, Timers } from '../../http/time.ts'
import { withoutPersonal } from '../../redaction/text.ts'
import type { Answer, Caller } from '../call/call-types.ts'
import type { CompiledEntity, CompiledWrite } from '../compiled-connector.ts'
import { CallFailure, isSystemFailure } from '../failure.ts'
import type { Reading } from '../read/reading.ts'
import type { Batch } from './batching.ts'
import { createJobs } from './jobs.ts'
import { makeItems } from './make-items.ts'
import type { Looking } from './read-back.ts'
import type { Doubt, RowOutcome } from './row-outcome.ts'
import { failAll, type Items, mayRepeat, openItems, type Sending } from './sending.ts'
import { settleOpen } from './settle-open.ts'
import { understand } from './understand.ts'
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
  readonly caller: Caller
  readonly reading: Reading
  readonly entities: ReadonlyMap<string, CompiledEntity>
  readonly clock: Clock
  readonly timers: Timers
}

export function createWriting({ caller, reading, entities, clock, timers }: WritingOptions): Writing {
  const jobs = createJobs(caller, clock, timers)
  const looking: Looking = { entities, reading, basics: caller.basics, timers }

  return {
    async send(entity, write, batch, options) {
      const halvings = Math.ceil(Math.log2(batch.items.length + 1))
      const sending: Sending = {
        entity,
        write,
        owned: batch.owned,
        options,
        outcomes: new Map(),
        budget: {
          // A batch in which everything is refused would lead to a call for each record.
          refusals: 2 * halvings + 4,
          // What can be read back is known without sending; else halving goes on down to the one record.
          resends: write.readBack || typeof write.repeat === 'object' ? 2 : halvings + 1,
        },
      }
      const { lookFirst } = options
      // A full file is never divided; what it holds it may hold again.
      const doubtful =
        lookFirst && !options.full ? batch.items.filter((item) => item.some(({ key }) => lookFirst.has(key))) : []
      if (doubtful.length > 0)
        await settle(sending, doubtful, { message: 'An earlier run could not say what it wrote.' })
      const fresh = batch.items.filter((item) => !doubtful.includes(item))
      if (fresh.length > 0) await sendItems(sending, fresh)
      return withoutPersonalValues(sending.outcomes, entity, batch.items)
    },
  }

  async function sendItems(sending: Sending, all: Items): Promise<void> {
    const { write, owned, options, outcomes, budget } = sending
    const { items, made } = await makeItems(caller.basics, sending, all)
    if (items.length === 0) return
    if (options.full && items.length < all.length) {
      failAll(
        sending,
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
      full: options.full,
    }
    const repeatable = mayRepeat(write)
    const halve = async (): Promise<void> => {
      const middle = Math.ceil(items.length / 2)
      await sendItems(sending, items.slice(0, middle))
      await sendItems(sending, items.slice(middle))
    }
    let answer: Answer
    try {
      answer = await post(write, variables, repeatable, options)
    } catch (error) {
      if (error instanceof EvaluationError) {
        failAll(sending, records, 'item-failed', `The connector file cannot make a request of it: ${error.message}`)
        return
      }
      // A call that must not be repeated ends with a system failure only before it was sent.
      if (repeatable || !isSystemFailure(error)) options.onSent?.()
      if (!(error instanceof CallFailure) || isSystemFailure(error)) throw error
      if (error.kind === 'unknown-outcome') {
        await settle(sending, items, { message: error.message })
        return
      }
      if (items.length === 1 || !repeatable || options.full) {
        failAll(sending, records, error.code, error.reason, error.requestId)
      } else if (budget.refusals > 0) {
        budget.refusals -= 1
        await halve()
      } else {
        failAll(
          sending,
          records,
          'batch-refused',
          `It was refused together with others, and too many were to find out which one is at fault. ${error.message}`,
        )
      }
      return
    }
    options.onSent?.()
    if (answer.meaning === 'split' && items.length > 1 && !options.full) {
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
      doubt = await understand(sending, jobs, items, answer, variables)
    } catch (error) {
      // The request was taken, and what was said of it cannot be had or understood.
      if (error instanceof EvaluationError)
        doubt = { message: `The answer does not fit the connector file: ${error.message}`, code: 'unexpected-answer' }
      else if (error instanceof CallFailure && !isSystemFailure(error)) doubt = { message: error.message }
      else throw error
    }
    const open = openItems(items, outcomes)
    if (doubt && open.length > 0) await settle(sending, open, doubt, records.length === 1)
  }

  function settle(sending: Sending, items: Items, doubt: Doubt, alone?: boolean): Promise<void> {
    return settleOpen(looking, sending, items, doubt, (again) => sendItems(sending, again), alone)
  }

  function post(
    write: CompiledWrite,
    variables: Variables,
    repeatable: boolean,
    options: WriteOptions,
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
      priority: options.priority,
      signal: options.signal,
      repeatable,
      ...(options.tally && { tally: options.tally }),
      ...(options.onSending && { onSending: options.onSending }),
    })
  }
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
