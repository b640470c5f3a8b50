import { expect, it, onTestFinished } from 'vitest'
import { startOrders } from '../../support/orders.ts'

/** Whether Query has the set DeliveryNotes is not documented: without it notes go out, and what nobody can look up is not sent twice. */
it('a shop whose notes cannot be read gets each note once, also when an answer is lost and when both sides are compared', async () => {
  const at = await startOrders({ hurry: 20 })
  onTestFinished(at.stop)
  at.shop.setSwitches({ deliveryNotesInQuery: false })
  const ref = await at.order({ items: [{ partNo: 'TJ-MOS-S', price: 20, quantity: 3 }], freight: 5 })
  at.do({ action: 'ship', order: String(ref), rows: [{ sku: 'TJ-MOS-S', quantity: 1 }] })
  expect((await at.run({ mappings: ['shipments'] })).of.shipments).toMatchObject({ created: 1, failed: {} })

  at.do({ action: 'ship', order: String(ref) })
  at.shop.faults.set({ dropAfter: { count: 1, path: 'CreateDeliveryNote' } })
  expect((await at.run({ mappings: ['shipments'] })).of.shipments).toMatchObject({ created: 0 })
  await at.run({ mappings: ['shipments'] })
  await at.run({ mappings: ['shipments'], full: true })
  expect(at.view(ref).notes).toHaveLength(2)

  const [shipments] = (await at.engine.reconcile({ mappings: ['shipments'], repair: true })).mappings
  expect(shipments).toMatchObject({ found: {}, repaired: 0, remaining: 0, error: { code: 'norce-404' } })
  expect(at.view(ref).notes).toHaveLength(2)
})
