import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { startTestNorce, type TestNorce } from '../test-client.ts'

type Json = Record<string, unknown>

let client: TestNorce
let ref: number

beforeEach(async () => {
  client = await startTestNorce({
    assortment: {
      partNos: () => ['JACKET-M', 'BOOK-1'],
      item: (partNo) =>
        ({
          'JACKET-M': { name: 'Jacket M', prices: { GBP: 100 } },
          'BOOK-1': { name: 'Book', prices: { GBP: 10 }, vatRate: 0 },
        })[partNo],
    },
  })
  ref = client.norce.shop.place({
    items: [{ partNo: 'JACKET-M', quantity: 3 }, { partNo: 'BOOK-1' }],
    freight: 5,
  }).ref
})
afterEach(() => client.norce.stop())

const order = () => client.norce.shop.order(ref)
const send = async (method: string, body: Json) => {
  const response = await client.message(method, body)
  const text = await response.text()
  return text === '' ? response.status : `${response.status} ${(JSON.parse(text) as { Message: string }).Message}`
}
const acknowledge = () => send('SendOrderStatus', { ClientOrderRef: ref, ErpOrderNo: 'SO-1', OrderStatus: 'Confirmed' })
const settled = async () => {
  client.clock.advance(10_000)
  await new Promise((resolve) => setImmediate(resolve))
}

const note = (changes: Json = {}): Json => ({
  OrderNo: 'SO-1',
  NoteNo: 'DN-1',
  DeliveryDate: '2026-03-20T13:30:00',
  DeliveryNoteItems: [{ RowNumber: 1, ItemNo: 'JACKET-M', Qty: 1 }],
  ...changes,
})

const invoice = (changes: Json = {}): Json => ({
  InvoiceNo: 'INV-1',
  ClientOrderRef: ref,
  ErpOrderNo: 'SO-1',
  InvoiceDate: '2026-03-20T14:00:00',
  CurrencyCode: 'GBP',
  IsLastInvoiceForOrder: false,
  Items: [{ LineNo: 1, PartNo: 'JACKET-M', Quantity: 1, UnitPrice: 100, UnitVat: 20, VatRate: 20 }],
  ...changes,
})

