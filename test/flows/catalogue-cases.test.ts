import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { type Shop, startShop } from '../support/sandbox.ts'
import { scaledProject } from '../support/scaled-project.ts'

/** Cases 36 to 40 of the test set: the catalogue flows, told by what the shop holds in the end. */
vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 })

let at: Shop
/** Part of a group of variants, and single ones. */
const jacket = 'TJ-MOS-S'
const stove = 'STOVE-1'
const lamp = 'HL-300'
const idOf = (sku: string): number =>
  [...at.catalogue.ids()].find((id) => at.catalogue.sku(id)?.trim() === sku) as number

beforeAll(async () => {
  at = await startShop({ products: 60 })
  await at.run({ mappings: ['products', 'prices', 'stock'] })
})
afterAll(() => at.stop())

const price = (sku: string, list: string) =>
  at.shop.state.sku(sku)?.Prices.find((row) => row.PriceListCode === list && row.QuantityBreak === 1)
const onHand = (sku: string) =>
  at.shop.state.sku(sku)?.OnHands.find(({ WarehouseCode }) => WarehouseCode === 'CW1')?.OnhandValue

describe('36: a price is removed', () => {
  const otherLists = () =>
    ['UK-RETAIL', 'EU-WEB', 'SE-WEB'].map((list) => {
      const { PriceSale, IsActive } = price(jacket, list) ?? {}
      return { list, PriceSale, IsActive }
    })

  it('from one list: it is inactive there, keeps its amount, and the other lists are as they were', async () => {
    const before = price(jacket, 'UK-WEB')
    const others = otherLists()
    at.catalogue.setPrice(idOf(jacket), 2, {})
    await at.run({ mappings: ['prices'] })
    expect(price(jacket, 'UK-WEB')).toMatchObject({ IsActive: false, PriceSale: before?.PriceSale })
    expect(otherLists()).toEqual(others)
    at.catalogue.setPrice(idOf(jacket), 2, { '1': '80.0000' })
    await at.run({ mappings: ['prices'] })
    expect(price(jacket, 'UK-WEB')).toMatchObject({ IsActive: true, PriceSale: 80 })
  })
})

describe('37: a price list with two currencies', () => {
  /** The ready project, in which another list of the back office feeds the shop's list in pounds. */
  async function feeding(row: string) {
    const folder = await mkdtemp(join(tmpdir(), 'syncline-currencies-'))
    const project = await scaledProject(folder, 1)
    const table = join(dirname(project), 'tables/priceLists.yaml')
    const text = await readFile(table, 'utf8')
    await writeFile(table, text.replace(/rows:\n[\s\S]*/, `rows:\n  - ${row}\n`))
    const one = await startShop({ products: 40, project })
    try {
      await one.run({ mappings: ['products'] })
      const report = await one.run({ mappings: ['prices'] })
      return { prices: report.of.prices, counts: one.shop.state.counts(), price: one.shop.state.sku(stove)?.Prices }
    } finally {
      await one.stop()
      await rm(folder, { recursive: true, force: true })
    }
  }

  it('each list of the shop has prices of its own currency only', () => {
    expect(price(stove, 'UK-WEB')).toMatchObject({ CurrencyCode: 'GBP' })
    expect(price(stove, 'EU-WEB')).toMatchObject({ CurrencyCode: 'EUR' })
  })

  it('a list in euro that is to feed one in pounds: every price fails, and none is sent', async () => {
    const { prices, counts } = await feeding('{ list: 4, code: UK-WEB, currency: GBP, market: UK }')
    expect(prices?.failed['wrong-currency']).toBeGreaterThan(5)
    expect(prices).toMatchObject({ created: 0, updated: 0 })
    expect(counts.prices).toBe(0)
  })

  it('nor does it help to call the shop’s list one in euro: the shop refuses them, and that is told', async () => {
    const { prices, counts } = await feeding('{ list: 4, code: UK-WEB, currency: EUR, market: UK }')
    expect(Object.values(prices?.failed ?? {}).reduce((sum, count) => sum + count, 0)).toBeGreaterThan(5)
    expect(prices).toMatchObject({ created: 0, updated: 0 })
    expect(counts.prices).toBe(0)
  })
})

