import { list, object, oneOf, optional, text, whole, yesNo } from '../../common/shape.ts'
import { rounded } from '../back-office/amounts.ts'
import { type BackOffice, staffId } from '../back-office/back-office.ts'
import type { Order } from '../back-office/model.ts'
import { supplierId } from '../back-office/seed.ts'
import { decimalOf, instant } from '../body.ts'
import { setStatus } from '../orders/change-order.ts'
import { createOrder } from '../orders/create-order.ts'
import { isTracked, notesOf, piecesOf } from '../orders/derive.ts'
import type { NewRow } from '../orders/order-rows.ts'
import { refreshOrder } from '../orders/save-order.ts'
import { receive, receivedPieces } from '../warehouse/goods-in.ts'
import {
  changeGoodsOutNote,
  createDropShip,
  createGoodsOutNotes,
  deleteGoodsOutNote,
  postEvents,
  shipDropShip,
} from '../warehouse/goods-out.ts'
import { dropReservation, reserve } from '../warehouse/reservations.ts'
import { action, order, pieces } from './action.ts'
import { findNote, findOrder, findRow, type RowName } from './find.ts'

export const warehouseActions = {
  /** Reserves what is named, or all that is left; a former reservation is replaced. */
  allocate: action(
    object({ order, warehouse: optional(whole()), rows: optional(pieces) }),
    (office, { order: name, warehouse, rows }) => {
      const found = findOrder(office, name)
      const reservation = reserve(
        office,
        found,
        warehouse ?? found.warehouseId,
        rows ? wantedOf(found, rows) : leftOf(office, found),
      )
      return { rows: Object.fromEntries(reservation.rows) }
    },
  ),
  release: action(object({ order }), (office, { order: name }) => {
    const found = findOrder(office, name)
    dropReservation(office, found.id)
    refreshOrder(office, found.id)
  }),
  /** Makes a goods-out note of what is named, or of all that is left. */
  makeNote: action(
    object({
      order,
      warehouse: optional(whole()),
      rows: optional(pieces),
      shippingMethodId: optional(whole()),
      force: optional(yesNo),
    }),
    (office, body) => ({ note: makeNote(office, body) }),
  ),
  /** Prints, picks, packs or ships a note, or undoes one of the first three. */
  note: action(
    object({
      note: whole(),
      do: oneOf(['print', 'pick', 'pack', 'ship', 'unprint', 'unpick', 'unpack']),
      on: optional(instant),
    }),
    (office, { note, do: what, on }) => {
      findNote(office, note)
      const codes = {
        print: 'PRI',
        pick: 'PIC',
        pack: 'PAC',
        ship: 'SHW',
        unprint: 'UPR',
        unpick: 'UPI',
        unpack: 'UPA',
      } as const
      postEvents(office, note, [{ eventCode: codes[what], occured: on ?? office.clock.now(), eventOwnerId: staffId }])
    },
  ),
  /** A note with its tracking, shipped: three steps at once. */
  ship: action(
    object({
      order,
      warehouse: optional(whole()),
      rows: optional(pieces),
      shippingMethodId: optional(whole()),
      tracking: optional(text({ most: 64 })),
      force: optional(yesNo),
    }),
    (office, { tracking, ...body }) => {
      const id = makeNote(office, body)
      if (tracking !== undefined)
        changeGoodsOutNote(office, findNote(office, id), { shipping: { reference: tracking } })
      postEvents(office, id, [{ eventCode: 'SHW', occured: office.clock.now(), eventOwnerId: staffId }])
      return { note: id }
    },
  ),
  /** Also after shipping, which the API does not allow. */
  track: action(
    object({
      note: whole(),
      reference: text({ most: 64 }),
      boxes: optional(whole()),
      shippingMethodId: optional(whole()),
    }),
    (office, { note, ...shipping }) => {
      changeGoodsOutNote(office, findNote(office, note), { shipping }, true)
    },
  ),
  deleteNote: action(object({ note: whole(), force: optional(yesNo) }), (office, { note, force }) => {
    deleteGoodsOutNote(office, findNote(office, note), force)
  }),
  /** The supplier is to send pieces: a purchase order below the sales order, and its note, not yet shipped. */
  dropShip: action(object({ order, rows: optional(pieces) }), (office, { order: name, rows }) => {
    const found = findOrder(office, name)
    const wanted = rows ? wantedOf(found, rows) : leftOf(office, found)
    const purchase = createOrder(office, {
      type: 'PO',
      contactId: supplierId,
      parentId: found.id,
      priceListId: 1,
      statusId: 31,
      deliveryAddress: found.addresses.delivery,
      rows: wanted.map(({ productId, quantity }) => costRow(office, productId, quantity)),
    })
    const note = createDropShip(
      office,
      found,
      purchase.id,
      wanted.map(({ productId, salesOrderRowId, quantity }) => ({
        rowId: salesOrderRowId,
        productId,
        quantity,
        locationId: 0,
      })),
    )
    return { purchaseOrder: purchase.id, note: note.id }
  }),
  shipDropShip: action(
    object({ note: whole(), tracking: optional(text({ most: 64 })) }),
    (office, { note, tracking }) => {
      const { purchaseOrderId = 0 } = findNote(office, note)
      shipDropShip(
        office,
        note,
        { occured: office.clock.now(), eventOwnerId: staffId },
        { trackingReference: tracking },
      )
      const purchase = office.orders.get(purchaseOrderId)
      if (purchase) setStatus(office, purchase, 34)
    },
  ),
  purchase: action(
    object({
      rows: list(object({ productId: whole({ least: 1 }), quantity: whole({ least: 1 }) }), { least: 1 }),
      deliveryDate: optional(instant),
      warehouse: optional(whole()),
      status: optional(whole()),
    }),
    (office, { rows, deliveryDate, warehouse, status }) => {
      const { id } = createOrder(office, {
        type: 'PO',
        contactId: supplierId,
        priceListId: 1,
        warehouseId: warehouse ?? 2,
        statusId: status ?? 31,
        deliveryDate,
        rows: rows.map(({ productId, quantity }) => costRow(office, productId, quantity)),
      })
      office.raise('order.modified', id)
      return { order: id }
    },
  ),
  /** Books in what is named, or all that is still to come. */
  receive: action(
    object({ order, rows: optional(pieces), warehouse: optional(whole()) }),
    (office, { order: name, rows, warehouse }) => {
      const found = findOrder(office, name)
      const received = receivedPieces(office, found.id)
      const wanted = rows
        ? rows.map(({ quantity, ...row }) => ({ rowId: findRow(found, row).id, quantity }))
        : found.rows.flatMap(({ id, quantity }) => {
            const left = Number(quantity) - (received.get(id) ?? 0)
            return left > 0 ? [{ rowId: id, quantity: left }] : []
          })
      receive(office, found, wanted, warehouse)
    },
  ),
}

