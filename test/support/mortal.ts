import type { HttpClient } from '../../engine/http/client.ts'
import type { StateStore } from '../../engine/store/state-store.ts'

/** What a process that was killed would have done next. */
export class Death extends Error {}

/** Lets a run die at one of its instructions: each write of the state and each request, before and after it. */
export interface Mortality {
  /** How many instructions there were so far. */
  count(): number
  store(store: StateStore): StateStore
  http(http: HttpClient): HttpClient
}

/** Methods that change the state, by part of the store; inside of a transaction each is an instruction too. */
const writes: Readonly<Record<string, readonly string[]>> = {
  cursors: ['set'],
  links: ['put', 'remove'],
  known: ['add', 'remove'],
  marks: ['put', 'remove'],
  parked: ['put', 'remove'],
  deadLetters: ['put', 'remove'],
  journal: ['open', 'close', 'setJob'],
  runs: ['start', 'finish'],
}

/** @param at the instruction at which the process dies, from 1; nothing of it is done after that. */
export function createMortality(at: number): Mortality {
  let count = 0
  let dead = false
  const live = (): void => {
    if (dead) throw new Death('the process is dead')
  }
  const step = (): void => {
    live()
    count += 1
    if (count === at) {
      dead = true
      throw new Death(`killed at instruction ${at}`)
    }
  }
  return {
    count: () => count,
    store(store) {
      const wrapped = Object.entries(store).map(([part, methods]) => {
        if (part === 'transaction')
          return [
            part,
            <T>(work: () => T): T => {
              step()
              // A process that dies before the commit leaves nothing of the transaction.
              const result = store.transaction(() => {
                const done = work()
                step()
                return done
              })
              step()
              return result
            },
          ]
        // A lock of a dead process is taken over; its release stands for that here.
        if (typeof methods !== 'object' || part === 'locks') return [part, methods]
        const own = Object.entries(methods as Record<string, (...args: unknown[]) => unknown>).map(([name, method]) => [
          name,
          (...args: unknown[]): unknown => {
            if (!writes[part]?.includes(name)) {
              live()
              return method(...args)
            }
            step()
            const result = method(...args)
            step()
            return result
          },
        ])
        return [part, Object.fromEntries(own)]
      })
      return Object.fromEntries(wrapped) as StateStore
    },
    http: (http) => ({
      ...http,
      async send(request) {
        step()
        const response = await http.send(request)
        step()
        return response
      },
    }),
  }
}
