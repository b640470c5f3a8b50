import type { ShopOrder } from '../orders/model.ts'
import type { OrderBook } from '../orders/order-book.ts'
import { orderRequest } from '../orders/order-request.ts'
import { ORDER_STATUS, orderStatusName } from '../orders/order-status.ts'
import type { NorceSwitches } from '../switches.ts'
import { microsoftDate, servicesInvoice, servicesOrder } from './order-shape.ts'

export interface ServicesRequest {
  readonly module: string
  readonly method: string
  readonly parameters: URLSearchParams
  readonly book: OrderBook
  readonly switches: NorceSwitches
}

/** `value` undefined: there is no such thing, which is no error. */
export type ServicesAnswer = { readonly value: unknown } | { readonly status: 400 | 404; readonly message: string }

type Parameters = (name: string) => string | undefined

class Refused extends Error {
  override readonly name = 'Refused'
}

/**
 * Services 1.1, as far as orders need them: `order/ListOrders3`, `GetOrderByNo`, `GetOrderByBasket`,
 * `ListInvoicesByBasket`, `GetInvoiceByNo`, `ListOrderStatuses`, and `shopping/GetOrderRequest`.
 *
 * Known: names and parameters [doc D22; code C3], paging from page 1, `{ItemCount, Items}`, "not found" is 200 with an
 * empty body or `null` [code C2, C12], one of the five narrowing parameters is needed. Assumed: names of parameters in
 * any case, a page of 20 without `pageSize`, parameters of the invoice methods, ListOrders3 in the order of ids, 400 for
 * a parameter that is missing or cannot be read.
 */
export function answerServices({ module, method, parameters, book, switches }: ServicesRequest): ServicesAnswer {
  const byName = new Map([...parameters].map(([name, value]) => [name.toLowerCase(), value]))
  const read: Parameters = (name) => byName.get(name.toLowerCase()) || undefined
  try {
    switch (`${module}/${method}`.toLowerCase()) {
      case 'order/listorders3':
        return { value: listOrders(book, read) }
      case 'order/getorderbyno':
        return { value: shown(book.byOrderNo(required(read, 'orderno')), servicesOrder) }
      case 'order/getorderbybasket':
        return { value: shown(book.byRef(whole(required(read, 'basketId'))), servicesOrder) }
      case 'order/listinvoicesbybasket': {
        const order = book.byRef(whole(required(read, 'basketId')))
        return { value: order?.invoices.map((invoice) => servicesInvoice(order, invoice)) ?? [] }
      }
      case 'order/getinvoicebyno': {
        const entry = book.invoicesByNo(required(read, 'invoiceNo')).at(-1)
        return { value: entry && servicesInvoice(entry.order, entry.invoice) }
      }
      case 'order/listorderstatuses':
        return { value: Object.values(ORDER_STATUS).map((id) => ({ Id: id, Name: orderStatusName(id) })) }
      case 'shopping/getorderrequest': {
        if (switches.getOrderRequest === 'absent') return notFound()
        const order = book.byRef(whole(required(read, 'basketId')))
        return { value: order && requestOf(order, switches) }
      }
      default:
        return notFound()
    }
  } catch (error) {
    if (error instanceof Refused) return { status: 400, message: error.message }
    throw error
  }
}

function requestOf(order: ShopOrder, switches: NorceSwitches): unknown {
  const request = orderRequest(order, switches)
  return switches.getOrderRequest === 'pushed' ? request : { ...request, SubmitDate: microsoftDate(order.orderedAt) }
}

function shown(order: ShopOrder | undefined, shape: (order: ShopOrder) => unknown): unknown {
  return order && shape(order)
}

function listOrders(book: OrderBook, read: Parameters): unknown {
  const [companyId, customerId] = [read('companyId'), read('customerId')]
  const [from, to] = [instant(read('fromDate')), instant(read('toDate'))]
  const divisionCode = read('divisionCode')
  if ([companyId, customerId, from, to, divisionCode].every((value) => value === undefined)) {
    throw new Refused('One of companyId, customerId, divisionCode, fromDate and toDate is required.')
  }
  const statuses = read('statusSeed')?.split(',').map(whole)
  const source = read('source')
  const orders = [...book.orders.values()].filter(
    (order) =>
      (companyId === undefined || order.buyer.company?.companyId === whole(companyId)) &&
      (customerId === undefined || order.buyer.person?.customerId === whole(customerId)) &&
      (from === undefined || order.orderedAt >= from) &&
      (to === undefined || order.orderedAt <= to) &&
      divisionCode === undefined &&
      (statuses === undefined || statuses.includes(order.statusId)) &&
      (source === undefined || order.source === source),
  )
  const size = Math.max(1, whole(read('pageSize') ?? '20'))
  const page = Math.max(1, whole(read('pageNo') ?? '1'))
  return { ItemCount: orders.length, Items: orders.slice((page - 1) * size, page * size).map(servicesOrder) }
}

function required(read: Parameters, name: string): string {
  const value = read(name)
  if (value === undefined) throw new Refused(`The parameter ${name} is required.`)
  return value
}

function whole(text: string): number {
  if (!/^\d{1,15}$/.test(text)) throw new Refused(`"${text}" is no whole number.`)
  return Number(text)
}

function instant(text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  const at = Date.parse(text)
  if (Number.isNaN(at)) throw new Refused(`"${text}" is no date.`)
  return at
}

function notFound(): ServicesAnswer {
  return { status: 404, message: 'There is no such method.' }
}
