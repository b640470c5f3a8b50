import { noKey } from '../connectors/read/received-record.ts'
import type { KeptLetter, StateStore } from '../store/state-store.ts'
import type { AnyMapping } from './compiled-mapping.ts'
import type { Given } from './read/plan-types.ts'

/** Which dead letters are meant: of a mapping, with a code, of a record by its key or by the key that a person knows. */
export interface ChosenLetters {
  readonly mapping?: string | undefined
  readonly code?: string | undefined
  readonly key?: string | undefined
}

export function chosenLetters(
  { deadLetters }: Pick<StateStore, 'deadLetters'>,
  { mapping, code, key }: ChosenLetters,
): readonly KeptLetter[] {
  const all = deadLetters.list({ mapping, code, limit: Number.MAX_SAFE_INTEGER })
  return key === undefined ? all : all.filter(({ sourceKey, label }) => sourceKey === key || label === key)
}

/** What a retry maps: records that are read again where that is possible, else as they were kept. */
export interface Retry {
  readonly given: ReadonlyMap<string, Given>
  /** Letters that cannot be tried again: their record is neither kept nor can it be read. */
  readonly lost: readonly KeptLetter[]
}

export function retryOf(letters: readonly KeptLetter[], mappings: ReadonlyMap<string, AnyMapping>): Retry {
  const given = new Map<string, Given>()
  const lost: KeptLetter[] = []
  for (const [name, all] of Map.groupBy(letters, ({ mapping }) => mapping)) {
    const mapping = mappings.get(name)
    const { get, keyFields = [] } = mapping?.from.entity ?? {}
    const canRead = (letter: KeptLetter): boolean =>
      get !== undefined && keyFields.length === 1 && letter.sourceKey !== noKey
    const read = all.filter(canRead)
    const kept = all.filter((letter) => !canRead(letter) && letter.record !== undefined)
    lost.push(...all.filter((letter) => !mapping || !(canRead(letter) || kept.includes(letter))))
    if (mapping && read.length + kept.length > 0)
      given.set(name, {
        keys: read.map(({ sourceKey }) => sourceKey),
        records: kept.map(({ record }) => ({ value: record })),
      })
  }
  return { given, lost }
}
