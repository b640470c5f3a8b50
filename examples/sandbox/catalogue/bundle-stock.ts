import type { Catalogue } from './types.ts'

/**
 * Complete sets of a bundle that can be made, by warehouse: of each warehouse that holds a component, the least of the
 * components' on hand there over the quantity needed. A set is never made of pieces from two warehouses. Components
 * that are not stock-tracked do not limit; a component that is a bundle counts with its own components.
 */
export function bundleStock(catalogue: Catalogue, bundleId: number): ReadonlyMap<number, number> {
  const needed = new Map<number, number>()
  gather(catalogue, bundleId, 1, needed, new Set())
  const held = [...needed.keys()].map((id) => [id, catalogue.stock(id)] as const)
  const warehouses = new Set(held.flatMap(([, stock]) => [...stock.keys()]))
  const sets = new Map<number, number>()
  for (const warehouseId of [...warehouses].sort((a, b) => a - b)) {
    const makeable = held.map(([id, stock]) => {
      const { inStock = 0, allocated = 0 } = stock.get(warehouseId) ?? {}
      return Math.floor((inStock - allocated) / (needed.get(id) ?? 1))
    })
    sets.set(warehouseId, Math.max(0, Math.min(...makeable)))
  }
  return sets
}

/** Adds up what one bundle is made of; `above` guards against a bundle that contains itself. */
function gather(
  catalogue: Catalogue,
  bundleId: number,
  times: number,
  needed: Map<number, number>,
  above: ReadonlySet<number>,
): void {
  for (const { productId, quantity } of catalogue.product(bundleId)?.components ?? []) {
    const component = catalogue.product(productId)
    if (!component || above.has(productId)) continue
    if (component.components) {
      gather(catalogue, productId, times * quantity, needed, new Set([...above, bundleId]))
    } else if (component.stockTracked) {
      needed.set(productId, (needed.get(productId) ?? 0) + times * quantity)
    }
  }
}
