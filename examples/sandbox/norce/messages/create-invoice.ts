import type { Item } from '../connect/item-schema.ts'
import type { Stamp } from '../model.ts'
import { minorUnits, minus, perCent, plus, rounded, times } from '../orders/amounts.ts'
import type { Invoice, InvoicedItem, OrderRow, ShopOrder } from '../orders/model.ts'
import { type OrderDesk, setOrderStatus, stampBy, touchedByChild } from '../orders/order-desk.ts'
import { ORDER_STATUS } from '../orders/order-status.ts'
import { capture, endCapturing } from '../orders/payments.ts'
import { millisecondsFromTicks } from '../wire-time.ts'
import { itemsOf, MessageError, orderOfRefs, rowOfLine, textOf } from './find-order.ts'

/**
 * CreateInvoice: the invoice is stored and the provider asked to capture, unless `SuppressPspCall`; the result is an
 * `InvoiceCaptureCompletedEvent` later [doc D8, D16]. `IsLastInvoiceForOrder` null counts as true and ends capturing
 * [doc D9]. A second use of an InvoiceNo: a switch.
 *
 * Assumed: the amount is `Payment.Amount`, else what the items and the round-off come to, in whole minor units; more than
 * the items come to, more than is authorised, or a capture after the last one ends as Error; `CapturedInvoiceId` is the
 * `Id` of Query's Invoice; an order that no provider has a part in (own invoice only) gets no result; another currency or
 * number than the order's, and items that are not its rows, are refused; an Error leaves capturing open and the status as it is.
 */
export function createInvoice(item: Item, desk: OrderDesk, stamp: Stamp): string {
  const order = orderOfRefs(desk, item)
  checkNumber(order, item)
  const entries = itemsOf(item, 'Items')
  if (entries.length === 0) throw new MessageError('Items is required.')
  const invoiceNo = item.InvoiceNo as string
  if (desk.book.invoicesByNo(invoiceNo).length > 0) {
    const { repeatedInvoiceNo } = desk.switches()
    if (repeatedInvoiceNo === 'refuse') throw new MessageError(`There is an invoice ${invoiceNo} already.`)
    if (repeatedInvoiceNo === 'accept') return invoiceNo
  }
  const items = entries.map((entry) => invoicedItem(entry, order, desk, false))
  const ref = paymentRef(item, order)
  const due = amountOf(items, item, order)
  const suppress = item.SuppressPspCall === true
  const paid = (item.Payment as Item | undefined)?.Amount as number | undefined
  const invoice: Invoice = {
    ...storedInvoice(item, order, desk, stamp, items),
    isDebit: true,
    amount: paid ?? due,
    suppressPspCall: suppress,
    isLast: item.IsLastInvoiceForOrder !== false,
    state: 'none',
  }
  desk.book.addInvoice(order, invoice)
  touchedByChild(desk, order, stamp)
  const asked = !suppress && order.payments.some(({ kind }) => kind !== 'invoice')
  if (!asked) {
    settled(invoice, order, desk, stamp)
    return invoiceNo
  }
  invoice.state = 'pending'
  if (desk.switches().captures === 'never') return invoiceNo
  desk.scheduler.after(desk.captureDelayMs, () => {
    const now = stampBy(desk, 1)
    const possible = desk.switches().captures !== 'error' && (paid === undefined || paid <= due)
    const done = possible && capture(order, invoice.amount, ref)
    invoice.state = done ? 'captured' : 'error'
    invoice.updated = now
    if (done) settled(invoice, order, desk, now)
    desk.announce({
      type: 'InvoiceCaptureCompletedEvent',
      applicationId: order.application.id,
      fields: { CapturedInvoiceId: invoice.id, State: done ? 'Captured' : 'Error' },
    })
  })
  return invoiceNo
}

function settled(invoice: Invoice, order: ShopOrder, desk: OrderDesk, stamp: Stamp): void {
  if (!invoice.isLast) return
  if (!invoice.suppressPspCall) endCapturing(order)
  if (desk.switches().invoiceMovesStatus) setOrderStatus(desk, order, ORDER_STATUS.Invoiced, stamp)
}

