import type { Formula, Variables } from '../../config/expression-compiler.ts'
import { asList } from '../../expressions/as-list.ts'
import { EvaluationError } from '../../expressions/function-definition.ts'
import { nextAddress } from '../../http/follow.ts'
import { isKeyPart, keyText } from '../../store/key.ts'
import { type Answer, type Caller, type Operation, valuesOf } from '../call/caller.ts'
import type {
  CompiledConnector,
  CompiledEntity,
  CompiledList,
  CompiledOver,
  CompiledRead,
  CompiledRecords,
} from '../compiled-connector.ts'
import type { CompiledRequest } from '../compiled-request.ts'
import { CallFailure } from '../failure.ts'
import { noKey, type ReadRecord, receivedRecord } from './received-record.ts'

/** Something that was asked for and could not be read, though the read as a whole went on. */
export interface Unreadable {
  readonly key: string
  readonly code: string
  readonly message: string
  /** The record's own key, when it was asked for by another value. */
  readonly record?: string
}

/** One page of a list. */
export interface Page {
  /** Keys that the source listed, whether or not their record came along. */
  readonly seen: readonly string[]
  readonly records: readonly ReadRecord[]
  readonly unreadable: readonly Unreadable[]
}

export interface ReadOptions {
  readonly priority: number
  readonly signal: AbortSignal
  /** Told of each call that is made on behalf of this read. */
  readonly tally?: (event: { readonly throttled: boolean }) => void
}

export interface ListOptions extends ReadOptions {
  /** Only what changed since: ISO 8601. The entity's list must have a `since`. */
  readonly since?: string
  /** Which of these keys need no reading again. */
  readonly skip?: (keys: readonly string[]) => ReadonlySet<string>
  /** Called with the first answer of the read: the server's time there is the next cursor. */
  readonly onFirstAnswer?: (answer: Answer) => void
}

export interface Found {
  /** Records by the asked value's text. */
  readonly byValue: ReadonlyMap<string, readonly ReadRecord[]>
  readonly unreadable: readonly Unreadable[]
}

export interface Reading {
  list(entity: CompiledEntity, options: ListOptions): AsyncGenerator<Page, void, void>
  get(
    entity: CompiledEntity,
    keys: readonly unknown[],
    options: ReadOptions,
  ): Promise<{ records: readonly ReadRecord[]; unreadable: readonly Unreadable[] }>
  find(entity: CompiledEntity, find: string, values: readonly unknown[], options: ReadOptions): Promise<Found>
}

const withoutKey: Unreadable = { key: noKey, code: 'unreadable', message: 'The list holds a row without an id.' }

/** Batches of ids that are read while the list goes on. */
const batchesAhead = 4

