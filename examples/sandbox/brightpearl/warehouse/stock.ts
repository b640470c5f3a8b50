import type { BackOffice } from '../back-office/back-office.ts'

/** What can be had: in stock less allocated [rec, doc]. */
export function onHand({ catalogue }: BackOffice, productId: number, warehouseId: number): number {
  const { inStock = 0, allocated = 0 } = catalogue.stock(productId).get(warehouseId) ?? {}
  return inStock - allocated
}

/** Reserves pieces, or gives them back when negative. */
export function allocate({ catalogue }: BackOffice, productId: number, warehouseId: number, pieces: number): void {
  if (pieces === 0) return
  const { allocated = 0 } = catalogue.stock(productId).get(warehouseId) ?? {}
  catalogue.setStock(productId, warehouseId, { allocated: allocated + pieces })
}

/** Allocated pieces leave the house. */
export function takeOut({ catalogue }: BackOffice, productId: number, warehouseId: number, pieces: number): void {
  const { inStock = 0, allocated = 0 } = catalogue.stock(productId).get(warehouseId) ?? {}
  catalogue.setStock(productId, warehouseId, { inStock: inStock - pieces, allocated: allocated - pieces })
}

export function takeIn({ catalogue }: BackOffice, productId: number, warehouseId: number, pieces: number): void {
  const { inStock = 0 } = catalogue.stock(productId).get(warehouseId) ?? {}
  catalogue.setStock(productId, warehouseId, { inStock: inStock + pieces })
}
