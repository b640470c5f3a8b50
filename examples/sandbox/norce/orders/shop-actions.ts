import { orderEvent } from '../events/event-types.ts'
import { invoicedQuantity } from '../messages/create-invoice.ts'
import { refund } from '../messages/credit-payment.ts'
import type { Stamp } from '../model.ts'
import { minorUnits, minus, plus, rounded, times } from './amounts.ts'
import type { Invoice, InvoicedItem, ShopOrder } from './model.ts'
import { type OrderDesk, setOrderStatus } from './order-desk.ts'
import { ORDER_STATUS } from './order-status.ts'
import { capture, refundable } from './payments.ts'

/** What a person in the shop or in the provider's portal does with an order. */
export type OrderAction =
  /** The order is cancelled in the shop; reserved money is given back, taken money refunded. */
  | { readonly action: 'cancel' }
  /**
   * Money is given back in the shop: for rows, or an amount without rows. It shows as a credit among the invoices
   * (assumed; no event of its own is documented), by default with the number `R` + the order's + a counter.
   */
  | {
      readonly action: 'refund'
      readonly items?: readonly { readonly lineNo: number; readonly quantity: number }[]
      readonly amount?: number
      readonly number?: string
    }
  /** The provider captures by itself; default: all that is reserved. Fires OrderPaymentReceivedEvent. */
  | { readonly action: 'capture'; readonly amount?: number }
  | { readonly action: 'setStatus'; readonly status: keyof typeof ORDER_STATUS }

/** @throws TypeError when the action is not known or not possible */
export function applyOrderAction(desk: OrderDesk, order: ShopOrder, action: OrderAction, stamp: Stamp): void {
  switch (action?.action) {
    case 'cancel':
      for (const payment of order.payments) {
        if (payment.kind === 'reserved') payment.released = true
        payment.refunded = payment.captured
      }
      setOrderStatus(desk, order, ORDER_STATUS.Cancelled, stamp)
      break
    case 'refund':
      refundInShop(desk, order, action, stamp)
      break
    case 'capture': {
      const amount = action.amount ?? plus(...order.payments.map((payment) => minus(payment.amount, payment.captured)))
      if (!capture(order, amount, undefined))
        throw new TypeError(`The provider cannot capture ${amount} for this order.`)
      desk.announce(orderEvent('OrderPaymentReceivedEvent', order))
      break
    }
    case 'setStatus':
      if (ORDER_STATUS[action.status] === undefined) throw new TypeError(`There is no order status "${action.status}".`)
      setOrderStatus(desk, order, ORDER_STATUS[action.status], stamp)
      break
    default:
      throw new TypeError('An order action is cancel, refund, capture or setStatus.')
  }
}

function refundInShop(
  desk: OrderDesk,
  order: ShopOrder,
  { items = [], amount, number }: Extract<OrderAction, { action: 'refund' }>,
  stamp: Stamp,
): void {
  const rows = items.map(({ lineNo, quantity }): InvoicedItem => {
    const row = order.rows.find((candidate) => candidate.lineNo === lineNo)
    if (row === undefined) throw new TypeError(`The order has no line ${lineNo}.`)
    if (quantity > minus(row.quantity, invoicedQuantity(order, row, false))) {
      throw new TypeError(`Line ${lineNo}: ${quantity} is more than is left to refund.`)
    }
    return {
      id: desk.book.nextId('invoiceItem'),
      lineNo,
      row,
      partNo: row.partNo,
      name: row.name,
      quantity,
      unitPrice: row.unitPrice,
      unitVat: row.unitVat,
      vatRate: row.vatRate,
    }
  })
  const worth = plus(...rows.map(({ quantity, unitPrice, unitVat }) => times(plus(unitPrice, unitVat), quantity)))
  const total = amount ?? rounded(worth, minorUnits(order.currency.code))
  if (!(total > 0)) throw new TypeError('A refund needs "items" or an "amount" above 0.')
  const possible = plus(...order.payments.map(refundable))
  if (total > possible) throw new TypeError(`${total} is more than the ${possible} that can be refunded.`)
  refund(order.payments, total, undefined)
  const credit: Invoice = {
    ...desk.store.tracked(stamp),
    id: desk.book.nextId('invoice'),
    invoiceNo: number ?? `R${order.quotationId}-${order.invoices.filter(({ isDebit }) => !isDebit).length + 1}`,
    isDebit: false,
    creditedInvoiceNo: order.invoices.find(({ isDebit }) => isDebit)?.invoiceNo ?? null,
    invoiceDate: desk.clock.now(),
    dueDate: null,
    deliveryDate: null,
    currency: order.currency,
    comment: 'Refunded in the shop',
    roundOff: 0,
    items: rows,
    amount: total,
    isLast: false,
    suppressPspCall: false,
    state: 'refunded',
  }
  desk.book.addInvoice(order, credit)
}
