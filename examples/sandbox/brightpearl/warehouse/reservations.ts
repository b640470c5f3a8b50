import { list, object, whole } from '../../common/shape.ts'
import type { BackOffice } from '../back-office/back-office.ts'
import type { Order, Reservation } from '../back-office/model.ts'
import { ApiError, notFound, refused } from '../errors.ts'
import { isTracked, notesOf, piecesOf } from '../orders/derive.ts'
import { isCancelled } from '../orders/order-shapes.ts'
import { refreshOrder } from '../orders/save-order.ts'
import type { ApiRequest, Route } from '../route.ts'
import { allocate, onHand } from './stock.ts'

const reservationBody = object({
  products: list(object({ productId: whole(), salesOrderRowId: whole({ least: 1 }), quantity: whole({ least: 1 }) }), {
    least: 1,
  }),
})

export interface Wanted {
  readonly productId: number
  readonly salesOrderRowId: number
  readonly quantity: number
}

/**
 * Reserves stock for an order: one reservation to an order, in one warehouse; what is more than on hand is left out
 * without an error, nothing at all is an error; first come, first served [doc]. A product id below 1: WHSC-014 [doc].
 * Assumed: rows must be the order's, each once, of that product and stock-tracked; more than the row has left is refused.
 * @throws ApiError
 */
export function reserve(
  office: BackOffice,
  order: Order,
  warehouseId: number,
  products: readonly Wanted[],
): Reservation {
  if (isCancelled(order)) throw refused(`Order ${order.id} is cancelled`)
  if (!office.catalogue.reference.warehouses.some(({ id }) => id === warehouseId)) throw notFound('No Warehouse Found')
  const former = office.reservations.get(order.id)
  for (const one of products) checkWanted(office, order, one)
  if (new Set(products.map(({ salesOrderRowId }) => salesOrderRowId)).size < products.length) {
    throw refused('A row occurs twice')
  }
  if (former) release(office, former)
  const rows = new Map<number, { productId: number; quantity: number }>()
  for (const { productId, salesOrderRowId, quantity } of products) {
    const pieces = Math.min(quantity, Math.max(0, onHand(office, productId, warehouseId)))
    if (pieces === 0) continue
    allocate(office, productId, warehouseId, pieces)
    rows.set(salesOrderRowId, { productId, quantity: pieces })
  }
  if (rows.size === 0) {
    // All or nothing: a former reservation is not lost to a failed change.
    if (former) restore(office, former)
    throw refused(`Nothing of order ${order.id} is available in warehouse ${warehouseId}`)
  }
  const reservation: Reservation = { orderId: order.id, warehouseId, rows }
  office.reservations.set(order.id, reservation)
  refreshOrder(office, order.id)
  return reservation
}

function checkWanted(office: BackOffice, order: Order, { productId, salesOrderRowId, quantity }: Wanted): void {
  if (productId < 1) throw new ApiError(400, 'WHSC-014', 'The product ID must be greater than 0')
  const row = order.rows.find(({ id }) => id === salesOrderRowId)
  if (row?.productId !== productId)
    throw refused(`Order ${order.id} has no row ${salesOrderRowId} of product ${productId}`)
  if (!isTracked(office, row)) throw refused(`Product ${productId} is not stock-tracked`)
  const left = Number(row.quantity) - (piecesOf(notesOf(office, order.id)).get(row.id) ?? 0)
  if (quantity > left) throw refused(`Row ${salesOrderRowId} has ${left} pieces left to reserve`)
}

function release(office: BackOffice, { warehouseId, rows }: Reservation): void {
  for (const { productId, quantity } of rows.values()) allocate(office, productId, warehouseId, -quantity)
}

function restore(office: BackOffice, { warehouseId, rows }: Reservation): void {
  for (const { productId, quantity } of rows.values()) allocate(office, productId, warehouseId, quantity)
}

/** Gives the stock of an order's reservation back. The caller brings the order up to date. */
export function dropReservation(office: BackOffice, orderId: number): void {
  const reservation = office.reservations.get(orderId)
  if (!reservation) return
  office.reservations.delete(orderId)
  release(office, reservation)
}

/** Gives back what an order with these rows cannot have reserved any more. The caller brings the order up to date. */
export function trimReservation(office: BackOffice, order: Order): void {
  const reservation = office.reservations.get(order.id)
  if (!reservation) return
  const onNotes = piecesOf(notesOf(office, order.id))
  const rows = new Map<number, { productId: number; quantity: number }>()
  for (const [rowId, { productId, quantity }] of reservation.rows) {
    const ordered = Number(order.rows.find(({ id }) => id === rowId)?.quantity ?? 0)
    const kept = Math.min(quantity, Math.max(0, ordered - (onNotes.get(rowId) ?? 0)))
    allocate(office, productId, reservation.warehouseId, kept - quantity)
    if (kept > 0) rows.set(rowId, { productId, quantity: kept })
  }
  if (rows.size === 0) office.reservations.delete(order.id)
  else office.reservations.set(order.id, { ...reservation, rows })
}

/** Takes pieces of one row out of a reservation, since a note holds them now. Answers how many it had. */
export function useReserved(
  office: BackOffice,
  orderId: number,
  warehouseId: number,
  rowId: number,
  pieces: number,
): number {
  const reservation = office.reservations.get(orderId)
  const held = reservation?.warehouseId === warehouseId ? reservation.rows.get(rowId) : undefined
  if (!reservation || !held) return 0
  const used = Math.min(held.quantity, pieces)
  const rows = new Map(reservation.rows)
  if (used === held.quantity) rows.delete(rowId)
  else rows.set(rowId, { ...held, quantity: held.quantity - used })
  if (rows.size === 0) office.reservations.delete(orderId)
  else office.reservations.set(orderId, { ...reservation, rows })
  return used
}

export function reservationRoutes(office: BackOffice): readonly Route[] {
  const orderOf = (request: ApiRequest): Order => {
    const order = office.orders.get(request.id('order'))
    if (order?.type !== 'SO') throw notFound('No Sales Order Found')
    return order
  }
  const path = '/warehouse-service/order/:order/reservation'
  return [
    {
      method: 'POST',
      path: `${path}/warehouse/:warehouse`,
      operation: 'post-reservation',
      handle(request) {
        const order = orderOf(request)
        const { products } = request.body(reservationBody)
        if (office.reservations.has(order.id)) throw refused(`Order ${order.id} has a reservation already`)
        reserve(office, order, request.id('warehouse'), products)
        office.count('reservations')
        return {}
      },
    },
    {
      method: 'PUT',
      path,
      operation: 'put-reservation',
      handle(request) {
        const order = orderOf(request)
        const { products } = request.body(reservationBody)
        const former = office.reservations.get(order.id)
        if (!former) throw notFound('No Reservation Found')
        reserve(office, order, former.warehouseId, products)
        return {}
      },
    },
    {
      method: 'GET',
      path,
      operation: 'get-reservation',
      handle(request) {
        const reservation = office.reservations.get(request.id('order'))
        if (!reservation) throw notFound('No Reservation Found')
        const { orderId, warehouseId, rows } = reservation
        return { response: [{ orderId, warehouseId, orderRows: Object.fromEntries(rows) }] }
      },
    },
  ]
}
