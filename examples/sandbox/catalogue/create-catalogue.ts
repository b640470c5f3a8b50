import { createBulk } from './bulk.ts'
import { firstId, handMade } from './hand-made.ts'
import { referenceData } from './reference-data.ts'
import type {
  Catalogue,
  CatalogueOptions,
  CatalogueProduct,
  NewProduct,
  ProductChange,
  ProductPatch,
  ProductView,
  QuantityPrice,
  StockFigures,
} from './types.ts'

/** After so many products one id is left out, as if a product had been deleted. */
const idsPerGap = 40

/** How long former states of changed products are kept for {@link Catalogue.asOf}, in sandbox milliseconds. */
const memory = 3_600_000

interface Version {
  readonly from: number
  readonly patch: ProductPatch
  readonly updatedOn: number | null
}

/**
 * A catalogue of so many products, the same for the same seed. Products are derived when asked for; only what was
 * changed is stored.
 */
export function createCatalogue(options: CatalogueOptions = {}): Catalogue {
  const {
    products: seeded = 200,
    seed = 1,
    clock = Date,
    stockTouchesProduct = false,
    priceTouchesProduct = false,
  } = options
  if (!Number.isSafeInteger(seeded) || seeded < 0) {
    throw new RangeError(`The number of products must be a whole number from 0, not ${seeded}.`)
  }
  const bulk = createBulk(seed, idOf)
  const born = clock.now()

  const versions = new Map<number, Version[]>()
  const added = new Map<number, { readonly product: CatalogueProduct; readonly from: number }>()
  const removed = new Map<number, number>()
  const stockChanges = new Map<number, Map<number, StockFigures | null>>()
  const priceChanges = new Map<number, Map<number, QuantityPrice>>()
  const listeners: ((change: ProductChange) => void)[] = []
  const tell = (productId: number, kind: ProductChange['kind']): void => {
    for (const listener of listeners) listener({ productId, kind })
  }
  let nextId = idOf(seeded)
  let lastArrivalOrRemoval = born
  let idsNow: Int32Array | undefined

  const indexOf = (id: number): number | undefined => {
    const offset = id - firstId
    if (!Number.isSafeInteger(id) || offset < 0 || offset % (idsPerGap + 1) === idsPerGap) return undefined
    const index = offset - Math.floor(offset / (idsPerGap + 1))
    return index < seeded ? index : undefined
  }

  const existsAt = (id: number, at: number): boolean => {
    if ((removed.get(id) ?? Number.POSITIVE_INFINITY) <= at) return false
    const arrival = added.get(id)
    return arrival ? arrival.from <= at : indexOf(id) !== undefined
  }

  const idsAt = (at: number): Int32Array => {
    const ids: number[] = []
    for (let index = 0; index < seeded; index += 1) {
      const id = idOf(index)
      if (removed.size === 0 || existsAt(id, at)) ids.push(id)
    }
    for (const id of added.keys()) if (existsAt(id, at)) ids.push(id)
    return Int32Array.from(ids)
  }

  const versionAt = (id: number, at: number): Version | undefined =>
    versions.size === 0 ? undefined : versions.get(id)?.findLast(({ from }) => from <= at)

  const original = (id: number): CatalogueProduct | undefined => {
    const index = indexOf(id)
    if (index === undefined) return added.get(id)?.product
    return handMade[index]?.product ?? bulk.product(index - handMade.length, id)
  }

  /** One field, without building the product where bulk can derive it alone. */
  const originalValue = <Field extends 'sku' | 'createdOn' | 'updatedOn' | 'status'>(
    id: number,
    field: Field,
    derive: (index: number) => CatalogueProduct[Field],
  ): CatalogueProduct[Field] | undefined => {
    const index = indexOf(id)
    if (index === undefined) return added.get(id)?.product[field]
    const made = handMade[index]
    return made ? made.product[field] : derive(index - handMade.length)
  }

  const viewAt = (at: () => number, ids: () => Int32Array): ProductView => ({
    ids,
    has: (id) => existsAt(id, at()),
    product(id) {
      if (!existsAt(id, at())) return undefined
      const product = original(id)
      const version = versionAt(id, at())
      return product && version ? patched(product, version) : product
    },
    sku: (id) =>
      existsAt(id, at()) ? (versionAt(id, at())?.patch.sku ?? originalValue(id, 'sku', bulk.sku)) : undefined,
    createdOn: (id) => (existsAt(id, at()) ? originalValue(id, 'createdOn', bulk.createdOn) : undefined),
    updatedOn(id) {
      if (!existsAt(id, at())) return undefined
      const version = versionAt(id, at())
      return version ? version.updatedOn : originalValue(id, 'updatedOn', bulk.updatedOn)
    },
    status: (id) =>
      existsAt(id, at()) ? (versionAt(id, at())?.patch.status ?? originalValue(id, 'status', bulk.status)) : undefined,
  })

  const present = viewAt(
    () => Number.MAX_SAFE_INTEGER,
    () => {
      idsNow ??= idsAt(Number.MAX_SAFE_INTEGER)
      return idsNow
    },
  )

  const mustExist = (id: number): void => {
    if (!present.has(id)) throw new RangeError(`There is no product ${id} in the catalogue.`)
  }

  const mustBeKnown = (what: string, id: number, known: readonly { readonly id: number }[]): void => {
    if (!known.some((one) => one.id === id)) throw new RangeError(`There is no ${what} ${id} in the catalogue.`)
  }

  const update = (id: number, patch: ProductPatch): void => {
    mustExist(id)
    const now = clock.now()
    const history = versions.get(id) ?? []
    const before = history.at(-1)
    // The newest of the forgotten states stays: it is the state at the beginning of what is remembered.
    const firstKept = Math.max(
      0,
      history.findLastIndex(({ from }) => from <= now - memory),
    )
    versions.set(id, [
      ...history.slice(firstKept),
      { from: now, patch: { ...before?.patch, ...patch }, updatedOn: now },
    ])
    tell(id, 'modified')
  }

  const stock = (id: number): ReadonlyMap<number, StockFigures> => {
    if (!present.has(id)) return new Map()
    const index = indexOf(id)
    const figures = new Map(index === undefined ? [] : (handMade[index]?.stock ?? bulk.stock(index - handMade.length)))
    for (const [warehouseId, changed] of stockChanges.get(id) ?? []) {
      if (changed) figures.set(warehouseId, changed)
      else figures.delete(warehouseId)
    }
    return figures
  }

  const catalogue: Catalogue = {
    ...present,
    reference: referenceData,
    get size() {
      return present.ids().length
    },
    stock,
    prices(id) {
      const index = indexOf(id)
      const set = index === undefined ? undefined : (handMade[index]?.prices ?? bulk.prices(index - handMade.length))
      const changed = priceChanges.get(id)
      return new Map(
        referenceData.priceLists.map((list) => [list.id, changed?.get(list.id) ?? set?.get(list.id) ?? {}]),
      )
    },
    asOf(at) {
      const ids = at >= lastArrivalOrRemoval ? present.ids : () => idsAt(at)
      return viewAt(() => at, ids as () => Int32Array)
    },
    change: update,
    setStock(id, warehouseId, figures) {
      mustExist(id)
      mustBeKnown('warehouse', warehouseId, referenceData.warehouses)
      const changed = stockChanges.get(id) ?? new Map<number, StockFigures | null>()
      const before = stock(id).get(warehouseId) ?? { inStock: 0, allocated: 0, inTransit: 0 }
      const after = figures && { ...before, ...figures }
      changed.set(warehouseId, after)
      stockChanges.set(id, changed)
      const onHand = (one: StockFigures | null) => (one ? one.inStock - one.allocated : 0)
      if (onHand(before) !== onHand(after)) tell(id, 'onHand')
      if (stockTouchesProduct) update(id, {})
    },
    setPrice(id, priceListId, quantityPrice) {
      mustExist(id)
      mustBeKnown('price list', priceListId, referenceData.priceLists)
      const changed = priceChanges.get(id) ?? new Map<number, QuantityPrice>()
      changed.set(priceListId, quantityPrice)
      priceChanges.set(id, changed)
      if (priceTouchesProduct) update(id, {})
    },
    removeProduct(id) {
      mustExist(id)
      lastArrivalOrRemoval = clock.now()
      removed.set(id, lastArrivalOrRemoval)
      idsNow = undefined
      tell(id, 'destroyed')
    },
    addProduct(product) {
      lastArrivalOrRemoval = clock.now()
      const id = nextId
      nextId += 1
      added.set(id, { product: completed(product, id, lastArrivalOrRemoval), from: lastArrivalOrRemoval })
      idsNow = undefined
      tell(id, 'created')
      return id
    },
    touch(n) {
      const touched: number[] = []
      for (const id of present.ids()) {
        if (touched.length >= n) break
        const product = present.product(id)
        if (product?.customFields.PCF_WEB !== true || product.status !== 'LIVE') continue
        update(id, {
          shortDescription: `${product.shortDescription.replace(/ \(revised .*\)$/, '')} (revised ${clock.now()})`,
          weightKg: Math.round(product.weightKg * 100 + 1) / 100,
        })
        touched.push(id)
      }
      return touched
    },
    subscribe(listener) {
      listeners.push(listener)
    },
  }
  return catalogue
}

/** The id of the n-th product: stable whatever the size of the catalogue. */
function idOf(index: number): number {
  return firstId + index + Math.floor(index / idsPerGap)
}

function patched(product: CatalogueProduct, { patch, updatedOn }: Version): CatalogueProduct {
  const merged = { ...product, ...patch, updatedOn }
  // Null in a patch means "no value": absent, as in a product that never had one.
  return Object.fromEntries(
    Object.entries(merged).filter(([field, value]) => value !== null || field === 'updatedOn'),
  ) as unknown as CatalogueProduct
}

function completed(product: NewProduct, id: number, now: number): CatalogueProduct {
  return {
    description: '',
    shortDescription: '',
    brandId: 8,
    productTypeId: 1,
    groupId: 0,
    variations: [],
    categoryIds: [30],
    taxCodeId: 7,
    stockTracked: !product.components,
    status: 'LIVE',
    weightKg: 0,
    dimensions: { length: 0, height: 0, width: 0 },
    customFields: { PCF_WEB: true },
    seasonIds: [],
    ...product,
    id,
    createdOn: now,
    updatedOn: null,
  }
}
