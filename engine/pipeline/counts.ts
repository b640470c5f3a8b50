/** Counts of one pipeline in one run. Source records are read, skipped and parked; target records are written. */
export interface Counts {
  read: number
  created: number
  updated: number
  unchanged: number
  /** Of `updated`: written since the source yields them no more. */
  gone: number
  skipped: Record<string, number>
  warned: Record<string, number>
  parked: number
  /** Of `parked`: those that wait for a condition of the mapping, by reason. */
  waits: Record<string, number>
  failed: Record<string, number>
  calls: Record<string, number>
  throttled: number
}

export function createCounts(): Counts {
  return {
    read: 0,
    created: 0,
    updated: 0,
    unchanged: 0,
    gone: 0,
    skipped: {},
    warned: {},
    parked: 0,
    waits: {},
    failed: {},
    calls: {},
    throttled: 0,
  }
}

export function add(counts: Record<string, number>, name: string, by = 1): void {
  counts[name] = (counts[name] ?? 0) + by
}

export function sum(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((total, count) => total + count, 0)
}

/** Counts the calls of a pipeline, by connection. */
export type Tally = (connection: string) => (event: { readonly throttled: boolean }) => void

export function tallyInto(counts: Counts): Tally {
  return (connection) =>
    ({ throttled }) => {
      counts.calls[connection] = (counts.calls[connection] ?? 0) + 1
      if (throttled) counts.throttled += 1
    }
}

/** What the target records of one step came to. */
export interface StepCounts {
  created: number
  updated: number
  unchanged: number
  /** Found in the target, and taken as they were. */
  found: number
  /** Looked up and not found. */
  absent: number
  /** Source records for which the step's condition did not hold. */
  skipped: number
  failed: number
}

export function createStepCounts(): StepCounts {
  return { created: 0, updated: 0, unchanged: 0, found: 0, absent: 0, skipped: 0, failed: 0 }
}
