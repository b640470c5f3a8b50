import type { BackOffice } from '../back-office/back-office.ts'
import type { Order } from '../back-office/model.ts'
import { derive } from './derive.ts'

/** Keeps a changed order: the next version, a new `updatedOn`, its statuses, and the event that listeners get. */
export function saveOrder(office: BackOffice, order: Order): Order {
  const saved: Order = {
    ...order,
    version: order.version + 1,
    updatedOn: office.clock.now(),
    derived: derive(office, order),
  }
  office.orders.put(order.id, saved)
  office.raise('order.modified', order.id)
  if (saved.derived.shipping === 'ASS' && order.derived.shipping !== 'ASS') {
    office.raise('order.modified.fully-shipped', order.id)
  }
  return saved
}

/** Brings the statuses of an order up to date after something that hangs on it has changed. */
export function refreshOrder(office: BackOffice, orderId: number): void {
  const order = office.orders.get(orderId)
  if (order) saveOrder(office, order)
}
