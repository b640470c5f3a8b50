import type { Item } from '../connect/item-schema.ts'
import type { Stamp } from '../model.ts'
import { perCent } from '../orders/amounts.ts'
import type { OrderRow, Party, PostalAddress, ShopOrder } from '../orders/model.ts'
import type { OrderDesk } from '../orders/order-desk.ts'
import { ORDER_STATUS } from '../orders/order-status.ts'
import { millisecondsFromTicks } from '../wire-time.ts'
import { itemsOf, MessageError, textOf } from './find-order.ts'

/** Order type ExternalOrder [code C1]. */
export const EXTERNAL_ORDER = 5

/**
 * CreateExternalOrder: an order that was made outside of the shop, to be shown only [code C1].
 * Assumed throughout, the contract names the fields only: application key, order date, number, currency and items are
 * required; the order has the number at once, the status Confirmed, no basket (`QuotationId` null), no payments, and is
 * not pushed; a second one of the same number is a second order (a switch refuses it); rows as in the push.
 */
export function createExternalOrder(item: Item, desk: OrderDesk, stamp: Stamp): string {
  const { book, store } = desk
  const key = (item.Header as Item).ApplicationKey as string
  const application = store.applications.find((candidate) => candidate.key === key)
  if (application === undefined) throw new MessageError(`Application ${key} was not found.`)
  const currency = store.currencies.get(item.CurrencyCode as string)
  if (currency === undefined) throw new MessageError(`Currency ${item.CurrencyCode} was not found.`)
  const number = item.ErpOrderNo as string
  if (book.byErpOrderNo(number) !== undefined && desk.switches().repeatedExternalOrder === 'refuse') {
    throw new MessageError(`There is an order ${number} already.`)
  }
  const entries = itemsOf(item, 'Items')
  if (entries.length === 0) throw new MessageError('Items is required.')
  const buyer = partyOf(item.SellTo as Item | undefined, desk)
  const method = textOf((item.ShippingAdvice as Item | undefined)?.DeliveryMethodCode)
  const order: ShopOrder = {
    ...store.tracked(stamp),
    id: book.nextId('order'),
    quotationId: book.nextRef(),
    application,
    orderNo: number,
    erpOrderNo: null,
    orderedAt: millisecondsFromTicks(item.OrderDate as number),
    statusId: ORDER_STATUS.Confirmed,
    source: textOf(item.Source) ?? 'EXTERNAL',
    orderType: EXTERNAL_ORDER,
    currency,
    buyer,
    payer: item.BillTo === undefined ? { ...buyer, infoId: book.nextId('person') } : partyOf(item.BillTo as Item, desk),
    shipTo: item.ShipTo === undefined ? null : partyOf(item.ShipTo as Item, desk),
    hold: false,
    customerOrderRef: textOf(item.CustomerOrderRef) ?? null,
    customerInvoiceRef: null,
    comment: textOf(item.CustomerOrderComment) ?? null,
    discountCode: null,
    deliveryMethod: method === undefined ? null : (store.deliveryMethods.get(method) ?? null),
    paymentMethod: null,
    pickup: null,
    smsNotify: false,
    isComplete: false,
    rows: entries.map((entry, index) => rowOf(entry, index, desk, stamp)),
    payments: [],
    discounts: [],
    infos: [],
    notes: [],
    invoices: [],
    captureEnded: true,
    announced: new Set(),
  }
  book.add(order)
  book.bindErpOrderNo(order, number)
  return number
}

function rowOf(entry: Item, index: number, desk: OrderDesk, stamp: Stamp): OrderRow {
  const partNo = entry.PartNo as string
  const sku = desk.store.skus.get(partNo)
  const unitPrice = entry.UnitPrice as number
  const vatRate = (entry.VatRate as number | undefined) ?? 0
  const unitVat = (entry.UnitVat as number | undefined) ?? perCent(unitPrice, vatRate, 4)
  return {
    ...desk.store.tracked(stamp),
    id: desk.book.nextId('row'),
    lineNo: (entry.LineNo as number | undefined) ?? index + 1,
    parentLineNo: (entry.ParentLineNo as number | undefined) ?? null,
    typeId: sku?.typeId ?? null,
    type: textOf(entry.Type) ?? 'ErpStandard',
    typeGroup: 'Physical',
    partNo,
    erpPartNo: partNo,
    name: textOf(entry.Description) ?? partNo,
    manufacturerCode: sku?.variant.manufacturer?.code ?? null,
    internalProductId: sku?.variant.id ?? 0,
    quantity: (entry.Quantity2 as number | undefined) ?? (entry.Quantity as number),
    unitPrice,
    unitPriceOriginal: (entry.UnitPriceOriginal as number | undefined) ?? unitPrice,
    unitVat,
    unitPriceOriginalVat: unitVat,
    vatRate,
    priceListId: null,
    priceListName: null,
    promotions: [],
    comment: textOf(entry.Comment) ?? null,
    statusId: ORDER_STATUS.Confirmed,
  }
}

function partyOf(item: Item | undefined, { book, customers }: OrderDesk): Party {
  const company = item?.Company as Item | undefined
  const person = item?.Person as Item | undefined
  const text = (from: Item | undefined, name: string) => textOf(from?.[name]) ?? null
  const companyCode = text(company, 'Code')
  const customerCode = text(person, 'CustomerCode')
  const address = person?.Address as Item | undefined
  return {
    infoId: book.nextId('person'),
    company:
      company === undefined
        ? null
        : {
            companyId: companyCode === null ? null : (customers.companyByCode(companyCode)?.id ?? null),
            code: companyCode,
            name: text(company, 'Name'),
            vatNo: text(company, 'VatNo'),
            orgNo: null,
          },
    person:
      person === undefined
        ? null
        : {
            customerId: customerCode === null ? null : (customers.customerByCode(customerCode)?.id ?? null),
            customerCode,
            firstName: text(person, 'FirstName'),
            lastName: text(person, 'LastName'),
            email: text(person, 'Email'),
            phone: text(person, 'PrivatePhone'),
            cellPhone: text(person, 'CellPhone'),
            workPhone: text(person, 'WorkPhone'),
            ssn: text(person, 'SSN'),
          },
    address: address === undefined ? null : orderAddressOf(address),
  }
}

/** An address of an order message. */
export function orderAddressOf(item: Item): PostalAddress {
  const part = (name: string) => textOf(item[name]) ?? null
  return {
    line1: part('Line1'),
    line2: part('Line2'),
    box: part('Box'),
    careOf: part('CareOf'),
    zipCode: part('ZipCode'),
    city: part('City'),
    region: part('Region'),
    country: part('Country'),
    gln: part('Gln'),
    shippingPhone: part('ShippingPhoneNumber'),
  }
}
