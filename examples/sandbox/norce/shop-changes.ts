import { addOnHand } from './connect/import-onhands.ts'
import { addPrice } from './connect/import-prices.ts'
import { clusterKey, forgetPair, removeCluster, variantKey } from './connect/import-products.ts'
import { SKU_STATUS } from './connect/value-enums.ts'
import type { CultureText, Sku, Stamp } from './model.ts'
import { findOnHand, findPrice, onHandKey, priceKey, type Store, without } from './store.ts'

/** What a person in the shop does by hand: nothing of it goes through an import. */
export type ShopChange =
  /** A text of the variant, or of its whole cluster; default field `Name`, level `variant`, the primary culture. */
  | {
      readonly action: 'setText'
      readonly partNo: string
      readonly text: string
      readonly field?: string
      readonly culture?: string
      readonly level?: 'variant' | 'cluster'
    }
  | { readonly action: 'setStatus'; readonly partNo: string; readonly status: keyof typeof SKU_STATUS }
  /** With a status it is set too; from then on imports leave it alone. */
  | { readonly action: 'lockStatus'; readonly partNo: string; readonly status?: keyof typeof SKU_STATUS }
  | { readonly action: 'unlockStatus'; readonly partNo: string }
  | { readonly action: 'setCategories'; readonly partNo: string; readonly categories: readonly string[] }
  | {
      readonly action: 'setPrice'
      readonly partNo: string
      readonly priceList: string
      readonly quantityBreak?: number
      readonly priceSale?: number
      readonly isActive?: boolean
    }
  | {
      readonly action: 'setOnHand'
      readonly partNo: string
      readonly warehouse: string
      readonly location: string
      readonly value?: number
      readonly isActive?: boolean
    }
  /** The SKU with its prices and places; its variant and cluster too when nothing is left in them. */
  | { readonly action: 'removeSku'; readonly partNo: string }
  | { readonly action: 'removePriceList'; readonly priceList: string }
  | { readonly action: 'removeLocation'; readonly warehouse: string; readonly location: string }

/**
 * Applies one change, or a list of them, as `POST /__sandbox/change` sends it.
 * @returns how many were applied
 * @throws TypeError when a change is not understood or names what does not exist; earlier ones of a list stay applied
 */
export function applyShopChanges(store: Store, body: unknown, stamp: Stamp): { readonly applied: number } {
  const changes = Array.isArray(body) ? body : [body]
  for (const change of changes) applyShopChange(store, change as ShopChange, stamp)
  return { applied: changes.length }
}

function applyShopChange(store: Store, change: ShopChange, stamp: Stamp): void {
  switch (change?.action) {
    case 'setText':
      setText(store, change, stamp)
      break
    case 'setStatus':
      setStatus(store, skuOf(store, change.partNo), change.status, stamp)
      break
    case 'lockStatus': {
      const sku = skuOf(store, change.partNo)
      if (change.status !== undefined) setStatus(store, sku, change.status, stamp)
      sku.statusLock = stamp
      store.noteWrite('sku', sku, sku.partNo, 'changed', stamp, null)
      break
    }
    case 'unlockStatus': {
      const sku = skuOf(store, change.partNo)
      sku.statusLock = null
      store.noteWrite('sku', sku, sku.partNo, 'changed', stamp, null)
      break
    }
    case 'setCategories': {
      const { cluster } = skuOf(store, change.partNo).variant
      cluster.categories = change.categories.map((code, sortOrder) => ({
        category: known(store.categories, code, 'category'),
        sortOrder,
      }))
      cluster.categoriesBy = stamp.by
      store.noteWrite('cluster', cluster, clusterKey(cluster), 'changed', stamp, null)
      break
    }
    case 'setPrice': {
      const sku = skuOf(store, change.partNo)
      const list = known(store.priceLists, change.priceList, 'price list')
      const qtyBreak = change.quantityBreak ?? 1
      const existing = findPrice(sku, list, qtyBreak)
      const row = existing ?? addPrice(store, sku, list, qtyBreak, stamp)
      if (change.priceSale !== undefined) {
        row.priceSale = change.priceSale
        row.priceSaleStamp = stamp
      }
      if (change.isActive !== undefined) row.isActive = change.isActive
      store.noteWrite('price', row, priceKey(row), existing ? 'changed' : 'inserted', stamp, null)
      break
    }
    case 'setOnHand': {
      const sku = skuOf(store, change.partNo)
      const location = known(
        known(store.warehouses, change.warehouse, 'warehouse').locations,
        change.location,
        'location',
      )
      const existing = findOnHand(sku, location)
      const row = existing ?? addOnHand(store, sku, location, stamp)
      if (change.value !== undefined) {
        row.onHandValue = change.value
        row.onHandStamp = stamp
      }
      if (change.isActive !== undefined) row.isActive = change.isActive
      store.noteWrite('onhand', row, onHandKey(row), existing ? 'changed' : 'inserted', stamp, null)
      break
    }
    case 'removeSku':
      removeSku(store, skuOf(store, change.partNo))
      break
    case 'removePriceList':
      removePriceList(store, change.priceList)
      break
    case 'removeLocation': {
      const { locations } = known(store.warehouses, change.warehouse, 'warehouse')
      const location = known(locations, change.location, 'location')
      for (const sku of store.skus.values()) {
        const row = findOnHand(sku, location)
        if (row === undefined) continue
        sku.onHands = without(sku.onHands, row)
        store.onHandCount -= 1
      }
      locations.delete(change.location)
      break
    }
    default:
      throw new TypeError(
        'A change needs an action: setText, setStatus, lockStatus, unlockStatus, setCategories, setPrice, setOnHand, removeSku, removePriceList or removeLocation.',
      )
  }
}

