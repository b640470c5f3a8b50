import { afterAll, beforeAll, expect, it } from 'vitest'
import { type Orders, startOrders } from '../../support/orders.ts'

/** What a reconciliation of 200 orders costs: sets of ids, and no call for a single order. */
const orders = 200
const shipped = 100
let at: Orders

beforeAll(async () => {
  at = await startOrders({ hurry: 20 })
  at.catalogue.setStock(1001, 2, { inStock: 2000, allocated: 0 })
  const refs = Array.from(
    { length: orders },
    (_, index) =>
      at.shop.shop.place({
        customer: { email: `buyer${index % 20}@example.com`, firstName: 'Maja', lastName: 'Lind' },
        items: [{ partNo: 'TJ-MOS-S', price: 75 }],
        freight: 5,
        payments: [{ method: 'CARD' }],
      }).ref,
  )
  const records = refs.map((ref) => ({ value: at.shop.shop.orderRequest(ref) }))
  await at.run({ mappings: ['orders'], given: new Map([['orders', { records }]]) })
  for (const ref of refs.slice(0, shipped)) at.do({ action: 'ship', order: String(ref) })
  await at.follow(['shipments', 'invoices'])
}, 300_000)
afterAll(() => at.stop())

const batches = (records: number, size: number): number => Math.ceil(records / size)

it('is near the fewest calls that the systems’ sets of ids allow', async () => {
  const calls = () => ({ backOffice: at.backOffice.log.counters().calls, shop: at.shop.log.counters().calls })
  const before = calls()
  const report = await at.engine.reconcile({
    mappings: [
      'orders',
      'orderStatus',
      'shipments',
      'shipmentsWithoutGoods',
      'invoices',
      'payments',
      'cancellationsToShop',
      'cancellationsToBackOffice',
      'refundsToShop',
      'refundsToBackOffice',
    ],
  })
  const after = calls()
  expect(report).toMatchObject({ remaining: 0, exitStatus: 0 })
  const payments = report.mappings.find(({ mapping }) => mapping === 'payments')
  expect(payments).toMatchObject({ compared: orders })
  // Of each order: itself, its back orders (and theirs, of which there are none), credits and payments; notes of both kinds.
  const sets = batches(orders, 200) + 5 * batches(orders, 100)
  // Two lists (changed, made), one more set as the sales orders of the beginning are among them.
  expect(payments?.calls.brightpearl).toBeLessThanOrEqual(sets + 5)
  // Order, delivery notes and invoices, 25 in a call.
  expect(payments?.calls.norce).toBeLessThanOrEqual(3 * batches(orders, 25) + 1)
  // All ten mappings together, less than one call an order in both systems together.
  expect(after.backOffice - before.backOffice).toBeLessThanOrEqual(50)
  expect(after.shop - before.shop).toBeLessThanOrEqual(90)
})
