import type { Stamp, Tracked } from '../model.ts'
import type { RowKind, Store, WriteRecord } from '../store.ts'
import type { NorceSwitches } from '../switches.ts'
import type { ImportHeader } from './header.ts'
import type { Item } from './item-schema.ts'

/** 1 information, 2 warning: part of the record was not imported, 3 error: the record was not imported [doc D11]. */
export type Severity = 1 | 2 | 3

/** An item that passed the schema, with the text that the log quotes. */
export interface ImportItem {
  readonly item: Item
  /** The item as it was sent, for `ImportedRow`. */
  readonly raw: unknown
}

/** What an import works with: the shop, what the header allows, and where its results go. */
export interface ImportContext {
  readonly store: Store
  readonly header: ImportHeader
  readonly switches: NorceSwitches
  readonly jobId: number | null
  /** Guids of the shop's applications. */
  readonly applicationKeys: readonly string[]
  /** The stamp for the row written next. */
  stamp(): Stamp
  /** Row kinds are counted as database rows: `Inserts` and `Updates` of the job [doc D10]. */
  wrote(kind: RowKind, row: Tracked, key: string, action: WriteRecord['action'], stamp: Stamp): void
  /** Part of the record was not imported. */
  warn(message: string, raw: unknown): void
  /** The record was not imported: it is counted in `Fail`. */
  reject(message: string, raw: unknown): void
}

/** Reads a field of an item: what the header names and the item lacks becomes the default of its type. */
export function valueOr<T>(item: Item, property: string, whenAbsent: T): T {
  const value = item[property]
  return value === undefined ? whenAbsent : (value as T)
}

export function text(item: Item, property: string): string | undefined {
  const value = item[property]
  return typeof value === 'string' && value !== '' ? value : undefined
}

export function items(item: Item, property: string): readonly Item[] {
  return (item[property] as readonly Item[] | undefined) ?? []
}

/**
 * Which of two rows with one key wins in one import is undefined [doc D24 by way of "must be unique"].
 * Here the last is kept and each other one is logged with severity 2.
 */
export function keepLast(
  rows: readonly ImportItem[],
  keyOf: (item: Item) => string,
  context: Pick<ImportContext, 'warn'>,
  describe: (item: Item) => string,
): readonly ImportItem[] {
  const last = new Map<string, ImportItem>()
  for (const row of rows) last.set(keyOf(row.item), row)
  if (last.size === rows.length) return rows
  return rows.filter((row) => {
    if (last.get(keyOf(row.item)) === row) return true
    context.warn(`Duplicate row in the import: ${describe(row.item)}. The last one is used.`, row.raw)
    return false
  })
}
