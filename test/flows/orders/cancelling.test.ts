import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Orders, startOrders } from '../../support/orders.ts'

/** Cases 24 and 25 of the test set: what is cancelled on one side is on the other, as far as nothing has moved. */
let at: Orders
const cancelled = 5

beforeAll(async () => {
  at = await startOrders()
})
afterAll(() => at.stop())

const jackets = (quantity: number, price = 75) => ({ items: [{ partNo: 'TJ-MOS-S', price, quantity }], freight: 5 })
const stockOf = () => at.catalogue.stock(1001).get(2)

/** Nothing more is sent or written, whichever side looks next. */
async function expectNoEcho() {
  const messages = at.shop.shop.messages().length
  const versions = at.staff.orders().map(({ version }) => version)
  await at.follow()
  expect(at.shop.shop.messages()).toHaveLength(messages)
  expect(at.staff.orders().map(({ version }) => version)).toEqual(versions)
}

describe('24: an order that the back office cancels', () => {
  it('before picking is cancelled in the shop, and its money released; the shop’s own status does not come back', async () => {
    const ref = await at.order(jackets(2))
    at.do({ action: 'cancel', order: String(ref) })
    await at.follow()
    expect(at.view(ref)).toMatchObject({ status: 'Cancelled', reserved: 0, captured: 0 })
    expect(at.view(ref).payments).toMatchObject([{ released: true }])
    await expectNoEcho()
  })

  it('after a part has left, is an alarm, and is not cancelled in the shop', async () => {
    const ref = await at.order(jackets(2))
    at.do({ action: 'ship', order: String(ref), rows: [{ sku: 'TJ-MOS-S', quantity: 1 }] })
    await at.follow()
    at.do({ action: 'cancel', order: String(ref), force: true })
    await at.follow()
    expect(at.failure('cancellationsToShop', at.sale(ref).id)).toMatchObject({ code: 'cancelled-but-shipped' })
    expect(at.view(ref).status).toBe('PartlyDelivered')
  })

  it('goes on in a back order: the shop’s order is not cancelled with the part', async () => {
    const ref = await at.order(jackets(2))
    at.do({ action: 'split', order: String(ref), rows: [{ sku: 'TJ-MOS-S', quantity: 1 }] })
    at.do({ action: 'cancel', order: String(ref) })
    const report = await at.follow()
    expect(report.of.cancellationsToShop?.skipped).toMatchObject({ 'goes-on-in-a-back-order': 1 })
    expect(at.view(ref).status).toBe('Confirmed')
  })

  it('and ships all the same, is an alarm: nothing is delivered or captured', async () => {
    const ref = await at.order(jackets(1))
    at.do({ action: 'cancel', order: String(ref) })
    await at.follow()
    const [shipped] = at.do({ action: 'ship', order: String(ref), force: true })
    await at.follow()
    expect(at.failure('shipments', Number(shipped?.note))).toMatchObject({ code: 'order-was-cancelled' })
    expect(at.failure('invoices', Number(shipped?.note))).toMatchObject({ code: 'order-was-cancelled' })
    expect(at.view(ref)).toMatchObject({ notes: [], invoices: [], captured: 0 })
  })
})

