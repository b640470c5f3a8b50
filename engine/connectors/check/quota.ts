import { parseDuration } from '../../config/durations.ts'
import type { Formula, Variables } from '../../config/expression-compiler.ts'
import type { Connection } from '../connection.ts'
import type { WatchedCall } from './call-watch.ts'
import type { QuotaFound } from './check-types.ts'

/**
 * What is left of an account's calls, by the newest answer that says it. Whoever made the others cannot be known: another
 * program, or another process of Syncline.
 */
export async function quotaOf(connection: Connection, calls: readonly WatchedCall[]): Promise<QuotaFound | undefined> {
  const [limit] = connection.connector.limits
  if (!limit) return undefined
  const basics: Variables = { settings: connection.settings.settings }
  const requests = await numberOf(limit.requests, undefined, basics)
  const per = await quietly(limit.per, undefined, basics)
  const perMs = typeof per === 'number' ? per : typeof per === 'string' ? parseDuration(per) : undefined
  const newest = calls.findLast(({ token, answer }) => !token && answer)
  const input = newest?.answer
  const remaining = input && (await numberOf(limit.remaining, input, basics))
  const resets = input && (await numberOf(limit.resets, input, basics))
  if (requests === undefined && remaining === undefined) return undefined
  const resetsInMs = resets === undefined ? undefined : resets * limit.unitMs
  const ours = newest === undefined ? 0 : inWindow(calls, newest, perMs, resetsInMs)
  // A call that was under way may be counted already or not; one is no sign of others.
  const used = requests !== undefined && remaining !== undefined ? requests - remaining : undefined
  const others = used === undefined ? undefined : used - ours
  return {
    ...(requests !== undefined && { limit: requests }),
    ...(perMs !== undefined && { seconds: perMs / 1000 }),
    ...(remaining !== undefined && { remaining }),
    ...(resetsInMs !== undefined && { resetsInSeconds: Math.round(resetsInMs / 100) / 10 }),
    ours,
    ...(others !== undefined && { others: others > 1 ? others : 0 }),
  }
}

/** Our answered calls since the window of the newest one began. */
function inWindow(
  calls: readonly WatchedCall[],
  newest: WatchedCall,
  perMs: number | undefined,
  resetsInMs: number | undefined,
): number {
  const began = perMs === undefined ? 0 : newest.sentAt - perMs + (resetsInMs ?? 0)
  return calls.filter(({ token, answer, sentAt }) => !token && answer && sentAt >= began - 1000).length
}

async function numberOf(
  formula: Formula | undefined,
  input: unknown,
  variables: Variables,
): Promise<number | undefined> {
  const value = await quietly(formula, input, variables)
  const number = value === undefined || value === '' ? Number.NaN : Number(value)
  return Number.isFinite(number) ? number : undefined
}

async function quietly(formula: Formula | undefined, input: unknown, variables: Variables): Promise<unknown> {
  try {
    return await formula?.evaluate(input, variables)
  } catch {
    return undefined
  }
}
