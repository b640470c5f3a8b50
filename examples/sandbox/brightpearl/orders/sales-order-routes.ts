import type { BackOffice } from '../back-office/back-office.ts'
import type { Order } from '../back-office/model.ts'
import { notFound, refused } from '../errors.ts'
import { atMost, getUris } from '../id-set.ts'
import { inNoOrder } from '../products.ts'
import type { ApiRequest, Route } from '../route.ts'
import type { TimeStamps } from '../time-stamps.ts'
import { createOrder, orderOfPair } from './create-order.ts'
import { orderOfBody, type SalesOrderBody, salesOrderBody } from './order-bodies.ts'
import { shownSalesOrder } from './order-shapes.ts'

/** Orders to one request [doc]. */
export const maxOrders = 200

/**
 * Sales orders and sales credits by their own resources. A POST is the whole order or nothing [doc]. A second sales
 * order with the same external reference and instance id is a duplicate: 200, nothing changes [doc]; the answer is
 * taken to be the first one's id. For credits the rule is not confirmed: they are made a second time, by switch not.
 */
export function salesOrderRoutes(office: BackOffice, times: TimeStamps): readonly Route[] {
  return [
    ...ownResource(office, times, 'SO', 'sales-order'),
    ...ownResource(office, times, 'SC', 'sales-credit'),
    {
      method: 'POST',
      path: '/order-service/sales-order',
      operation: 'post-sales-order',
      handle(request) {
        const body = request.body(salesOrderBody)
        const wanted = orderOfBody('SO', customerOf(body), body)
        const first = orderOfPair(office, 'SO', wanted)
        if (first) {
          office.countDuplicate()
          return { response: first.id }
        }
        const { id } = createOrder(office, wanted)
        office.count('salesOrders')
        office.raise('sales-order.created', id)
        // Raised on creation too [code].
        office.raise('order.modified', id)
        return { response: id }
      },
    },
    {
      method: 'POST',
      path: '/order-service/sales-credit',
      operation: 'post-sales-credit',
      handle(request) {
        const body = request.body(salesOrderBody)
        const wanted = orderOfBody('SC', customerOf(body), body)
        const first = office.settings.creditDuplicates === 'existing' ? orderOfPair(office, 'SC', wanted) : undefined
        if (first) {
          office.countDuplicate()
          return { response: first.id }
        }
        // The parent of a credit is a sales order; its rows are positive [code].
        if (wanted.parentId && office.orders.get(wanted.parentId)?.type !== 'SO') {
          throw refused(`There is no sales order ${wanted.parentId}`)
        }
        const { id } = createOrder(office, wanted)
        office.count('salesCredits')
        office.raise('order.modified', id)
        return { response: id }
      },
    },
  ]
}

function customerOf({ customer, customerId }: SalesOrderBody): number {
  const id = customer?.id ?? customerId
  if (id === undefined) throw refused('customer.id is required')
  return id
}

function ownResource(office: BackOffice, times: TimeStamps, type: Order['type'], name: string): readonly Route[] {
  const path = `/order-service/${name}`
  const some = (request: ApiRequest): readonly Order[] => {
    const ids = request.idSet()
    if (!ids) throw refused('An ID set is required')
    atMost(maxOrders, ids)
    return office.orders.all().filter((order) => order.type === type && ids.has(order.id))
  }
  return [
    {
      method: 'GET',
      path: `${path}/:ids`,
      operation: `get-${name}`,
      handle(request) {
        const found = some(request)
        const byId = new Map(found.map((order) => [order.id, order]))
        // As for orders: an empty list rather than 404 [rec there, assumed here].
        return {
          response: inNoOrder([...byId.keys()]).map((id) => shownSalesOrder(office, byId.get(id) as Order, times)),
        }
      },
    },
    ...[path, `${path}/:ids`].map(
      (one): Route => ({
        method: 'OPTIONS',
        path: one,
        operation: `options-${name}`,
        handle(request) {
          const ids = request.idSet()
          const existing = office.orders
            .all()
            .flatMap((order) => (order.type === type && (ids?.has(order.id) ?? true) ? [order.id] : []))
          return { response: { getUris: getUris(name, existing, maxOrders) } }
        },
      }),
    ),
  ]
}

/** @throws ApiError */
export function orderById(office: BackOffice, id: number): Order {
  const order = office.orders.get(id)
  if (!order) throw notFound('No Order Found')
  return order
}