function known<T>(map: ReadonlyMap<string, T>, code: string, what: string): T {
  const found = map.get(code)
  if (found === undefined) throw new TypeError(`There is no ${what} ${JSON.stringify(code)} in the shop.`)
  return found
}

function skuOf(store: Store, partNo: string): Sku {
  return known(store.skus, partNo, 'SKU')
}

function setText(store: Store, change: Extract<ShopChange, { action: 'setText' }>, stamp: Stamp): void {
  if (typeof change.text !== 'string') throw new TypeError('The change setText needs a text.')
  const { variant } = skuOf(store, change.partNo)
  const culture = change.culture ?? store.defaultCulture
  known(store.cultures, culture, 'culture')
  const owner = change.level === 'cluster' ? variant.cluster : variant
  let texts: CultureText | undefined = owner.cultures.find((candidate) => candidate.culture === culture)
  if (texts === undefined) {
    texts = { culture, values: {}, nameBy: stamp.by }
    owner.cultures.push(texts)
  }
  const field = change.field ?? 'Name'
  texts.values[field] = change.text
  if (field === 'Name') texts.nameBy = stamp.by
  if (change.level === 'cluster') {
    store.noteWrite('cluster', variant.cluster, clusterKey(variant.cluster), 'changed', stamp, null)
  } else {
    store.noteWrite('variant', variant, variantKey(variant), 'changed', stamp, null)
  }
}

function setStatus(store: Store, sku: Sku, status: keyof typeof SKU_STATUS, stamp: Stamp): void {
  const id = SKU_STATUS[status]
  if (id === undefined) throw new TypeError(`There is no status ${JSON.stringify(status)}.`)
  sku.statusId = id
  sku.statusStamp = stamp
  store.noteWrite('sku', sku, sku.partNo, 'changed', stamp, null)
}

function removeSku(store: Store, sku: Sku): void {
  const { variant } = sku
  store.removeSku(sku)
  if (variant.skus.length > 0) return
  forgetPair(store, variant)
  store.variants.delete(variant.id)
  variant.cluster.variants = without(variant.cluster.variants, variant)
  if (variant.cluster.variants.length === 0) removeCluster(store, variant.cluster)
}

function removePriceList(store: Store, code: string): void {
  const list = known(store.priceLists, code, 'price list')
  for (const sku of store.skus.values()) {
    for (const row of sku.prices.filter((candidate) => candidate.list === list)) {
      sku.prices = without(sku.prices, row)
      store.priceCount -= 1
    }
  }
  store.priceLists.delete(code)
}
