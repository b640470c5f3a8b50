import { type Decimal, rounded, sum, zero } from '../back-office/amounts.ts'
import type { BackOffice } from '../back-office/back-office.ts'
import type { CustomerPayment, DerivedStatus, GoodsOutNote, Order, OrderRow } from '../back-office/model.ts'

/** Is the row one that stock is kept for? Free text, services and the bundle itself are not. */
export function isTracked({ catalogue }: BackOffice, row: OrderRow): boolean {
  return !row.bundleParent && catalogue.product(row.productId)?.stockTracked === true
}

/** Goods-out notes and drop shipments of an order, by id. */
export function notesOf(office: BackOffice, orderId: number): readonly GoodsOutNote[] {
  const of = (note: GoodsOutNote) => note.orderId === orderId
  return [...office.goodsOut.all().filter(of), ...office.dropShips.all().filter(of)]
}

export function isShipped({ events }: GoodsOutNote): boolean {
  return events.some(({ eventCode }) => eventCode === 'SHW' || eventCode === 'SHS')
}

/** Pieces by order row over some notes. */
export function piecesOf(notes: readonly GoodsOutNote[]): ReadonlyMap<number, number> {
  const pieces = new Map<number, number>()
  for (const { rows } of notes) {
    for (const { rowId, quantity } of rows) pieces.set(rowId, (pieces.get(rowId) ?? 0) + quantity)
  }
  return pieces
}

export interface Totals {
  readonly net: Decimal
  readonly tax: Decimal
  readonly gross: Decimal
  readonly baseNet: Decimal
  readonly baseTax: Decimal
  readonly baseGross: Decimal
}

/** Sums of the rows; in the account's currency by the order's rate, rounded to two decimals [assumed]. */
export function totalsOf({ rows, exchangeRate }: Pick<Order, 'rows' | 'exchangeRate'>): Totals {
  const net = sum(rows.map((row) => row.net))
  const tax = sum(rows.map((row) => row.tax))
  const base = (value: Decimal) => rounded(value.div(exchangeRate), 2)
  return {
    net,
    tax,
    gross: net.plus(tax),
    baseNet: base(net),
    baseTax: base(tax),
    baseGross: base(net).plus(base(tax)),
  }
}

export interface Paid {
  /** Receipts and captures less what was paid back. */
  readonly paid: Decimal
  readonly received: Decimal
  readonly paidOut: Decimal
  /** Authorised, less what was voided. */
  readonly authorized: Decimal
}

export function paidOf(payments: readonly CustomerPayment[]): Paid {
  const amount = (types: readonly CustomerPayment['paymentType'][]) =>
    sum(
      payments
        .filter(({ paymentType }) => types.includes(paymentType))
        .map((one) => one.amountPaid.plus(one.amountAuthorized)),
    )
  const received = amount(['RECEIPT', 'CAPTURE'])
  const paidOut = amount(['PAYMENT'])
  return { received, paidOut, paid: received.minus(paidOut), authorized: amount(['AUTH']).minus(amount(['VOID'])) }
}

export function paymentsOf(office: BackOffice, orderId: number): readonly CustomerPayment[] {
  return office.payments.all().filter((payment) => payment.orderId === orderId)
}

/**
 * What the four status codes say. The codes are known [doc, rec]; when each of them holds is assumed: a row is
 * *fulfilled* when it is on a note, also before it is shipped; allocated is what is reserved or on a note; an order
 * without a total has no payment status; of a credit, what was paid out counts.
 */
export function derive(office: BackOffice, order: Omit<Order, 'derived'>): DerivedStatus {
  const tracked = order.rows.filter((row) => isTracked(office, row))
  const ordered = new Map(tracked.map(({ id, quantity }) => [id, Number(quantity)]))
  const notes = order.type === 'SO' ? notesOf(office, order.id) : []
  const onNotes = order.type === 'PO' ? receivedOf(office, order.id) : piecesOf(notes)
  const shipped = piecesOf(notes.filter(isShipped))
  const reserved = office.reservations.get(order.id)?.rows
  const allocated = new Map(tracked.map(({ id }) => [id, (onNotes.get(id) ?? 0) + (reserved?.get(id)?.quantity ?? 0)]))

  return {
    payment: paymentStatus(order, paidOf(paymentsOf(office, order.id))),
    stock: tracked.length === 0 ? 'NON' : `${order.type}${part(ordered, onNotes, ['N', 'P', 'A'])}`,
    allocation: tracked.length === 0 ? 'ANR' : part(ordered, allocated, ['ANA', 'APA', 'AAA']),
    shipping: tracked.length === 0 ? 'NST' : part(ordered, shipped, ['SNS', 'SPS', 'ASS']),
  }
}

function receivedOf({ goodsIn }: BackOffice, orderId: number): ReadonlyMap<number, number> {
  const received = new Map<number, number>()
  for (const { purchaseOrderId, rowId, quantity } of goodsIn.all()) {
    if (purchaseOrderId === orderId) received.set(rowId, (received.get(rowId) ?? 0) + quantity)
  }
  return received
}

function part<Word>(
  ordered: ReadonlyMap<number, number>,
  done: ReadonlyMap<number, number>,
  [none, some, all]: readonly [Word, Word, Word],
): Word {
  const rows = [...ordered]
  if (rows.every(([id, quantity]) => (done.get(id) ?? 0) >= quantity)) return all
  return rows.some(([id]) => (done.get(id) ?? 0) > 0) ? some : none
}

function paymentStatus(order: Omit<Order, 'derived'>, { paid, paidOut, authorized }: Paid): DerivedStatus['payment'] {
  const { gross } = totalsOf(order)
  if (gross.eq(zero) || order.type === 'PO' || order.type === 'PC') return 'NOT_APPLICABLE'
  const settled = order.type === 'SC' ? paidOut : paid
  if (settled.gte(gross)) return 'PAID'
  if (settled.gt(zero)) return 'PARTIALLY_PAID'
  return authorized.gt(zero) ? 'AUTHORIZED' : 'UNPAID'
}
