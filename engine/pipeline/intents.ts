import { type CompiledMapping, step } from './compiled-mapping.ts'
import { fingerprint } from './fingerprint.ts'
import type { RunContext } from './run-context.ts'

/**
 * Writes that were about to be sent: journalled before, closed when their outcome is known. Absolute values may simply
 * be sent again. A write with a natural key is looked up by it first. Of any other an open intent means that nobody can
 * say whether it was done; it is not sent again until a person asks for that one record (`--only`).
 */
export interface Intents {
  /** Of these target keys nobody can say whether they were written. */
  undecided(targetKey: string): boolean
  /** Which of these must be looked up in the target before they are sent. */
  lookFirst(targetKeys: readonly string[]): ReadonlySet<string>
  open(targetKeys: readonly string[]): OpenIntent
}

export interface OpenIntent {
  setJob(job: string): void
  /** Call inside of the transaction that books the outcomes. `undecided`: keys that stay open. */
  close(undecided: readonly string[]): void
  /** Nothing of it was sent. What earlier runs left open stays open. */
  withdraw(): void
}

export function createIntents(mapping: CompiledMapping, context: RunContext): Intents {
  const { store, options, clock, id: run } = context
  const mayRepeat = mapping.write.repeat === 'safe' || mapping.write.repeat === 'harmless'
  const mayLook = typeof mapping.write.repeat === 'object'
  /** Open intents of earlier runs, by target key. */
  const earlier = new Map<string, Set<string>>()
  for (const intent of store.journal.pending(mapping.name)) {
    if (mayRepeat) {
      if (!options.dryRun) store.journal.close(intent.id)
      continue
    }
    for (const key of intent.targetKeys) earlier.set(key, (earlier.get(key) ?? new Set()).add(intent.id))
  }

  const journal = (targetKeys: readonly string[], mark: string): string => {
    const id = `${run} ${mapping.name} ${fingerprint({ targetKeys })} ${mark}`
    store.journal.open({
      id,
      mapping: mapping.name,
      step,
      operation: mapping.write.name,
      targetKeys,
      at: new Date(clock.now()).toISOString(),
    })
    return id
  }

  return {
    undecided: (targetKey) => options.only === undefined && !mayLook && earlier.has(targetKey),
    lookFirst: (targetKeys) => new Set(mayLook ? targetKeys.filter((key) => earlier.has(key)) : []),
    open(targetKeys) {
      const id = journal(targetKeys, 'sent')
      return {
        setJob: (job) => store.journal.setJob(id, job),
        close(undecided) {
          store.journal.close(id)
          const open = mayRepeat ? [] : undecided
          for (const key of open) journal([key], 'undecided')
          for (const key of targetKeys) {
            if (open.includes(key)) continue
            for (const old of earlier.get(key) ?? []) store.journal.close(old)
            earlier.delete(key)
          }
        },
        withdraw: () => store.journal.close(id),
      }
    },
  }
}
