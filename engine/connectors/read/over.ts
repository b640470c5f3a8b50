import type { Variables } from '../../config/expression-compiler.ts'
import { EvaluationError } from '../../expressions/function-definition.ts'
import { isKeyPart, keyText } from '../../store/key.ts'
import type { CompiledEntity, CompiledOver } from '../compiled-connector.ts'
import type { Reading, ReadOptions, Unreadable } from './reading.ts'
import type { ReadRecord } from './received-record.ts'

/** Ids that are read, each with the asked values that led to it. */
export type Wanted = Map<string, { readonly id: unknown; readonly values: string[] }>

/** The ids under which an entity is read, found through another one by the asked values. */
export async function wantedOver(
  over: CompiledOver,
  other: CompiledEntity,
  values: readonly unknown[],
  reading: Pick<Reading, 'get' | 'find'>,
  basics: Variables,
  options: ReadOptions,
): Promise<{ wanted: Wanted; unreadable: readonly Unreadable[] }> {
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

export function idsOf(wanted: Wanted): unknown[] {
  return [...wanted.values()].map(({ id }) => id)
}

/** Told by the value that was asked for: who asked does not know the ids. */
export function askedFor(wanted: Wanted, unreadable: readonly Unreadable[]): Unreadable[] {
  return unreadable.flatMap((missing) =>
    (wanted.get(missing.key)?.values ?? []).map((key) => ({ ...missing, key, record: missing.key })),
  )
}
