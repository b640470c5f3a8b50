import type { MappingBase } from '../compiled-mapping.ts'
import { forgetDue } from '../read/fresh.ts'
import type { ReadPlan } from '../read/plan-types.ts'
import type { SourceRead } from '../read/source-record.ts'
import type { RunContext } from '../run-context.ts'

/** Moves the cursor behind a complete read; called when everything of it is committed or kept. */
export function moveCursor(
  { name, from, configuration }: MappingBase,
  { store }: Pick<RunContext, 'store'>,
  plan: ReadPlan,
  { complete, position, spooled }: SourceRead,
): void {
  if (!complete || position === undefined || plan.keepsCursor) return
  store.transaction(() => {
    store.cursors.set({ mapping: name, connection: from.connection, read: from.entity.name, position, configuration })
    if (plan.due) forgetDue(name, store, plan.due, spooled.seen(plan.due))
  })
}
