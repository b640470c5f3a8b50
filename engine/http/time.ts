/** Milliseconds. Either since the Unix epoch (`systemClock`) or since some fixed moment (`monotonicClock`). */
export interface Clock {
  now(): number
}

/** One-shot timers, passed in so that tests can run hours in milliseconds. */
export interface Timers {
  setTimeout(run: () => void, ms: number): unknown
  clearTimeout(handle: unknown): void
}

/** A number in [0, 1). */
export type Random = () => number

export const systemClock: Clock = { now: () => Date.now() }

/** Never jumps when the machine's time is set: for everything that measures how long something took. */
export const monotonicClock: Clock = { now: () => performance.now() }

// Node fires at once when a delay does not fit 31 bits.
const longestDelay = 2 ** 31 - 1

export const systemTimers: Timers = {
  setTimeout: (run, ms) => setTimeout(run, Math.min(Math.max(ms, 0), longestDelay)),
  clearTimeout: (handle) => clearTimeout(handle as NodeJS.Timeout),
}
