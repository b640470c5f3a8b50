import { EvaluationError } from '../../expressions/function-definition.ts'
import { isKeyPart, keyText } from '../../store/key.ts'
import type { Caller } from '../call/call-types.ts'
import type { CompiledConnector, CompiledEntity } from '../compiled-connector.ts'
import { CallFailure } from '../failure.ts'
import { readBatched } from './batched-read.ts'
import { listOver, listOwn } from './listing.ts'
import { inKeyOrder } from './order.ts'
import { askedFor, idsOf, wantedOver } from './over.ts'
import { createPages } from './pages.ts'
import type { Reading } from './reading.ts'
import type { ReadRecord } from './received-record.ts'

/** The reads of a connection, as its connector file describes them. */
export function createReading(connector: CompiledConnector, caller: Caller): Reading {
  const { basics } = caller
  const pages = createPages(connector.name, caller)
  const entityNamed = (name: string): CompiledEntity => {
    const entity = connector.entities.get(name)
    if (!entity) throw new Error(`The connector ${connector.name} has no entity ${name}.`)
    return entity
  }

  const reading: Reading = {
    async *list(entity, options) {
      const { list } = entity
      if (!list) throw new Error(`The entity ${entity.name} has no list.`)
      if (list.over) {
        const listed = listOwn(pages, basics, entityNamed(list.over.entity), options)
        yield* listOver(list.over, listed, entity, reading, basics, options)
        return
      }
      for await (const records of listOwn(pages, basics, entity, options))
        yield { seen: records.map((record) => record.key), records, unreadable: [] }
    },

    async get(entity, keys, options) {
      const { get } = entity
      if (!get) throw new Error(`The entity ${entity.name} has no get.`)
      if (get.over) {
        const other = entityNamed(get.over.entity)
        const { wanted, unreadable } = await wantedOver(get.over, other, keys, reading, basics, options)
        const read = await readBatched(pages, basics, entity, get, idsOf(wanted), 'get', options)
        return {
          records: inKeyOrder(entity, read.records),
          unreadable: [...unreadable, ...askedFor(wanted, read.unreadable)],
        }
      }
      const { records, unreadable } = await readBatched(pages, basics, entity, get, keys, 'get', options)
      return { records: inKeyOrder(entity, records), unreadable }
    },

    async find(entity, find, values, options) {
      const read = entity.finds.get(find)
      if (!read) throw new Error(`The entity ${entity.name} has no find ${find}.`)
      const byValue = new Map<string, ReadRecord[]>()
      const add = (value: unknown, record: ReadRecord): void => {
        const text = keyText([value])
        const list = byValue.get(text)
        if (list) list.push(record)
        else byValue.set(text, [record])
      }
      if (read.over) {
        const other = entityNamed(read.over.entity)
        const { wanted, unreadable } = await wantedOver(read.over, other, values, reading, basics, options)
        const got = await reading.get(entity, idsOf(wanted), options)
        for (const record of got.records) for (const value of wanted.get(record.key)?.values ?? []) add(value, record)
        return { byValue, unreadable: [...unreadable, ...askedFor(wanted, got.unreadable)] }
      }
      const { chunks, unreadable } = await readBatched(pages, basics, entity, read, values, 'find', options)
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
  const told = (error: unknown, entity: CompiledEntity): unknown => unexpected(error, connector.name, entity)
  // Inside, reads call one another through `reading`; what goes out has its failures told apart.
  return {
    async *list(entity, options) {
      try {
        yield* reading.list(entity, options)
      } catch (error) {
        throw told(error, entity)
      }
    },
    get: (entity, keys, options) =>
      reading.get(entity, keys, options).catch((error: unknown) => {
        throw told(error, entity)
      }),
    find: (entity, find, values, options) =>
      reading.find(entity, find, values, options).catch((error: unknown) => {
        throw told(error, entity)
      }),
  }
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
