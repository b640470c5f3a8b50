import type { Connection } from '../../connectors/connection.ts'
import { CallFailure, isSystemFailure } from '../../connectors/failure.ts'
import type { ReadOptions } from '../../connectors/read/reading.ts'
import type { ReadRecord } from '../../connectors/read/received-record.ts'
import type { Timers } from '../../http/time.ts'
import { keyText } from '../../store/key.ts'
import type { EntityRef } from '../compiled-mapping.ts'
import { StepFailure } from './step-failure.ts'

/** Reads of records that are on their way at the same time, gathered into the batches that the API allows. */
export interface GatheredReads {
  /** @throws StepFailure when the system does not answer for the value, or what it gives breaks the schema. */
  read(ref: EntityRef, find: string | undefined, value: unknown): Promise<readonly unknown[]>
}

/** So long reads wait for others, milliseconds: next to nothing beside a call. */
const gatherMs = 3

interface Waiting {
  readonly value: unknown
  readonly answer: (rows: Promise<readonly unknown[]>) => void
}

export function createGatheredReads(
  connections: ReadonlyMap<string, Connection>,
  optionsFor: (connection: string) => ReadOptions,
  timers: Timers,
): GatheredReads {
  const waiting = new Map<string, Waiting[]>()

  async function flush(name: string, ref: EntityRef, find: string | undefined): Promise<void> {
    const all = waiting.get(name) ?? []
    waiting.delete(name)
    const together = readAll(
      ref,
      find,
      all.map(({ value }) => value),
    )
    for (const { value, answer } of all) {
      answer(
        together
          .catch((error: unknown) => {
            // One value that is refused must not fail the others.
            if (all.length === 1 || isSystemFailure(error) || !(error instanceof CallFailure)) throw error
            return readAll(ref, find, [value])
          })
          .then((rowsOf) => rowsOf(value)),
      )
    }
  }

  async function readAll(
    { name, connection: on, entity }: EntityRef,
    find: string | undefined,
    values: readonly unknown[],
  ): Promise<(value: unknown) => readonly unknown[]> {
    const connection = connections.get(on)
    if (!connection) throw new Error(`There is no connection ${on}.`)
    const options = optionsFor(on)
    let byValue: ReadonlyMap<string, readonly ReadRecord[]>
    let unreadable: readonly { readonly key: string; readonly code: string; readonly message: string }[]
    try {
      if (find === undefined) {
        const read = await connection.reading.get(entity, values, options)
        byValue = Map.groupBy(read.records, ({ key }) => key)
        unreadable = read.unreadable
      } else {
        const read = await connection.reading.find(entity, find, values, options)
        byValue = read.byValue
        unreadable = read.unreadable
      }
    } catch (error) {
      if (values.length > 1 || isSystemFailure(error) || !(error instanceof CallFailure)) throw error
      throw new StepFailure(error.code, error.reason, error.requestId)
    }
    return (value) => {
      const key = keyText([value])
      const bad = unreadable.find((each) => each.key === key)
      if (bad) throw new StepFailure(bad.code, `${name}: ${bad.message}`)
      return (byValue.get(key) ?? []).map(({ value: record, problems }) => {
        const [problem] = problems
        if (problem) throw new StepFailure(`source-${problem.code}`, `${name}${problem.path}: ${problem.message}`)
        return record
      })
    }
  }

  return {
    read(ref, find, value) {
      return new Promise((resolve) => {
        const name = `${ref.name} ${find ?? ''}`
        const entry: Waiting = { value, answer: resolve }
        const open = waiting.get(name)
        if (open) {
          open.push(entry)
          return
        }
        waiting.set(name, [entry])
        timers.setTimeout(() => void flush(name, ref, find), gatherMs)
      })
    },
  }
}
