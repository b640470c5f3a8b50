import type { Feedback } from '../governor.ts'
import type { Random } from '../time.ts'
import type { SimulatedTime } from './simulated-time.ts'

export interface SimulatedServerOptions {
  readonly time: SimulatedTime
  readonly random: Random
  readonly requests: number
  readonly perMs: number
  /** What it enforces: a window that starts at multiples of `perMs` on the clock, or any `perMs`. */
  readonly enforces: 'fixed' | 'rolling'
  /** What its answers say: that window, or nothing. */
  readonly reports: 'fixed' | 'rolling' | 'nothing'
  /** Milliseconds from sending to answer, for each call. */
  readonly latency: () => number
}

/** Counts calls as a server does, at a moment between their sending and their answer. */
export interface SimulatedServer {
  call(): Promise<Feedback>
  /** A call of somebody else on the same account. */
  foreignCall(): void
  readonly handledAt: readonly number[]
  readonly throttled: number
}

export function createSimulatedServer(options: SimulatedServerOptions): SimulatedServer {
  const { time, random, requests, perMs, enforces, reports, latency } = options
  const handledAt: number[] = []
  const counted: number[] = []
  let throttled = 0

  const inFixed = (now: number) => {
    const start = Math.floor(now / perMs) * perMs
    let count = 0
    for (let index = counted.length - 1; index >= 0 && (counted[index] as number) >= start; index--) count++
    return count
  }
  const firstInRolling = (now: number) => {
    let index = counted.length
    while (index > 0 && (counted[index - 1] as number) > now - perMs) index--
    return index
  }
  const count = (now: number, kind: 'fixed' | 'rolling') =>
    kind === 'fixed' ? inFixed(now) : counted.length - firstInRolling(now)

  const handle = (): Feedback => {
    const now = time.now()
    const refused = count(now, enforces) >= requests
    if (!refused) counted.push(now)
    if (refused) throttled++
    else handledAt.push(now)
    if (reports === 'nothing') return refused ? { throttled: true } : {}
    const remaining = Math.max(0, requests - count(now, reports))
    const resetsInMs =
      reports === 'fixed'
        ? (Math.floor(now / perMs) + 1) * perMs - now
        : (counted[firstInRolling(now)] ?? now) + perMs - now
    return { remaining, resetsInMs, ...(refused && { throttled: true }) }
  }

  return {
    async call() {
      const whole = latency()
      const there = whole * random()
      await time.wait(there)
      const answer = handle()
      await time.wait(whole - there)
      return answer
    },
    foreignCall() {
      if (count(time.now(), enforces) < requests) counted.push(time.now())
    },
    handledAt,
    get throttled() {
      return throttled
    },
  }
}
