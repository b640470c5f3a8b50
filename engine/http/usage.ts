/** Measures how much of a quota was used while work waited for it. */
export interface UsageMeter {
  /** To be called before every change of what is under way or waiting, with the state until now. */
  elapse(now: number, state: { readonly waiting: number; readonly inFlight: number }, periodMs: number): void
  sent(): void
  /** Calls sent / calls allowed over all complete periods; undefined before the first is complete. */
  readonly share: number | undefined
}

/**
 * Time is cut into periods from the first call on. A period counts when work never paused in it (no more than 5 % of
 * the time had nothing waiting or under way) and calls waited at its end. The last, incomplete one is left out.
 */
export function createUsageMeter(capacity: number): UsageMeter {
  let start: number | undefined
  let until = 0
  let quiet = 0
  let sent = 0
  let length = 0
  let used = 0
  let allowed = 0

  return {
    elapse(now, { waiting, inFlight }, periodMs) {
      const busy = waiting + inFlight > 0
      if (Math.abs(periodMs - length) > 0.1 * length) {
        // Another period is another measure: nothing counted before compares with it. (Small corrections are none.)
        length = periodMs
        start = undefined
        used = 0
        allowed = 0
      }
      while (start !== undefined && now >= start + length) {
        const end: number = start + length
        if (!busy) quiet += end - until
        if (waiting > 0 && quiet <= 0.05 * length) {
          used += sent
          allowed += capacity
        }
        start = busy ? end : undefined
        until = end
        quiet = 0
        sent = 0
      }
      if (start === undefined) {
        start = now
        quiet = 0
        sent = 0
      } else if (!busy) quiet += now - until
      until = now
    },
    sent() {
      sent++
    },
    get share() {
      return allowed === 0 ? undefined : used / allowed
    },
  }
}
