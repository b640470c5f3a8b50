import { list, object, oneOf, optional, type Read, text, whole, yesNo } from '../../common/shape.ts'
import type { OrderAddress } from '../back-office/model.ts'
import { decimalOf, instant } from '../body.ts'
import { countryOf } from '../contacts/address-routes.ts'
import type { NewOrder } from './create-order.ts'

const addressFields = {
  addressFullName: optional(text()),
  companyName: optional(text()),
  addressLine1: optional(text()),
  addressLine2: optional(text()),
  addressLine3: optional(text()),
  addressLine4: optional(text()),
  postalCode: optional(text()),
  countryId: optional(whole({ least: 1 })),
  countryIsoCode: optional(text()),
  telephone: optional(text()),
  mobileTelephone: optional(text()),
  fax: optional(text()),
  email: optional(text()),
}

export const addressBody = object(addressFields)

const row = object({
  productId: optional(whole({ least: 1 })),
  name: optional(text()),
  quantity: decimalOf(12),
  taxCode: text({ least: 1 }),
  net: decimalOf(12),
  tax: decimalOf(12),
  nominalCode: optional(text()),
  externalRef: optional(text()),
  sequence: optional(whole()),
})

/** `POST sales-order` [doc]; a sales credit has the same vocabulary [code]. `ref` has 64 characters at most [doc]. */
export const salesOrderBody = object({
  customer: optional(object({ id: whole({ least: 1 }), address: optional(addressBody) })),
  customerId: optional(whole({ least: 1 })),
  billing: optional(object({ contactId: optional(whole({ least: 1 })), address: optional(addressBody) })),
  ref: optional(text({ most: 64 })),
  externalRef: optional(text({ least: 1 })),
  installedIntegrationInstanceId: optional(whole({ least: 1 })),
  placedOn: optional(instant),
  taxDate: optional(instant),
  parentId: optional(whole()),
  statusId: optional(whole({ least: 1 })),
  warehouseId: optional(whole({ least: 1 })),
  channelId: optional(whole()),
  staffOwnerId: optional(whole()),
  projectId: optional(whole()),
  leadSourceId: optional(whole()),
  teamId: optional(whole()),
  priceListId: optional(whole()),
  priceModeCode: optional(oneOf(['INC', 'EXC'])),
  currency: optional(
    object({
      code: text({ least: 3, most: 3 }),
      fixedExchangeRate: optional(yesNo),
      exchangeRate: optional(decimalOf(6, { above: 0 })),
    }),
  ),
  delivery: optional(
    object({ date: optional(instant), shippingMethodId: optional(whole()), address: optional(addressBody) }),
  ),
  // Whether an order without rows is taken is not documented; "the whole order with rows, or nothing" [assumed: refused].
  rows: list(row, { least: 1 }),
})

export type SalesOrderBody = Read<{ readonly body: typeof salesOrderBody }>['body']

export function orderOfBody(type: 'SO' | 'SC', contactId: number, body: SalesOrderBody): NewOrder {
  return {
    type,
    contactId,
    customerAddress: orderAddress(body.customer?.address),
    billingContactId: body.billing?.contactId,
    billingAddress: orderAddress(body.billing?.address),
    deliveryAddress: orderAddress(body.delivery?.address),
    ref: body.ref,
    externalRef: body.externalRef,
    instanceId: body.installedIntegrationInstanceId,
    placedOn: body.placedOn,
    taxDate: body.taxDate,
    parentId: body.parentId,
    statusId: body.statusId,
    warehouseId: body.warehouseId,
    channelId: body.channelId,
    staffOwnerId: body.staffOwnerId,
    projectId: body.projectId,
    leadSourceId: body.leadSourceId,
    teamId: body.teamId,
    priceListId: body.priceListId,
    priceModeCode: body.priceModeCode,
    currencyCode: body.currency?.code,
    fixedExchangeRate: body.currency?.fixedExchangeRate,
    exchangeRate: body.currency?.exchangeRate,
    deliveryDate: body.delivery?.date,
    shippingMethodId: body.delivery?.shippingMethodId,
    rows: body.rows,
  }
}

/** @throws ApiError for a country that does not exist. */
export function orderAddress(body: Read<typeof addressFields> | undefined): OrderAddress | undefined {
  if (!body) return undefined
  const { countryId: _, countryIsoCode: __, ...rest } = body
  const country = countryOf(body)
  return { ...rest, ...(country && { countryId: country.id }) }
}

const legacyValue = object({ value: decimalOf(12), currencyCode: optional(text()) })

/** `POST order` [doc, rec]: the head alone. */
export const legacyOrderBody = object({
  // Missing and unknown types have codes of their own, so the reader below looks at it.
  orderTypeCode: optional(text()),
  reference: optional(text({ most: 64 })),
  parentOrderId: optional(whole()),
  priceListId: optional(whole()),
  priceModeCode: optional(oneOf(['INC', 'EXC'])),
  placedOn: optional(instant),
  orderStatus: optional(object({ orderStatusId: whole({ least: 1 }) })),
  delivery: optional(object({ deliveryDate: optional(instant), shippingMethodId: optional(whole()) })),
  invoices: optional(list(object({ taxDate: optional(instant) }))),
  currency: optional(
    object({
      orderCurrencyCode: text({ least: 3, most: 3 }),
      fixedExchangeRate: optional(yesNo),
      exchangeRate: optional(decimalOf(6, { above: 0 })),
    }),
  ),
  parties: optional(
    object({
      customer: optional(object({ contactId: whole({ least: 1 }) })),
      supplier: optional(object({ contactId: whole({ least: 1 }) })),
      delivery: optional(addressBody),
      billing: optional(object({ contactId: whole({ least: 1 }) })),
    }),
  ),
  assignment: optional(
    object({
      current: object({
        channelId: optional(whole()),
        leadSourceId: optional(whole()),
        projectId: optional(whole()),
        staffOwnerContactId: optional(whole()),
        teamId: optional(whole()),
      }),
    }),
  ),
  warehouseId: optional(whole({ least: 1 })),
  externalRef: optional(text({ least: 1 })),
  installedIntegrationInstanceId: optional(whole({ least: 1 })),
})

export type LegacyOrderBody = Read<{ readonly body: typeof legacyOrderBody }>['body']

/** `POST order/{id}/row` [doc]. */
export const legacyRowBody = object({
  productId: optional(whole({ least: 1 })),
  productName: optional(text()),
  quantity: object({ magnitude: decimalOf(12) }),
  rowValue: object({ taxCode: text({ least: 1 }), rowNet: legacyValue, rowTax: legacyValue }),
  nominalCode: optional(text()),
})

/** `PUT order/{id}/status` [rec, code]. */
export const statusBody = object({
  orderStatusId: whole({ least: 1 }),
  orderNote: optional(object({ text: text(), isPublic: optional(yesNo), fileId: optional(whole()) })),
})

/** `POST order/{id}/note` [code]. */
export const noteBody = object({
  text: text({ least: 1 }),
  isPublic: optional(yesNo),
  contactId: optional(whole({ least: 1 })),
  fileId: optional(whole()),
  addedOn: optional(instant),
})
