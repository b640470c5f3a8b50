import { referenceData } from './reference-data.ts'
import type { Catalogue, CatalogueProduct } from './types.ts'

/** What a shop may sell of the catalogue: the shape that the shop's stand-in takes. */
export interface CatalogueAssortment {
  readonly partNos: () => readonly string[]
  readonly item: (partNo: string) => AssortedProduct | undefined
}

export interface AssortedProduct {
  readonly name: string
  readonly type: string
  /** Currency code to unit price ex VAT. */
  readonly prices: Readonly<Record<string, number>>
  /** Per cent, at home; absent: the country's standard rate. */
  readonly vatRate?: number
}

/** The account's standard rate: other countries have their own. */
const STANDARD_RATE = 20

/** Lists that a web shop sells from, with the VAT that a gross one contains. */
const WEB_LISTS = [
  { id: 2, currency: 'GBP', vat: 0 },
  { id: 4, currency: 'EUR', vat: 0 },
  { id: 5, currency: 'SEK', vat: 25 },
  { id: 6, currency: 'JPY', vat: 0 },
] as const

/**
 * Live products that are sold in the web shop, by their trimmed SKU, at the prices of the web lists: so that orders can
 * be placed before the first sync has brought products to the shop. Of two products with one SKU the first is taken.
 */
export function assortmentOf(catalogue: Catalogue): CatalogueAssortment {
  let byPartNo: ReadonlyMap<string, number> | undefined
  const index = (): ReadonlyMap<string, number> => {
    if (byPartNo !== undefined) return byPartNo
    const found = new Map<string, number>()
    for (const id of catalogue.ids()) {
      const product = catalogue.product(id)
      const partNo = product?.sku.trim() ?? ''
      if (product === undefined || partNo === '' || found.has(partNo) || !isSold(product)) continue
      if (Object.keys(pricesOf(catalogue, id)).length > 0) found.set(partNo, id)
    }
    byPartNo = found
    return found
  }
  return {
    partNos: () => [...index().keys()],
    item(partNo) {
      const product = catalogue.product(index().get(partNo) ?? 0)
      if (product === undefined) return undefined
      const rate = referenceData.taxCodes.find(({ id }) => id === product.taxCodeId)?.rate ?? 0
      return {
        name: product.name,
        type: product.stockTracked || product.components !== undefined ? 'ErpStandard' : 'Service',
        prices: pricesOf(catalogue, product.id),
        ...(rate !== STANDARD_RATE && { vatRate: rate }),
      }
    },
  }
}

function isSold(product: CatalogueProduct): boolean {
  return product.status === 'LIVE' && product.customFields.PCF_WEB === true
}

function pricesOf(catalogue: Catalogue, id: number): Readonly<Record<string, number>> {
  const prices = catalogue.prices(id)
  return Object.fromEntries(
    WEB_LISTS.flatMap((list) => {
      const amount = Number(prices.get(list.id)?.['1'] ?? 0)
      return amount > 0 ? [[list.currency, Math.round((amount * 1_000_000) / (100 + list.vat)) / 10_000]] : []
    }),
  )
}
