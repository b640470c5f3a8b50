import { checkItem, type Item, type ItemSchema } from '../connect/item-schema.ts'
import type { Stamp } from '../model.ts'
import type { ShopOrder } from '../orders/model.ts'
import { type OrderDesk, stampBy } from '../orders/order-desk.ts'
import { cancelOrder } from './cancel-order.ts'
import { createDeliveryNote } from './create-delivery-note.ts'
import { createExternalOrder } from './create-external-order.ts'
import { createInvoice } from './create-invoice.ts'
import { creditPayment } from './credit-payment.ts'
import { MessageError } from './find-order.ts'
import {
  CANCEL_ORDER,
  CREATE_DELIVERY_NOTE,
  CREATE_EXTERNAL_ORDER,
  CREATE_INVOICE,
  SEND_ORDER_STATUS,
} from './schemas.ts'
import { sendOrderStatus } from './send-order-status.ts'

interface Message {
  readonly schema: ItemSchema
  /** @returns what tells one message of this method from another for the same order: a status or a number */
  readonly run: (item: Item, desk: OrderDesk, stamp: Stamp) => string
}

export const MESSAGES = {
  SendOrderStatus: { schema: SEND_ORDER_STATUS, run: sendOrderStatus },
  CreateDeliveryNote: { schema: CREATE_DELIVERY_NOTE, run: createDeliveryNote },
  CreateInvoice: { schema: CREATE_INVOICE, run: createInvoice },
  CreditPayment: { schema: CREATE_INVOICE, run: creditPayment },
  CancelOrder: { schema: CANCEL_ORDER, run: cancelOrder },
  CreateExternalOrder: { schema: CREATE_EXTERNAL_ORDER, run: createExternalOrder },
} as const satisfies Readonly<Record<string, Message>>

export type MessageMethod = keyof typeof MESSAGES

/** One message as it came in, for tests that look for doubles. */
export interface ReceivedMessage {
  readonly method: MessageMethod
  /** The basket's number of the order, when there is such an order. */
  readonly ref: number | null
  /** Status, note or invoice number. */
  readonly key: string | null
  readonly status: number
  readonly error: string | null
  /** Sandbox time. */
  readonly at: string
  readonly body: unknown
}

export interface MessageRequest {
  readonly method: MessageMethod
  readonly contentType: string | undefined
  readonly body: string
  readonly accountId: number
  readonly accountIds: readonly number[]
}

export interface MessageDesk {
  /** Answers 200 (empty), 400 or 500 with a message. */
  receive(request: MessageRequest): { readonly status: 200 | 400 | 415 | 500; readonly message?: string }
  /** The newest 50,000, oldest first. */
  received(): readonly ReceivedMessage[]
  /** Accepted messages by method, and those that came more than once: `CreateInvoice 554871 INV-1` to how often. */
  counts(): {
    readonly accepted: Readonly<Record<string, number>>
    readonly refused: Readonly<Record<string, number>>
    readonly repeated: Readonly<Record<string, number>>
  }
  reset(): void
}

/**
 * The synchronous order messages: `200` with an empty body, `400`, `500` [code C1; doc D8]. Assumed: unknown properties,
 * wrong JSON types (a number as text) and missing required fields are refused, `null` counts as absent.
 */
export function createMessageDesk(desk: OrderDesk): MessageDesk {
  let log: ReceivedMessage[] = []
  const receive = (request: MessageRequest, raw: unknown): string => {
    const { schema, run }: Message = MESSAGES[request.method]
    const item = checkItem(raw, schema)
    if (typeof item === 'string') throw new MessageError(item)
    const account = (item.AccountId as number | undefined) ?? request.accountId
    if (!request.accountIds.includes(account)) throw new MessageError(`Account ${account} does not exist.`)
    return run(item, desk, stampBy(desk, account))
  }
  return {
    receive(request) {
      const mediaType = request.contentType?.split(';')[0]?.trim().toLowerCase()
      if (mediaType === 'application/xml') {
        return { status: 400, message: 'XML is not supported by the sandbox; send JSON.' }
      }
      if (mediaType !== 'application/json')
        return { status: 415, message: 'The content type must be application/json.' }
      let raw: unknown
      let key: string | null = null
      let error: string | null = null
      let status: 200 | 400 | 500 = 200
      try {
        raw = parsed(request.body)
        key = receive(request, raw)
      } catch (refusal) {
        if (!(refusal instanceof MessageError)) throw refusal
        error = refusal.message
        status = refusal.status
      }
      const order = orderNamed(desk, raw)
      log.push({
        method: request.method,
        ref: order?.quotationId ?? null,
        key,
        status,
        error,
        at: new Date(desk.clock.now()).toISOString(),
        body: raw ?? null,
      })
      if (log.length > 100_000) log = log.slice(-50_000)
      return { status, ...(error !== null && { message: error }) }
    },
    received: () => log.slice(-50_000),
    counts() {
      const keys = log.filter(({ status }) => status === 200).map(({ method, ref, key }) => `${method} ${ref} ${key}`)
      return {
        accepted: tally(log.filter(({ status }) => status === 200).map(({ method }) => method)),
        refused: tally(log.filter(({ status }) => status !== 200).map(({ method }) => method)),
        repeated: Object.fromEntries(Object.entries(tally(keys)).filter(([, times]) => times > 1)),
      }
    },
    reset() {
      log = []
    },
  }
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch {
    throw new MessageError('The request body could not be deserialized.')
  }
}

function orderNamed(desk: OrderDesk, raw: unknown): ShopOrder | undefined {
  if (typeof raw !== 'object' || raw === null) return undefined
  const { ClientOrderRef, ErpOrderNo, OrderNo } = raw as Readonly<Record<string, unknown>>
  if (typeof ClientOrderRef === 'number') return desk.book.byRef(ClientOrderRef)
  const number = typeof OrderNo === 'string' ? OrderNo : typeof ErpOrderNo === 'string' ? ErpOrderNo : undefined
  return number === undefined ? undefined : (desk.book.byOrderNo(number) ?? desk.book.byErpOrderNo(number))
}

function tally(names: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const name of names) counts[name] = (counts[name] ?? 0) + 1
  return counts
}