describe('38: a SKU is renamed', () => {
  it('raises an alert; the shop keeps the one it has, as it was, and gets no twin', async () => {
    const skus = at.shop.state.counts().skus
    const before = at.shop.state.sku(lamp)
    at.catalogue.change(idOf(lamp), { sku: 'HL-300-NEW' })
    const id = idOf('HL-300-NEW')
    const report = await at.run({ mappings: ['products', 'prices', 'stock'] })
    expect(report.of.products).toMatchObject({ failed: { 'key-changed': 1 }, gone: 0 })
    expect(at.engine.store.deadLetters.get('products', String(id))).toMatchObject({ code: 'key-changed' })
    expect(at.shop.state.sku('HL-300-NEW')).toBeUndefined()
    expect(at.shop.state.counts().skus).toBe(skus)
    expect(at.shop.state.sku(lamp)).toMatchObject({
      StatusId: before?.StatusId,
      Prices: before?.Prices,
      OnHands: before?.OnHands,
    })
    at.catalogue.change(id, { sku: lamp })
    await at.run({ mappings: ['products'] })
    expect(at.engine.store.deadLetters.get('products', String(id))).toBeUndefined()
  })
})

describe('39: a stock event for a product that the shop does not know', () => {
  /** As the event brings it: ids, of which the present state is read. */
  const event = (id: number) => at.run({ mappings: ['stock'], given: new Map([['stock', { keys: [id] }]]) })

  it('one that is not sold there is skipped', async () => {
    const id = idOf('INT-1')
    at.catalogue.setStock(id, 2, { inStock: 9, allocated: 0, inTransit: 0 })
    expect((await event(id)).of.stock).toMatchObject({ skipped: { 'not-for-the-shop': 1 }, failed: {} })
    expect(at.shop.state.sku('INT-1')).toBeUndefined()
  })

  it('one that is to come waits, and its figure is there as soon as the product is', async () => {
    const id = idOf('INT-1')
    at.catalogue.change(id, { customFields: { PCF_WEB: true }, categoryIds: [31] })
    expect((await event(id)).of.stock).toMatchObject({ parked: 1, failed: {} })
    expect(at.shop.state.sku('INT-1')).toBeUndefined()
    await at.run({ mappings: ['products', 'stock'] })
    // One piece is held back there.
    expect(onHand('INT-1')).toBe(8)
    expect(at.engine.store.parked.of('stock')).toEqual([])
  })

  it('one that the back office does not have either changes nothing', async () => {
    expect((await event(999_999)).of.stock).toMatchObject({ read: 0, failed: {}, created: 0, updated: 0 })
  })
})

/** The whole of it, with figures, is `node test/benchmarks/full-run.ts --products 20000`. */
describe('40: a full run within the call limit', () => {
  it('of 1200 products is never throttled, and no minute has more calls than the account allows', async () => {
    const products = 1200
    const large = await startShop({ products, speed: 60 })
    try {
      const report = await large.run({ mappings: ['products', 'prices', 'stock'] })
      expect(report.pipelines.map(({ throttled, complete }) => [throttled, complete])).toEqual([
        [0, true],
        [0, true],
        [0, true],
      ])
      const { throttled, byMinute, byOperation } = large.backOffice.log.counters()
      expect(throttled).toBe(0)
      for (const { calls } of Object.values(byMinute)) expect(calls).toBeLessThanOrEqual(200)
      // Batches are full: 500 rows on a page of the search, 200 products to a read.
      expect(byOperation['get-product']?.calls).toBeLessThanOrEqual(3 * Math.ceil(products / 200))
      expect(large.shop.state.counts().skus).toBe(report.of.products?.created)
    } finally {
      await large.stop()
    }
  })
})
