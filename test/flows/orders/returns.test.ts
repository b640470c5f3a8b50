import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Orders, startOrders } from '../../support/orders.ts'

/** Cases 26 to 28 of the test set: what was taken back is paid back once, and both systems show it. */
let at: Orders
/** Sales credits in this status are approved to be paid back, as the project's options say. */
const approved = 41

beforeAll(async () => {
  at = await startOrders()
})
afterAll(() => at.stop())

/** An order that has left as a whole, captured and booked. */
async function delivered(description: Record<string, unknown>): Promise<number> {
  const ref = await at.order(description)
  at.do({ action: 'ship', order: String(ref) })
  await at.follow()
  return ref
}
/** Items of the newest message, which must be a credit. */
function creditedItems(): unknown {
  const message = at.shop.shop.messages().at(-1)
  expect(message?.method).toBe('CreditPayment')
  return (message?.body as { readonly Items?: unknown } | undefined)?.Items
}
const creditOf = (action: { readonly credit?: unknown } | undefined): number => Number(action?.credit)

/** Captured less refunded = ordered less credited, in both systems. */
function expectSettled(ref: number) {
  const money = at.money(ref)
  expect(money.receipts - money.refunds).toBe(money.ordered - money.credited)
  expect(money.captured - money.refunded).toBe(money.ordered - money.credited)
  expect(money.creditedInShop).toBe(money.credited)
}

