import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createClock } from '../../common/clock.ts'
import { startTestNorce, type TestNorce } from '../test-client.ts'
import { reply, startReceiver, type TestReceiver } from '../test-receiver.ts'

const OK = { StatusCode: 'OK', Description: 'Queued', HasErpOrderNo: false, ErpOrderNo: null }
const ORDER = { items: [{ partNo: 'X', price: 10 }] }

let client: TestNorce
let receiver: TestReceiver

beforeEach(async () => {
  receiver = await startReceiver()
  receiver.answer = (response) => reply(response, 200, OK)
  client = await startTestNorce({
    // The plan of repeats starts at 5 s and runs 500 times as fast.
    clock: createClock(),
    switches: { retrySpeed: 500 },
    push: { url: `${receiver.url}/push`, user: 'shop', password: 'pässword' },
  })
})
afterEach(async () => {
  await client.norce.stop()
  await receiver.stop()
})

const attempts = () =>
  client.norce.shop.pushAttempts().map(({ attempt, status, outcome }) => [attempt, status, outcome])
const state = (ref: number) => client.norce.shop.pushStates().find((entry) => entry.ref === ref)?.state

describe('the order push', () => {
  test('posts the OrderRequest with Basic to the very URL, and is done with OK', async () => {
    const { ref } = client.norce.shop.place(ORDER)
    await client.norce.shop.idle()
    expect(receiver.calls).toHaveLength(1)
    const [call] = receiver.calls
    expect(call?.path).toBe('/push')
    expect(call?.headers).toMatchObject({
      'content-type': 'application/json',
      authorization: `Basic ${Buffer.from('shop:pässword').toString('base64')}`,
    })
    expect(call?.body).toEqual(client.norce.shop.orderRequest(ref))
    expect(call?.body.ClientOrderRef).toBe(String(ref))
    expect(state(ref)).toBe('taken')
  })

  test('an answer with a number binds it', async () => {
    receiver.answer = (response) => reply(response, 200, { ...OK, HasErpOrderNo: true, ErpOrderNo: 'SO-7' })
    const { ref } = client.norce.shop.place(ORDER)
    await client.norce.shop.idle()
    expect(client.norce.shop.order(ref)).toMatchObject({ orderNo: 'SO-7', erpOrderNo: 'SO-7' })
  })

  test('is repeated on the plan: an outage, a broken connection, a refusal, an answer that is no answer', async () => {
    receiver.answer = (response, _call, count) => {
      if (count === 1) reply(response, 503, {})
      else if (count === 2) response.destroy()
      else if (count === 3) reply(response, 200, { StatusCode: 'Failed', Description: 'Unknown part number' })
      else if (count === 4) response.writeHead(200).end('<html>')
      else reply(response, 200, OK)
    }
    const { ref } = client.norce.shop.place(ORDER)
    await client.norce.shop.idle()
    expect(attempts()).toEqual([
      [1, 503, 'failed'],
      [2, null, 'noAnswer'],
      [3, 200, 'failed'],
      [4, 200, 'failed'],
      [5, 200, 'taken'],
    ])
    expect(client.norce.shop.pushesOf(ref)[2]).toMatchObject({
      statusCode: 'Failed',
      description: 'Unknown part number',
    })
  })

  test('a refusal ends it, by the switch', async () => {
    client.norce.setSwitches({ pushFailedAnswer: 'giveUp' })
    receiver.answer = (response) => reply(response, 200, { StatusCode: 'Failed' })
    const { ref } = client.norce.shop.place(ORDER)
    await client.norce.shop.idle()
    expect([receiver.calls.length, state(ref)]).toEqual([1, 'givenUp'])
  })

  test('a lost answer: the receiver has it, the shop sends it again', async () => {
    client.norce.setSwitches({ pushDropAnswerEvery: 1 })
    receiver.answer = (response, _call, count) => {
      if (count === 2) client.norce.setSwitches({ pushDropAnswerEvery: null })
      reply(response, 200, OK)
    }
    client.norce.shop.place(ORDER)
    await client.norce.shop.idle()
    expect(attempts().map(([, , outcome]) => outcome)).toEqual(['answerLost', 'answerLost', 'taken'])
  })

  test('a push that breaks off in the middle of its body: the receiver has nothing, the shop sends it again', async () => {
    client.norce.setSwitches({ pushCutEvery: 2 })
    client.norce.shop.place(ORDER)
    await client.norce.shop.idle()
    client.norce.shop.place(ORDER)
    await client.norce.shop.idle()
    expect(attempts()).toEqual([
      [1, 200, 'taken'],
      [1, null, 'noAnswer'],
      [2, 200, 'taken'],
    ])
    expect(receiver.calls).toHaveLength(2)
  })

  test('two at once, one more afterwards, none at all: every n-th order', async () => {
    client.norce.setSwitches({ pushTwiceAtOnceEvery: 2, pushLostEvery: 3 })
    let open = 0
    let most = 0
    receiver.answer = (response) => {
      open += 1
      most = Math.max(most, open)
      setTimeout(() => {
        open -= 1
        reply(response, 200, OK)
      }, 50)
    }
    const refs = [1, 2, 3].map(() => client.norce.shop.place(ORDER).ref)
    await client.norce.shop.idle()
    const countOf = (ref: number) => receiver.calls.filter(({ body }) => body.ClientOrderRef === String(ref)).length
    expect(refs.map(countOf)).toEqual([1, 2, 0])
    expect(most).toBe(3)
    expect(state(refs[2] as number)).toBe('lost')
    expect(client.norce.shop.pushNow('untaken')).toBe(1)
    client.norce.setSwitches({ pushTwiceAtOnceEvery: null, pushLostEvery: null, pushAgainEvery: 1 })
    const last = client.norce.shop.place(ORDER).ref
    await client.norce.shop.idle()
    expect([countOf(refs[2] as number), countOf(last)]).toEqual([1, 2])
  })

  test('a receiver that does not answer in time', async () => {
    client.norce.setSwitches({ pushTimeoutMs: 50 })
    receiver.answer = (response, _call, count) => {
      if (count > 1) reply(response, 200, OK)
    }
    client.norce.shop.place(ORDER)
    await client.norce.shop.idle()
    expect(attempts()).toEqual([
      [1, null, 'noAnswer'],
      [2, 200, 'taken'],
    ])
  })

  test('no target, no push; the control endpoint sets it, and pushes what was placed before', async () => {
    await client.control('push-target', { url: null })
    const { ref } = client.norce.shop.place(ORDER)
    client.norce.shop.place({ ...ORDER, push: false })
    await client.norce.shop.idle()
    expect([receiver.calls.length, state(ref)]).toEqual([0, 'off'])
    expect(
      (await client.control('push-target', { url: `${receiver.url}/other`, user: 'a', password: 'b' })).body,
    ).toEqual({
      url: `${receiver.url}/other`,
    })
    expect((await client.control('pushes', { refs: [ref] })).body).toEqual({ pushed: 1 })
    await client.norce.shop.idle()
    expect(receiver.calls.map(({ path, body }) => [path, body.ClientOrderRef])).toEqual([['/other', String(ref)]])
    expect((await client.control('pushes', { refs: [7] })).status).toBe(400)
    expect((await client.control('pushes')).body).toMatchObject({
      orders: [{ ref, state: 'taken' }, { state: 'off' }],
      attempts: [{}],
    })
  })

  test('the zone of the date, fees and what a row discount means, by switches', () => {
    const { ref } = client.norce.shop.place({
      items: [{ partNo: 'X', quantity: 2, price: 10 }],
      date: '2026-07-01T09:00:00.5Z',
      freight: 4,
      promotions: [{ percent: 10 }],
      push: false,
    })
    client.norce.setSwitches({
      pushTimeZone: 'Europe/Stockholm',
      pushFees: 'fees',
      feeType: 'name',
      rowDiscount: 'row',
    })
    expect(client.norce.shop.orderRequest(ref)).toMatchObject({
      SubmitDate: '2026-07-01T11:00:00.5',
      Items: [{ LineNo: 1, UnitPrice: 9, UnitPriceOriginal: 10, Discount: 2 }],
      Fees: [{ Type: 'Shipping', Amount: 4, VatRate: 20 }],
    })
    client.norce.setSwitches({ rowDiscount: 'percent', feeType: 'number' })
    expect(client.norce.shop.orderRequest(ref)).toMatchObject({ Items: [{ Discount: 10 }], Fees: [{ Type: 0 }] })
    expect(() => client.norce.setSwitches({ pushTimeZone: 'Mars' })).toThrow('cannot be "Mars"')
  })
})
