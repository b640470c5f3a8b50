import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { startTestNorce, type TestNorce } from '../test-client.ts'
import { minorUnits, plus, rounded, times } from './amounts.ts'

let client: TestNorce

beforeEach(async () => {
  client = await startTestNorce({
    assortment: {
      partNos: () => ['JACKET-M', 'SCREW-1', 'BOOK-1'],
      item: (partNo) =>
        ({
          'JACKET-M': { name: 'Jacket M', prices: { GBP: 74.9583, EUR: 84.034, SEK: 958.4, JPY: 13_800 } },
          'SCREW-1': { name: 'Screw', prices: { GBP: 1.625 } },
          'BOOK-1': { name: 'Book', prices: { GBP: 9.5 }, vatRate: 0 },
        })[partNo],
    },
  })
})
afterEach(() => client.norce.stop())

type Json = Record<string, unknown>

const place = (order: Json) => client.norce.shop.place(order)
const request = (ref: number) =>
  client.norce.shop.orderRequest(ref) as { Items: Json[]; Payments: Json[]; Fees: Json[] } & Json

describe('placing orders', () => {
  test('one row by card: unit price ex VAT with four decimals, VAT of one unit, payment in whole pence', () => {
    const { ref } = place({ items: [{ partNo: 'JACKET-M', quantity: 2 }], freight: 4.125 })
    expect(ref).toBe(554_871)
    expect(request(ref)).toMatchObject({
      ClientOrderRef: '554871',
      ErpOrderNo: null,
      SubmitDate: '2026-03-19T10:02:11.437',
      CurrencyCode: 'GBP',
      DoHold: false,
      Payments: [{ PaymentMethodCode: 'CARD', Amount: 184.85, CurrencyCode: 'GBP' }],
      Items: [
        {
          LineNo: 1,
          Type: 'ErpStandard',
          TypeGroup: 'Physical',
          PartNo: 'JACKET-M',
          Quantity: 2,
          UnitPrice: 74.9583,
          UnitVat: 14.9917,
          VatRate: 20,
        },
        {
          LineNo: 2,
          Type: 'Freight',
          TypeGroup: 'Fee',
          PartNo: 'FREIGHT',
          Quantity: 1,
          UnitPrice: 4.125,
          UnitVat: 0.825,
        },
      ],
      Fees: [],
      Header: { ApplicationKey: '7d7a5b35-2c1d-4c1f-9a8e-3f6d2b7c1e90' },
      OrderType: 1,
      Source: 'WEB',
    })
  })

  test('code values have their code in Code2, not in Code', () => {
    const { ref } = place({ items: [{ partNo: 'JACKET-M' }], infos: { GIFT: 'gift' } })
    expect(request(ref).AdditionalInfo).toEqual([{ Id: 7, Code: 'Gift', Value: 'gift', Code2: 'GIFT' }])
  })

  test('percentage, fixed code and free item: unit prices after promotions, originals beside', () => {
    const { ref } = place({
      items: [
        { partNo: 'JACKET-M', quantity: 2 },
        { partNo: 'SCREW-1', quantity: 1000 },
      ],
      promotions: [
        { code: 'TEN', percent: 10, partNos: ['JACKET-M'] },
        { code: 'FIVE', amount: 5 },
        { code: 'FREE', freeItem: 'BOOK-1' },
      ],
    })
    const { Items, Discounts } = request(ref)
    expect(Items[0]).toMatchObject({
      UnitPriceOriginal: 74.9583,
      Promotions: [{ DiscountCode: 'TEN' }, { DiscountCode: 'FIVE' }],
    })
    expect(Items[2]).toMatchObject({ PartNo: 'BOOK-1', UnitPrice: 0, UnitVat: 0, UnitPriceOriginal: 9.5 })
    expect(Discounts).toMatchObject([{ Code: 'TEN', Amount: 14.9916 }, { Code: 'FIVE' }, { Code: 'FREE', Amount: 9.5 }])
    const off = Items.map((item) =>
      times((item.UnitPriceOriginal as number) - (item.UnitPrice as number), item.Quantity as number),
    )
    expect(plus(...(Discounts as { Amount: number }[]).map(({ Amount }) => Amount))).toBeCloseTo(plus(...off), 6)
  })

  test('gift card bought and used, invoice fee, several payments', () => {
    const { ref } = place({
      items: [{ partNo: 'BOOK-1' }],
      invoiceFee: 2,
      giftCardBought: 50,
      giftCardUsed: 10,
      payments: [{ method: 'SWISH', amount: 1.9 }, { method: 'CARD' }],
    })
    const { Items, Payments } = request(ref)
    expect(Items).toMatchObject([
      { PartNo: 'BOOK-1', VatRate: 0 },
      { Type: 'GiftCertificate', TypeGroup: 'Virtual', UnitPrice: 50, UnitVat: 0 },
      { Type: 'Invoice', TypeGroup: 'Fee', UnitPrice: 2, UnitVat: 0.4 },
    ])
    expect(Payments).toMatchObject([
      { PaymentMethodCode: 'GIFTCARD', Amount: 10 },
      { PaymentMethodCode: 'SWISH', Amount: 1.9 },
      { PaymentMethodCode: 'CARD', Amount: 50 },
    ])
    expect(client.norce.shop.order(ref)).toMatchObject({ captured: 11.9, reserved: 50 })
  })

  test('export, reverse charge, another country of the union, a currency without minor units', () => {
    const rateOf = (order: Json) => request(place({ items: [{ partNo: 'JACKET-M' }], ...order }).ref).Items[0]?.VatRate
    expect(rateOf({ shipTo: { country: 'US' } })).toBe(0)
    expect(rateOf({ application: 'SE' })).toBe(25)
    expect(rateOf({ application: 'SE', shipTo: { country: 'FI' } })).toBe(25.5)
    expect(rateOf({ application: 'SE', shipTo: { country: 'FI' }, company: { name: 'Oy', vatNo: 'FI1' } })).toBe(0)
    expect(rateOf({ vat: 5 })).toBe(5)
    expect(place({ application: 'JP', items: [{ partNo: 'JACKET-M' }] })).toMatchObject({
      currency: 'JPY',
      due: 15_180,
    })
  })

  test('addresses: the same everywhere, another receiver, none', () => {
    const { ref } = place({
      items: [{ partNo: 'BOOK-1' }],
      company: { name: 'Berg Bygg AB', vatNo: 'SE1' },
      billTo: { line1: 'Industrivägen 9', country: 'SE' },
      shipTo: null,
    })
    expect(request(ref)).toMatchObject({
      SellTo: { Company: { Name: 'Berg Bygg AB' }, Person: { Address: { Line1: '14 Mill Lane', Type: null } } },
      BillTo: { Person: { Address: { Line1: 'Industrivägen 9', City: null, Country: 'SE' } } },
      ShipTo: null,
    })
  })

  test.each([
    [{ items: [] }, 'An order needs "items"'],
    [{ items: [{ partNo: 'NOTHING' }] }, 'NOTHING has no price in GBP'],
    [{ items: [{ partNo: 'BOOK-1', qty: 2 }] }, '"items" has no "qty"'],
    [{ items: [{ partNo: 'BOOK-1' }], colour: 1 }, 'An order has no "colour"'],
    [{ items: [{ partNo: 'BOOK-1' }], application: 9 }, 'There is no application 9'],
    [
      { items: [{ partNo: 'BOOK-1' }], payments: [{ method: 'CARD', amount: 1 }] },
      'The payments come to 1, the order to 9.5',
    ],
    [{ items: [{ partNo: 'BOOK-1' }], payments: [{ method: 'CASH' }] }, 'There is no payment method CASH'],
    [{ items: [{ partNo: 'BOOK-1' }], date: '2026-03-19T10:00:00' }, '"date" must be an instant with a zone'],
    [{ items: [{ partNo: 'BOOK-1' }], address: { line1: 'x'.repeat(101) } }, 'at most 100 characters'],
  ])('refuses %j', async (order, message) => {
    expect(() => place(order)).toThrow(message)
    const answer = await client.control('orders', order)
    expect(answer.status).toBe(400)
    expect(client.norce.shop.orders()).toEqual([])
  })

  test('random orders are the same for the same seed, and payments always come to the rows', async () => {
    const again = await startTestNorce({
      assortment: { partNos: () => [], item: () => ({ name: 'x', prices: { GBP: 3 } }) },
    })
    try {
      const bulk = { count: 150, seed: 4, partNos: ['JACKET-M', 'SCREW-1', 'BOOK-1'] }
      const { refs } = client.norce.shop.placeRandom(bulk)
      const first = again.norce.shop.placeRandom(bulk).refs.map((ref) => again.norce.shop.order(ref))
      const second = again.norce.shop.placeRandom(bulk).refs.map((ref) => again.norce.shop.order(ref))
      expect(first.map((order) => order?.rows)).toEqual(second.map((order) => order?.rows))
      const orders = refs.map((ref) => ({ order: client.norce.shop.order(ref), sent: request(ref) }))
      for (const { order, sent } of orders) {
        const total = plus(
          ...sent.Items.map((item) =>
            times(plus(item.UnitPrice as number, item.UnitVat as number), item.Quantity as number),
          ),
        )
        expect(total).toBe(order?.totalIncVat)
        if (sent.Payments.length > 0) {
          expect(plus(...sent.Payments.map((payment) => payment.Amount as number))).toBe(
            rounded(total, minorUnits('GBP')),
          )
        }
      }
      const kinds = new Set(orders.flatMap(({ sent }) => sent.Items.map((item) => item.Type)))
      expect(kinds).toEqual(new Set(['ErpStandard', 'Freight', 'Invoice', 'GiftCertificate', 'CentRounding']))
      expect(orders.some(({ sent }) => sent.Payments.length === 0)).toBe(true)
      expect(orders.some(({ sent }) => sent.Payments.length > 1)).toBe(true)
    } finally {
      await again.norce.stop()
    }
  })

  test('a fixed discount never takes off more than asked by more than what unit prices cannot express', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 9_999_999 }),
        fc.integer({ min: 1, max: 1000 }),
        fc.integer({ min: 1, max: 50_000 }),
        (price, quantity, amount) => {
          const { ref } = place({
            items: [{ partNo: 'JACKET-M', quantity, price: price / 10_000 }, { partNo: 'BOOK-1' }],
            promotions: [{ code: 'X', amount: amount / 100 }],
            payments: [],
          })
          const [discount] = request(ref).Discounts as { Amount: number }[]
          const worth = plus(times(price / 10_000, quantity), 9.5)
          const off = Math.abs((discount?.Amount ?? 0) - Math.min(amount / 100, worth))
          return off <= 0.0001 * quantity
        },
      ),
      { numRuns: 60 },
    )
  })
})

