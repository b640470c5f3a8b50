import type { CompiledEntity } from '../../connectors/compiled-connector.ts'
import type { Connection } from '../../connectors/connection.ts'
import { CallFailure, isSystemFailure } from '../../connectors/failure.ts'
import type { Unreadable } from '../../connectors/read/reading.ts'
import { type ReadRecord, receivedRecord } from '../../connectors/read/received-record.ts'
import type { ValueProblem } from '../../expressions/values/index.ts'
import { isKeyPart, keyText } from '../../store/key.ts'
import type { Spool, SpooledRead, SpooledRecord } from '../../store/spool.ts'
import type { LinkStore } from '../../store/state-store.ts'
import { type AnyMapping, type CompiledMapping, type MappingBase, mainStep } from '../compiled-mapping.ts'

/** What a read asks of a mapping. */
export type SourceMapping = Pick<MappingBase, 'from' | 'name' | 'options'> & Partial<Pick<CompiledMapping, 'siblings'>>

/** A source record in the spool: converted by its schema, or with what is wrong. */
export interface SourceRecord {
  readonly value: unknown
  readonly problems: readonly ValueProblem[]
  /** Set instead, when the system did not give the record. */
  readonly unreadable?: Unreadable
}

/** What was read of a source, on disk. */
export interface SourceRead {
  readonly spooled: SpooledRead
  /** Read to its end: only then may what is not in it count as gone, and the cursor move. */
  readonly complete: boolean
  /** The server's time at the first request: the next cursor. */
  readonly position: string | undefined
  /** What broke the read off. */
  readonly failure: CallFailure | undefined
}

/**
 * Everything; what changed since the cursor; one record; what changed since a time that the user gave; given records;
 * what the mapping has made nothing of yet.
 */
export type ReadMode = 'full' | 'changes' | 'only' | 'since' | 'given' | 'new'

/** What a run maps instead of what a list gives: records as they were received, and what is read by key or by a find. */
export interface Given {
  /** Raw, in the entity's shape: as a message carries them, or as a dead letter has kept them. */
  readonly records?: readonly { readonly value: unknown }[]
  /** Keys of the entity or, with `find`, values of that find. A text that stands for a number is one. */
  readonly keys?: readonly unknown[]
  readonly find?: string
  /** The keys came with messages: a mapping with `read: new` reads only those of which it has made nothing. */
  readonly hints?: boolean
}

export interface ReadPlan {
  readonly mode: ReadMode
  /** Why this mode, for people. */
  readonly reason: string
  readonly since: string | undefined
  /** Keys to read beside: parked records that may go on. */
  readonly also: readonly string[]
  /** Set in the mode `given`. */
  readonly given?: Given
  /** In the mode `new`: which of these keys are to be read. */
  readonly fresh?: (keys: readonly string[]) => ReadonlySet<string>
  /** What is left out here must be found by the mapping's next read. */
  readonly keepsCursor?: boolean
}

export interface ReadSourceOptions {
  /** The source record that is linked to a target key which a person may know better than the source's own. */
  readonly linkedTo?: (targetKey: string) => string | undefined
  readonly priority: number
  readonly stop: AbortSignal
  readonly onListed: (listed: number) => void
  readonly tally: (event: { readonly throttled: boolean }) => void
}

/** The entity whose list is asked for changes: the entity itself, or the one that it is listed over. */
export function listedEntity(connection: Connection, entity: CompiledEntity): CompiledEntity {
  const over = entity.list?.over?.entity
  return (over !== undefined && connection.connector.entities.get(over)) || entity
}

export function canReadChanges(connection: Connection, entity: CompiledEntity): boolean {
  return (listedEntity(connection, entity).list?.since.length ?? 0) > 0
}

