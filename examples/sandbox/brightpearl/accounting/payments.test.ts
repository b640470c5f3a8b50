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
  const { staff } = client.server
  const receipt = (more: object = {}) => ({
    transactionRef: 'pay_71.RECEIPT',
    transactionCode: 'pay_71',
    paymentMethodCode: 'CARD',
    paymentType: 'RECEIPT',
    orderId: order,
    currencyIsoCode: 'GBP',
    amountPaid: 186,
    paymentDate: '2026-01-15T08:41:30+01:00',
    ...more,
  })
  const status = () => staff.orders({ id: order })[0]?.statuses.payment
  return { ...client, ...made, staff, order, receipt, status }
}
const payments = '/accounting-service/customer-payment'

describe('a customer payment', () => {
  test('settles its order, and is found by its reference and method', async () => {
    const { post, get, receipt, status, order } = await start()
    const part = await post(payments, receipt({ amountPaid: '100.00' }))
    expect(part).toMatchObject({ status: 200, body: { response: expect.any(Number) } })
    expect(status()).toBe('PARTIALLY_PAID')
    await post(payments, receipt({ transactionRef: 'pay_71.2', amountPaid: '86.00' }))
    expect(status()).toBe('PAID')
    const { body } = await get(`${payments}-search?transactionRef=pay_71.RECEIPT&paymentMethodCode=CARD`)
    expect(body.response.metaData.columns).toHaveLength(14)
    expect(body.response.results).toEqual([
      [
        part.body.response,
        'pay_71.RECEIPT',
        'pay_71',
        'CARD',
        'RECEIPT',
        order,
        1,
        'GBP',
        '0.00',
        '100.00',
        null,
        '2026-01-15T07:41:30.000+00:00',
        '2026-01-15T12:00:00.000+00:00',
        expect.any(Number),
      ],
    ])
  })

  test('is refused a second time: reference and method are unique together', async () => {
    const { post, receipt, staff } = await start()
    await post(payments, receipt())
    expect(codeOf(await post(payments, receipt({ amountPaid: 1 })))).toEqual([400, 'CMNC-400'])
    expect((await post(payments, receipt({ paymentMethodCode: 'OTHER', amountPaid: 1 }))).status).toBe(200)
    const { transactionRef: _, ...without } = receipt({ amountPaid: 1 }) as Record<string, unknown>
    expect([(await post(payments, without)).status, (await post(payments, without)).status]).toEqual([200, 200])
    expect(staff.account().created.payments).toBe(4)
  })

  test('of an authorisation has another amount, an expiry, and a reference of its own', async () => {
    const { post, receipt, status } = await start()
    const auth = receipt({
      paymentType: 'AUTH',
      transactionRef: 'pay_71.AUTH',
      amountPaid: undefined,
      amountAuthorized: '186.00',
      authorizationExpiry: '2026-01-22T00:00:00Z',
    })
    expect((await post(payments, { ...auth, authorizationExpiry: undefined })).status).toBe(400)
    expect((await post(payments, { ...auth, amountPaid: 186 })).status).toBe(400)
    expect((await post(payments, auth)).status).toBe(200)
    expect(status()).toBe('AUTHORIZED')
    const capture = receipt({ paymentType: 'CAPTURE' })
    expect((await post(payments, { ...capture, transactionRef: 'pay_71.AUTH' })).status).toBe(400)
    expect((await post(payments, capture)).status).toBe(200)
    expect(status()).toBe('PAID')
    const noted = { ...auth, paymentType: 'VOID', authorizationExpiry: undefined }
    expect((await post(payments, { ...noted, transactionRef: 'v1', transactionCode: 'other' })).status).toBe(400)
    expect((await post(payments, { ...noted, transactionRef: 'v2' })).status).toBe(200)
  })

  test('is posted to the books where the method is active and has a bank account in the currency', async () => {
    const { post, receipt, staff, order } = await start()
    for (const paymentMethodCode of ['CARD', 'INVOICE', 'CHEQUE', 'UNHEARD-OF']) {
      await post(payments, receipt({ paymentMethodCode, amountPaid: 1 }))
    }
    const journals = staff.orders({ id: order })[0]?.payments.map(({ journalId }) => journalId)
    expect(journals).toEqual([expect.any(Number), null, null, null])
  })

  test.each([
    ['no method', { paymentMethodCode: undefined }, 400],
    ['no date', { paymentDate: undefined }, 400],
    ['an unknown type', { paymentType: 'REFUND' }, 400],
    ['an order that is not there', { orderId: 9 }, 404],
    ['another currency than the order', { currencyIsoCode: 'EUR' }, 400],
    ['no amount', { amountPaid: undefined }, 400],
    ['an amount of nothing', { amountPaid: 0 }, 400],
    ['three decimals', { amountPaid: '1.005' }, 400],
    ['a reference of 65 characters', { transactionRef: 'x'.repeat(65) }, 400],
    ['an unknown field', { amount: 1 }, 400],
    ['a number for a text', { transactionRef: 71 }, 500],
  ])('with %s is refused', async (_, more, expected) => {
    const { post, receipt, status } = await start()
    expect((await post(payments, receipt(more))).status).toBe(expected)
    expect(status()).toBe('UNPAID')
  })

  test('hinders cancelling, until it is deleted or paid back', async () => {
    const { post, put, remove, receipt, order } = await start()
    const cancel = async () => (await put(`/order-service/order/${order}/status`, { orderStatusId: 5 })).status
    const id = (await post(payments, receipt())).body.response
    expect(await cancel()).toBe(400)
    expect((await remove(`${payments}/${id}`)).body).toEqual({})
    expect((await remove(`${payments}/${id}`)).status).toBe(404)
    expect(await cancel()).toBe(200)
  })
})

