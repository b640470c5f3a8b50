import type { Intent } from '../../store/state-store.ts'
import { type CompiledMapping, mainStep } from '../compiled-mapping.ts'
import type { RunContext } from '../run-context.ts'

/**
 * Writes that were about to be sent: journalled before, closed when their outcome is known. Absolute values may simply
 * be sent again. A write with a natural key is looked up by it first. Of any other an open intent means that nobody can
 * say whether it was done; it is not sent again until a person asks for that one record (`--only`).
 *
 * While an outcome is open, what the link says of the target does not hold: its fingerprint is taken away, so that the
 * record is sent also when its source is by then as it was before.
 */
export interface Intents {
  /** Of these target keys nobody can say whether they were written. */
  undecided(targetKey: string): boolean
  /**
   * Which of these must be looked up in the target before they are sent, with whether what an earlier run sent is what
   * is to be sent now.
   */
  lookFirst(records: readonly IntendedRecord[]): ReadonlyMap<string, 'same' | 'other'>
  /** What earlier runs left open of these is known by now: they are there. */
  settled(targetKeys: readonly string[]): void
  /** `gone`: the write tells the target that the records are gone. */
  open(records: readonly IntendedRecord[], purpose?: 'gone'): OpenIntent
}

export interface IntendedRecord {
  readonly key: string
  readonly fingerprint?: string | undefined
}

export interface OpenIntent {
  setJob(job: string): void
  /**
   * Call inside of the transaction that books the outcomes.
   *
   * @param undecided keys that stay open.
   * @param doubtful keys of which it is not known what the target holds; those that stay open are among them.
   */
  close(undecided: readonly string[], doubtful: readonly string[]): void
  /** Nothing of it was sent. What earlier runs left open stays open. */
  withdraw(): void
}

/** In a link instead of a fingerprint: what the target holds is not known. */
const unknown = ''
/** The same, and perhaps the target was told that the record is gone. */
export const perhapsGone = 'gone?'

export function createIntents(mapping: CompiledMapping, context: RunContext): Intents {
  const { store, options, clock, id: run } = context
  // A full file is the whole, however often it is sent.
  const mayRepeat = mapping.fullFile || mapping.write.repeat === 'safe' || mapping.write.repeat === 'harmless'
  const mayLook = typeof mapping.write.repeat === 'object'
  /** Open intents of earlier runs, by target key: several, when a run that was to settle one ended early, too. */
  const earlier = new Map<string, readonly Intent[]>()
  let journalled = 0

  function journal(targetKeys: readonly string[], { fingerprints, purpose }: Partial<Intent>): string {
    const id = `${run} ${mapping.name} ${++journalled}`
    const at = new Date(clock.now()).toISOString()
    store.journal.open({
      id,
      mapping: mapping.name,
      step: mainStep,
      operation: mapping.write.name,
      targetKeys,
      at,
      ...(fingerprints && { fingerprints }),
      ...(purpose && { purpose }),
    })
    return id
  }

  function doubt(targetKeys: readonly string[], purpose: Intent['purpose']): void {
    for (const key of targetKeys) {
      const link = store.links.byTarget(mapping.name, mainStep, key)
      if (link?.state !== 'live' || link.fingerprint === perhapsGone) continue
      store.links.put([{ ...link, fingerprint: purpose === 'gone' ? perhapsGone : unknown }])
    }
  }

  /** Earlier intents have nothing more to say of these; what else they hold stays open. */
  function settle(targetKeys: readonly string[]): void {
    const touched = new Set(targetKeys.flatMap((key) => earlier.get(key) ?? []))
    for (const key of targetKeys) earlier.delete(key)
    for (const intent of touched) {
      store.journal.close(intent.id)
      const rest = intent.targetKeys.filter((key) => earlier.has(key))
      if (rest.length === 0) continue
      const left: Intent = { ...intent, id: journal(rest, intent), targetKeys: rest }
      for (const key of rest) earlier.set(key, [...(earlier.get(key) ?? []).filter((each) => each !== intent), left])
    }
  }

  for (const intent of store.journal.pending(mapping.name)) {
    if (!options.dryRun) {
      store.transaction(() => {
        doubt(intent.targetKeys, intent.purpose)
        if (mayRepeat) store.journal.close(intent.id)
      })
    }
    if (!mayRepeat) for (const key of intent.targetKeys) earlier.set(key, [...(earlier.get(key) ?? []), intent])
  }

  return {
    undecided: (targetKey) => options.only === undefined && !mayLook && earlier.has(targetKey),
    lookFirst(records) {
      if (!mayLook) return new Map()
      return new Map(
        records.flatMap(({ key, fingerprint }) => {
          const intents = earlier.get(key)
          if (!intents) return []
          const isSame = intents.every(
            ({ purpose, fingerprints }) => purpose === undefined && fingerprints?.[key] === fingerprint,
          )
          return [[key, isSame ? 'same' : 'other'] as const]
        }),
      )
    },
    settled: (targetKeys) => store.transaction(() => settle(targetKeys)),
    open(records, purpose) {
      const keys = records.map(({ key }) => key)
      const prints = records.flatMap(({ key, fingerprint }) => (fingerprint ? [[key, fingerprint]] : []))
      const id = journal(keys, { fingerprints: Object.fromEntries(prints), ...(purpose && { purpose }) })
      return {
        setJob: (job) => store.journal.setJob(id, job),
        close(undecided, doubtful) {
          store.journal.close(id)
          doubt(doubtful, purpose)
          const stay = new Set(mayRepeat ? [] : undecided)
          for (const key of stay) {
            const print = records.find((record) => record.key === key)?.fingerprint
            journal([key], { ...(print && { fingerprints: { [key]: print } }), ...(purpose && { purpose }) })
          }
          settle(keys)
        },
        withdraw: () => store.journal.close(id),
      }
    },
  }
}