describe('SendOrderStatus', () => {
  test('the first number is bound: OrderNo becomes it, status on order and rows, Updated by the account', async () => {
    expect(await acknowledge()).toBe(200)
    expect(order()).toMatchObject({ status: 'Confirmed', orderNo: 'SO-1', erpOrderNo: 'SO-1' })
    expect(
      await client.rows("Orders/Orders?$filter=OrderNo eq 'SO-1'&$select=QuotationId,StatusId,UpdatedBy&$expand=Items"),
    ).toMatchObject([
      { QuotationId: ref, StatusId: 2, UpdatedBy: 71, Items: [{ StatusId: 2 }, { StatusId: 2 }, { StatusId: 2 }] },
    ])
    expect(await client.rows(`Orders/Orders?$filter=OrderNo eq '${ref}'`)).toEqual([])
    // Either reference is enough afterwards.
    expect(await send('SendOrderStatus', { ErpOrderNo: 'SO-1', OrderStatus: 'Allocation' })).toBe(200)
    expect(order()?.status).toBe('Allocation')
  })

  test('rows by text line numbers, infos of known types', async () => {
    const body = {
      ClientOrderRef: ref,
      OrderStatus: 'PartlyDelivered',
      AccountId: 71,
      Infos: [
        { Code: 'WMS_REF', Value: 'W-1' },
        { Code: 'NOBODY', Value: 'x' },
      ],
      ItemStatuses: [{ LineNo: '1', ItemStatus: 'Delivered' }],
    }
    expect(await send('SendOrderStatus', body)).toBe(200)
    expect(order()?.rows.map(({ status }) => status)).toEqual(['Delivered', 'Created', 'Created'])
    expect(await client.rows('Orders/Orders?$select=Id&$expand=Infos')).toMatchObject([
      { Infos: [{ TypeId: 8, Value: 'W-1' }] },
    ])
  })

  test.each([
    [{ OrderStatus: 'Confirmed' }, '400 ClientOrderRef or ErpOrderNo is required.'],
    [{ ClientOrderRef: '1', OrderStatus: 'Confirmed' }, '400 ClientOrderRef must be an integer.'],
    [{ ClientOrderRef: 1, OrderStatus: 'Confirmed' }, '400 Order 1 was not found.'],
    [{ ErpOrderNo: 'SO-9', OrderStatus: 'Confirmed' }, '400 Order SO-9 was not found.'],
    [{ ClientOrderRef: 554_871, OrderStatus: 2 }, '400 OrderStatus has the unknown value 2.'],
    [{ ClientOrderRef: 554_871, OrderStatus: 'confirmed' }, '400 OrderStatus has the unknown value "confirmed".'],
    [{ ClientOrderRef: 554_871 }, '400 OrderStatus is required.'],
    [{ ClientOrderRef: 554_871, OrderStatus: 'Confirmed', Status: 1 }, '400 Status is not a known property.'],
    [{ ClientOrderRef: 554_871, OrderStatus: 'Confirmed', AccountId: 9 }, '400 Account 9 does not exist.'],
    [
      { ClientOrderRef: 554_871, OrderStatus: 'Confirmed', ItemStatuses: [{ LineNo: 1, ItemStatus: 'Delivered' }] },
      '400 ItemStatuses[0].LineNo must be a string.',
    ],
    [
      { ClientOrderRef: 554_871, OrderStatus: 'Confirmed', ItemStatuses: [{ LineNo: '9', ItemStatus: 'Delivered' }] },
      '400 Order 554871 has no line 9.',
    ],
  ])('refuses %j', async (body, answer) => {
    expect(await send('SendOrderStatus', body)).toBe(answer)
    expect(order()).toMatchObject({ status: 'Created', erpOrderNo: null })
  })

  test('another number, and the number of another order, are refused', async () => {
    await acknowledge()
    expect(await send('SendOrderStatus', { ClientOrderRef: ref, ErpOrderNo: 'SO-2', OrderStatus: 'Confirmed' })).toBe(
      `400 Order ${ref} has the number SO-1, not SO-2.`,
    )
    const other = client.norce.shop.place({ items: [{ partNo: 'BOOK-1' }] }).ref
    expect(await send('SendOrderStatus', { ClientOrderRef: other, ErpOrderNo: 'SO-1', OrderStatus: 'Confirmed' })).toBe(
      `400 Order ${ref} has the number SO-1 already.`,
    )
  })

  test('unknown orders by the switch, unreadable bodies, XML, methods that are not there', async () => {
    client.norce.setSwitches({ unknownOrderStatus: 500 })
    expect(await send('SendOrderStatus', { ClientOrderRef: 1, OrderStatus: 'Confirmed' })).toBe(
      '500 Order 1 was not found.',
    )
    expect((await client.message('SendOrderStatus', '{')).status).toBe(400)
    expect((await client.message('SendOrderStatus', '<x/>', { 'Content-Type': 'application/xml' })).status).toBe(400)
    expect((await client.message('SendOrderStatus', '{}', { 'Content-Type': 'text/plain' })).status).toBe(415)
    expect((await client.message('SendPosShipment', {})).status).toBe(404)
  })
})

