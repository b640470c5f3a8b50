import { type Looking, lookUp } from './read-back.ts'
import type { Doubt } from './row-outcome.ts'
import { applied, type Items, mayRepeat, openItems, type Sending } from './sending.ts'

/** Finds out what became of records that nothing explains: read back by key; else sent again where that is safe. */
export async function settleOpen(
  looking: Looking,
  sending: Sending,
  items: Items,
  doubt: Doubt,
  send: (items: Items) => Promise<void>,
  alone = false,
): Promise<void> {
  const { write, options, outcomes, budget } = sending
  if (options.openOutcomes === 'returned' && !mayRepeat(write)) {
    for (const { key } of items.flat()) outcomes.set(key, { kind: 'undecided', message: doubt.message })
    return
  }
  const found = await lookUp(looking, sending, items.flat())
  for (const [record, state] of found) if (state === 'applied') outcomes.set(record.key, applied)
  const open = openItems(items, outcomes)
  if (open.length === 0) return
  const mayResend = (item: Items[number]): boolean =>
    mayRepeat(write) ||
    // By a look: only what is surely not there, or was there before and is given its values again.
    (typeof write.repeat === 'object' &&
      item.every((record) => ['absent', 'there'].includes(found.get(record) ?? 'unknown') || record.exists === true))
  const again = options.full || doubt.code !== undefined ? [] : open.filter(mayResend)
  if (again.length > 0 && budget.resends > 0 && !(alone && doubt.refused)) {
    budget.resends -= 1
    const middle = Math.ceil(again.length / 2)
    for (const half of [again.slice(0, middle), again.slice(middle)]) if (half.length > 0) await send(half)
  }
  for (const record of open.flat()) {
    if (outcomes.has(record.key)) continue
    const state = found.get(record)
    if (state === 'absent' || (alone && doubt.ignored))
      outcomes.set(record.key, {
        kind: 'failed',
        code: 'not-applied',
        message: 'The target accepted the record, but does not hold it.',
      })
    else if (alone && doubt.refused)
      outcomes.set(record.key, { kind: 'failed', code: 'refused-by-job', message: doubt.message })
    else if (doubt.code !== undefined && mayRepeat(write))
      outcomes.set(record.key, { kind: 'failed', code: doubt.code, message: doubt.message })
    else outcomes.set(record.key, { kind: 'undecided', message: doubt.message })
  }
}
