import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Orders, startOrders } from '../../support/orders.ts'

/** What is captured, when, and what the back office books of it (F7, F9). */
let at: Orders

beforeAll(async () => {
  at = await startOrders()
})
afterAll(() => at.stop())

const jackets = (quantity: number) => ({ items: [{ partNo: 'TJ-MOS-S', price: 75, quantity }], freight: 5 })
const ship = (to: Orders, ref: number, quantity: number) =>
  to.do({ action: 'ship', order: String(ref), rows: [{ sku: 'TJ-MOS-S', quantity }] })

function expectPaid(to: Orders, ref: number) {
  const money = to.money(ref)
  expect(money).toMatchObject({ captured: money.ordered, receipts: money.ordered, reserved: 0 })
  expect(
    to
      .view(ref)
      .invoices.map(({ last }) => last)
      .filter(Boolean),
  ).toHaveLength(1)
}

describe('captures', () => {
  it('a gift card covers the first part, and the card is captured for the rest of each shipment', async () => {
    const ref = await at.order({ ...jackets(3), giftCardUsed: 150 })
    expect(at.view(ref).payments.map(({ method, amount }) => [method, amount])).toEqual([
      ['GIFTCARD', 150],
      ['CARD', 126],
    ])
    ship(at, ref, 1)
    await at.follow()
    // 96.00 of the first invoice are paid by the gift card already: nothing is captured for it.
    expect(at.view(ref).payments[1]).toMatchObject({ captured: 0 })
    ship(at, ref, 1)
    await at.follow()
    expect(at.view(ref).payments[1]).toMatchObject({ captured: 36 })
    ship(at, ref, 1)
    await at.follow()
    expectPaid(at, ref)
    expect(at.sale(ref).payments.map(({ type, method, amount }) => [type, method, amount])).toEqual([
      ['RECEIPT', 'GIFTCARD', '150.00'],
      ['RECEIPT', 'CARD', '36.00'],
      ['RECEIPT', 'CARD', '90.00'],
    ])
  })

  it('a payment that was taken with the order is invoiced for information only', async () => {
    const ref = await at.order({ ...jackets(1), payments: [{ method: 'PAYPAL' }] })
    ship(at, ref, 1)
    await at.follow()
    expect(at.view(ref).invoices).toMatchObject([{ amount: 96, last: true, state: 'none' }])
    expect(at.shop.shop.messages().at(-1)?.body).toMatchObject({ SuppressPspCall: true, IsLastInvoiceForOrder: true })
    expectPaid(at, ref)
  })

  it('an order on invoice has its invoice, and no receipt', async () => {
    const ref = await at.order({ ...jackets(1), invoiceFee: 2.5, payments: [{ method: 'INVOICE' }] })
    ship(at, ref, 1)
    await at.follow()
    expect(at.view(ref).invoices).toMatchObject([{ amount: 99, last: true }])
    expect(at.money(ref)).toMatchObject({ receipts: 0, ordered: 9900 })
  })

  it('a capture that fails sets the configured status and is an alarm; the goods are delivered all the same', async () => {
    const ref = await at.order(jackets(2))
    at.shop.setSwitches({ captures: 'error' })
    ship(at, ref, 1)
    const { booked } = await at.follow()
    at.shop.setSwitches({ captures: 'byAmount' })
    expect(booked?.of.payments).toMatchObject({ warned: { 'capture-failed': 1 }, failed: {} })
    expect(at.sale(ref)).toMatchObject({ status: { id: 12 }, payments: [] })
    expect(at.view(ref)).toMatchObject({ status: 'PartlyDelivered', captured: 0 })
  })

  it('what the shop tells twice of a capture is booked once', async () => {
    const ref = await at.order(jackets(1))
    ship(at, ref, 1)
    const { captures } = await at.follow()
    expect(captures).toHaveLength(1)
    const again = await at.book(captures)
    expect(again.of.payments).toMatchObject({ created: 0, failed: {} })
    expectPaid(at, ref)
    expect(at.staff.account().twice.payments).toEqual({})
  })

  it('a row that the back office has added is reported, neither delivered nor captured, and the last capture is left open', async () => {
    const ref = await at.order(jackets(1))
    at.do({
      action: 'addRow',
      order: String(ref),
      row: { productId: 1003, quantity: 1, taxCode: 'T20', net: '10.00', tax: '2.00' },
    })
    at.do({ action: 'ship', order: String(ref) })
    const report = await at.follow()
    expect(report.of.shipments?.warned).toMatchObject({ 'row-unknown-to-the-shop': 1 })
    expect(report.of.invoices?.warned).toMatchObject({
      'row-unknown-to-the-shop': 1,
      'not-the-last-though-all-has-left': 1,
    })
    expect(at.view(ref)).toMatchObject({ notes: [{ rows: { '1': 1 } }], invoices: [{ amount: 96, last: false }] })
  })

  it('more than the shop has sold is not captured: it fails with both amounts', async () => {
    const ref = await at.order(jackets(1))
    at.do({ action: 'setQuantities', order: String(ref), rows: [{ sku: 'TJ-MOS-S', quantity: 2 }] })
    const [shipped] = ship(at, ref, 1)
    await at.follow()
    expect(at.failure('invoices', Number(shipped?.note))).toMatchObject({ code: 'more-than-sold' })
    expect(at.failure('invoices', Number(shipped?.note))?.message).toMatch(/186\.00.*96\.00/)
    expect(at.view(ref).invoices).toEqual([])
  })

  it('an order of services and gift cards only is delivered and captured at once', async () => {
    const ref = await at.order({
      items: [{ partNo: 'SRV-REPAIR', price: 12.01 }],
      giftCardBought: 50,
      giftCardUsed: 20,
    })
    await at.follow()
    expect(at.view(ref).rows.map(({ delivered, quantity }) => delivered === quantity)).toEqual([true, true])
    expect(at.view(ref).status).toBe('Invoiced')
    expectPaid(at, ref)
  })
})

