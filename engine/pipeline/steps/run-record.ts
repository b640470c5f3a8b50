import type { Variables } from '../../config/expression-compiler.ts'
import { asList } from '../../expressions/as-list.ts'
import type { CompiledStep } from '../compiled-mapping.ts'
import { type ItemEvent, runItem } from './run-item.ts'
import { type FailedStep, failedStep } from './step-failure.ts'
import type { RecordSteps } from './step-scope.ts'
import type { Made, StepWorld } from './step-world.ts'

/** What became of one step of a source record. */
export interface StepResult {
  readonly step: string
  /** By item of `each`, or one. Empty when the step was not tried, its condition does not hold, or its list is empty. */
  readonly items: readonly ItemEvent[]
  readonly skipped: boolean
  readonly failed?: FailedStep
}

export interface RecordResult {
  readonly steps: readonly StepResult[]
  /** What stopped the record; the steps before it are confirmed and are not repeated. */
  readonly failure: FailedStep | undefined
}

/** Takes a source record through its steps, one after the other (W5: what failed is the only thing that is repeated). */
export async function runRecordSteps(
  steps: readonly CompiledStep[],
  source: RecordSteps,
  world: StepWorld,
): Promise<RecordResult> {
  const results: StepResult[] = []
  const earlier = createEarlier(world)
  const failedSteps = new Set<string>()
  for (const step of steps) {
    let items: ItemEvent[] = []
    try {
      const variables = { ...source.variables, steps: await earlier.view(step.conditionReads) }
      if (step.if && (await step.if.evaluate(source.value, variables)) !== true) {
        results.push({ step: step.name, items: [], skipped: true })
        continue
      }
      const list = step.each ? asList(await step.each.evaluate(source.value, variables)) : [source.value]
      const full = async (): Promise<Variables> => ({ ...source.variables, steps: await earlier.view(step.reads) })
      const keys = new Set<string>()
      for (const item of list) {
        const event = await runItem({ step, source, item, variables, full, keys, world })
        items.push(event)
      }
      results.push({ step: step.name, items, skipped: false })
    } catch (error) {
      const failed = failedStep(step.name, error)
      items = items.filter(({ kind }) => kind !== 'unchanged')
      results.push({ step: step.name, items, skipped: false, failed })
      if (step.onFail === 'continue') {
        failedSteps.add(step.name)
        earlier.add(step, [])
        continue
      }
      return { steps: results, failure: failed }
    }
    earlier.add(
      step,
      items.flatMap(({ made }) => made ?? []),
    )
  }
  await world.settleLeft?.(source.sourceKey, failedSteps)
  return { steps: results, failure: undefined }
}

/** `$steps`: what earlier steps made, with the whole record where it is asked for. */
interface Earlier {
  add(step: CompiledStep, made: readonly Made[]): void
  view(reads: ReadonlySet<string>): Promise<Variables>
}

/** W6: of what a step made only the key is kept; the rest is read again when it is needed, also after a crash. */
function createEarlier(world: StepWorld): Earlier {
  const entries = new Map<string, { readonly step: CompiledStep; made: readonly Made[] }>()
  return {
    add: (step, made) => void entries.set(step.name, { step, made }),
    async view(reads) {
      const view: Record<string, unknown> = {}
      for (const [name, entry] of entries) {
        const { step } = entry
        if (reads.has(name)) {
          entry.made = await Promise.all(
            entry.made.map(async (made) => ({ ...made, record: made.record ?? (await world.read(step, made)) })),
          )
        }
        const values = entry.made.map(({ record, target }) => (reads.has(name) ? record : target))
        if (step.each) view[name] = values
        else if (values.length > 0) view[name] = values[0]
      }
      return view
    },
  }
}
