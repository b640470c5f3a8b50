/**
 * What the shop keeps. Names follow Connect: a *cluster* is Connect's Product and Query's Variant, a *variant* is
 * Connect's Variant and Query's Product, a *sku* is the same in both [code C9, C13].
 *
 * Rows are kept lean, since a sandbox may hold 100,000 SKUs with several prices and places each: instants are shared
 * stamps, rows hang on their SKU, and short lists are replaced rather than grown, since an array that grows reserves room.
 */

/** When and by which account something was written. Rows written in one go share one stamp. */
export interface Stamp {
  /** Ticks, see `wire-time.ts`. */
  readonly at: number
  readonly by: number
}

/** The four columns that nearly every row has, and how often it was written since the counters were reset. */
export interface Tracked {
  readonly created: Stamp
  /** Null until the first change [code C9]. */
  updated: Stamp | null
  writes: number
  /** The counting period that `writes` belongs to. */
  period: number
}

export interface Currency {
  readonly id: number
  readonly code: string
  readonly name: string
  readonly exchangeRate: number
}

/** A market or shop: an integer in headers and Query, a guid in Connect and in the push [doc D9, D19]. */
export interface Application {
  readonly id: number
  readonly key: string
  readonly name: string
  readonly currency: Currency
  /** Code of the list that its customers buy from. */
  readonly priceListCode: string
  /** ISO code of the country that it sells from. */
  readonly country: string
  readonly cultureCode: string
}

export interface PaymentMethod {
  readonly id: number
  readonly code: string
  readonly name: string
  readonly kind: 'reserved' | 'direct' | 'giftCard' | 'invoice'
}

export interface Culture {
  readonly code: string
  readonly isPrimary: boolean
}

export interface Manufacturer extends Tracked {
  readonly id: number
  readonly code: string
  name: string | null
}

export interface Category {
  readonly id: number
  readonly code: string
  readonly name: string
  /** `Root - Level1 - Level2`. */
  readonly fullName: string
  readonly isActive: boolean
}

export interface ListValue {
  readonly id: number
  readonly code: string
  value: string
}

export interface Parametric {
  readonly id: number
  readonly code: string
  readonly name: string
  readonly typeId: number
  readonly values: Map<string, ListValue>
}

export interface VariantGroup {
  readonly id: number
  readonly code: string
  name: string
  types: readonly { readonly code: string; readonly name: string; readonly parametricCode: string | null }[]
}

export interface Warehouse extends Tracked {
  readonly id: number
  readonly code: string
  name: string | null
  typeId: number
  leadTimeDayCount: number | null
  readonly locations: Map<string, Location>
}

export interface Location extends Tracked {
  readonly id: number
  readonly warehouse: Warehouse
  readonly code: string
  name: string | null
  readonly isStandard: boolean
  isIncludedInStockCalculation: boolean
  leadTimeDayCount: number | null
}

export interface PriceList extends Tracked {
  readonly id: number
  readonly code: string
  name: string | null
  description: string | null
  readonly currency: Currency
  startDate: number | null
  endDate: number | null
  isPublic: boolean
  isPrimary: boolean
  isFavorite: boolean
  isActive: boolean
  salesAreaId: number | null
  parent: PriceList | null
  defaultPriceRuleId: number
  defaultPriceRuleValue: number | null
  warehouses: readonly Warehouse[]
  /** Is there a row in ApplicationPriceLists? */
  onApplication: boolean
  /** Parts of the contract that Query does not show. */
  extra: Readonly<Record<string, unknown>> | null
}

export interface CultureText {
  readonly culture: string
  /** Field name (`Name`, `Description` …) to value. */
  readonly values: Record<string, string | boolean | null>
  /** Account that wrote `Name` last, for NameLimitedUpdate. */
  nameBy: number
}

export interface CategoryLink {
  readonly category: Category
  readonly sortOrder: number
}

export interface Cluster extends Tracked {
  readonly id: number
  code: string | null
  alias: string | null
  readonly cultures: CultureText[]
  categories: readonly CategoryLink[]
  categoriesBy: number
  parametrics: Map<string, unknown> | null
  definitionGroup: VariantGroup | null
  flags: Map<string, FlagState> | null
  variants: readonly Variant[]
  extra: Record<string, unknown> | null
}

export interface FlagState {
  readonly isSet: boolean
  readonly by: number
}

export interface Variant extends Tracked {
  readonly id: number
  cluster: Cluster
  manufacturer: Manufacturer | null
  manufacturerPartNo: string | null
  sortOrderValue: number | null
  readonly cultures: CultureText[]
  parametrics: Map<string, unknown> | null
  flags: Map<string, FlagState> | null
  skus: readonly Sku[]
  extra: Record<string, unknown> | null
}

export interface Sku extends Tracked {
  readonly partNo: string
  readonly variant: Variant
  statusId: number
  statusStamp: Stamp
  /** Set by hand in the shop: an import does not change the status then [inf]. */
  statusLock: Stamp | null
  typeId: number
  integrationPartNo: string | null
  commodityCode: string | null
  eanCode: string | null
  trackingCode: string | null
  unitId: number | null
  unitCount: number
  isDropShipOnly: boolean | null
  isBuyable: boolean
  actualWeight: number | null
  startDate: number | null
  stopDate: number | null
  cultures: CultureText[] | null
  /** SalesArea id to per cent. */
  vatRates: Map<number, number | null> | null
  /** Sizes, discount class, structure items and other values that few SKUs have. */
  extra: Record<string, unknown> | null
  /** Sorted by price list id and quantity break. */
  prices: readonly PriceRow[]
  /** Sorted by warehouse id and location id. */
  onHands: readonly OnHandRow[]
}

/** Amounts ex VAT; at most four decimals. */
export interface PriceRow extends Tracked {
  readonly sku: Sku
  readonly list: PriceList
  readonly qtyBreak: number
  priceSale: number
  priceSaleStamp: Stamp | null
  costPurchase: number
  costPurchaseStamp: Stamp | null
  costUnit: number
  costUnitStamp: Stamp | null
  priceRecommended: number | null
  priceRecommendedStamp: Stamp | null
  pricePrevious: number | null
  pricePreviousStamp: Stamp | null
  priceCatalog: number | null
  priceCatalogStamp: Stamp | null
  isPriceDiscountable: boolean
  isActive: boolean
  priceRuleId: number | null
  priceRuleValue: number | null
}

export interface OnHandRow extends Tracked {
  readonly sku: Sku
  readonly location: Location
  onHandValue: number
  onHandChecked: Stamp | null
  onHandStamp: Stamp | null
  incomingValue: number | null
  incomingChecked: Stamp | null
  incomingStamp: Stamp | null
  nextDeliveryDate: number | null
  nextDeliveryChecked: Stamp | null
  nextDeliveryStamp: Stamp | null
  leadTimeDayCount: number | null
  onOrderValue: number | null
  minimumValue: number | null
  maximumValue: number | null
  isActive: boolean
  activeStamp: Stamp | null
  infos: Readonly<Record<string, string | null>> | null
}
