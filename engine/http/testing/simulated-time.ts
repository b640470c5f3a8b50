import type { Clock, Timers } from '../time.ts'

/** A clock that stands still until `run` moves it from timer to timer. */
export interface SimulatedTime extends Clock, Timers {
  /** Runs timers in order of time, and what follows from each, until the clock shows `until` or no timer is left. */
  run(until: number): Promise<void>
  wait(ms: number): Promise<void>
  /** Timers that are set. */
  readonly pending: number
}

interface Timer {
  readonly at: number
  readonly order: number
  readonly run: () => void
}

export function createSimulatedTime(start = 0): SimulatedTime {
  let now = start
  let order = 0
  const timers = new Set<Timer>()
  const time: SimulatedTime = {
    now: () => now,
    setTimeout(run, ms) {
      const timer = { at: now + Math.max(0, ms), order: order++, run }
      timers.add(timer)
      return timer
    },
    clearTimeout(handle) {
      timers.delete(handle as Timer)
    },
    wait: (ms) => new Promise((resolve) => time.setTimeout(resolve, ms)),
    async run(until) {
      await settled()
      for (;;) {
        let next: Timer | undefined
        for (const timer of timers) {
          if (!next || timer.at < next.at || (timer.at === next.at && timer.order < next.order)) next = timer
        }
        if (!next || next.at > until) break
        timers.delete(next)
        now = next.at
        next.run()
        await settled()
      }
      now = Math.max(now, until)
    },
    get pending() {
      return timers.size
    },
  }
  return time
}

/** Resolves when everything that follows from promises already settled has run. */
function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}

/** A small, good generator of numbers in [0, 1) that gives the same numbers for the same seed (mulberry32). */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
