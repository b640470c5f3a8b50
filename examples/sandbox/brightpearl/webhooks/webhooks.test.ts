import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { createClock } from '../../common/clock.ts'
import { startTest, type TestClient } from '../test-client.ts'
import { codeOf, webOrder, writer } from '../test-orders.ts'

const stops: (() => unknown)[] = []
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop()
})

interface Received {
  readonly method: string
  readonly url: string
  readonly headers: NodeJS.Dict<string | string[]>
  readonly body: string
}

/** An endpoint that answers with the statuses given, then with 200. */
const startEndpoint = async (...statuses: readonly number[]) => {
  const received: Received[] = []
  const server = createServer((request, response) => {
    let body = ''
    request.on('data', (part: Buffer) => {
      body += part.toString()
    })
    request.on('end', () => {
      received.push({ method: request.method ?? '', url: request.url ?? '', headers: request.headers, body })
      response.writeHead(statuses[received.length - 1] ?? 200).end()
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  stops.push(() => {
    server.closeAllConnections()
    server.close()
  })
  return { received, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }
}

const start = async (options: Parameters<typeof startTest>[0] = {}) => {
  const client: TestClient = await startTest({
    webhookGatherMs: 50,
    webhookRetryMs: [20, 20, 20],
    clock: createClock(),
    ...options,
  })
  stops.push(() => client.server.stop())
  return { ...client, ...writer(client), staff: client.server.staff, deliveries: client.server.deliveries }
}

const template =
  '{"accountCode":"${account-code}","resourceType":"${resource-type}","id":"${resource-id}","lifecycleEvent":"${lifecycle-event}","fullEvent":"${full-event}","raisedOn":"${raised-on}","brightpearlVersion":"${brightpearl-version}"}'
const hook = (url: string, more: object = {}) => ({
  subscribeTo: 'order.modified.order-status',
  httpMethod: 'POST',
  uriTemplate: `${url}/hook?k=9b2f`,
  bodyTemplate: template,
  contentType: 'application/json',
  idSetAccepted: false,
  qualityOfService: 1,
  ...more,
})
const path = '/integration-service/webhook'

describe('a subscription', () => {
  test('is made, listed and deleted; the same one twice is two', async () => {
    const { post, get, remove } = await start()
    expect(codeOf(await get(path))).toEqual([404, 'CMNC-404'])
    const { idSetAccepted: _, qualityOfService: __, ...plain } = hook('https://hooks.acme.example')
    const ids = [(await post(path, plain)).body.response, (await post(path, plain)).body.response]
    const listed = await get(path)
    expect(listed.body.response).toEqual(ids.map((id) => ({ id, ...plain, idSetAccepted: false, qualityOfService: 0 })))
    expect((await remove(`${path}/${ids[0]}`)).body).toEqual({})
    expect(codeOf(await remove(`${path}/${ids[0]}`))).toEqual([404, 'CMNC-404'])
    expect((await get(`${path}/${ids[1]}`)).body.response).toHaveLength(1)
  })

  test('to an event that is not there is INTC-064', async () => {
    const { post } = await start()
    for (const subscribeTo of ['order.created', 'contact.modified', 'contact', 'order.modified.statuses']) {
      const refused = await post(path, hook('https://hooks.acme.example', { subscribeTo }))
      expect([refused.status, refused.body]).toEqual([
        400,
        {
          errors: [{ code: 'INTC-064', message: `${subscribeTo} either does not exist or cannot be subscribed too` }],
        },
      ])
    }
    for (const subscribeTo of ['product', 'goods-out-note', 'order', 'sales-order.created']) {
      expect((await post(path, hook('https://hooks.acme.example', { subscribeTo }))).status).toBe(200)
    }
  })

  test.each([
    ['no body template', { bodyTemplate: undefined }],
    ['no content type', { contentType: undefined }],
    ['a body for GET', { httpMethod: 'GET' }],
    ['PATCH', { httpMethod: 'PATCH' }],
    ['a relative address', { uriTemplate: '/hook' }],
    ['an unknown variable', { bodyTemplate: '${id}' }],
    ['quality 2', { qualityOfService: 2 }],
    ['an unknown field', { secret: 'x' }],
  ])('with %s is refused', async (_, more) => {
    const { post } = await start()
    expect(codeOf(await post(path, hook('https://hooks.acme.example', more)))).toEqual([400, 'CMNC-400'])
  })
})

describe('a message', () => {
  test('is the filled template: ids only, no signature', async () => {
    const { post, put, deliveries } = await start()
    const endpoint = await startEndpoint()
    const order = (await post('/order-service/sales-order', webOrder)).body.response
    await post(path, hook(endpoint.url, { uriTemplate: `${endpoint.url}/\${account-code}/\${full-event}?k=9b2f` }))
    await put(`/order-service/order/${order}/status`, { orderStatusId: 9 })
    await deliveries.idle()
    expect(endpoint.received).toHaveLength(1)
    const [{ method, url, headers, body }] = endpoint.received as [Received]
    expect([method, url, headers['content-type']]).toEqual([
      'POST',
      '/acme/order.modified.order-status?k=9b2f',
      'application/json',
    ])
    expect(Object.keys(headers).filter((name) => /sign|secret|token|auth/i.test(name))).toEqual([])
    expect(JSON.parse(body)).toEqual({
      accountCode: 'acme',
      resourceType: 'order',
      id: String(order),
      lifecycleEvent: 'modified',
      fullEvent: 'order.modified.order-status',
      raisedOn: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
      brightpearlVersion: '4.95.2936',
    })
  })

  test('holds several ids as an id set where the webhook takes them', async () => {
    const { post, catalogue, deliveries } = await start()
    const endpoint = await startEndpoint()
    await post(path, hook(endpoint.url, { subscribeTo: 'product.modified.on-hand-modified', idSetAccepted: true }))
    for (const id of [1004, 1001, 1002, 1001]) {
      const { inStock = 0 } = catalogue.stock(id).get(2) ?? {}
      catalogue.setStock(id, 2, { inStock: inStock + 1 })
    }
    catalogue.setPrice(1003, 2, { 1: '1.0000' })
    await deliveries.idle()
    expect(endpoint.received.map(({ body }) => JSON.parse(body).id)).toEqual(['1001-1002,1004'])
  })

  test('goes to whoever subscribed to the event or to the start of its name', async () => {
    const { post, staff, deliveries } = await start()
    const endpoint = await startEndpoint()
    for (const subscribeTo of [
      'goods-out-note',
      'goods-out-note.modified.shipped',
      'order.modified.fully-shipped',
      'sales-order.created',
    ]) {
      await post(path, hook(endpoint.url, { subscribeTo, bodyTemplate: `${subscribeTo}: \${full-event}` }))
    }
    await post('/order-service/sales-order', webOrder)
    await post('/order-service/sales-order', webOrder)
    staff.do({ action: 'ship', order: 'shop-10482' })
    await deliveries.idle()
    expect(endpoint.received.map(({ body }) => body).sort()).toEqual([
      'goods-out-note.modified.shipped: goods-out-note.modified.shipped',
      'goods-out-note: goods-out-note.created',
      'goods-out-note: goods-out-note.modified.packed',
      'goods-out-note: goods-out-note.modified.picked',
      'goods-out-note: goods-out-note.modified.printed',
      'goods-out-note: goods-out-note.modified.shipped',
      'order.modified.fully-shipped: order.modified.fully-shipped',
      // The duplicate raised nothing.
      'sales-order.created: sales-order.created',
    ])
  })

  test.each([
    ['quality 0 comes again after a 503', 0, [503], [503, 200]],
    ['quality 0 does not come again after a 500', 0, [500], [500]],
    ['quality 1 comes again after a 500', 1, [500, 503], [500, 503, 200]],
    ['quality 1 does not come again after a 4xx', 1, [404], [404]],
  ])('of %s', async (_, qualityOfService, answers, expected) => {
    const { post, put, deliveries } = await start()
    const endpoint = await startEndpoint(...answers)
    const order = (await post('/order-service/sales-order', webOrder)).body.response
    await post(path, hook(endpoint.url, { qualityOfService }))
    await put(`/order-service/order/${order}/status`, { orderStatusId: 9 })
    await deliveries.idle()
    expect(deliveries.list().map(({ status }) => status)).toEqual(expected)
    expect(endpoint.received).toHaveLength(expected.length)
  })

  test('can be lost, doubled, and overtaken', async () => {
    const { post, put, deliveries, server, raw } = await start()
    const endpoint = await startEndpoint()
    const order = (await post('/order-service/sales-order', webOrder)).body.response
    await post(path, hook(endpoint.url, { bodyTemplate: '${raised-on}' }))
    const change = (orderStatusId: number) => put(`/order-service/order/${order}/status`, { orderStatusId })
    server.faults.set({ loseMessage: { count: 1, path: '/order.modified.order-status' } })
    await change(9)
    await deliveries.idle()
    expect([endpoint.received.length, deliveries.list().at(-1)?.status]).toEqual([0, -1])
    server.faults.set({ doubleMessage: { count: 1 } })
    await change(3)
    await vi.waitFor(() => expect(endpoint.received).toHaveLength(2))
    expect(endpoint.received[0]?.body).toBe(endpoint.received[1]?.body)
    server.faults.set({ delayMessage: { count: 1, ms: 1000 } })
    await change(9)
    await new Promise((resolve) => setTimeout(resolve, 20))
    await change(3)
    await deliveries.idle()
    const [late, early] = endpoint.received.slice(2).map(({ body }) => body)
    expect(late && early && late > early).toBe(true)
    expect((await raw('/__sandbox/webhooks')).body.deliveries).toHaveLength(5)
  })
})
