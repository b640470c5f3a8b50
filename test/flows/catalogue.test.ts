import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Shop, startShop } from '../support/sandbox.ts'

/** The catalogue flows on the sandbox, counted at the sink: what stands in the shop is what counts. */
let at: Shop
/** Products that the first run brought to the shop, with their SKUs. */
const sold: { id: number; sku: string }[] = []

beforeAll(async () => {
  at = await startShop()
})
afterAll(() => at.stop())

function inShop(id: number): boolean {
  const product = at.catalogue.product(id)
  return (
    product !== undefined &&
    product.status !== 'ARCHIVED' &&
    product.sku.trim() !== '' &&
    product.customFields.PCF_WEB === true
  )
}

describe('F1 products', () => {
  it('brings each selected SKU to the shop once, its variants in one cluster with their options', async () => {
    const report = await at.run({ mappings: ['products'] })
    for (const id of at.catalogue.ids()) if (inShop(id)) sold.push({ id, sku: (at.catalogue.sku(id) ?? '').trim() })
    const distinct = new Set(sold.map(({ sku }) => sku))
    expect(at.shop.state.counts().skus).toBe(distinct.size)
    expect(report.of.products).toMatchObject({
      created: distinct.size,
      failed: { 'key-taken': sold.length - distinct.size },
    })
    const clusters = new Map<number, string[]>()
    for (const { id, sku } of sold) {
      const product = at.catalogue.product(id)
      if (product && product.groupId > 0) clusters.set(product.groupId, [...(clusters.get(product.groupId) ?? []), sku])
    }
    expect(clusters.size).toBeGreaterThan(3)
    for (const [group, skus] of clusters) {
      const view = at.shop.state.sku(skus[0] as string)
      expect(view?.Cluster.Code).toBe(`G${group}`)
      expect([...(view?.Cluster.PartNos ?? [])].sort()).toEqual([...new Set(skus)].sort())
    }
  })

  it('tells kinds, makers, categories, status and options as the tables say', () => {
    const variant = sold.find(({ id }) => (at.catalogue.product(id)?.variations.length ?? 0) === 2)
    const view = at.shop.state.sku(variant?.sku ?? '')
    expect(view).toMatchObject({ StatusId: 2, TypeId: 1 })
    expect(Object.keys(view?.Variant.Parametrics ?? {}).sort()).toEqual(['p_colour', 'p_size'])
    expect(view?.Cluster.Categories.length).toBeGreaterThan(0)
    expect(view?.Cluster.Cultures['en-GB']?.Name).toBe(at.catalogue.product(variant?.id ?? 0)?.name)
    const service = sold.find(
      ({ id }) => at.catalogue.product(id)?.stockTracked === false && !at.catalogue.product(id)?.components,
    )
    expect(at.shop.state.sku(service?.sku ?? '')?.TypeId).toBe(11)
  })

  it('writes nothing in a second run, and asks little', async () => {
    const report = await at.run({ mappings: ['products'] })
    expect(report.of.products).toMatchObject({ mode: 'changes', created: 0, updated: 0 })
    expect(report.written).toMatchObject({ sku: 0, variant: 0, cluster: 0 })
    expect(report.of.products?.calls).toEqual({ brightpearl: 2 })
    const full = await at.run({ mappings: ['products'], full: true })
    expect(full.of.products).toMatchObject({ created: 0, updated: 0, unchanged: at.shop.state.counts().skus })
    expect(full.written).toMatchObject({ sku: 0, variant: 0, cluster: 0 })
  })

  it('leaves texts, status and categories alone that the shop has made its own', async () => {
    const one = sold.find(({ id }) => at.catalogue.product(id)?.groupId === 0 && at.catalogue.product(id)?.stockTracked)
    const { id, sku } = one as { id: number; sku: string }
    at.shop.state.change([
      { action: 'setText', partNo: sku, text: 'The name that sells', level: 'cluster' },
      { action: 'setStatus', partNo: sku, status: 'Active' },
      { action: 'setCategories', partNo: sku, categories: ['sets'] },
    ])
    at.catalogue.change(id, { name: 'Back office name', weightKg: 7.25 })
    const report = await at.run({ mappings: ['products'] })
    expect(report.of.products).toMatchObject({ updated: 1 })
    const view = at.shop.state.sku(sku)
    expect(view).toMatchObject({ StatusId: 1, ActualWeight: 7.25 })
    expect(view?.Cluster.Cultures['en-GB']?.Name).toBe('The name that sells')
    expect(view?.Cluster.Categories).toEqual(['sets'])
  })

  it('lets the siblings of a changed variant travel with it', async () => {
    const variant = sold.find(({ id }) => (at.catalogue.product(id)?.variations.length ?? 0) === 2) as {
      id: number
      sku: string
    }
    const partNos = at.shop.state.sku(variant.sku)?.Cluster.PartNos ?? []
    expect(partNos.length).toBeGreaterThan(1)
    at.catalogue.change(variant.id, { weightKg: 9.5 })
    const report = await at.run({ mappings: ['products'] })
    expect(report.of.products).toMatchObject({ updated: 1 })
    expect(report.written).toMatchObject({ sku: partNos.length, cluster: 1 })
    expect(at.shop.state.sku(variant.sku)?.Cluster.PartNos.length).toBe(partNos.length)
  })

  it('hides what leaves the selection, and shows it again when it comes back', async () => {
    const { id, sku } = sold.find(({ id }) => at.catalogue.product(id)?.groupId === 0) as { id: number; sku: string }
    at.catalogue.change(id, { customFields: { PCF_WEB: false } })
    const report = await at.run({ mappings: ['products'] })
    expect(report.of.products).toMatchObject({ gone: 1, skipped: { 'not-for-the-shop': 1 } })
    expect(at.shop.state.sku(sku)?.StatusId).toBe(4)
    expect((await at.run({ mappings: ['products'] })).written.sku).toBe(0)
    at.catalogue.change(id, { customFields: { PCF_WEB: true } })
    await at.run({ mappings: ['products'] })
    expect(at.shop.state.sku(sku)?.StatusId).toBe(2)
  })

  it('finds one record by the SKU that the shop shows, also where the back office writes blanks around it', async () => {
    const odd = sold.find(({ id, sku }) => at.catalogue.sku(id) !== sku) as { id: number; sku: string }
    expect(odd).toBeDefined()
    const report = await at.run({ mappings: ['products'], only: odd.sku })
    expect(report.of.products).toMatchObject({ read: 1, unchanged: 1 })
  })

  it('38: raises an alert for a renamed SKU, and makes no twin', async () => {
    const { id, sku } = sold.find(({ id }) => at.catalogue.product(id)?.groupId === 0) as { id: number; sku: string }
    at.catalogue.change(id, { sku: `${sku}-RENAMED` })
    const report = await at.run({ mappings: ['products'] })
    expect(report.of.products).toMatchObject({ failed: { 'key-changed': 1 }, gone: 0 })
    expect(at.shop.state.sku(`${sku}-RENAMED`)).toBeUndefined()
    expect(at.shop.state.sku(sku)?.StatusId).not.toBe(4)
    at.catalogue.change(id, { sku })
    await at.run({ mappings: ['products'] })
    expect(at.engine.store.deadLetters.get('products', String(id))).toBeUndefined()
  })
})

