import type { CompiledWrite, OwnedField } from '../compiled-connector.ts'

/** A target record on its way out: wire-ready by its entity's schema. */
export interface OutgoingRecord {
  /** Text of its key fields. */
  readonly key: string
  readonly fields: Readonly<Record<string, unknown>>
  /** Top-level fields that are written only when the target record is made. */
  readonly createOnly: ReadonlySet<string>
  /** Fields that the mapping owns and gives nothing for, and that the target is to empty. */
  readonly cleared?: ReadonlySet<string>
  /** The target is known to have held the record before: to find it there does not show that it was written. */
  readonly exists?: boolean
}

/**
 * The names that each list of `owned` gets for a record: of the fields that are present in it, or
 * are to be emptied: a target that is told a name writes the default where the field is lacking. A field that goes only
 * at creation goes by its createOnly name. Batches are cut by this, since a system that is told a name writes the
 * field's default where an item lacks it.
 */
export function ownedNames(write: CompiledWrite, record: OutgoingRecord): Readonly<Record<string, readonly string[]>> {
  const lists: Record<string, string[]> = {}
  for (const field of write.owned) {
    const name = record.createOnly.has(field.path[0] as string)
      ? (field.createOnly ?? field.update)
      : (field.update ?? field.createOnly)
    const isCleared = field.path.length === 1 && record.cleared?.has(field.path[0] as string) === true
    if (name === undefined || (valuesAt(record.fields, field.path).length === 0 && !isCleared)) continue
    lists[field.list] ??= []
    const list = lists[field.list] as string[]
    if (!list.includes(name)) list.push(name)
  }
  for (const list of Object.values(lists)) list.sort()
  return lists
}

/** Text that is equal for records that may share a batch. */
export function batchSignature(names: Readonly<Record<string, readonly string[]>>): string {
  return JSON.stringify(Object.entries(names).sort(([a], [b]) => (a < b ? -1 : 1)))
}

/**
 * A field inside of a list that some of the list's entries have and others lack; the target would write its default
 * into those. Undefined when all entries are alike.
 */
export function unevenField(write: CompiledWrite, record: OutgoingRecord): OwnedField | undefined {
  return write.owned.find((field) => {
    if (field.path.length < 2) return false
    const parents = valuesAt(record.fields, field.path.slice(0, -1)).flatMap((parent) =>
      Array.isArray(parent) ? parent : [parent],
    )
    const present = valuesAt(record.fields, field.path)
    return present.length > 0 && present.length < parents.length
  })
}

function valuesAt(value: unknown, path: readonly string[]): unknown[] {
  if (value === undefined) return []
  const [step, ...rest] = path
  // A list without entries is present: the target is to hold none.
  if (Array.isArray(value) && path.length > 0) return value.flatMap((entry) => valuesAt(entry, path))
  if (step === undefined) return [value]
  return typeof value === 'object' && value !== null ? valuesAt((value as Record<string, unknown>)[step], rest) : []
}
