import { customFields, orderStatuses } from '../back-office/account-data.ts'
import type { BackOffice } from '../back-office/back-office.ts'
import { countryById } from '../back-office/countries.ts'
import type { Order, OrderAddress, OrderRow } from '../back-office/model.ts'
import { shownCustomFields } from '../custom-fields.ts'
import type { TimeStamps } from '../time-stamps.ts'
import { totalsOf } from './derive.ts'

/** Texts of amounts: four decimals for rows, two for taxes and totals, six for a rate [rec]. */
const four = (value: { toFixed(decimals: number): string }) => value.toFixed(4)
const two = (value: { toFixed(decimals: number): string }) => value.toFixed(2)

/** A sales order or sales credit as its own resource answers it: rows are an array [doc; code]. */
export function shownSalesOrder(office: BackOffice, order: Order, times: TimeStamps): unknown {
  const totals = totalsOf(order)
  const address = (of: OrderAddress) => {
    const { countryId, ...rest } = of
    return { ...filled(rest), ...(countryId !== undefined && { countryIsoCode: countryById(countryId)?.iso2 }) }
  }
  return {
    id: order.id,
    customer: { id: order.contactId, address: address(order.addresses.customer) },
    billing: { contactId: order.billingContactId, address: address(order.addresses.billing) },
    ref: order.ref,
    ...(order.externalRef !== undefined && { externalRef: order.externalRef }),
    placedOn: times.write(order.placedOn),
    taxDate: times.write(order.taxDate),
    parentId: order.parentId,
    statusId: order.statusId,
    warehouseId: order.warehouseId,
    channelId: order.channelId,
    staffOwnerId: order.staffOwnerId,
    projectId: order.projectId,
    leadSourceId: order.leadSourceId,
    teamId: order.teamId,
    priceListId: order.priceListId,
    priceModeCode: order.priceModeCode,
    currency: {
      fixedExchangeRate: order.fixedExchangeRate,
      exchangeRate: order.exchangeRate.toFixed(6),
      code: order.currencyCode,
    },
    delivery: {
      ...(order.deliveryDate !== undefined && { date: times.write(order.deliveryDate) }),
      shippingMethodId: order.shippingMethodId,
      address: address(order.addresses.delivery),
    },
    rows: order.rows.map((row) => ({
      id: row.id,
      productId: row.productId,
      name: row.name,
      ...(row.sku !== undefined && { sku: row.sku }),
      quantity: four(row.quantity),
      taxCode: row.taxCode,
      tax: two(row.tax),
      net: four(row.net),
      nominalCode: row.nominalCode,
      ...(row.externalRef !== undefined &&
        office.settings.rowExternalRefs === 'shown' && { externalRef: row.externalRef }),
      productPrice: productPrice(office, order, row),
      discountPercentage: '0.00',
      sequence: row.sequence,
      bundleChild: row.parentRowId !== 0,
      bundleParent: row.bundleParent,
      ...(row.parentRowId !== 0 && { parentRowId: row.parentRowId }),
      taxClassId: taxClassId(office, row),
      taxCalculator: 'brightpearl',
      clonedFromId: row.clonedFromId,
    })),
    total: {
      net: two(totals.net),
      tax: two(totals.tax),
      gross: two(totals.gross),
      baseNet: two(totals.baseNet),
      baseTax: two(totals.baseTax),
      baseGross: two(totals.baseGross),
    },
    isCanceled: isCancelled(order),
    orderPaymentStatus: order.derived.payment,
    stockStatusCode: order.derived.stock,
    allocationStatusCode: order.derived.allocation,
    shippingStatusCode: order.derived.shipping,
    ...(order.instanceId !== undefined && { installedIntegrationInstanceId: order.instanceId }),
    createdBy: order.createdById,
    createdOn: times.write(order.createdOn),
    ...(order.updatedOn !== null && { updatedOn: times.write(order.updatedOn) }),
    customerId: order.contactId,
  }
}

