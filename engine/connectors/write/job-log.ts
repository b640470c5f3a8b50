import type { CompiledEntity } from '../compiled-connector.ts'
import type { OutgoingRecord } from './owned-fields.ts'

/** One entry of a job's log that matters. */
export interface LogEntry {
  /** The row as an object, when it could be read. */
  readonly record?: unknown
  /** The row as text; may be cut. */
  readonly text: string | undefined
  readonly say: string | undefined
  readonly is: string
  readonly code: string | undefined
}

/**
 * Which records the entries of a log speak of. An entry names a record by the key fields of its row; where the row is
 * cut or is an item with several records, by the key values that stand in it, and among those by the message.
 */
export function explainLog(
  entity: CompiledEntity,
  records: readonly OutgoingRecord[],
  entries: readonly LogEntry[],
): {
  readonly rows: readonly { readonly record: OutgoingRecord; readonly entry: LogEntry }[]
  readonly unclear: readonly LogEntry[]
} {
  const rows: { record: OutgoingRecord; entry: LogEntry }[] = []
  const unclear: LogEntry[] = []
  for (const entry of entries) {
    const named = byObject(entity, records, entry.record) ?? byText(entity, records, entry)
    if (named.length === 0) unclear.push(entry)
    for (const record of named) rows.push({ record, entry })
  }
  return { rows, unclear }
}

function byObject(
  entity: CompiledEntity,
  records: readonly OutgoingRecord[],
  row: unknown,
): readonly OutgoingRecord[] | undefined {
  if (typeof row !== 'object' || row === null) return undefined
  // Systems spell a field's name now this way, now that; names are compared without regard to case.
  const fields = new Map(Object.entries(row).map(([name, value]) => [name.toLowerCase(), value]))
  const key = entity.keyFields.map((field) => fields.get(field.toLowerCase()))
  // A key field that the row leaves out says nothing against a record.
  if (key[0] === undefined) return undefined
  const named = records.filter((record) =>
    entity.keyFields.every(
      (field, index) => key[index] === undefined || key[index] === null || same(record.fields[field], key[index]),
    ),
  )
  return named.length > 0 ? named : undefined
}

function byText(
  entity: CompiledEntity,
  records: readonly OutgoingRecord[],
  entry: LogEntry,
): readonly OutgoingRecord[] {
  // A key of several fields is found by those that are texts: a number such as a quantity stands in any row.
  const fields = entity.keyFields.filter((field) => records.some((record) => typeof record.fields[field] === 'string'))
  const whole = (text: string, quoted: boolean): OutgoingRecord[] => {
    const named = fields.map((field) => {
      const values = records.map((record) => String(record.fields[field]))
      return { field, values: quoted ? quotedIn(text, values) : standingIn(text, values) }
    })
    return records.filter((record) => named.every(({ field, values }) => values.has(String(record.fields[field]))))
  }
  const { text, say } = entry
  const inRow = text === undefined ? [] : first(whole(text, true), () => whole(text, false))
  const inMessage = say === undefined ? [] : whole(say, false)
  if (inRow.length > 1) {
    const both = inRow.filter((record) => inMessage.includes(record))
    if (both.length > 0) return both
    const exact = inRow.filter((record) =>
      entity.keyFields.every((field) =>
        (text as string).includes(`"${field}":${JSON.stringify(record.fields[field])}`),
      ),
    )
    return exact.length > 0 ? exact : inRow
  }
  return inRow.length > 0 ? inRow : inMessage
}

function first<T>(list: readonly T[], otherwise: () => readonly T[]): readonly T[] {
  return list.length > 0 ? list : otherwise()
}

function quotedIn(text: string, values: readonly string[]): ReadonlySet<string> {
  return new Set(values.filter((value) => text.includes(JSON.stringify(value))))
}

/** Which of the values stand in a text as whole words. What is part of a longer one does not count: `A` in `A 1`. */
function standingIn(text: string, values: readonly string[]): ReadonlySet<string> {
  const standing = new Set<string>()
  let rest = text
  for (const value of [...new Set(values)].sort((a, b) => b.length - a.length)) {
    for (let at = rest.indexOf(value); value !== '' && at >= 0; at = rest.indexOf(value, at + 1)) {
      if (joined(rest, at - 1, -1) || joined(rest, at + value.length, 1)) continue
      standing.add(value)
      rest = rest.slice(0, at) + '\0'.repeat(value.length) + rest.slice(at + value.length)
    }
  }
  return standing
}

/** Whether the character there goes on with a word: `A-1` does not stand in `A-10`, nor `A` in `A.1`, but in `A.` it does. */
function joined(text: string, at: number, direction: 1 | -1): boolean {
  return isPart(text[at]) || (/^[./+]$/.test(text[at] ?? '') && isPart(text[at + direction]))
}

function isPart(char: string | undefined): boolean {
  return char !== undefined && /[\p{L}\p{N}_-]/u.test(char)
}

function same(a: unknown, b: unknown): boolean {
  return a === b || String(a) === String(b)
}
