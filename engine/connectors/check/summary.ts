import { causeCodes } from '../../diagnostics/cause-codes.ts'
import type { Connection } from '../connection.ts'
import type { WatchedCall } from './call-watch.ts'
import { clockToleranceMs, clockWords, othersWords } from './causes.ts'
import type { CheckResult, ConnectionFound, QuotaFound } from './check-types.ts'
import { clockOf } from './clock.ts'
import { quotaOf } from './quota.ts'

/** What is said of a connection when its steps are done: how much of its calls is left, and whether the clocks agree. */
export async function summarize(
  connection: Connection,
  results: readonly CheckResult[],
  calls: readonly WatchedCall[],
): Promise<{ readonly connection: ConnectionFound; readonly steps: readonly CheckResult[] }> {
  const { name } = connection
  const quota = await quotaOf(connection, calls)
  const clockMs = clockOf(calls)
  const steps: CheckResult[] = []
  if (clockMs !== undefined && Math.abs(clockMs) >= clockToleranceMs) {
    const cause = { cause: 'clock-differs', say: clockWords(clockMs), fix: causeCodes['clock-differs'].advice }
    steps.push({
      connection: name,
      step: 'Clock',
      status: 'warning',
      found: cause.say,
      fix: cause.fix,
      causes: [cause],
    })
  }
  if (quota?.remaining !== undefined) steps.push({ connection: name, step: 'Calls left', ...quotaStep(quota) })
  const all = [...results, ...steps]
  const status = all.some((step) => step.status === 'failed')
    ? 'failed'
    : all.some((step) => step.status === 'warning')
      ? 'warning'
      : 'ok'
  return {
    steps,
    connection: {
      connection: name,
      connector: connection.connector.name,
      status,
      ...(quota && { quota }),
      ...(clockMs !== undefined && { clockDiffersSeconds: Math.round(clockMs / 1000) }),
    },
  }
}

/** Fewer than this part of the calls left, and used by others: a run would wait for most of its time. */
const fewLeft = 0.1

function quotaStep(quota: QuotaFound): Pick<CheckResult, 'status' | 'found' | 'fix' | 'causes'> {
  const { limit, remaining = 0, resetsInSeconds, others = 0 } = quota
  const time = resetsInSeconds === undefined ? '' : `; the period ends in ${Math.round(resetsInSeconds)} s`
  const found = `${remaining}${limit === undefined ? '' : ` of ${limit}`}${time}`
  if (others === 0) return { status: 'ok', found }
  const say = othersWords(quota)
  if (limit === undefined || remaining >= limit * fewLeft) return { status: 'ok', found: `${found}. ${say}` }
  const fix = causeCodes['throttled-by-others'].advice
  return { status: 'warning', found: `${found}. ${say}`, fix, causes: [{ cause: 'throttled-by-others', say, fix }] }
}
