import type { CompiledEntity } from '../compiled-connector.ts'
import type { ReadRecord } from './received-record.ts'

/** Ascending and without repeats: systems with id sets refuse others, and a fixed order makes batches alike. */
export function ascending(values: readonly unknown[]): unknown[] {
  const unique = [...new Map(values.map((value) => [typeof value + String(value), value])).values()]
  return unique.sort(compareValues)
}

/** Systems answer in any order; a fixed one makes runs alike, such as which of two records had a key first. */
export function inKeyOrder(entity: CompiledEntity, records: readonly ReadRecord[]): ReadRecord[] {
  const field = entity.keyFields[0] as string
  const value = (record: ReadRecord): unknown => (record.value as Record<string, unknown> | undefined)?.[field]
  return [...records].sort((a, b) => compareValues(value(a), value(b)))
}

/** Numbers by their value, anything else by its text. */
function compareValues(a: unknown, b: unknown): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b
  return String(a) < String(b) ? -1 : String(a) > String(b) ? 1 : 0
}
