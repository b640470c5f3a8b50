/**
 * When to spread calls out, for accounts whose server counts in windows and tells when its window ends.
 *
 * Why at all: a slot is used again one period after its ANSWER, so its uses come later by the latency each time. The
 * slots in use at the moment a window ends are lost to the next window. After a burst that is as many as were under way
 * at once (8 of 200 is 4 %) in every window while the burst drifts over the boundary; evenly spread it is one or two.
 * So a burst is sent as fast as wanted (short work is done at once) only up to half of the quota, and only if there is
 * time before the boundary to spread its slots when they are used again; all else keeps a small distance.
 */
export interface Pace {
  readonly now: number
  /** When the reported window ends; undefined when that is not known. */
  readonly endsAt: number | undefined
  /** Time between sending and answer, milliseconds, averaged; undefined before the first answer. */
  readonly latencyMs: number | undefined
  /** Calls per period. */
  readonly capacity: number
  readonly periodMs: number
  /** The length of the server's window, as far as known; not more than `periodMs`. */
  readonly windowMs: number
  /** Slots occupied now. */
  readonly occupied: number
  /** Calls of the last one and a half periods: near `capacity` when work is sustained. */
  readonly recent: number
  /** Slots that are free or become so early enough to be used before the window ends. */
  readonly due: number
}

/** The shortest time between the starts of two calls, milliseconds; 0 when there is no need to wait. */
export function pacingGap(pace: Pace): number {
  const { now, endsAt, latencyMs = 0, capacity, periodMs, windowMs, occupied, recent, due } = pace
  if (endsAt === undefined) return 0
  // From window to window a slot drifts by the latency and by what our period is longer. Not more than one and a half
  // slots shall cross the boundary each time; but not so wide that the average rate of the quota would not be exceeded:
  // a queue served at exactly the rate at which it is fed only grows. The figures were found by simulation;
  // governor-usage.test.ts holds the result.
  const drift = latencyMs + periodMs - windowMs
  const gap = Math.min((0.7 * periodMs) / capacity, drift / 1.5)
  const left = endsAt - latencyMs - now
  const sustained = recent >= 0.95 * capacity
  if (!sustained) return occupied < capacity / 2 && 2 * occupied * gap <= left ? 0 : gap
  return left <= 0 ? 0 : Math.min(gap, left / Math.max(1, due))
}

/** How many calls may be under way: few until the first answer tells when the server's window ends. */
export function pacedConcurrency({ latencyMs, capacity }: Pace, concurrent: number): number {
  return latencyMs === undefined ? Math.min(concurrent, Math.max(1, Math.floor(capacity / 100))) : concurrent
}