describe('the last capture', () => {
  it('is not told while the search may not know a back order yet, and is told when it does', async () => {
    const to = await startOrders({ speed: 1, options: { searchLag: 4 } })
    try {
      const ref = await to.order(jackets(2))
      to.backOffice.faults.set({ staleSearch: { lagMs: 3_600_000, path: '/order-search' } })
      const [split] = to.do({ action: 'split', order: String(ref), rows: [{ sku: 'TJ-MOS-S', quantity: 1 }] })
      const [note] = to.do({ action: 'ship', order: String(ref) })
      expect(to.sale(ref).statuses.shipping).toBe('ASS')
      // The search does not list the note either: a message has told of it.
      const given = new Map([['invoices', { keys: [note?.note] }]])
      const early = await to.run({ mappings: ['invoices'], given })
      expect(early.of.invoices?.waits).toEqual({ 'waits-for-the-search': 1 })
      await new Promise((done) => setTimeout(done, 4500))
      to.backOffice.faults.set({ staleSearch: null })
      await to.follow()
      expect(to.view(ref).invoices).toMatchObject([{ last: false, state: 'captured' }])
      to.do({ action: 'ship', order: Number(split?.child) })
      await to.follow()
      expect(to.view(ref).invoices.map(({ last }) => last)).toEqual([false, true])
      expectPaid(to, ref)
    } finally {
      await to.stop()
    }
  })
})

describe('settings', () => {
  it('freight and fees with the last invoice', async () => {
    const to = await startOrders({ options: { feesOn: 'last' } })
    try {
      const ref = await to.order(jackets(2))
      ship(to, ref, 1)
      await to.follow()
      // What is half shipped agrees, too.
      expect(await to.engine.reconcile({ mappings: ['payments'] })).toMatchObject({ remaining: 0, exitStatus: 0 })
      ship(to, ref, 1)
      await to.follow()
      expect(to.view(ref).invoices.map(({ amount }) => amount)).toEqual([90, 96])
      expectPaid(to, ref)
      expect(await to.engine.reconcile({ mappings: ['payments'] })).toMatchObject({ remaining: 0, exitStatus: 0 })
    } finally {
      await to.stop()
    }
  })

  it('capturing when the back office invoices: each invoice is one, the last when all orders are invoiced', async () => {
    const to = await startOrders({ options: { captureAt: 'invoice' } })
    try {
      const ref = await to.order({ ...jackets(3), giftCardUsed: 50 })
      ship(to, ref, 1)
      await to.follow()
      expect(to.view(ref)).toMatchObject({ status: 'PartlyDelivered', invoices: [] })
      const [first] = to.do({ action: 'split', order: String(ref), rows: [{ sku: 'TJ-MOS-S', quantity: 2 }] })
      const child = Number(first?.child)
      const [invoiced] = to.do({ action: 'invoice', order: String(ref) })
      await to.follow()
      expect(to.view(ref).invoices).toMatchObject([{ invoiceNo: invoiced?.invoice, last: false, state: 'captured' }])
      expect(await to.engine.reconcile({ mappings: ['payments'] })).toMatchObject({ remaining: 0, exitStatus: 0 })
      to.do({ action: 'ship', order: child }, { action: 'invoice', order: child })
      await to.follow()
      expect(to.view(ref).invoices.map(({ last, state }) => [last, state])).toEqual([
        [false, 'captured'],
        [true, 'captured'],
      ])
      expect(to.view(ref).status).toBe('Invoiced')
      expectPaid(to, ref)
      expect(await to.engine.reconcile({ mappings: ['payments'] })).toMatchObject({ remaining: 0, exitStatus: 0 })
    } finally {
      await to.stop()
    }
  })
})
