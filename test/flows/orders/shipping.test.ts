import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Orders, startOrders } from '../../support/orders.ts'

/** Cases 20 to 23 of the test set: what has left the back office is delivered and captured in the shop, once. */
let at: Orders

beforeAll(async () => {
  at = await startOrders()
})
afterAll(() => at.stop())

/** Everything that was ordered is delivered, captured once, and booked: nothing is left. */
function expectDone(ref: number) {
  const shop = at.view(ref)
  expect(shop.rows.map(({ delivered, quantity }) => [delivered, quantity])).toEqual(
    shop.rows.map(({ quantity }) => [quantity, quantity]),
  )
  expect(shop.status).toBe('Invoiced')
  const money = at.money(ref)
  expect(money).toMatchObject({
    captured: money.ordered,
    receipts: money.ordered,
    invoicedInShop: money.ordered,
    reserved: 0,
  })
  expect(shop.invoices.map(({ last }) => last)).toEqual(
    shop.invoices.map((_, index) => index === shop.invoices.length - 1),
  )
}

async function expectNothingMore() {
  const messages = at.shop.shop.messages().length
  const report = await at.follow()
  for (const pipeline of report.pipelines) expect(pipeline).toMatchObject({ created: 0, updated: 0, failed: {} })
  expect(at.shop.shop.messages()).toHaveLength(messages)
  expect(at.shop.shop.messageCounts().repeated).toEqual({})
}

