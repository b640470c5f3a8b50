import type { Variables } from '../../config/expression-compiler.ts'
import { keyText } from '../../store/key.ts'
import type { CompiledEntity, CompiledRead } from '../compiled-connector.ts'
import { ascending } from './order.ts'
import type { Pages } from './pages.ts'
import type { ReadOptions, Unreadable } from './reading.ts'
import { type ReadRecord, receivedRecord } from './received-record.ts'

interface Chunk {
  readonly values: readonly unknown[]
  readonly records: readonly ReadRecord[]
}

export interface BatchedRead {
  readonly records: readonly ReadRecord[]
  readonly unreadable: readonly Unreadable[]
  /** What came of each request. */
  readonly chunks: readonly Chunk[]
}

/** Reads by many values: in batches as large as the read's request takes, several at a time. */
export async function readBatched(
  pages: Pages,
  basics: Variables,
  entity: CompiledEntity,
  read: CompiledRead,
  values: readonly unknown[],
  operation: 'get' | 'find',
  options: ReadOptions,
): Promise<BatchedRead> {
  const sorted = ascending(values)
  const chunks = Array.from({ length: Math.ceil(sorted.length / read.batch) }, (_, index) =>
    sorted.slice(index * read.batch, (index + 1) * read.batch),
  )
  const answers = await Promise.all(chunks.map(readChunk))
  return {
    records: answers.flatMap((answer) => answer.records),
    unreadable: answers.flatMap((answer) => answer.unreadable),
    chunks: answers.map((answer, index) => ({
      values: chunks[index] as readonly unknown[],
      records: answer.records,
    })),
  }

  /** One request; what the system does not answer together is asked for in halves, down to the one value at fault. */
  async function readChunk(asked: readonly unknown[]): Promise<{ records: ReadRecord[]; unreadable: Unreadable[] }> {
    const { request } = read
    if (!request) throw new Error(`The read ${read.name} of ${entity.name} has no request.`)
    const variables: Variables = { ...basics, ids: asked, ...(asked.length === 1 && { input: asked[0] }) }
    const records: ReadRecord[] = []
    for await (const page of pages({ ...read, request, size: undefined }, variables, operation, options)) {
      if (page.meaning === 'split') {
        if (asked.length === 1) {
          const { code, say } = page.answer
          return {
            records,
            unreadable: [
              {
                key: keyText([asked[0]]),
                code: code ?? 'unreadable',
                message: say ?? `The system does not answer for this id (status ${page.answer.status}).`,
              },
            ],
          }
        }
        const middle = Math.ceil(asked.length / 2)
        const [low, high] = await Promise.all([readChunk(asked.slice(0, middle)), readChunk(asked.slice(middle))])
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
}