export function checkNumber(order: ShopOrder, item: Item): void {
  if (order.erpOrderNo !== item.ErpOrderNo) {
    throw new MessageError(`Order ${order.quotationId} does not have the number ${item.ErpOrderNo}.`)
  }
  if (order.currency.code !== item.CurrencyCode) {
    throw new MessageError(`Order ${order.quotationId} is in ${order.currency.code}, not ${item.CurrencyCode}.`)
  }
}

/** The payment that the message names, if it names one. Assumed: one that the order does not have is refused. */
export function paymentRef(item: Item, order: ShopOrder): string | undefined {
  const ref = textOf((item.Payment as Item | undefined)?.PaymentRef)
  if (ref !== undefined && !order.payments.some((payment) => payment.ref === ref)) {
    throw new MessageError(`Order ${order.quotationId} has no payment ${ref}.`)
  }
  return ref
}

/** @param loose a part number that is no row of the order is taken: the parts of credits that are named by their type */
export function invoicedItem(entry: Item, order: ShopOrder, desk: OrderDesk, loose: boolean): InvoicedItem {
  const lineNo = (entry.LineNo as number | undefined) ?? null
  const partNo = entry.PartNo as string
  const row =
    lineNo === null ? order.rows.find((candidate) => candidate.partNo === partNo) : rowOfLine(order, lineNo, partNo)
  if (row === undefined && !(loose && desk.creditParts.includes(partNo))) {
    throw new MessageError(`Order ${order.quotationId} has no row for ${partNo}.`)
  }
  const unitPrice = entry.UnitPrice as number
  const vatRate = (entry.VatRate as number | undefined) ?? null
  return {
    id: desk.book.nextId('invoiceItem'),
    lineNo: lineNo ?? row?.lineNo ?? null,
    row: row ?? null,
    partNo,
    name: (entry.ProductName as string | undefined) ?? row?.name ?? null,
    quantity: entry.Quantity as number,
    unitPrice,
    unitVat: (entry.UnitVat as number | undefined) ?? (vatRate === null ? 0 : perCent(unitPrice, vatRate, 4)),
    vatRate,
  }
}

/** Incl. VAT, in whole minor units. */
export function amountOf(items: readonly InvoicedItem[], item: Item, order: ShopOrder): number {
  const rows = items.map(({ quantity, unitPrice, unitVat }) => times(plus(unitPrice, unitVat), quantity))
  return rounded(plus(...rows, (item.InvoiceRoundOff as number | undefined) ?? 0), minorUnits(order.currency.code))
}

export function storedInvoice(
  item: Item,
  order: ShopOrder,
  desk: OrderDesk,
  stamp: Stamp,
  items: readonly InvoicedItem[],
): Omit<Invoice, 'isDebit' | 'amount' | 'isLast' | 'suppressPspCall' | 'state'> {
  const date = (name: string) => {
    const ticks = item[name] as number | undefined
    return ticks === undefined ? null : millisecondsFromTicks(ticks)
  }
  return {
    ...desk.store.tracked(stamp),
    id: desk.book.nextId('invoice'),
    invoiceNo: item.InvoiceNo as string,
    creditedInvoiceNo: (item.CreditedInvoiceNo as string | undefined) ?? null,
    invoiceDate: date('InvoiceDate') as number,
    dueDate: date('InvoiceDueDate'),
    deliveryDate: date('DeliveryDate'),
    currency: order.currency,
    comment: (item.Comment as string | undefined) ?? null,
    roundOff: (item.InvoiceRoundOff as number | undefined) ?? 0,
    items,
  }
}

export function invoicedQuantity(order: ShopOrder, row: OrderRow, debit: boolean): number {
  return plus(
    ...order.invoices
      .filter((invoice) => invoice.isDebit === debit && invoice.state !== 'error')
      .flatMap((invoice) => invoice.items.filter((item) => item.row === row).map((item) => item.quantity)),
  )
}

/** Invoiced or credited, incl. VAT; what a provider refused does not count. */
export function invoicedAmount(order: ShopOrder, debit: boolean): number {
  return plus(
    ...order.invoices
      .filter((invoice) => invoice.isDebit === debit && invoice.state !== 'error')
      .map(({ amount }) => amount),
  )
}

export function creditable(order: ShopOrder): number {
  return minus(invoicedAmount(order, true), invoicedAmount(order, false))
}