describe('returns', () => {
  it('26: one of three comes back: at the original price per piece, once', async () => {
    const ref = await delivered({
      items: [
        { partNo: 'TJ-MOS-S', price: 3.3333, quantity: 3 },
        { partNo: 'TJ-MOS-M', price: 80 },
      ],
      freight: 5,
    })
    const [made] = at.do({
      action: 'credit',
      order: String(ref),
      rows: [{ sku: 'TJ-MOS-S', quantity: 1 }],
    })
    const credit = creditOf(made)
    // Not approved yet.
    await at.follow()
    expect(at.view(ref).refunded).toBe(0)
    at.do({ action: 'setStatus', order: credit, status: approved })
    const report = await at.follow()
    expect(report.of.refundsToShop).toMatchObject({ created: 1, failed: {}, warned: {} })
    expect(at.view(ref)).toMatchObject({ refunded: 4, credited: 4 })
    expect(at.view(ref).invoices.at(-1)).toMatchObject({
      invoiceNo: `C${credit}`,
      credit: true,
      creditedInvoiceNo: at.view(ref).invoices[0]?.invoiceNo,
    })
    expect(at.by(credit)).toMatchObject({
      status: { id: 42 },
      payments: [{ type: 'PAYMENT', method: 'CARD', amount: '4.00' }],
    })
    expectSettled(ref)
    const again = await at.follow()
    expect(again.of.refundsToShop).toMatchObject({ created: 0, failed: {} })
    expect(at.view(ref).refunded).toBe(4)
    // What the shop now shows as a credit is ours: it does not come back as another one.
    expect(at.sale(ref).credits).toEqual([credit])
  })

  it('26: a lower price than the original, and a return freight, are rows of their own', async () => {
    const ref = await delivered({ items: [{ partNo: 'TJ-MOS-S', price: 75, quantity: 2 }], freight: 5 })
    const [made] = at.do({
      action: 'credit',
      order: String(ref),
      rows: [{ sku: 'TJ-MOS-S', quantity: 1, net: '70.00', tax: '14.00' }],
      extra: [{ name: 'Return freight', quantity: 1, taxCode: 'T20', net: '-4.00', tax: '-0.80', nominalCode: '4040' }],
      status: approved,
    })
    const report = await at.follow()
    expect(report.of.refundsToShop).toMatchObject({ created: 1, warned: { 'differs-from-the-original-price': 1 } })
    expect(creditedItems()).toMatchObject([
      { LineNo: 1, PartNo: 'TJ-MOS-S', Quantity: 1, UnitPrice: 75, UnitVat: 15 },
      { PartNo: 'RETURN-FEE', Quantity: 1, UnitPrice: -4, UnitVat: -0.8 },
      { PartNo: 'RETURN-FEE', Quantity: 1, UnitPrice: -5, UnitVat: -1, ProductName: 'Adjustment' },
    ])
    expect(at.view(ref).refunded).toBe(79.2)
    expect(at.by(creditOf(made)).paid).toBe('-79.20')
    expectSettled(ref)
  })

  it('26: what came back in the back order is credited to the shop’s order', async () => {
    const ref = await at.order({ items: [{ partNo: 'TJ-MOS-S', price: 75, quantity: 2 }] })
    const [split] = at.do({ action: 'split', order: String(ref), rows: [{ sku: 'TJ-MOS-S', quantity: 1 }] })
    at.do({ action: 'ship', order: String(ref) }, { action: 'ship', order: Number(split?.child) })
    await at.follow()
    await at.follow()
    at.do({
      action: 'credit',
      order: Number(split?.child),
      rows: [{ sku: 'TJ-MOS-S', quantity: 1 }],
      status: approved,
    })
    await at.follow()
    expect(at.view(ref)).toMatchObject({ refunded: 90 })
    expectSettled(ref)
  })

  it('27: a compensation without goods is one row of the shop’s product for it', async () => {
    const ref = await delivered({ items: [{ partNo: 'TJ-MOS-S', price: 75 }] })
    at.do({
      action: 'credit',
      order: String(ref),
      extra: [{ name: 'Sorry', quantity: 1, taxCode: 'T20', net: '10.00', tax: '2.00', nominalCode: '4070' }],
      status: approved,
    })
    await at.follow()
    expect(creditedItems()).toMatchObject([
      { PartNo: 'COMPENSATION', Quantity: 1, UnitPrice: 10, UnitVat: 2, ProductName: 'Sorry' },
    ])
    expect(at.view(ref).refunded).toBe(12)
    expectSettled(ref)
  })

  it('28: more than was captured, alone or with what was refunded before, fails with both amounts, and nothing is sent', async () => {
    const ref = await delivered({ items: [{ partNo: 'TJ-MOS-S', price: 75 }] })
    const compensation = (net: string, tax: string) =>
      creditOf(
        at.do({
          action: 'credit',
          order: String(ref),
          extra: [{ name: 'Sorry', quantity: 1, taxCode: 'T20', net, tax, nominalCode: '4070' }],
          status: approved,
        })[0],
      )
    const tooMuch = compensation('80.00', '16.00')
    const before = at.shop.shop.messages().length
    await at.follow()
    const failure = at.failure('refundsToShop', tooMuch)
    expect(failure?.code).toBe('more-than-captured')
    expect(failure?.message).toMatch(/96\.00 GBP.*90\.00 GBP/)
    expect(at.shop.shop.messages()).toHaveLength(before)
    expect(at.view(ref).refunded).toBe(0)
    at.do({ action: 'setStatus', order: tooMuch, status: 43 })
    compensation('50.00', '10.00')
    await at.follow()
    const rest = compensation('30.00', '6.00')
    await at.follow()
    expect(at.failure('refundsToShop', rest)?.message).toMatch(/96\.00 GBP.*90\.00 GBP/)
    expect(at.view(ref).refunded).toBe(60)
    at.do({ action: 'setStatus', order: rest, status: 43 })
  })

  it('28: more pieces than have left, and a refund before anything was captured', async () => {
    const ref = await at.order({ items: [{ partNo: 'TJ-MOS-S', price: 75, quantity: 3 }] })
    const early = creditOf(
      at.do({ action: 'credit', order: String(ref), rows: [{ sku: 'TJ-MOS-S', quantity: 1 }], status: approved })[0],
    )
    await at.follow()
    expect(at.failure('refundsToShop', early)).toMatchObject({ code: 'nothing-was-captured' })
    at.do({ action: 'setStatus', order: early, status: 43 })
    at.do({ action: 'ship', order: String(ref), rows: [{ sku: 'TJ-MOS-S', quantity: 1 }] })
    await at.follow()
    const two = creditOf(
      at.do({
        action: 'credit',
        order: String(ref),
        rows: [{ sku: 'TJ-MOS-S', quantity: 2, net: '60.00', tax: '12.00' }],
        status: approved,
      })[0],
    )
    await at.follow()
    expect(at.failure('refundsToShop', two)).toMatchObject({ code: 'more-than-delivered' })
    expect(at.failure('refundsToShop', two)?.message).toContain('2 are credited')
    expect(at.view(ref).refunded).toBe(0)
    at.do({ action: 'setStatus', order: two, status: 43 })
  })

  it('an order of several payments or a gift card is refunded by hand: the failure says how much, and of what', async () => {
    const ref = await delivered({ items: [{ partNo: 'TJ-MOS-S', price: 75 }], giftCardUsed: 30 })
    // Of the card what the gift card left; of the gift card what was booked with the order.
    expect(at.view(ref)).toMatchObject({ captured: 90, status: 'Invoiced' })
    expect(at.money(ref)).toMatchObject({ receipts: 9000, ordered: 9000 })
    const credit = creditOf(
      at.do({ action: 'credit', order: String(ref), rows: [{ sku: 'TJ-MOS-S', quantity: 1 }], status: approved })[0],
    )
    const before = at.shop.shop.messages().length
    await at.follow()
    const failure = at.failure('refundsToShop', credit)
    expect(failure?.code).toBe('refund-by-hand')
    expect(failure?.message).toContain('90.00 GBP')
    expect(failure?.message).toMatch(/GIFTCARD 30\.00/)
    expect(failure?.message).toMatch(/CARD 60\.00/)
    expect(at.shop.shop.messages()).toHaveLength(before)
    // Done by hand, and told by the status: the task is over.
    at.do({ action: 'setStatus', order: credit, status: 42 })
    await at.follow()
    expect(at.failure('refundsToShop', credit)).toBeUndefined()
  })

  it('a refund that was made in the shop becomes a sales credit with its payment, and does not go back', async () => {
    const ref = await delivered({ items: [{ partNo: 'TJ-MOS-S', price: 3.3333, quantity: 3 }], freight: 5 })
    at.shop.shop.act(ref, { action: 'refund', items: [{ lineNo: 1, quantity: 2 }] })
    await at.follow()
    const [credit] = at.sale(ref).credits.map(at.by)
    expect(credit).toMatchObject({ total: { gross: '8.00' }, payments: [{ type: 'PAYMENT', amount: '8.00' }] })
    expect(credit?.externalRef).toBe(`${ref}.${at.view(ref).invoices.at(-1)?.invoiceNo}`)
    if (credit) at.do({ action: 'setStatus', order: credit.id, status: approved })
    await at.follow()
    expect(at.view(ref).refunded).toBe(8)
    expectSettled(ref)
    await at.follow()
    expect(at.sale(ref).credits).toHaveLength(1)
  })
})
