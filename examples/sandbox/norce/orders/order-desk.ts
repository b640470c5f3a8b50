import type { SandboxClock } from '../../common/clock.ts'
import type { CustomerBook } from '../customers/model.ts'
import { type Announce, type EventType, orderEvent } from '../events/event-types.ts'
import type { Stamp } from '../model.ts'
import type { Scheduler } from '../scheduler.ts'
import type { Store } from '../store.ts'
import type { NorceSwitches } from '../switches.ts'
import { ticksFromMilliseconds } from '../wire-time.ts'
import type { OrderRow, ShopOrder } from './model.ts'
import type { OrderBook } from './order-book.ts'
import { ORDER_STATUS } from './order-status.ts'

/** What everything that happens to an order works with. */
export interface OrderDesk {
  readonly clock: SandboxClock
  readonly store: Store
  readonly book: OrderBook
  readonly customers: CustomerBook
  readonly scheduler: Scheduler
  readonly announce: Announce
  /** From an invoice to the provider's result, in sandbox milliseconds. */
  readonly captureDelayMs: number
  /** Part numbers that a credit may name although they are no rows of the order: compensation, fees. */
  readonly creditParts: readonly string[]
  switches(): NorceSwitches
}

export function stampBy(desk: OrderDesk, accountId: number): Stamp {
  return { at: ticksFromMilliseconds(desk.clock.now()), by: accountId }
}

const EVENT_OF: Readonly<Record<number, EventType>> = {
  [ORDER_STATUS.Confirmed]: 'OrderConfirmedEvent',
  [ORDER_STATUS.Delivered]: 'OrderDeliveredEvent',
  [ORDER_STATUS.PartlyDelivered]: 'OrderPartlyDeliveredEvent',
  [ORDER_STATUS.Cancelled]: 'OrderCancelledEvent',
  [ORDER_STATUS.ReadyForPickup]: 'OrderReadyForPickupEvent',
}

/**
 * Gives the order a status, and its rows too. Every transition is taken: which of them the shop refuses is unknown.
 * `OrderConfirmedEvent` comes once per order [doc D13]; the other events come whenever the status is entered (assumed).
 */
export function setOrderStatus(desk: OrderDesk, order: ShopOrder, statusId: number, stamp: Stamp, rows = true): void {
  if (rows) for (const row of order.rows) setRowStatus(row, statusId, stamp)
  if (order.statusId === statusId) return
  order.statusId = statusId
  order.updated = stamp
  const event = EVENT_OF[statusId]
  if (event === undefined) return
  if (event === 'OrderConfirmedEvent') {
    if (order.announced.has(event)) return
    order.announced.add(event)
  }
  desk.announce(orderEvent(event, order))
}

export function setRowStatus(row: OrderRow, statusId: number, stamp: Stamp): void {
  if (row.statusId === statusId) return
  row.statusId = statusId
  row.updated = stamp
}

/** Whether a change of a child moves the order's `Updated` is unknown: a switch. */
export function touchedByChild(desk: OrderDesk, order: ShopOrder, stamp: Stamp): void {
  if (desk.switches().childChangeMovesOrder) order.updated = stamp
}
