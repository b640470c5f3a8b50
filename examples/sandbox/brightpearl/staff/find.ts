import { optional, text, whole } from '../../common/shape.ts'
import type { BackOffice } from '../back-office/back-office.ts'
import type { GoodsOutNote, Order, OrderRow } from '../back-office/model.ts'

/** An order is named by its id, or by its external reference (the first that has it). */
export type OrderName = number | string

export const orderName = (value: unknown, at = ''): OrderName => {
  if (typeof value === 'number' || typeof value === 'string') return value
  throw new TypeError(`${at} names an order by its id, or by its external reference.`)
}

export function findOrder({ orders }: BackOffice, name: OrderName): Order {
  const order =
    typeof name === 'number' ? orders.get(name) : orders.all().find(({ externalRef }) => externalRef === name)
  if (!order) throw new RangeError(`There is no order ${name}.`)
  return order
}

export function findNote({ goodsOut, dropShips }: BackOffice, id: number): GoodsOutNote {
  const note = goodsOut.get(id) ?? dropShips.get(id)
  if (!note) throw new RangeError(`There is no note ${id}.`)
  return note
}

/** A row is named by its id, its external reference, a SKU or a product: the first that fits. */
export interface RowName {
  readonly row?: number
  readonly externalRef?: string
  readonly sku?: string
  readonly productId?: number
}

export const rowName = {
  row: optional(whole()),
  externalRef: optional(text()),
  sku: optional(text()),
  productId: optional(whole()),
}

export function findRow(order: Order, { row, externalRef, sku, productId }: RowName): OrderRow {
  const found = order.rows.find(
    (one) =>
      (row === undefined || one.id === row) &&
      (externalRef === undefined || one.externalRef === externalRef) &&
      (sku === undefined || one.sku === sku) &&
      (productId === undefined || one.productId === productId),
  )
  if (!found || (row ?? externalRef ?? sku ?? productId) === undefined) {
    throw new RangeError(`Order ${order.id} has no row ${JSON.stringify({ row, externalRef, sku, productId })}.`)
  }
  return found
}
