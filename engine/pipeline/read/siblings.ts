import type { Connection } from '../../connectors/connection.ts'
import type { ReadOptions, Unreadable } from '../../connectors/read/reading.ts'
import type { ReadRecord } from '../../connectors/read/received-record.ts'
import { isKeyPart } from '../../store/key.ts'
import type { SpooledRead } from '../../store/spool.ts'
import type { SourceMapping } from './plan-types.ts'

/** Reads the records that belong together with those that were read, and lets them come along. */
export async function readSiblings(
  mapping: SourceMapping,
  connection: Connection,
  spooled: SpooledRead,
  put: (records: readonly ReadRecord[], unreadable: readonly Unreadable[], companion: boolean) => Promise<void>,
  asked: ReadOptions,
): Promise<void> {
  const { siblings } = mapping
  if (!siblings) return
  const values = [...spooled.groups()].map((group) => JSON.parse(group.slice(groupMark.length)) as unknown)
  for (let start = 0; start < values.length; start += 100) {
    const found = await connection.reading.find(
      mapping.from.entity,
      siblings.find,
      values.slice(start, start + 100),
      asked,
    )
    for (const records of found.byValue.values()) await put(records, [], true)
  }
}

/** Keeps a group's name apart from any record's key. */
const groupMark = 'group '

export async function groupOf(mapping: SourceMapping, record: ReadRecord): Promise<string> {
  if (!mapping.siblings || record.problems.length > 0) return record.key
  try {
    const value = await mapping.siblings.by.evaluate(record.value, { record: record.value, options: mapping.options })
    return isKeyPart(value) ? groupMark + JSON.stringify(value) : record.key
  } catch {
    // The record will fail by the same expression when it is mapped, with its own outcome.
    return record.key
  }
}