describe('CreateDeliveryNote', () => {
  beforeEach(acknowledge)

  test('sums per row move the status: 8 while something is missing, then 4; the note can be read back', async () => {
    const packages = {
      DeliveryNotePackages: [{ ParcelNumber: '0037350048953047', StatusId: 4 }],
      DeliveryMode: 'STANDARD',
    }
    expect(await send('CreateDeliveryNote', note(packages))).toBe(200)
    expect(order()).toMatchObject({
      status: 'PartlyDelivered',
      rows: [{ delivered: 1, status: 'PartlyDelivered' }, { delivered: 0 }, {}],
    })
    const rest = [
      { RowNumber: 1, Qty: 2 },
      { RowNumber: 2, Qty: 1 },
      { RowNumber: 3, Qty: 1 },
    ]
    expect(
      await send('CreateDeliveryNote', note({ NoteNo: 'DN-2', DeliverynoteItems: rest, DeliveryNoteItems: [] })),
    ).toBe(200)
    expect(order()?.status).toBe('Delivered')
    expect(await client.rows("Orders/DeliveryNotes?$filter=NoteNo eq 'DN-1'&$expand=Items,Packages")).toMatchObject([
      {
        ReferenceOrderId: 880_123,
        DeliveryMode: 'STANDARD',
        Items: [{ PartNo: 'JACKET-M', Quantity: 1, QtyOrdered: 3 }],
        Packages: [{ ShippingNo: '0037350048953047', StatusId: 4 }],
      },
    ])
    expect(await (await client.services('order/1.1/GetOrderByNo?orderno=SO-1')).json()).toMatchObject({
      DeliveryNotes: [{ NoteNo: 'DN-1' }, { NoteNo: 'DN-2' }],
    })
  })

  test('goods only, or no status at all, by switches', async () => {
    client.norce.setSwitches({ deliveryCompleteness: 'physicalRows' })
    await send(
      'CreateDeliveryNote',
      note({
        DeliveryNoteItems: [
          { RowNumber: 1, Qty: 3 },
          { RowNumber: 2, Qty: 1 },
        ],
      }),
    )
    expect(order()?.status).toBe('Delivered')
    await send('SendOrderStatus', { ClientOrderRef: ref, OrderStatus: 'Confirmed' })
    client.norce.setSwitches({ deliveryNoteMovesStatus: false })
    await send('CreateDeliveryNote', note({ NoteNo: 'DN-2' }))
    expect(order()?.status).toBe('Confirmed')
  })

  test.each([
    ['accept', 200, 2],
    ['replace', 200, 1],
    ['refuse', '400 There is a delivery note DN-1 already.', 1],
  ] as const)('a number that was used already: %s', async (repeatedNoteNo, answer, delivered) => {
    client.norce.setSwitches({ repeatedNoteNo })
    await send('CreateDeliveryNote', note())
    expect(await send('CreateDeliveryNote', note())).toBe(answer)
    expect(order()?.rows[0]?.delivered).toBe(delivered)
    expect(client.norce.shop.messageCounts().repeated).toEqual(
      answer === 200 ? { [`CreateDeliveryNote ${ref} DN-1`]: 2 } : {},
    )
  })

  test.each([
    [{ OrderNo: '554871' }, '400 Order 554871 was not found.'],
    [{ NoteNo: undefined }, '400 NoteNo is required.'],
    [{ DeliveryDate: '20 March' }, '400 DeliveryDate must be a date-time such as 2026-04-07T00:00:00.'],
    [{ DeliveryNoteItems: [] }, '400 DeliveryNoteItems is required.'],
    [{ DeliveryNoteItems: [{ RowNumber: '1', Qty: 1 }] }, '400 DeliveryNoteItems[0].RowNumber must be a number.'],
    [{ DeliveryNoteItems: [{ RowNumber: 9, Qty: 1 }] }, '400 Order 554871 has no line 9.'],
    [{ DeliveryNoteItems: [{ RowNumber: 1, Qty: 0 }] }, '400 Row 1: Qty must be above 0.'],
    [
      { DeliveryNoteItems: [{ RowNumber: 1, ItemNo: 'BOOK-1', Qty: 1 }] },
      '400 Line 1 of order 554871 is JACKET-M, not BOOK-1.',
    ],
    [{ DeliveryNotePackages: [{ ParcelNumber: 'x', StatusId: 5 }] }, '400 A package cannot have status 5.'],
    [{ StatusId: 'Delivered' }, '400 StatusId must be an integer.'],
    [{ DeliveryAddress: { AddressLine1: 'x' } }, '400 DeliveryAddress.AddressLine1 is not a known property.'],
  ])('refuses %j', async (changes, answer) => {
    expect(await send('CreateDeliveryNote', note(changes))).toBe(answer)
    expect(order()?.notes).toEqual([])
  })
})

