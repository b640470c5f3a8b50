import type { CustomField } from '../../catalogue/types.ts'

/** What orders, contacts and payments refer to. `README.md` lists the ids, since tables of a project name them. */

export type OrderTypeCode = 'SO' | 'PO' | 'SC' | 'PC'

export interface OrderStatus {
  readonly statusId: number
  readonly name: string
  readonly orderTypeCode: OrderTypeCode
  /** Seen as `draft` only [rec]; the other words are assumed. */
  readonly state: 'draft' | 'placed' | 'invoiced' | 'cancelled'
}

export const orderStatuses: readonly OrderStatus[] = [
  { statusId: 1, name: 'Draft / Quote', orderTypeCode: 'SO', state: 'draft' },
  { statusId: 2, name: 'New phone order', orderTypeCode: 'SO', state: 'draft' },
  { statusId: 3, name: 'New web order', orderTypeCode: 'SO', state: 'draft' },
  { statusId: 4, name: 'Invoiced', orderTypeCode: 'SO', state: 'invoiced' },
  { statusId: 5, name: 'Cancelled', orderTypeCode: 'SO', state: 'cancelled' },
  { statusId: 6, name: 'On hold: to be looked at', orderTypeCode: 'SO', state: 'draft' },
  { statusId: 7, name: 'Credit check', orderTypeCode: 'SO', state: 'draft' },
  { statusId: 8, name: 'Back order', orderTypeCode: 'SO', state: 'placed' },
  { statusId: 9, name: 'Ready to ship', orderTypeCode: 'SO', state: 'placed' },
  { statusId: 10, name: 'Part shipped', orderTypeCode: 'SO', state: 'placed' },
  { statusId: 11, name: 'Shipped', orderTypeCode: 'SO', state: 'placed' },
  { statusId: 12, name: 'Capture failed', orderTypeCode: 'SO', state: 'placed' },
  { statusId: 18, name: 'Web order - paid', orderTypeCode: 'SO', state: 'placed' },
  { statusId: 30, name: 'Pending purchase order', orderTypeCode: 'PO', state: 'draft' },
  { statusId: 31, name: 'Placed with supplier', orderTypeCode: 'PO', state: 'placed' },
  { statusId: 32, name: 'Received', orderTypeCode: 'PO', state: 'placed' },
  { statusId: 33, name: 'Purchase order cancelled', orderTypeCode: 'PO', state: 'cancelled' },
  { statusId: 34, name: 'Drop shipment sent', orderTypeCode: 'PO', state: 'placed' },
  { statusId: 40, name: 'New sales credit', orderTypeCode: 'SC', state: 'draft' },
  { statusId: 41, name: 'Refund approved', orderTypeCode: 'SC', state: 'placed' },
  { statusId: 42, name: 'Refunded', orderTypeCode: 'SC', state: 'invoiced' },
  { statusId: 43, name: 'Sales credit cancelled', orderTypeCode: 'SC', state: 'cancelled' },
  { statusId: 50, name: 'New purchase credit', orderTypeCode: 'PC', state: 'draft' },
]

/** The status of an order that names none: the first of its type. [assumed: it is a setting of the account] */
export const firstStatus: Readonly<Record<OrderTypeCode, number>> = { SO: 2, PO: 30, SC: 40, PC: 50 }

/** [doc] */
export const orderTypes: readonly {
  readonly id: number
  readonly code: OrderTypeCode
  readonly description: string
  /** The word in the `reference` of a search [rec]. */
  readonly label: string
}[] = [
  { id: 1, code: 'SO', description: 'Sales Order', label: 'SALES_ORDER' },
  { id: 2, code: 'PO', description: 'Purchase Order', label: 'PURCHASE_ORDER' },
  { id: 3, code: 'SC', description: 'Sales Credit', label: 'SALES_CREDIT' },
  { id: 4, code: 'PC', description: 'Purchase Credit', label: 'PURCHASE_CREDIT' },
]

/** [doc] */
export const stockStatuses = [
  { id: 1, code: 'SON', description: 'Sales Order Not Fulfilled' },
  { id: 2, code: 'SOP', description: 'Sales Order Part Fulfilled' },
  { id: 3, code: 'SOA', description: 'Sales Order All Fulfilled' },
  { id: 4, code: 'PON', description: 'Purchase Order Not Fulfilled' },
  { id: 5, code: 'POP', description: 'Purchase Order Part Fulfilled' },
  { id: 6, code: 'POA', description: 'Purchase Order All Fulfilled' },
  { id: 7, code: 'SCN', description: 'Sales Credit Not Fulfilled' },
  { id: 8, code: 'SCP', description: 'Sales Credit Part Fulfilled' },
  { id: 9, code: 'SCA', description: 'Sales Credit All Fulfilled' },
  { id: 10, code: 'PCN', description: 'Purchase Credit Not Fulfilled' },
  { id: 11, code: 'PCP', description: 'Purchase Credit Part Fulfilled' },
  { id: 12, code: 'PCA', description: 'Purchase Credit All Fulfilled' },
  { id: 13, code: 'NON', description: 'Unset' },
] as const

/** [rec, doc] */
export const shippingStatuses = [
  { id: 1, code: 'NST', description: 'No stock tracked products on order' },
  { id: 2, code: 'SNS', description: 'Stock not shipped' },
  { id: 3, code: 'SPS', description: 'Stock part shipped' },
  { id: 4, code: 'ASS', description: 'All stock shipped' },
] as const

