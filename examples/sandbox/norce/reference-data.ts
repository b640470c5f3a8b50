import type { SALES_AREA } from './connect/value-enums.ts'

/**
 * What exists in the shop before anything is imported. Ids are given in the order of the lists, from 1, unless an
 * entry names its own.
 */
export interface NorceReferenceData {
  readonly currencies: readonly ReferenceCurrency[]
  /** The one marked primary (else the first) gives the texts of Query's `Default…` columns. */
  readonly cultures: readonly ReferenceCulture[]
  readonly priceLists: readonly ReferencePriceList[]
  readonly warehouses: readonly ReferenceWarehouse[]
  readonly categories: readonly ReferenceCategory[]
  readonly manufacturers: readonly ReferenceManufacturer[]
  readonly parametrics: readonly ReferenceParametric[]
  readonly variantGroups?: readonly ReferenceVariantGroup[]
  readonly salesAreas?: readonly (keyof typeof SALES_AREA)[]
  /** ISO codes. */
  readonly countries?: readonly string[]
  readonly vatCodes?: readonly { readonly name: string; readonly ratePercent: number }[]
  readonly paymentMethods?: readonly ReferencePaymentMethod[]
  readonly deliveryMethods?: readonly ReferenceDeliveryMethod[]
  /** Absent: one application of the options' id, in the first currency and list. */
  readonly applications?: readonly ReferenceApplication[]
  readonly orderInfoTypes?: readonly { readonly code: string; readonly name: string }[]
}

export interface ReferenceApplication {
  readonly id: number
  /** Guid. */
  readonly key: string
  readonly name: string
  readonly currency: string
  /** Code of the list that its customers buy from. */
  readonly priceList: string
  /** ISO code of the country that it sells from. */
  readonly country: string
  readonly culture: string
}

export interface ReferencePaymentMethod {
  readonly id?: number
  readonly code: string
  readonly name: string
  /** `invoice` is the merchant's own: no provider has a part in it. */
  readonly kind: 'reserved' | 'direct' | 'giftCard' | 'invoice'
}

export interface ReferenceDeliveryMethod {
  readonly id?: number
  readonly code: string
  readonly name: string
}

export interface ReferenceCurrency {
  readonly id?: number
  readonly code: string
  readonly name?: string
  /** EUR-based. */
  readonly exchangeRate?: number
}

export interface ReferenceCulture {
  readonly code: string
  readonly isPrimary?: boolean
}

export interface ReferencePriceList {
  readonly id?: number
  /** `Agreement` in Query, `PriceListCode` in Connect. */
  readonly code: string
  readonly name: string
  readonly currency: string
  readonly isPrimary?: boolean
  readonly isActive?: boolean
  readonly salesArea?: keyof typeof SALES_AREA
}

export interface ReferenceWarehouse {
  readonly id?: number
  readonly code: string
  readonly name: string
  /** Default `Warehouse`. */
  readonly type?: 'Warehouse' | 'Store'
  readonly locations: readonly {
    readonly id?: number
    readonly code: string
    readonly name: string
    /** Default: the first is. */
    readonly isStandard?: boolean
  }[]
}

export interface ReferenceCategory {
  readonly id?: number
  readonly code: string
  readonly name: string
  /** Code of the parent. */
  readonly parent?: string
  readonly isActive?: boolean
}

export interface ReferenceManufacturer {
  readonly id?: number
  readonly code: string
  readonly name: string
}

export interface ReferenceParametric {
  readonly id?: number
  readonly code: string
  readonly name: string
  readonly type: 'Text' | 'Integer' | 'Decimal' | 'Boolean' | 'Html' | 'Date' | 'List' | 'MultipleList'
  /** Of a List or MultipleList. */
  readonly values?: readonly { readonly code: string; readonly value: string }[]
}

export interface ReferenceVariantGroup {
  readonly code: string
  readonly name: string
  readonly types: readonly { readonly code: string; readonly name: string; readonly parametric: string }[]
}

/**
 * The shop of the demo: places, lists and categories that fit the sandbox's catalogue. Manufacturers are not listed
 * on purpose, except one: the product import creates them.
 */
