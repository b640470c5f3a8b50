import { list, object, oneOf, optional, text, whole, yesNo } from '../../common/shape.ts'
import type { BackOffice } from '../back-office/back-office.ts'
import type { GoodsOutEventCode, GoodsOutNote } from '../back-office/model.ts'
import { decimalOf, instant } from '../body.ts'
import { ApiError, notFound, refused } from '../errors.ts'
import { atMost, type IdSet } from '../id-set.ts'
import { isShipped } from '../orders/derive.ts'
import { orderById } from '../orders/sales-order-routes.ts'
import type { ApiRequest, Route } from '../route.ts'
import type { Column, SearchTable } from '../search.ts'
import type { TimeStamps } from '../time-stamps.ts'
import {
  changeGoodsOutNote,
  createGoodsOutNotes,
  deleteGoodsOutNote,
  holds,
  postEvents,
  shipDropShip,
} from './goods-out.ts'

/** Notes to one request [doc]. */
const maxNotes = 500

/** [doc, code] */
const noteBody = object({
  warehouses: list(
    object({
      releaseDate: optional(instant),
      warehouseId: whole({ least: 1 }),
      transfer: optional(yesNo),
      products: list(
        object({
          productId: whole({ least: 1 }),
          salesOrderRowId: whole({ least: 1 }),
          quantity: whole({ least: 1 }),
        }),
        { least: 1 },
      ),
    }),
    { least: 1 },
  ),
  priority: optional(yesNo),
  shippingMethodId: optional(whole()),
  labelUri: optional(text({ most: 512 })),
})

/** Lengths and the greatest weight [doc]; that parts may be left out is assumed. */
const changeBody = object({
  priority: optional(yesNo),
  shipping: optional(
    object({
      shippingMethodId: optional(whole()),
      reference: optional(text({ most: 64 })),
      boxes: optional(whole()),
      weight: optional(decimalOf(2, { above: -1 })),
    }),
  ),
  labelUri: optional(text({ most: 512 })),
})

/** All three required; the vendor spells it `occured` [doc]. */
const eventBody = object({
  events: list(
    object({
      eventCode: oneOf(['PRI', 'UPR', 'PIC', 'UPI', 'PAC', 'UPA', 'SHW']),
      occured: instant,
      eventOwnerId: whole({ least: 1 }),
    }),
    { least: 1 },
  ),
})

const dropShipEventBody = object({
  trackingReference: optional(text({ most: 64 })),
  shippingMethodId: optional(whole()),
  events: list(object({ eventCode: oneOf(['SHS']), occured: instant, eventOwnerId: whole({ least: 1 }) }), {
    least: 1,
  }),
})

export function goodsOutRoutes(office: BackOffice, times: TimeStamps): readonly Route[] {
  const noteOf = (request: ApiRequest): GoodsOutNote => {
    const note = office.goodsOut.get(request.id('note'))
    if (!note) throw notFound('No Goods-Out Note Found')
    return note
  }
  /** Notes of a set of orders, perhaps only some of them: a map by id; nothing is 404 [code]. */
  const getNotes = (
    request: ApiRequest,
    notes: readonly GoodsOutNote[],
    of: (note: GoodsOutNote, orders: IdSet) => boolean,
  ) => {
    const orders = request.idSet('orders')
    const ids = request.idSet('notes')
    if (orders && !orders.all) atMost(maxNotes, orders)
    if (ids && !ids.all) atMost(maxNotes, ids)
    const found = notes.filter((note) => orders && of(note, orders) && (ids?.has(note.id) ?? true))
    if (found.length === 0) throw notFound('No Goods Note Found')
    return { response: Object.fromEntries(found.map((note) => [note.id, shownNote(note, times)])) }
  }
  return [
    {
      method: 'POST',
      path: '/warehouse-service/order/:order/goods-note/goods-out',
      operation: 'post-goods-out-note',
      handle(request) {
        const order = orderById(office, request.id('order'))
        if (order.type !== 'SO') throw refused(`Order ${order.id} is no sales order`)
        const { warehouses, ...options } = request.body(noteBody)
        if (warehouses.some(({ transfer }) => transfer)) throw refused('Transfers are not made for an order')
        const notes = createGoodsOutNotes(office, order, warehouses, options)
        for (const _ of notes) office.count('goodsOutNotes')
        return { response: notes.map(({ id }) => id) }
      },
    },
    ...[
      '/warehouse-service/order/:orders/goods-note/goods-out',
      '/warehouse-service/order/:orders/goods-note/goods-out/:notes',
    ].map(
      (path): Route => ({
        method: 'GET',
        path,
        operation: 'get-goods-out-note',
        handle: (request) => getNotes(request, office.goodsOut.all(), (note, orders) => orders.has(note.orderId)),
      }),
    ),
    {
      method: 'DELETE',
      path: '/warehouse-service/order/:order/goods-note/goods-out/:note',
      operation: 'delete-goods-out-note',
      handle(request) {
        const note = noteOf(request)
        if (note.orderId !== request.id('order')) throw notFound('No Goods-Out Note Found')
        deleteGoodsOutNote(office, note)
        return {}
      },
    },
    {
      method: 'PUT',
      path: '/warehouse-service/goods-note/goods-out/:note',
      operation: 'put-goods-out-note',
      handle(request) {
        const { shipping, ...rest } = request.body(changeBody)
        if (shipping?.weight?.gt('999999.99')) throw refused('The weight is 999999.99 at most')
        changeGoodsOutNote(office, noteOf(request), {
          ...rest,
          shipping: shipping && { ...shipping, weight: shipping.weight && Number(shipping.weight) },
        })
        return {}
      },
    },
    {
      method: 'POST',
      path: '/warehouse-service/goods-note/goods-out/:note/event',
      operation: 'post-goods-out-note-event',
      handle(request) {
        const note = noteOf(request)
        const { events } = request.body(eventBody)
        const expected = request.header('if-match')
        // The header is the way to avoid doubles [doc]; a conflict is 409 [code].
        if (expected !== undefined && expected.replaceAll('"', '') !== String(note.lastEventVersion)) {
          throw new ApiError(409, 'CMNC-400', `Goods-out note ${note.id} has changed since version ${expected}`)
        }
        postEvents(office, note.id, events)
        return {}
      },
    },
    // Paths [recall]; the order is the sales order or the purchase order, and the shape is that of a goods-out note
    // with the purchase order beside it [assumed].
    ...[
      '/warehouse-service/order/:orders/goods-note/drop-ship',
      '/warehouse-service/order/:orders/goods-note/drop-ship/:notes',
    ].map(
      (path): Route => ({
        method: 'GET',
        path,
        operation: 'get-drop-ship-note',
        handle: (request) =>
          getNotes(
            request,
            office.dropShips.all(),
            ({ orderId, purchaseOrderId = 0 }, orders) => orders.has(orderId) || orders.has(purchaseOrderId),
          ),
      }),
    ),
    {
      method: 'POST',
      path: '/warehouse-service/goods-note/drop-ship/:note/event',
      operation: 'post-drop-ship-note-event',
      handle(request) {
        const id = request.id('note')
        if (!office.dropShips.has(id)) throw notFound('No Drop-Ship Note Found')
        const { events, ...shipping } = request.body(dropShipEventBody)
        for (const event of events) shipDropShip(office, id, event, shipping)
        return {}
      },
    },
  ]
}

