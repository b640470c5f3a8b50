import type { CompiledEntity } from '../../connectors/compiled-connector.ts'
import type { Connection } from '../../connectors/connection.ts'
import { keyValue } from '../../connectors/read/key-value.ts'
import type { ReadOptions } from '../../connectors/read/reading.ts'
import type { ReadRecord } from '../../connectors/read/received-record.ts'
import { withoutPersonal } from '../../redaction/text.ts'
import { keyText } from '../../store/key.ts'
import type { LinkStore } from '../../store/state-store.ts'
import { type AnyMapping, type MappingBase, mainStep } from '../compiled-mapping.ts'
import type { PipelineReport, RunContext } from '../run-context.ts'
import type { ReadPlan } from './plan-types.ts'
import { ownKey, type ReadTogether } from './read-beside.ts'
import type { SourceRead } from './source-record.ts'

/** One record, by the key that a person knows. */
export async function readOne(
  entity: CompiledEntity,
  connection: Connection,
  key: string,
  asked: ReadOptions,
  linkedTo: ((targetKey: string) => string | undefined) | undefined,
): Promise<ReadTogether> {
  if (entity.only !== undefined) {
    const found = await connection.reading.find(entity, entity.only, [key], asked)
    const records = found.byValue.get(keyText([key])) ?? []
    // The system may write the key in another way (blanks around it); the record that became this key is known.
    const linked = records.length === 0 ? linkedTo?.(keyText([key])) : undefined
    if (linked !== undefined && entity.get) return connection.reading.get(entity, [keyValue(entity, linked)], asked)
    return { records, unreadable: found.unreadable.map((missing) => ownKey(connection, missing)) }
  }
  if (entity.get) {
    const read = await connection.reading.get(entity, [keyValue(entity, key)], asked)
    const linked = read.records.length + read.unreadable.length === 0 ? linkedTo?.(keyText([key])) : undefined
    return linked === undefined ? read : connection.reading.get(entity, [keyValue(entity, linked)], asked)
  }
  const records: ReadRecord[] = []
  for await (const page of connection.reading.list(entity, asked))
    records.push(...page.records.filter((record) => record.key === key))
  return { records, unreadable: [] }
}

/** Finds a source record by the key of what it became, through the links of every mapping from the same entity. */
export function linkedSource(
  mapping: MappingBase,
  all: Iterable<AnyMapping>,
  links: LinkStore,
): (targetKey: string) => string | undefined {
  return (targetKey) => {
    for (const other of all) {
      if (other.from.name !== mapping.from.name) continue
      const link = links.byTarget(other.name, mainStep, targetKey)
      if (link?.state === 'live') return link.sourceKey
      // Of several source records that have found one target record, none is the one that is meant.
      for (const { name } of other.steps ?? []) {
        const made = links.byMade(other.name, name, targetKey)
        if (made.length === 1) return made[0]?.sourceKey
      }
    }
    return undefined
  }
}

/** What is said when a person asked for a record that the source does not have. */
export function notFound(
  { from }: MappingBase,
  { options }: Pick<RunContext, 'options'>,
  { mode }: ReadPlan,
  { spooled }: SourceRead,
): PipelineReport['error'] {
  if (mode !== 'only' || spooled.count() > 0) return undefined
  const message = withoutPersonal(`${from.name} has no record ${options.only}.`)
  return { code: 'record-not-found', message, exitStatus: 1 }
}
