import type { Sandbox } from '../../examples/sandbox/start-sandbox.ts'
import type { Dice } from './dice.ts'

/** Products that can be sold in every market, shipped, and are there in plenty. */
export function goodsOf({ catalogue }: Sandbox): readonly { readonly id: number; readonly sku: string }[] {
  const skus = new Map<string, number>()
  for (const id of catalogue.ids()) {
    const sku = catalogue.sku(id)?.trim() ?? ''
    skus.set(sku, (skus.get(sku) ?? 0) + 1)
  }
  const goods: { id: number; sku: string }[] = []
  for (const id of catalogue.ids()) {
    const product = catalogue.product(id)
    const sku = product?.sku.trim() ?? ''
    if (!product?.stockTracked || product.components || product.status !== 'LIVE') continue
    if (product.customFields.PCF_WEB !== true || product.taxCodeId !== 7 || sku === '' || skus.get(sku) !== 1) continue
    const prices = catalogue.prices(id)
    if (![2, 5, 6].every((list) => Number(prices.get(list)?.['1'] ?? 0) > 0)) continue
    catalogue.setStock(id, 2, { inStock: 100_000, allocated: 0, inTransit: 0 })
    goods.push({ id, sku })
  }
  if (goods.length < 5) throw new Error(`Only ${goods.length} products can be sold in every market.`)
  return goods
}

/**
 * The warehouse sends what was ordered: some of the orders that are reserved, whole or in two parts.
 *
 * @param share of the orders, from 0 to 1.
 */
export function shipSome({ backOffice }: Sandbox, dice: Dice, share: number): void {
  const { staff } = backOffice
  for (const { id, externalRef, rows, cancelled, reservation } of staff.orders({ type: 'SO' })) {
    if (externalRef === undefined || cancelled || !reservation || !dice.chance(share)) continue
    const open = rows.filter(({ productId, quantity, onNotes }) => productId > 1000 && Number(quantity) > onNotes)
    if (open.length === 0) continue
    // A part only where something is left for a second note.
    const isPart = open.length > 1 && dice.chance(0.3)
    const sent = isPart ? open.slice(0, 1) : open
    staff.do({
      action: 'ship',
      order: id,
      rows: sent.map(({ id: row, quantity, onNotes }) => ({ row, quantity: Number(quantity) - onNotes })),
      tracking: `T${id}${isPart ? '-1' : ''}`,
    })
  }
}
