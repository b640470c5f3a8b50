import { type AnyMapping, recordStep } from './compiled-mapping.ts'
import type { RunContext } from './run-context.ts'

/** What `read: new` asks of the state. */
export interface Fresh {
  /** Keys that were listed long enough ago, and have been made by nobody since: to be read beside the list. */
  readonly due: readonly string[]
  /** Which listed keys are to be read: those that the mapping has made nothing of, and whose grace is over. */
  readonly of: (keys: readonly string[]) => ReadonlySet<string>
}

/**
 * For `read: new`: which keys this mapping has made nothing of yet. With a grace, those only that were listed so long
 * ago: until then what comes by message goes first.
 */
export function createFresh(
  mapping: AnyMapping,
  { store, clock, options }: Pick<RunContext, 'store' | 'clock' | 'options'>,
): Fresh {
  const scope = `seen ${mapping.name}`
  const isMade = (key: string): boolean =>
    mapping.steps
      ? store.links.bySource(mapping.name, recordStep, key).length > 0
      : store.links.isLinked(mapping.name, key)
  if (mapping.graceMs === 0 || options.atOnce)
    return { due: [], of: (keys) => new Set(keys.filter((key) => !isMade(key))) }
  const at = new Date(clock.now()).toISOString()
  const over = store.marks.upTo(scope, new Date(clock.now() - mapping.graceMs).toISOString())
  const due = over.filter((key) => !isMade(key))
  // What has its link needs no time any more.
  if (!options.dryRun) store.marks.remove(scope, over.filter(isMade))
  return {
    due,
    of(keys) {
      const unmade = keys.filter((key) => !isMade(key))
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