export function createReading(connector: CompiledConnector, caller: Caller): Reading {
  const { basics } = caller
  const entityNamed = (name: string): CompiledEntity => {
    const entity = connector.entities.get(name)
    if (!entity) throw new Error(`The connector ${connector.name} has no entity ${name}.`)
    return entity
  }

  /** All records of a request and of the pages that follow it, raw. */
  async function* pages(
    read: Pick<CompiledList, 'next' | 'follow' | 'size'> & {
      request: CompiledRequest
      records: CompiledRecords | undefined
      as: Formula | undefined
    },
    variables: Variables,
    operation: Operation,
    options: ReadOptions & { onFirstAnswer?: ((answer: Answer) => void) | undefined },
    query?: (base: Variables) => Promise<Record<string, unknown>>,
  ): AsyncGenerator<{ raw: readonly unknown[]; meaning: Answer['meaning']; answer: Answer }, void, void> {
    let next: unknown
    let address: string | undefined
    let size = read.size
    let first = true
    const visited = new Set<string>()
    for (;;) {
      const scope: Record<string, unknown> = {
        ...basics,
        ...variables,
        ...(size !== undefined && { size }),
        ...(next !== undefined && { next }),
      }
      const request = query ? withQueryValues(read.request, await query(scope)) : read.request
      const answer = await caller.call(request, scope, {
        operation,
        priority: options.priority,
        signal: options.signal,
        repeatable: true,
        ...(options.tally && { tally: options.tally }),
        ...(address !== undefined && { address }),
      })
      if (answer.meaning === 'shrink') {
        // An address to follow has its size in it, so the page cannot be made smaller there.
        if (size === undefined || size <= 1 || address !== undefined) {
          throw new CallFailure({
            kind: 'refused',
            code: 'page-too-heavy',
            connection: connector.name,
            status: answer.status,
            message: `${connector.name}: ${read.request.method} ${new URL(answer.address).pathname}: the system cannot answer even the smallest page (status ${answer.status}).`,
          })
        }
        size = Math.max(1, Math.floor(size / 2))
        continue
      }
      // Only what says "nothing" ends a list; anything else would pass off the rest of it as gone.
      if (answer.meaning === 'conflict' || (answer.meaning === 'split' && operation === 'list')) {
        throw new CallFailure({
          kind: 'refused',
          code: answer.code ?? `http-${answer.status}`,
          connection: connector.name,
          status: answer.status,
          message: `${connector.name}: ${read.request.method} ${new URL(answer.address).pathname}: refused with status ${answer.status}.${answer.say === undefined ? '' : ` It says: ${answer.say}`}`,
        })
      }
      if (first) options.onFirstAnswer?.(answer)
      first = false
      if (answer.meaning !== 'ok') {
        yield { raw: [], meaning: answer.meaning, answer }
        return
      }
      // A page of a proxy, or of a system that is being serviced, is not a list without records.
      if (typeof answer.body === 'string' && read.records) {
        throw new CallFailure({
          kind: 'refused',
          code: 'unexpected-answer',
          connection: connector.name,
          status: answer.status,
          message: `${connector.name}: ${read.request.method} ${new URL(answer.address).pathname}: the answer is a text and no JSON. Check the address; the system, or a proxy before it, may be out of service.`,
        })
      }
      const input = { status: answer.status, headers: answer.headers, body: answer.body }
      const raw = read.records ? await rawRecords(read.records, input, scope) : []
      yield {
        raw: read.as ? await reshaped(read.as, raw, { ...scope, answer: input }) : raw,
        meaning: 'ok',
        answer,
      }
      const following = read.follow && (await read.follow.evaluate(input, scope))
      const value = read.next && (await read.next.evaluate(input, scope))
      if (typeof following === 'string' && following !== '') {
        address = sameHost(answer, following)
      } else if (value !== undefined && value !== null && !(read.next && raw.length === 0)) {
        next = value
        address = undefined
      } else {
        return
      }
      // A page that names itself or an earlier one as the next would never end.
      const mark = address ?? JSON.stringify(value)
      if (visited.has(mark)) {
        throw new CallFailure({
          kind: 'refused',
          code: 'paging-circle',
          connection: connector.name,
          message: `${connector.name}: ${read.request.method} ${new URL(answer.address).pathname}: the next page is one that was read already. Check \`next\` or \`follow\` in the connector file.`,
        })
      }
      visited.add(mark)
    }
  }

  function sameHost(answer: Answer, following: string): string {
    try {
      return nextAddress(answer.address, following)
    } catch (error) {
      throw new CallFailure(
        {
          kind: 'refused',
          code: 'address-refused',
          connection: connector.name,
          status: answer.status,
          message: `${connector.name}: ${(error as Error).message}`,
        },
        { cause: error },
      )
    }
  }

  async function* listOnce(
    entity: CompiledEntity,
    since: number | undefined,
    options: ListOptions,
  ): AsyncGenerator<ReadRecord[], void, void> {
    const { list } = entity
    if (!list?.request) throw new Error(`The entity ${entity.name} has no list of its own.`)
    const { request } = list
    const variables: Variables = { ...basics, ...(options.since !== undefined && { since: options.since }) }
    const extra = since === undefined ? undefined : list.since[since]
    const query = extra
      ? async (scope: Variables): Promise<Record<string, unknown>> => {
          const base = await valuesOf(request.query, { ...scope })
          return { ...base, ...(await valuesOf(extra, { ...scope, query: base })) }
        }
      : undefined
    for await (const page of pages({ ...list, request }, variables, 'list', options, query)) {
      yield page.raw.map((raw) => receivedRecord(entity, raw))
    }
  }

  /** Pages of an entity that has a list of its own; with `since`, its several reads one after the other. */
  async function* listPlain(entity: CompiledEntity, options: ListOptions): AsyncGenerator<ReadRecord[], void, void> {
    const reads = options.since === undefined ? [undefined] : (entity.list?.since ?? []).map((_, index) => index)
    let onFirstAnswer = options.onFirstAnswer
    for (const read of reads) {
      yield* listOnce(entity, read, { ...options, ...(onFirstAnswer && { onFirstAnswer }) })
      onFirstAnswer = undefined
    }
  }

  async function readChunk(
    entity: CompiledEntity,
    read: CompiledRead,
    values: readonly unknown[],
    operation: 'get' | 'find',
    options: ReadOptions,
  ): Promise<{ records: ReadRecord[]; unreadable: Unreadable[] }> {
    if (!read.request) throw new Error(`The read ${read.name} of ${entity.name} has no request.`)
    const variables: Variables = { ...basics, ids: values, ...(values.length === 1 && { input: values[0] }) }
    const records: ReadRecord[] = []
    for await (const page of pages(
      { ...read, request: read.request, size: undefined },
      variables,
      operation,
      options,
    )) {
      if (page.meaning === 'split') {
        if (values.length === 1) {
          const { code, say } = page.answer
          return {
            records,
            unreadable: [
              {
                key: keyText([values[0]]),
                code: code ?? 'unreadable',
                message: say ?? `The system does not answer for this id (status ${page.answer.status}).`,
              },
            ],
          }
        }
        const middle = Math.ceil(values.length / 2)
        const [low, high] = await Promise.all([
          readChunk(entity, read, values.slice(0, middle), operation, options),
          readChunk(entity, read, values.slice(middle), operation, options),
        ])
        return { records: [...low.records, ...high.records], unreadable: [...low.unreadable, ...high.unreadable] }
      }
      for (const raw of page.raw) {
        const record = receivedRecord(entity, raw)
        if (read.where && (await read.where.evaluate(record.value, variables)) !== true) continue
        records.push(record)
      }
    }
    return { records, unreadable: [] }
  }

  async function readAll(
    entity: CompiledEntity,
    read: CompiledRead,
    values: readonly unknown[],
    operation: 'get' | 'find',
    options: ReadOptions,
  ): Promise<{
    records: ReadRecord[]
    unreadable: Unreadable[]
    chunks: { values: readonly unknown[]; records: readonly ReadRecord[] }[]
  }> {
    const sorted = ascending(values)
    const chunks = Array.from({ length: Math.ceil(sorted.length / read.batch) }, (_, index) =>
      sorted.slice(index * read.batch, (index + 1) * read.batch),
    )
    const answers = await Promise.all(chunks.map((chunk) => readChunk(entity, read, chunk, operation, options)))
    return {
      records: answers.flatMap((answer) => answer.records),
      unreadable: answers.flatMap((answer) => answer.unreadable),
      chunks: answers.map((answer, index) => ({
        values: chunks[index] as readonly unknown[],
        records: answer.records,
      })),
    }
  }

  /** The ids under which an entity is read, found through another one by the asked values. */
  async function through(
    over: CompiledOver,
    values: readonly unknown[],
    options: ReadOptions,
  ): Promise<{ wanted: Wanted; unreadable: readonly Unreadable[] }> {
    const other = entityNamed(over.entity)
    const byValue = new Map<string, readonly ReadRecord[]>()
    let unreadable: readonly Unreadable[]
    if (over.find === undefined) {
      const read = await reading.get(other, values, options)
      for (const record of read.records) byValue.set(record.key, [record])
      unreadable = read.unreadable
    } else {
      const found = await reading.find(other, over.find, values, options)
      for (const [value, records] of found.byValue) byValue.set(value, records)
      unreadable = found.unreadable
    }
    const wanted: Wanted = new Map()
    for (const [value, records] of byValue) {
      for (const record of records) {
        const id = await over.ids.evaluate(record.value, basics)
        if (!isKeyPart(id))
          throw new EvaluationError('wrong-argument', `\`ids\` over ${over.entity} gives something that is no key.`)
        const entry = wanted.get(keyText([id])) ?? { id, values: [] }
        entry.values.push(value)
        wanted.set(keyText([id]), entry)
      }
    }
    return { wanted, unreadable }
  }

  const reading: Reading = {
    async *list(entity, options) {
      const { list } = entity
      if (!list) throw new Error(`The entity ${entity.name} has no list.`)
      if (!list.over) {
        for await (const records of listPlain(entity, options))
          yield { seen: records.map((record) => record.key), records, unreadable: [] }
        return
      }
      const { get } = entity
      if (!get) throw new Error(`The entity ${entity.name} is listed over another one and needs a get.`)
      // Ids are gathered over pages until a batch is full, and batches are read while the list goes on.
      const waiting: unknown[] = []
      const ahead: Promise<Page>[] = []
      const readBatch = (ids: readonly unknown[]): Promise<Page> => {
        // Only the list's own first answer is the first of the read; an hour may lie between it and the last batch.
        const { onFirstAnswer: _, ...batchOptions } = options
        const page = reading
          .get(entity, ids, batchOptions)
          .then((read): Page => ({ seen: ids.map((id) => keyText([id])), ...read }))
        // Awaited later, in order; until then a failure must not count as unhandled.
        page.catch(() => {})
        return page
      }
      const taken = new Set<string>()
      for await (const rows of listPlain(entityNamed(list.over.entity), options)) {
        const all = await Promise.all(
          rows.map((row) => (list.over as { ids: Formula }).ids.evaluate(row.value, basics)),
        )
        const ids = all.filter(isKeyPart)
        if (ids.length < all.length) yield { seen: [], records: [], unreadable: [withoutKey] }
        const texts = ids.map((id) => keyText([id]))
        const known = options.skip?.(texts)
        ids.forEach((id, index) => {
          const text = texts[index] as string
          if (known?.has(text) || taken.has(text)) return
          taken.add(text)
          waiting.push(id)
        })
        while (waiting.length >= get.batch) ahead.push(readBatch(waiting.splice(0, get.batch)))
        while (ahead.length > batchesAhead) {
          const page = (await ahead.shift()) as Page
          for (const key of page.seen) taken.delete(key)
          yield page
        }
      }
      if (waiting.length > 0) ahead.push(readBatch(waiting.splice(0)))
      for (const page of ahead) yield await page
    },

    async get(entity, keys, options) {
      const { get } = entity
      if (!get) throw new Error(`The entity ${entity.name} has no get.`)
      if (get.over) {
        const { wanted, unreadable } = await through(get.over, keys, options)
        const ids = [...wanted.values()].map((entry) => entry.id)
        const read = await readAll(entity, get, ids, 'get', options)
        return {
          records: inKeyOrder(entity, read.records),
          unreadable: [...unreadable, ...askedFor(wanted, read.unreadable)],
        }
      }
      const read = await readAll(entity, get, keys, 'get', options)
      // Systems answer in any order; a fixed one makes runs alike, such as which of two records had a key first.
      return { ...read, records: inKeyOrder(entity, read.records) }
    },

    async find(entity, find, values, options) {
      const read = readOf(entity, find)
      const byValue = new Map<string, ReadRecord[]>()
      const add = (value: unknown, record: ReadRecord): void => {
        const text = keyText([value])
        const list = byValue.get(text)
        if (list) list.push(record)
        else byValue.set(text, [record])
      }
      if (read.over) {
        const { wanted, unreadable } = await through(read.over, values, options)
        const got = await reading.get(
          entity,
          [...wanted.values()].map((entry) => entry.id),
          options,
        )
        for (const record of got.records) for (const value of wanted.get(record.key)?.values ?? []) add(value, record)
        return { byValue, unreadable: [...unreadable, ...askedFor(wanted, got.unreadable)] }
      }
      const { chunks, unreadable } = await readAll(entity, read, values, 'find', options)
      for (const chunk of chunks) {
        for (const record of chunk.records) {
          const value = read.by ? await read.by.evaluate(record.value, basics) : chunk.values[0]
          if (value === undefined) continue
          if (!isKeyPart(value))
            throw new EvaluationError('wrong-argument', `\`by\` of the find ${find} gives something that is no key.`)
          add(value, record)
        }
      }
      return { byValue, unreadable }
    },
  }
  // Inside, reads call one another through `reading`; what goes out has its failures told apart.
  return {
    async *list(entity, options) {
      try {
        yield* reading.list(entity, options)
      } catch (error) {
        throw unexpected(error, connector.name, entity)
      }
    },
    get: (entity, keys, options) =>
      reading.get(entity, keys, options).catch((error: unknown) => {
        throw unexpected(error, connector.name, entity)
      }),
    find: (entity, find, values, options) =>
      reading.find(entity, find, values, options).catch((error: unknown) => {
        throw unexpected(error, connector.name, entity)
      }),
  }
}

