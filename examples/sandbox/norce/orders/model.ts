import type { Application, Currency, Stamp, Tracked } from '../model.ts'

/** What the shop keeps about orders. Amounts are ex VAT unless their name says otherwise, with at most four decimals. */

export interface PostalAddress {
  readonly line1: string | null
  readonly line2: string | null
  readonly box: string | null
  readonly careOf: string | null
  readonly zipCode: string | null
  readonly city: string | null
  readonly region: string | null
  /** ISO 3166-1 alpha-2; a code that the shop does not list is kept all the same. */
  readonly country: string | null
  readonly gln: string | null
  readonly shippingPhone: string | null
}

export interface OrderPerson {
  /** Null for guests. */
  readonly customerId: number | null
  readonly customerCode: string | null
  readonly firstName: string | null
  readonly lastName: string | null
  readonly email: string | null
  readonly phone: string | null
  readonly cellPhone: string | null
  readonly workPhone: string | null
  readonly ssn: string | null
}

export interface OrderCompany {
  readonly companyId: number | null
  readonly code: string | null
  readonly name: string | null
  readonly vatNo: string | null
  readonly orgNo: string | null
}

/** Buyer, payer or receiver. */
export interface Party {
  /** Of the row in Query (CustomerInfo). */
  readonly infoId: number
  readonly company: OrderCompany | null
  readonly person: OrderPerson | null
  readonly address: PostalAddress | null
}

export interface AppliedPromotion {
  readonly id: number
  readonly name: string
  readonly discountCode: string | null
  readonly appliedAmount: number
}

export interface OrderRow extends Tracked {
  readonly id: number
  readonly lineNo: number
  readonly parentLineNo: number | null
  /** SkuType of the shop; null for a gift card, which has a row type of its own. */
  readonly typeId: number | null
  /** `ErpStandard`, `Freight`, `GiftCertificate` …, as the push names it. */
  readonly type: string
  readonly typeGroup: 'Undefined' | 'Physical' | 'Virtual' | 'Fee' | 'Service' | 'AddedFee'
  readonly partNo: string
  readonly erpPartNo: string
  readonly name: string
  readonly manufacturerCode: string | null
  readonly internalProductId: number
  readonly quantity: number
  readonly unitPrice: number
  readonly unitPriceOriginal: number
  readonly unitVat: number
  readonly unitPriceOriginalVat: number
  /** Per cent. */
  readonly vatRate: number
  readonly priceListId: number | null
  readonly priceListName: string | null
  readonly promotions: readonly AppliedPromotion[]
  readonly comment: string | null
  statusId: number
}

/**
 * `reserved` is authorised at a provider and captured later; `direct` has been taken with the order; `giftCard` is the
 * value of a card, taken with the order; `invoice` is the merchant's own invoice: no provider has a part in it.
 */
export type PaymentKind = 'reserved' | 'direct' | 'giftCard' | 'invoice'

export interface Payment {
  readonly code: number
  readonly methodCode: string
  readonly name: string
  readonly kind: PaymentKind
  readonly ref: string
  /** Incl. VAT. */
  readonly amount: number
  captured: number
  refunded: number
  /** The authorisation is over: cancelled, or ended by the last capture. */
  released: boolean
}

export interface DeliveryNote extends Tracked {
  readonly id: number
  readonly noteNo: string
  readonly deliveryDate: number
  readonly deliveryMode: string | null
  readonly noteText: string | null
  readonly deliveryName: string | null
  readonly deliveryAttention: string | null
  readonly address: PostalAddress | null
  readonly statusId: number | null
  readonly rows: readonly DeliveredRow[]
  readonly packages: readonly { readonly id: number; readonly parcelNumber: string; readonly statusId: number }[]
}

export interface DeliveredRow {
  readonly id: number
  readonly row: OrderRow
  readonly quantity: number
  readonly comment: string | null
}

/** An invoice, or a credit (`isDebit` false). */
export interface Invoice extends Tracked {
  readonly id: number
  readonly invoiceNo: string
  readonly isDebit: boolean
  readonly creditedInvoiceNo: string | null
  readonly invoiceDate: number
  readonly dueDate: number | null
  readonly deliveryDate: number | null
  readonly currency: Currency
  readonly comment: string | null
  readonly roundOff: number
  readonly items: readonly InvoicedItem[]
  /** Incl. VAT: what was, or is to be, captured or refunded. */
  readonly amount: number
  readonly isLast: boolean
  readonly suppressPspCall: boolean
  /** `none`: no provider was asked. */
  state: 'none' | 'pending' | 'captured' | 'error' | 'refunded'
}

export interface InvoicedItem {
  readonly id: number
  readonly lineNo: number | null
  readonly row: OrderRow | null
  readonly partNo: string
  readonly name: string | null
  readonly quantity: number
  readonly unitPrice: number
  readonly unitVat: number
  readonly vatRate: number | null
}

export interface OrderInfo {
  readonly typeId: number
  readonly code: string
  readonly name: string
  value: string
  stamp: Stamp
}

export interface PickupPoint {
  readonly code: string
  readonly name: string
  readonly isDropPoint: boolean
  readonly address: PostalAddress | null
}

export interface ShopOrder extends Tracked {
  readonly id: number
  /** The basket: `QuotationId` in Query, `ClientOrderRef` in Connect, push and events. */
  readonly quotationId: number
  readonly application: Application
  /** The quotation id until the back office's number replaces it. */
  orderNo: string
  erpOrderNo: string | null
  /** Milliseconds since 1970. */
  readonly orderedAt: number
  statusId: number
  readonly source: string
  readonly orderType: number
  readonly currency: Currency
  readonly buyer: Party
  readonly payer: Party
  readonly shipTo: Party | null
  readonly hold: boolean
  readonly customerOrderRef: string | null
  readonly customerInvoiceRef: string | null
  readonly comment: string | null
  readonly discountCode: string | null
  readonly deliveryMethod: { readonly id: number; readonly code: string; readonly name: string } | null
  readonly paymentMethod: { readonly id: number; readonly code: string; readonly name: string } | null
  readonly pickup: PickupPoint | null
  readonly smsNotify: boolean
  readonly isComplete: boolean
  readonly rows: readonly OrderRow[]
  readonly payments: readonly Payment[]
  readonly discounts: readonly { readonly type: string; readonly code: string; readonly amount: number }[]
  readonly infos: OrderInfo[]
  readonly notes: DeliveryNote[]
  readonly invoices: Invoice[]
  /** Captures are over: an invoice was the last one. */
  captureEnded: boolean
  /** Event types that come once per order. */
  readonly announced: Set<string>
}
