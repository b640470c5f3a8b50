import type { Item } from '../connect/item-schema.ts'
import type { Stamp } from '../model.ts'
import { minus, plus } from '../orders/amounts.ts'
import type { Invoice, Payment, ShopOrder } from '../orders/model.ts'
import { type OrderDesk, touchedByChild } from '../orders/order-desk.ts'
import { refundable } from '../orders/payments.ts'
import { amountOf, checkNumber, invoicedItem, invoicedQuantity, paymentRef, storedInvoice } from './create-invoice.ts'
import { itemsOf, MessageError, orderOfRefs, textOf } from './find-order.ts'

/**
 * CreditPayment: the contract of the invoice; the provider refunds [doc D8].
 *
 * Assumed: the refund is made at once, and what is not possible is refused with 400 (a switch takes it): an unknown
 * `CreditedInvoiceNo`, more than was captured and not yet refunded, more pieces than were invoiced, orders with several
 * payments or a gift card. `SuppressPspCall` stores the credit only, as does an order that no provider has a part in. A part number that is no row of the order must be one
 * of the shop's parts for it (compensation, fees). A second use of a number: the switch of invoices, by which it may refund twice.
 */
export function creditPayment(item: Item, desk: OrderDesk, stamp: Stamp): string {
  const order = orderOfRefs(desk, item)
  checkNumber(order, item)
  const entries = itemsOf(item, 'Items')
  if (entries.length === 0) throw new MessageError('Items is required.')
  const number = item.InvoiceNo as string
  const credited = textOf(item.CreditedInvoiceNo)
  const { creditLimits, repeatedInvoiceNo } = desk.switches()
  if (desk.book.invoicesByNo(number).length > 0) {
    if (repeatedInvoiceNo === 'refuse') throw new MessageError(`There is an invoice ${number} already.`)
    if (repeatedInvoiceNo === 'accept') return number
  }
  if (credited !== undefined && !order.invoices.some((invoice) => invoice.isDebit && invoice.invoiceNo === credited)) {
    throw new MessageError(`Order ${order.quotationId} has no invoice ${credited} to credit.`)
  }
  const items = entries.map((entry) => invoicedItem(entry, order, desk, true))
  const ref = paymentRef(item, order)
  const amount = ((item.Payment as Item | undefined)?.Amount as number | undefined) ?? amountOf(items, item, order)
  const suppress = item.SuppressPspCall === true
  const asked = !suppress && order.payments.some(({ kind }) => kind !== 'invoice')
  if (asked) {
    if (creditLimits === 'refuse') refuseWhatIsTooMuch(order, items, amount)
    refund(order.payments, amount, ref)
  }
  const invoice: Invoice = {
    ...storedInvoice(item, order, desk, stamp, items),
    isDebit: false,
    amount,
    isLast: false,
    suppressPspCall: suppress,
    state: asked ? 'refunded' : 'none',
  }
  desk.book.addInvoice(order, invoice)
  touchedByChild(desk, order, stamp)
  return number
}

function refuseWhatIsTooMuch(order: ShopOrder, items: Invoice['items'], amount: number): void {
  if (order.payments.length > 1 || order.payments.some(({ kind }) => kind === 'giftCard')) {
    throw new MessageError(
      `Order ${order.quotationId} has several payments or a gift card: it cannot be credited here.`,
    )
  }
  if (amount <= 0 || amount > plus(...order.payments.map(refundable))) {
    throw new MessageError(`${amount} ${order.currency.code} is more than was captured and not yet refunded.`)
  }
  for (const { row, quantity, partNo } of items) {
    if (row === null || row.typeGroup !== 'Physical') continue
    const left = minus(invoicedQuantity(order, row, true), invoicedQuantity(order, row, false))
    if (quantity > left) throw new MessageError(`${partNo}: ${quantity} is more than the ${left} that can be credited.`)
  }
}

export function refund(payments: readonly Payment[], amount: number, ref: string | undefined): void {
  let left = amount
  for (const payment of payments) {
    if (ref !== undefined && payment.ref !== ref) continue
    const part = Math.min(left, refundable(payment))
    payment.refunded = plus(payment.refunded, part)
    left = minus(left, part)
  }
}
