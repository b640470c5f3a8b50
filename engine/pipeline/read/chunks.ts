import type { MappingBase } from '../compiled-mapping.ts'

/** Source records that are mapped together: enough to fill joins' batches, few enough to be light. */
export const pageSize = 400

/** So many records that the batches of every join are full. */
export function chunkSize(mapping: MappingBase): number {
  const batches = mapping.joins.map(
    ({ entity, find }) => (find === undefined ? entity.entity.get?.batch : entity.entity.finds.get(find)?.batch) ?? 1,
  )
  const largest = Math.max(1, ...batches)
  return Math.ceil(pageSize / largest) * largest
}
