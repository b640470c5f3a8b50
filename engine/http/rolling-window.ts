/**
 * Which of our calls a server may still be counting. A call occupies a slot from when it is sent until `period` after
 * its answer arrived: the server handled it at some moment in between, so this is safe whatever that moment was.
 */
export interface RollingWindow {
  sent(): void
  answered(now: number): void
  readonly inFlight: number
  /** Calls that occupy a slot now. */
  occupied(now: number, periodMs: number): number
  /** When fewer than `capacity` slots will be occupied, if nothing more is sent; Infinity if that needs an answer. */
  freeAt(now: number, capacity: number, periodMs: number): number
  /** Slots free at `until`, of `capacity`, if nothing more is sent and what is in flight stays so. */
  freeBy(until: number, capacity: number, periodMs: number): number
  /** Calls answered after `since`. */
  answeredAfter(since: number): number
}

/** `keepMs`: the longest period that will ever be asked about. */
export function createRollingWindow(keepMs: number): RollingWindow {
  let inFlight = 0
  // Times of answers, ascending, since the clock never goes back. The entries before `head` are forgotten.
  let answers: number[] = []
  let head = 0

  const firstAfter = (time: number): number => {
    let low = head
    let high = answers.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if ((answers[middle] as number) > time) high = middle
      else low = middle + 1
    }
    return low
  }

  return {
    get inFlight() {
      return inFlight
    },
    sent() {
      inFlight++
    },
    answered(now) {
      inFlight--
      answers.push(now)
      head = firstAfter(now - keepMs)
      if (head > 1000 && head > answers.length / 2) {
        answers = answers.slice(head)
        head = 0
      }
    },
    occupied: (now, periodMs) => inFlight + answers.length - firstAfter(now - periodMs),
    freeAt(now, capacity, periodMs) {
      const first = firstAfter(now - periodMs)
      const surplus = inFlight + answers.length - first - capacity
      if (surplus < 0) return now
      const last = answers[first + surplus]
      return last === undefined ? Number.POSITIVE_INFINITY : last + periodMs
    },
    freeBy: (until, capacity, periodMs) =>
      Math.max(0, capacity - inFlight - (answers.length - firstAfter(until - periodMs))),
    answeredAfter: (since) => answers.length - firstAfter(since),
  }
}
