import { Cron } from 'croner'
import type { CompiledTrigger } from '../pipeline/compiled-mapping.ts'

export type TimedTrigger = Exclude<CompiledTrigger, { readonly kind: 'event' }>

/** A trigger's name in the state: a trigger that is changed is a new one. */
export function triggerName(trigger: TimedTrigger): string {
  const asked = trigger.reconcile ?? trigger.read
  const since = trigger.sinceMs === undefined ? '' : ` since ${trigger.sinceMs}ms`
  const read = `${asked === undefined ? '' : ` ${asked}`}${since}`
  return trigger.kind === 'every'
    ? `every ${trigger.everyMs}ms${read}`
    : `at ${trigger.cron} ${trigger.timeZone}${read}`
}

/**
 * When a trigger fires next, in milliseconds since the Unix epoch. In the past when it was missed; however many times
 * were missed, it is one time. A local time that does not exist on a day (clocks go forward) is its next hour, one that
 * exists twice (they go back) is its first.
 *
 * @param last when it was last started. Undefined: never; then an interval is due at once, a time of day is waited for.
 */
export function nextFire(trigger: TimedTrigger, last: number | undefined, now: number): number {
  if (trigger.kind === 'every') return last === undefined ? now : last + trigger.everyMs
  const cron = new Cron(trigger.cron, { paused: true, mode: '5-part', timezone: trigger.timeZone })
  return cron.nextRun(new Date(last ?? now))?.getTime() ?? Number.POSITIVE_INFINITY
}
