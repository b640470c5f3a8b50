import { bundleStock } from '../catalogue/bundle-stock.ts'
import type { Catalogue, StockFigures } from '../catalogue/types.ts'
import { notFound, refused } from './errors.ts'
import type { BrightpearlSwitches } from './options.ts'
import { productSet } from './products.ts'
import type { ApiRequest, Route } from './route.ts'

/**
 * Stock by product. Bundles and non-tracked products are not covered [doc]; ids of such, and unknown ones, are left
 * out, or make the whole request 400 by switch. A tracked product without any figure is left out [assumed]: absence
 * means zero [doc]. When nothing is left the map is empty, 200 [assumed].
 */
export function availabilityRoutes(
  catalogue: Catalogue,
  availabilityOfOthers: BrightpearlSwitches['availabilityOfOthers'],
): readonly Route[] {
  const getAvailability = (request: ApiRequest, warehouseId?: number): unknown => {
    const response: Record<string, unknown> = {}
    for (const id of productSet(request).numbers()) {
      const product = catalogue.product(id)
      if (!product?.stockTracked || product.components) {
        if (availabilityOfOthers === 'reject') throw refused(`Product ${id} has no availability`)
        continue
      }
      const held = [...catalogue.stock(id)].filter(([id]) => warehouseId === undefined || id === warehouseId)
      if (held.length > 0) response[id] = availability(held)
    }
    return { response }
  }

  return [
    {
      method: 'GET',
      path: '/warehouse-service/product-availability/:ids',
      operation: 'get-product-availability',
      handle: (request) => getAvailability(request),
    },
    {
      method: 'GET',
      path: '/warehouse-service/warehouse/:warehouse/product-availability/:ids',
      operation: 'get-warehouse-product-availability',
      handle(request) {
        const warehouseId = request.id('warehouse')
        if (!catalogue.reference.warehouses.some(({ id }) => id === warehouseId)) throw notFound('No Warehouse Found')
        return getAvailability(request, warehouseId)
      },
    },
    {
      method: 'GET',
      path: '/warehouse-service/bundle-availability/:id',
      operation: 'get-bundle-availability',
      // One id only [doc]. Another product than a bundle: 404 [assumed].
      handle(request) {
        const id = request.id('id')
        if (!catalogue.product(id)?.components) throw notFound('No Bundle Found')
        const sets = [...bundleStock(catalogue, id)]
        return {
          response: {
            [id]: {
              total: { onHand: sets.reduce((sum, [, onHand]) => sum + onHand, 0) },
              warehouses: Object.fromEntries(sets.map(([warehouse, onHand]) => [warehouse, { onHand }])),
            },
          },
        }
      },
    },
  ]
}

/** `inStock` is what lies there, `onHand` = `inStock` - `allocated` what can be sold [rec, doc]. Numbers [rec]. */
function availability(held: readonly (readonly [number, StockFigures])[]): unknown {
  const figures = ({ inStock, allocated, inTransit }: StockFigures) => ({
    inStock,
    onHand: inStock - allocated,
    allocated,
    inTransit,
  })
  const total = held.reduce(
    (sum, [, { inStock, allocated, inTransit }]) => ({
      inStock: sum.inStock + inStock,
      allocated: sum.allocated + allocated,
      inTransit: sum.inTransit + inTransit,
    }),
    { inStock: 0, allocated: 0, inTransit: 0 },
  )
  return {
    total: figures(total),
    warehouses: Object.fromEntries(held.map(([warehouse, one]) => [warehouse, figures(one)])),
  }
}
