import type { CompiledEntity } from '../../connectors/compiled-connector.ts'
import type { Connection } from '../../connectors/connection.ts'
import { CallFailure, isSystemFailure } from '../../connectors/failure.ts'
import { keyValue } from '../../connectors/read/key-value.ts'
import type { ReadOptions, Unreadable } from '../../connectors/read/reading.ts'
import { type ReadRecord, receivedRecord } from '../../connectors/read/received-record.ts'
import { keyText } from '../../store/key.ts'
import type { Given } from './plan-types.ts'

/** What a read came to: records, and what the system did not give. */
export interface ReadTogether {
  readonly records: readonly ReadRecord[]
  readonly unreadable: readonly Unreadable[]
}

/** Records that are read beside the list. */
export function readAgain(
  entity: CompiledEntity,
  connection: Connection,
  keys: readonly string[],
  asked: ReadOptions,
): Promise<ReadTogether> {
  return inHalves(
    keys.map((key) => keyValue(entity, key)),
    (values) => connection.reading.get(entity, values, asked),
  )
}

export async function readGiven(
  entity: CompiledEntity,
  connection: Connection,
  { records = [], keys = [], find }: Given,
  asked: ReadOptions,
): Promise<ReadTogether> {
  const received = records.map(({ value }) => receivedRecord(entity, value))
  if (keys.length === 0) return { records: received, unreadable: [] }
  const read =
    find === undefined
      ? await readAgain(
          entity,
          connection,
          keys.map((key) => keyText([key])),
          asked,
        )
      : await inHalves(
          keys.map((key) => (typeof key === 'string' ? keyValue(entity, key, find) : key)),
          async (values) => {
            const found = await connection.reading.find(entity, find, values, asked)
            return {
              records: [...found.byValue.values()].flat(),
              unreadable: found.unreadable.map((missing) => ownKey(connection, missing)),
            }
          },
        )
  return { records: [...received, ...read.records], unreadable: read.unreadable }
}

/** One record for which the system refuses the call does not keep the others from being read. */
async function inHalves(
  values: readonly unknown[],
  read: (values: readonly unknown[]) => Promise<ReadTogether>,
): Promise<ReadTogether> {
  try {
    return await read(values)
  } catch (error) {
    if (!(error instanceof CallFailure) || isSystemFailure(error)) throw error
    if (values.length === 1)
      return { records: [], unreadable: [{ key: keyText(values), code: 'unreadable', message: error.message }] }
    const middle = Math.ceil(values.length / 2)
    const low = await inHalves(values.slice(0, middle), read)
    const high = await inHalves(values.slice(middle), read)
    return { records: [...low.records, ...high.records], unreadable: [...low.unreadable, ...high.unreadable] }
  }
}

/** What could not be read is kept under its own key; where nobody knows that, it is told as what the call came to. */
export function ownKey(connection: Connection, { record, ...missing }: Unreadable): Unreadable {
  if (record !== undefined) return { ...missing, key: record }
  throw new CallFailure({
    kind: 'refused',
    code: missing.code,
    connection: connection.name,
    message: `${connection.name}: the record cannot be read: ${missing.message}`,
  })
}
