import type { Given } from '../pipeline/read/plan-types.ts'
import type { InboxEntry } from '../store/state-store.ts'

/** Messages that are mapped in one run. */
export interface Group {
  readonly given: Given
  readonly entries: readonly InboxEntry[]
}

/**
 * Records and keys go together; the values of each find by themselves. What was tried in vain goes alone: the run may
 * have failed because of it, or because of one beside it. In the order in which the first of each came.
 */
export function groupsOf(entries: readonly InboxEntry[]): readonly Group[] {
  const groups = Map.groupBy(entries, ({ find, attempts, id }) => (attempts > 0 ? `alone ${id}` : `by ${find ?? ''}`))
  return [...groups.values()].map((group) => groupOf(group, group[0]?.find))
}

function groupOf(group: readonly InboxEntry[], find: string | undefined): Group {
  return {
    entries: group,
    given: {
      records: group.flatMap(({ record }) => (record === undefined ? [] : [{ value: JSON.parse(record) as unknown }])),
      keys: group.flatMap(({ record, key }) => (record === undefined ? [key] : [])),
      ...(find !== undefined && { find }),
      hints: true,
    },
  }
}
