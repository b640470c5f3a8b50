import { afterEach, beforeEach, expect, test } from 'vitest'
import { createClock } from '../../common/clock.ts'
import { jacket, ONHAND_HEADER, PRICE_HEADER, PRODUCT_HEADER, startTestNorce, type TestNorce } from '../test-client.ts'
import { reply, startReceiver, type TestReceiver } from '../test-receiver.ts'
import { EVENT_TYPES, type EventType } from './event-types.ts'

const ORDER = { items: [{ partNo: 'X', price: 10 }] }

let client: TestNorce
let receiver: TestReceiver

beforeEach(async () => {
  receiver = await startReceiver()
  client = await startTestNorce({
    clock: createClock({ speed: 200 }),
    switches: { retrySpeed: 5 },
    events: Object.fromEntries(
      EVENT_TYPES.map((type) => [type, { url: `${receiver.url}/${type}`, headers: { 'x-secret': 's3cret' } }]),
    ),
  })
})
afterEach(async () => {
  await client.norce.stop()
  await receiver.stop()
})

const types = () => receiver.calls.map(({ path }) => path.slice(1))
const bodies = (type: EventType) => receiver.calls.filter(({ path }) => path === `/${type}`).map(({ body }) => body)
const acknowledge = (ref: number, OrderStatus = 'Confirmed') =>
  client.message('SendOrderStatus', { ClientOrderRef: ref, ErpOrderNo: `SO-${ref}`, OrderStatus })
const seen = async (count: number) => {
  await expect.poll(() => receiver.calls.length, { timeout: 90_000 }).toBe(count)
  await client.norce.shop.idle()
}

test('flat bodies, no type in them, static headers; received knows no order id', async () => {
  const { ref } = client.norce.shop.place(ORDER)
  await acknowledge(ref)
  await seen(2)
  expect(receiver.calls[0]?.headers['x-secret']).toBe('s3cret')
  expect(bodies('OrderReceivedEvent')).toEqual([
    {
      ClientId: 1017,
      ApplicationId: 1301,
      ClientOrderRef: String(ref),
      Email: 'maja.lind@example.com',
      CellPhone: null,
      FirstName: 'Maja',
      LastName: 'Lind',
      Source: 'WEB',
    },
  ])
  expect(bodies('OrderConfirmedEvent')).toMatchObject([
    { OrderId: 880_123, OrderNo: `SO-${ref}`, ClientOrderRef: String(ref) },
  ])
})

test('confirmed comes once per order; delivered, cancelled and the result of a capture', async () => {
  const { ref } = client.norce.shop.place({ ...ORDER, event: false })
  await acknowledge(ref)
  await acknowledge(ref, 'Allocation')
  await acknowledge(ref)
  await client.message('CreateDeliveryNote', {
    OrderNo: `SO-${ref}`,
    NoteNo: 'DN-1',
    DeliveryDate: '2026-03-20T00:00:00',
    DeliveryNoteItems: [{ RowNumber: 1, Qty: 1 }],
  })
  await client.message('CreateInvoice', {
    ClientOrderRef: ref,
    ErpOrderNo: `SO-${ref}`,
    CurrencyCode: 'GBP',
    InvoiceNo: 'I-1',
    InvoiceDate: '2026-03-20T00:00:00',
    Items: [{ PartNo: 'X', Quantity: 1, UnitPrice: 10, UnitVat: 2 }],
  })
  await seen(3)
  client.norce.shop.act(ref, { action: 'cancel' })
  await seen(4)
  expect(types().sort()).toEqual([
    'InvoiceCaptureCompletedEvent',
    'OrderCancelledEvent',
    'OrderConfirmedEvent',
    'OrderDeliveredEvent',
  ])
  expect(bodies('InvoiceCaptureCompletedEvent')).toEqual([
    { ClientId: 1017, ApplicationId: 1301, CapturedInvoiceId: 77_120, State: 'Captured' },
  ])
})