export const exampleReferenceData: NorceReferenceData = {
  currencies: [
    { code: 'EUR', name: 'Euro', exchangeRate: 1 },
    { code: 'GBP', name: 'Pound sterling', exchangeRate: 1.15 },
    { code: 'SEK', name: 'Svensk krona', exchangeRate: 0.0878 },
    { code: 'JPY', name: 'Japanese yen', exchangeRate: 0.0061 },
  ],
  cultures: [{ code: 'en-GB', isPrimary: true }, { code: 'sv-SE' }],
  priceLists: [
    { id: 14, code: 'UK-WEB', name: 'UK web', currency: 'GBP', isPrimary: true, salesArea: 'UnitedKingdom' },
    { id: 15, code: 'UK-TRADE', name: 'UK trade', currency: 'GBP', salesArea: 'UnitedKingdom' },
    { id: 16, code: 'EU-WEB', name: 'EU web', currency: 'EUR', salesArea: 'Germany' },
    { id: 17, code: 'SE-WEB', name: 'SE webb', currency: 'SEK', salesArea: 'Sweden' },
    { id: 18, code: 'JP-WEB', name: 'JP web', currency: 'JPY', salesArea: 'Japan' },
    { id: 19, code: 'UK-RETAIL', name: 'UK retail', currency: 'GBP', salesArea: 'UnitedKingdom' },
    { id: 20, code: 'UK-OUTLET', name: 'UK outlet', currency: 'GBP', salesArea: 'UnitedKingdom' },
  ],
  warehouses: [
    {
      id: 3,
      code: 'CW1',
      name: 'Central warehouse',
      locations: [
        { id: 5, code: 'MAIN', name: 'Main' },
        { id: 6, code: 'OVERFLOW', name: 'Overflow' },
      ],
    },
    {
      id: 4,
      code: 'STORE',
      name: 'Leeds shop',
      type: 'Store',
      locations: [{ id: 7, code: 'MAIN', name: 'Shop floor' }],
    },
  ],
  categories: [
    { code: 'clothing', name: 'Clothing' },
    { code: 'jackets', name: 'Jackets', parent: 'clothing' },
    { code: 'shells', name: 'Shells', parent: 'jackets' },
    { code: 'trousers', name: 'Trousers', parent: 'clothing' },
    { code: 'base-layers', name: 'Base layers', parent: 'clothing' },
    { code: 'footwear', name: 'Footwear' },
    { code: 'boots', name: 'Boots', parent: 'footwear' },
    { code: 'socks', name: 'Socks', parent: 'footwear' },
    { code: 'equipment', name: 'Equipment' },
    { code: 'packs', name: 'Packs', parent: 'equipment' },
    { code: 'stoves', name: 'Stoves', parent: 'equipment' },
    { code: 'lamps', name: 'Lamps', parent: 'equipment' },
    { code: 'maps-and-books', name: 'Maps and books', parent: 'equipment' },
    { code: 'services', name: 'Services' },
    { code: 'sets', name: 'Sets' },
  ],
  manufacturers: [{ code: 'FELLGATE', name: 'Fellgate' }],
  parametrics: [
    {
      code: 'p_colour',
      name: 'Colour',
      type: 'List',
      values: [
        { code: 'MOSS', value: 'Moss' },
        { code: 'SLATE', value: 'Slate' },
        { code: 'RUST', value: 'Rust' },
        { code: 'SAND', value: 'Sand' },
        { code: 'BLUE', value: 'Blå' },
      ],
    },
    {
      code: 'p_size',
      name: 'Size',
      type: 'List',
      values: [
        { code: 'S', value: 'S' },
        { code: 'M', value: 'M' },
        { code: 'L', value: 'L' },
        { code: 'XL', value: 'XL' },
      ],
    },
    {
      code: 'p_length',
      name: 'Length',
      type: 'List',
      values: [
        { code: 'R', value: 'Regular' },
        { code: 'LG', value: 'Long' },
      ],
    },
    {
      code: 'p_fit',
      name: 'Fit',
      type: 'List',
      values: [
        { code: 'SLIM', value: 'Slim' },
        { code: 'RELAXED', value: 'Relaxed' },
      ],
    },
    { code: 'p_fabric', name: 'Fabric', type: 'Text' },
    { code: 'p_launch', name: 'Launch date', type: 'Date' },
  ],
  variantGroups: [
    { code: 'size', name: 'Size', types: [{ code: 'size', name: 'Size', parametric: 'p_size' }] },
    {
      code: 'colour-size',
      name: 'Colour and size',
      types: [
        { code: 'colour', name: 'Colour', parametric: 'p_colour' },
        { code: 'size', name: 'Size', parametric: 'p_size' },
      ],
    },
  ],
  salesAreas: ['Sweden', 'UnitedKingdom', 'Germany', 'Japan'],
  countries: ['SE', 'GB', 'DE', 'JP', 'FR', 'NO', 'US', 'FI', 'DK', 'IE'],
  vatCodes: [
    { name: 'Standard GB', ratePercent: 20 },
    { name: 'Standard SE', ratePercent: 25 },
    { name: 'Zero', ratePercent: 0 },
  ],
  paymentMethods: [
    { id: 1, code: 'CARD', name: 'Card', kind: 'reserved' },
    { id: 2, code: 'INVOICE', name: 'Invoice', kind: 'invoice' },
    { id: 3, code: 'KLARNA', name: 'Klarna', kind: 'reserved' },
    { id: 4, code: 'PAYPAL', name: 'PayPal', kind: 'direct' },
    { id: 5, code: 'SWISH', name: 'Swish', kind: 'direct' },
    { id: 6, code: 'GIFTCARD', name: 'Gift card', kind: 'giftCard' },
  ],
  deliveryMethods: [
    { id: 1, code: 'STANDARD', name: 'Standard' },
    { id: 2, code: 'NEXT-DAY', name: 'Next day' },
    { id: 3, code: 'COLLECT', name: 'Collect in shop' },
    { id: 4, code: 'PICKUP-POINT', name: 'Parcel shop' },
  ],
  applications: [
    {
      id: 1301,
      key: '7d7a5b35-2c1d-4c1f-9a8e-3f6d2b7c1e90',
      name: 'UK',
      currency: 'GBP',
      priceList: 'UK-WEB',
      country: 'GB',
      culture: 'en-GB',
    },
    {
      id: 1302,
      key: '1f0c6a8e-59d4-4b8b-8c53-0c1b4a1d7e02',
      name: 'EU',
      currency: 'EUR',
      priceList: 'EU-WEB',
      country: 'DE',
      culture: 'en-GB',
    },
    {
      id: 1303,
      key: 'c4b7e2d1-7a36-4f0e-a1f9-6d2e8b90c303',
      name: 'SE',
      currency: 'SEK',
      priceList: 'SE-WEB',
      country: 'SE',
      culture: 'sv-SE',
    },
    {
      id: 1304,
      key: '9e3d5f70-0b8c-4d62-b7a4-2f51c6e81404',
      name: 'JP',
      currency: 'JPY',
      priceList: 'JP-WEB',
      country: 'JP',
      culture: 'en-GB',
    },
  ],
  orderInfoTypes: [
    { code: 'GIFT', name: 'Gift' },
    { code: 'WMS_REF', name: 'Warehouse reference' },
  ],
}
