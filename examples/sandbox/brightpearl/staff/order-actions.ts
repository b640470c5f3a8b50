import { list, object, oneOf, optional, text, whole, yesNo } from '../../common/shape.ts'
import { pay } from '../accounting/payments.ts'
import { customFields } from '../back-office/account-data.ts'
import { type Decimal, rounded } from '../back-office/amounts.ts'
import type { BackOffice } from '../back-office/back-office.ts'
import type { Order } from '../back-office/model.ts'
import { decimalOf, instant } from '../body.ts'
import { patchedCustomFields } from '../custom-fields.ts'
import { patchBody } from '../json-patch.ts'
import { invoiceOrder, setQuantities, setStatus, splitOrder, statusMeaning } from '../orders/change-order.ts'
import { createOrder } from '../orders/create-order.ts'
import { createRows, decimalsOf, type NewRow } from '../orders/order-rows.ts'
import { saveOrder } from '../orders/save-order.ts'
import { dropReservation } from '../warehouse/reservations.ts'
import { action, amounts, newRow, order } from './action.ts'
import { findOrder, findRow, type RowName, rowName } from './find.ts'

export const orderActions = {
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
