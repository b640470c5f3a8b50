import type { SandboxClock } from '../../common/clock.ts'
import { isNth, RETRY_PLAN_MS } from '../retry-plan.ts'
import type { Scheduler } from '../scheduler.ts'
import type { NorceSwitches } from '../switches.ts'
import { EVENT_TYPES, type EventType, type ShopEvent } from './event-types.ts'

/** Admin → Integrations → Events: a URL and static headers per type [doc D14, D15]. */
export interface EventTarget {
  readonly url: string
  readonly headers?: Readonly<Record<string, string>>
}

export type EventTargets = { readonly [Type in EventType]?: EventTarget | null }

export interface EventDelivery {
  readonly type: EventType
  readonly body: Readonly<Record<string, unknown>>
  /** `lost`: dropped by a switch; `givenUp`: after the last try of the plan. */
  state: 'waiting' | 'delivered' | 'lost' | 'givenUp'
  /** HTTP status of each try; null: no answer within the time. */
  readonly tries: (number | null)[]
}

export interface EventHub {
  announce(event: ShopEvent): void
  /** Like announce; events with one key within one turn of the event loop are one. */
  announceOnce(key: string, event: ShopEvent): void
  targets(): EventTargets
  /** Sets the types named, null takes one off. @throws TypeError for an unknown type or no URL */
  setTargets(targets: EventTargets): void
  hasTargets(): boolean
  /** The newest 50,000, oldest first. */
  deliveries(): readonly EventDelivery[]
  idle(): Promise<void>
}

/**
 * Delivers events as the platform does: `POST` of a flat PascalCase object with `ClientId` and `ApplicationId`, no type
 * and no id in it, unsigned; a 20x within 5 seconds is a success, else the plan of repeats runs [doc D14–D16]. Order is
 * not promised, doubles are possible [inf]: switches.
 */
export function createEventHub(options: {
  readonly clock: SandboxClock
  readonly scheduler: Scheduler
  readonly clientId: number
  readonly switches: () => NorceSwitches
  readonly targets?: EventTargets
}): EventHub {
  const { scheduler, clientId, switches } = options
  const targets = new Map<EventType, EventTarget>()
  let deliveries: EventDelivery[] = []
  let count = 0
  let waiting = 0
  let idlers: (() => void)[] = []
  const announcedNow = new Set<string>()

  const done = () => {
    waiting -= 1
    if (waiting > 0) return
    for (const wake of idlers) wake()
    idlers = []
  }

  const later = (ms: number, work: () => Promise<void>) => {
    waiting += 1
    const run = () => work().finally(done)
    if (ms <= 0) void run()
    else scheduler.after(ms, run)
  }

  const attempt = async (delivery: EventDelivery): Promise<void> => {
    const target = targets.get(delivery.type)
    if (target === undefined || scheduler.stopped.aborted) return
    const status = await post(target, delivery.body)
    delivery.tries.push(status)
    if (status !== null && status >= 200 && status < 210) {
      delivery.state = 'delivered'
      return
    }
    const wait = RETRY_PLAN_MS[delivery.tries.length - 1]
    if (wait === undefined) delivery.state = 'givenUp'
    else later(wait / switches().retrySpeed, () => attempt(delivery))
  }

  const post = async ({ url, headers }: EventTarget, body: unknown): Promise<number | null> => {
    try {
      const response = await fetch(url, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json', ...headers },
        body: JSON.stringify(body),
        signal: AbortSignal.any([AbortSignal.timeout(switches().eventTimeoutMs), scheduler.stopped]),
      })
      await response.arrayBuffer()
      return response.status
    } catch {
      return null
    }
  }

  const hub: EventHub = {
    announce({ type, applicationId, fields }) {
      if (!targets.has(type)) return
      count += 1
      const { eventLostEvery, eventTwiceEvery, eventLateEvery, eventLateMs } = switches()
      const body = { ClientId: clientId, ApplicationId: applicationId, ...fields }
      const lost = isNth(count, eventLostEvery)
      const copies = !lost && isNth(count, eventTwiceEvery) ? 2 : 1
      for (let copy = 0; copy < copies; copy += 1) {
        const delivery: EventDelivery = { type, body, state: lost ? 'lost' : 'waiting', tries: [] }
        deliveries.push(delivery)
        if (!lost) later(isNth(count, eventLateEvery) ? eventLateMs : 0, () => attempt(delivery))
      }
      if (deliveries.length > 100_000) deliveries = deliveries.slice(-50_000)
    },
    announceOnce(key, event) {
      if (!targets.has(event.type) || announcedNow.has(key)) return
      if (announcedNow.size === 0) setImmediate(() => announcedNow.clear())
      announcedNow.add(key)
      hub.announce(event)
    },
    targets: () => Object.fromEntries(targets) as EventTargets,
    setTargets(changes) {
      for (const [type, target] of Object.entries(changes)) {
        if (!(EVENT_TYPES as readonly string[]).includes(type)) {
          throw new TypeError(`There is no event "${type}". Known: ${EVENT_TYPES.join(', ')}.`)
        }
        if (target !== null && typeof target?.url !== 'string') {
          throw new TypeError(`The event "${type}" needs {"url": "…", "headers": {…}}, or null.`)
        }
      }
      for (const [type, target] of Object.entries(changes)) {
        if (target == null) targets.delete(type as EventType)
        else targets.set(type as EventType, target)
      }
    },
    hasTargets: () => targets.size > 0,
    deliveries: () => deliveries,
    idle: () => (waiting === 0 ? Promise.resolve() : new Promise((wake) => idlers.push(wake))),
  }
  hub.setTargets(options.targets ?? {})
  return hub
}
