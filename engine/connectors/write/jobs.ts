import type { Variables } from '../../config/expression-compiler.ts'
import { asList } from '../../expressions/as-list.ts'
import { withoutNulls } from '../../expressions/values/without-nulls.ts'
import { sleep } from '../../http/retry.ts'
import type { Clock, Timers } from '../../http/time.ts'
import type { Caller, CallOptions } from '../call/call-types.ts'
import type { CompiledEntity, CompiledJob } from '../compiled-connector.ts'
import { explainLog, type LogEntry } from './job-log.ts'
import type { OutgoingRecord } from './owned-fields.ts'
import type { Doubt, RowOutcome } from './row-outcome.ts'
import type { WriteOptions } from './write-options.ts'

/** Asynchronous writes. */
export interface Jobs {
  /**
   * Waits for the end of the job that an accepted write names, reads its log and compares its counters: an outcome for
   * each record of which they leave no doubt, and what the doubt is about the others. Fails as calls do, when the job
   * cannot be asked for.
   */
  follow(
    entity: CompiledEntity,
    job: CompiledJob,
    records: readonly OutgoingRecord[],
    accepted: unknown,
    variables: Variables,
    sending: WriteOptions,
  ): Promise<{ readonly outcomes: ReadonlyMap<string, RowOutcome>; readonly doubt: Doubt | undefined }>
}

/** First pause before a job is asked for; it grows to the connector's `every`. */
const firstPollMs = 100

export function createJobs(caller: Caller, clock: Clock, timers: Timers): Jobs {
  return {
    async follow(entity, job, records, accepted, variables, sending) {
      const outcomes = new Map<string, RowOutcome>()
      const number = await job.id.evaluate(accepted, { ...variables })
      if (number === undefined) return { outcomes, doubt: { message: 'The target named no job for the import.' } }
      sending.onJob?.(String(number))
      const scope: Variables = { ...variables, job: number }
      const asked: CallOptions = {
        operation: 'check',
        priority: sending.priority,
        signal: sending.signal,
        repeatable: true,
        ...(sending.tally && { tally: sending.tally }),
      }
      const state = await stateAtEnd(job, scope, asked)
      if (!state) return { outcomes, doubt: { message: `The job did not end within ${job.forMs / 1000} s.` } }
      const ok = (await job.ok.evaluate(state, scope)) === true
      const failures = await count(job.failures, state, scope)
      const written = await count(job.applied, state, scope)
      const entries = await logEntries(job, scope, asked)
      const { rows, unclear } = explainLog(entity, records, entries)
      const warnings = new Map<string, string[]>()
      const doubted = new Set<string>()
      for (const { record, entry } of rows) {
        const message = entry.say ?? 'The job refused the row without a reason.'
        if (entry.is === 'warned') warnings.set(record.key, [...(warnings.get(record.key) ?? []), message])
        else if (entry.is === 'doubted') doubted.add(record.key)
        else
          outcomes.set(record.key, {
            kind: entry.is === 'absent' ? 'absent' : 'failed',
            code: entry.code ?? (entry.is === 'absent' ? 'not-in-target' : 'refused-by-job'),
            message,
          })
      }
      const open = records.filter(({ key }) => !outcomes.has(key))
      const unnamed = unclear.filter(({ is }) => is !== 'warned')
      const refused = refusedRows(rows) + unnamed.filter(({ is }) => is !== 'doubted').length
      const more = failures !== undefined && failures > refused
      // Some systems ignore a row without a word; then fewer rows were written than were sent.
      const fewer = written !== undefined && written < open.length
      const doubtful = !ok || more || fewer || unnamed.length > 0
      for (const { key } of open) {
        if (doubtful || doubted.has(key)) continue
        outcomes.set(key, { kind: 'applied', created: undefined, id: undefined, warnings: warnings.get(key) ?? [] })
      }
      if (!doubtful && doubted.size === 0) return { outcomes, doubt: undefined }
      return {
        outcomes,
        doubt: {
          message: unnamed.find(({ say }) => say !== undefined)?.say ?? 'The job does not say what became of the row.',
          refused: ok && (more || unnamed.length > 0),
          ignored: ok && fewer,
        },
      }
    },
  }

  /** The answer that says that the job has ended; undefined when it does not within its time. */
  async function stateAtEnd(job: CompiledJob, scope: Variables, asked: CallOptions): Promise<unknown> {
    const until = clock.now() + job.forMs
    for (let pause = Math.min(firstPollMs, job.everyMs); ; pause = Math.min(pause * 1.6, job.everyMs)) {
      await sleep(pause, asked.signal, timers)
      const answer = await caller.call(job.poll, scope, asked)
      const state = { status: answer.status, headers: answer.headers, body: answer.body }
      if ((await job.done.evaluate(state, scope)) === true) return state
      if (clock.now() > until) return undefined
    }
  }

  async function logEntries(job: CompiledJob, scope: Variables, asked: CallOptions): Promise<LogEntry[]> {
    const { log, row } = job
    if (!log || !row) return []
    const answer = await caller.call(log.request, scope, asked)
    const rows = asList(
      await log.rows.evaluate({ status: answer.status, headers: answer.headers, body: answer.body }, scope),
    )
    const entries: LogEntry[] = []
    for (const raw of rows) {
      const entry = withoutNulls(raw)
      const text = async (formula: CompiledJob['failures']): Promise<string | undefined> => {
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
}

/** A log may say of one row twice that it was refused, and in one entry that a whole item was. */
function refusedRows(rows: ReturnType<typeof explainLog>['rows']): number {
  const byEntry = Map.groupBy(
    rows.filter(({ entry }) => entry.is !== 'warned' && entry.is !== 'doubted'),
    ({ entry }) => entry,
  )
  return new Set([...byEntry.values()].map((named) => JSON.stringify(named.map(({ record }) => record.key).sort())))
    .size
}

async function count(formula: CompiledJob['failures'], state: unknown, scope: Variables): Promise<number | undefined> {
  const value = formula && Number(await formula.evaluate(state, scope))
  return value !== undefined && Number.isFinite(value) ? value : undefined
}
