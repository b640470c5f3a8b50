import type { OrderTypeCode } from './account-data.ts'
import type { Decimal } from './amounts.ts'

/** The account's records in words of the API. Plain and never changed in place: each change makes a new one. */

export interface PostalAddress {
  readonly id: number
  /** The contact that it belongs to; undefined until one takes it. */
  readonly contactId: number | undefined
  readonly lines: readonly [string, string, string, string]
  readonly postalCode: string
  readonly countryId: number
}

export interface Contact {
  readonly id: number
  readonly isPrimaryContact: boolean
  readonly salutation: string
  readonly firstName: string
  readonly lastName: string
  readonly postAddressIds: { readonly DEF: number; readonly BIL: number; readonly DEL: number }
  readonly emails: Readonly<Partial<Record<'PRI' | 'SEC' | 'TER', string>>>
  readonly telephones: Readonly<Partial<Record<'PRI' | 'SEC' | 'MOB' | 'FAX', string>>>
  readonly messagingVoips: Readonly<Partial<Record<'SKP', string>>>
  readonly websites: Readonly<Partial<Record<'PRI', string>>>
  readonly contactStatusId: number
  readonly isSupplier: boolean
  readonly isStaff: boolean
  readonly isReceiveEmailNewsletter: boolean
  readonly financialDetails: FinancialDetails
  readonly staffOwnerContactId: number
  readonly leadSourceId: number
  /** The contact id of the organisation's primary contact: its own for a person alone. */
  readonly organisationId: number
  /** Empty for a person alone. */
  readonly organisationName: string
  /** 0 without a named organisation. */
  readonly companyId: number
  readonly tagIds: readonly number[]
  readonly customFields: CustomFieldValues
  readonly createdById: number
  readonly createdOn: number
  readonly updatedOn: number | null
}

export interface FinancialDetails {
  readonly priceListId: number
  readonly nominalCode: string
  readonly taxCodeId: number
  readonly creditLimit: number
  readonly creditTermDays: number
  readonly currencyId: number
  readonly discountPercentage: number
  readonly taxNumber: string
}

/** By code: text, number, yes or no; a SELECT is the id of its option, a DATE is milliseconds since 1970. */
export type CustomFieldValues = Readonly<Record<string, string | number | boolean>>

/** A party's address on an order: a snapshot, which a change of the contact does not touch [code]. */
export interface OrderAddress {
  readonly addressFullName?: string
  readonly companyName?: string
  readonly addressLine1?: string
  readonly addressLine2?: string
  readonly addressLine3?: string
  readonly addressLine4?: string
  readonly postalCode?: string
  readonly countryId?: number
  readonly telephone?: string
  readonly mobileTelephone?: string
  readonly fax?: string
  readonly email?: string
}

export interface Order {
  readonly id: number
  readonly type: OrderTypeCode
  /** 0: none. */
  readonly parentId: number
  readonly version: number
  readonly ref: string
  readonly externalRef?: string
  readonly instanceId?: number
  readonly statusId: number
  readonly contactId: number
  readonly billingContactId: number
  readonly addresses: {
    readonly customer: OrderAddress
    readonly billing: OrderAddress
    readonly delivery: OrderAddress
  }
  readonly placedOn: number
  readonly taxDate: number
  readonly priceListId: number
  readonly priceModeCode: 'INC' | 'EXC'
  readonly currencyCode: string
  readonly exchangeRate: Decimal
  readonly fixedExchangeRate: boolean
  readonly deliveryDate?: number
  readonly shippingMethodId: number
  readonly channelId: number
  readonly leadSourceId: number
  readonly staffOwnerId: number
  readonly projectId: number
  readonly teamId: number
  readonly warehouseId: number
  readonly rows: readonly OrderRow[]
  /** Set when invoiced. */
  readonly invoice?: { readonly reference: string; readonly on: number }
  readonly customFields: CustomFieldValues
  /** Follows from rows, notes, reservation and payments; kept here so that a search index can lag with it. */
  readonly derived: DerivedStatus
  readonly createdById: number
  readonly createdOn: number
  readonly updatedOn: number | null
}

