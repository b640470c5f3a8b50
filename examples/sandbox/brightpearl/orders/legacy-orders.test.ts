import { afterEach, describe, expect, test } from 'vitest'
import { startTest, type TestClient } from '../test-client.ts'
import { codeOf, webOrder, writer } from '../test-orders.ts'

let client: TestClient | undefined
afterEach(async () => {
  await client?.server.stop()
  client = undefined
})
const start = async (options: Parameters<typeof startTest>[0] = {}) => {
  client = await startTest(options)
  const made = writer(client)
  const order = (await made.post('/order-service/sales-order', webOrder)).body.response as number
  const rows = client.server.staff.orders({ id: order })[0]?.rows ?? []
  return { ...client, ...made, staff: client.server.staff, order, rows, path: `/order-service/order/${order}` }
}

describe('an order of the older resource', () => {
  test('has its rows in a map, amounts as texts, and snapshots of its parties', async () => {
    const { get, path, order, rows } = await start()
    const { body } = await get(`${path}?includeOptional=customFields,nullCustomFields`)
    expect(body.response).toMatchObject([
      {
        id: order,
        parentOrderId: 0,
        orderTypeCode: 'SO',
        reference: 'WEB-10482',
        version: 1,
        state: { tax: 'READY' },
        orderStatus: { orderStatusId: 3, name: 'New web order' },
        orderPaymentStatus: 'UNPAID',
        delivery: { deliveryDate: '2026-01-22T00:00:00.000+00:00', shippingMethodId: 2 },
        invoices: [{ invoiceReference: '', taxDate: '2026-01-15T00:00:00.000+00:00' }],
        currency: {
          accountingCurrencyCode: 'GBP',
          orderCurrencyCode: 'GBP',
          exchangeRate: '1.000000',
          fixedExchangeRate: false,
        },
        totalValue: { net: '155.00', taxAmount: '31.00', total: '186.00' },
        assignment: { current: { channelId: 3, leadSourceId: 11 } },
        parties: {
          customer: { contactId: 7002, companyName: '', countryIsoCode: 'GB', countryIsoCode3: 'GBR', countryId: 222 },
          delivery: { addressFullName: 'Mara Lindqvist', addressLine2: '', country: 'United Kingdom' },
          billing: { contactId: 7002 },
        },
        orderRows: {
          [rows[0]?.id ?? 0]: {
            orderRowSequence: '10',
            productId: 1001,
            productSku: 'TJ-MOS-S',
            quantity: { magnitude: '2.0000' },
            rowValue: {
              taxRate: '20.0000',
              taxCode: 'T20',
              rowNet: { currencyCode: 'GBP', value: '150.0000' },
              rowTax: { currencyCode: 'GBP', value: '30.00' },
            },
            nominalCode: '4000',
            composition: { bundleParent: false, bundleChild: false, parentOrderRowId: 0 },
          },
          [rows[1]?.id ?? 0]: { productId: 1000, productName: 'Shipping: Next day' },
        },
        customFields: {},
        nullCustomFields: expect.arrayContaining(['PCF_SLOT']),
        externalRef: 'shop-10482',
        installedIntegrationInstanceId: 27,
      },
    ])
    expect(body.response[0]).not.toHaveProperty('updatedOn')
    expect(body.response[0].orderRows[rows[1]?.id ?? 0]).not.toHaveProperty('productSku')
  })

  test('that is not there is an empty list; 200 may be asked for', async () => {
    const { get } = await start()
    expect((await get('/order-service/order/999')).body).toEqual({ response: [] })
    expect((await get('/order-service/order/1-201')).status).toBe(400)
    expect((await get('/order-service/order/400001-400200')).body.response).toHaveLength(5)
    const { body } = await get('/order-service/order', { method: 'OPTIONS' })
    expect(body.response.getUris).toEqual([expect.stringMatching(/^\/order\/400001-400004,400101,\d+$/)])
  })

  test('is made by its head, then row by row', async () => {
    const { post, staff, get } = await start()
    const made = await post('/order-service/order', {
      orderTypeCode: 'SO',
      reference: 'PHONE-1',
      parties: { customer: { contactId: 7001 } },
      currency: { orderCurrencyCode: 'GBP' },
    })
    const id = made.body.response
    expect(staff.orders({ id })[0]?.rows).toEqual([])
    const row = (more: object) => ({
      quantity: { magnitude: '1' },
      rowValue: { taxCode: 'T20', rowNet: { value: '75.00' }, rowTax: { value: '15.00' } },
      ...more,
    })
    const first = await post(`/order-service/order/${id}/row`, row({ productId: 1001 }))
    expect(first.body).toEqual({ response: expect.any(Number) })
    await post(`/order-service/order/${id}/row`, row({ productName: 'Gift wrap' }))
    expect(codeOf(await post(`/order-service/order/${id}/row`, row({})))).toEqual([400, 'CMNC-400'])
    const { body } = await get(`/order-service/order/${id}`)
    expect(body.response[0].totalValue.total).toBe('180.00')
    expect(body.response[0].version).toBe(3)
    expect(Object.keys(body.response[0].orderRows)).toHaveLength(2)
  })

  test.each([
    ['no type', {}, 'ORDC-005'],
    ['an unknown type', { orderTypeCode: 'XX' }, 'ORDC-006'],
    [
      'no supplier of a purchase order',
      { orderTypeCode: 'PO', parties: { customer: { contactId: 7001 } } },
      'ORDC-022',
    ],
    ['no customer of a sales order', { orderTypeCode: 'SO' }, 'CMNC-400'],
  ])('with %s is refused', async (_, body, code) => {
    const { post } = await start()
    expect(codeOf(await post('/order-service/order', body))).toEqual([400, code])
  })

  test('is patched at the paths that are known', async () => {
    const { patch, path } = await start()
    const { status, body } = await patch(path, [
      { op: 'replace', path: '/reference', value: 'WEB-10482-B' },
      { op: 'replace', path: '/delivery/deliveryDate', value: '2026-07-23' },
      { op: 'remove', path: '/delivery/shippingMethodId' },
    ])
    expect(status).toBe(200)
    expect(body.response).toMatchObject({
      reference: 'WEB-10482-B',
      version: 2,
      // A date is midnight in UTC, shown in the account's offset.
      delivery: { deliveryDate: '2026-07-23T01:00:00.000+01:00', shippingMethodId: 0 },
    })
    const one = async (operation: object) => codeOf(await patch(path, [operation]))
    expect(await one({ op: 'add', path: '/reference', value: 'x' })).toEqual([500, 'CMNC-044'])
    expect(await one({ op: 'replace', path: '/parties/delivery/addressLine1', value: 'x' })).toEqual([400, 'CMNC-043'])
  })

  test('has rows that are patched and deleted until it is invoiced', async () => {
    const { patch, remove, path, rows, staff, order } = await start()
    const [goods, freight] = rows
    const changed = await patch(`${path}/row/${goods?.id}`, [
      { op: 'replace', path: '/rowValue/rowNet/value', value: '100.00' },
    ])
    // A new net brings a new tax.
    expect(changed.body.response.rowValue).toMatchObject({ rowNet: { value: '100.0000' }, rowTax: { value: '20.00' } })
    expect((await remove(`${path}/row/${freight?.id}`)).body).toEqual({})
    staff.do({ action: 'invoice', order })
    const locked = await patch(`${path}/row/${goods?.id}`, [{ op: 'replace', path: '/quantity/magnitude', value: '1' }])
    expect(locked.status).toBe(400)
    expect((await remove(`${path}/row/${goods?.id}`)).status).toBe(400)
  })

  test('gets a status with a note, and notes of its own', async () => {
    const { put, post, get, path, order } = await start()
    const answer = await put(`${path}/status`, { orderStatusId: 9, orderNote: { text: 'Released', isPublic: false } })
    expect([answer.status, answer.body]).toEqual([200, {}])
    expect((await put(`${path}/status`, { orderStatusId: 31 })).status).toBe(400)
    expect((await post(`${path}/note`, { text: 'Gift wrap', addedOn: '2026-01-15T08:45:00+01:00' })).status).toBe(200)
    const { body } = await get(
      `/order-service/order-note-search?orderId=${order}&columns=noteText,orderStatusId,dateAdded`,
    )
    expect(body.response.results).toEqual([
      ['Released', 9, '2026-01-15T12:00:00.000+00:00'],
      ['Gift wrap', 9, '2026-01-15T07:45:00.000+00:00'],
    ])
  })

  test('has custom fields', async () => {
    const { patch, path } = await start()
    const { body } = await patch(`${path}/custom-field`, [
      { op: 'add', path: '/PCF_SLOT', value: { id: 65 } },
      { op: 'add', path: '/PCF_SMS', value: false },
      { op: 'add', path: '/PCF_PARCELS', value: '12' },
      { op: 'add', path: '/PCF_PROMISED', value: '2026-07-01' },
    ])
    expect(body).toEqual({
      response: {
        PCF_SLOT: { id: 65, value: 'PM' },
        PCF_SMS: false,
        PCF_PARCELS: 12,
        PCF_PROMISED: '2026-07-01T01:00:00.000+01:00',
      },
    })
  })
})

