const SECOND = 1000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE

/**
 * Waits before the repeats of an event: 16 tries over about 22 hours, then it is dropped [doc D14]. The plan of the order
 * push is not known: "for a limited time"; the same one is used.
 */
export const RETRY_PLAN_MS: readonly number[] = [
  5 * SECOND,
  10 * SECOND,
  15 * SECOND,
  30 * SECOND,
  MINUTE,
  2 * MINUTE,
  5 * MINUTE,
  10 * MINUTE,
  15 * MINUTE,
  30 * MINUTE,
  HOUR,
  2 * HOUR,
  3 * HOUR,
  4 * HOUR,
  5 * HOUR,
  6 * HOUR,
]

/** `every` is n: true for the n-th, 2n-th … of a count that starts at 1. */
export function isNth(count: number, every: number | null): boolean {
  return every !== null && count % every === 0
}
