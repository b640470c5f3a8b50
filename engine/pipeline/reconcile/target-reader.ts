import type { CompiledEntity, CompiledRead } from '../../connectors/compiled-connector.ts'
import type { Connection } from '../../connectors/connection.ts'
import { keyValue } from '../../connectors/read/key-value.ts'
import type { ReadOptions, Unreadable } from '../../connectors/read/reading.ts'
import type { ReadRecord } from '../../connectors/read/received-record.ts'
import type { StaticType } from '../../expressions/static-type.ts'
import { isKeyPart, keyText } from '../../store/key.ts'

type Fields = Readonly<Record<string, unknown>>

/** How target records are read again by their keys. */
export interface TargetReader {
  /** How long the target may take to show what it has taken. */
  readonly settlesMs: number
  /** Whether the read tells this field of the entity at all: what it does not tell is not compared. */
  tells(field: string): boolean
  /** Of records with these key fields: what the target holds, in the same order. */
  read(wanted: readonly Fields[], connection: Connection, options: ReadOptions): Promise<readonly Held[]>
}

export interface Held {
  /** What may be it: one record; several where the read does not tell all key fields; none. */
  readonly found: readonly Fields[]
  /** The target does not answer for it. */
  readonly unreadable?: Unreadable
}

/** By its get, or by a find of one of its key fields. Undefined where the entity can be read by neither. */
export function targetReaderOf(entity: CompiledEntity): TargetReader | undefined {
  const { get, finds, keyFields } = entity
  const field = get && keyFields.length === 1 ? keyFields[0] : keyFields.find((name) => finds.has(name))
  if (field === undefined) return undefined
  const byGet = get !== undefined && keyFields.length === 1
  const read = (byGet ? get : finds.get(field)) as CompiledRead
  const told = read.as?.type
  return {
    settlesMs: read.settlesMs,
    tells: (name) => told?.kind !== 'object' || told.rest !== undefined || isRead(told.fields.get(name)),
    async read(wanted, connection, options) {
      const values = wanted.map((fields) => fields[field]).filter(isKeyPart)
      const { byValue, unreadable } = byGet
        ? await readByKey(entity, values, connection, options)
        : await connection.reading.find(entity, field, values, options)
      const bad = new Map(unreadable.map((each) => [each.key, each]))
      return wanted.map((fields): Held => {
        const value = keyText([fields[field]])
        const missing = bad.get(value)
        const found = (byValue.get(value) ?? []).flatMap((record) => asFields(record.value))
        return { found: found.filter((each) => fits(entity, each, fields)), ...(missing && { unreadable: missing }) }
      })
    },
  }
}

/** What the connector file writes itself, to fill a shape, is no reading. */
function isRead(field: StaticType | undefined): boolean {
  return field !== undefined && !('values' in field && field.values?.length === 1)
}

async function readByKey(
  entity: CompiledEntity,
  values: readonly unknown[],
  connection: Connection,
  options: ReadOptions,
): Promise<{
  readonly byValue: ReadonlyMap<string, readonly ReadRecord[]>
  readonly unreadable: readonly Unreadable[]
}> {
  const keys = [...new Set(values.map((value) => keyText([value])))]
  const read = await connection.reading.get(
    entity,
    keys.map((key) => keyValue(entity, key)),
    options,
  )
  return { byValue: Map.groupBy(read.records, ({ key }) => key), unreadable: read.unreadable }
}

function asFields(value: unknown): Fields[] {
  return typeof value === 'object' && value !== null ? [value as Fields] : []
}

/** Whether the record has this key, as far as it tells its own. */
function fits({ keyFields }: CompiledEntity, found: Fields, wanted: Fields): boolean {
  return keyFields.every((name) => found[name] === undefined || String(found[name]) === String(wanted[name]))
}