/** An order of any type as the older resource answers it: rows are a map by id, and texts of amounts [rec]. */
export function shownOrder(
  office: BackOffice,
  order: Order,
  times: TimeStamps,
  optional: ReadonlySet<string> = new Set(),
): unknown {
  const totals = totalsOf(order)
  const base = office.catalogue.reference.currencies.find(({ isDefault }) => isDefault)
  const party = (address: OrderAddress, contactId?: number) => {
    const country = address.countryId === undefined ? undefined : countryById(address.countryId)
    return {
      ...(contactId !== undefined && { contactId }),
      addressFullName: address.addressFullName ?? '',
      companyName: address.companyName ?? '',
      addressLine1: address.addressLine1 ?? '',
      addressLine2: address.addressLine2 ?? '',
      addressLine3: address.addressLine3 ?? '',
      addressLine4: address.addressLine4 ?? '',
      postalCode: address.postalCode ?? '',
      country: country?.name ?? '',
      telephone: address.telephone ?? '',
      mobileTelephone: address.mobileTelephone ?? '',
      fax: address.fax ?? '',
      email: address.email ?? '',
      ...(country && { countryId: country.id, countryIsoCode: country.iso2, countryIsoCode3: country.iso3 }),
    }
  }
  const isPurchase = order.type === 'PO' || order.type === 'PC'
  const fields = isPurchase ? customFields.purchase : customFields.sale
  return {
    id: order.id,
    parentOrderId: order.parentId,
    orderTypeCode: order.type,
    reference: order.ref,
    version: order.version,
    state: { tax: order.invoice ? 'INVOICED' : 'READY' },
    orderStatus: { orderStatusId: order.statusId, name: statusOf(order)?.name },
    tax: { errors: [] },
    orderPaymentStatus: order.derived.payment,
    stockStatusCode: order.derived.stock,
    allocationStatusCode: order.derived.allocation,
    shippingStatusCode: order.derived.shipping,
    placedOn: times.write(order.placedOn),
    createdOn: times.write(order.createdOn),
    ...(order.updatedOn !== null && { updatedOn: times.write(order.updatedOn) }),
    ...(order.invoice && { closedOn: times.write(order.invoice.on) }),
    createdById: order.createdById,
    priceListId: order.priceListId,
    priceModeCode: order.priceModeCode,
    delivery: {
      ...(order.deliveryDate !== undefined && { deliveryDate: times.write(order.deliveryDate) }),
      shippingMethodId: order.shippingMethodId,
    },
    invoices: [
      {
        // Empty until invoiced [rec].
        invoiceReference: order.invoice?.reference ?? '',
        taxDate: times.write(order.taxDate),
        ...(order.invoice && { originalInvoiceDate: times.write(order.invoice.on) }),
      },
    ],
    currency: {
      accountingCurrencyCode: base?.code,
      orderCurrencyCode: order.currencyCode,
      exchangeRate: order.exchangeRate.toFixed(6),
      fixedExchangeRate: order.fixedExchangeRate,
    },
    totalValue: {
      net: two(totals.net),
      taxAmount: two(totals.tax),
      baseNet: two(totals.baseNet),
      baseTaxAmount: two(totals.baseTax),
      baseTotal: two(totals.baseGross),
      total: two(totals.gross),
    },
    assignment: {
      current: {
        staffOwnerContactId: order.staffOwnerId,
        projectId: order.projectId,
        channelId: order.channelId,
        leadSourceId: order.leadSourceId,
        teamId: order.teamId,
      },
    },
    parties: {
      [isPurchase ? 'supplier' : 'customer']: party(order.addresses.customer, order.contactId),
      delivery: party(order.addresses.delivery),
      billing: party(order.addresses.billing, order.billingContactId),
    },
    orderRows: Object.fromEntries(order.rows.map((row) => [row.id, legacyRow(office, order, row)])),
    warehouseId: order.warehouseId,
    ...(optional.has('customFields') && { customFields: shownCustomFields(fields, order.customFields, times) }),
    ...(optional.has('nullCustomFields') && {
      nullCustomFields: fields.map(({ code }) => code).filter((code) => order.customFields[code] === undefined),
    }),
    ...(order.externalRef !== undefined && { externalRef: order.externalRef }),
    ...(order.instanceId !== undefined && { installedIntegrationInstanceId: order.instanceId }),
    acknowledged: 0,
    costPriceListId: 1,
    historicalOrder: false,
    orderWeighting: 100,
  }
}

function legacyRow(office: BackOffice, order: Order, row: OrderRow): unknown {
  const amount = (value: string) => ({ currencyCode: order.currencyCode, value })
  const { taxCodes } = office.catalogue.reference
  return {
    orderRowSequence: String(row.sequence),
    productId: row.productId,
    productName: row.name,
    // Free text has no SKU [rec]. The row's external reference is not part of this shape [rec].
    ...(row.sku !== undefined && { productSku: row.sku }),
    quantity: { magnitude: four(row.quantity) },
    itemCost: { currencyCode: 'GBP', value: priceOf(office, row, 1) },
    productPrice: amount(productPrice(office, order, row)),
    discountPercentage: '0.00',
    rowValue: {
      taxRate: four(taxCodes.find(({ code }) => code === row.taxCode)?.rate ?? 0),
      taxCode: row.taxCode,
      taxCalculator: 'brightpearl',
      rowNet: amount(four(row.net)),
      rowTax: amount(two(row.tax)),
      taxClassId: taxClassId(office, row),
    },
    nominalCode: row.nominalCode,
    composition: {
      bundleParent: row.bundleParent,
      bundleChild: row.parentRowId !== 0,
      parentOrderRowId: row.parentRowId,
    },
    clonedFromId: row.clonedFromId,
  }
}

export function statusOf({ statusId }: Pick<Order, 'statusId'>) {
  return orderStatuses.find((one) => one.statusId === statusId)
}

export function isCancelled(order: Pick<Order, 'statusId'>): boolean {
  return statusOf(order)?.state === 'cancelled'
}

function taxClassId({ catalogue }: BackOffice, row: OrderRow): number {
  return catalogue.reference.taxCodes.find(({ code }) => code === row.taxCode)?.id ?? 0
}

function productPrice(office: BackOffice, { priceListId }: Order, row: OrderRow): string {
  return priceOf(office, row, priceListId)
}

function priceOf({ catalogue }: BackOffice, row: OrderRow, priceListId: number): string {
  return catalogue.prices(row.productId).get(priceListId)?.['1'] ?? '0.0000'
}

/** Unset values are omitted [doc]. */
function filled<Value extends object>(values: Value): Partial<Value> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== '')) as Partial<Value>
}
