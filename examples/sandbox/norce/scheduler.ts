import type { SandboxClock } from '../common/clock.ts'

/** Work that the shop does later by itself: captures, pushes, deliveries of events. */
export interface Scheduler {
  /** Runs the work after so many sandbox milliseconds, unless the stand-in is stopped before. */
  after(sandboxMs: number, work: () => void | Promise<void>): void
  readonly stopped: AbortSignal
  stop(): void
}

export function createScheduler(clock: SandboxClock): Scheduler {
  const stopping = new AbortController()
  return {
    after(sandboxMs, work) {
      clock.sleep(sandboxMs, stopping.signal).then(
        () => (stopping.signal.aborted ? undefined : work()),
        () => {
          // Stopped: what was planned is dropped.
        },
      )
    },
    stopped: stopping.signal,
    stop: () => stopping.abort(),
  }
}