/** Ids that are read, each with the asked values that led to it. */
type Wanted = Map<string, { readonly id: unknown; readonly values: string[] }>

/** Told by the value that was asked for: who asked does not know the ids. */
function askedFor(wanted: Wanted, unreadable: readonly Unreadable[]): Unreadable[] {
  return unreadable.flatMap((missing) =>
    (wanted.get(missing.key)?.values ?? []).map((key) => ({ ...missing, key, record: missing.key })),
  )
}

/** An expression of the connector file that an answer does not fit: a failure of the call, not of the engine. */
function unexpected(error: unknown, connector: string, entity: CompiledEntity): unknown {
  if (!(error instanceof EvaluationError)) return error
  return new CallFailure(
    {
      kind: 'refused',
      code: 'unexpected-answer',
      connection: connector,
      message: `${connector}: ${entity.name}: what the connector file says does not fit the settings or the answer: ${error.message}`,
    },
    { cause: error },
  )
}

function readOf(entity: CompiledEntity, find: string | undefined): CompiledRead {
  const read = find === undefined ? entity.get : entity.finds.get(find)
  if (!read) throw new Error(`The entity ${entity.name} has no find ${find ?? ''}.`)
  return read
}

/** Ascending and without repeats: systems with id sets refuse others, and a fixed order makes batches alike. */
export function ascending(values: readonly unknown[]): unknown[] {
  const unique = [...new Map(values.map((value) => [typeof value + String(value), value])).values()]
  return unique.sort(compareValues)
}

