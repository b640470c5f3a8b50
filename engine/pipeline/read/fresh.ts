import { type AnyMapping, recordStep } from '../compiled-mapping.ts'
import type { RunContext } from '../run-context.ts'

const seenScope = (mapping: string): string => `seen ${mapping}`

/** What `read: new` asks of the state. */
export interface Fresh {
  /** Keys that were listed long enough ago, and have been made by nobody since: to be read beside the list. */
  readonly due: readonly string[]
  /** Which listed keys are to be read: those that the mapping has made nothing of, and whose grace is over. */
  readonly of: (keys: readonly string[]) => ReadonlySet<string>
}

/** Whether the mapping has taken the record with this key to its end. */
export function isMade(
  { name, steps }: AnyMapping,
  { links }: Pick<RunContext['store'], 'links'>,
  key: string,
): boolean {
  return steps ? links.bySource(name, recordStep, key).length > 0 : links.isLinked(name, key)
}

/**
 * After a read: what was due, was read, and came to an outcome that is no failure (skipped, parked) is due no more. It is
 * listed again when it changes; else every run would read it for ever.
 */
export function forgetDue(
  mapping: string,
  { marks, deadLetters }: Pick<RunContext['store'], 'marks' | 'deadLetters'>,
  due: readonly string[],
  seen: ReadonlySet<string>,
): void {
  const over = due.filter((key) => seen.has(key) && deadLetters.get(mapping, key) === undefined)
  if (over.length > 0) marks.remove(seenScope(mapping), over)
}

/**
 * For `read: new`: which keys this mapping has made nothing of yet. With a grace, those only that were listed so long
 * ago: until then what comes by message goes first.
 */
export function createFresh(
  mapping: AnyMapping,
  { store, clock, options }: Pick<RunContext, 'store' | 'clock' | 'options'>,
): Fresh {
  const scope = seenScope(mapping.name)
  const made = (key: string): boolean => isMade(mapping, store, key)
  if (mapping.graceMs === 0 || options.atOnce)
    return { due: [], of: (keys) => new Set(keys.filter((key) => !made(key))) }
  const at = new Date(clock.now()).toISOString()
  const over = store.marks.upTo(scope, new Date(clock.now() - mapping.graceMs).toISOString())
  const due = over.filter((key) => !made(key))
  // What has its link needs no time any more.
  if (!options.dryRun) store.marks.remove(scope, over.filter(made))
  return {
    due,
    of(keys) {
      const unmade = keys.filter((key) => !made(key))
      const seen = store.marks.which(scope, unmade)
      if (!options.dryRun) {
        store.transaction(() => {
          for (const key of unmade) if (!seen.has(key)) store.marks.put({ scope, key, value: '', at })
        })
      }
      const ready = new Set(due)
      return new Set(unmade.filter((key) => ready.has(key)))
    },
  }
}