describe('CreateInvoice', () => {
  beforeEach(acknowledge)

  test('captures part by part; the last one ends capturing and gives back the rest', async () => {
    expect(order()).toMatchObject({ reserved: 376 })
    expect(await send('CreateInvoice', invoice())).toBe(200)
    expect(order()?.invoices).toMatchObject([{ state: 'pending', last: false }])
    await settled()
    expect(order()).toMatchObject({
      captured: 120,
      reserved: 256,
      status: 'Confirmed',
      invoices: [{ state: 'captured' }],
    })
    await send('CreateInvoice', invoice({ InvoiceNo: 'INV-2', IsLastInvoiceForOrder: true }))
    await settled()
    expect(order()).toMatchObject({ captured: 240, reserved: 0, captureEnded: true, status: 'Invoiced' })
    await send('CreateInvoice', invoice({ InvoiceNo: 'INV-3' }))
    await settled()
    expect(order()).toMatchObject({ captured: 240, invoiced: 240, invoices: [{}, {}, { state: 'error' }] })
    expect(await client.rows("Orders/Invoices?$filter=InvoiceNo eq 'INV-2'&$expand=*")).toMatchObject([
      { TypeId: 1, Items: [{ LineNumber: 1, Quantity: 1, PriceSale: 100, LineAmount: 100, VatRate: 20 }] },
    ])
  })

  test('an unstated last invoice is the last', async () => {
    await send('CreateInvoice', invoice({ IsLastInvoiceForOrder: null }))
    await settled()
    expect(order()).toMatchObject({ captureEnded: true, status: 'Invoiced', captured: 120, reserved: 0 })
  })

  test('more than is authorised, or than the items come to, is an error and takes nothing', async () => {
    const many = [{ PartNo: 'JACKET-M', Quantity: 4, UnitPrice: 100, UnitVat: 20 }]
    await send('CreateInvoice', invoice({ Items: many, IsLastInvoiceForOrder: true }))
    await send('CreateInvoice', invoice({ InvoiceNo: 'INV-2', Payment: { Amount: 120.01 } }))
    await settled()
    expect(order()).toMatchObject({ captured: 0, reserved: 376, captureEnded: false, status: 'Confirmed', invoiced: 0 })
    expect(order()?.invoices.map(({ state }) => state)).toEqual(['error', 'error'])
  })

  test('information only: nothing is captured', async () => {
    await send('CreateInvoice', invoice({ SuppressPspCall: true, IsLastInvoiceForOrder: true }))
    await settled()
    expect(order()).toMatchObject({ captured: 0, reserved: 376, status: 'Invoiced', invoices: [{ state: 'none' }] })
  })

  test('direct payments have nothing to capture; the merchant’s own invoice has no provider', async () => {
    const bind = async (number: string, payments: Json[]) => {
      const placed = client.norce.shop.place({ items: [{ partNo: 'BOOK-1' }], payments }).ref
      await send('SendOrderStatus', { ClientOrderRef: placed, ErpOrderNo: number, OrderStatus: 'Confirmed' })
      const items = [{ PartNo: 'BOOK-1', Quantity: 1, UnitPrice: 10 }]
      await send(
        'CreateInvoice',
        invoice({ ClientOrderRef: placed, ErpOrderNo: number, InvoiceNo: number, Items: items }),
      )
      await settled()
      return client.norce.shop.order(placed)
    }
    expect(await bind('SO-2', [{ method: 'SWISH' }])).toMatchObject({ captured: 10, invoices: [{ state: 'error' }] })
    expect(await bind('SO-3', [{ method: 'INVOICE' }])).toMatchObject({ captured: 0, invoices: [{ state: 'none' }] })
  })

  test.each([
    ['captureTwice', 200, 240, 2],
    ['accept', 200, 120, 1],
    ['refuse', '400 There is an invoice INV-1 already.', 120, 1],
  ] as const)('a number that was used already: %s', async (repeatedInvoiceNo, answer, captured, invoices) => {
    client.norce.setSwitches({ repeatedInvoiceNo })
    await send('CreateInvoice', invoice())
    expect(await send('CreateInvoice', invoice())).toBe(answer)
    await settled()
    expect(order()).toMatchObject({ captured })
    expect(order()?.invoices).toHaveLength(invoices)
  })

  test.each([
    [{ ClientOrderRef: '554871' }, '400 ClientOrderRef must be an integer.'],
    [{ ClientOrderRef: undefined }, '400 ClientOrderRef is required.'],
    [{ ErpOrderNo: 'SO-2' }, '400 Order 554871 has the number SO-1, not SO-2.'],
    [{ CurrencyCode: 'EUR' }, '400 Order 554871 is in GBP, not EUR.'],
    [{ InvoiceDate: undefined }, '400 InvoiceDate is required.'],
    [{ Items: [] }, '400 Items is required.'],
    [{ Items: [{ PartNo: 'JACKET-M', Quantity: 1.5, UnitPrice: 1 }] }, '400 Items[0].Quantity must be an integer.'],
    [{ Items: [{ PartNo: 'JACKET-M', Quantity: '1', UnitPrice: 1 }] }, '400 Items[0].Quantity must be an integer.'],
    [{ Items: [{ PartNo: 'JACKET-M', Quantity: 1 }] }, '400 Items[0].UnitPrice is required.'],
    [{ Items: [{ PartNo: 'OTHER', Quantity: 1, UnitPrice: 1 }] }, '400 Order 554871 has no row for OTHER.'],
    [{ Payment: { PaymentRef: 'x' } }, '400 Order 554871 has no payment x.'],
  ])('refuses %j', async (changes, answer) => {
    expect(await send('CreateInvoice', invoice(changes))).toBe(answer)
    expect(order()?.invoices).toEqual([])
  })
})

