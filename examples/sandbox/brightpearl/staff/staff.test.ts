import { afterEach, describe, expect, test } from 'vitest'
import { startTest, type TestClient } from '../test-client.ts'
import { webOrder, writer } from '../test-orders.ts'

let client: TestClient | undefined
afterEach(async () => {
  await client?.server.stop()
  client = undefined
})

const order = 'shop-10482'
const start = async () => {
  client = await startTest()
  client.catalogue.setStock(1001, 2, { inStock: 10, allocated: 0 })
  const made = writer(client)
  const id = (await made.post('/order-service/sales-order', webOrder)).body.response as number
  const { staff } = client.server
  const view = (which: number = id) => {
    const [found] = staff.orders({ id: which })
    if (!found) throw new Error('The order is gone.')
    return found
  }
  return { ...client, ...made, staff, id, view }
}

describe('the staff', () => {
  test('allocates, prints, picks, packs, tracks and ships', async () => {
    const { staff, view } = await start()
    staff.do({ action: 'allocate', order }, { action: 'setStatus', order, status: 9 })
    expect(view()).toMatchObject({
      status: { id: 9 },
      statuses: { allocation: 'AAA' },
      reservation: { warehouseId: 2 },
    })
    const [made] = staff.do({ action: 'makeNote', order, rows: [{ sku: 'TJ-MOS-S', quantity: 1 }] })
    staff.do(
      { action: 'note', note: made?.note, do: 'print' },
      { action: 'note', note: made?.note, do: 'unprint' },
      { action: 'note', note: made?.note, do: 'pick' },
      { action: 'note', note: made?.note, do: 'ship' },
      { action: 'track', note: made?.note, reference: 'LATE-1' },
    )
    expect(view().notes).toMatchObject([
      { shipped: true, tracking: 'LATE-1', events: ['PLA', 'PRI', 'UPR', 'PIC', 'PRI', 'PAC', 'SHW'] },
    ])
    expect([view().statuses.shipping, view().rows[0]?.shipped]).toEqual(['SPS', 1])
    staff.do({ action: 'ship', order, tracking: 'JD1' })
    expect([view().statuses.shipping, view().notes[1]?.tracking]).toEqual(['ASS', 'JD1'])
  })

  test('splits what cannot be delivered into a child order, and no amount is lost', async () => {
    const { staff, view, id } = await start()
    staff.do({ action: 'setQuantities', order, rows: [{ productId: 1001, quantity: '2' }] })
    const [made] = staff.do({ action: 'split', order, rows: [{ externalRef: 'line-1', quantity: 1 }] })
    const child = view(Number(made?.child))
    expect(child).toMatchObject({
      parentId: id,
      externalRef: undefined,
      instanceId: undefined,
      ref: 'WEB-10482',
      status: { id: 8 },
      channelId: 3,
      rows: [{ productId: 1001, quantity: '1', net: '75.00', tax: '15.00', externalRef: undefined }],
    })
    expect(view()).toMatchObject({ children: [child.id], total: { gross: '96.00' } })
    expect(() => staff.do({ action: 'split', order, rows: [{ externalRef: 'line-1', quantity: 2 }] })).toThrow()
  })

  test('leaves reserved what stays with the parent', async () => {
    const { staff, view, catalogue } = await start()
    catalogue.setStock(1001, 2, { inStock: 1, allocated: 0 })
    staff.do({ action: 'allocate', order })
    const [made] = staff.do({ action: 'split', order, rows: [{ externalRef: 'line-1', quantity: 1 }] })
    expect(view()).toMatchObject({ reservation: { warehouseId: 2 }, statuses: { allocation: 'AAA' } })
    expect(view(Number(made?.child)).statuses.allocation).toBe('ANA')
    staff.do({ action: 'setQuantities', order, rows: [{ productId: 1001, quantity: 0 }] })
    expect([view().reservation, catalogue.stock(1001).get(2)?.allocated]).toEqual([undefined, 0])
  })

  test('invoices all of an order, once, which locks it', async () => {
    const { staff, view, get, id } = await start()
    const [made] = staff.do({ action: 'invoice', order, taxDate: '2026-01-20' })
    expect(made?.invoice).toMatch(/^SI-\d+$/)
    expect(view().status.id).toBe(4)
    const [shown] = (await get(`/order-service/order/${id}`)).body.response
    expect(shown).toMatchObject({
      state: { tax: 'INVOICED' },
      closedOn: '2026-01-15T12:00:00.000+00:00',
      invoices: [
        {
          invoiceReference: made?.invoice,
          taxDate: '2026-01-20T00:00:00.000+00:00',
          originalInvoiceDate: '2026-01-15T12:00:00.000+00:00',
        },
      ],
    })
    expect(() => staff.do({ action: 'invoice', order })).toThrow(/invoiced/)
    expect(() => staff.do({ action: 'cancel', order })).toThrow(/invoiced/)
  })

  test('invoices a part: the rest goes to a child order that has an invoice of its own', async () => {
    const { staff, view } = await start()
    const [made] = staff.do({
      action: 'invoice',
      order,
      rows: [
        { externalRef: 'line-1', quantity: 1 },
        { externalRef: 'ship-1', quantity: 1 },
      ],
    })
    expect(view().total.gross).toBe('96.00')
    const child = Number(made?.child)
    expect(view(child)).toMatchObject({ invoice: undefined, total: { gross: '90.00' } })
    const [second] = staff.do({ action: 'invoice', order: child })
    expect(second?.invoice).not.toBe(made?.invoice)
  })

  test('cancels parts, credits rows and compensations, and pays back', async () => {
    const { staff, view, id } = await start()
    const [receipt] = staff.do({ action: 'pay', order, type: 'RECEIPT', amount: '186.00', transactionRef: 'r1' })
    expect([view().paid, receipt?.payment]).toEqual(['186.00', expect.any(Number)])
    const [made] = staff.do({
      action: 'credit',
      order,
      rows: [{ sku: 'TJ-MOS-S', quantity: 1 }],
      extra: [{ name: 'Compensation', quantity: 1, taxCode: 'T20', net: '10.00', tax: '2.00', nominalCode: '4070' }],
      status: 41,
    })
    const credit = Number(made?.credit)
    staff.do({ action: 'pay', order: credit, type: 'PAYMENT', amount: '102.00', transactionRef: 'p1' })
    expect(view(credit)).toMatchObject({ type: 'SC', parentId: id, status: { id: 41 }, total: { gross: '102.00' } })
    expect(view().credits).toEqual([credit])
    staff.do({ action: 'setQuantities', order, rows: [{ productId: 1001, quantity: 0 }] })
    expect(view().total.gross).toBe('6.00')
  })

  test('does by force what should not be: ships a cancelled order, deletes a shipped note, deletes an order', async () => {
    const { staff, view, catalogue, get, id } = await start()
    staff.do({ action: 'cancel', order })
    expect(() => staff.do({ action: 'ship', order })).toThrow(/cancelled/)
    const [made] = staff.do({ action: 'ship', order, force: true })
    expect(view()).toMatchObject({ cancelled: true, statuses: { shipping: 'ASS' } })
    expect(() => staff.do({ action: 'deleteNote', note: made?.note })).toThrow(/shipped/)
    staff.do({ action: 'deleteNote', note: made?.note, force: true })
    expect(catalogue.stock(1001).get(2)).toMatchObject({ inStock: 10, allocated: 0 })
    staff.do({ action: 'deleteOrder', order })
    expect((await get(`/order-service/order/${id}`)).body.response).toEqual([])
  })

  test('sells by telephone, buys, and changes a contact', async () => {
    const { staff, view } = await start()
    const goods = { productId: 1002, quantity: 1, taxCode: 'T20', net: '75.00', tax: '15.00' }
    const [sold, bought] = staff.do(
      { action: 'sell', contact: 7001, rows: [goods] },
      { action: 'purchase', rows: [{ productId: 1002, quantity: 30 }], deliveryDate: '2026-03-01' },
      {
        action: 'changeContact',
        contact: 7001,
        patch: [{ op: 'replace', path: '/communication/emails/PRI/email', value: 'tom@new.example' }],
      },
      { action: 'tagContact', contact: 7001, tags: [9, 11] },
      { action: 'orderFields', order, patch: [{ op: 'add', path: '/PCF_SMS', value: true }] },
      { action: 'addRow', order, row: goods },
    )
    expect(view(Number(sold?.order))).toMatchObject({ channelId: 1, externalRef: undefined })
    expect(view(Number(bought?.order))).toMatchObject({ type: 'PO', deliveryDate: Date.UTC(2026, 2, 1) })
    expect(staff.contacts({ email: 'TOM@new.example' })).toMatchObject([{ id: 7001, tagIds: [9, 11] }])
    expect(view()).toMatchObject({ customFields: { PCF_SMS: true }, total: { gross: '276.00' } })
    // None of it counts as made by the API.
    expect(staff.account().created).toMatchObject({ salesOrders: 1, purchaseOrders: 0, contacts: 0 })
  })
})

