import type { SpooledRead } from '../../store/spool.ts'
import { add, type Counts, createCounts } from '../counts.ts'

/** Something on which the two sides differ. Holds no personal data. */
export interface Difference {
  readonly mapping: string
  /** `records` for what the mapping writes; else the name of a declared comparison. */
  readonly comparison: string
  /**
   * Of records: `missing`, `differs`, `not-gone` (the source yields it no more, and the target was not told) or
   * `orphan-link`. Of a declared comparison: the reason of its condition.
   */
  readonly reason: string
  /** Key of the target record; in a declared comparison of the record that was read. */
  readonly key: string
  readonly label?: string
  /** What the mapping makes of its source, and what the target holds. */
  readonly fields?: readonly FieldDifference[]
  readonly say?: string
  /** Whether --repair can do something about it. */
  readonly repairable: boolean
}

export interface FieldDifference {
  readonly field: string
  /** Absent: it should be empty. */
  readonly expected?: unknown
  /** Absent: it is empty. */
  readonly found?: unknown
}

/** What one comparison came to, while it goes on. */
export interface Comparing {
  /** What could not be compared, and why: skipped, parked, failed. */
  readonly counts: Counts
  /** Records that were compared. */
  compared: number
  /** Differences by reason. */
  readonly found: Record<string, number>
  total: number
  repairable: number
  /** The first differences. */
  readonly first: Difference[]
  /** All that can be repaired, on disk. */
  readonly repairs: SpooledRead
}

/** Differences that are shown and stored; the others are counted. */
export const shownDifferences = 100

export function comparing(repairs: SpooledRead): Comparing {
  return { counts: createCounts(), compared: 0, found: {}, total: 0, repairable: 0, first: [], repairs }
}

/** Books a difference; `repair` is what the repair needs to know, by a key of its own. */
export function note(
  into: Comparing,
  difference: Omit<Difference, 'repairable'>,
  repair?: { readonly key: string; readonly record: unknown },
): void {
  add(into.found, difference.reason)
  into.total += 1
  if (repair) {
    into.repairable += 1
    into.repairs.put([{ key: repair.key, group: repair.key, record: repair.record, companion: false }])
  }
  if (into.first.length < shownDifferences) into.first.push({ ...difference, repairable: repair !== undefined })
}
