/** An order as a customer would place it, in few words: the body of `POST /__sandbox/orders`. */
export interface OrderDescription {
  /** The basket's number (`ClientOrderRef`). Default: the next free one. */
  readonly ref?: number
  /** Id, guid or name (`UK`) of the market. Default: the application of the client. */
  readonly application?: number | string
  /** ISO 4217. Default: the application's. */
  readonly currency?: string
  /** Instant of the order, ISO with a zone. Default: now. Also `Created` in Query. */
  readonly date?: string
  readonly customer?: CustomerDescription
  readonly company?: CompanyDescription
  /** Of the buyer. `null`: the order has no address of the buyer at all. Default: one in the application's country. */
  readonly address?: AddressDescription | null
  /** Default: as the buyer. `null`: the payer has no address. */
  readonly billTo?: PartyDescription | null
  /** Default: as the buyer. `null`: the order has no receiver. */
  readonly shipTo?: PartyDescription | null
  readonly items: readonly ItemDescription[]
  readonly promotions?: readonly PromotionDescription[]
  /** Amount ex VAT; 0 is a freight row at 0. Absent: no freight row. */
  readonly freight?: number
  /** Amount ex VAT. */
  readonly invoiceFee?: number
  /** A gift card of this value is bought: a row without VAT. */
  readonly giftCardBought?: number
  /** A gift card pays this much: a payment of its own. */
  readonly giftCardUsed?: number
  /** In order; one without an amount takes what is left. Default: the first method of kind `reserved`. `[]`: none. */
  readonly payments?: readonly PaymentDescription[]
  /** Code. */
  readonly deliveryMethod?: string
  /** Code of a store, or a whole pick-up point. */
  readonly pickup?: string | PickupDescription
  readonly sms?: boolean
  /** Deliver all at once only. */
  readonly complete?: boolean
  readonly hold?: boolean
  readonly comment?: string
  readonly customerOrderRef?: string
  readonly customerInvoiceRef?: string
  /** Code to value. */
  readonly infos?: Readonly<Record<string, string>>
  /** Default `WEB`. */
  readonly source?: string
  /**
   * `standard`: the rates of the country of delivery; `export`, `reverseCharge`: 0 %; a number: that rate for every row.
   * Default: by seller's and receiver's country and the company's VAT number.
   */
  readonly vat?: 'standard' | 'export' | 'reverseCharge' | number
  /** Decimals to which the shop rounds the VAT of one unit. Default 4. */
  readonly vatDecimals?: number
  /** A row of type CentRounding brings the total to whole minor units. Default: the payment is rounded, the rows are not. */
  readonly roundingRow?: boolean
  /** `false`: this order is never pushed by itself (the push was lost). */
  readonly push?: boolean
  /** `false`: no OrderReceivedEvent. */
  readonly event?: boolean
}

export interface CustomerDescription {
  /** Code of a customer in the shop. Absent: a guest. */
  readonly code?: string
  readonly email?: string | null
  readonly firstName?: string | null
  readonly lastName?: string | null
  readonly phone?: string | null
  readonly cellPhone?: string | null
}

export interface CompanyDescription {
  readonly code?: string | null
  readonly name?: string | null
  readonly vatNo?: string | null
  readonly orgNo?: string | null
}

export interface AddressDescription {
  readonly line1?: string | null
  readonly line2?: string | null
  readonly box?: string | null
  readonly careOf?: string | null
  readonly zipCode?: string | null
  readonly city?: string | null
  readonly region?: string | null
  readonly country?: string | null
  readonly gln?: string | null
  readonly shippingPhone?: string | null
}

/** An address with, where they differ from the buyer's, names. */
export interface PartyDescription extends AddressDescription {
  readonly customer?: CustomerDescription
  readonly company?: CompanyDescription | null
}

export interface ItemDescription {
  readonly partNo: string
  /** Default 1. */
  readonly quantity?: number
  /** Unit price ex VAT. Default: the price of the application's list. */
  readonly price?: number
  /** Unit price incl. VAT, as a merchant types it; instead of `price`. */
  readonly grossPrice?: number
  /** Per cent. Default: by country. */
  readonly vatRate?: number
  readonly name?: string
  /** As the push names it, e.g. `Service`, `Structure`. Default: the SKU's. */
  readonly type?: string
  /** Place (from 1) of the package's row in `items`. */
  readonly parent?: number
  readonly comment?: string
  /** When the back office uses another number. */
  readonly erpPartNo?: string
}

