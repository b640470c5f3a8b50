import { orderStatuses } from '../back-office/account-data.ts'
import { type Decimal, decimal, rounded, zero } from '../back-office/amounts.ts'
import { type BackOffice, staffId } from '../back-office/back-office.ts'
import type { Order, OrderRow } from '../back-office/model.ts'
import { refused } from '../errors.ts'
import { dropReservation, trimReservation } from '../warehouse/reservations.ts'
import { checkStatus } from './create-order.ts'
import { derive, notesOf, paidOf, paymentsOf, piecesOf } from './derive.ts'
import { decimalsOf, shareOf } from './order-rows.ts'
import { isCancelled, statusOf } from './order-shapes.ts'
import { saveOrder } from './save-order.ts'

export interface NoteText {
  readonly text: string
  readonly isPublic?: boolean | undefined
  readonly contactId?: number | undefined
  readonly addedOn?: number | undefined
}

/**
 * Sets a status. Cancelling a sales order drops its reservation, and is refused while there are goods-out notes or
 * payments [third-party summary of the documentation]; payments that add up to nothing do not hinder [assumed], nor
 * does an authorisation [assumed]; an invoiced order is not cancelled [assumed]. `force` is for the staff of a test
 * that wants what should not be.
 * @throws ApiError
 */
export function setStatus(
  office: BackOffice,
  order: Order,
  statusId: number,
  { force = false, note }: { readonly force?: boolean; readonly note?: NoteText | undefined } = {},
): Order {
  checkStatus(statusId, order.type)
  const cancels = isCancelled({ statusId }) && !isCancelled(order)
  if (cancels && order.type === 'SO') {
    if (!force) checkCancellable(office, order)
    dropReservation(office, order.id)
  }
  if (note) addNote(office, order, note, statusId)
  const saved = saveOrder(office, { ...order, statusId })
  if (order.statusId !== statusId) office.raise('order.modified.order-status', order.id)
  return saved
}

function checkCancellable(office: BackOffice, order: Order): void {
  if (order.invoice) throw refused(`Order ${order.id} is invoiced and cannot be cancelled`)
  if (notesOf(office, order.id).length > 0)
    throw refused(`Order ${order.id} has goods-out notes and cannot be cancelled`)
  if (!paidOf(paymentsOf(office, order.id)).paid.eq(zero)) {
    throw refused(`Order ${order.id} has payments and cannot be cancelled`)
  }
}

/** The first status of an order's type that means so. */
export function statusMeaning(order: Order, state: 'cancelled' | 'invoiced'): number {
  const status = orderStatuses.find((one) => one.orderTypeCode === order.type && one.state === state)
  if (!status) throw refused(`Orders of type ${order.type} have no status for ${state}`)
  return status.statusId
}

export function addNote(office: BackOffice, order: Order, note: NoteText, statusId = order.statusId): number {
  const { orderNotes, clock } = office
  const id = orderNotes.nextId()
  orderNotes.put(id, {
    id,
    orderId: order.id,
    text: note.text,
    isPublic: note.isPublic ?? false,
    contactId: note.contactId ?? 0,
    orderStatusId: statusId,
    addedOn: note.addedOn ?? clock.now(),
    addedBy: staffId,
  })
  return id
}

/** Rows of an invoiced order are locked [doc]. @throws ApiError */
export function mustBeOpen(order: Order): void {
  if (order.invoice) throw refused(`Order ${order.id} is invoiced: its rows are locked`)
}

/**
 * Invoices the whole order: a reference such as `SI-1001`, the tax date, `closedOn` [rec]; the rows are locked.
 * Assumed: it can be done once; the status follows to the account's status for invoiced orders.
 * @throws ApiError
 */
export function invoiceOrder(
  office: BackOffice,
  order: Order,
  { taxDate, statusId }: { readonly taxDate?: number | undefined; readonly statusId?: number | undefined } = {},
): Order {
  mustBeOpen(order)
  if (isCancelled(order)) throw refused(`Order ${order.id} is cancelled and cannot be invoiced`)
  if (order.rows.length === 0) throw refused(`Order ${order.id} has no rows to invoice`)
  const now = office.clock.now()
  const invoiced: Order = {
    ...order,
    taxDate: taxDate ?? now - (now % 86_400_000),
    invoice: { reference: office.nextInvoiceReference(), on: now },
  }
  const kept = statusOf(order)?.state === 'invoiced' ? order.statusId : statusMeaning(order, 'invoiced')
  return setStatus(office, invoiced, statusId ?? kept)
}

export interface RowPart {
  readonly rowId: number
  readonly quantity: Decimal
}

