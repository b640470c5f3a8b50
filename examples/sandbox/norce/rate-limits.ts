import type { SandboxClock } from '../common/clock.ts'

/** Asks whether one more call may pass, and counts it when it may. */
export type RateLimit = (caller: string) => boolean

/**
 * A bucket per caller: so many calls a minute, and a burst on top that fills up again at the same rate. Time is the
 * sandbox's.
 */
export function createBurstLimit(clock: SandboxClock, perMinute: number, burst: number): RateLimit {
  const buckets = new Map<string, { left: number; at: number }>()
  const size = perMinute + burst
  return (caller) => {
    const now = clock.now()
    const bucket = buckets.get(caller) ?? { left: size, at: now }
    bucket.left = Math.min(size, bucket.left + ((now - bucket.at) * perMinute) / 60_000)
    bucket.at = now
    buckets.set(caller, bucket)
    if (bucket.left < 1) return false
    bucket.left -= 1
    return true
  }
}

/** So many calls in each clock minute of the sandbox; `limit` is asked anew for every call, null is no limit. */
export function createMinuteLimit(clock: SandboxClock, limit: () => number | null): () => boolean {
  let minute = -1
  let used = 0
  return () => {
    const current = Math.floor(clock.now() / 60_000)
    if (current !== minute) {
      minute = current
      used = 0
    }
    const allowed = limit()
    if (allowed !== null && used >= allowed) return false
    used += 1
    return true
  }
}
