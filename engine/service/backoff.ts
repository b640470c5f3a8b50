const firstMs = 1_000
const longestMs = 5 * 60_000

/** How long to wait after so many tries in vain, 1 and more: one second, then twice as long each time, up to five minutes. */
export function backoffMs(tries: number): number {
  return Math.min(firstMs * 2 ** Math.min(tries - 1, 20), longestMs)
}
