import { sum } from '../back-office/amounts.ts'
import type { BackOffice } from '../back-office/back-office.ts'
import { countryById } from '../back-office/countries.ts'
import type { GoodsOutNote, Order, OrderAddress } from '../back-office/model.ts'
import { isShipped, notesOf, paidOf, paymentsOf, piecesOf, totalsOf } from '../orders/derive.ts'
import { isCancelled, statusOf } from '../orders/order-shapes.ts'
import { receivedPieces } from '../warehouse/goods-in.ts'

/** An order with all that hangs on it. Amounts are texts with two decimals; times are milliseconds since 1970. */
export interface OrderView {
  readonly id: number
  readonly type: Order['type']
  readonly parentId: number
  readonly externalRef: string | undefined
  readonly instanceId: number | undefined
  readonly ref: string
  readonly status: { readonly id: number; readonly name: string }
  readonly cancelled: boolean
  readonly invoice: string | undefined
  readonly contactId: number
  readonly billingContactId: number
  readonly addresses: Readonly<
    Record<'customer' | 'billing' | 'delivery', OrderAddress & { readonly country?: string }>
  >
  readonly channelId: number
  readonly warehouseId: number
  readonly priceListId: number
  readonly shippingMethodId: number
  readonly leadSourceId: number
  readonly currency: string
  readonly placedOn: number
  readonly taxDate: number
  readonly deliveryDate: number | undefined
  readonly createdOn: number
  readonly version: number
  readonly total: { readonly net: string; readonly tax: string; readonly gross: string }
  readonly statuses: Order['derived']
  readonly rows: readonly RowView[]
  readonly reservation: { readonly warehouseId: number; readonly rows: Readonly<Record<string, number>> } | undefined
  readonly notes: readonly NoteView[]
  readonly payments: readonly PaymentView[]
  readonly paid: string
  readonly customFields: Order['customFields']
  readonly noteTexts: readonly string[]
  /** Ids of orders below it, by type. */
  readonly children: readonly number[]
  readonly credits: readonly number[]
  readonly purchaseOrders: readonly number[]
}

export interface RowView {
  readonly id: number
  readonly productId: number
  readonly sku: string | undefined
  readonly name: string
  readonly quantity: string
  readonly net: string
  readonly tax: string
  readonly taxCode: string
  readonly nominalCode: string
  readonly externalRef: string | undefined
  readonly parentRowId: number
  readonly onNotes: number
  readonly shipped: number
  readonly received: number
}

export interface NoteView {
  readonly id: number
  readonly dropShip: boolean
  readonly warehouseId: number
  readonly shipped: boolean
  readonly events: readonly string[]
  readonly tracking: string
  readonly shippingMethodId: number
  readonly rows: readonly { readonly rowId: number; readonly productId: number; readonly quantity: number }[]
}

export interface PaymentView {
  readonly id: number
  readonly type: string
  readonly method: string
  readonly transactionRef: string | undefined
  readonly transactionCode: string | undefined
  readonly amount: string
  readonly currency: string
  readonly paymentDate: number
  readonly journalId: number | null
}

export interface OrderFilter {
  readonly id?: number | undefined
  readonly externalRef?: string | undefined
  readonly ref?: string | undefined
  readonly type?: string | undefined
  readonly parentId?: number | undefined
}

export function orderViews(office: BackOffice, filter: OrderFilter = {}): readonly OrderView[] {
  return office.orders
    .all()
    .filter(
      (order) =>
        (filter.id === undefined || order.id === filter.id) &&
        (filter.externalRef === undefined || order.externalRef === filter.externalRef) &&
        (filter.ref === undefined || order.ref === filter.ref) &&
        (filter.type === undefined || order.type === filter.type) &&
        (filter.parentId === undefined || order.parentId === filter.parentId),
    )
    .map((order) => orderView(office, order))
}

