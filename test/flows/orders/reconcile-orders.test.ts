import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { syncline } from '../../support/command.ts'
import { type Orders, startOrders } from '../../support/orders.ts'

/** F16 for orders and their money: what an outage swallowed is found with its amounts, sent by a repair, and not twice. */
let at: Orders
const flows = ['orders', 'shipments', 'invoices', 'payments', 'orderStatus', 'refundsToShop', 'cancellationsToShop']

beforeAll(async () => {
  at = await startOrders({ hurry: 20 })
})
afterAll(() => at.stop())

async function differences(repair = false) {
  const report = await at.engine.reconcile({ mappings: flows, repair })
  return {
    ...report,
    told: report.mappings.flatMap((each) =>
      each.differences.map(({ mapping, reason, say }) => [`${mapping} ${reason}`, say]),
    ),
  }
}

describe('orders and their money', () => {
  it('that were shipped in parts, captured and booked are no difference; nor is one paid with a gift card', async () => {
    const ref = await at.order({
      items: [
        { partNo: 'TJ-MOS-S', price: 75, quantity: 2 },
        { partNo: 'HL-300', price: 24.58, quantity: 1 },
      ],
      freight: 4.17,
    })
    at.do({ action: 'ship', order: String(ref), warehouse: 2, rows: [{ sku: 'TJ-MOS-S', quantity: 1 }] })
    await at.follow()
    at.do({ action: 'release', order: String(ref) })
    at.do({
      action: 'ship',
      order: String(ref),
      warehouse: 3,
      rows: [
        { sku: 'TJ-MOS-S', quantity: 1 },
        { sku: 'HL-300', quantity: 1 },
      ],
    })
    await at.follow()
    const gift = await at.order({ items: [{ partNo: 'TJ-MOS-S', price: 3.3333, quantity: 3 }], giftCardUsed: 5 })
    at.do({ action: 'ship', order: String(gift) })
    await at.follow()
    expect(await differences()).toMatchObject({ told: [], exitStatus: 0 })
  })

  it('a shipment that was not told is found with what is missing, and told once by a repair', async () => {
    const ref = await at.order({
      items: [
        { partNo: 'TJ-MOS-S', price: 3.3333, quantity: 3 },
        { partNo: 'TJ-MOS-M', price: 80 },
      ],
      freight: 5,
    })
    at.do({ action: 'ship', order: String(ref) })
    const found = await differences()
    expect(found.exitStatus).toBe(1)
    expect(found.told).toEqual([
      ['shipments missing', undefined],
      ['invoices missing', undefined],
      [
        'payments delivered-differs',
        'row 1 (TJ-MOS-S): 3 sent, 0 delivered in the shop; row 2 (TJ-MOS-M): 1 sent, 0 delivered in the shop; row 3 (Shipping): 1 sent, 0 delivered in the shop',
      ],
      ['payments invoiced-differs', '95.00 GBP without VAT have left, 0.00 are invoiced in the shop'],
      ['payments received-differs', '114.00 GBP are due, 0.00 were received'],
      ['payments last-invoice-missing', 'everything has left, and the shop shows Confirmed'],
    ])
    // The receipt comes with the provider's answer.
    expect((await differences(true)).told.map(([what]) => what)).toEqual(['payments received-differs'])
    await at.follow()
    expect(await differences(true)).toMatchObject({ told: [], exitStatus: 0 })
    expect(at.money(ref)).toMatchObject({ captured: 11400, receipts: 11400, invoicedInShop: 11400 })
    expect(at.view(ref).notes).toHaveLength(1)
    expect(at.view(ref).invoices).toMatchObject([{ last: true }])
    expect(at.shop.shop.messageCounts().repeated).toEqual({})
  })
})

describe('an order that is half shipped', () => {
  it('is compared row by row: pieces sent, delivered and invoiced, amounts, and the status', async () => {
    const ref = await at.order({
      items: [
        { partNo: 'TJ-MOS-S', price: 10, quantity: 3 },
        { partNo: 'TJ-MOS-M', price: 80 },
      ],
      freight: 5,
    })
    const ship = (quantity: number) =>
      at.do({ action: 'ship', order: String(ref), rows: [{ sku: 'TJ-MOS-S', quantity }] })
    ship(1)
    await at.follow()
    expect(at.view(ref)).toMatchObject({ status: 'PartlyDelivered', captured: 18 })
    expect(await differences()).toMatchObject({ told: [], exitStatus: 0 })

    ship(1)
    const found = await differences()
    expect(found.told).toEqual([
      ['shipments missing', undefined],
      ['invoices missing', undefined],
      ['payments delivered-differs', 'row 1 (TJ-MOS-S): 2 sent, 1 delivered in the shop'],
      ['payments invoiced-differs', '25.00 GBP without VAT have left, 15.00 are invoiced in the shop'],
      ['payments received-differs', '30.00 GBP are due, 18.00 were received'],
    ])
    expect((await differences(true)).told.map(([what]) => what)).toEqual(['payments received-differs'])
    await at.follow()
    expect(await differences()).toMatchObject({ told: [], exitStatus: 0 })

    at.shop.shop.act(ref, { action: 'setStatus', status: 'Delivered' })
    const behind = await differences()
    expect(behind.told).toEqual([['payments status-differs', 'a part has left, and the shop shows Delivered']])
    at.shop.shop.act(ref, { action: 'setStatus', status: 'Confirmed' })
    expect((await differences(true)).told).toEqual([
      ['payments status-differs', 'a part has left, and the shop shows Confirmed'],
    ])
    at.shop.shop.act(ref, { action: 'setStatus', status: 'PartlyDelivered' })
  })
})