/** Reads what the plan says into the spool. A system that breaks off ends the read, not the run: what came is kept. */
export async function readSource(
  mapping: SourceMapping,
  connection: Connection,
  spool: Spool,
  name: string,
  plan: ReadPlan,
  only: string | undefined,
  options: ReadSourceOptions,
): Promise<SourceRead> {
  const { entity } = mapping.from
  const { reading } = connection
  const spooled = spool.read(name, { sealed: entity.personal.any })
  const asked = { priority: options.priority, signal: options.stop, tally: options.tally }
  let position: string | undefined
  let listed = 0
  const put = async (
    records: readonly ReadRecord[],
    unreadable: readonly Unreadable[],
    companion: boolean,
  ): Promise<void> => {
    const rows: SpooledRecord[] = []
    for (const record of records) {
      rows.push({
        key: record.key,
        group: await groupOf(mapping, record),
        record: { value: record.value, problems: record.problems } satisfies SourceRecord,
        companion,
      })
    }
    for (const missing of unreadable) {
      rows.push({
        key: missing.key,
        group: missing.key,
        record: { value: undefined, problems: [], unreadable: missing } satisfies SourceRecord,
        companion,
      })
    }
    spooled.put(rows)
    listed += rows.length
    options.onListed(listed)
  }
  try {
    if (plan.mode === 'only') {
      const records = await readOne(entity, connection, only as string, asked, options.linkedTo)
      await put(records.records, records.unreadable, false)
    } else if (plan.given) {
      const { records, unreadable } = await readGiven(entity, connection, plan.given, asked)
      await put(records, unreadable, false)
    } else {
      const pages = reading.list(entity, {
        ...asked,
        ...(plan.since !== undefined && { since: plan.since }),
        skip: (keys) => withStale(spooled.seen(keys), keys, plan),
        onFirstAnswer: ({ serverDate, sentAt, receivedAt }) => {
          // An answer tells the time at which it was given; what was asked may be that much older.
          const took = Math.max(0, receivedAt - sentAt)
          position = new Date(serverDate === undefined ? sentAt : serverDate - took).toISOString()
        },
      })
      for await (const page of pages) {
        const fresh = plan.fresh?.(page.records.map(({ key }) => key))
        const records = fresh ? page.records.filter(({ key }) => fresh.has(key)) : page.records
        await put(records, page.unreadable, false)
        spooled.see(page.seen)
      }
      const more = plan.also.filter((key) => !spooled.seen([key]).has(key))
      if (more.length > 0 && entity.get) {
        const read = await readAgain(entity, connection, more, asked)
        await put(read.records, read.unreadable, false)
      }
    }
    if (plan.mode !== 'full' && mapping.siblings) await readSiblings(mapping, connection, spooled, put, asked)
    return { spooled, complete: ['full', 'changes', 'new'].includes(plan.mode), position, failure: undefined }
  } catch (error) {
    if (options.stop.aborted) return { spooled, complete: false, position, failure: undefined }
    if (!(error instanceof CallFailure)) throw error
    return { spooled, complete: false, position, failure: error }
  }
}

/** What was read already, and what is not asked for. */
function withStale(seen: ReadonlySet<string>, keys: readonly string[], { fresh }: ReadPlan): ReadonlySet<string> {
  const wanted = fresh?.(keys)
  return wanted ? new Set([...seen, ...keys.filter((key) => !wanted.has(key))]) : seen
}

type Asked = Parameters<Connection['reading']['get']>[2]
interface ReadTogether {
  readonly records: readonly ReadRecord[]
  readonly unreadable: readonly Unreadable[]
}

/** Records that are read beside the list. */
function readAgain(
  entity: CompiledEntity,
  connection: Connection,
  keys: readonly string[],
  asked: Asked,
): Promise<ReadTogether> {
  return inHalves(
    keys.map((key) => keyValue(entity, key)),
    (values) => connection.reading.get(entity, values, asked),
  )
}

async function readGiven(
  entity: CompiledEntity,
  connection: Connection,
  { records = [], keys = [], find }: Given,
  asked: Asked,
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
      : await inHalves(keys, async (values) => {
          const found = await connection.reading.find(entity, find, values, asked)
          return {
            records: [...found.byValue.values()].flat(),
            unreadable: found.unreadable.map((missing) => ownKey(connection, missing)),
          }
        })
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

async function readOne(
  entity: CompiledEntity,
  connection: Connection,
  key: string,
  asked: Asked,
  linkedTo: ReadSourceOptions['linkedTo'],
): Promise<{ records: readonly ReadRecord[]; unreadable: readonly Unreadable[] }> {
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

/** What could not be read is kept under its own key; where nobody knows that, it is told as what the call came to. */
function ownKey(connection: Connection, { record, ...missing }: Unreadable): Unreadable {
  if (record !== undefined) return { ...missing, key: record }
  throw new CallFailure({
    kind: 'refused',
    code: missing.code,
    connection: connection.name,
    message: `${connection.name}: the record cannot be read: ${missing.message}`,
  })
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

/** Reads the records that belong together with those that were read, and lets them come along. */
async function readSiblings(
  mapping: SourceMapping,
  connection: Connection,
  spooled: SpooledRead,
  put: (records: readonly ReadRecord[], unreadable: readonly Unreadable[], companion: boolean) => Promise<void>,
  asked: Parameters<Connection['reading']['find']>[3],
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

async function groupOf(mapping: SourceMapping, record: ReadRecord): Promise<string> {
  if (!mapping.siblings || record.problems.length > 0) return record.key
  try {
    const value = await mapping.siblings.by.evaluate(record.value, { record: record.value, options: mapping.options })
    return isKeyPart(value) ? groupMark + JSON.stringify(value) : record.key
  } catch {
    // The record will fail by the same expression when it is mapped, with its own outcome.
    return record.key
  }
}

/** A key's text as the value that requests use: a number where the schema says so. */
export function keyValue(entity: CompiledEntity, key: string): unknown {
  const { type } = entity
  const field = type.kind === 'object' ? type.fields.get(entity.keyFields[0] as string) : undefined
  return field?.kind === 'number' && key.trim() !== '' && Number.isFinite(Number(key)) ? Number(key) : key
}