/**
 * Moves rows, or parts of them, to a new child order, as the staff does with what cannot be delivered yet. The child
 * has no external reference, nor have its rows [doc of the flows]; whether a row says where it comes from is a switch.
 * Amounts go with the quantity, what does not divide stays with the parent [assumed]. The child keeps contact,
 * addresses, reference, channel and currency.
 * @throws ApiError when a quantity is more than what is left, or already on a note
 */
export function splitOrder(
  office: BackOffice,
  order: Order,
  parts: readonly RowPart[],
  statusId = 8,
): { readonly parent: Order; readonly child: Order } {
  mustBeOpen(order)
  checkStatus(statusId, order.type)
  const decimals = decimalsOf(office.catalogue, order.currencyCode)
  const withChildren = parts.flatMap((part) => [part, ...bundleParts(order, part)])
  const moved: OrderRow[] = []
  const newIds = new Map<number, number>()
  let rows = order.rows
  for (const { rowId, quantity } of withChildren) {
    const row = rows.find(({ id }) => id === rowId)
    if (!row) throw refused(`Order ${order.id} has no row ${rowId}`)
    checkFree(office, order, row, quantity)
    const net = quantity.eq(row.quantity) ? row.net : shareOf(row.net, quantity, row.quantity, decimals)
    const tax = quantity.eq(row.quantity) ? row.tax : shareOf(row.tax, quantity, row.quantity, decimals)
    const id = office.nextRowId()
    newIds.set(row.id, id)
    const { externalRef: _, ...rest } = row
    moved.push({
      ...rest,
      id,
      quantity,
      net,
      tax,
      parentRowId: newIds.get(row.parentRowId) ?? 0,
      clonedFromId: office.settings.splitRows === 'linked' ? row.id : 0,
    })
    rows = rows.flatMap((one) =>
      one.id !== row.id
        ? [one]
        : quantity.eq(row.quantity)
          ? []
          : [{ ...one, quantity: one.quantity.minus(quantity), net: one.net.minus(net), tax: one.tax.minus(tax) }],
    )
  }
  trimReservation(office, { ...order, rows })
  const { externalRef: _, instanceId: __, ...inherited } = order
  const now = office.clock.now()
  const draft: Order = {
    ...inherited,
    id: office.orders.nextId(),
    parentId: order.id,
    version: 1,
    statusId,
    rows: moved,
    createdOn: now,
    updatedOn: null,
  }
  const child: Order = { ...draft, derived: derive(office, draft) }
  office.orders.put(child.id, child)
  office.raise('order.modified', child.id)
  const parent = saveOrder(office, { ...order, rows })
  return { parent, child }
}

/**
 * Sets quantities of rows, as the staff does to cancel a part: amounts follow in proportion, rounded; 0 takes the row
 * out.
 * @throws ApiError
 */
export function setQuantities(office: BackOffice, order: Order, parts: readonly RowPart[]): Order {
  mustBeOpen(order)
  const decimals = decimalsOf(office.catalogue, order.currencyCode)
  let rows = order.rows
  for (const { rowId, quantity } of parts) {
    const row = rows.find(({ id }) => id === rowId)
    if (!row) throw refused(`Order ${order.id} has no row ${rowId}`)
    if (quantity.lt(onNotes(office, order, rowId))) throw refused(`Row ${rowId} has more than that on goods-out notes`)
    const share = (amount: Decimal) => rounded(amount.times(quantity).div(row.quantity), decimals)
    const changed = (one: OrderRow): OrderRow => ({
      ...one,
      quantity: one.quantity.times(quantity).div(row.quantity),
      net: share(one.net),
      tax: share(one.tax),
    })
    rows = rows.flatMap((one) => {
      if (one.id !== rowId && one.parentRowId !== rowId) return [one]
      return quantity.eq(zero) ? [] : [changed(one)]
    })
  }
  trimReservation(office, { ...order, rows })
  return saveOrder(office, { ...order, rows })
}

function bundleParts(order: Order, { rowId, quantity }: RowPart): readonly RowPart[] {
  const parent = order.rows.find(({ id }) => id === rowId)
  if (!parent) return []
  return order.rows
    .filter((row) => row.parentRowId === rowId)
    .map((row) => ({ rowId: row.id, quantity: row.quantity.times(quantity).div(parent.quantity) }))
}

function checkFree(office: BackOffice, order: Order, row: OrderRow, quantity: Decimal): void {
  if (quantity.lte(zero)) throw refused('A quantity must be above 0')
  if (row.quantity.minus(onNotes(office, order, row.id)).lt(quantity)) {
    throw refused(`Row ${row.id} has not so many pieces that are not on a note`)
  }
}

function onNotes(office: BackOffice, order: Order, rowId: number): Decimal {
  return decimal(piecesOf(notesOf(office, order.id)).get(rowId) ?? 0)
}