describe('the last invoice', () => {
  const jackets = (quantity: number) => ({ items: [{ partNo: 'TJ-MOS-S', price: 75, quantity }], freight: 5 })

  it('was told though a delivery note that came after it has moved the status', async () => {
    const ref = await at.order(jackets(1))
    at.do({ action: 'ship', order: String(ref) })
    await at.follow(['invoices'])
    expect(at.view(ref).status).toBe('Invoiced')
    await at.follow(['shipments'])
    expect(at.view(ref)).toMatchObject({ status: 'Delivered', invoices: [{ last: true }] })
    expect(await differences()).toMatchObject({ told: [], exitStatus: 0 })
  })

  it('waits for its delivery note where a part was cancelled, since only the status tells it then', async () => {
    const ref = await at.order(jackets(2))
    at.do({ action: 'setQuantities', order: String(ref), rows: [{ sku: 'TJ-MOS-S', quantity: 1 }] })
    at.do({ action: 'ship', order: String(ref) })
    const early = await at.run({ mappings: ['invoices'] })
    expect(early.of.invoices).toMatchObject({ created: 0, waits: { 'waits-for-its-note': 1 } })
    await at.follow()
    expect(at.view(ref)).toMatchObject({ status: 'Invoiced', invoices: [{ last: true, state: 'captured' }] })
    expect((await differences()).told.filter(([what]) => what?.startsWith('payments'))).toEqual([])
  })

  it('is missing where the last open part was cancelled after everything else was captured', async () => {
    const ref = await at.order(jackets(2))
    at.do({ action: 'ship', order: String(ref), rows: [{ sku: 'TJ-MOS-S', quantity: 1 }] })
    await at.follow()
    at.do({ action: 'setQuantities', order: String(ref), rows: [{ sku: 'TJ-MOS-S', quantity: 1 }] })
    expect(at.sale(ref).statuses.shipping).toBe('ASS')
    const { told, exitStatus } = await differences(true)
    expect(exitStatus).toBe(1)
    expect(told).toContainEqual([
      'payments last-invoice-missing',
      'everything has left, and the shop shows PartlyDelivered',
    ])
    expect(at.view(ref).invoices).toMatchObject([{ last: false }])
  })
})

describe('a capture that was never told', () => {
  it('is an alert with both amounts, and booked once by the command that the alert names', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'syncline-captures-'))
    const storePath = join(folder, 'state.db')
    const to = await startOrders({ storePath })
    const env = { ...to.variables, NORCE_APPLICATIONS: '1302,1303,1304', SYNCLINE_STORE: `sqlite:${storePath}` }
    const command = (...args: readonly string[]) => syncline(['--project', to.project, ...args], { env })
    try {
      to.shop.setSwitches({ eventLostEvery: 1 })
      const ref = await to.order({ items: [{ partNo: 'TJ-MOS-S', price: 75, quantity: 2 }], freight: 5 })
      to.do({ action: 'ship', order: String(ref), rows: [{ sku: 'TJ-MOS-S', quantity: 1 }] })
      expect((await to.follow()).captures).toEqual([])
      expect(to.money(ref)).toMatchObject({ captured: 9600, receipts: 0 })

      const found = await command('reconcile', 'payments')
      expect(found.status).toBe(1)
      expect(found.stdout).toContain('96.00 GBP are due, 0.00 were received; nothing was told of the capture of N')
      const told = /syncline run payments --record '(.*?)'/.exec(found.stdout)?.[1]
      expect(JSON.parse(String(told))).toEqual({ CapturedInvoiceId: expect.any(Number), State: 'Captured' })

      const last = await command('reconcile', 'payments', '--last')
      expect(last.status).toBe(1)
      expect(last.stdout).toMatch(
        /payments: 1 difference\n {2}received-differs \(fulfilment\): 1\n {4}\d+ \(\d+\): 96\.00/,
      )
      expect(await command('reconcile', '--last', '--repair')).toMatchObject({ status: 2 })

      const booked = await command('run', 'payments', '--record', String(told), '--json')
      expect(booked).toMatchObject({ status: 0 })
      expect(to.money(ref)).toMatchObject({ captured: 9600, receipts: 9600 })
      expect(await command('reconcile', 'payments')).toMatchObject({ status: 0 })
      // Neither the command nor an event that comes after all books it again.
      await command('run', 'payments', '--record', String(told))
      await to.book([JSON.parse(String(told))])
      expect(to.money(ref)).toMatchObject({ receipts: 9600 })
    } finally {
      await to.stop()
      await rm(folder, { recursive: true, force: true })
    }
  }, 300_000)
})
