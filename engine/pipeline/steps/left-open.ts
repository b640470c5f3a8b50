import type { CompiledStep, SteppedMapping } from '../compiled-mapping.ts'
import type { Settled } from './settle.ts'
import type { StepJournal } from './step-journal.ts'
import type { Made, Sought, StepItem } from './step-world.ts'

export interface LeftOpenInput {
  readonly mapping: SteppedMapping
  readonly journal: StepJournal
  readonly look: (item: StepItem, natural: Sought, at: string) => Promise<Settled>
  readonly confirm: (item: StepItem, made: Made, fingerprint: string, sought: readonly Sought[]) => void
}

/**
 * W10: a record that is through may have left writes open of which it makes no more use: since an earlier attempt its
 * step's condition holds no more (what the lost write made was found by another step), or its list has the item no more.
 * Nothing will be sent for them, so they end here: confirmed where that can be found out, else as not known of. A step that
 * failed now (`onFail: continue`) may be tried again with the record: what it has left open stays (W9).
 */
export function createLeftOpen({
  mapping,
  journal,
  look,
  confirm,
}: LeftOpenInput): (sourceKey: string, failed: ReadonlySet<string>) => Promise<void> {
  const steps = new Map(mapping.steps.map((step) => [step.name, step]))
  return async (sourceKey, failed) => {
    for (const { intent, linkKey } of journal.left(sourceKey)) {
      if (failed.has(intent.step)) continue
      const step = steps.get(intent.step) as CompiledStep
      const item: StepItem = { step, sourceKey, linkKey, scope: async () => ({ input: undefined, variables: {} }) }
      const { find, value } = intent.natural ?? {}
      const settled =
        find === undefined || value === undefined || hasCondition(step, find)
          ? undefined
          : await look(item, { find, value }, intent.at)
      if (settled?.kind === 'confirmed') confirm(item, settled.made, '', [])
      else if (settled?.kind !== 'unanswered') journal.close(item)
    }
  }
}

/** What of a find counts is told by the record's variables, which are those of another attempt. */
const hasCondition = ({ finds }: CompiledStep, name: string): boolean =>
  finds.some(({ find, where, order }) => find === name && (where !== undefined || order !== undefined))
