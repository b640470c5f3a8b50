import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Shop, startShop } from '../support/sandbox.ts'

/** F16 on the stand-ins of both systems: what people and outages do to one side is found, repaired, and then gone. */
let at: Shop
const catalogue = ['products', 'prices', 'stock'] as const

beforeAll(async () => {
  at = await startShop({ products: 60 })
  await at.run({ mappings: catalogue })
})
afterAll(() => at.stop())

type Report = Awaited<ReturnType<Shop['engine']['reconcile']>>

const told = ({ mappings }: Report): string[] =>
  mappings.flatMap(({ differences }) =>
    differences.map(({ mapping, reason, label }) => `${mapping} ${reason} ${label}`),
  )

describe('the catalogue', () => {
  it('agrees after a run, and is compared with nothing written', async () => {
    at.shop.state.resetCounters()
    const report = await at.engine.reconcile({ mappings: catalogue })
    expect(told(report)).toEqual([])
    expect(report).toMatchObject({ exitStatus: 0, remaining: 0 })
    for (const { compared } of report.mappings) expect(compared).toBeGreaterThan(40)
    expect(at.shop.state.counters().written).toMatchObject({ sku: 0, price: 0, onhand: 0 })
  })

  it('a stock figure, a price and a removed product are found, repaired, and then there is no difference', async () => {
    at.shop.state.change([
      { action: 'setOnHand', partNo: 'TJ-MOS-S', warehouse: 'CW1', location: 'MAIN', value: 4711 },
      { action: 'setPrice', partNo: 'TJ-MOS-M', priceList: 'UK-WEB', priceSale: 1.23 },
      { action: 'removeSku', partNo: 'TJ-MOS-L' },
    ])
    const found = await at.engine.reconcile({ mappings: catalogue })
    expect(found.exitStatus).toBe(1)
    expect(new Set(told(found))).toEqual(
      new Set([
        'products missing TJ-MOS-L',
        'prices differs TJ-MOS-M',
        'prices missing TJ-MOS-L',
        'stock differs TJ-MOS-S',
        'stock missing TJ-MOS-L',
      ]),
    )
    const figure = found.mappings.find(({ mapping }) => mapping === 'stock')?.differences
    expect(figure?.find(({ reason }) => reason === 'differs')?.fields).toMatchObject([
      { field: 'OnhandValue', found: 4711 },
    ])
    const repaired = await at.engine.reconcile({ mappings: catalogue, repair: true })
    expect(told(repaired)).toEqual([])
    expect(repaired).toMatchObject({ exitStatus: 0, remaining: 0 })
    const view = at.shop.state.sku('TJ-MOS-L')
    expect(view).toBeDefined()
    expect(await at.engine.reconcile({ mappings: catalogue })).toMatchObject({ exitStatus: 0, remaining: 0 })
    expect((await at.run({ mappings: catalogue })).of.stock).toMatchObject({ created: 0, updated: 0 })
  })
})

describe('orders', () => {
  const order = (email: string, price: number) => ({
    customer: { email: `${email}@example.com`, firstName: 'Maja', lastName: 'Lind', cellPhone: '+46701234567' },
    items: [{ partNo: 'TJ-MOS-S', price }],
    freight: 4.1667,
    payments: [{ method: 'CARD' }],
  })

  it('that came and are acknowledged are no difference; one that was lost is found, and imported by a repair', async () => {
    at.shop.shop.place(order('one', 75))
    at.shop.shop.place(order('two', 10.1234))
    await at.run({ mappings: ['orders'], atOnce: true })
    const agreed = await at.engine.reconcile({ mappings: ['orders'] })
    expect(told(agreed)).toEqual([])
    expect(agreed.exitStatus).toBe(0)
    const lost = String(at.shop.shop.place(order('three', 20)).ref)
    const found = await at.engine.reconcile({ mappings: ['orders'] })
    expect(found.mappings[0]?.differences).toMatchObject([
      { comparison: 'shop-orders', reason: 'not-in-the-back-office', key: lost, repairable: true },
    ])
    const repaired = await at.engine.reconcile({ mappings: ['orders'], repair: true })
    expect(repaired).toMatchObject({ exitStatus: 0, remaining: 0 })
    expect(repaired.mappings[0]).toMatchObject({ repaired: 1 })
    expect(await at.engine.reconcile({ mappings: ['orders'] })).toMatchObject({ exitStatus: 0 })
  })
})
