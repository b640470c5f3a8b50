import { deliveredQuantity } from '../messages/create-delivery-note.ts'
import { creditable, invoicedAmount } from '../messages/create-invoice.ts'
import { minorUnits, plus, rounded } from './amounts.ts'
import type { ShopOrder } from './model.ts'
import type { OrderBook } from './order-book.ts'
import { orderStatusName } from './order-status.ts'
import { capturable, captured, refunded } from './payments.ts'
import { totalExVat, totalIncVat } from './rows.ts'

/** One order as a test wants to see it. Amounts incl. VAT unless said otherwise. */
export interface OrderView {
  readonly ref: number
  readonly id: number
  readonly orderNo: string
  readonly erpOrderNo: string | null
  readonly application: number
  readonly status: string
  readonly currency: string
  readonly placedOn: string
  readonly buyer: string | null
  readonly totalExVat: number
  /** To the last digit; `due` is in whole minor units. */
  readonly totalIncVat: number
  readonly due: number
  readonly payments: readonly PaymentView[]
  readonly rows: readonly RowView[]
  readonly notes: readonly {
    readonly noteNo: string
    readonly parcels: readonly string[]
    readonly rows: Readonly<Record<string, number>>
  }[]
  readonly invoices: readonly InvoiceView[]
  readonly invoiced: number
  readonly credited: number
  /** Invoiced less credited. */
  readonly open: number
  readonly captured: number
  readonly refunded: number
  /** Still reserved at providers. */
  readonly reserved: number
  readonly captureEnded: boolean
}

export interface PaymentView {
  readonly method: string
  readonly kind: string
  readonly ref: string
  readonly amount: number
  readonly captured: number
  readonly refunded: number
  readonly released: boolean
}

export interface RowView {
  readonly lineNo: number
  readonly partNo: string
  readonly type: string
  readonly status: string
  readonly quantity: number
  readonly delivered: number
  readonly unitPrice: number
  readonly unitVat: number
}

export interface InvoiceView {
  readonly invoiceNo: string
  readonly credit: boolean
  readonly creditedInvoiceNo: string | null
  readonly amount: number
  readonly last: boolean
  readonly state: string
}

export function orderView(order: ShopOrder): OrderView {
  const total = totalIncVat(order.rows)
  return {
    ref: order.quotationId,
    id: order.id,
    orderNo: order.orderNo,
    erpOrderNo: order.erpOrderNo,
    application: order.application.id,
    status: orderStatusName(order.statusId),
    currency: order.currency.code,
    placedOn: new Date(order.orderedAt).toISOString(),
    buyer: order.buyer.person?.email ?? null,
    totalExVat: totalExVat(order.rows),
    totalIncVat: total,
    due: rounded(total, minorUnits(order.currency.code)),
    payments: order.payments.map(({ methodCode, kind, ref, amount, captured: taken, refunded: back, released }) => ({
      method: methodCode,
      kind,
      ref,
      amount,
      captured: taken,
      refunded: back,
      released,
    })),
    rows: order.rows.map((row) => ({
      lineNo: row.lineNo,
      partNo: row.partNo,
      type: row.type,
      status: orderStatusName(row.statusId),
      quantity: row.quantity,
      delivered: deliveredQuantity(order, row),
      unitPrice: row.unitPrice,
      unitVat: row.unitVat,
    })),
    notes: order.notes.map((note) => ({
      noteNo: note.noteNo,
      parcels: note.packages.map(({ parcelNumber }) => parcelNumber),
      rows: Object.fromEntries(note.rows.map(({ row, quantity }) => [String(row.lineNo), quantity])),
    })),
    invoices: order.invoices.map((invoice) => ({
      invoiceNo: invoice.invoiceNo,
      credit: !invoice.isDebit,
      creditedInvoiceNo: invoice.creditedInvoiceNo,
      amount: invoice.amount,
      last: invoice.isLast,
      state: invoice.state,
    })),
    invoiced: invoicedAmount(order, true),
    credited: invoicedAmount(order, false),
    open: creditable(order),
    captured: captured(order),
    refunded: refunded(order),
    reserved: plus(...order.payments.map(capturable)),
    captureEnded: order.captureEnded,
  }
}

export function orderViews(book: OrderBook): readonly OrderView[] {
  return [...book.orders.values()].map(orderView)
}

export interface OrderCounts {
  readonly total: number
  /** Without a number of the back office. */
  readonly unacknowledged: number
  readonly byStatus: Readonly<Record<string, number>>
}

export function orderCounts(book: OrderBook): OrderCounts {
  const byStatus: Record<string, number> = {}
  let unacknowledged = 0
  for (const { statusId, erpOrderNo } of book.orders.values()) {
    const name = orderStatusName(statusId)
    byStatus[name] = (byStatus[name] ?? 0) + 1
    if (erpOrderNo === null) unacknowledged += 1
  }
  return { total: book.orders.size, unacknowledged, byStatus }
}
