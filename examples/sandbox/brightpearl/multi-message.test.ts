import { afterEach, expect, test } from 'vitest'
import { startTest, type TestClient } from './test-client.ts'
import { codeOf, webOrder, writer } from './test-orders.ts'

let client: TestClient | undefined
afterEach(async () => {
  await client?.server.stop()
  client = undefined
})
const start = async () => {
  client = await startTest()
  return { ...client, ...writer(client), staff: client.server.staff }
}
const order = (label: string, more: object = {}) => ({
  label,
  uri: '/order-service/sales-order',
  httpMethod: 'POST',
  body: { ...webOrder, externalRef: label, ...more },
})
const request = (messages: readonly unknown[], more: object = {}) => ({
  processingMode: 'SEQUENTIAL',
  onFail: 'CONTINUE',
  messages,
  ...more,
})

test('a multi-message answers 200 when each part did, bodies as texts, and counts as one call', async () => {
  const { post, staff, server } = await start()
  const { status, body, headers } = await post('/multi-message', request([order('a'), order('b')]))
  expect(status).toBe(200)
  const [a, b] = ['a', 'b'].map((externalRef) => staff.orders({ externalRef })[0]?.id)
  expect(body).toEqual({
    response: {
      processedMessages: [
        { label: 'a', statusCode: 200, body: { content: `{"response":${a}}` } },
        { label: 'b', statusCode: 200, body: { content: `{"response":${b}}` } },
      ],
      unprocessedMessages: [],
    },
  })
  expect(headers.get('brightpearl-requests-remaining')).toBe('199')
  expect(server.log.counters().byOperation).toEqual({ 'post-multi-message': { calls: 1, throttled: 0 } })
})

test('a part that fails makes it 207; the rest goes on or stays undone', async () => {
  const { post, staff } = await start()
  const messages = [order('a'), order('b', { rows: [] }), order('c')]
  const stopped = await post('/multi-message', request(messages, { onFail: 'STOP' }))
  expect([stopped.status, stopped.body.response.unprocessedMessages]).toEqual([207, ['c']])
  expect(JSON.parse(stopped.body.response.processedMessages[1].body.content).errors[0].code).toBe('CMNC-400')
  expect(staff.account().created.salesOrders).toBe(1)
  const whole = await post('/multi-message', request(messages))
  expect([whole.status, whole.body.response.processedMessages.length]).toEqual([207, 3])
  expect(staff.account()).toMatchObject({ created: { salesOrders: 2 }, duplicateOrders: 1 })
})

test.each([
  ['eleven messages', request(Array.from({ length: 11 }, (_, number) => order(`m${number}`)))],
  ['PARALLEL with STOP', request([order('a')], { processingMode: 'PARALLEL', onFail: 'STOP' })],
  ['a label twice', request([order('a'), order('a')])],
  ['GET', request([{ ...order('a'), httpMethod: 'GET' }])],
  ['PATCH', request([{ ...order('a'), httpMethod: 'PATCH' }])],
  ['no messages', request([])],
])('%s are refused as a whole', async (_, body) => {
  const { post, staff } = await start()
  expect(codeOf(await post('/multi-message', body))).toEqual([400, 'CMNC-400'])
  expect(staff.account().created.salesOrders).toBe(0)
})
