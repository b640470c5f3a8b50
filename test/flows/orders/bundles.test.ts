import { describe, expect, it } from 'vitest'
import { startOrders } from '../../support/orders.ts'

/** Case 19: a set of one lamp and two packs of batteries, by each strategy. */
const pieces = { sets: 2, lamps: 2, batteries: 4 }
const plain = { items: [{ partNo: 'SET-LAMP', price: 33.33, quantity: pieces.sets }], freight: 5 }
/** The package carries the price, or its parts do. */
const packaged = (priced: 'package' | 'parts') => ({
  items: [
    { partNo: 'SET-LAMP', type: 'ManagedErpPackage', price: priced === 'package' ? 33.33 : 0, quantity: pieces.sets },
    { partNo: 'HL-300', parent: 1, price: priced === 'parts' ? 24.58 : 0, quantity: pieces.lamps },
    { partNo: 'BAT-AAA4', parent: 1, price: priced === 'parts' ? 4.37 : 0, quantity: pieces.batteries },
  ],
  freight: 5,
})

async function shippedInTwo(strategy: 'sku' | 'package' | 'both', order: Record<string, unknown>) {
  const at = await startOrders({ options: { bundles: strategy } })
  try {
    const ref = await at.order(order)
    const rows = at.sale(ref).rows
    const ship = (lamps: number, batteries: number) =>
      at.do({
        action: 'ship',
        order: String(ref),
        rows: [
          ...(lamps > 0 ? [{ sku: 'HL-300', quantity: lamps }] : []),
          ...(batteries > 0 ? [{ sku: 'BAT-AAA4', quantity: batteries }] : []),
        ],
      })
    ship(1, 3)
    await at.follow()
    const between = at.view(ref).rows.map(({ delivered }) => delivered)
    ship(1, 1)
    await at.follow()
    return { rows, between, shop: at.view(ref), money: at.money(ref), failures: at.engine.store.deadLetters.counts() }
  } finally {
    await at.stop()
  }
}

describe('19: bundles', () => {
  it('as one plain SKU: delivered and invoiced by complete sets', async () => {
    const { rows, between, shop, money } = await shippedInTwo('sku', plain)
    expect(rows.map(({ sku, quantity }) => [sku, quantity])).toEqual([
      ['SET-LAMP', '2'],
      ['HL-300', '2'],
      ['BAT-AAA4', '4'],
      [undefined, '1'],
    ])
    expect(between).toEqual([1, 0])
    expect(shop.rows.map(({ delivered }) => delivered)).toEqual([2, 1])
    expect(shop.invoices.map(({ last, state }) => [last, state])).toEqual([
      [false, 'captured'],
      [true, 'captured'],
    ])
    expect(shop.status).toBe('Invoiced')
    expect(money).toMatchObject({ captured: money.ordered, receipts: money.ordered, ordered: 8599 })
  })

  it.each(['package', 'parts'] as const)(
    'as a package of the shop alone, whose %s carries the money: its parts are products, and carry it in the back office',
    async (priced) => {
      const { rows, shop, money } = await shippedInTwo('package', packaged(priced))
      expect(rows.map(({ sku, quantity }) => [sku, quantity])).toEqual([
        [undefined, '2'],
        ['HL-300', '2'],
        ['BAT-AAA4', '4'],
        [undefined, '1'],
      ])
      expect(rows[0]).toMatchObject({ net: '0.00', tax: '0.00' })
      expect(shop.rows.map(({ delivered, quantity }) => delivered === quantity)).toEqual([true, true, true, true])
      expect(shop.status).toBe('Invoiced')
      expect(money).toMatchObject({ captured: money.ordered, receipts: money.ordered })
    },
  )

  it('as the same package in both: the set carries the money, the back office adds the parts, and the shop’s parts are delivered with it', async () => {
    const { rows, between, shop, money } = await shippedInTwo('both', packaged('package'))
    expect(rows.map(({ sku }) => sku)).toEqual(['SET-LAMP', 'HL-300', 'BAT-AAA4', undefined])
    expect(between).toEqual([1, 1, 2, 0])
    expect(shop.rows.map(({ delivered, quantity }) => delivered === quantity)).toEqual([true, true, true, true])
    expect(shop.status).toBe('Invoiced')
    expect(money).toMatchObject({ captured: money.ordered, receipts: money.ordered })
  })
})
