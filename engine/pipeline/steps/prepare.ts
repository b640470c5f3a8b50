import type { Variables } from '../../config/expression-compiler.ts'
import type { SteppedMapping } from '../compiled-mapping.ts'
import { refusal } from '../map/conditions.ts'
import { type Trace, withLets } from '../map/map-record.ts'
import { RecordFailure } from '../map/outcome.ts'

/** A record before its steps: its lets, and reasons of `warn` that do not hold. */
export interface Prepared {
  readonly variables: Variables
  readonly warnings: readonly string[]
}

/** @throws RecordFailure with the reason of the first `ensure` that does not hold: before anything is written. */
export async function prepareSteps(
  mapping: SteppedMapping,
  record: unknown,
  joined: Variables,
  trace?: Trace,
): Promise<Prepared> {
  const variables = await withLets(mapping.lets, record, joined, trace)
  for (const condition of mapping.ensure) {
    const held = await condition.holds.evaluate(record, variables)
    trace?.value('ensure', condition.reason, held, undefined)
    if (held !== true) throw new RecordFailure(condition.reason, await refusal(condition, record, variables))
  }
  const warnings: string[] = []
  for (const { reason, holds } of mapping.warn) {
    const held = await holds.evaluate(record, variables)
    trace?.value('warn', reason, held, undefined)
    if (held !== true) warnings.push(reason)
  }
  return { variables, warnings }
}
