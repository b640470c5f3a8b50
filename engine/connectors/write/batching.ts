import type { Variables } from '../../config/expression-compiler.ts'
import type { CompiledWrite } from '../compiled-connector.ts'
import { batchSignature, type OutgoingRecord, ownedNames } from './owned-fields.ts'

/** One request's worth of records: items, each of one record or of records that travel together. */
export interface Batch {
  readonly items: readonly (readonly OutgoingRecord[])[]
  readonly owned: Readonly<Record<string, readonly string[]>>
}

/**
 * Gathers records into batches. Records that travel together are given together and stay in one item, as far as they
 * have the same fields; records with other fields go in another batch. Holds less than one batch per set of fields.
 */
export interface Batcher {
  /** Adds records that travel together (or one record); returns batches that became full. */
  add(records: readonly OutgoingRecord[]): Batch[]
  /** The rest. */
  flush(): Batch[]
}

export function createBatcher(write: CompiledWrite, size: number): Batcher {
  const open = new Map<string, { owned: Batch['owned']; items: OutgoingRecord[][] }>()
  return {
    add(records) {
      const parts = new Map<string, { owned: Batch['owned']; records: OutgoingRecord[] }>()
      for (const record of records) {
        const owned = ownedNames(write, record)
        const signature = batchSignature(owned)
        const part = parts.get(signature) ?? { owned, records: [] }
        part.records.push(record)
        parts.set(signature, part)
      }
      const full: Batch[] = []
      for (const [signature, part] of parts) {
        const batch = open.get(signature) ?? { owned: part.owned, items: [] }
        if (write.together === undefined) batch.items.push(...part.records.map((record) => [record]))
        else batch.items.push(part.records)
        open.set(signature, batch)
        while (batch.items.length >= size) full.push({ owned: batch.owned, items: batch.items.splice(0, size) })
      }
      return full
    },
    flush() {
      const rest = [...open.values()]
        .filter((batch) => batch.items.length > 0)
        .map(({ owned, items }): Batch => ({ owned, items }))
      open.clear()
      return rest
    },
  }
}

/** How many items go in a request, and how many requests are under way at one time, by the connection's settings. */
export async function writeLimits(
  write: CompiledWrite,
  settings: Variables,
): Promise<{ readonly batch: number; readonly concurrent: number }> {
  const whole = async (formula: CompiledWrite['batch']): Promise<number> => {
    const value = Number(await formula.evaluate(undefined, { settings }))
    return Number.isFinite(value) ? Math.max(1, Math.floor(value)) : 1
  }
  return { batch: await whole(write.batch), concurrent: await whole(write.concurrent) }
}
