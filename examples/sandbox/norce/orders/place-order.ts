import type { CustomerBook } from '../customers/model.ts'
import { guidOf } from '../customers/model.ts'
import type { Application, Currency, PaymentMethod } from '../model.ts'
import type { Store } from '../store.ts'
import { ticksFromMilliseconds } from '../wire-time.ts'
import { minorUnits, minus, plus, rounded } from './amounts.ts'
import type { OrderDescription, PaymentDescription } from './description.ts'
import type { OrderInfo, Party, Payment, PickupPoint, ShopOrder } from './model.ts'
import type { OrderBook } from './order-book.ts'
import { ORDER_STATUS } from './order-status.ts'
import { addressOf, companyOf, homeAddress, partyLike, personOf } from './parties.ts'
import { type AssortmentItem, rowsOf, totalIncVat } from './rows.ts'

export interface ShopFloor {
  readonly store: Store
  readonly book: OrderBook
  readonly customers: CustomerBook
  readonly applications: readonly Application[]
  readonly defaultApplicationId: number
  readonly assortment: (partNo: string) => AssortmentItem | undefined
  /** Milliseconds since 1970. */
  now(): number
}

/** Account of what the web shop itself writes. */
const WEB_ACCOUNT = 1

/**
 * Places one order as a customer would; it is in the shop afterwards, nobody is told yet.
 * @throws TypeError when the description names what is not there, or payments do not add up; nothing is placed then
 */
export function placeOrder(description: OrderDescription, floor: ShopFloor): ShopOrder {
  const { store, book, customers } = floor
  const application = applicationOf(floor, description.application)
  const currency = currencyOf(store, application, description.currency)
  const orderedAt = dateOf(description.date) ?? floor.now()
  const ref = description.ref ?? book.nextRef()
  if (book.byRef(ref) !== undefined) throw new TypeError(`There is an order ${ref} already.`)
  const stamp = { at: ticksFromMilliseconds(orderedAt), by: WEB_ACCOUNT }

  const buyer: Party = {
    infoId: book.nextId('person'),
    person: personOf(customers, description.customer ?? {}),
    company: description.company === undefined ? null : companyOf(customers, description.company),
    address: description.address === null ? null : addressOf(description.address ?? homeAddress(application.country)),
  }
  const payer = partyLike(buyer, description.billTo, book.nextId('person'), customers)
  const shipTo =
    description.shipTo === null ? null : partyLike(buyer, description.shipTo, book.nextId('person'), customers)
  const shipCountry = (shipTo?.address ?? payer.address ?? buyer.address)?.country ?? null
  const { rows, discounts } = rowsOf(description, application, currency, shipCountry, stamp, floor)
  const payments = paymentsOf(description, totalIncVat(rows), currency, floor)
  const method = chosenMethod(description, store, payments)
  const order: ShopOrder = {
    ...store.tracked(stamp),
    id: book.nextId('order'),
    quotationId: ref,
    application,
    orderNo: String(ref),
    erpOrderNo: null,
    orderedAt,
    statusId: ORDER_STATUS.Created,
    source: description.source ?? 'WEB',
    orderType: 1,
    currency,
    buyer,
    payer,
    shipTo,
    hold: description.hold ?? false,
    customerOrderRef: description.customerOrderRef ?? null,
    customerInvoiceRef: description.customerInvoiceRef ?? null,
    comment: description.comment ?? null,
    discountCode: discounts[0]?.code ?? null,
    deliveryMethod: deliveryMethodOf(store, description.deliveryMethod),
    paymentMethod: method,
    pickup: pickupOf(store, description.pickup),
    smsNotify: description.sms ?? false,
    isComplete: description.complete ?? false,
    rows,
    payments,
    discounts,
    infos: Object.entries(description.infos ?? {}).map(([code, value]): OrderInfo => {
      const type = store.orderInfoTypes.get(code)
      if (type === undefined) throw new TypeError(`There is no order info type "${code}" in the shop.`)
      return { typeId: type.id, code, name: type.name, value, stamp }
    }),
    notes: [],
    invoices: [],
    captureEnded: false,
    announced: new Set(),
  }
  book.add(order)
  return order
}