describe('CreditPayment', () => {
  const credit = (changes: Json = {}) =>
    invoice({ InvoiceNo: 'CRE-1', CreditedInvoiceNo: 'INV-1', IsLastInvoiceForOrder: true, ...changes })

  beforeEach(async () => {
    await acknowledge()
    await send('CreateInvoice', invoice())
    await settled()
  })

  test('refunds what was captured, once; compensation by its own part number', async () => {
    const compensation = [{ PartNo: 'COMPENSATION', Quantity: 1, UnitPrice: 20, VatRate: 20 }]
    expect(await send('CreditPayment', credit({ Items: compensation }))).toBe(200)
    expect(order()).toMatchObject({
      refunded: 24,
      credited: 24,
      invoices: [{}, { credit: true, creditedInvoiceNo: 'INV-1' }],
    })
    expect(await send('CreditPayment', credit({ InvoiceNo: 'CRE-2' }))).toBe(
      '400 120 GBP is more than was captured and not yet refunded.',
    )
    expect(order()?.refunded).toBe(24)
  })

  test('more pieces than were invoiced, unknown invoices and parts, several payments', async () => {
    const two = [{ LineNo: 1, PartNo: 'JACKET-M', Quantity: 2, UnitPrice: 50, UnitVat: 0 }]
    expect(await send('CreditPayment', credit({ Items: two }))).toBe(
      '400 JACKET-M: 2 is more than the 1 that can be credited.',
    )
    expect(await send('CreditPayment', credit({ CreditedInvoiceNo: 'INV-9' }))).toBe(
      `400 Order ${ref} has no invoice INV-9 to credit.`,
    )
    expect(await send('CreditPayment', credit({ Items: [{ PartNo: 'OTHER', Quantity: 1, UnitPrice: 1 }] }))).toBe(
      `400 Order ${ref} has no row for OTHER.`,
    )
    const split = client.norce.shop.place({
      items: [{ partNo: 'BOOK-1' }],
      payments: [{ method: 'SWISH', amount: 4 }, { method: 'CARD' }],
    }).ref
    await send('SendOrderStatus', { ClientOrderRef: split, ErpOrderNo: 'SO-2', OrderStatus: 'Confirmed' })
    const items = [{ PartNo: 'BOOK-1', Quantity: 1, UnitPrice: 4 }]
    const body = credit({ ClientOrderRef: split, ErpOrderNo: 'SO-2', CreditedInvoiceNo: null, Items: items })
    expect(await send('CreditPayment', body)).toBe(
      `400 Order ${split} has several payments or a gift card: it cannot be credited here.`,
    )
  })

  test('the merchant’s own invoice: the credit is kept, no provider has anything to refund', async () => {
    const placed = client.norce.shop.place({ items: [{ partNo: 'BOOK-1' }], payments: [{ method: 'INVOICE' }] }).ref
    await send('SendOrderStatus', { ClientOrderRef: placed, ErpOrderNo: 'SO-3', OrderStatus: 'Confirmed' })
    const own = {
      ClientOrderRef: placed,
      ErpOrderNo: 'SO-3',
      Items: [{ PartNo: 'BOOK-1', Quantity: 1, UnitPrice: 10 }],
    }
    await send('CreateInvoice', invoice({ ...own, InvoiceNo: 'INV-3' }))
    expect(await send('CreditPayment', credit({ ...own, CreditedInvoiceNo: 'INV-3' }))).toBe(200)
    expect(client.norce.shop.order(placed)).toMatchObject({ invoiced: 10, credited: 10, refunded: 0, open: 0 })
  })

  test('a number that was used already refunds twice, unless switched', async () => {
    const half = credit({ Items: [{ PartNo: 'COMPENSATION', Quantity: 1, UnitPrice: 10 }] })
    await send('CreditPayment', half)
    await send('CreditPayment', half)
    expect(order()?.refunded).toBe(20)
    client.norce.setSwitches({ repeatedInvoiceNo: 'refuse' })
    expect(await send('CreditPayment', half)).toBe('400 There is an invoice CRE-1 already.')
  })
})

