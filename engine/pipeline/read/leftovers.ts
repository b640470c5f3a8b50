import { type MappingBase, mainStep } from '../compiled-mapping.ts'
import { notRetiredCode } from '../fields/gone-targets.ts'
import type { RunContext } from '../run-context.ts'
import type { ReadPlan } from './plan-types.ts'
import type { SourceRead } from './source-record.ts'

/** Of dead letters whose write may have been done. */
const unclearCodes: ReadonlySet<string> = new Set(['undecided', 'outcome-unknown'])

/**
 * Records that failed or waited, and that the source no longer has, have nothing to wait for. After a full read that is
 * every one that was not seen; else those that were asked for by their key. What the target was not told yet stays, and
 * so does what nobody knows whether it was written: a person has to look, or discards it.
 */
export function forgetDeparted(
  mapping: MappingBase,
  { store }: Pick<RunContext, 'store'>,
  plan: ReadPlan,
  { spooled }: SourceRead,
): void {
  const kept =
    plan.mode === 'full'
      ? [...store.deadLetters.keysOf(mapping.name), ...store.parked.of(mapping.name).map(({ sourceKey }) => sourceKey)]
      : plan.also
  const seen = spooled.seen(kept)
  const departed = kept.filter((key) => !seen.has(key))
  if (departed.length === 0) return
  const untold = (key: string): boolean =>
    store.deadLetters.get(mapping.name, key)?.code === notRetiredCode &&
    store.links.bySource(mapping.name, mainStep, key).some(({ state }) => state === 'live')
  const isOpen = store.journal.pending(mapping.name).length > 0
  const unclear = (key: string): boolean =>
    isOpen && unclearCodes.has(store.deadLetters.get(mapping.name, key)?.code ?? '')
  store.transaction(() => {
    store.parked.remove(mapping.name, departed)
    store.deadLetters.remove(
      mapping.name,
      departed.filter((key) => !untold(key) && !unclear(key)),
    )
  })
}
