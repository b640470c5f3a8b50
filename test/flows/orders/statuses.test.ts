import { afterAll, beforeAll, expect, it } from 'vitest'
import { type Orders, startOrders } from '../../support/orders.ts'

/** F6: the shop shows the state that a customer should see. Statuses: 18 new, 8 back order, 9 ready to ship, 10 part shipped. */
let at: Orders

beforeAll(async () => {
  at = await startOrders()
})
afterAll(() => at.stop())

const order = () => at.order({ items: [{ partNo: 'TJ-MOS-S', price: 75, quantity: 2 }] })
const setStatus = async (ref: number, status: number) => {
  at.do({ action: 'setStatus', order: String(ref), status })
  return (await at.run({ mappings: ['orderStatus'] })).of.orderStatus
}
const sent = () => at.shop.shop.messages().filter(({ method }) => method === 'SendOrderStatus').length

it('tells the statuses that the table has, once each, and no others', async () => {
  const ref = await order()
  const acknowledged = sent()
  await at.run({ mappings: ['orderStatus'] })
  // The acknowledgement has told it.
  expect(sent()).toBe(acknowledged)
  await setStatus(ref, 8)
  expect(at.view(ref).status).toBe('BackOrder')
  await setStatus(ref, 9)
  expect(at.view(ref).status).toBe('Allocation')
  expect((await setStatus(ref, 10))?.skipped).toMatchObject({ 'status-is-not-told': expect.any(Number) })
  expect(at.view(ref).status).toBe('Allocation')
  expect(sent()).toBe(acknowledged + 2)
})

it('never goes back, neither to an earlier status nor behind what was delivered or cancelled', async () => {
  const ref = await order()
  await setStatus(ref, 9)
  await setStatus(ref, 18)
  expect(at.view(ref).status).toBe('Allocation')
  at.do({ action: 'ship', order: String(ref), rows: [{ sku: 'TJ-MOS-S', quantity: 1 }] })
  await at.follow()
  await setStatus(ref, 8)
  expect(at.view(ref).status).toBe('PartlyDelivered')
  const cancelled = await order()
  at.shop.shop.act(cancelled, { action: 'cancel' })
  await setStatus(cancelled, 8)
  expect(at.view(cancelled).status).toBe('Cancelled')
})

it('goes back where the project says so', async () => {
  const to = await startOrders({ options: { statusMayGoBack: true } })
  try {
    const ref = await to.order({ items: [{ partNo: 'TJ-MOS-S', price: 75 }] })
    for (const status of [9, 18]) {
      to.do({ action: 'setStatus', order: String(ref), status })
      await to.run({ mappings: ['orderStatus'] })
    }
    expect(to.view(ref).status).toBe('Confirmed')
  } finally {
    await to.stop()
  }
})
