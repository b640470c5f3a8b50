import type { WatchedCall } from './call-watch.ts'

/** Our clock less the system's, milliseconds, by the answers that agree best; undefined when none had a date. */
export function clockOf(calls: readonly WatchedCall[]): number | undefined {
  const differences = calls.flatMap(({ clockDiffersMs }) => clockDiffersMs ?? [])
  return differences.length === 0
    ? undefined
    : differences.reduce((least, one) => (Math.abs(one) < Math.abs(least) ? one : least))
}
