import { request } from 'node:http'
import PQueue from 'p-queue'
import type { ShopOrder } from '../orders/model.ts'
import type { OrderDesk } from '../orders/order-desk.ts'
import { stampBy } from '../orders/order-desk.ts'
import { orderRequest } from '../orders/order-request.ts'
import { isNth, RETRY_PLAN_MS } from '../retry-plan.ts'

/** Where orders are pushed to: client settings → ERP integration [doc D12]. */
export interface PushTarget {
  readonly url: string
  readonly user: string
  readonly password: string
}

export interface PushAttempt {
  readonly ref: number
  /** From 1, for this order. */
  readonly attempt: number
  /** Sandbox time. */
  readonly at: string
  /** HTTP status; null: there was no answer. */
  readonly status: number | null
  /** `OK`, `Failed`, or what else stood there. */
  readonly statusCode: string | null
  readonly description: string | null
  /** `answerLost`: the receiver has it, the shop does not know. */
  readonly outcome: 'taken' | 'failed' | 'noAnswer' | 'answerLost'
}

export interface PushState {
  readonly ref: number
  /** `off`: there was no target, or the order was placed with `push: false`. */
  readonly state: 'waiting' | 'taken' | 'givenUp' | 'lost' | 'off'
  readonly attempts: number
}

export interface OrderPush {
  target(): PushTarget | null
  /** Orders that were placed before are not pushed by it. */
  setTarget(target: PushTarget | null): void
  placed(order: ShopOrder, push: boolean): void
  /** Pushes now, also what was taken before: without a plan of repeats when `once`. */
  pushNow(orders: readonly ShopOrder[]): void
  attempts(): readonly PushAttempt[]
  states(): readonly PushState[]
  /** Resolves when nothing is under way and nothing waits for its next try. */
  idle(): Promise<void>
}

interface Entry {
  readonly order: ShopOrder
  state: PushState['state']
  attempts: number
}

/**
 * The order push: `POST` of the OrderRequest as JSON with HTTP Basic; `{"StatusCode": "OK"}` in a 2xx is a yes, and a
 * number in it (`HasErpOrderNo`) is bound to the order [doc D9, D12]. After anything else it is tried again on the plan.
 * Unknown, and assumed here: plan and time-out, no path is appended to the URL, `Failed` is tried again like an outage.
 */
