import { receivedRecord } from '../connectors/read/received-record.ts'
import type { AnyMapping } from '../pipeline/compiled-mapping.ts'
import { passing } from '../pipeline/read/plan-read.ts'
import type { InboxEntry, StateStore } from '../store/state-store.ts'
import { backoffMs } from './backoff.ts'

/** Tries of one message before what keeps failing is left as a dead letter. */
export const mostTries = 5
/**
 * When a record of which it is not known whether it was written is looked for again, milliseconds: early, since searches mostly
 * catch up soon, and when most have had the time that they may take. Then it is sent again, which may come to the same.
 */
const lookAgainMs = [15_000, 46_000] as const

type Store = Pick<StateStore, 'inbox' | 'parked' | 'deadLetters' | 'transaction'>

const iso = (ms: number): string => new Date(ms).toISOString()

/**
 * After a run over messages has gone well: what was committed, or is kept as a dead letter, is done. A record that waits
 * for another one waits in the inbox, since it cannot be read anywhere; one that failed in passing is tried again.
 */
export function settleDone(mapping: AnyMapping, entries: readonly InboxEntry[], store: Store, now: number): void {
  const parked = new Map(store.parked.of(mapping.name).map((each) => [each.sourceKey, each]))
  store.transaction(() => {
    for (const { id, record, attempts } of entries) {
      // What was read by its id is parked, or tried again, by its key, as after any other run.
      const key = record === undefined ? undefined : receivedRecord(mapping.from.entity, JSON.parse(record)).key
      const waits = key === undefined ? undefined : parked.get(key)
      const letter = key === undefined ? undefined : store.deadLetters.get(mapping.name, key)
      if (waits) store.inbox.hold([id], waits.deadline, iso(now))
      else if (letter && passing.has(letter.code) && attempts + 1 < mostTries)
        store.inbox.putBack([id], iso(now + againMs(letter.code, attempts)), 'more')
      else store.inbox.done([id], iso(now))
    }
  })
}

function againMs(code: string, attempts: number): number {
  return code === 'outcome-unknown' ? (lookAgainMs[attempts % 2] as number) : backoffMs(attempts + 1)
}

/** After a run that failed as a whole: tried again, and at last kept as dead letters. */
export function settleFailed(
  mapping: AnyMapping,
  entries: readonly InboxEntry[],
  failure: { readonly code: string; readonly message: string },
  store: Store,
  now: number,
): void {
  store.transaction(() => {
    for (const { id, key, record, attempts } of entries) {
      if (attempts + 1 < mostTries) {
        store.inbox.putBack([id], iso(now + backoffMs(attempts + 1)), 'more')
        continue
      }
      const value: unknown = record === undefined ? undefined : JSON.parse(record)
      store.deadLetters.put({
        mapping: mapping.name,
        sourceKey: value === undefined ? key : receivedRecord(mapping.from.entity, value).key,
        label: undefined,
        code: failure.code,
        message: failure.message,
        record: value,
        run: '',
        at: iso(now),
      })
      store.inbox.done([id], iso(now))
    }
  })
}
