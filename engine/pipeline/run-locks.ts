import { SynclineError } from '../diagnostics/syncline-error.ts'
import type { Clock, Timers } from '../http/time.ts'
import { isDeadOwner, lockOwner, ownerOf } from '../store/lock-owner.ts'
import type { LockStore } from '../store/state-store.ts'

/** Locks that are held together. */
export interface HeldLocks {
  /** Aborted when another process has taken a lock over, since this one was not heard of for too long (a machine that slept). */
  readonly lost: AbortSignal
  release(): void
}

/** Who has a lock, as a message names it. */
export interface Holder {
  readonly process: string
  readonly host: string
  /** ISO 8601. */
  readonly since: string
}

/** A lock is free again when its process has not been heard of for so long. */
const lifeMs = 60_000
const beatMs = 15_000

interface Surroundings {
  readonly clock: Clock
  readonly timers: Timers
}

/**
 * Locks of a run's pipelines: two runs of one pipeline at the same time are refused.
 *
 * @throws SynclineError `already-running`. The lock of a process that died is taken over.
 */
export function takeRunLocks(
  locks: LockStore,
  mappings: readonly string[],
  run: string,
  surroundings: Surroundings,
): HeldLocks {
  return takeLocks(
    locks,
    mappings.map((mapping) => `pipeline ${mapping}`),
    run,
    surroundings,
    (name, { process: pid, host, since }) =>
      new SynclineError({
        code: 'already-running',
        message: `The mapping ${name.replace('pipeline ', '')} is being run already, by process ${pid} on ${host}, since ${since}.`,
        advice: 'Wait until it has ended. If that process is gone, its lock ends by itself after a minute.',
        exitStatus: 1,
      }),
  )
}

/** Takes all of the locks, or none and throws what `refusal` says. The lock of a process that died is taken over. */
export function takeLocks(
  locks: LockStore,
  names: readonly string[],
  purpose: string,
  { clock, timers }: Surroundings,
  refusal: (name: string, holder: Holder) => Error,
): HeldLocks {
  const owner = lockOwner(purpose)
  const taken: string[] = []
  const release = (): void => {
    for (const name of taken) locks.release(name, owner)
  }
  for (const name of names) {
    let result = locks.take(name, owner, clock.now(), lifeMs)
    if (!result.taken && isDeadOwner(result.owner)) {
      locks.release(name, result.owner)
      result = locks.take(name, owner, clock.now(), lifeMs)
    }
    if (!result.taken) {
      release()
      throw refusal(name, { ...ownerOf(result.owner), since: new Date(result.since).toISOString() })
    }
    taken.push(name)
  }
  const lost = new AbortController()
  let beating: unknown
  const beat = (): void => {
    try {
      if (!taken.every((name) => locks.beat(name, owner, clock.now()))) lost.abort(new Error('the lock was taken over'))
    } catch {
      // A state that is busy for a moment: the lock lives through several beats that are missed.
    }
    schedule()
  }
  const schedule = (): void => {
    beating = timers.setTimeout(beat, beatMs)
    ;(beating as { unref?: () => void }).unref?.()
  }
  schedule()
  return {
    lost: lost.signal,
    release() {
      timers.clearTimeout(beating)
      release()
    },
  }
}
