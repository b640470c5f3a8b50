import type { Catalogue } from '../catalogue/types.ts'
import { notFound, refused } from './errors.ts'
import { formatIdSet, type IdSet } from './id-set.ts'
import { existing, inNoOrder, maxProducts, productSet } from './products.ts'
import { type ApiRequest, collection, type Route } from './route.ts'

export function priceRoutes(catalogue: Catalogue): readonly Route[] {
  const { priceLists } = catalogue.reference
  const currencyIds = new Map(catalogue.reference.currencies.map(({ id, code }) => [code, id]))

  /** [rec, doc]; amounts are texts with four decimals, a list without a price has an empty `quantityPrice`. */
  const productPrice = (productId: number, lists: IdSet | undefined): unknown => {
    const prices = catalogue.prices(productId)
    return {
      productId,
      priceLists: priceLists
        .filter(({ id }) => lists?.has(id) ?? true)
        .map(({ id, currencyCode }) => ({
          priceListId: id,
          currencyCode,
          currencyId: currencyIds.get(currencyCode),
          // A customer's own number for the product on this list: optional, here on the trade list only.
          ...(id === 7 && productId % 10 === 1 && { sku: catalogue.sku(productId) }),
          quantityPrice: prices.get(id) ?? {},
        })),
    }
  }

  const getPrices = (request: ApiRequest): unknown => {
    const found = existing(catalogue, productSet(request))
    if (found.length === 0) throw notFound('No Product Price Found')
    const lists = request.idSet('lists')
    return { response: inNoOrder(found).map((id) => productPrice(id, lists)) }
  }

  /** Plain numeric slices, with no regard to which ids exist [doc]. `*` and no set at all: every product [assumed]. */
  const listUris = (request: ApiRequest): unknown => {
    const ids = request.idSet()
    const all = catalogue.ids()
    const spanned = ids && !ids.all ? bounded(ids).numbers() : spanOf(all[0], all[all.length - 1])
    const lists = request.idSet('lists')
    const suffix = lists ? `/price-list/${formatIdSet(priceLists.map(({ id }) => id).filter(lists.has))}` : ''
    const uris: string[] = []
    for (let start = 0; start < spanned.length; start += maxProducts) {
      uris.push(`/product-price/${formatIdSet(spanned.slice(start, start + maxProducts))}${suffix}`)
    }
    return { response: { getUris: uris } }
  }

  const paths = ['/product-service/product-price/:ids', '/product-service/product-price/:ids/price-list/:lists']
  return [
    ...paths.map((path): Route => ({ method: 'GET', path, operation: 'get-product-price', handle: getPrices })),
    ...['/product-service/product-price', ...paths].map(
      (path): Route => ({ method: 'OPTIONS', path, operation: 'options-product-price', handle: listUris }),
    ),
    ...collection('/product-service/price-list', 'get-price-list', (ids) => {
      const found = priceLists.filter(({ id }) => ids?.has(id) ?? true)
      if (found.length === 0) throw notFound('No Price List Found')
      return {
        response: found.map(({ id, name, code, currencyCode, kind, gross }) => ({
          id,
          name: { languageCode: 'en', text: name, format: 'PLAINTEXT' },
          code,
          currencyCode,
          currencySymbol: catalogue.reference.currencies.find((currency) => currency.code === currencyCode)?.symbol,
          currencyId: currencyIds.get(currencyCode),
          priceListTypeCode: kind,
          gross,
        })),
      }
    }),
  ]
}

/** Slices are written out number by number, so a set of millions is refused here [assumed]. */
function bounded(ids: IdSet): IdSet {
  if (ids.count > 1_000_000) throw refused('The ID set is too large')
  return ids
}

function spanOf(first = 1, last = 0): readonly number[] {
  return Array.from({ length: last - first + 1 }, (_, step) => first + step)
}
