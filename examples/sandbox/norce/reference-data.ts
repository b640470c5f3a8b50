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
  readonly paymentMethods?: readonly string[]
  readonly deliveryMethods?: readonly string[]
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
  countries: ['SE', 'GB', 'DE', 'JP'],
  vatCodes: [
    { name: 'Standard GB', ratePercent: 20 },
    { name: 'Standard SE', ratePercent: 25 },
    { name: 'Zero', ratePercent: 0 },
  ],
  paymentMethods: ['Card', 'Invoice'],
  deliveryMethods: ['Standard', 'Next day', 'Collect in shop'],
}
