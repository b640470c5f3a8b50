import type { SandboxClock } from '../common/clock.ts'

/** What the two throttle headers say after a call. */
export interface QuotaState {
  readonly allowed: boolean
  /** `Brightpearl-Requests-Remaining` [doc, rec]. */
  readonly remaining: number
  /** `Brightpearl-Next-Throttle-Period`: REAL milliseconds until the period ends [rec]. */
  readonly nextPeriodMs: number
}

export interface Quota {
  /** Counts one call of a pool, arrived at that sandbox time, and says how things stand after it. */
  count(pool: string, now: number): QuotaState
}

export interface QuotaOptions {
  readonly clock: Pick<SandboxClock, 'toReal'>
  readonly limit: number
  readonly window: 'minute' | 'rolling'
}

const minute = 60_000

/**
 * So many calls a minute, by pool: an account's private apps share one, each developer's apps have another [doc].
 * Every answered call counts, whatever its status [rec]; whether a refused one does is not known, here it does not
 * [assumed], so that a client that keeps asking under the rolling window is let in again.
 */
export function createQuota({ clock, limit, window }: QuotaOptions): Quota {
  const pools = new Map<string, number[]>()
  return {
    count(pool, now) {
      // Recorded headers add up to whole clock minutes, though the documentation speaks of a rolling one [rec].
      const startOfWindow = window === 'minute' ? now - (now % minute) : now - minute + 1
      const calls = (pools.get(pool) ?? []).filter((at) => at >= startOfWindow)
      const allowed = calls.length < limit
      if (allowed) calls.push(now)
      pools.set(pool, calls)
      const first = calls[0] ?? now
      return {
        allowed,
        remaining: Math.max(0, limit - calls.length),
        nextPeriodMs: clock.toReal(window === 'minute' ? minute - (now % minute) : first + minute - now),
      }
    },
  }
}
