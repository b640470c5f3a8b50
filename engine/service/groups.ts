import type { Given } from '../pipeline/read-source.ts'
import type { InboxEntry } from '../store/state-store.ts'

/** Messages that are mapped in one run. */
export interface Group {
  readonly given: Given
  readonly entries: readonly InboxEntry[]
}

/** Records and keys go together; the values of each find by themselves. In the order in which the first of each came. */
export function groupsOf(entries: readonly InboxEntry[]): readonly Group[] {
  const byFind = Map.groupBy(entries, ({ find }) => find)
  return [...byFind].map(([find, group]) => ({
    entries: group,
    given: {
      records: group.flatMap(({ record }) => (record === undefined ? [] : [{ value: JSON.parse(record) as unknown }])),
      keys: group.flatMap(({ record, key }) => (record === undefined ? [key] : [])),
      ...(find !== undefined && { find }),
    },
  }))
}
