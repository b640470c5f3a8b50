import type { SharedSignIn } from '../http/shared-sign-in.ts'
import type { Clock, Timers } from '../http/time.ts'
import { isDeadOwner, lockOwner } from '../store/lock-owner.ts'
import type { StateStore } from '../store/state-store.ts'

export interface SharedSignInOptions {
  /** The connection. */
  readonly name: string
  readonly store: Pick<StateStore, 'secrets' | 'locks'>
  readonly clock: Clock
  readonly timers: Timers
}

/** The turn of a process that has not been heard of for so long is over. */
const lifeMs = 30_000
const beatMs = 7_000

/** What processes on one state have in common when they sign in: the saved tokens, and a lock named `token` and the connection. */
export function sharedSignIn({ name, store: { secrets, locks }, clock, timers }: SharedSignInOptions): SharedSignIn {
  const lock = `token ${name}`
  const owner = lockOwner()
  const saved = (secret: string) => ({
    get: () => secrets.get(name, secret),
    set: (text: string) => secrets.set(name, secret, text),
  })

  const take = (): boolean => {
    const result = locks.take(lock, owner, clock.now(), lifeMs)
    if (result.taken || !isDeadOwner(result.owner)) return result.taken
    locks.release(lock, result.owner)
    return locks.take(lock, owner, clock.now(), lifeMs).taken
  }

  return {
    refreshToken: saved('refreshToken'),
    accessToken: saved('accessToken'),
    takeTurn: () => {
      if (!take()) return undefined
      let beating: unknown
      const schedule = (): void => {
        beating = timers.setTimeout(() => {
          try {
            locks.beat(lock, owner, clock.now())
          } catch {
            // A state that is busy for a moment: the turn lives through several beats that are missed.
          }
          schedule()
        }, beatMs)
        ;(beating as { unref?: () => void }).unref?.()
      }
      schedule()
      return () => {
        timers.clearTimeout(beating)
        locks.release(lock, owner)
      }
    },
  }
}