describe('a sales credit', () => {
  const credit = (parentId: number) => ({
    customer: { id: 7002 },
    ref: 'WEB-10482-R1',
    externalRef: 'shop-10482.refund-1',
    installedIntegrationInstanceId: 27,
    parentId,
    channelId: 3,
    warehouseId: 2,
    currency: { code: 'GBP' },
    rows: [{ productId: 1001, quantity: '1', taxCode: 'T20', net: '75.00', tax: '15.00', externalRef: 'line-1' }],
  })
  const path = '/order-service/sales-credit'

  test('is made below its order, and paid out', async () => {
    const { post, get, receipt, order, staff } = await start()
    const id = (await post(path, credit(order))).body.response
    const { body } = await get(`${path}/${id}`)
    expect(body.response).toMatchObject([
      {
        id,
        parentId: order,
        statusId: 40,
        total: { gross: '90.00' },
        orderPaymentStatus: 'UNPAID',
        stockStatusCode: 'SCN',
      },
    ])
    expect((await post(payments, receipt({ orderId: id, amountPaid: 90 }))).status).toBe(400)
    const paidOut = receipt({ orderId: id, amountPaid: 90, paymentType: 'PAYMENT', transactionRef: 'r1' })
    expect((await post(payments, paidOut)).status).toBe(200)
    expect(staff.orders({ id })[0]?.statuses.payment).toBe('PAID')
    expect(staff.orders({ id: order })[0]?.credits).toEqual([id])
    const found = await get('/order-service/order-search?orderTypeId=3&columns=orderId,parentOrderId')
    expect(found.body.response.results).toEqual([[id, order]])
    expect((await get(`/order-service/sales-order/${id}`)).body.response).toEqual([])
    expect((await post(path, { ...credit(order), parentId: 400_001 })).status).toBe(400)
  })

  test('is made twice by the same reference, by switch once', async () => {
    const twice = await start()
    for (const _ of [1, 2]) await twice.post(path, credit(twice.order))
    expect(twice.staff.account().twice.salesCredits).toEqual({ 'shop-10482.refund-1': 2 })
    await twice.server.stop()
    const once = await start({ creditDuplicates: 'existing' })
    for (const _ of [1, 2]) await once.post(path, credit(once.order))
    expect(once.staff.account()).toMatchObject({ created: { salesCredits: 1 }, duplicateOrders: 1 })
  })
})
