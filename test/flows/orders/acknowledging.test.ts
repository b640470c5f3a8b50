import { expect, it, onTestFinished } from 'vitest'
import { startOrders } from '../../support/orders.ts'

/** An order goes on while nobody knows whether its acknowledgement was taken: sent again later, it would put the status back. */
it('an acknowledgement whose answer is lost is looked up, and not sent again', async () => {
  const at = await startOrders({ hurry: 20 })
  onTestFinished(at.stop)
  at.shop.faults.set({ dropAfter: { count: 1, path: 'SendOrderStatus' } })
  const ref = await at.order({ items: [{ partNo: 'TJ-MOS-S', price: 20, quantity: 1 }], freight: 5 })
  expect(at.shop.faults.hits()).toMatchObject({ dropAfter: 1 })
  expect(at.view(ref)).toMatchObject({ status: 'Confirmed', erpOrderNo: String(at.sale(ref).id) })
  at.do({ action: 'ship', order: String(ref) })
  await at.follow()
  expect(at.view(ref).status).toBe('Invoiced')
  const again = { records: [{ value: at.shop.shop.orderRequest(ref) }] }
  await at.run({ mappings: ['orders'], given: new Map([['orders', again]]) })
  expect(at.view(ref).status).toBe('Invoiced')
  expect(at.shop.shop.messageCounts().accepted).toMatchObject({ SendOrderStatus: 1 })
})