describe('F2 prices', () => {
  it('brings every listed price without VAT to the right list', async () => {
    const report = await at.run({ mappings: ['prices'] })
    expect(report.of.prices?.created).toBeGreaterThan(300)
    expect(at.shop.state.counts().prices).toBe(report.of.prices?.created)
    const { id, sku } = sold[5] as { id: number; sku: string }
    at.catalogue.setPrice(id, 3, { '1': '1.95' })
    at.catalogue.setPrice(id, 7, { '1': '10.0000', '10': '9.5000' })
    await at.run({ mappings: ['prices'] })
    const prices = at.shop.state.sku(sku)?.Prices ?? []
    const price = (list: string, breakAt = 1) =>
      prices.find((row) => row.PriceListCode === list && row.QuantityBreak === breakAt)
    const rate = { 1: 0, 7: 20, 8: 0, 9: 5 }[at.catalogue.product(id)?.taxCodeId ?? 1] ?? 0
    expect(price('UK-RETAIL')?.PriceSale).toBe(Math.round((1.95 / (1 + rate / 100)) * 10_000) / 10_000)
    expect(price('UK-TRADE', 10)?.PriceSale).toBe(9.5)
  })

  it('makes a dropped price inactive, and active again when it comes back', async () => {
    const { id, sku } = sold[6] as { id: number; sku: string }
    const before = at.catalogue.prices(id)
    at.catalogue.setPrice(id, 2, {})
    const report = await at.run({ mappings: ['prices'] })
    expect(report.of.prices?.gone).toBe(1)
    const row = () => at.shop.state.sku(sku)?.Prices.find((price) => price.PriceListCode === 'UK-WEB')
    expect(row()?.IsActive).toBe(false)
    expect(row()?.PriceSale).toBeGreaterThan(0)
    at.catalogue.setPrice(id, 2, { '1': '12.3400' })
    await at.run({ mappings: ['prices'] })
    expect(row()).toMatchObject({ IsActive: true, PriceSale: 12.34 })
    expect(before).toBeDefined()
  })

  it('refuses a price of 0 instead of letting the shop keep the last one', async () => {
    const { id } = sold[7] as { id: number; sku: string }
    at.catalogue.setPrice(id, 2, { '1': '0.0000' })
    const report = await at.run({ mappings: ['prices'] })
    expect(report.of.prices?.failed['price-not-positive']).toBeGreaterThan(0)
    expect(at.engine.store.deadLetters.get('prices', String(id))?.code).toBe('price-not-positive')
    at.catalogue.setPrice(id, 2, { '1': '5.0000' })
    await at.run({ mappings: ['prices'] })
    expect(at.engine.store.deadLetters.get('prices', String(id))).toBeUndefined()
  })
})