describe('24: an order that the customer cancels in the shop', () => {
  it('before picking is cancelled in the back office: its reservation and its note are gone', async () => {
    const before = stockOf()?.allocated
    const ref = await at.order(jackets(2))
    expect(stockOf()?.allocated).toBe((before ?? 0) + 2)
    at.do({ action: 'makeNote', order: String(ref) })
    at.shop.shop.act(ref, { action: 'cancel' })
    await at.follow()
    expect(at.sale(ref)).toMatchObject({
      status: { id: cancelled },
      cancelled: true,
      notes: [],
      reservation: undefined,
    })
    expect(at.sale(ref).credits).toEqual([])
    expect(stockOf()?.allocated).toBe(before)
    await expectNoEcho()
  })

  it('that was paid at once, has its receipt reversed', async () => {
    const ref = await at.order({ ...jackets(1), payments: [{ method: 'PAYPAL' }] })
    expect(at.money(ref)).toMatchObject({ receipts: 9600 })
    at.shop.shop.act(ref, { action: 'cancel' })
    await at.follow()
    expect(at.sale(ref)).toMatchObject({ cancelled: true, paid: '0.00' })
    expect(at.money(ref)).toMatchObject({ receipts: 9600, refunds: 9600, captured: 9600, refunded: 9600 })
    await expectNoEcho()
  })

  it('with its back orders, has all of them cancelled', async () => {
    const ref = await at.order(jackets(3))
    const [split] = at.do({ action: 'split', order: String(ref), rows: [{ sku: 'TJ-MOS-S', quantity: 1 }] })
    at.shop.shop.act(ref, { action: 'cancel' })
    await at.follow()
    expect(at.family(ref).map(({ id, cancelled: is }) => [id, is])).toEqual([
      [at.sale(ref).id, true],
      [Number(split?.child), true],
    ])
    await expectNoEcho()
  })

  it.each(['print', 'pick', 'pack'] as const)('during picking (%s), gets a sales credit instead', async (what) => {
    const ref = await at.order(jackets(2))
    const [made] = at.do({ action: 'makeNote', order: String(ref) })
    at.do({ action: 'note', note: made?.note, do: what })
    at.shop.shop.act(ref, { action: 'cancel' })
    const report = await at.follow()
    expect(report.of.cancellationsToBackOffice?.warned).toEqual({ 'credited-instead': 1 })
    const order = at.sale(ref)
    expect(order.cancelled).toBe(false)
    expect(order.credits.map((id) => at.by(id).total.gross)).toEqual([order.total.gross])
    expect(at.by(order.credits[0] as number).externalRef).toBe(`${ref}.cancel`)
    await expectNoEcho()
  })

  it('after a part has left and was captured, gets a credit of all of it, settled by what the shop paid back', async () => {
    const ref = await at.order(jackets(2))
    at.do({ action: 'ship', order: String(ref), rows: [{ sku: 'TJ-MOS-S', quantity: 1 }] })
    await at.follow()
    expect(at.money(ref)).toMatchObject({ receipts: 9600, captured: 9600 })
    at.shop.shop.act(ref, { action: 'cancel' })
    await at.follow()
    const money = at.money(ref)
    expect(money).toMatchObject({ ordered: 18600, credited: 18600, receipts: 9600, refunds: 9600, refunded: 9600 })
    expect(at.by(at.sale(ref).credits[0] as number).payments).toMatchObject([{ type: 'PAYMENT', amount: '96.00' }])
    await expectNoEcho()
  })

  it('that is drop-shipped, or invoiced, is credited, too', async () => {
    const dropped = await at.order(jackets(1))
    at.do({ action: 'dropShip', order: String(dropped) })
    at.shop.shop.act(dropped, { action: 'cancel' })
    const invoiced = await at.order(jackets(1))
    at.do({ action: 'invoice', order: String(invoiced) })
    at.shop.shop.act(invoiced, { action: 'cancel' })
    await at.follow()
    for (const ref of [dropped, invoiced]) {
      expect(at.sale(ref)).toMatchObject({ cancelled: false, credits: [expect.any(Number)] })
      expect(at.money(ref)).toMatchObject({ ordered: 9600, credited: 9600 })
    }
  })
})

describe('25: a part is cancelled, the rest ships', () => {
  it('before anything left: what is left is captured, and that it was the last', async () => {
    const ref = await at.order(jackets(3, 3.3333))
    at.do({ action: 'setQuantities', order: String(ref), rows: [{ sku: 'TJ-MOS-S', quantity: 2 }] })
    at.do({ action: 'ship', order: String(ref) })
    await at.follow()
    const money = at.money(ref)
    expect(at.view(ref).invoices).toMatchObject([{ last: true, state: 'captured' }])
    expect(money).toMatchObject({ captured: money.ordered, receipts: money.ordered, reserved: 0 })
  })

  it('after a part was captured: the last capture makes good what the shares no longer come to', async () => {
    // 10.00 + 2.00 for three pieces: 4.00 each. Cancelling one leaves 6.67 + 1.33.
    const ref = await at.order({ items: [{ partNo: 'TJ-MOS-S', price: 3.335, quantity: 3 }] })
    at.do({ action: 'ship', order: String(ref), rows: [{ sku: 'TJ-MOS-S', quantity: 1 }] })
    await at.follow()
    at.do({ action: 'setQuantities', order: String(ref), rows: [{ sku: 'TJ-MOS-S', quantity: 2 }] })
    at.do({ action: 'ship', order: String(ref) })
    await at.follow()
    const money = at.money(ref)
    expect(at.view(ref).invoices).toMatchObject([{ last: false }, { last: true, state: 'captured' }])
    expect(money).toMatchObject({ captured: money.ordered, receipts: money.ordered, reserved: 0 })
  })

  it('a whole row that is taken out, and a back order that is cancelled', async () => {
    const ref = await at.order({
      items: [
        { partNo: 'TJ-MOS-S', price: 3.3333, quantity: 3 },
        { partNo: 'TJ-MOS-M', price: 80 },
      ],
      freight: 5,
    })
    at.do({ action: 'setQuantities', order: String(ref), rows: [{ sku: 'TJ-MOS-M', quantity: 0 }] })
    const [split] = at.do({ action: 'split', order: String(ref), rows: [{ sku: 'TJ-MOS-S', quantity: 1 }] })
    at.do({ action: 'cancel', order: Number(split?.child) })
    at.do({ action: 'ship', order: String(ref) })
    await at.follow()
    const money = at.money(ref)
    expect(at.view(ref).invoices).toMatchObject([{ last: true, state: 'captured' }])
    expect(money).toMatchObject({ ordered: 1400, captured: 1400, receipts: 1400, reserved: 0 })
    expect(at.view(ref).status).toBe('Invoiced')
  })
})
