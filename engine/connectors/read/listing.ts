import type { Variables } from '../../config/expression-compiler.ts'
import { isKeyPart, keyText } from '../../store/key.ts'
import { valuesOf } from '../call/values.ts'
import type { CompiledEntity, CompiledOver } from '../compiled-connector.ts'
import type { Pages } from './pages.ts'
import type { ListOptions, Page, Reading, Unreadable } from './reading.ts'
import { noKey, type ReadRecord, receivedRecord } from './received-record.ts'

/** Batches of ids that are read while the list goes on. */
const batchesAhead = 4

const withoutKey: Unreadable = { key: noKey, code: 'unreadable', message: 'The list holds a row without an id.' }

/** Pages of an entity that has a list of its own; with `since`, its several reads one after the other. */
export async function* listOwn(
  pages: Pages,
  basics: Variables,
  entity: CompiledEntity,
  options: ListOptions,
): AsyncGenerator<ReadRecord[], void, void> {
  const reads = options.since === undefined ? [undefined] : (entity.list?.since ?? []).map((_, index) => index)
  let onFirstAnswer = options.onFirstAnswer
  for (const read of reads) {
    yield* listOnce(pages, basics, entity, read, { ...options, ...(onFirstAnswer && { onFirstAnswer }) })
    onFirstAnswer = undefined
  }
}

async function* listOnce(
  pages: Pages,
  basics: Variables,
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

/** Pages of an entity whose ids another one lists: gathered until a batch is full, and read while the list goes on. */
export async function* listOver(
  { ids: idOf }: CompiledOver,
  listed: AsyncIterable<readonly ReadRecord[]>,
  entity: CompiledEntity,
  reading: Pick<Reading, 'get'>,
  basics: Variables,
  options: ListOptions,
): AsyncGenerator<Page, void, void> {
  const { get } = entity
  if (!get) throw new Error(`The entity ${entity.name} is listed over another one and needs a get.`)
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
  for await (const rows of listed) {
    const all = await Promise.all(rows.map((row) => idOf.evaluate(row.value, basics)))
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
}
