import type { StateStore } from '../store/state-store.ts'

/** What makes a service ready: its state can be used, and no system refuses the sign-in. */
export interface Health {
  /** A mapping could not get on: a system is down, or refuses. */
  trouble(mapping: string, code: string): void
  /** It has got on. */
  fine(mapping: string): void
  state(): HealthState
}

export interface HealthState {
  readonly ready: boolean
  /** Code of what is wrong with the state, if there is. */
  readonly store: string
  /** By mapping: code of what holds it up. A system that is down does not make the service unready: messages are kept. */
  readonly held: Readonly<Record<string, string>>
  /** By mapping: messages that wait, and since when the oldest does. */
  readonly waiting: Readonly<Record<string, { readonly count: number; readonly since: string }>>
}

const refusals: ReadonlySet<string> = new Set([
  'credentials-refused',
  'client-refused',
  'grant-revoked',
  'not-authorised',
])

export function createHealth(store: Pick<StateStore, 'inbox'>, stopping: () => boolean): Health {
  const held = new Map<string, string>()
  return {
    trouble: (mapping, code) => void held.set(mapping, code),
    fine: (mapping) => void held.delete(mapping),
    state() {
      let waiting: HealthState['waiting'] = {}
      let code = 'ok'
      try {
        waiting = Object.fromEntries(store.inbox.waiting())
      } catch (error) {
        code = error instanceof Error && 'code' in error ? String(error.code) : 'store-failed'
      }
      const refused = [...held.values()].some((each) => refusals.has(each))
      return {
        ready: code === 'ok' && !refused && !stopping(),
        store: code,
        held: Object.fromEntries(held),
        waiting,
      }
    },
  }
}
