import { list, object, oneOf, optional, type Shape, text, whole, yesNo } from '../../common/shape.ts'
import { pay } from '../accounting/payments.ts'
import { customFields } from '../back-office/account-data.ts'
import { type Decimal, rounded } from '../back-office/amounts.ts'
import { type BackOffice, staffId } from '../back-office/back-office.ts'
import type { Order } from '../back-office/model.ts'
import { supplierId } from '../back-office/seed.ts'
import { decimalOf, instant } from '../body.ts'
import { contactFieldsOf } from '../contacts/contact-shape.ts'
import { patchedContact } from '../contacts/patch-contact.ts'
import { patchedCustomFields } from '../custom-fields.ts'
import { patchBody } from '../json-patch.ts'
import { invoiceOrder, setQuantities, setStatus, splitOrder, statusMeaning } from '../orders/change-order.ts'
import { createOrder } from '../orders/create-order.ts'
import { isTracked, notesOf, piecesOf } from '../orders/derive.ts'
import { createRows, decimalsOf, type NewRow } from '../orders/order-rows.ts'
import { refreshOrder, saveOrder } from '../orders/save-order.ts'
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
import { findNote, findOrder, findRow, orderName, type RowName, rowName } from './find.ts'

/** One thing that the staff does. Answers what came of it. @throws Error with a message for the sender */
interface Action<Body> {
  readonly shape: Shape<Body>
  run(office: BackOffice, body: Body): unknown
}

function action<Body>(shape: Shape<Body>, run: (office: BackOffice, body: Body) => unknown): Action<never> {
  return { shape, run } as unknown as Action<never>
}

const order = orderName
const pieces = list(object({ ...rowName, quantity: whole({ least: 1 }) }))
const amounts = decimalOf(12)
const newRow = object({
  productId: optional(whole({ least: 1 })),
  name: optional(text()),
  quantity: decimalOf(4),
  taxCode: text(),
  net: amounts,
  tax: amounts,
  nominalCode: optional(text()),
})

/** What the staff can do, by name. `force` does what the account would not allow, for tests of alarms. */
const actions = {
  setStatus: action(
    object({ order, status: whole(), force: optional(yesNo) }),
    (office, { order: name, status, force }) => {
      setStatus(office, findOrder(office, name), status, { force: force ?? false })
    },
  ),
  cancel: action(object({ order, force: optional(yesNo) }), (office, { order: name, force }) => {
    const found = findOrder(office, name)
    setStatus(office, found, statusMeaning(found, 'cancelled'), { force: force ?? false })
  }),
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
  /** Moves what cannot be delivered to a child order. */
  split: action(
    object({
      order,
      rows: list(object({ ...rowName, quantity: decimalOf(4, { above: 0 }) }), { least: 1 }),
      status: optional(whole()),
    }),
    (office, { order: name, rows, status }) => {
      const found = findOrder(office, name)
      const parts = rows.map(({ quantity, ...row }) => ({ rowId: findRow(found, row).id, quantity }))
      return { child: splitOrder(office, found, parts, status).child.id }
    },
  ),
  /** Cancels a part: sets what is still wanted of rows; 0 takes one out. */
  setQuantities: action(
    object({ order, rows: list(object({ ...rowName, quantity: decimalOf(4, { above: -1 }) }), { least: 1 }) }),
    (office, { order: name, rows }) => {
      const found = findOrder(office, name)
      setQuantities(
        office,
        found,
        rows.map(({ quantity, ...row }) => ({ rowId: findRow(found, row).id, quantity })),
      )
    },
  ),
  addRow: action(object({ order, row: newRow }), (office, { order: name, row }) => {
    const found = findOrder(office, name)
    const rows = createRows(office, [row], { currencyCode: found.currencyCode, contactNominalCode: undefined }, 990)
    saveOrder(office, { ...found, rows: [...found.rows, ...rows] })
    return { row: rows[0]?.id }
  }),
  /** All of it; or, with `rows`, a part: the rest moves to a child order first, as an order has one invoice. */
  invoice: action(
    object({
      order,
      rows: optional(list(object({ ...rowName, quantity: decimalOf(4, { above: 0 }) }), { least: 1 })),
      taxDate: optional(instant),
      status: optional(whole()),
    }),
    (office, { order: name, rows, taxDate, status }) => {
      const found = findOrder(office, name)
      const rest = rows ? restOf(found, rows) : []
      const split = rest.length > 0 ? splitOrder(office, found, rest) : undefined
      const invoiced = invoiceOrder(office, split?.parent ?? found, { taxDate, statusId: status })
      return { invoice: invoiced.invoice?.reference, ...(split && { child: split.child.id }) }
    },
  ),
  /**
   * A sales credit below an order: rows by name with their quantity (amounts in proportion, or as given), and rows of
   * their own such as a compensation.
   */
  credit: action(
    object({
      order,
      rows: optional(
        list(
          object({ ...rowName, quantity: decimalOf(4, { above: 0 }), net: optional(amounts), tax: optional(amounts) }),
        ),
      ),
      extra: optional(list(newRow)),
      status: optional(whole()),
      ref: optional(text()),
    }),
    (office, { order: name, rows = [], extra = [], status, ref }) => {
      const found = findOrder(office, name)
      const credited = rows.map(({ quantity, net, tax, ...row }) => creditRow(office, found, row, quantity, net, tax))
      const credit = createOrder(office, {
        type: 'SC',
        contactId: found.contactId,
        parentId: found.id,
        billingContactId: found.billingContactId,
        channelId: found.channelId,
        warehouseId: found.warehouseId,
        priceListId: found.priceListId,
        priceModeCode: found.priceModeCode,
        currencyCode: found.currencyCode,
        exchangeRate: found.exchangeRate,
        ref: ref ?? found.ref,
        statusId: status,
        rows: [...credited, ...extra],
      })
      office.raise('order.modified', credit.id)
      return { credit: credit.id }
    },
  ),
  pay: action(
    object({
      order,
      type: oneOf(['AUTH', 'CAPTURE', 'PAYMENT', 'RECEIPT', 'VOID']),
      amount: decimalOf(4, { above: 0 }),
      method: optional(text()),
      transactionRef: optional(text()),
      transactionCode: optional(text()),
    }),
    (office, { order: name, type, amount, method, transactionRef, transactionCode }) => {
      const found = findOrder(office, name)
      const authorizes = type === 'AUTH' || type === 'VOID'
      const payment = pay(office, {
        transactionRef,
        transactionCode,
        paymentMethodCode: method ?? 'CARD',
        paymentType: type,
        orderId: found.id,
        currencyIsoCode: found.currencyCode,
        ...(authorizes ? { amountAuthorized: amount } : { amountPaid: amount }),
        ...(type === 'AUTH' && { authorizationExpiry: office.clock.now() + 7 * 86_400_000 }),
        paymentDate: office.clock.now(),
      })
      return { payment: payment.id }
    },
  ),
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
  /** An order taken by telephone, or by another channel. */
  sell: action(
    object({
      contact: whole({ least: 1 }),
      channel: optional(whole()),
      status: optional(whole()),
      currency: optional(text()),
      rows: list(newRow, { least: 1 }),
    }),
    (office, { contact, channel, status, currency, rows }) => {
      const { id } = createOrder(office, {
        type: 'SO',
        contactId: contact,
        channelId: channel ?? 1,
        statusId: status,
        currencyCode: currency,
        rows,
      })
      office.raise('order.modified', id)
      return { order: id }
    },
  ),
  /** Changes a contact by the paths that PATCH knows. */
  changeContact: action(object({ contact: whole(), patch: patchBody }), (office, { contact, patch }) => {
    const found = office.contacts.get(contact)
    if (!found) throw new RangeError(`There is no contact ${contact}.`)
    office.contacts.put(contact, { ...patchedContact(office, found, patch), updatedOn: office.clock.now() })
  }),
  contactFields: action(object({ contact: whole(), patch: patchBody }), (office, { contact, patch }) => {
    const found = office.contacts.get(contact)
    if (!found) throw new RangeError(`There is no contact ${contact}.`)
    const values = patchedCustomFields(contactFieldsOf(found), found.customFields, patch)
    office.contacts.put(contact, { ...found, customFields: values, updatedOn: office.clock.now() })
  }),
  orderFields: action(object({ order, patch: patchBody }), (office, { order: name, patch }) => {
    const found = findOrder(office, name)
    saveOrder(office, { ...found, customFields: patchedCustomFields(customFields.sale, found.customFields, patch) })
  }),
  /** Gone without a trace: what a client must take for an alarm. */
  deleteOrder: action(object({ order }), (office, { order: name }) => {
    const found = findOrder(office, name)
    dropReservation(office, found.id)
    office.orders.remove(found.id)
  }),
} satisfies Record<string, Action<never>>