export interface DerivedStatus {
  readonly payment: 'UNPAID' | 'PARTIALLY_PAID' | 'PAID' | 'AUTHORIZED' | 'NOT_APPLICABLE'
  /** `SON`, `SOP`, `SOA` and so on by type; `NON` without stock-tracked rows. */
  readonly stock: string
  readonly allocation: 'AAA' | 'APA' | 'ANA' | 'ANR'
  readonly shipping: 'NST' | 'SNS' | 'SPS' | 'ASS'
}

export interface OrderRow {
  readonly id: number
  readonly sequence: number
  /** 1000: a row of free text [rec]. */
  readonly productId: number
  readonly name: string
  readonly sku?: string
  readonly quantity: Decimal
  readonly taxCode: string
  /** Of the whole row, in the order's currency. */
  readonly net: Decimal
  readonly tax: Decimal
  readonly nominalCode: string
  readonly externalRef?: string
  readonly bundleParent: boolean
  /** 0: not part of a bundle. */
  readonly parentRowId: number
  readonly clonedFromId: number
}

export const freeTextProductId = 1000

export interface OrderNote {
  readonly id: number
  readonly orderId: number
  readonly text: string
  readonly isPublic: boolean
  readonly contactId: number
  readonly orderStatusId: number
  readonly addedOn: number
  readonly addedBy: number
}

/** One to an order, in one warehouse [doc]. */
export interface Reservation {
  readonly orderId: number
  readonly warehouseId: number
  /** Pieces by order row. */
  readonly rows: ReadonlyMap<number, { readonly productId: number; readonly quantity: number }>
}

export type GoodsOutEventCode = 'PLA' | 'PRI' | 'UPR' | 'PIC' | 'UPI' | 'PAC' | 'UPA' | 'SHW' | 'SHS'

export interface NoteEvent {
  readonly eventCode: GoodsOutEventCode
  readonly occured: number
  readonly eventOwnerId: number
}

export interface NoteRow {
  readonly rowId: number
  readonly productId: number
  readonly quantity: number
  readonly locationId: number
}

export interface GoodsOutNote {
  readonly id: number
  readonly orderId: number
  /** The purchase order of a drop shipment; undefined for a goods-out note. */
  readonly purchaseOrderId?: number
  readonly warehouseId: number
  readonly priority: boolean
  readonly shipping: {
    readonly reference: string
    readonly boxes: number
    readonly shippingMethodId: number
    readonly weight: number
  }
  readonly releaseDate: number
  readonly createdOn: number
  readonly createdBy: number
  readonly rows: readonly NoteRow[]
  readonly sequence: number
  readonly events: readonly NoteEvent[]
  readonly labelUri: string
  readonly lastEventVersion: number
}

export type PaymentType = 'AUTH' | 'CAPTURE' | 'PAYMENT' | 'RECEIPT' | 'VOID'

export interface CustomerPayment {
  readonly id: number
  readonly transactionRef: string | undefined
  readonly transactionCode: string | undefined
  readonly paymentMethodCode: string
  readonly paymentType: PaymentType
  readonly orderId: number
  readonly currencyCode: string
  readonly amountAuthorized: Decimal
  readonly amountPaid: Decimal
  readonly expires: number | null
  readonly paymentDate: number
  readonly createdOn: number
  /** Null where no bank account fits: then nothing is posted to the books. */
  readonly journalId: number | null
}

/** What came in of a purchase order: one entry for each row and delivery. */
export interface GoodsIn {
  readonly batchId: number
  readonly purchaseOrderId: number
  readonly rowId: number
  readonly productId: number
  readonly warehouseId: number
  readonly locationId: number
  readonly quantity: number
  readonly receivedOn: number
}

export interface Company {
  readonly id: number
  readonly name: string
}
