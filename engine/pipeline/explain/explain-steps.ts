import type { Variables } from '../../config/expression-compiler.ts'
import type { SteppedMapping } from '../compiled-mapping.ts'
import type { Trace } from '../map/map-record.ts'
import { createImaginedWorld, placeholdersShown } from '../steps/imagined-world.ts'
import { prepareSteps } from '../steps/prepare.ts'
import type { ItemEvent } from '../steps/run-item.ts'
import { type RecordResult, runRecordSteps } from '../steps/run-record.ts'
import type { WorldContext } from '../steps/step-world.ts'
import type { ExplainedTarget } from './explain-types.ts'

const actions = {
  created: 'create',
  updated: 'update',
  unchanged: 'unchanged',
  found: 'found',
  absent: 'absent',
} as const satisfies Record<ItemEvent['kind'], ExplainedTarget['action']>

/** What the steps of a record would come to: look-ups are done, writes are imagined. @throws RecordFailure */
export async function explainSteps(
  mapping: SteppedMapping,
  source: { readonly key: string; readonly value: unknown },
  joined: Variables,
  context: WorldContext,
  trace: Trace,
): Promise<readonly ExplainedTarget[]> {
  const { variables, warnings } = await prepareSteps(mapping, source.value, joined, trace)
  const personal = mapping.from.entity.personal.valuesOf(source.value)
  const result = await runRecordSteps(
    mapping.steps,
    { sourceKey: source.key, value: source.value, variables, isPersonal: (text) => personal.has(text) },
    createImaginedWorld(mapping, context, () => () => {}),
  )
  const targets = result.steps.flatMap(explained)
  const [first, ...rest] = targets
  // What the mapping warns of belongs to the record, and stands with the first step.
  return first && warnings.length > 0
    ? [{ ...first, warnings: [...warnings, ...(first.warnings ?? [])] }, ...rest]
    : targets
}

function explained({ step, items, skipped, failed }: RecordResult['steps'][number]): ExplainedTarget[] {
  const targets = items.map(({ kind, made, draft, warnings }): ExplainedTarget => {
    const key = Object.values(made?.target ?? {}).map((value) => String(placeholdersShown(value)))
    const fields = draft && { ...(kind === 'created' && draft.createOnly), ...draft.fields }
    return {
      step,
      key: key.join(', '),
      action: actions[kind],
      warnings,
      ...(fields && { fields: placeholdersShown(fields) as Readonly<Record<string, unknown>> }),
    }
  })
  if (skipped) return [{ step, key: '', action: 'skipped' }]
  if (failed) return [...targets, { step, key: '', action: 'failed', code: failed.code, message: failed.message }]
  return targets
}
