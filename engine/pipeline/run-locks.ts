import { hostname } from 'node:os'
import { SynclineError } from '../diagnostics/syncline-error.ts'
import type { Clock, Timers } from '../http/time.ts'
import type { LockStore } from '../store/state-store.ts'

/** Locks of a run's pipelines: two runs of one pipeline at the same time are refused. */
export interface RunLocks {
  /** Aborted when another process has taken a lock over, since this one was not heard of for too long (a machine that slept). */
  readonly lost: AbortSignal
  release(): void
}

/** A run's lock is free again when its process has not been heard of for so long. */
const lifeMs = 60_000
const beatMs = 15_000

/** @throws SynclineError `already-running`. The lock of a process that died is taken over. */
export function takeRunLocks(
  locks: LockStore,
  mappings: readonly string[],
  run: string,
  { clock, timers }: { readonly clock: Clock; readonly timers: Timers },
): RunLocks {
  const owner = `${hostname()} ${process.pid} ${processMark} ${run}`
  const taken: string[] = []
  const release = (): void => {
    for (const name of taken) locks.release(name, owner)
  }
  for (const mapping of mappings) {
    const name = `pipeline ${mapping}`
    let result = locks.take(name, owner, clock.now(), lifeMs)
    if (!result.taken && isDead(result.owner)) {
      locks.release(name, result.owner)
      result = locks.take(name, owner, clock.now(), lifeMs)
    }
    if (!result.taken) {
      release()
      const [host, pid] = result.owner.split(' ')
      throw new SynclineError({
        code: 'already-running',
        message: `The mapping ${mapping} is being run already, by process ${pid} on ${host}, since ${new Date(result.since).toISOString()}.`,
        advice: 'Wait until it has ended. If that process is gone, its lock ends by itself after a minute.',
        exitStatus: 1,
      })
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

/** Tells processes with one number apart: in a container that is started again, ours has the number of the one that died. */
const processMark = Math.round(performance.timeOrigin)

function isDead(owner: string): boolean {
  const [host, pid, mark] = owner.split(' ')
  if (host !== hostname()) return false
  if (Number(pid) === process.pid) return Number(mark) !== processMark
  try {
    process.kill(Number(pid), 0)
    return false
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH'
  }
}