export type StaffAction = { readonly action: keyof typeof actions } & Readonly<Record<string, unknown>>

/**
 * Does what the staff of the back office does, one thing after the other; the first that fails stops the rest.
 * @returns one result for each
 * @throws Error that says what was not understood, not there, or not allowed
 */
export function actAsStaff(office: BackOffice, body: unknown): readonly unknown[] {
  const all: readonly unknown[] = Array.isArray(body) ? body : [body]
  return all.map((one) => {
    const { action: name, ...rest } = (typeof one === 'object' && one !== null ? one : {}) as Partial<StaffAction>
    if (name === undefined || !Object.hasOwn(actions, name)) {
      throw new TypeError(`There is no action "${name}". Known: ${Object.keys(actions).join(', ')}.`)
    }
    const { shape, run } = actions[name] as unknown as Action<unknown>
    return run(office, shape(rest)) ?? {}
  })
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

/** What is not among the rows named, or more than they say. */
function restOf(found: Order, rows: readonly (RowName & { readonly quantity: Decimal })[]) {
  const kept = new Map(rows.map(({ quantity, ...name }) => [findRow(found, name).id, quantity]))
  return found.rows.flatMap((row) => {
    if (row.parentRowId !== 0) return []
    const rest = row.quantity.minus(kept.get(row.id) ?? 0)
    return rest.gt(0) ? [{ rowId: row.id, quantity: rest }] : []
  })
}

function creditRow(
  office: BackOffice,
  found: Order,
  name: RowName,
  quantity: Decimal,
  net: Decimal | undefined,
  tax: Decimal | undefined,
): NewRow {
  const row = findRow(found, name)
  const decimals = decimalsOf(office.catalogue, found.currencyCode)
  const share = (amount: Decimal) => rounded(amount.times(quantity).div(row.quantity), decimals)
  return {
    productId: row.sku === undefined ? undefined : row.productId,
    name: row.name,
    quantity,
    taxCode: row.taxCode,
    net: net ?? share(row.net),
    tax: tax ?? share(row.tax),
    nominalCode: row.nominalCode,
  }
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
