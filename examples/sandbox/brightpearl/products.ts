import { draw } from '../catalogue/random.ts'
import type { Catalogue } from '../catalogue/types.ts'
import { notFound, refused } from './errors.ts'
import { atMost, getUris, type IdSet } from './id-set.ts'
import type { BrightpearlSwitches } from './options.ts'
import { createProductShape } from './product-shape.ts'
import type { ApiRequest, Route } from './route.ts'
import type { TimeStamps } from './time-stamps.ts'

/** Products to one request [doc]. */
export const maxProducts = 200

export interface ProductRouteOptions {
  readonly catalogue: Catalogue
  readonly times: TimeStamps
  readonly noProductFound: BrightpearlSwitches['noProductFound']
}

export function productRoutes({ catalogue, times, noProductFound }: ProductRouteOptions): readonly Route[] {
  const shape = createProductShape(catalogue, times)

  const getProducts = (request: ApiRequest): unknown => {
    const found = existing(catalogue, productSet(request))
    if (found.length === 0 && noProductFound === 'not-found') throw notFound('No Product Found')
    const optional = new Set((request.query.get('includeOptional') ?? '').split(','))
    return { response: inNoOrder(found).map((id) => shape.product(id, optional)) }
  }

  const listUris = (request: ApiRequest): unknown => {
    const ids = request.idSet()
    const found = ids ? existing(catalogue, ids) : [...catalogue.ids()]
    return { response: { getUris: getUris('product', found, maxProducts) } }
  }

  const getCustomFields = (request: ApiRequest): unknown => ({
    // Every id asked for is in the map, also one that does not exist [doc].
    response: Object.fromEntries(
      productSet(request)
        .numbers()
        .map((id) => [id, shape.customFields(id)]),
    ),
  })

  return [
    ...['/product-service/product', '/product-service/product/', '/product-service/product/:ids'].flatMap(
      (path): readonly Route[] => [
        { method: 'GET', path, operation: 'get-product', handle: getProducts },
        { method: 'OPTIONS', path, operation: 'options-product', handle: listUris },
      ],
    ),
    {
      method: 'GET',
      path: '/product-service/product-custom-field/:ids',
      operation: 'get-product-custom-field',
      handle: getCustomFields,
    },
  ]
}

/**
 * The product set of a path: mandatory [doc], 200 at most [doc for products and prices, assumed elsewhere]. `*` is for
 * parent positions of a path [doc] and would be more than 200 [assumed].
 */
export function productSet(request: ApiRequest): IdSet {
  const ids = request.idSet()
  if (!ids) throw refused('An ID set of products is required')
  return atMost(maxProducts, ids)
}

/** Ids of the set that exist, ascending. */
export function existing(catalogue: Catalogue, ids: IdSet): readonly number[] {
  return ids.count <= 1000
    ? ids.numbers().filter((id) => catalogue.has(id))
    : Array.from(catalogue.ids()).filter((id) => ids.has(id))
}

/** A GET by id set does not answer in the order asked for, nor in that of the ids [rec]. The same each time here. */
export function inNoOrder(ids: readonly number[]): readonly number[] {
  return ids.toSorted((a, b) => draw(0, a, 0) - draw(0, b, 0))
}
