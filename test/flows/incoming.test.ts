import { afterAll, beforeAll, expect, it } from 'vitest'
import { type Shop, startShop } from '../support/sandbox.ts'

/** F4: what suppliers still have to deliver. */
let at: Shop
beforeAll(async () => {
  at = await startShop({ products: 60 })
  await at.run({ mappings: ['products'] })
})
afterAll(() => at.stop())

/** What the shop shows as incoming at the place that the main warehouse feeds, and what the back office still expects there. */
function shown(sku: string): { readonly value: unknown; readonly date: unknown } {
  const place = at.shop.state.sku(sku)?.OnHands.find(({ WarehouseCode }) => WarehouseCode === 'CW1')
  return { value: place?.IncomingValue ?? 0, date: place?.NextDeliveryDate ?? null }
}
function expected(sku: string): number {
  const open = at.backOffice.staff.orders({ type: 'PO' }).filter(({ status }) => ![30, 33].includes(status.id))
  const rows = open.flatMap((order) => (order.warehouseId === 2 ? order.rows : [])).filter((row) => row.sku === sku)
  return rows.reduce((sum, { quantity, received }) => sum + Math.max(0, Number(quantity) - received), 0)
}
const skus = (): readonly string[] => [
  ...new Set(at.backOffice.staff.orders({ type: 'PO' }).flatMap(({ rows }) => rows.flatMap(({ sku }) => sku ?? []))),
]

it('a purchase order counts by what has not come in; a draft and a cancelled one do not count', async () => {
  const report = await at.run({ mappings: ['incomingStock'] })
  expect(report.of.incomingStock).toMatchObject({ complete: true })
  expect(report.of.incomingStock?.error).toBeUndefined()
  expect(skus().length).toBeGreaterThan(2)
  expect(skus().some((sku) => expected(sku) > 0)).toBe(true)
  for (const sku of skus()) expect([sku, shown(sku).value]).toEqual([sku, expected(sku)])
})

it('what was received or cancelled counts no longer, and a second run writes nothing', async () => {
  const sku = skus().find((each) => expected(each) > 0 && shown(each).date !== null) as string
  expect(shown(sku).date).not.toBeNull()
  const order = at.backOffice.staff
    .orders({ type: 'PO' })
    .find(({ rows, status }) => ![30, 33].includes(status.id) && rows.some((row) => row.sku === sku))
  at.backOffice.staff.do({ action: 'setStatus', order: order?.id ?? 0, status: 33 })
  // Purchase orders are kept for ten minutes.
  at.engine.store.references.set('brightpearl.purchaseRow', '2000-01-01T00:00:00.000Z', [])
  at.engine.store.references.set('brightpearl.purchaseRestRow', '2000-01-01T00:00:00.000Z', [])
  await at.run({ mappings: ['incomingStock'] })
  for (const each of skus()) expect([each, shown(each).value]).toEqual([each, expected(each)])
  // Nothing is on its way any more, so no date is shown either.
  expect(expected(sku) > 0 || shown(sku).date === null).toBe(true)
  const again = await at.run({ mappings: ['incomingStock'] })
  expect(again.written).toMatchObject({ onhand: 0 })
})