function orderView(office: BackOffice, order: Order): OrderView {
  const { net, tax, gross } = totalsOf(order)
  const notes = notesOf(office, order.id)
  const onNotes = piecesOf(notes)
  const shipped = piecesOf(notes.filter(isShipped))
  const received = receivedPieces(office, order.id)
  const reservation = office.reservations.get(order.id)
  const payments = paymentsOf(office, order.id)
  const below = office.orders.all().filter(({ parentId }) => parentId === order.id)
  const idsOf = (type: Order['type']) => below.flatMap((child) => (child.type === type ? [child.id] : []))
  const address = (of: OrderAddress) => ({
    ...of,
    ...(of.countryId !== undefined && { country: countryById(of.countryId)?.iso2 ?? '' }),
  })
  return {
    id: order.id,
    type: order.type,
    parentId: order.parentId,
    externalRef: order.externalRef,
    instanceId: order.instanceId,
    ref: order.ref,
    status: { id: order.statusId, name: statusOf(order)?.name ?? '' },
    cancelled: isCancelled(order),
    invoice: order.invoice?.reference,
    contactId: order.contactId,
    billingContactId: order.billingContactId,
    addresses: {
      customer: address(order.addresses.customer),
      billing: address(order.addresses.billing),
      delivery: address(order.addresses.delivery),
    },
    channelId: order.channelId,
    warehouseId: order.warehouseId,
    priceListId: order.priceListId,
    shippingMethodId: order.shippingMethodId,
    leadSourceId: order.leadSourceId,
    currency: order.currencyCode,
    placedOn: order.placedOn,
    taxDate: order.taxDate,
    deliveryDate: order.deliveryDate,
    createdOn: order.createdOn,
    version: order.version,
    total: { net: net.toFixed(2), tax: tax.toFixed(2), gross: gross.toFixed(2) },
    statuses: order.derived,
    rows: order.rows.map((row) => ({
      id: row.id,
      productId: row.productId,
      sku: row.sku,
      name: row.name,
      quantity: row.quantity.toFixed(),
      net: row.net.toFixed(2),
      tax: row.tax.toFixed(2),
      taxCode: row.taxCode,
      nominalCode: row.nominalCode,
      externalRef: row.externalRef,
      parentRowId: row.parentRowId,
      onNotes: onNotes.get(row.id) ?? 0,
      shipped: shipped.get(row.id) ?? 0,
      received: received.get(row.id) ?? 0,
    })),
    reservation: reservation && {
      warehouseId: reservation.warehouseId,
      rows: Object.fromEntries([...reservation.rows].map(([rowId, { quantity }]) => [rowId, quantity])),
    },
    notes: notes.map(noteView),
    payments: payments.map((payment) => ({
      id: payment.id,
      type: payment.paymentType,
      method: payment.paymentMethodCode,
      transactionRef: payment.transactionRef,
      transactionCode: payment.transactionCode,
      amount: payment.amountPaid.plus(payment.amountAuthorized).toFixed(2),
      currency: payment.currencyCode,
      paymentDate: payment.paymentDate,
      journalId: payment.journalId,
    })),
    paid: paidOf(payments).paid.toFixed(2),
    customFields: order.customFields,
    noteTexts: office.orderNotes.all().flatMap(({ orderId, text }) => (orderId === order.id ? [text] : [])),
    children: idsOf('SO'),
    credits: idsOf('SC'),
    purchaseOrders: idsOf('PO'),
  }
}

function noteView(note: GoodsOutNote): NoteView {
  return {
    id: note.id,
    dropShip: note.purchaseOrderId !== undefined,
    warehouseId: note.warehouseId,
    shipped: isShipped(note),
    events: note.events.map(({ eventCode }) => eventCode),
    tracking: note.shipping.reference,
    shippingMethodId: note.shipping.shippingMethodId,
    rows: note.rows.map(({ rowId, productId, quantity }) => ({ rowId, productId, quantity })),
  }
}

/** Contacts, all or with one e-mail (whole, any case), with their addresses and how many orders they have. */
export function contactViews(
  office: BackOffice,
  filter: { readonly id?: number | undefined; readonly email?: string | undefined } = {},
) {
  const { contacts, addresses, orders } = office
  const sought = filter.email?.toLowerCase()
  return contacts
    .all()
    .filter(
      ({ id, emails }) =>
        (filter.id === undefined || id === filter.id) &&
        (sought === undefined || Object.values(emails).some((email) => email.toLowerCase() === sought)),
    )
    .map((contact) => ({
      ...contact,
      addresses: Object.fromEntries(
        Object.entries(contact.postAddressIds).map(([kind, addressId]) => [kind, addresses.get(addressId)]),
      ),
      orders: orders.all().filter(({ contactId }) => contactId === contact.id).length,
    }))
}

/** Counters, and what there is twice though it should be there once. */
export function accountView(office: BackOffice) {
  const { orders, contacts, payments } = office
  const twice = (keys: readonly (string | undefined)[]) => {
    const counts = new Map<string, number>()
    for (const key of keys) if (key !== undefined) counts.set(key, (counts.get(key) ?? 0) + 1)
    return Object.fromEntries([...counts].filter(([, count]) => count > 1))
  }
  const ofType = (type: Order['type']) => orders.all().filter((order) => order.type === type)
  return {
    ...office.counters(),
    records: {
      salesOrders: ofType('SO').length,
      purchaseOrders: ofType('PO').length,
      salesCredits: ofType('SC').length,
      contacts: contacts.all().length,
      payments: payments.all().length,
      goodsOutNotes: office.goodsOut.all().length,
      reservations: office.reservations.size,
    },
    /** Sum of the sales orders' totals, and of money in less money out, over all currencies: for comparing only. */
    totals: {
      salesOrders: sum(ofType('SO').map((order) => totalsOf(order).gross)).toFixed(2),
      paid: paidOf(payments.all()).paid.toFixed(2),
    },
    twice: {
      salesOrders: twice(ofType('SO').map(({ externalRef }) => externalRef)),
      salesCredits: twice(ofType('SC').map(({ externalRef }) => externalRef)),
      emails: twice(contacts.all().map(({ emails }) => emails.PRI?.toLowerCase())),
      payments: twice(payments.all().map(({ transactionRef }) => transactionRef)),
    },
  }
}
