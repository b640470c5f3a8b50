import type { CompiledEntity, CompiledWrite } from '../compiled-connector.ts'
import type { Batch } from './batching.ts'
import type { OutgoingRecord } from './owned-fields.ts'
import type { RowOutcome } from './row-outcome.ts'
import type { WriteOptions } from './write-options.ts'

export type Items = Batch['items']

/** A batch on its way. */
export interface Sending {
  readonly entity: CompiledEntity
  readonly write: CompiledWrite
  readonly owned: Batch['owned']
  readonly options: WriteOptions
  /** What is known of its records so far, by key. */
  readonly outcomes: Map<string, RowOutcome>
  /** How often a batch may still be halved because it was refused, and sent again because its outcome is open. */
  readonly budget: { refusals: number; resends: number }
}

export const applied: Extract<RowOutcome, { kind: 'applied' }> = {
  kind: 'applied',
  created: undefined,
  id: undefined,
  warnings: [],
}

export function failAll(
  { outcomes }: Pick<Sending, 'outcomes'>,
  records: readonly OutgoingRecord[],
  code: string,
  message: string,
  requestId?: string,
): void {
  for (const { key } of records)
    outcomes.set(key, { kind: 'failed', code, message, ...(requestId !== undefined && { requestId }) })
}

/** Whether the same request may be sent again whatever became of the first. */
export function mayRepeat({ repeat }: CompiledWrite): boolean {
  return repeat === 'safe' || repeat === 'harmless'
}

/** Items in which something is left of which it is not known what became of it, without the rest. */
export function openItems(items: Items, outcomes: ReadonlyMap<string, RowOutcome>): Items {
  return items.map((item) => item.filter(({ key }) => !outcomes.has(key))).filter((item) => item.length > 0)
}
