import type { Catalogue, NewProduct, ProductPatch, QuantityPrice, StockFigures } from './types.ts'

/**
 * The body of `POST /__sandbox/change`. A product is named by `productId`, or by `sku` (exact; the first that has it).
 * Parts are applied in this order; the first that fails stops the rest.
 */
export interface CatalogueChange {
  readonly add?: readonly NewProduct[]
  readonly change?: readonly (ProductName & { readonly patch: ProductPatch })[]
  readonly setStock?: readonly (ProductName & {
    readonly warehouseId: number
    readonly figures: Partial<StockFigures> | null
  })[]
  readonly setPrice?: readonly (ProductName & { readonly priceListId: number; readonly quantityPrice: QuantityPrice })[]
  readonly remove?: readonly ProductName[]
  /** Alters this many products of the shop. */
  readonly touch?: number
}

export interface ProductName {
  readonly productId?: number
  readonly sku?: string
}

export interface AppliedChange {
  /** Ids of new products, in the order of `add`. */
  readonly added: readonly number[]
  readonly touched: readonly number[]
}

const parts = ['add', 'change', 'setStock', 'setPrice', 'remove', 'touch'] as const

/** @throws TypeError or RangeError that says what in the body is not understood or not there. */
export function applyChange(catalogue: Catalogue, body: unknown): AppliedChange {
  const change = checkedBody(body)
  const idOf = ({ productId, sku }: ProductName): number => {
    if (productId !== undefined) return productId
    if (sku !== undefined) {
      for (const id of catalogue.ids()) if (catalogue.sku(id) === sku) return id
    }
    throw new RangeError(
      sku === undefined ? 'A product is named by "productId" or "sku".' : `No product has SKU "${sku}".`,
    )
  }
  const added = (change.add ?? []).map((product) => catalogue.addProduct(checkedProduct(product)))
  for (const item of change.change ?? []) catalogue.change(idOf(item), checkedPatch(item.patch))
  for (const item of change.setStock ?? []) catalogue.setStock(idOf(item), item.warehouseId, item.figures)
  for (const item of change.setPrice ?? []) catalogue.setPrice(idOf(item), item.priceListId, item.quantityPrice)
  for (const item of change.remove ?? []) catalogue.removeProduct(idOf(item))
  return { added, touched: change.touch ? catalogue.touch(change.touch) : [] }
}

function checkedBody(body: unknown): CatalogueChange {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw new TypeError(`The body must be an object with some of: ${parts.join(', ')}.`)
  }
  for (const [part, value] of Object.entries(body)) {
    if (!(parts as readonly string[]).includes(part)) {
      throw new TypeError(`There is no change "${part}". Known: ${parts.join(', ')}.`)
    }
    const fits = part === 'touch' ? Number.isSafeInteger(value) : Array.isArray(value)
    if (!fits) throw new TypeError(`"${part}" must be ${part === 'touch' ? 'a whole number' : 'a list'}.`)
  }
  return body as CatalogueChange
}

/** Every field of a product that may be patched; the compiler keeps it complete. */
const patchable: Readonly<Record<keyof ProductPatch, true>> = {
  sku: true,
  name: true,
  description: true,
  shortDescription: true,
  brandId: true,
  productTypeId: true,
  groupId: true,
  variations: true,
  categoryIds: true,
  taxCodeId: true,
  stockTracked: true,
  components: true,
  status: true,
  ean: true,
  upc: true,
  isbn: true,
  mpn: true,
  weightKg: true,
  dimensions: true,
  customFields: true,
  seasonIds: true,
  primarySupplierId: true,
}

function checkedProduct(product: NewProduct): NewProduct {
  const { sku, name } = checkedPatch(product) as Partial<NewProduct>
  if (typeof sku !== 'string' || typeof name !== 'string') throw new TypeError('A new product needs "sku" and "name".')
  return product
}

function checkedPatch(patch: ProductPatch): ProductPatch {
  if (typeof patch !== 'object' || patch === null) throw new TypeError('A product or patch is { field: value }.')
  for (const field of Object.keys(patch)) {
    if (!Object.hasOwn(patchable, field)) {
      throw new TypeError(`A product has no field "${field}" to set. Known: ${Object.keys(patchable).join(', ')}.`)
    }
  }
  return patch
}
