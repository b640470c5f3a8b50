import { customFields, orderTypes, shippingStatuses, stockStatuses } from '../back-office/account-data.ts'
import type { BackOffice } from '../back-office/back-office.ts'
import type { Order } from '../back-office/model.ts'
import { patchedCustomFields, shownCustomFields } from '../custom-fields.ts'
import { ApiError, notFound, refused } from '../errors.ts'
import { atMost, getUris } from '../id-set.ts'
import { patchBody } from '../json-patch.ts'
import { metaDataRoutes } from '../meta-data-routes.ts'
import { inNoOrder } from '../products.ts'
import { type ApiRequest, collection, type Route } from '../route.ts'
import type { TimeStamps } from '../time-stamps.ts'
import { addNote, mustBeOpen, setStatus } from './change-order.ts'
import { createOrder } from './create-order.ts'
import { notesOf, piecesOf } from './derive.ts'
import {
  type LegacyOrderBody,
  legacyOrderBody,
  legacyRowBody,
  noteBody,
  orderAddress,
  statusBody,
} from './order-bodies.ts'
import { createRows } from './order-rows.ts'
import { shownOrder } from './order-shapes.ts'
import { patchedOrder, patchedRow } from './patch-order.ts'
import { maxOrders, orderById } from './sales-order-routes.ts'
import { saveOrder } from './save-order.ts'

/** Orders of every type by the older resource: a head, and rows one by one, which is not atomic [doc]. */
export function orderRoutes(office: BackOffice, times: TimeStamps): readonly Route[] {
  const orderOf = (request: ApiRequest): Order => orderById(office, request.id('order'))
  const optionalOf = (request: ApiRequest) => new Set((request.query.get('includeOptional') ?? '').split(','))
  return [
    {
      method: 'GET',
      path: '/order-service/order/:ids',
      operation: 'get-order',
      handle(request) {
        const ids = request.idSet()
        if (!ids) throw refused('An ID set of orders is required')
        const found = office.orders.all().filter(({ id }) => atMost(maxOrders, ids).has(id))
        const optional = optionalOf(request)
        // Nothing found is an empty list here, not 404 [rec].
        return {
          response: inNoOrder(found.map(({ id }) => id)).map((id) =>
            shownOrder(office, office.orders.get(id) as Order, times, optional),
          ),
        }
      },
    },
    ...['/order-service/order', '/order-service/order/:ids'].map(
      (path): Route => ({
        method: 'OPTIONS',
        path,
        operation: 'options-order',
        handle(request) {
          const ids = request.idSet()
          const existing = office.orders.all().flatMap(({ id }) => ((ids?.has(id) ?? true) ? [id] : []))
          return { response: { getUris: getUris('order', existing, maxOrders) } }
        },
      }),
    ),
    {
      method: 'POST',
      path: '/order-service/order',
      operation: 'post-order',
      handle: (request) => ({ response: postOrder(office, request.body(legacyOrderBody)) }),
    },
    {
      method: 'PATCH',
      path: '/order-service/order/:order',
      operation: 'patch-order',
      handle(request) {
        const order = orderOf(request)
        const saved = saveOrder(office, patchedOrder(office, order, request.body(patchBody)))
        return { response: shownOrder(office, saved, times) }
      },
    },
    {
      method: 'PUT',
      path: '/order-service/order/:order/status',
      operation: 'put-order-status',
      handle(request) {
        const { orderStatusId, orderNote } = request.body(statusBody)
        setStatus(office, orderOf(request), orderStatusId, { note: orderNote })
        return {}
      },
    },
    {
      method: 'POST',
      path: '/order-service/order/:order/note',
      operation: 'post-order-note',
      handle(request) {
        const id = addNote(office, orderOf(request), request.body(noteBody))
        office.count('orderNotes')
        return { response: id }
      },
    },
    {
      method: 'POST',
      path: '/order-service/order/:order/row',
      operation: 'post-order-row',
      handle(request) {
        const order = orderOf(request)
        mustBeOpen(order)
        const { productName, quantity, rowValue, productId, nominalCode } = request.body(legacyRowBody)
        const rows = createRows(
          office,
          [
            {
              productId,
              name: productName,
              quantity: quantity.magnitude,
              taxCode: rowValue.taxCode,
              net: rowValue.rowNet.value,
              tax: rowValue.rowTax.value,
              nominalCode,
            },
          ],
          {
            currencyCode: order.currencyCode,
            contactNominalCode: office.contacts.get(order.contactId)?.financialDetails.nominalCode,
          },
          Math.max(0, ...order.rows.map(({ sequence }) => sequence)) + 10,
        )
        saveOrder(office, { ...order, rows: [...order.rows, ...rows] })
        // Only the parent's id, also of a bundle [doc].
        return { response: rows[0]?.id }
      },
    },
    {
      method: 'PATCH',
      path: '/order-service/order/:order/row/:row',
      operation: 'patch-order-row',
      handle(request) {
        const order = orderOf(request)
        mustBeOpen(order)
        const rowId = request.id('row')
        const row = order.rows.find(({ id }) => id === rowId)
        if (!row) throw notFound('No Order Row Found')
        const changed = patchedRow(office, order, row, request.body(patchBody))
        saveOrder(office, { ...order, rows: order.rows.map((one) => (one === row ? changed : one)) })
        const shown = shownOrder(office, orderById(office, order.id), times) as {
          readonly orderRows: Readonly<Record<string, unknown>>
        }
        return { response: shown.orderRows[row.id] }
      },
    },
    {
      method: 'DELETE',
      path: '/order-service/order/:order/row/:row',
      operation: 'delete-order-row',
      handle(request) {
        const order = orderOf(request)
        mustBeOpen(order)
        const rowId = request.id('row')
        if (!order.rows.some(({ id }) => id === rowId)) throw notFound('No Order Row Found')
        // What is on a note or reserved stays [assumed].
        const held =
          piecesOf(notesOf(office, order.id)).has(rowId) || office.reservations.get(order.id)?.rows.has(rowId)
        if (held) throw refused(`Row ${rowId} is allocated`)
        saveOrder(office, {
          ...order,
          rows: order.rows.filter(({ id, parentRowId }) => id !== rowId && parentRowId !== rowId),
        })
        return {}
      },
    },
    {
      method: 'GET',
      path: '/order-service/order/:order/custom-field',
      operation: 'get-order-custom-field',
      handle(request) {
        const order = orderOf(request)
        return { response: shownCustomFields(fieldsOf(order), order.customFields, times) }
      },
    },
    {
      method: 'PATCH',
      path: '/order-service/order/:order/custom-field',
      operation: 'patch-order-custom-field',
      handle(request) {
        const order = orderOf(request)
        const fields = fieldsOf(order)
        const values = patchedCustomFields(fields, order.customFields, request.body(patchBody))
        saveOrder(office, { ...order, customFields: values })
        return { response: shownCustomFields(fields, values, times) }
      },
    },
    ...metaDataRoutes('/order-service/sale/custom-field-meta-data', customFields.sale),
    ...metaDataRoutes('/order-service/purchase/custom-field-meta-data', customFields.purchase),
    ...codeTable('/order-service/order-type', 'get-order-type', orderTypes),
    ...codeTable('/order-service/order-stock-status', 'get-order-stock-status', stockStatuses),
    ...codeTable('/order-service/order-shipping-status', 'get-order-shipping-status', shippingStatuses),
  ]
}