describe('Query Orders', () => {
  const expand = 'Items,Payer,Buyer,ShipTo,Infos'

  test('rows without unit VAT, persons, infos; no payments, no total, no application key', async () => {
    const { ref } = place({ items: [{ partNo: 'JACKET-M', quantity: 2 }], freight: 4.125, infos: { GIFT: 'gift' } })
    const [order] = (await client.rows(`Orders/Orders?$filter=QuotationId eq ${ref}&$expand=${expand}`)) as [Json]
    expect(order).toMatchObject({
      Id: 880_123,
      ApplicationId: 1301,
      QuotationId: ref,
      OrderNo: String(ref),
      StatusId: 0,
      OrderDate: '2026-03-19T10:02:11.4366667Z',
      BuyerCustomerId: null,
      PaymentTerms: 'CARD',
      DeliveryMode: 'STANDARD',
      VatRate: 0,
      FreightCost: 4.125,
      Updated: null,
      Items: [
        { LineNumber: 1, LineAmount: 149.9166, VatRate: 20, PriceSale: 74.9583 },
        { LineNumber: 2, LineAmount: 4.125 },
      ],
      Buyer: { FirstName: 'Maja', EmailAddress: 'maja.lind@example.com', CountryId: 2 },
      Payer: { LastName: 'Lind' },
      ShipTo: { City: 'Bristol' },
      Infos: [{ TypeId: 7, Value: 'gift' }],
    })
    const names = [...Object.keys(order), ...(order.Items as Json[]).flatMap((row) => Object.keys(row))]
    expect(names.filter((name) => /Payments?$|UnitVat|Total|Key/.test(name))).toEqual([])
  })

  test('the incremental filter needs Created where Updated is null', async () => {
    place({ items: [{ partNo: 'BOOK-1' }] })
    const since = '2026-03-19T00:00:00Z'
    expect(await client.rows(`Orders/Orders?$filter=Updated ge ${since}`)).toEqual([])
    const filter = `ApplicationId eq 1301 and (Updated ge ${since} or (Updated eq null and Created ge ${since}))`
    expect(await client.rows(`Orders/Orders?$filter=${encodeURIComponent(filter)}&$orderby=Id&$top=100`)).toHaveLength(
      1,
    )
  })

  test('the application header does not filter, every application may be named in it; rows and jobs of orders are no sets', async () => {
    place({ items: [{ partNo: 'BOOK-1' }] })
    place({ items: [{ partNo: 'JACKET-M' }], application: 'SE' })
    const { status, ids } = await client
      .query('Orders/Orders', { applicationId: '1303' })
      .then(async (answer) => ({ status: answer.status, ids: ((await answer.json()) as { value: Json[] }).value }))
    expect(status).toBe(200)
    expect(ids.map((order) => order.ApplicationId)).toEqual([1301, 1303])
    expect(await client.rows('Orders/Orders?$filter=ApplicationId eq 1303')).toHaveLength(1)
    expect((await client.query('Orders/OrderItems')).status).toBe(404)
    expect((await client.query('Orders/Orders?$expand=Payments')).status).toBe(400)
    expect((await client.query('Orders/Orders?$select=OrderTotal')).status).toBe(400)
    expect((await client.query('Orders/DeliveryNotes')).status).toBe(200)
    client.norce.setSwitches({ deliveryNotesInQuery: false })
    expect((await client.query('Orders/DeliveryNotes')).status).toBe(404)
  })

  test('applications with their guid', async () => {
    expect(await client.rows('Core/Applications?$select=Id,Key&$top=2')).toEqual([
      { Id: 1301, Key: '7d7a5b35-2c1d-4c1f-9a8e-3f6d2b7c1e90' },
      { Id: 1302, Key: '1f0c6a8e-59d4-4b8b-8c53-0c1b4a1d7e02' },
    ])
  })
})

