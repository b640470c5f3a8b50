import { afterEach, describe, expect, it, vi } from 'vitest'
import { type Orders, startOrders } from '../../support/orders.ts'

/** Case 35 of the test set of orders: the cut-off, told by the shop's clocks, on the days on which they are changed. */
vi.setConfig({ testTimeout: 60_000 })

let at: Orders | undefined
afterEach(async () => {
  await at?.stop()
  at = undefined
})

/** What becomes of orders that were placed at these instants: when the back office says that each was placed, or why it is not there. */
async function placed(notBefore: string, instants: readonly string[]): Promise<readonly unknown[]> {
  const zone = 'Europe/Stockholm'
  const shop = await startOrders({
    options: { notBefore, timeZone: zone },
    switches: { pushTimeZone: zone },
  })
  at = shop
  const outcomes: unknown[] = []
  for (const date of instants) {
    const { ref } = shop.shop.shop.place({
      date,
      customer: { email: 'maja@example.com', firstName: 'Maja', lastName: 'Lind' },
      items: [{ partNo: 'TJ-MOS-S', price: 75 }],
      payments: [{ method: 'CARD' }],
    })
    const given = new Map([['orders', { records: [{ value: shop.shop.shop.orderRequest(ref) }] }]])
    const report = await shop.run({ mappings: ['orders'], given })
    const [reason] = Object.keys(report.of.orders?.skipped ?? {})
    const sale = shop.sale(ref)
    outcomes.push(sale ? new Date(sale.placedOn).toISOString() : (reason ?? report.of.orders?.failed))
    // What is skipped is skipped for good: a full read later changes nothing.
    if (!sale) expect(shop.failure('orders', ref)).toBeUndefined()
  }
  return outcomes
}

describe('35: an order just before and just after the cut-off', () => {
  it('when clocks are put forward: the second before is skipped, the second itself is taken, at its true time', async () => {
    expect(
      await placed('2026-03-29T03:00:00+02:00', [
        '2026-03-29T00:59:59Z',
        '2026-03-29T01:00:00Z',
        '2026-03-29T01:00:01Z',
      ]),
    ).toEqual(['before-cut-off', '2026-03-29T01:00:00.000Z', '2026-03-29T01:00:01.000Z'])
  })

  it('when clocks are put back: the hour that comes twice is read as its first, and what comes after it is exact', async () => {
    expect(
      await placed('2026-10-25T02:30:00+02:00', [
        '2026-10-25T00:29:59Z',
        '2026-10-25T00:30:00Z',
        // 02:30 once more: the shop's text is the same, and nobody can tell.
        '2026-10-25T01:30:00Z',
        '2026-10-25T02:00:00Z',
      ]),
    ).toEqual(['before-cut-off', '2026-10-25T00:30:00.000Z', '2026-10-25T00:30:00.000Z', '2026-10-25T02:00:00.000Z'])
  })

  it('by the instant, in whatever zone it is written', async () => {
    expect(await placed('2026-06-01T00:00:00Z', ['2026-05-31T23:59:59Z', '2026-06-01T00:00:00Z'])).toEqual([
      'before-cut-off',
      '2026-06-01T00:00:00.000Z',
    ])
  })
})