describe('F3 stock', () => {
  it('brings the sum of the warehouses of each place, less its buffer', async () => {
    const report = await at.run({ mappings: ['stock'] })
    expect(report.of.stock?.created).toBe(at.shop.state.counts().onHands)
    const { id, sku } = sold.find(({ id }) => at.catalogue.product(id)?.stockTracked) as { id: number; sku: string }
    at.catalogue.setStock(id, 2, { inStock: 10, allocated: 4, inTransit: 0 })
    at.catalogue.setStock(id, 5, { inStock: 3, allocated: 0, inTransit: 0 })
    at.catalogue.setStock(id, 3, { inStock: 1, allocated: 2, inTransit: 0 })
    // A change of stock leaves no mark on the product: the run finds it all the same.
    const second = await at.run({ mappings: ['stock'] })
    expect(second.of.stock?.updated).toBeGreaterThan(0)
    const places = at.shop.state.sku(sku)?.OnHands ?? []
    expect(places.find((place) => place.WarehouseCode === 'CW1')?.OnhandValue).toBe(8)
    expect(places.find((place) => place.WarehouseCode === 'STORE')?.OnhandValue).toBe(0)
    expect((await at.run({ mappings: ['stock'] })).written.onhand).toBe(0)
  })

  it('shows none of a product that left the selection', async () => {
    const { id, sku } = sold.find(
      ({ id }, index) =>
        index > 10 && at.catalogue.product(id)?.stockTracked && at.catalogue.product(id)?.groupId === 0,
    ) as { id: number; sku: string }
    at.catalogue.setStock(id, 2, { inStock: 50, allocated: 0, inTransit: 0 })
    await at.run({ mappings: ['stock'] })
    expect(at.shop.state.sku(sku)?.OnHands.find((place) => place.WarehouseCode === 'CW1')?.OnhandValue).toBe(49)
    at.catalogue.change(id, { status: 'ARCHIVED' })
    const report = await at.run({ mappings: ['stock'] })
    expect(report.of.stock?.gone).toBe(2)
    expect(at.shop.state.sku(sku)?.OnHands.map((place) => place.OnhandValue)).toEqual([0, 0])
  })
})
