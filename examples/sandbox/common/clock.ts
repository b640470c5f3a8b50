import { setTimeout as delay } from 'node:timers/promises'

/**
 * The time of the sandbox. It may run faster than real time, so that an hour's quota can be watched in three
 * minutes while the ratio of calls to time stays that of the real API.
 *
 * Two units occur and must not be mixed: *sandbox* milliseconds (quota windows, token lives, time stamps in answers)
 * and *real* milliseconds (what a client waits by its own clock). Everything a stand-in keeps is in sandbox time;
 * every duration that it reports to a client goes through {@link SandboxClock.toReal}.
 */
export interface SandboxClock {
  /** Sandbox minutes that pass in one real minute. */
  readonly speed: number
  /** The sandbox's present, in milliseconds since 1970 (UTC). Starts at the real present unless told otherwise. */
  now(): number
  /** Resolves after so many sandbox milliseconds; rejects when the signal is aborted before. */
  sleep(sandboxMs: number, signal?: AbortSignal): Promise<void>
  /** A sandbox duration in real milliseconds, rounded up: waiting that long is always long enough. */
  toReal(sandboxMs: number): number
}

export interface ClockOptions {
  /** Default 1. 20 means: twenty sandbox minutes per real minute. */
  readonly speed?: number
  /** The sandbox time at which the clock starts, in milliseconds since 1970. Default: the real present. */
  readonly startAt?: number
}

/** @throws RangeError when the speed is not a positive, finite number. */
export function createClock({ speed = 1, startAt = Date.now() }: ClockOptions = {}): SandboxClock {
  if (!(speed > 0 && Number.isFinite(speed))) {
    throw new RangeError(`The sandbox clock's speed must be a number above 0, not ${speed}.`)
  }
  // Not Date.now(): a correction of the machine's clock would tear the quota window.
  const origin = performance.now()
  return {
    speed,
    now: () => Math.floor(startAt + (performance.now() - origin) * speed),
    sleep: async (sandboxMs, signal) => {
      await delay(Math.max(0, sandboxMs / speed), undefined, { ...(signal && { signal }) })
    },
    toReal: (sandboxMs) => Math.ceil(sandboxMs / speed),
  }
}

export interface ManualClock extends SandboxClock {
  /** Moves the clock and wakes the sleepers whose time has come. */
  advance(sandboxMs: number): void
}

/** A clock that stands still until it is moved: for tests of windows and lives. */
export function createManualClock(startAt: number = Date.UTC(2026, 0, 15, 12, 0, 0)): ManualClock {
  let present = startAt
  let sleepers: { readonly until: number; readonly wake: () => void }[] = []
  return {
    speed: 1,
    now: () => present,
    sleep: (sandboxMs, signal) =>
      new Promise((wake, reject) => {
        if (sandboxMs <= 0) wake()
        else sleepers.push({ until: present + sandboxMs, wake })
        signal?.addEventListener('abort', () => reject(signal.reason), { once: true })
      }),
    toReal: (sandboxMs) => Math.ceil(sandboxMs),
    advance(sandboxMs) {
      present += sandboxMs
      const due = sleepers.filter((sleeper) => sleeper.until <= present)
      sleepers = sleepers.filter((sleeper) => sleeper.until > present)
      for (const sleeper of due) sleeper.wake()
    },
  }
}