export function createOrderPush(desk: OrderDesk, initial: PushTarget | null): OrderPush {
  let target = initial
  let count = 0
  let sent = 0
  let waiting = 0
  let idlers: (() => void)[] = []
  const entries = new Map<number, Entry>()
  const log: PushAttempt[] = []
  const queue = new PQueue()

  const done = () => {
    waiting -= 1
    if (waiting > 0) return
    for (const wake of idlers) wake()
    idlers = []
  }

  const send = async (entry: Entry, to: PushTarget): Promise<PushAttempt> => {
    entry.attempts += 1
    sent += 1
    const lost = isNth(sent, desk.switches().pushDropAnswerEvery)
    const base = {
      ref: entry.order.quotationId,
      attempt: entry.attempts,
      at: new Date(desk.clock.now()).toISOString(),
    }
    const headers = {
      Authorization: `Basic ${Buffer.from(`${to.user}:${to.password}`).toString('base64')}`,
      'Content-Type': 'application/json',
      Accept: 'application/json',
    }
    const body = JSON.stringify(orderRequest(entry.order, desk.switches()))
    if (isNth(sent, desk.switches().pushCutEvery)) {
      await sendHalf(to.url, headers, body)
      return { ...base, status: null, statusCode: null, description: 'cut off on the way', outcome: 'noAnswer' }
    }
    try {
      const response = await fetch(to.url, {
        method: 'POST',
        headers,
        body,
        signal: AbortSignal.any([AbortSignal.timeout(desk.switches().pushTimeoutMs), desk.scheduler.stopped]),
      })
      const answer = answerOf(await response.text())
      const taken = response.ok && answer?.StatusCode === 'OK'
      if (taken && !lost) bindNumber(desk, entry.order, answer)
      return {
        ...base,
        status: response.status,
        statusCode: typeof answer?.StatusCode === 'string' ? answer.StatusCode : null,
        description: typeof answer?.Description === 'string' ? answer.Description : null,
        outcome: lost ? 'answerLost' : taken ? 'taken' : 'failed',
      }
    } catch (error) {
      const description = error instanceof Error ? error.message : null
      return { ...base, status: null, statusCode: null, description, outcome: 'noAnswer' }
    }
  }

  /** One chain of tries; an order that another chain has brought through is not tried again. */
  const chain = (entry: Entry, tries: number, repeat: boolean): void => {
    waiting += 1
    queue.concurrency = desk.switches().pushConcurrency
    void queue.add(async () => {
      try {
        if (target === null || desk.scheduler.stopped.aborted) return
        const attempt = await send(entry, target)
        log.push(attempt)
        if (attempt.outcome === 'taken') entry.state = 'taken'
        else if (repeat && entry.state !== 'taken') plan(entry, tries, attempt)
      } finally {
        done()
      }
    })
  }

  const plan = (entry: Entry, tries: number, { statusCode, outcome }: PushAttempt): void => {
    const { retrySpeed, pushFailedAnswer } = desk.switches()
    const wait = RETRY_PLAN_MS[tries]
    const refused = outcome === 'failed' && statusCode === 'Failed' && pushFailedAnswer === 'giveUp'
    if (wait === undefined || refused) {
      entry.state = 'givenUp'
      return
    }
    waiting += 1
    desk.scheduler.after(wait / retrySpeed, () => {
      if (entry.state !== 'taken') chain(entry, tries + 1, true)
      done()
    })
  }

  const entryOf = (order: ShopOrder): Entry => {
    const entry = entries.get(order.quotationId) ?? { order, state: 'off' as const, attempts: 0 }
    entries.set(order.quotationId, entry)
    return entry
  }

  return {
    target: () => target,
    setTarget(next) {
      target = next
    },
    placed(order, push) {
      const entry = entryOf(order)
      if (target === null || !push) return
      count += 1
      const { pushLostEvery, pushTwiceAtOnceEvery, pushAgainEvery } = desk.switches()
      if (isNth(count, pushLostEvery)) {
        entry.state = 'lost'
        return
      }
      entry.state = 'waiting'
      chain(entry, 0, true)
      if (isNth(count, pushTwiceAtOnceEvery)) chain(entry, 0, false)
      if (isNth(count, pushAgainEvery)) {
        waiting += 1
        desk.scheduler.after(1000, () => {
          chain(entry, 0, false)
          done()
        })
      }
    },
    pushNow(orders) {
      for (const order of orders) {
        const entry = entryOf(order)
        if (entry.state !== 'taken') entry.state = 'waiting'
        chain(entry, 0, entry.state === 'waiting')
      }
    },
    attempts: () => log,
    states: () =>
      [...entries.values()].map(({ order, state, attempts }) => ({ ref: order.quotationId, state, attempts })),
    idle: () => (waiting === 0 ? Promise.resolve() : new Promise((wake) => idlers.push(wake))),
  }
}

/** Sends half of the body and hangs up. */
function sendHalf(url: string, headers: Readonly<Record<string, string>>, body: string): Promise<void> {
  return new Promise((resolve) => {
    const bytes = Buffer.from(body)
    const call = request(url, { method: 'POST', headers: { ...headers, 'Content-Length': bytes.length } })
    call.on('error', () => resolve()).on('close', () => resolve())
    call.write(bytes.subarray(0, bytes.length / 2), () => call.destroy())
  })
}

function answerOf(text: string): Readonly<Record<string, unknown>> | null {
  try {
    const answer: unknown = JSON.parse(text)
    return typeof answer === 'object' && answer !== null ? (answer as Readonly<Record<string, unknown>>) : null
  } catch {
    return null
  }
}

function bindNumber(desk: OrderDesk, order: ShopOrder, answer: Readonly<Record<string, unknown>>): void {
  const number = answer.ErpOrderNo
  if (answer.HasErpOrderNo !== true || typeof number !== 'string' || number === '' || order.erpOrderNo !== null) return
  if (desk.book.byErpOrderNo(number) !== undefined) return
  desk.book.bindErpOrderNo(order, number)
  order.updated = stampBy(desk, 1)
}