/** By id, guid or name. @throws TypeError when there is none */
export function applicationOf(floor: ShopFloor, wanted: number | string | undefined): Application {
  const { applications, defaultApplicationId } = floor
  const found = applications.find(({ id, key, name }) => [id, key, name].includes(wanted ?? defaultApplicationId))
  if (found === undefined) {
    throw new TypeError(
      `There is no application ${JSON.stringify(wanted)}. Known: ${applications.map(({ id, name }) => `${id} (${name})`).join(', ')}.`,
    )
  }
  return found
}

function currencyOf(store: Store, application: Application, code: string | undefined): Currency {
  if (code === undefined) return application.currency
  const found = store.currencies.get(code)
  if (found === undefined) throw new TypeError(`There is no currency ${code} in the shop.`)
  return found
}

function dateOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  const at = /(?:Z|[+-]\d\d:\d\d)$/.test(text) ? Date.parse(text) : Number.NaN
  if (Number.isNaN(at)) throw new TypeError(`"date" must be an instant with a zone, such as 2026-03-19T09:44:48Z.`)
  return at
}

function deliveryMethodOf(store: Store, code: string | undefined): ShopOrder['deliveryMethod'] {
  const methods = store.deliveryMethods
  if (code === undefined) return methods.values().next().value ?? null
  const found = methods.get(code)
  if (found === undefined) {
    throw new TypeError(`There is no delivery method ${code}. Known: ${[...methods.keys()].join(', ')}.`)
  }
  return found
}

function pickupOf(store: Store, pickup: OrderDescription['pickup']): PickupPoint | null {
  if (pickup === undefined) return null
  if (typeof pickup === 'string') {
    const place = store.warehouses.get(pickup)
    if (place === undefined) throw new TypeError(`There is no store ${pickup} in the shop.`)
    return { code: place.code, name: place.name ?? place.code, isDropPoint: false, address: null }
  }
  return {
    code: pickup.code,
    name: pickup.name ?? pickup.code,
    isDropPoint: pickup.dropPoint ?? true,
    address: pickup.address === undefined ? null : addressOf(pickup.address),
  }
}

function paymentsOf(
  { payments, giftCardUsed }: OrderDescription,
  total: number,
  currency: Currency,
  floor: ShopFloor,
): readonly Payment[] {
  const methods = floor.store.paymentMethods
  const wanted: PaymentDescription[] = []
  if (giftCardUsed !== undefined) wanted.push({ method: methodOfKind(methods, 'giftCard').code, amount: giftCardUsed })
  wanted.push(...(payments ?? [{ method: methodOfKind(methods, 'reserved').code }]))
  const due = rounded(total, minorUnits(currency.code))
  let left = due
  const made = wanted.map(({ method: code, amount, ref }): Payment => {
    const method = methods.get(code)
    if (method === undefined) {
      throw new TypeError(`There is no payment method ${code}. Known: ${[...methods.keys()].join(', ')}.`)
    }
    const paid = amount ?? left
    left = minus(left, paid)
    const id = floor.book.nextId('payment')
    const taken = method.kind === 'direct' || method.kind === 'giftCard'
    return {
      code: id,
      methodCode: method.code,
      name: method.name,
      kind: method.kind,
      ref: ref ?? guidOf(3, id),
      amount: paid,
      captured: taken ? paid : 0,
      refunded: 0,
      released: false,
    }
  })
  if (made.length > 0 && left !== 0) {
    throw new TypeError(`The payments come to ${plus(...made.map(({ amount }) => amount))}, the order to ${due}.`)
  }
  return made.filter(({ amount }) => amount > 0 || made.length === 1)
}

function methodOfKind(methods: ReadonlyMap<string, PaymentMethod>, kind: PaymentMethod['kind']): PaymentMethod {
  const found = [...methods.values()].find((method) => method.kind === kind)
  if (found === undefined) throw new TypeError(`The shop has no payment method of the kind ${kind}.`)
  return found
}

/** The header names one method: the last payment's, or the merchant's invoice when nothing was paid. */
function chosenMethod({ payments }: OrderDescription, store: Store, made: readonly Payment[]): PaymentMethod | null {
  const code = made.at(-1)?.methodCode ?? payments?.at(-1)?.method
  if (code !== undefined) return store.paymentMethods.get(code) ?? null
  return [...store.paymentMethods.values()].find(({ kind }) => kind === 'invoice') ?? null
}