test('is played over HTTP, which is neither logged nor counted', async () => {
  const { raw, server, id } = await start()
  const calls = server.log.counters().calls
  const act = (body: unknown) => raw('/__sandbox/staff', { method: 'POST', body: JSON.stringify(body) })
  const done = await act([
    { action: 'allocate', order },
    { action: 'ship', order: id, tracking: 'JD1' },
  ])
  expect([done.status, done.body]).toEqual([
    200,
    { results: [{ rows: expect.any(Object) }, { note: expect.any(Number) }] },
  ])
  const wrong = await act({ action: 'shipp', order })
  expect([wrong.status, wrong.body.error]).toEqual([
    400,
    expect.stringContaining('There is no action "shipp". Known: setStatus'),
  ])
  expect((await act({ action: 'ship', order, trackng: 'x' })).body.error).toContain('trackng is not a known field')
  const [seen] = (await raw(`/__sandbox/orders?externalRef=${order}`)).body
  expect(seen).toMatchObject({ id, statuses: { shipping: 'ASS' }, notes: [{ tracking: 'JD1' }] })
  expect((await raw('/__sandbox/contacts?email=ida.berg@example.com')).body).toHaveLength(2)
  expect((await raw('/__sandbox/account')).body).toMatchObject({
    created: { salesOrders: 1 },
    twice: { salesOrders: {} },
  })
  await raw('/__sandbox/reset-counters', { method: 'POST' })
  expect((await raw('/__sandbox/account')).body.created.salesOrders).toBe(0)
  expect(server.log.counters().calls).toBe(0)
  expect(calls).toBe(1)
})