function makeNote(
  office: BackOffice,
  {
    order: name,
    warehouse,
    rows,
    shippingMethodId,
    force,
  }: {
    readonly order: number | string
    readonly warehouse?: number
    readonly rows?: readonly (RowName & { readonly quantity: number })[]
    readonly shippingMethodId?: number
    readonly force?: boolean
  },
): number {
  const found = findOrder(office, name)
  const warehouseId = warehouse ?? office.reservations.get(found.id)?.warehouseId ?? found.warehouseId
  const products = rows ? wantedOf(found, rows) : leftOf(office, found)
  const [note] = createGoodsOutNotes(office, found, [{ warehouseId, products }], { shippingMethodId, force })
  if (!note) throw new Error('No note was made.')
  return note.id
}

function wantedOf(found: Order, rows: readonly (RowName & { readonly quantity: number })[]) {
  return rows.map(({ quantity, ...name }) => {
    const row = findRow(found, name)
    return { productId: row.productId, salesOrderRowId: row.id, quantity }
  })
}

/** Pieces of stock-tracked rows that are on no note yet. */
function leftOf(office: BackOffice, found: Order) {
  const onNotes = piecesOf(notesOf(office, found.id))
  const left = found.rows.flatMap((row) => {
    const quantity = Number(row.quantity) - (onNotes.get(row.id) ?? 0)
    return isTracked(office, row) && quantity > 0
      ? [{ productId: row.productId, salesOrderRowId: row.id, quantity }]
      : []
  })
  if (left.length === 0) throw new RangeError(`Of order ${found.id} nothing is left to send.`)
  return left
}

function costRow(office: BackOffice, productId: number, quantity: number): NewRow {
  const cost = decimalOf(4)(office.catalogue.prices(productId).get(1)?.['1'] ?? '0')
  return {
    productId,
    quantity: decimalOf(0)(quantity),
    taxCode: '-',
    net: rounded(cost.times(quantity), 2),
    tax: decimalOf(0)(0),
    nominalCode: '5000',
  }
}
