import { afterEach, describe, expect, it } from 'vitest'
import { type Shop, startShop } from '../support/sandbox.ts'

/** What the connector files must get right when a system is slow, throttled, cut off or silent. */
let at: Shop | undefined
afterEach(async () => {
  await at?.stop()
  at = undefined
})

describe('signing in', () => {
  it.each(['client_credentials', 'refresh_token', 'staff_token'])('works with %s', async (way) => {
    at = await startShop({
      products: 20,
      environment: {
        BRIGHTPEARL_SIGN_IN: way,
        BRIGHTPEARL_REFRESH_TOKEN: 're+fresh/1=',
        BRIGHTPEARL_STAFF_TOKEN: 'staff',
      },
    })
    const report = await at.run({ mappings: ['products'] })
    expect(report.of.products).toMatchObject({ complete: true })
    expect(at.shop.state.counts().skus).toBeGreaterThan(5)
  })

  it('needs no secret to refresh a token, for a public client', async () => {
    at = await startShop({
      products: 20,
      environment: {
        BRIGHTPEARL_SIGN_IN: 'refresh_token',
        BRIGHTPEARL_REFRESH_TOKEN: 're+fresh/1=',
        BRIGHTPEARL_CLIENT_SECRET: '',
      },
    })
    const report = await at.run({ mappings: ['products'] })
    expect(report.of.products?.error).toBeUndefined()
    expect(at.backOffice.log.counters().byOperation['post-token']?.calls).toBe(1)
  })

  it('keeps the newest refresh token, so that the next run can sign in though the first one is used up', async () => {
    at = await startShop({
      products: 20,
      environment: { BRIGHTPEARL_SIGN_IN: 'refresh_token', BRIGHTPEARL_REFRESH_TOKEN: 're+fresh/1=' },
    })
    await at.run({ mappings: ['products'] })
    expect(at.engine.store.secrets.get('brightpearl', 'refreshToken')).toBeDefined()
    const again = await at.run({ mappings: ['products'] })
    expect(again.of.products?.error).toBeUndefined()
  })

  it('ends with status 3 and says what to do when the credentials are wrong', async () => {
    at = await startShop({ products: 20, environment: { BRIGHTPEARL_CLIENT_SECRET: 'wrong-secret-value' } })
    const report = await at.run({ mappings: ['products'] })
    expect(report).toMatchObject({ status: 'failed', exitStatus: 3 })
    expect(report.of.products?.error?.code).toBe('client-refused')
    expect(JSON.stringify(report)).not.toContain('wrong-secret-value')
    expect(at.engine.store.cursors.all()).toEqual([])
  })

  it('fetches one new token after a 401, once', async () => {
    at = await startShop({ products: 20 })
    at.backOffice.faults.set({ expiredToken: { count: 1, after: 1 } })
    const report = await at.run({ mappings: ['products'] })
    expect(report.of.products?.error).toBeUndefined()
    expect(at.backOffice.log.counters().byOperation['post-token']?.calls).toBe(2)
  })
})

describe('5.16 limits', () => {
  it('sits out a throttle storm without a retry and loses nothing', async () => {
    at = await startShop({ products: 20 })
    at.backOffice.faults.set({ throttle: { count: 3 } })
    const report = await at.run({ mappings: ['products'] })
    expect(report.of.products).toMatchObject({ throttled: 3, complete: true })
    expect(at.shop.state.counts().skus).toBeGreaterThan(5)
  })

  it.each(['minute', 'rolling'] as const)(
    'follows what the answers report, also when the account allows less than the connector thinks (%s)',
    async (quotaWindow) => {
      at = await startShop({ products: 600, speed: 30, backOffice: { quota: 12, quotaWindow } })
      const report = await at.run({ mappings: ['products', 'stock'] })
      expect(report.pipelines.map(({ throttled, complete }) => [throttled, complete])).toEqual([
        [0, true],
        [0, true],
      ])
      expect(at.backOffice.log.counters().throttled).toBe(0)
    },
  )

  it('is never throttled by its own calls', async () => {
    at = await startShop({ products: 400, speed: 100 })
    const report = await at.run()
    expect(report.pipelines.length).toBeGreaterThan(10)
    expect(new Set(report.pipelines.map(({ throttled }) => throttled))).toEqual(new Set([0]))
    expect(at.backOffice.log.counters().throttled).toBe(0)
  })
})