test('a failed delivery is repeated on the plan; a slow receiver too', async () => {
  client.norce.setSwitches({ eventTimeoutMs: 50 })
  receiver.answer = (response, _call, count) => {
    if (count === 1) reply(response, 500, {})
    else if (count === 2) reply(response, 302, {})
    else if (count > 3) reply(response, 202, {})
  }
  client.norce.shop.place(ORDER)
  await seen(4)
  expect(client.norce.shop.events()).toMatchObject([
    { type: 'OrderReceivedEvent', state: 'delivered', tries: [500, 302, null, 202] },
  ])
})

test('doubles, losses and overtaking, every n-th', async () => {
  client.norce.setSwitches({ eventTwiceEvery: 2, eventLostEvery: 3, eventLateEvery: 4, eventLateMs: 100_000 })
  const refs = [1, 2, 3, 4, 5].map(() => client.norce.shop.place(ORDER).ref)
  await seen(6)
  const order = bodies('OrderReceivedEvent').map(({ ClientOrderRef }) => refs.indexOf(Number(ClientOrderRef)) + 1)
  expect(order.toSorted()).toEqual([1, 2, 2, 4, 4, 5])
  expect(order.slice(-2)).toEqual([4, 4])
  expect(client.norce.shop.events().filter(({ state }) => state === 'lost')).toHaveLength(1)
})

test('our own imports come back as events, once per SKU and kind; nothing for what did not change', async () => {
  const header = (fields: object) => JSON.stringify({ AccountId: 71, ...fields })
  const imported = async (name: string, fields: object, items: readonly unknown[]) =>
    expect((await client.post(name, header(fields), items)).status).toBe(200)
  await imported('ImportProducts', PRODUCT_HEADER, [jacket(['M'])])
  await seen(2)
  expect(bodies('SkuChangedNotification')).toEqual([
    { ClientId: 1017, ApplicationId: 1301, PartNo: '210455-M', EntityChanged: 'tClientProductSku' },
  ])
  expect(bodies('JobCompletedEvent')).toMatchObject([{ JobId: 1_048_219, StatusId: 2 }])
  const price = [{ PartNo: '210455-M', PriceListCode: 'UK-WEB', PriceSale: 10, IsActive: true }]
  await imported('ImportSkuPriceLists', PRICE_HEADER, price)
  await imported('ImportOnhands', ONHAND_HEADER, [
    { PartNo: '210455-M', WarehouseCode: 'CW1', LocationCode: 'MAIN', OnhandValue: 3 },
  ])
  await seen(7)
  expect(bodies('SkuPriceChangedNotification')).toMatchObject([
    { PricelistId: 14, PricelistCode: 'UK-WEB', PriceSaleValue: 10, QuantityBreak: 1 },
  ])
  await imported('ImportSkuPriceLists', PRICE_HEADER, price)
  await seen(8)
  expect(types().at(-1)).toBe('JobCompletedEvent')
})

test('customers that the shop changes, and events by hand', async () => {
  await client.control('customers', {
    customers: [{ Code: 'K1', FirstName: 'A', LastName: 'B', EmailAddress: 'a@example.com' }],
  })
  await seen(1)
  expect(bodies('CustomerChangedNotification')).toEqual([
    { ClientId: 1017, ApplicationId: 1301, CustomerId: 30_077, EntityChanged: 'tClientCustomer' },
  ])
  await client.control('events', { type: 'OrderCancelledEvent', fields: { OrderId: 1 } })
  await seen(2)
  expect(bodies('OrderCancelledEvent')).toEqual([{ ClientId: 1017, ApplicationId: 1301, OrderId: 1 }])
  expect((await client.control('events', { type: 'Nothing' })).status).toBe(400)
})

test('targets by the control endpoint; nothing is kept of events without one', async () => {
  expect((await client.control('event-targets', { OrderReceivedEvent: null, Nothing: null })).status).toBe(400)
  await client.control('event-targets', { OrderReceivedEvent: null })
  client.norce.shop.place(ORDER)
  await client.control('event-targets', { OrderReceivedEvent: { url: `${receiver.url}/again` } })
  const { ref } = client.norce.shop.place(ORDER)
  await seen(1)
  expect(receiver.calls).toMatchObject([{ path: '/again', body: { ClientOrderRef: String(ref) } }])
  expect((await client.control('events')).body).toMatchObject([{ state: 'delivered' }])
})
