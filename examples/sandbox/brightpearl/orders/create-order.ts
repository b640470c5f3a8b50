import { firstStatus, leadSources, type OrderTypeCode, orderStatuses } from '../back-office/account-data.ts'
import { type Decimal, decimal } from '../back-office/amounts.ts'
import { type BackOffice, staffId } from '../back-office/back-office.ts'
import type { Contact, Order, OrderAddress, PostalAddress } from '../back-office/model.ts'
import { refused } from '../errors.ts'
import { derive } from './derive.ts'
import { createRows, decimalsOf, type NewRow } from './order-rows.ts'

/** An order as asked for, whichever resource it came through. What is undefined gets the account's default. */
export interface NewOrder {
  readonly type: OrderTypeCode
  readonly contactId: number
  readonly customerAddress?: OrderAddress | undefined
  readonly billingContactId?: number | undefined
  readonly billingAddress?: OrderAddress | undefined
  readonly deliveryAddress?: OrderAddress | undefined
  readonly ref?: string | undefined
  readonly externalRef?: string | undefined
  readonly instanceId?: number | undefined
  readonly placedOn?: number | undefined
  readonly taxDate?: number | undefined
  readonly parentId?: number | undefined
  readonly statusId?: number | undefined
  readonly warehouseId?: number | undefined
  readonly channelId?: number | undefined
  readonly staffOwnerId?: number | undefined
  readonly projectId?: number | undefined
  readonly leadSourceId?: number | undefined
  readonly teamId?: number | undefined
  readonly priceListId?: number | undefined
  readonly priceModeCode?: 'INC' | 'EXC' | undefined
  readonly currencyCode?: string | undefined
  readonly fixedExchangeRate?: boolean | undefined
  readonly exchangeRate?: Decimal | undefined
  readonly deliveryDate?: number | undefined
  readonly shippingMethodId?: number | undefined
  readonly rows: readonly NewRow[]
}

/**
 * Makes an order with its rows, or nothing at all [doc]. References must exist [assumed]: a real account refuses
 * most of them, with codes that are not known.
 * @throws ApiError
 */