/** Only the head; the rows come in calls of their own. Codes of missing parts [rec]. */
function postOrder(office: BackOffice, body: LegacyOrderBody): number {
  const type = orderTypes.find(({ code }) => code === body.orderTypeCode)?.code
  if (body.orderTypeCode === undefined) throw new ApiError(400, 'ORDC-005', 'You have not supplied an order type code')
  if (!type) throw new ApiError(400, 'ORDC-006', `${body.orderTypeCode} is not a valid order type code`)
  const isPurchase = type === 'PO' || type === 'PC'
  const contactId = isPurchase ? body.parties?.supplier?.contactId : body.parties?.customer?.contactId
  if (contactId === undefined) {
    // The recorded text has this spelling.
    if (isPurchase) throw new ApiError(400, 'ORDC-022', 'Suppllier party has not been supplied')
    throw refused('The customer party is required')
  }
  const current = body.assignment?.current
  const { id } = createOrder(office, {
    type,
    contactId,
    billingContactId: body.parties?.billing?.contactId,
    deliveryAddress: orderAddress(body.parties?.delivery),
    ref: body.reference,
    externalRef: body.externalRef,
    instanceId: body.installedIntegrationInstanceId,
    placedOn: body.placedOn,
    taxDate: body.invoices?.[0]?.taxDate,
    parentId: body.parentOrderId,
    statusId: body.orderStatus?.orderStatusId,
    warehouseId: body.warehouseId,
    channelId: current?.channelId,
    staffOwnerId: current?.staffOwnerContactId,
    projectId: current?.projectId,
    leadSourceId: current?.leadSourceId,
    teamId: current?.teamId,
    priceListId: body.priceListId,
    priceModeCode: body.priceModeCode,
    currencyCode: body.currency?.orderCurrencyCode,
    fixedExchangeRate: body.currency?.fixedExchangeRate,
    exchangeRate: body.currency?.exchangeRate,
    deliveryDate: body.delivery?.deliveryDate,
    shippingMethodId: body.delivery?.shippingMethodId,
    rows: [],
  })
  office.count(type === 'SC' ? 'salesCredits' : isPurchase ? 'purchaseOrders' : 'salesOrders')
  office.raise('order.modified', id)
  return id
}

function fieldsOf({ type }: Order) {
  return type === 'PO' || type === 'PC' ? customFields.purchase : customFields.sale
}

/** `id`, `code`, `description` [doc]. */
function codeTable(
  path: string,
  operation: string,
  codes: readonly { readonly id: number; readonly code: string; readonly description: string }[],
): readonly Route[] {
  return collection(path, operation, (ids) => {
    const found = codes.filter(({ id }) => ids?.has(id) ?? true)
    if (found.length === 0) throw notFound('Nothing Found')
    return { response: found.map(({ id, code, description }) => ({ id, code, description })) }
  })
}
