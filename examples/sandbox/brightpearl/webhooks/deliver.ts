import { setTimeout as delay } from 'node:timers/promises'
import type { Faults } from '../../common/faults.ts'
import type { AccountEvent, BackOffice } from '../back-office/back-office.ts'
import type { RecordTable } from '../back-office/history.ts'
import { formatIdSet } from '../id-set.ts'
import { covers, type Subscription, type templateVariables } from './subscriptions.ts'

export interface WebhookSettings {
  /** How long events are gathered where a webhook takes several ids at once, in sandbox milliseconds. Not documented. */
  readonly webhookGatherMs: number
  /** Pauses before the second and later tries, in sandbox milliseconds. Not documented. */
  readonly webhookRetryMs: readonly number[]
  /** How long an endpoint has to answer, in REAL milliseconds. Not documented. */
  readonly webhookTimeoutMs: number
}

export interface Delivery {
  readonly webhookId: number
  readonly fullEvent: string
  readonly ids: string
  readonly at: number
  readonly attempt: number
  /** The endpoint's status; 0: no answer; -1: lost on the way by a fault. */
  readonly status: number
}

export interface Deliveries {
  /** The newest, oldest first. */
  list(): readonly Delivery[]
  /** Resolves when nothing is gathered, under way or waiting for another try. */
  idle(): Promise<void>
  stop(): void
}

interface Message {
  readonly subscription: Subscription
  readonly event: AccountEvent
  readonly ids: string
}

const kept = 2000
const version = '4.95.2936'

/**
 * Sends what happens to who subscribed: ids only, no signature [code]. Quality of service 0: again only after a 503;
 * 1: again until it is taken, but not after a 4xx [doc]. Ids of one event go together where the webhook takes id sets
 * [doc]. Assumed: how long they are gathered, how often and when it is tried again, and that another answer than 2xx
 * counts as not taken. Faults (`loseMessage`, `doubleMessage`, `delayMessage`) see the event as their path.
 */
export function createDeliveries(
  office: BackOffice,
  subscriptions: RecordTable<Subscription>,
  {
    account,
    faults,
    settings,
  }: { readonly account: string; readonly faults: Faults; readonly settings: WebhookSettings },
): Deliveries {
  const { clock } = office
  const log: Delivery[] = []
  const open = new Set<Promise<void>>()
  const gathered = new Map<string, { readonly message: Message; readonly ids: Set<number> }>()
  const stopping = new AbortController()

  const track = (work: Promise<void>): void => {
    const done = work.finally(() => open.delete(done))
    open.add(done)
  }

  const note = (message: Message, attempt: number, status: number): void => {
    log.push({
      webhookId: message.subscription.id,
      fullEvent: message.event.fullEvent,
      ids: message.ids,
      at: clock.now(),
      attempt,
      status,
    })
    if (log.length > kept * 2) log.splice(0, log.length - kept)
  }

  const send = async (message: Message): Promise<void> => {
    for (let attempt = 1; !stopping.signal.aborted; attempt += 1) {
      const status = await post(message)
      note(message, attempt, status)
      const { qualityOfService } = message.subscription
      const again =
        qualityOfService === 0 ? status === 503 : !(status >= 200 && status < 300) && !(status >= 400 && status < 500)
      const pause = settings.webhookRetryMs[attempt - 1]
      if (!again || pause === undefined || !subscriptions.has(message.subscription.id)) return
      await clock.sleep(pause)
    }
  }

  const post = async ({ subscription, event, ids }: Message): Promise<number> => {
    const values: Readonly<Record<(typeof templateVariables)[number], string>> = {
      'account-code': account,
      'resource-type': event.resourceType,
      'resource-id': ids,
      'lifecycle-event': event.lifecycle,
      'full-event': event.fullEvent,
      // UTC, other than everywhere else [code].
      'raised-on': new Date(event.at).toISOString(),
      'brightpearl-version': version,
    }
    const filled = (template: string, encode: (text: string) => string) =>
      template.replace(/\$\{([^}]*)\}/g, (_, name: keyof typeof values) => encode(values[name]))
    const { httpMethod, uriTemplate, bodyTemplate, contentType } = subscription
    try {
      const response = await fetch(filled(uriTemplate, encodeURIComponent), {
        method: httpMethod,
        ...(bodyTemplate !== undefined && {
          body: filled(bodyTemplate, (text) => text),
          headers: { 'content-type': contentType ?? '' },
        }),
        redirect: 'manual',
        signal: AbortSignal.any([stopping.signal, AbortSignal.timeout(settings.webhookTimeoutMs)]),
      })
      await response.arrayBuffer()
      return response.status
    } catch {
      return 0
    }
  }

  /** What can befall a message on its way. */
  const launch = (message: Message): void => {
    const call = { method: message.subscription.httpMethod, path: `/${message.event.fullEvent}` }
    if (faults.take('loseMessage', call)) {
      note(message, 1, -1)
      return
    }
    const late = faults.take('delayMessage', call)
    const times = faults.take('doubleMessage', call) ? 2 : 1
    for (let time = 0; time < times; time += 1) {
      track((late ? wait(late.ms) : Promise.resolve()).then(() => send(message)))
    }
  }

  const wait = (ms: number) => delay(ms, undefined, { signal: stopping.signal }).catch(() => {})

  office.listen((event) => {
    for (const subscription of subscriptions.all()) {
      if (!covers(subscription.subscribeTo, event.fullEvent)) continue
      if (!subscription.idSetAccepted || settings.webhookGatherMs === 0) {
        launch({ subscription, event, ids: String(event.id) })
        continue
      }
      const key = `${subscription.id} ${event.fullEvent}`
      const pending = gathered.get(key)
      if (pending) {
        pending.ids.add(event.id)
        continue
      }
      const entry = { message: { subscription, event, ids: '' }, ids: new Set([event.id]) }
      gathered.set(key, entry)
      track(
        wait(clock.toReal(settings.webhookGatherMs)).then(() => {
          gathered.delete(key)
          if (stopping.signal.aborted) return
          launch({ ...entry.message, ids: formatIdSet([...entry.ids].sort((a, b) => a - b)) })
        }),
      )
    }
  })

  return {
    list: () => log.slice(-kept),
    async idle() {
      while (open.size > 0) await Promise.all(open)
    },
    stop: () => stopping.abort(),
  }
}
