import { afterEach, beforeEach, expect, test } from 'vitest'
import { reply, startReceiver, type TestReceiver } from './norce/test-receiver.ts'
import { type Sandbox, startSandbox } from './start-sandbox.ts'

let receiver: TestReceiver
let sandbox: Sandbox

beforeEach(async () => {
  receiver = await startReceiver()
  receiver.answer = (response) => reply(response, 200, { StatusCode: 'OK' })
  sandbox = await startSandbox({ products: 60, pushUrl: `${receiver.url}/orders` })
})
afterEach(async () => {
  await sandbox.stop()
  await receiver.stop()
})

test('orders can be placed before anything was synced, in every market, and are pushed with the credentials of the environment', async () => {
  const { NORCE_PUSH_USER, NORCE_PUSH_PASSWORD, SYNCLINE_EVENT_SECRET } = sandbox.env
  expect(SYNCLINE_EVENT_SECRET).toMatch(/^[\w-]+$/)
  for (const application of ['UK', 'EU', 'SE', 'JP']) {
    sandbox.shop.shop.place({ application, items: [{ partNo: 'HL-300' }] })
  }
  await sandbox.shop.shop.idle()
  expect(receiver.calls.map(({ body }) => body.CurrencyCode).sort()).toEqual(['EUR', 'GBP', 'JPY', 'SEK'])
  expect(receiver.calls[0]?.headers.authorization).toBe(
    `Basic ${Buffer.from(`${NORCE_PUSH_USER}:${NORCE_PUSH_PASSWORD}`).toString('base64')}`,
  )
  const { refs } = sandbox.shop.shop.placeRandom({ count: 40, applications: ['UK', 'EU', 'SE', 'JP'] })
  await sandbox.shop.shop.idle()
  expect(new Set(receiver.calls.map(({ body }) => body.ClientOrderRef)).size).toBe(4 + refs.length)
})

test('what is not sold in the web shop has no price there, and reduced and zero rates are kept', () => {
  expect(() => sandbox.shop.shop.place({ items: [{ partNo: 'INT-1' }] })).toThrow('INT-1 has no price in GBP')
  const { ref } = sandbox.shop.shop.place({
    items: [{ partNo: 'CHILD-1' }, { partNo: 'BOOK-1' }, { partNo: 'SCREW-1' }],
  })
  expect(sandbox.shop.shop.orderRequest(ref)).toMatchObject({
    Items: [{ VatRate: 5 }, { VatRate: 0 }, { VatRate: 20, UnitPrice: 1.625, UnitVat: 0.325 }],
  })
})
