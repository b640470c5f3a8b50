import type { CompiledEntity } from '../../connectors/compiled-connector.ts'
import { CallFailure, isSystemFailure } from '../../connectors/failure.ts'
import { settlesMs } from '../../connectors/write/natural-key.ts'
import { sleep } from '../../http/retry.ts'
import type { Clock, Timers } from '../../http/time.ts'
import type { CompiledStepFind } from '../compiled-mapping.ts'
import type { GatheredReads } from './gathered-reads.ts'
import { choose, counting } from './look-up.ts'
import { StepFailure } from './step-failure.ts'
import type { Made, Sought, StepItem } from './step-world.ts'

/** What became of a write whose answer was lost. */
export type Settled =
  | { readonly kind: 'confirmed'; readonly made: Made }
  | { readonly kind: 'absent' }
  /** The target gives no answer to the question. */
  | { readonly kind: 'unanswered'; readonly message: string }

export interface SettleInput {
  readonly item: StepItem
  /** The natural key of what was sent. */
  readonly natural: Sought
  /** Since when nothing of the write is on its way any more, milliseconds since the Unix epoch. */
  readonly lostAt: number
  readonly entities: ReadonlyMap<string, CompiledEntity>
  readonly reads: GatheredReads
  readonly clock: Clock
  readonly timers: Timers
  readonly stop: AbortSignal
  readonly aside: Aside
}

/**
 * Does work that only waits for so long, milliseconds, and lets other records go by meanwhile. False when it is not done: the
 * record is to be tried again later, so that nobody has to wait for it.
 */
export type Aside = (work: () => Promise<void>, forMs: number) => Promise<boolean>

/**
 * Finds out whether a write was done, by its natural key. W4: "not there" is believed only when the find has had the
 * time that its connector file says a search may lag; "there" is believed at once.
 */
export async function settle(input: SettleInput): Promise<Settled> {
  const { item, natural, clock, timers, stop, lostAt, aside } = input
  const find = natural.find as string
  const lagsMs = settlesMs(input.entities, item.step.to.entity, find)
  const until = lostAt + lagsMs
  // At once, since what is there is known then; early, since searches mostly lag less than they may; and at the end.
  let lookedAt = clock.now()
  let found = await look(input)
  for (const at of [lostAt + lagsMs / 4, until]) {
    if (found.kind !== 'absent' || lookedAt >= until) break
    const wait = at - clock.now()
    if (wait <= 0 && at < until) continue
    if (wait > 0 && !(await aside(() => sleep(wait, stop, timers), wait)))
      return { kind: 'unanswered', message: 'its search may not show it yet. It is looked for again.' }
    lookedAt = Math.max(at, clock.now())
    found = await look(input)
  }
  return found
}

async function look({ item, natural, reads }: SettleInput): Promise<Settled> {
  const { step } = item
  const by = policyOf(step.finds, natural)
  try {
    const scope = await item.scope()
    const rows = await counting(by, await reads.read(step.to, natural.find, natural.value), scope)
    const made = await choose(step, by, rows, scope)
    return made ? { kind: 'confirmed', made } : { kind: 'absent' }
  } catch (error) {
    if (error instanceof StepFailure) return { kind: 'unanswered', message: error.message }
    if (error instanceof CallFailure && !isSystemFailure(error)) return { kind: 'unanswered', message: error.reason }
    throw error
  }
}

type FindPolicy = Pick<CompiledStepFind, 'find' | 'where' | 'many' | 'order'>

/** What the step says of the same find holds here too: which of several is meant, and which do not count. */
function policyOf(finds: readonly CompiledStepFind[], { find }: Sought): FindPolicy {
  return finds.find((each) => each.find === find) ?? { find, where: undefined, many: 'fail', order: undefined }
}