describe('Services', () => {
  const json = async (path: string) => (await client.services(path)).json()

  test('an order by number and by basket, with totals, a factor for VAT and Microsoft dates', async () => {
    const { ref } = place({ items: [{ partNo: 'JACKET-M', quantity: 2 }] })
    const order = await json(`order/1.1/GetOrderByBasket?basketId=${ref}`)
    expect(order).toMatchObject({
      QuotationId: ref,
      OrderDate: `/Date(${Date.UTC(2026, 2, 19, 10, 2, 11, 437)}+0000)/`,
      Status: 'Created',
      OrderTotalExVat: 149.9166,
      OrderTotalIncVat: 179.9,
      Items: [{ RowNumber: 1, VatRate: 1.2, RowAmount: 149.9166 }],
    })
    expect(await json(`order/1.1/GetOrderByNo?orderno=${ref}`)).toEqual(order)
    expect(await json('order/1.1/GetOrderByNo?orderno=x')).toBeNull()
    client.norce.setSwitches({ servicesNotFound: 'empty' })
    const nothing = await client.services('order/1.1/GetOrderByNo?orderno=x')
    expect([nothing.status, await nothing.text()]).toEqual([200, ''])
  })

  test('the list needs something to narrow it, and pages from 1', async () => {
    for (let count = 0; count < 3; count += 1) place({ items: [{ partNo: 'BOOK-1' }] })
    expect((await client.services('order/1.1/ListOrders3?statusSeed=0')).status).toBe(400)
    expect(
      await json('order/1.1/ListOrders3?fromDate=2026-03-19T00:00:00.000Z&statusSeed=0,2&pageNo=2&pageSize=2'),
    ).toMatchObject({
      ItemCount: 3,
      Items: [{ QuotationId: 554_873 }],
    })
    expect(await json('order/1.1/ListOrders3?fromDate=2027-01-01T00:00:00.000Z')).toEqual({ ItemCount: 0, Items: [] })
  })

  test('the order request: as pushed, with dates of Services, or absent', async () => {
    const { ref } = place({ items: [{ partNo: 'BOOK-1' }] })
    const path = `shopping/1.1/GetOrderRequest?basketId=${ref}`
    expect(await json(path)).toEqual(request(ref))
    client.norce.setSwitches({ getOrderRequest: 'pushedWithServicesDates' })
    expect(await json(path)).toMatchObject({
      ClientOrderRef: String(ref),
      SubmitDate: expect.stringMatching(/^\/Date\(\d+\+0000\)\/$/),
    })
    client.norce.setSwitches({ getOrderRequest: 'absent' })
    expect((await client.services(path)).status).toBe(404)
  })

  test('a token is needed, and format=json', async () => {
    const url = `${client.norce.url}/commerce/order/1.1/GetOrderByNo?orderno=1`
    expect((await fetch(url)).status).toBe(401)
    const plain = await fetch(url, { headers: { Authorization: `Bearer ${await client.token()}` } })
    expect(plain.headers.get('content-type')).toBe('application/xml')
  })
})