describe('a system that breaks off', () => {
  it('repeats a read that was cut off', async () => {
    at = await startShop({ products: 20 })
    at.backOffice.faults.set({ dropBefore: { count: 1 }, unreadableJson: { count: 1, after: 2 } })
    expect((await at.run({ mappings: ['products'] })).of.products).toMatchObject({ complete: true })
  })

  it('sends an import again when its answer was lost, and nothing is there twice', async () => {
    at = await startShop({ products: 40 })
    at.shop.faults.set({ dropAfter: { count: 1, path: '*/ImportProducts' } })
    const report = await at.run({ mappings: ['products'] })
    expect(report.of.products?.error).toBeUndefined()
    expect(report.of.products?.created).toBe(at.shop.state.counts().skus)
  })

  it('takes nothing as gone after a full read that broke off half-way', async () => {
    at = await startShop({ products: 40 })
    await at.run({ mappings: ['products'] })
    const skus = at.shop.state.counts().skus
    at.backOffice.faults.set({ outage: { after: 1 } })
    const report = await at.run({ mappings: ['products'], full: true })
    expect(report.of.products).toMatchObject({ complete: false, gone: 0, error: { exitStatus: 3 } })
    expect(report.exitStatus).toBe(3)
    at.backOffice.faults.clear()
    const next = await at.run({ mappings: ['products'] })
    expect(next.written.sku).toBe(0)
    expect(at.shop.state.counts().skus).toBe(skus)
  })

  it('does not take a failed job for an applied one', async () => {
    at = await startShop({ products: 40 })
    at.shop.faults.set({ failingJob: { count: 1 } })
    const report = await at.run({ mappings: ['products'] })
    // What the failed job left out was read back and sent again.
    expect(report.of.products?.created).toBe(at.shop.state.counts().skus)
  })

  it('reads an id set around a poison id, which fails alone', async () => {
    at = await startShop({ products: 60 })
    const id = [...at.catalogue.ids()][10] as number
    at.backOffice.faults.set({ poisonIds: { ids: [id], path: '*/product/*' } })
    const report = await at.run({ mappings: ['products'] })
    expect(report.of.products?.complete).toBe(true)
    expect(at.engine.store.deadLetters.get('products', String(id))).toBeDefined()
    expect(at.shop.state.counts().skus).toBeGreaterThan(20)
  })
})

describe('5.5 partial success: a shop that ignores rows', () => {
  it.each(['error', 'warning', 'silent'] as const)(
    'finds a SKU that is not there, however it is told (%s)',
    async (ignoredRows) => {
      at = await startShop({ products: 40, switches: { ignoredRows } })
      await at.run({ mappings: ['products', 'stock'] })
      const partNo = at.shop.state
        .partNos()
        .find((name) => (at?.shop.state.sku(name)?.OnHands.length ?? 0) > 0) as string
      at.shop.state.change({ action: 'removeSku', partNo })
      const id = [...at.catalogue.ids()].find((candidate) => at?.catalogue.sku(candidate)?.trim() === partNo) as number
      at.catalogue.setStock(id, 2, { inStock: 77, allocated: 0, inTransit: 0 })
      const report = await at.run({ mappings: ['stock'] })
      const { stock } = report.of
      // It waits for the mapping that makes SKUs: neither applied nor lost.
      expect(stock?.parked).toBe(1)
      expect(Object.keys(stock?.failed ?? {})).toEqual(['key-taken'])
      expect(at.engine.store.parked.of('stock')).toMatchObject([{ sourceKey: String(id), key: partNo }])
    },
  )

  it('finds a price list that is not there', async () => {
    at = await startShop({ products: 40, switches: { ignoredRows: 'silent' } })
    at.shop.state.change({ action: 'removePriceList', priceList: 'EU-WEB' })
    const report = await at.run({ mappings: ['products', 'prices'] })
    expect(report.of.prices?.failed['unknown-reference']).toBeGreaterThan(5)
    expect(report.of.prices?.created).toBe(at.shop.state.counts().prices)
  })

  it('finds SKUs that somebody else made, and writes to them', async () => {
    at = await startShop({ products: 40 })
    await at.run({ mappings: ['products'] })
    const other = await startShop({ products: 0 })
    await other.stop()
    // A fresh state knows of nothing; the SKUs are looked up in batches, and adopted.
    const fresh = await startShop({ products: 40, environment: { NORCE_URL: at.shop.url } })
    try {
      const report = await fresh.run({ mappings: ['stock'] })
      expect(report.of.stock).toMatchObject({ parked: 0, failed: { 'key-taken': 2 } })
      expect(report.of.stock?.created).toBe(at.shop.state.counts().onHands)
    } finally {
      await fresh.stop()
    }
  })
})