/** [rec, doc] */
export function shownNote(note: GoodsOutNote, times: TimeStamps): unknown {
  const last = (code: GoodsOutEventCode) => note.events.findLast(({ eventCode }) => eventCode === code)
  const states = [
    ['shipped', last('SHW') ?? last('SHS'), isShipped(note)],
    ['packed', last('PAC'), holds(note, 'PAC')],
    ['picked', last('PIC'), holds(note, 'PIC')],
    ['printed', last('PRI'), holds(note, 'PRI')],
  ] as const
  const held = states.flatMap(([name, event, is]) => (is && event ? [[name, event] as const] : []))
  return {
    orderId: note.orderId,
    ...(note.purchaseOrderId !== undefined && { purchaseOrderId: note.purchaseOrderId }),
    warehouseId: note.warehouseId,
    transfer: false,
    priority: note.priority,
    status: {
      ...Object.fromEntries(states.map(([name, , is]) => [name, is])),
      ...Object.fromEntries(held.map(([name, { occured }]) => [`${name}On`, times.write(occured)])),
      ...Object.fromEntries(held.map(([name, { eventOwnerId }]) => [`${name}ById`, eventOwnerId])),
    },
    shipping: note.shipping,
    releaseDate: times.write(note.releaseDate),
    createdOn: times.write(note.createdOn),
    createdBy: note.createdBy,
    orderRows: Object.fromEntries(
      [...new Set(note.rows.map(({ rowId }) => rowId))].map((rowId) => [
        rowId,
        note.rows
          .filter((row) => row.rowId === rowId)
          .map(({ productId, quantity, locationId }) => ({ productId, quantity, locationId })),
      ]),
    ),
    sequence: note.sequence,
    events: note.events.map(({ occured, eventOwnerId, eventCode }) => ({
      occured: times.write(occured),
      eventOwnerId,
      eventCode,
    })),
    labelUri: note.labelUri,
    lastEventVersion: note.lastEventVersion,
  }
}

/** Columns [code]; types and flags as in the sample [assumed]. */
export function goodsOutTable(office: BackOffice, rows: readonly GoodsOutNote[]): SearchTable<GoodsOutNote> {
  const flag = (name: string, value: (note: GoodsOutNote) => boolean): Column<GoodsOutNote> => ({
    name,
    type: 'BOOLEAN',
    value,
  })
  const number = (name: string, value: (note: GoodsOutNote) => number): Column<GoodsOutNote> => ({
    name,
    type: 'INTEGER',
    value,
  })
  const period = (name: string, value: (note: GoodsOutNote) => number | null): Column<GoodsOutNote> => ({
    name,
    type: 'PERIOD',
    value,
  })
  return {
    columns: [
      { name: 'goodsOutNoteId', type: 'IDSET', value: ({ id }) => id },
      flag('printed', (note) => holds(note, 'PRI')),
      flag('picked', (note) => holds(note, 'PIC')),
      flag('packed', (note) => holds(note, 'PAC')),
      flag('shipped', isShipped),
      period('shippedOn', ({ events }) => events.findLast(({ eventCode }) => eventCode === 'SHW')?.occured ?? null),
      { name: 'orderId', type: 'IDSET', value: ({ orderId }) => orderId },
      number('shippingMethodId', ({ shipping }) => shipping.shippingMethodId),
      number('warehouseId', ({ warehouseId }) => warehouseId),
      flag('priority', ({ priority }) => priority),
      period('createdOn', ({ createdOn }) => createdOn),
      period('releaseDate', ({ releaseDate }) => releaseDate),
      number('createdBy', ({ createdBy }) => createdBy),
      { name: 'labelUri', type: 'STRING', value: ({ labelUri }) => labelUri },
      number('channelId', ({ orderId }) => office.orders.get(orderId)?.channelId ?? 0),
      flag('transfer', () => false),
    ],
    rows: () => rows,
  }
}
