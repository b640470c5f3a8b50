import { type Shape, ShapeError, text, whole } from '../../common/shape.ts'
import { rounded } from '../back-office/amounts.ts'
import type { BackOffice } from '../back-office/back-office.ts'
import type { Order, OrderRow } from '../back-office/model.ts'
import { decimalOf, instant } from '../body.ts'
import { ApiError, refused } from '../errors.ts'
import type { PatchOperation } from '../json-patch.ts'
import { notesOf, piecesOf } from './derive.ts'
import { checkAmount, checkNominalCode, checkQuantity, decimalsOf } from './order-rows.ts'

/**
 * Patches the head: paths and operations [doc]. An operation that a path does not take: 500 CMNC-044 [rec]; another
 * path, such as one of an address: CMNC-043 [code], as 400 [assumed].
 * @throws ApiError
 */
export function patchedOrder(office: BackOffice, order: Order, patch: readonly PatchOperation[]): Order {
  return patch.reduce((changed, operation) => patchOnce(office, changed, operation), order)
}

function patchOnce(office: BackOffice, order: Order, { op, path, value }: PatchOperation): Order {
  const allow = (...operations: readonly PatchOperation['op'][]) => {
    if (!operations.includes(op)) {
      throw new ApiError(500, 'CMNC-044', `Invalid patch operation (${op}) for given path (${path})`)
    }
  }
  const { warehouses, shippingMethods } = office.catalogue.reference
  switch (path) {
    case '/reference':
      allow('replace', 'remove')
      return { ...order, ref: op === 'remove' ? '' : read(text({ most: 64 }), value, path) }
    case '/warehouseId': {
      allow('replace')
      const warehouseId = read(whole({ least: 1 }), value, path)
      if (order.derived.allocation === 'AAA' || order.derived.allocation === 'APA') {
        throw refused(`Order ${order.id} is allocated: its warehouse stays`)
      }
      if (!warehouses.some(({ id }) => id === warehouseId)) throw refused(`There is no warehouse ${warehouseId}`)
      return { ...order, warehouseId }
    }
    case '/delivery/shippingMethodId': {
      allow('replace', 'remove')
      const shippingMethodId = op === 'remove' ? 0 : read(whole(), value, path)
      if (shippingMethodId !== 0 && !shippingMethods.some(({ id }) => id === shippingMethodId)) {
        throw refused(`There is no shipping method ${shippingMethodId}`)
      }
      return { ...order, shippingMethodId }
    }
    case '/delivery/deliveryDate':
      allow('replace')
      return { ...order, deliveryDate: read(instant, value, path) }
    case '/parties/customer/contactId':
    case '/parties/billing/contactId': {
      allow('replace')
      if (order.invoice) throw refused(`Order ${order.id} is invoiced: its parties stay`)
      const contactId = read(whole({ least: 1 }), value, path)
      if (!office.contacts.has(contactId)) throw refused(`There is no contact ${contactId}`)
      return path === '/parties/billing/contactId' ? { ...order, billingContactId: contactId } : { ...order, contactId }
    }
    default:
      throw new ApiError(400, 'CMNC-043', `Patch path ${path} is not supported`)
  }
}

/**
 * Patches a row: paths [doc], `replace` only [assumed]. A new net recalculates the tax [rec], by the rate of the row's
 * tax code [assumed]; a new quantity leaves the amounts alone [assumed], and is not below what is on notes [assumed].
 * @throws ApiError
 */
export function patchedRow(
  office: BackOffice,
  order: Order,
  row: OrderRow,
  patch: readonly PatchOperation[],
): OrderRow {
  return patch.reduce((changed, operation) => patchRowOnce(office, order, changed, operation), row)
}

function patchRowOnce(office: BackOffice, order: Order, row: OrderRow, { op, path, value }: PatchOperation): OrderRow {
  const decimals = decimalsOf(office.catalogue, order.currencyCode)
  const replace = () => {
    if (op !== 'replace')
      throw new ApiError(500, 'CMNC-044', `Invalid patch operation (${op}) for given path (${path})`)
  }
  const product = office.catalogue.product(row.productId)
  switch (path) {
    case '/quantity/magnitude': {
      replace()
      const quantity = read(decimalOf(12), value, path)
      checkQuantity(quantity, product !== undefined && (product.stockTracked || product.components !== undefined))
      const held =
        (piecesOf(notesOf(office, order.id)).get(row.id) ?? 0) +
        (office.reservations.get(order.id)?.rows.get(row.id)?.quantity ?? 0)
      if (quantity.lt(held)) throw refused(`Row ${row.id} has ${held} pieces allocated`)
      return { ...row, quantity }
    }
    case '/rowValue/rowNet/value': {
      replace()
      const net = read(decimalOf(12), value, path)
      checkAmount(net, decimals)
      const rate = office.catalogue.reference.taxCodes.find(({ code }) => code === row.taxCode)?.rate ?? 0
      return { ...row, net, tax: rounded(net.times(rate).div(100), decimals) }
    }
    case '/rowValue/rowTax/value': {
      replace()
      const tax = read(decimalOf(12), value, path)
      checkAmount(tax, decimals)
      return { ...row, tax }
    }
    case '/nominalCode': {
      replace()
      const nominalCode = read(text({ least: 1 }), value, path)
      checkNominalCode(nominalCode)
      return { ...row, nominalCode }
    }
    case '/orderRowSequence': {
      replace()
      const sequence = Number(read(text({ least: 1 }), typeof value === 'number' ? String(value) : value, path))
      if (!Number.isSafeInteger(sequence)) throw refused('A sequence is a whole number')
      return { ...row, sequence }
    }
    case '/rowValue/taxCalculator':
      replace()
      // What it does is not known: accepted without an effect [assumed].
      return row
    default:
      throw new ApiError(400, 'CMNC-043', `Patch path ${path} is not supported`)
  }
}

function read<Value>(shape: Shape<Value>, value: unknown, path: string): Value {
  try {
    return shape(value, path)
  } catch (error) {
    if (!(error instanceof ShapeError)) throw error
    throw error.kind === 'type' ? new ApiError(500, 'CMNU-003', error.message) : refused(error.message)
  }
}
