/**
 * The catalogue that both stand-ins are filled from, in words of its own: each stand-in gives it its system's shape.
 * All times are milliseconds since 1970 on the sandbox clock.
 */

export interface CatalogueProduct {
  readonly id: number
  /** As typed by somebody: may be empty, have blanks around it, or occur on two products. */
  readonly sku: string
  readonly name: string
  readonly description: string
  readonly shortDescription: string
  readonly brandId: number
  readonly productTypeId: number
  /** 0: in no group. Variants of one product share a group. */
  readonly groupId: number
  /** At most four. */
  readonly variations: readonly Variation[]
  readonly categoryIds: readonly number[]
  readonly taxCodeId: number
  readonly stockTracked: boolean
  /** Present on bundles only. A component may be a bundle itself. */
  readonly components?: readonly BundleComponent[]
  readonly status: ProductStatus
  /** Barcodes: absent when never set; may be empty; the check digit may be wrong. */
  readonly ean?: string
  readonly upc?: string
  readonly isbn?: string
  readonly mpn?: string
  readonly weightKg: number
  /** Centimetres. */
  readonly dimensions: { readonly length: number; readonly height: number; readonly width: number }
  /** Field code to value; a field that is not set has no key. */
  readonly customFields: Readonly<Record<string, CustomFieldValue>>
  readonly seasonIds: readonly number[]
  readonly primarySupplierId?: number
  readonly createdOn: number
  /** Null until the first change. */
  readonly updatedOn: number | null
}

export interface Variation {
  readonly optionId: number
  readonly optionValueId: number
}

export interface BundleComponent {
  readonly productId: number
  readonly quantity: number
}

export type ProductStatus = 'LIVE' | 'ARCHIVED' | 'DISCONTINUED'

/** A number is an INTEGER field or the id of a SELECT option; a DATE is milliseconds since 1970. */
export type CustomFieldValue = string | number | boolean

/** Pieces. What can be sold (`onHand`) is `inStock` less `allocated`, and may be negative. */
export interface StockFigures {
  readonly inStock: number
  readonly allocated: number
  readonly inTransit: number
}

/** Quantity break to amount with four decimals: `{ '1': '75.0000', '10': '69.0000' }`. Empty: no price. */
export type QuantityPrice = Readonly<Record<string, string>>

/** What {@link Catalogue.change} may set; `null` removes a value that may be absent. */
export type ProductPatch = {
  readonly [Field in keyof Omit<CatalogueProduct, 'id' | 'createdOn' | 'updatedOn'>]?:
    | CatalogueProduct[Field]
    | (undefined extends CatalogueProduct[Field] ? null : never)
}

/** What a new product needs; the rest has plain defaults. */
export type NewProduct = Pick<CatalogueProduct, 'sku' | 'name'> &
  Partial<Omit<CatalogueProduct, 'id' | 'createdOn' | 'updatedOn'>>

export interface CatalogueOptions {
  /** How many products. Default 200. */
  readonly products?: number
  /** Same seed, same catalogue. Default 1. */
  readonly seed?: number
  /** The clock that changes are stamped with. Default: real time. */
  readonly clock?: { now(): number }
  /** Does a change of stock figures move the product's `updatedOn`? Not documented; default no. */
  readonly stockTouchesProduct?: boolean
  /** Does a change of price move the product's `updatedOn`? Not documented; default no. */
  readonly priceTouchesProduct?: boolean
}

export interface Catalogue {
  readonly reference: ReferenceData
  /** Products that exist now. */
  readonly size: number
  /** Ascending. Ids are never used again and have gaps. The array is shared: do not write to it. */
  ids(): ArrayLike<number> & Iterable<number>
  has(productId: number): boolean
  product(productId: number): CatalogueProduct | undefined
  /** Single values without building the whole product: for searches over all of them. */
  sku(productId: number): string | undefined
  createdOn(productId: number): number | undefined
  updatedOn(productId: number): number | null | undefined
  status(productId: number): ProductStatus | undefined
  /** By warehouse id, only warehouses that hold the product; empty when there is no figure at all. */
  stock(productId: number): ReadonlyMap<number, StockFigures>
  /** One entry for every price list of the account; empty where the product has no price. */
  prices(productId: number): ReadonlyMap<number, QuantityPrice>