describe('searching orders', () => {
  test('finds by external reference and shows ids with their names', async () => {
    const { get, order } = await start()
    const { body } = await get('/order-service/order-search?externalRef=shop-10482')
    const { results, metaData } = body.response
    expect(metaData.columns).toHaveLength(19)
    expect(results).toEqual([
      [
        order,
        1,
        7002,
        3,
        1,
        '2026-01-15T12:00:00.000+00:00',
        4,
        'WEB-10482',
        1,
        null,
        0,
        2,
        'shop-10482',
        27,
        2,
        0,
        '2026-01-15T00:00:00.000+00:00',
        0,
        '2026-01-22T00:00:00.000+00:00',
      ],
    ])
    expect(body.reference).toEqual({
      orderTypeNames: { 1: 'SALES_ORDER' },
      orderStatusNames: { 3: 'New web order' },
      orderStockStatusNames: { 1: 'Sales Order Not Fulfilled' },
      orderPaymentStatusNames: { 1: 'UNPAID' },
      orderShippingStatusNames: { 2: 'Stock not shipped' },
    })
  })

  test('has codes and channels in the search of sales orders', async () => {
    const { get, order } = await start()
    const { body } = await get(
      '/order-service/sales-order-search?channelId=3&columns=salesOrderId,orderPaymentStatus,orderStockStatus,updatedOn',
    )
    expect(body.response.results).toEqual([[order, 'UNPAID', 'SON', null]])
    const several = await get('/order-service/sales-order-search?externalRefs=nothing,shop-10482&columns=salesOrderId')
    expect(several.body.response.results).toEqual([[order]])
    expect(
      (await get('/order-service/sales-order-search?productIds=1001&channelId=3')).body.response.results,
    ).toHaveLength(1)
  })

  test('lags behind GET by a fault, also in what it says of a changed order', async () => {
    const { get, put, path, clock, server, post } = await start()
    clock.advance(600_000)
    await put(`${path}/status`, { orderStatusId: 9 })
    await post('/order-service/sales-order', { ...webOrder, externalRef: 'shop-2' })
    server.faults.set({ staleSearch: { lagMs: 60_000, path: '/order-search' } })
    const found = async (externalRef: string) =>
      (await get(`/order-service/order-search?externalRef=${externalRef}&columns=orderStatusId`)).body.response.results
    expect(await found('shop-2')).toEqual([])
    expect(await found('shop-10482')).toEqual([[3]])
    clock.advance(60_000)
    expect([await found('shop-2'), await found('shop-10482')]).toEqual([[[3]], [[9]]])
  })
})