describe('shipments', () => {
  it('20: two warehouses and a partial allocation: one note each, the freight with the first invoice', async () => {
    const ref = await at.order({
      items: [
        { partNo: 'TJ-MOS-S', price: 75, quantity: 2 },
        { partNo: 'HL-300', price: 24.58, quantity: 1 },
      ],
      freight: 4.17,
    })
    at.do({
      action: 'ship',
      order: String(ref),
      warehouse: 2,
      rows: [{ sku: 'TJ-MOS-S', quantity: 1 }],
      tracking: 'A1, A2',
    })
    const first = await at.follow()
    expect(first.of.shipments).toMatchObject({ created: 1 })
    expect(at.view(ref)).toMatchObject({ status: 'PartlyDelivered', captured: 95, notes: [{ parcels: ['A1', 'A2'] }] })
    expect(at.view(ref).invoices).toMatchObject([{ last: false, state: 'captured', amount: 95 }])
    at.do({ action: 'release', order: String(ref) })
    at.do({
      action: 'ship',
      order: String(ref),
      warehouse: 3,
      rows: [
        { sku: 'TJ-MOS-S', quantity: 1 },
        { sku: 'HL-300', quantity: 1 },
      ],
      tracking: 'B1',
    })
    await at.follow()
    expect(at.view(ref).notes.map(({ parcels }) => parcels)).toEqual([['A1', 'A2'], ['B1']])
    expectDone(ref)
    await expectNothingMore()
  })

  it('21: three shipments of one order in parts, a service beside them, amounts that divide badly, all in one run', async () => {
    const ref = await at.order({
      items: [
        { partNo: 'TJ-MOS-S', price: 3.3333, quantity: 3 },
        { partNo: 'SRV-REPAIR', price: 12.01 },
      ],
      freight: 5,
    })
    for (const tracking of ['T1', 'T2', 'T3'])
      at.do({ action: 'ship', order: String(ref), rows: [{ sku: 'TJ-MOS-S', quantity: 1 }], tracking })
    const report = await at.follow()
    expect(report.of.shipments).toMatchObject({ created: 3, failed: {} })
    // The last one ends capturing, so it waits until the others are in the shop.
    expect(report.of.invoices).toMatchObject({ created: 2, waits: { 'waits-for-earlier-invoices': 1 } })
    await at.follow()
    expect(at.view(ref).notes.map(({ rows }) => rows)).toEqual([{ '1': 1 }, { '1': 1 }, { '1': 1, '2': 1, '3': 1 }])
    expectDone(ref)
    await expectNothingMore()
  })

  it('22: a back order has lost the shop’s reference, and still delivers and captures for its order', async () => {
    const ref = await at.order({
      items: [
        { partNo: 'TJ-MOS-S', price: 3.3333, quantity: 3 },
        { partNo: 'TJ-MOS-M', price: 80 },
      ],
      freight: 5,
    })
    const [split] = at.do({
      action: 'split',
      order: String(ref),
      rows: [
        { sku: 'TJ-MOS-S', quantity: 1 },
        { sku: 'TJ-MOS-M', quantity: 1 },
      ],
    })
    at.do({ action: 'ship', order: String(ref), tracking: 'P1' })
    await at.follow()
    expect(at.view(ref)).toMatchObject({ status: 'PartlyDelivered', invoices: [{ last: false }] })
    const child = Number(split?.child)
    expect(at.by(child).externalRef).toBeUndefined()
    // A part of the back order is put off once more.
    const [again] = at.do({ action: 'split', order: child, rows: [{ sku: 'TJ-MOS-M', quantity: 1 }] })
    at.do({ action: 'ship', order: child, tracking: 'P2' })
    await at.follow()
    expect(at.view(ref).invoices.map(({ last }) => last)).toEqual([false, false])
    at.do({ action: 'ship', order: Number(again?.child), tracking: 'P3' })
    await at.follow()
    expect(at.view(ref).notes.map(({ rows }) => rows)).toEqual([{ '1': 2 }, { '1': 1 }, { '2': 1, '3': 1 }])
    expectDone(ref)
    await expectNothingMore()
  })

  it('22: an order of which all goods are put off is not taken for one without goods', async () => {
    const ref = await at.order({ items: [{ partNo: 'TJ-MOS-S', price: 75 }], freight: 5 })
    const [split] = at.do({ action: 'split', order: String(ref), rows: [{ sku: 'TJ-MOS-S', quantity: 1 }] })
    expect(at.sale(ref).statuses.shipping).toBe('NST')
    const report = await at.follow()
    expect(report.of.shipmentsWithoutGoods?.skipped).toMatchObject({ 'goes-on-in-a-back-order': 1 })
    expect(at.view(ref)).toMatchObject({ notes: [], invoices: [] })
    at.do({ action: 'ship', order: Number(split?.child) })
    await at.follow()
    expectDone(ref)
    await expectNothingMore()
  })

  it('23: a drop shipment is delivered and captured like any other, and together with one', async () => {
    const ref = await at.order({
      items: [
        { partNo: 'TJ-MOS-S', price: 75 },
        { partNo: 'TJ-MOS-L', price: 80, quantity: 2 },
      ],
      freight: 5,
    })
    const [sent] = at.do({ action: 'dropShip', order: String(ref), rows: [{ sku: 'TJ-MOS-L', quantity: 2 }] })
    await at.follow()
    expect(at.view(ref).notes).toEqual([])
    at.do({ action: 'ship', order: String(ref), rows: [{ sku: 'TJ-MOS-S', quantity: 1 }], tracking: 'OWN' })
    at.do({ action: 'shipDropShip', note: Number(sent?.note), tracking: 'MILL-1' })
    const report = await at.follow()
    expect(report.of.dropShipments).toMatchObject({ created: 1, failed: {} })
    expect(Object.fromEntries(at.view(ref).notes.map(({ rows, parcels }) => [parcels.join(), rows]))).toEqual({
      OWN: { '1': 1 },
      'MILL-1': { '2': 2, '3': 1 },
    })
    await at.follow()
    expectDone(ref)
    await expectNothingMore()
  })

  it('21: a note that was taken back after it had left, and shipped again, is reported: no piece counts twice', async () => {
    const ref = await at.order({ items: [{ partNo: 'TJ-MOS-S', price: 75, quantity: 2 }] })
    const one = { order: String(ref), rows: [{ sku: 'TJ-MOS-S', quantity: 1 }] }
    const [first] = at.do({ action: 'ship', ...one })
    await at.follow()
    at.do({ action: 'deleteNote', note: first?.note, force: true })
    const [second] = at.do({ action: 'ship', order: String(ref) })
    await at.follow()
    for (const mapping of ['shipments', 'invoices']) {
      expect(at.failure(mapping, Number(second?.note))).toMatchObject({ code: 'shipped-again' })
      expect(at.failure(mapping, Number(second?.note))?.message).toContain('1 had left')
    }
    expect(at.view(ref)).toMatchObject({ captured: 90, notes: [{ rows: { '1': 1 } }] })
  })
})
