import type { Item } from '../connect/item-schema.ts'
import type { Stamp } from '../model.ts'
import { type OrderDesk, setOrderStatus } from '../orders/order-desk.ts'
import { ORDER_STATUS } from '../orders/order-status.ts'
import { itemsOf, MessageError, orderOfRefs } from './find-order.ts'

/**
 * CancelOrder: the order becomes Cancelled; the provider cancels the payments that the message names, no others [doc D8].
 * Both references are required [doc D9]. Assumed: refused once something was delivered or captured by an invoice; a
 * second one is taken without effect; a payment that the order does not have is refused.
 */
export function cancelOrder(item: Item, desk: OrderDesk, stamp: Stamp): string {
  const order = orderOfRefs(desk, item)
  if (order.notes.length > 0 || order.invoices.some(({ state }) => state === 'captured' || state === 'pending')) {
    throw new MessageError(`Order ${order.quotationId} was delivered or invoiced, at least in part.`)
  }
  const payments = itemsOf(item, 'Payments').map(({ PaymentRef }) => {
    const payment = order.payments.find(({ ref }) => ref === PaymentRef)
    if (payment === undefined) throw new MessageError(`Order ${order.quotationId} has no payment ${PaymentRef}.`)
    return payment
  })
  for (const payment of payments) {
    if (payment.kind === 'reserved') payment.released = true
    // What was taken with the order is given back.
    else payment.refunded = payment.captured
  }
  setOrderStatus(desk, order, ORDER_STATUS.Cancelled, stamp)
  return String(order.quotationId)
}