function inKeyOrder(entity: CompiledEntity, records: readonly ReadRecord[]): ReadRecord[] {
  const field = entity.keyFields[0] as string
  const value = (record: ReadRecord): unknown => (record.value as Record<string, unknown> | undefined)?.[field]
  return [...records].sort((a, b) => compareValues(value(a), value(b)))
}

/** Numbers by their value, anything else by its text. */
function compareValues(a: unknown, b: unknown): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b
  return String(a) < String(b) ? -1 : String(a) > String(b) ? 1 : 0
}

async function rawRecords(records: CompiledRecords, input: unknown, variables: Variables): Promise<readonly unknown[]> {
  if (records.kind === 'list') return asList(await records.list.evaluate(input, variables))
  const columns = asList(await records.columns.evaluate(input, variables)).map(String)
  return asList(await records.rows.evaluate(input, variables)).map((row) =>
    Object.fromEntries(asList(row).map((value, index) => [columns[index] ?? `column${index}`, value])),
  )
}

/** Records in the entity's shape; what else the answer holds of them (a map by id beside the rows) is there as $answer. */
function reshaped(as: Formula, raw: readonly unknown[], variables: Variables): Promise<unknown[]> {
  return Promise.all(raw.map((record) => as.evaluate(record, variables)))
}

function withQueryValues(request: CompiledRequest, values: Readonly<Record<string, unknown>>): CompiledRequest {
  const query = new Map(Object.entries(values).map(([name, value]): [string, Formula] => [name, fixed(value)]))
  return { ...request, query }
}

function fixed(value: unknown): Formula {
  return { type: { kind: 'any' }, uses: new Set(), path: [], source: '', evaluate: () => Promise.resolve(value) }
}