  /** Products as they were at a moment (of the last hour), for a search index that lags. */
  asOf(at: number): ProductView

  /** @throws RangeError when the product does not exist. Moves `updatedOn`. */
  change(productId: number, patch: ProductPatch): void
  /** `null` takes the product out of the warehouse: no figure there any more. @throws RangeError */
  setStock(productId: number, warehouseId: number, figures: Partial<StockFigures> | null): void
  /** An empty object removes the price. @throws RangeError for an unknown product or list. */
  setPrice(productId: number, priceListId: number, quantityPrice: QuantityPrice): void
  /** @throws RangeError when the product does not exist. */
  removeProduct(productId: number): void
  /** Answers the new id: higher than every id given so far. */
  addProduct(product: NewProduct): number
  /** Moves `updatedOn` of the first n products that are sold in the shop, and alters their short description. */
  touch(n: number): readonly number[]
  /** Is told of every change from now on. */
  subscribe(listener: (change: ProductChange) => void): void
}

export interface ProductChange {
  readonly productId: number
  /** `onHand`: what can be sold of it has changed somewhere. A price says nothing. */
  readonly kind: 'created' | 'modified' | 'destroyed' | 'onHand'
}

/** What a search over products needs. */
export interface ProductView {
  ids(): ArrayLike<number> & Iterable<number>
  has(productId: number): boolean
  product(productId: number): CatalogueProduct | undefined
  sku(productId: number): string | undefined
  createdOn(productId: number): number | undefined
  updatedOn(productId: number): number | null | undefined
  status(productId: number): ProductStatus | undefined
}

export interface ReferenceData {
  readonly brands: readonly Brand[]
  readonly categories: readonly Category[]
  readonly options: readonly ProductOption[]
  readonly productTypes: readonly Named[]
  readonly seasons: readonly Named[]
  readonly priceLists: readonly PriceList[]
  readonly warehouses: readonly Warehouse[]
  readonly taxCodes: readonly TaxCode[]
  readonly currencies: readonly Currency[]
  readonly channels: readonly Channel[]
  readonly shippingMethods: readonly Coded[]
  readonly customFields: readonly CustomField[]
}

export interface Named {
  readonly id: number
  readonly name: string
}

export interface Coded extends Named {
  readonly code: string
}

export interface Brand extends Named {
  readonly description: string
}

export interface Category extends Named {
  /** 0: at the root. */
  readonly parentId: number
  readonly active: boolean
}

export interface ProductOption extends Named {
  readonly sortOrder: number
  readonly values: readonly Coded[]
}

export interface PriceList extends Coded {
  readonly currencyCode: string
  readonly kind: 'BUY' | 'SELL'
  /** Do its amounts contain VAT? */
  readonly gross: boolean
}

export interface Warehouse extends Named {
  readonly city: string
  readonly defaultLocationId: number
}

export interface TaxCode {
  readonly id: number
  readonly code: string
  readonly description: string
  /** Per cent; absent when zero or none. */
  readonly rate?: number
}

export interface Currency extends Coded {
  readonly symbol: string
  /** Minor units of the currency: 2, or 0. */
  readonly decimals: number
  /** Per unit of the account's base currency. */
  readonly exchangeRate: number
  readonly isDefault: boolean
}

export interface Channel extends Named {
  readonly channelTypeId: number
  readonly defaultWarehouseId: number
  readonly defaultPriceListId: number
  readonly warehouseIds: readonly number[]
}

export interface CustomField extends Coded {
  readonly type: 'TEXT' | 'TEXTAREA' | 'INTEGER' | 'DATE' | 'YES_NO' | 'SELECT'
  readonly options?: readonly { readonly id: number; readonly value: string }[]
}
