import type { Clock } from '../http/time.ts'
import type { ReferenceStore } from '../store/state-store.ts'
import type { CompiledEntity } from './compiled-connector.ts'
import { CallFailure, isSystemFailure } from './failure.ts'
import type { Reading, ReadOptions } from './read/reading.ts'

export type Row = Readonly<Record<string, unknown>>

/** Reference data of one connection: read whole, kept for the entity's `cache` in the state, and indexed in memory. */
export interface References {
  /** All rows; undefined when the system does not give them (refused, or no such set). */
  rows(entity: CompiledEntity, options: ReadOptions & { readonly fresh?: boolean }): Promise<readonly Row[] | undefined>
  /** The first row whose field has the value. */
  lookup(entity: CompiledEntity, field: string, value: unknown, options: ReadOptions): Promise<Row | undefined>
  /** All rows whose field has the value. */
  lookupAll(entity: CompiledEntity, field: string, value: unknown, options: ReadOptions): Promise<readonly Row[]>
  /**
   * Whether a row has the value in the field; undefined when that cannot be known: the rows are not to be had, or none
   * of them has the field.
   */
  exists(entity: CompiledEntity, field: string, value: unknown, options: ReadOptions): Promise<boolean | undefined>
}

export function createReferences(
  connection: string,
  reading: Reading,
  store: ReferenceStore,
  clock: Clock,
): References {
  const loaded = new Map<string, Promise<readonly Row[] | undefined>>()
  const indexes = new Map<string, Promise<ReadonlyMap<string, readonly Row[]>>>()

  async function load(
    entity: CompiledEntity,
    options: ReadOptions,
    fresh: boolean,
  ): Promise<readonly Row[] | undefined> {
    const name = `${connection}.${entity.name}`
    const saved = fresh ? undefined : store.get(name)
    if (saved && clock.now() - Date.parse(saved.at) < (entity.cacheMs ?? 0)) return saved.rows as readonly Row[]
    const rows: Row[] = []
    try {
      for await (const page of reading.list(entity, options)) {
        for (const record of page.records) if (record.value !== undefined) rows.push(record.value as Row)
      }
    } catch (error) {
      if (!(error instanceof CallFailure) || isSystemFailure(error)) throw error
      return undefined
    }
    store.set(name, new Date(clock.now()).toISOString(), rows)
    return rows
  }

  const references: References = {
    rows(entity, options) {
      const known = options.fresh ? undefined : loaded.get(entity.name)
      if (known) return known
      const rows = load(entity, options, options.fresh ?? false)
      loaded.set(entity.name, rows)
      for (const name of indexes.keys()) if (name.startsWith(`${entity.name} `)) indexes.delete(name)
      // A failure is not kept: the next who asks tries again.
      rows.catch(() => loaded.delete(entity.name))
      return rows
    },
    async lookup(entity, field, value, options) {
      return (await index(entity, field, options)).get(String(value))?.[0]
    },
    async lookupAll(entity, field, value, options) {
      return (await index(entity, field, options)).get(String(value)) ?? []
    },
    async exists(entity, field, value, options) {
      const by = await index(entity, field, options)
      return by.size === 0 ? undefined : by.has(String(value))
    },
  }

  function index(
    entity: CompiledEntity,
    field: string,
    options: ReadOptions,
  ): Promise<ReadonlyMap<string, readonly Row[]>> {
    const name = `${entity.name} ${field}`
    const known = indexes.get(name)
    if (known) return known
    const made = references.rows(entity, options).then((rows) => {
      const by = new Map<string, Row[]>()
      for (const row of rows ?? []) {
        const value = row[field]
        if (value === undefined) continue
        const same = by.get(String(value))
        if (same) same.push(row)
        else by.set(String(value), [row])
      }
      return by
    })
    indexes.set(name, made)
    made.catch(() => indexes.delete(name))
    return made
  }

  return references
}