export function createOrder(office: BackOffice, wanted: NewOrder, givenId?: number): Order {
  const { catalogue, clock, contacts, orders } = office
  const { reference } = catalogue
  const contact = contacts.get(wanted.contactId)
  if (!contact) throw refused(`There is no contact ${wanted.contactId}`)
  const billingContactId = wanted.billingContactId ?? contact.organisationId
  const billingContact = contacts.get(billingContactId)
  if (!billingContact) throw refused(`There is no contact ${billingContactId}`)

  const channel = mustExist('channel', reference.channels, wanted.channelId)
  const warehouseId = wanted.warehouseId ?? channel?.defaultWarehouseId ?? reference.warehouses[0]?.id ?? 0
  mustExist('warehouse', reference.warehouses, warehouseId)
  mustExist('shipping method', reference.shippingMethods, wanted.shippingMethodId)
  mustExist('lead source', leadSources, wanted.leadSourceId)
  const priceListId = wanted.priceListId ?? channel?.defaultPriceListId ?? contact.financialDetails.priceListId
  const priceList = mustExist('price list', reference.priceLists, priceListId)
  const statusId = wanted.statusId ?? firstStatus[wanted.type]
  checkStatus(statusId, wanted.type)
  if (wanted.parentId !== undefined && wanted.parentId !== 0 && !orders.has(wanted.parentId)) {
    throw refused(`There is no order ${wanted.parentId}`)
  }

  const base = reference.currencies.find(({ isDefault }) => isDefault)
  const currencyCode = wanted.currencyCode ?? base?.code ?? ''
  decimalsOf(catalogue, currencyCode)
  const currency = reference.currencies.find(({ code }) => code === currencyCode)
  const exchangeRate = wanted.exchangeRate ?? decimal(currency?.exchangeRate ?? 1)
  if (currency?.isDefault && !exchangeRate.eq(1)) throw refused('The exchange rate of the account currency is 1')

  const rows = createRows(office, wanted.rows, {
    currencyCode,
    contactNominalCode: contact.financialDetails.nominalCode,
  })
  const now = clock.now()
  const order: Omit<Order, 'derived'> = {
    id: givenId ?? orders.nextId(),
    type: wanted.type,
    parentId: wanted.parentId ?? 0,
    version: 1,
    ref: wanted.ref ?? '',
    ...(wanted.externalRef !== undefined && { externalRef: wanted.externalRef }),
    ...(wanted.instanceId !== undefined && { instanceId: wanted.instanceId }),
    statusId,
    contactId: contact.id,
    billingContactId,
    addresses: {
      customer: wanted.customerAddress ?? addressOf(office, contact, 'DEF'),
      billing: wanted.billingAddress ?? addressOf(office, billingContact, 'BIL'),
      delivery: wanted.deliveryAddress ?? addressOf(office, contact, 'DEL'),
    },
    placedOn: wanted.placedOn ?? now,
    taxDate: wanted.taxDate ?? now - (now % 86_400_000),
    priceListId,
    priceModeCode: wanted.priceModeCode ?? (priceList?.gross ? 'INC' : 'EXC'),
    currencyCode,
    exchangeRate,
    fixedExchangeRate: wanted.fixedExchangeRate ?? false,
    ...(wanted.deliveryDate !== undefined && { deliveryDate: wanted.deliveryDate }),
    shippingMethodId: wanted.shippingMethodId ?? 0,
    channelId: wanted.channelId ?? 0,
    leadSourceId: wanted.leadSourceId ?? contact.leadSourceId,
    staffOwnerId: wanted.staffOwnerId ?? contact.staffOwnerContactId,
    projectId: wanted.projectId ?? 0,
    teamId: wanted.teamId ?? 0,
    warehouseId,
    rows,
    customFields: {},
    createdById: staffId,
    createdOn: now,
    updatedOn: null,
  }
  const made: Order = { ...order, derived: derive(office, order) }
  orders.put(made.id, made)
  return made
}

/** The order of the pair that is unique together [doc], if there is one. */
export function orderOfPair(
  { orders }: BackOffice,
  type: OrderTypeCode,
  { externalRef, instanceId }: Pick<NewOrder, 'externalRef' | 'instanceId'>,
): Order | undefined {
  if (externalRef === undefined || instanceId === undefined) return undefined
  return orders
    .all()
    .find((order) => order.type === type && order.externalRef === externalRef && order.instanceId === instanceId)
}

/** @throws ApiError */
export function checkStatus(statusId: number, type: OrderTypeCode): void {
  const status = orderStatuses.find((one) => one.statusId === statusId)
  if (status?.orderTypeCode !== type) throw refused(`There is no order status ${statusId} for orders of type ${type}`)
}

function mustExist<Item extends { readonly id: number }>(
  what: string,
  items: readonly Item[],
  id: number | undefined,
): Item | undefined {
  // 0 means none on orders [doc].
  if (id === undefined || id === 0) return undefined
  const item = items.find((one) => one.id === id)
  if (!item) throw refused(`There is no ${what} ${id}`)
  return item
}

/** A party's address when the order brings none: from the contact [doc]. */
export function addressOf({ addresses }: BackOffice, contact: Contact, kind: 'DEF' | 'BIL' | 'DEL'): OrderAddress {
  const postal: PostalAddress | undefined = addresses.get(contact.postAddressIds[kind])
  const [addressLine1 = '', addressLine2 = '', addressLine3 = '', addressLine4 = ''] = postal?.lines ?? []
  return {
    addressFullName: `${contact.firstName} ${contact.lastName}`,
    companyName: contact.organisationName,
    addressLine1,
    addressLine2,
    addressLine3,
    addressLine4,
    postalCode: postal?.postalCode ?? '',
    ...(postal && { countryId: postal.countryId }),
    telephone: contact.telephones.PRI ?? '',
    mobileTelephone: contact.telephones.MOB ?? '',
    fax: contact.telephones.FAX ?? '',
    email: contact.emails.PRI ?? '',
  }
}
