import type { BackOffice } from '../back-office/back-office.ts'
import type { GoodsIn, Order } from '../back-office/model.ts'
import { refused } from '../errors.ts'
import { isTracked } from '../orders/derive.ts'
import { refreshOrder } from '../orders/save-order.ts'
import type { Column, SearchTable } from '../search.ts'
import { takeIn } from './stock.ts'

/** Pieces of a purchase order that came in, by row. */
export function receivedPieces({ goodsIn }: BackOffice, orderId: number): ReadonlyMap<number, number> {
  const received = new Map<number, number>()
  for (const { purchaseOrderId, rowId, quantity } of goodsIn.all()) {
    if (purchaseOrderId === orderId) received.set(rowId, (received.get(rowId) ?? 0) + quantity)
  }
  return received
}

/** Books goods of a purchase order into a warehouse. @throws ApiError when it is more than what is still to come */
export function receive(
  office: BackOffice,
  order: Order,
  rows: readonly { readonly rowId: number; readonly quantity: number }[],
  warehouseId = order.warehouseId,
): void {
  if (order.type !== 'PO') throw refused(`Order ${order.id} is no purchase order`)
  const warehouse = office.catalogue.reference.warehouses.find(({ id }) => id === warehouseId)
  if (!warehouse) throw refused(`There is no warehouse ${warehouseId}`)
  const received = receivedPieces(office, order.id)
  for (const { rowId, quantity } of rows) {
    const row = order.rows.find(({ id }) => id === rowId)
    if (!row || !isTracked(office, row)) throw refused(`Order ${order.id} has no stock-tracked row ${rowId}`)
    const left = Number(row.quantity) - (received.get(rowId) ?? 0)
    if (quantity > left) throw refused(`Of row ${rowId} only ${left} pieces are still to come`)
  }
  for (const { rowId, quantity } of rows) {
    const productId = order.rows.find(({ id }) => id === rowId)?.productId ?? 0
    const batchId = office.goodsIn.nextId()
    office.goodsIn.put(batchId, {
      batchId,
      purchaseOrderId: order.id,
      rowId,
      productId,
      warehouseId,
      locationId: warehouse.defaultLocationId,
      quantity,
      receivedOn: office.clock.now(),
    })
    takeIn(office, productId, warehouseId, quantity)
    office.raise('goods-in-note.created', batchId)
  }
  refreshOrder(office, order.id)
}

/** Columns [code]; their types are assumed, and that a row is one batch of a product. */
export function goodsInTable({ catalogue }: BackOffice, rows: readonly GoodsIn[]): SearchTable<GoodsIn> {
  const ids = (name: string, value: (row: GoodsIn) => number): Column<GoodsIn> => ({ name, type: 'IDSET', value })
  const nothing = (name: string): Column<GoodsIn> => ({ name, type: 'STRING', value: () => '' })
  const day = (name: string): Column<GoodsIn> => ({ name, type: 'PERIOD', value: ({ receivedOn }) => receivedOn })
  return {
    columns: [
      ids('purchaseOrderId', ({ purchaseOrderId }) => purchaseOrderId),
      ids('batchId', ({ batchId }) => batchId),
      nothing('userBatchRef'),
      ids('productId', ({ productId }) => productId),
      ids('locationId', ({ locationId }) => locationId),
      nothing('groupingA'),
      nothing('groupingB'),
      nothing('groupingC'),
      nothing('groupingD'),
      {
        name: 'price',
        type: 'STRING',
        value: ({ productId }) => catalogue.prices(productId).get(1)?.['1'] ?? '0.0000',
      },
      { name: 'landedCosts', type: 'STRING', value: () => '0.00' },
      { name: 'currCode', type: 'STRING', value: () => 'GBP' },
      { name: 'receivedQuantity', type: 'INTEGER', value: ({ quantity }) => quantity },
      { name: 'onHand', type: 'INTEGER', value: ({ quantity }) => quantity },
      day('createdDate'),
      day('receivedDate'),
      ids('warehouseId', ({ warehouseId }) => warehouseId),
    ],
    rows: () => rows,
  }
}
