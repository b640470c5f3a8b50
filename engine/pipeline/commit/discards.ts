import { noKey } from '../../connectors/read/received-record.ts'
import type { StateStore } from '../../store/state-store.ts'
import { fingerprint } from './fingerprint.ts'

type Store = Pick<StateStore, 'marks' | 'deadLetters' | 'parked' | 'transaction'>

const scopeOf = (mapping: string): string => `discarded ${mapping}`

/** Whether a person has discarded these records as they are now. One that has changed since is a new one. */
export function discardedOf(
  mapping: string,
  { marks }: Pick<StateStore, 'marks'>,
  records: readonly { readonly key: string; readonly value: unknown }[],
): (record: { readonly key: string; readonly value: unknown }) => boolean {
  const known = marks.which(
    scopeOf(mapping),
    records.map(({ key }) => key),
  )
  return ({ key, value }) => known.get(key)?.value === digestOf(value)
}

/** Takes a dead letter out of the list, and remembers that its record, as it was, is not to be tried again. */
export function discard(mapping: string, sourceKey: string, store: Store, at: string): void {
  store.transaction(() => {
    const letter = store.deadLetters.get(mapping, sourceKey)
    // A record without a key cannot be told from another one.
    if (letter && sourceKey !== noKey)
      store.marks.put({ scope: scopeOf(mapping), key: sourceKey, value: digestOf(letter.record), at })
    store.deadLetters.remove(mapping, [sourceKey])
    store.parked.remove(mapping, [sourceKey])
  })
}

/** A person asks for the record again. */
export function undiscard(mapping: string, sourceKeys: readonly string[], { marks }: Pick<StateStore, 'marks'>): void {
  marks.remove(scopeOf(mapping), sourceKeys)
}

function digestOf(value: unknown): string {
  return fingerprint({ value })
}