/** The id 5 was seen [rec]; the other numbers are assumed, and AUTHORIZED is [recall]. */
export const paymentStatuses = [
  { id: 1, code: 'UNPAID' },
  { id: 2, code: 'PARTIALLY_PAID' },
  { id: 3, code: 'PAID' },
  { id: 4, code: 'AUTHORIZED' },
  { id: 5, code: 'NOT_APPLICABLE' },
] as const

export const leadSources = [
  { id: 11, ownerId: 4, parentId: 0, name: 'Web', isActive: true },
  { id: 12, ownerId: 4, parentId: 0, name: 'Telephone', isActive: true },
  { id: 13, ownerId: 4, parentId: 11, name: 'Newsletter', isActive: true },
  { id: 14, ownerId: 4, parentId: 0, name: 'Fair 2019', isActive: false },
]

export interface PaymentMethod {
  readonly id: number
  readonly name: string
  readonly code: string
  readonly isActive: boolean
  readonly bankAccounts: readonly { readonly currencyIsoCode: string; readonly bankAccountNominalCode: string }[]
}

const banks = [
  { currencyIsoCode: 'GBP', bankAccountNominalCode: '1200' },
  { currencyIsoCode: 'EUR', bankAccountNominalCode: '1210' },
  { currencyIsoCode: 'SEK', bankAccountNominalCode: '1220' },
  { currencyIsoCode: 'JPY', bankAccountNominalCode: '1230' },
]

export const paymentMethods: readonly PaymentMethod[] = [
  { id: 1, name: 'Card', code: 'CARD', isActive: true, bankAccounts: banks },
  { id: 2, name: 'Invoice', code: 'INVOICE', isActive: true, bankAccounts: [] },
  { id: 3, name: 'Wallet', code: 'WALLET', isActive: true, bankAccounts: banks.slice(0, 3) },
  { id: 4, name: 'Gift card', code: 'GIFTCARD', isActive: true, bankAccounts: [] },
  { id: 5, name: 'Cheque', code: 'CHEQUE', isActive: false, bankAccounts: banks.slice(0, 1) },
]

export interface NominalCode {
  readonly id: number
  readonly code: string
  readonly name: string
  readonly bank: boolean
  readonly discount: boolean
}

export const nominalCodes: readonly NominalCode[] = [
  [1, '1001', 'Stock'],
  [2, '1100', 'Debtors control'],
  [3, '1200', 'Bank GBP', 'bank'],
  [4, '1210', 'Bank EUR', 'bank'],
  [5, '1220', 'Bank SEK', 'bank'],
  [6, '1230', 'Bank JPY', 'bank'],
  [7, '2200', 'Sales tax'],
  [8, '2300', 'Gift card liability'],
  [9, '4000', 'Sales'],
  [10, '4009', 'Discounts allowed', 'discount'],
  [11, '4040', 'Freight charged'],
  [12, '4050', 'Fees charged'],
  [13, '4060', 'Services'],
  [14, '4070', 'Compensation to customers'],
  [15, '4900', 'Rounding differences'],
  [16, '5000', 'Purchases'],
].map(([id, code, name, kind]) => ({
  id: Number(id),
  code: String(code),
  name: String(name),
  bank: kind === 'bank',
  discount: kind === 'discount',
}))

/** Where a row that names no nominal code is booked: contact, product, then this [doc]. */
export const defaultNominalCode = '4000'

/** Custom fields of sales orders and of customers; codes start `PCF_` for all [rec]. */
export const customFields: Readonly<Record<'sale' | 'purchase' | 'customer' | 'supplier', readonly CustomField[]>> = {
  sale: [
    {
      id: 131,
      code: 'PCF_SLOT',
      name: 'Delivery slot',
      type: 'SELECT',
      options: [
        { id: 64, value: 'AM' },
        { id: 65, value: 'PM' },
      ],
    },
    { id: 132, code: 'PCF_SHOPREF', name: 'Shop reference', type: 'TEXT' },
    { id: 133, code: 'PCF_PICKUP', name: 'Pick-up point', type: 'TEXT' },
    { id: 134, code: 'PCF_COMPLETE', name: 'Deliver complete only', type: 'YES_NO' },
    { id: 135, code: 'PCF_SMS', name: 'Text message on delivery', type: 'YES_NO' },
    { id: 136, code: 'PCF_CAMPAIGN', name: 'Campaign code', type: 'TEXTAREA' },
    { id: 137, code: 'PCF_PROMISED', name: 'Promised on', type: 'DATE' },
    { id: 138, code: 'PCF_PARCELS', name: 'Parcels', type: 'INTEGER' },
  ],
  purchase: [{ id: 151, code: 'PCF_CONTAINER', name: 'Container', type: 'TEXT' }],
  customer: [
    { id: 161, code: 'PCF_SHOPCODE', name: 'Code in the shop', type: 'TEXT' },
    { id: 162, code: 'PCF_ORGNO', name: 'Organisation number', type: 'TEXT' },
    {
      id: 163,
      code: 'PCF_LANGUAGE',
      name: 'Language',
      type: 'SELECT',
      options: [
        { id: 71, value: 'en-GB' },
        { id: 72, value: 'sv-SE' },
      ],
    },
    { id: 164, code: 'PCF_BLOCKED', name: 'Blocked', type: 'YES_NO' },
  ],
  supplier: [{ id: 171, code: 'PCF_LEADTIME', name: 'Lead time in days', type: 'INTEGER' }],
}

/** `/contact-service/tag` is a map by id [code]; the fields are assumed. */
export const tags = [
  { id: 9, name: 'Web customer' },
  { id: 10, name: 'Newsletter' },
  { id: 11, name: 'Reseller' },
]
