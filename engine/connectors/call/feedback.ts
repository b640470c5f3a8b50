import type { Formula, Variables } from '../../config/expression-compiler.ts'
import type { HttpResponse } from '../../http/client.ts'
import type { Feedback } from '../../http/governor.ts'
import { retryAfterMs } from '../../http/retry.ts'
import type { CompiledLimit, Meaning } from '../compiled-connector.ts'
import { quietly } from './told.ts'

/** What an answer tells the governor: how much is left, and how long to wait. */
export async function feedbackOf(
  limit: CompiledLimit | undefined,
  response: HttpResponse,
  meaning: Meaning,
  basics: Variables,
  now: number,
): Promise<Feedback> {
  const numeric = async (formula: Formula | undefined): Promise<number | undefined> => {
    if (!formula) return undefined
    const value = Number(await quietly(formula, response, basics))
    return Number.isFinite(value) ? value : undefined
  }
  const remaining = await numeric(limit?.remaining)
  const resets = await numeric(limit?.resets)
  const asked = limit?.retryAfter ? await numeric(limit.retryAfter) : undefined
  const wait = asked !== undefined ? asked * 1000 : retryAfterMs(response.headers['retry-after'], now)
  return {
    ...(remaining !== undefined && { remaining }),
    ...(resets !== undefined && { resetsInMs: resets * (limit?.unitMs ?? 1) }),
    ...(meaning === 'throttled' && { throttled: true }),
    ...(wait !== undefined && { retryAfterMs: wait }),
  }
}