describe('looking in and meddling', () => {
  test('orders over the control endpoint: one, several, many', async () => {
    expect(await client.control('orders', { items: [{ partNo: 'BOOK-1' }], ref: 42 })).toMatchObject({
      status: 200,
      body: { ref: 42 },
    })
    expect((await client.control('orders', { ref: 42, items: [{ partNo: 'BOOK-1' }] })).body).toEqual({
      error: 'There is an order 42 already.',
    })
    expect((await client.control('orders', [{ items: [{ partNo: 'BOOK-1' }] }])).body).toHaveLength(1)
    expect((await client.control('orders', { count: 5, seed: 2, odd: false, partNos: ['BOOK-1'] })).body).toMatchObject(
      {
        refs: [554_872, 554_873, 554_874, 554_875, 554_876],
      },
    )
    expect((await client.control('orders')).body).toHaveLength(7)
    expect((await client.control('state')).body).toMatchObject({
      orders: { total: 7, unacknowledged: 7, byStatus: { Created: 7 } },
    })
    expect((await client.control('orders/42')).body).toMatchObject({
      status: 'Created',
      orderRequest: { ClientOrderRef: '42' },
      pushes: [],
    })
    expect((await client.control('orders/43')).status).toBe(400)
  })

  test('refund, capture and cancel in the shop', async () => {
    const { ref } = place({ items: [{ partNo: 'JACKET-M', quantity: 2 }] })
    const act = async (action: Json) => (await client.control(`orders/${ref}`, action)).body
    expect(await act({ action: 'refund', amount: 1 })).toEqual({ error: '1 is more than the 0 that can be refunded.' })
    expect(await act({ action: 'capture' })).toMatchObject({ captured: 179.9, reserved: 0 })
    expect(await act({ action: 'refund', items: [{ lineNo: 1, quantity: 1 }] })).toMatchObject({
      refunded: 89.95,
      invoices: [{ invoiceNo: `R${ref}-1`, credit: true, amount: 89.95, state: 'refunded' }],
    })
    expect(await act({ action: 'refund', items: [{ lineNo: 1, quantity: 2 }] })).toMatchObject({
      error: expect.stringContaining('more than is left'),
    })
    expect(await client.rows('Orders/Invoices?$expand=*')).toMatchObject([
      {
        TypeId: 2,
        ReferenceOrderId: 880_123,
        UpdatedBy: null,
        CreatedBy: 45,
        Items: [{ PartNo: 'JACKET-M', Quantity: 1 }],
      },
    ])
    expect(await act({ action: 'cancel' })).toMatchObject({ status: 'Cancelled', refunded: 179.9 })
    expect(await client.rows('Orders/Orders?$select=StatusId,UpdatedBy')).toEqual([{ StatusId: 6, UpdatedBy: 45 }])
    expect(await act({ action: 'dance' })).toMatchObject({ error: expect.stringContaining('cancel, refund') })
  })
})