describe('CancelOrder', () => {
  test('releases the payments that are named, and only those', async () => {
    await acknowledge()
    expect(await send('CancelOrder', { ClientOrderRef: ref, ErpOrderNo: 'SO-1' })).toBe(200)
    expect(order()).toMatchObject({ status: 'Cancelled', reserved: 376 })
    const PaymentRef = order()?.payments[0]?.ref
    expect(await send('CancelOrder', { ClientOrderRef: ref, ErpOrderNo: 'SO-1', Payments: [{ PaymentRef }] })).toBe(200)
    expect(order()).toMatchObject({ reserved: 0, payments: [{ released: true, captured: 0 }] })
    // Shipped anyway: the note is kept, the order stays cancelled.
    expect(await send('CreateDeliveryNote', note())).toBe(200)
    expect(order()).toMatchObject({ status: 'Cancelled', rows: [{ delivered: 1 }, {}, {}] })
  })

  test('both references are required; not after a delivery', async () => {
    expect(await send('CancelOrder', { ClientOrderRef: ref })).toBe('400 ErpOrderNo is required.')
    expect(await send('CancelOrder', { ErpOrderNo: 'SO-1' })).toBe('400 ClientOrderRef is required.')
    await acknowledge()
    expect(
      await send('CancelOrder', { ClientOrderRef: ref, ErpOrderNo: 'SO-1', Payments: [{ PaymentRef: 'x' }] }),
    ).toBe(`400 Order ${ref} has no payment x.`)
    await send('CreateDeliveryNote', note())
    expect(await send('CancelOrder', { ClientOrderRef: ref, ErpOrderNo: 'SO-1' })).toBe(
      `400 Order ${ref} was delivered or invoiced, at least in part.`,
    )
  })
})

describe('CreateExternalOrder', () => {
  const external = (changes: Json = {}): Json => ({
    Header: { ApplicationKey: '7d7a5b35-2c1d-4c1f-9a8e-3f6d2b7c1e90' },
    OrderDate: '2026-03-01T12:00:00',
    ErpOrderNo: 'TEL-1',
    CurrencyCode: 'GBP',
    SellTo: { Person: { CustomerCode: 'K1', Address: { Line1: '1 Street', Country: 'GB' } } },
    Items: [{ PartNo: 'JACKET-M', Quantity: 1, UnitPrice: 100, UnitVat: 20, VatRate: 20 }],
    Source: 'PHONE',
    ...changes,
  })

  test('is shown with its own number, without a basket, and never pushed', async () => {
    expect(await send('CreateExternalOrder', external())).toBe(200)
    expect(await client.rows('Orders/Orders?$filter=QuotationId eq null&$expand=Items,Buyer')).toMatchObject([
      {
        OrderNo: 'TEL-1',
        Source: 'PHONE',
        StatusId: 2,
        BuyerCustomerCode: 'K1',
        Items: [{ LineAmount: 100 }],
        Buyer: { AddressLine1: '1 Street' },
      },
    ])
    expect(await (await client.services('order/1.1/GetOrderByNo?orderno=TEL-1')).json()).toMatchObject({
      TypeId: 5,
      OrderTotalIncVat: 120,
    })
    expect(client.norce.shop.pushStates()).toHaveLength(1)
    expect(await send('CreateExternalOrder', external())).toBe(200)
    client.norce.setSwitches({ repeatedExternalOrder: 'refuse' })
    expect(await send('CreateExternalOrder', external())).toBe('400 There is an order TEL-1 already.')
  })

  test.each([
    [{ Header: undefined }, '400 Header is required.'],
    [{ Header: { ApplicationKey: 'x' } }, '400 Application x was not found.'],
    [{ CurrencyCode: 'XXX' }, '400 Currency XXX was not found.'],
    [{ Items: [{ PartNo: 'A', Quantity: '1', UnitPrice: 1 }] }, '400 Items[0].Quantity must be an integer.'],
    [{ SellTo: { Person: { Name: 'x' } } }, '400 SellTo.Person.Name is not a known property.'],
  ])('refuses %j', async (changes, answer) => {
    expect(await send('CreateExternalOrder', external(changes))).toBe(answer)
  })
})

test('messages are kept one by one, with their answers', async () => {
  await acknowledge()
  await acknowledge()
  await send('SendOrderStatus', { ClientOrderRef: 1, OrderStatus: 'Confirmed' })
  const { body } = await client.control('messages')
  expect(body).toMatchObject({
    counts: {
      accepted: { SendOrderStatus: 2 },
      refused: { SendOrderStatus: 1 },
      repeated: { [`SendOrderStatus ${ref} Confirmed`]: 2 },
    },
    entries: [
      { status: 200, ref, key: 'Confirmed' },
      {},
      { status: 400, ref: null, key: null, error: 'Order 1 was not found.' },
    ],
  })
  await client.control('reset-counters', {})
  expect(client.norce.shop.messages()).toEqual([])
})