/** Exactly one of percent, amount and freeItem. */
export interface PromotionDescription {
  readonly code?: string
  readonly name?: string
  /** Off the unit price of every row, or of the part numbers named. */
  readonly percent?: number
  /** Off the order, ex VAT, shared over the rows in proportion. */
  readonly amount?: number
  /** A row of its own at 0. */
  readonly freeItem?: string
  readonly partNos?: readonly string[]
}

export interface PaymentDescription {
  /** Code of a payment method. */
  readonly method: string
  /** Incl. VAT. */
  readonly amount?: number
  readonly ref?: string
}

export interface PickupDescription {
  readonly code: string
  readonly name?: string
  readonly dropPoint?: boolean
  readonly address?: AddressDescription
}

const customer = ['code', 'email', 'firstName', 'lastName', 'phone', 'cellPhone']
const company = ['code', 'name', 'vatNo', 'orgNo']
const address = ['line1', 'line2', 'box', 'careOf', 'zipCode', 'city', 'region', 'country', 'gln', 'shippingPhone']
const KNOWN = {
  order: [
    'ref',
    'application',
    'currency',
    'date',
    'customer',
    'company',
    'address',
    'billTo',
    'shipTo',
    'items',
    'promotions',
    'freight',
    'invoiceFee',
    'giftCardBought',
    'giftCardUsed',
    'payments',
    'deliveryMethod',
    'pickup',
    'sms',
    'complete',
    'hold',
    'comment',
    'customerOrderRef',
    'customerInvoiceRef',
    'infos',
    'source',
    'vat',
    'vatDecimals',
    'roundingRow',
    'push',
    'event',
  ],
  customer,
  company,
  address,
  billTo: [...address, 'customer', 'company'],
  shipTo: [...address, 'customer', 'company'],
  items: ['partNo', 'quantity', 'price', 'grossPrice', 'vatRate', 'name', 'type', 'parent', 'comment', 'erpPartNo'],
  promotions: ['code', 'name', 'percent', 'amount', 'freeItem', 'partNos'],
  payments: ['method', 'amount', 'ref'],
} as const

/**
 * Refuses what is misspelt: an order that silently lacks what a test meant to say is worse than none.
 * @throws TypeError
 */
export function checkedOrder(value: unknown): OrderDescription {
  const order = objectOf(value, 'An order')
  refuseUnknown(order, KNOWN.order, 'An order')
  for (const part of ['customer', 'company', 'address', 'billTo', 'shipTo'] as const) {
    const entry = order[part]
    if (entry !== undefined && entry !== null) refuseUnknown(objectOf(entry, part), KNOWN[part], `"${part}"`)
  }
  for (const part of ['items', 'promotions', 'payments'] as const) {
    const entries = order[part] ?? []
    if (!Array.isArray(entries)) throw new TypeError(`"${part}" of an order must be a list.`)
    for (const entry of entries) refuseUnknown(objectOf(entry, `An entry of ${part}`), KNOWN[part], `"${part}"`)
  }
  if (!Array.isArray(order.items) || order.items.length === 0) {
    throw new TypeError('An order needs "items": [{"partNo": "…", "quantity": 1}].')
  }
  for (const item of order.items as readonly ItemDescription[]) {
    if (typeof item.partNo !== 'string') throw new TypeError('An item needs a "partNo".')
    const { quantity = 1 } = item
    if (!(typeof quantity === 'number' && quantity > 0)) throw new TypeError('A "quantity" must be above 0.')
  }
  return order as unknown as OrderDescription
}

function objectOf(value: unknown, what: string): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new TypeError(`${what} must be an object.`)
  }
  return value as Readonly<Record<string, unknown>>
}

function refuseUnknown(value: Readonly<Record<string, unknown>>, known: readonly string[], what: string): void {
  for (const name of Object.keys(value)) {
    if (!known.includes(name)) throw new TypeError(`${what} has no "${name}". Known: ${known.join(', ')}.`)
  }
}
