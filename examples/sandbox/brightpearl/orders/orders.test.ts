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
  return { ...client, ...writer(client), staff: client.server.staff }
}
const orders = '/order-service/sales-order'

describe('a sales order', () => {
  test('is made whole, with its id as the answer', async () => {
    const { post, get } = await start()
    const made = await post(orders, webOrder)
    expect(made).toMatchObject({ status: 200, body: { response: expect.any(Number) } })
    expect(made.headers.get('message-type')).toBe('post-sales-order')
    const { body } = await get(`${orders}/${made.body.response}`)
    expect(body.response).toEqual([
      {
        id: made.body.response,
        customer: {
          id: 7002,
          address: {
            addressFullName: 'Ida Berg',
            addressLine1: '7002 Quay Road',
            addressLine3: 'Bristol',
            addressLine4: 'Avon',
            postalCode: 'BS1 5TX',
            email: 'ida.berg@example.com',
            countryIsoCode: 'GB',
          },
        },
        billing: { contactId: 7002, address: expect.objectContaining({ addressFullName: 'Ida Berg' }) },
        ref: 'WEB-10482',
        externalRef: 'shop-10482',
        placedOn: '2026-01-15T10:41:10.000+00:00',
        taxDate: '2026-01-15T00:00:00.000+00:00',
        parentId: 0,
        statusId: 3,
        warehouseId: 2,
        channelId: 3,
        staffOwnerId: 0,
        projectId: 0,
        leadSourceId: 11,
        teamId: 0,
        priceListId: 2,
        priceModeCode: 'EXC',
        currency: { fixedExchangeRate: false, exchangeRate: '1.000000', code: 'GBP' },
        delivery: {
          date: '2026-01-22T00:00:00.000+00:00',
          shippingMethodId: 2,
          address: {
            addressFullName: 'Mara Lindqvist',
            addressLine1: '14 Quay Road',
            addressLine3: 'Bristol',
            postalCode: 'BS1 5TX',
            telephone: '0117 496 0123',
            email: 'mara.lindqvist@example.com',
            countryIsoCode: 'GB',
          },
        },
        rows: [
          {
            id: expect.any(Number),
            productId: 1001,
            name: 'Trail Jacket',
            sku: 'TJ-MOS-S',
            quantity: '2.0000',
            taxCode: 'T20',
            tax: '30.00',
            net: '150.0000',
            nominalCode: '4000',
            externalRef: 'line-1',
            productPrice: expect.stringMatching(/^\d+\.\d{4}$/),
            discountPercentage: '0.00',
            sequence: 10,
            bundleChild: false,
            bundleParent: false,
            taxClassId: 7,
            taxCalculator: 'brightpearl',
            clonedFromId: 0,
          },
          expect.objectContaining({
            productId: 1000,
            name: 'Shipping: Next day',
            quantity: '1.0000',
            net: '5.0000',
            tax: '1.00',
            nominalCode: '4040',
            sequence: 20,
          }),
        ],
        total: {
          net: '155.00',
          tax: '31.00',
          gross: '186.00',
          baseNet: '155.00',
          baseTax: '31.00',
          baseGross: '186.00',
        },
        isCanceled: false,
        orderPaymentStatus: 'UNPAID',
        stockStatusCode: 'SON',
        allocationStatusCode: 'ANA',
        shippingStatusCode: 'SNS',
        installedIntegrationInstanceId: 27,
        createdBy: 4,
        createdOn: '2026-01-15T12:00:00.000+00:00',
        customerId: 7002,
      },
    ])
  })

  test('posted again is a duplicate: the first one is answered and nothing changes', async () => {
    const { post, staff } = await start()
    const first = await post(orders, webOrder)
    const again = await post(orders, { ...webOrder, ref: 'OTHER', rows: webOrder.rows.slice(0, 1) })
    expect(again).toMatchObject({ status: 200, body: first.body })
    expect(staff.orders({ externalRef: 'shop-10482' })).toMatchObject([{ ref: 'WEB-10482', version: 1 }])
    expect(staff.account()).toMatchObject({ created: { salesOrders: 1 }, duplicateOrders: 1 })
  })

  test('posted several times at once is made once', async () => {
    const { post, staff } = await start()
    const answers = await Promise.all(Array.from({ length: 8 }, () => post(orders, webOrder)))
    expect(new Set(answers.map(({ body }) => body.response)).size).toBe(1)
    expect(staff.account()).toMatchObject({ created: { salesOrders: 1 }, duplicateOrders: 7 })
  })

  test('is not recognised by only one half of the pair', async () => {
    const { post, staff } = await start()
    const { installedIntegrationInstanceId: _, ...without } = webOrder
    for (const body of [webOrder, without, without, { ...webOrder, installedIntegrationInstanceId: 28 }]) {
      expect((await post(orders, body)).status).toBe(200)
    }
    expect(staff.account().twice.salesOrders).toEqual({ 'shop-10482': 4 })
  })

  const row = webOrder.rows[0]
  test.each([
    ['no body', undefined, 400, 'CMNC-010'],
    ['an unknown field', { ...webOrder, reference: 'x' }, 400, 'CMNC-400'],
    ['an unknown field of a row', { ...webOrder, rows: [{ ...row, price: '1' }] }, 400, 'CMNC-400'],
    ['a number where a text belongs', { ...webOrder, ref: 5 }, 500, 'CMNU-003'],
    ['a text where a number belongs', { ...webOrder, statusId: '3' }, 500, 'CMNU-003'],
    ['no customer', { ...webOrder, customer: undefined }, 400, 'CMNC-400'],
    ['an unknown customer', { ...webOrder, customer: { id: 1 } }, 400, 'CMNC-400'],
    ['no rows', { ...webOrder, rows: [] }, 400, 'CMNC-400'],
    ['a row without tax', { ...webOrder, rows: [{ ...row, tax: undefined }] }, 400, 'CMNC-400'],
    ['a row without net', { ...webOrder, rows: [{ ...row, net: undefined }] }, 400, 'CMNC-400'],
    ['three decimals', { ...webOrder, rows: [{ ...row, net: '150.005' }] }, 400, 'CMNC-400'],
    ['half a jacket', { ...webOrder, rows: [{ ...row, quantity: '0.5' }] }, 400, 'CMNC-400'],
    ['no quantity', { ...webOrder, rows: [{ ...row, quantity: 0 }] }, 400, 'CMNC-400'],
    ['neither product nor name', { ...webOrder, rows: [{ ...row, productId: undefined }] }, 400, 'CMNC-400'],
    ['an unknown product', { ...webOrder, rows: [{ ...row, productId: 9 }] }, 400, 'CMNC-400'],
    ['an unknown tax code', { ...webOrder, rows: [{ ...row, taxCode: '20' }] }, 400, 'CMNC-400'],
    ['an unknown nominal code', { ...webOrder, rows: [{ ...row, nominalCode: '1' }] }, 400, 'CMNC-400'],
    ['an unknown currency', { ...webOrder, currency: { code: 'XYZ' } }, 400, 'CMNC-400'],
    ['an unknown country', { ...webOrder, customer: { id: 7002, address: { countryIsoCode: 'XX' } } }, 400, 'CMNC-400'],
    ['an unknown status', { ...webOrder, statusId: 99 }, 400, 'CMNC-400'],
    ['a status of purchase orders', { ...webOrder, statusId: 31 }, 400, 'CMNC-400'],
    ['an unknown shipping method', { ...webOrder, delivery: { shippingMethodId: 99 } }, 400, 'CMNC-400'],
    ['an unknown channel', { ...webOrder, channelId: 99 }, 400, 'CMNC-400'],
    ['a reference of 65 characters', { ...webOrder, ref: 'x'.repeat(65) }, 400, 'CMNC-400'],
    ['a time without an offset', { ...webOrder, placedOn: '2026-01-15T10:00:00' }, 400, 'CMNC-400'],
  ])('with %s is refused, and nothing is made', async (_, body, status, code) => {
    const { post, staff } = await start()
    expect(codeOf(await post(orders, body))).toEqual([status, code])
    expect(staff.account().created.salesOrders).toBe(0)
  })

  test('wants JSON and says so by its media type', async () => {
    const { get } = await start()
    const body = JSON.stringify(webOrder)
    expect((await get(orders, { method: 'POST', body })).status).toBe(415)
    const broken = await get(orders, {
      method: 'POST',
      body: body.slice(1),
      headers: { 'content-type': 'application/json' },
    })
    expect(codeOf(broken)).toEqual([500, 'CMNU-003'])
  })

  test('in a currency without minor units has no decimals', async () => {
    const { post, staff } = await start()
    const yen = (net: string) => ({
      ...webOrder,
      currency: { code: 'JPY' },
      rows: [{ ...row, net, tax: '1000' }],
    })
    expect((await post(orders, yen('10000.50'))).status).toBe(400)
    expect((await post(orders, yen('10000'))).status).toBe(200)
    expect(staff.orders({ externalRef: 'shop-10482' })[0]?.total).toEqual({
      net: '10000.00',
      tax: '1000.00',
      gross: '11000.00',
    })
  })

  test('with a bundle gets rows for its components, by switch not', async () => {
    const bundle = { ...webOrder, rows: [{ ...row, productId: 1015, quantity: 2 }] }
    const { post, get } = await start()
    const { body } = await get(`${orders}/${(await post(orders, bundle)).body.response}`)
    const [parent, ...parts] = body.response[0].rows
    expect(parent).toMatchObject({ productId: 1015, bundleParent: true, net: '150.0000', externalRef: 'line-1' })
    expect(parts).toMatchObject([
      { productId: 1011, quantity: '2.0000', bundleChild: true, parentRowId: parent.id, net: '0.0000', tax: '0.00' },
      { productId: 1014, quantity: '4.0000', bundleChild: true },
      { productId: 1016, quantity: '2.0000', bundleChild: true },
    ])
    expect(parts[0]).not.toHaveProperty('externalRef')
    await client?.server.stop()
    const plain = await start({ bundleRows: 'plain' })
    await plain.post(orders, bundle)
    expect(plain.staff.orders({ externalRef: 'shop-10482' })[0]?.rows).toHaveLength(1)
  })

  test('has its outcome hidden by a dropped connection or a gateway', async () => {
    const { post, server, staff } = await start()
    server.faults.set({ dropBefore: { count: 1, path: '/sales-order' } })
    await expect(post(orders, webOrder)).rejects.toThrow()
    expect(staff.account().created.salesOrders).toBe(0)
    server.faults.set({ dropAfter: { count: 1, path: '/sales-order' } })
    await expect(post(orders, webOrder)).rejects.toThrow()
    expect(staff.account().created.salesOrders).toBe(1)
    server.faults.set({ failAfter: { count: 1, path: '/sales-order' } })
    const failed = await post(orders, { ...webOrder, externalRef: 'shop-2' })
    expect([failed.status, staff.account().created.salesOrders]).toEqual([502, 2])
    expect((await post(orders, webOrder)).status).toBe(200)
    expect(staff.account().created.salesOrders).toBe(2)
  })
})
