import type { Random, Timers } from './time.ts'
import { systemTimers } from './time.ts'

export interface Backoff {
  /** The longest wait after the first failure, milliseconds. */
  readonly baseMs: number
  /** The longest wait ever, milliseconds. */
  readonly maxMs: number
}

/**
 * How long to wait after the `failures`-th failure in a row (1 is the first), milliseconds: exponential with full
 * jitter, which spreads clients that failed together best (AWS Architecture Blog, "Exponential Backoff And Jitter").
 */
export function backoffDelay(failures: number, { baseMs, maxMs }: Backoff, random: Random): number {
  // 2 ** 1024 is Infinity and Infinity * 0 would be no number.
  const doublings = Math.min(Math.max(failures, 1) - 1, 52)
  return random() * Math.min(maxMs, baseMs * 2 ** doublings)
}

/** Resolves after `ms` milliseconds; rejects with the signal's reason as soon as it aborts. */
export function sleep(ms: number, signal?: AbortSignal, timers: Timers = systemTimers): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason)
    const abort = () => {
      timers.clearTimeout(timer)
      reject(signal?.reason)
    }
    const timer = timers.setTimeout(() => {
      signal?.removeEventListener('abort', abort)
      resolve()
    }, ms)
    signal?.addEventListener('abort', abort, { once: true })
  })
}

/**
 * The wait that a Retry-After header asks for, milliseconds; undefined when it is absent or cannot be understood.
 * RFC 9110 §10.2.3: either whole seconds or a date. `now`: milliseconds since the Unix epoch.
 */
export function retryAfterMs(value: string | undefined, now: number): number | undefined {
  const text = value?.trim()
  if (!text) return undefined
  if (/^\d+(\.\d+)?$/.test(text)) return Number(text) * 1000
  const at = Date.parse(text)
  return Number.isNaN(at) ? undefined : Math.max(0, at - now)
}
