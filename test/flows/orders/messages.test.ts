import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { type Serving, startServing } from '../../support/shop-service.ts'

/**
 * Cases 29 to 34 of the test set of orders: messages that come twice, late or not at all, and systems that are down. A
 * real service gets real pushes and webhooks; what both systems hold in the end is what counts.
 */
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 })

let at: Serving
beforeAll(async () => {
  at = await startServing()
})
afterAll(() => at.stop())
afterEach(() => {
  at.backOffice.faults.clear()
  at.shop.faults.clear()
  at.shop.setSwitches({ pushTwiceAtOnceEvery: null, pushLostEvery: null, eventTwiceEvery: null, eventLostEvery: null })
})

const poll = { timeout: 90_000, interval: 100 }
const confirmed = 'same total, GBP, has its number, Confirmed'
const takenSoon = (ref: number) => expect.poll(() => at.taken(ref), poll).toBe(confirmed)
/** How often an operation was carried out by the back office. */
const calls = (operation: string): number => at.backOffice.log.counters().byOperation[operation]?.calls ?? 0
const nothingTwice = () => {
  const { salesOrders, payments } = at.backOffice.staff.account().twice
  expect({ salesOrders, payments }).toEqual({ salesOrders: {}, payments: {} })
}
const buyer = (name: string) => ({ email: `${name}@example.com`, firstName: 'Maja', lastName: 'Lind' })
const contactsOf = (name: string): number => at.backOffice.staff.contacts({ email: `${name}@example.com` }).length

describe('29: the same push twice, at the same time', () => {
  it('is answered OK twice, and becomes one sales order of one contact', async () => {
    at.shop.setSwitches({ pushTwiceAtOnceEvery: 1 })
    const before = calls('post-sales-order')
    const ref = at.place({ customer: buyer('twice') })
    await takenSoon(ref)
    await at.shop.shop.idle()
    const pushes = at.shop.shop.pushesOf(ref)
    expect(pushes.map(({ outcome }) => outcome)).toEqual(['taken', 'taken'])
    expect(calls('post-sales-order') - before).toBe(1)
    expect(contactsOf('twice')).toBe(1)
    nothingTwice()
  })

  it('is one order also where one of them writes its number as a number, and says nothing of its type', async () => {
    const before = calls('post-sales-order')
    const ref = at.place({ customer: buyer('number') })
    await at.shop.shop.idle()
    const credentials = Buffer.from(`${at.env.NORCE_PUSH_USER}:${at.env.NORCE_PUSH_PASSWORD}`).toString('base64')
    const again = await fetch(`${at.service().publicUrl}/norce/orderPush`, {
      method: 'POST',
      headers: { authorization: `Basic ${credentials}` },
      body: JSON.stringify({ ...at.shop.shop.orderRequest(ref), ClientOrderRef: ref }),
    })
    expect(await again.json()).toMatchObject({ StatusCode: 'OK' })
    await takenSoon(ref)
    expect(calls('post-sales-order') - before).toBe(1)
    const { stdout } = await at.service().command('dead-letters', 'list')
    expect(stdout).not.toContain(String(ref))
    nothingTwice()
  })
})

describe('30: the answer to a create is lost', () => {
  it.each([
    ['dropped', { dropAfter: { count: 1, method: 'POST', path: '/sales-order' } }],
    ['a gateway’s 502', { failAfter: { count: 1, method: 'POST', path: '/sales-order' } }],
  ])('of the order (%s): it is found, and not sent again', async (name, fault) => {
    const key = `lost-${name.length}`
    const before = calls('post-sales-order')
    at.backOffice.faults.set(fault)
    const ref = at.place({ customer: buyer(key) })
    await takenSoon(ref)
    expect(calls('post-sales-order') - before).toBe(1)
    nothingTwice()
  })

  it('of the contact and of the payment: neither is made twice, though searches lag', async () => {
    // Less than the 60 s that the connector file gives a search, of the systems' own clock.
    at.backOffice.faults.set({
      staleSearch: { lagMs: 30_000, path: '-search' },
      dropAfter: { count: 1, method: 'POST', path: '/contact-service/contact' },
      failAfter: { count: 1, method: 'POST', path: '/customer-payment' },
    })
    const ref = at.place({ customer: buyer('lost-contact'), payments: [{ method: 'PAYPAL' }] })
    await takenSoon(ref)
    expect(contactsOf('lost-contact')).toBe(1)
    expect(at.sales(ref)[0]?.payments).toMatchObject([{ type: 'RECEIPT', amount: '90.00' }])
    nothingTwice()
  })

  it('of the acknowledgement: the shop has the number, once', async () => {
    at.shop.faults.set({ dropAfter: { count: 1, path: '/Order/SendOrderStatus' } })
    const ref = at.place({ customer: buyer('lost-number') })
    await takenSoon(ref)
  })
})

describe('31: the back office is down for an hour', () => {
  it('pushes are taken meanwhile, and every order is made once when it is back', async () => {
    at.backOffice.faults.set({ outage: {} })
    const down = at.backOffice.log.counters().calls
    const began = Date.now()
    const refs = [1, 2, 3].map((number) => at.place({ customer: buyer(`down-${number}`) }))
    await at.shop.shop.idle()
    for (const ref of refs) expect(at.shop.shop.pushesOf(ref).at(-1)).toMatchObject({ outcome: 'taken' })
    // An hour of the systems' clock.
    await expect.poll(() => Date.now() - began, poll).toBeGreaterThan(3_600_000 / 360)
    for (const ref of refs) expect(at.sales(ref)).toEqual([])
    // Every mapping asks now and then, and ever more seldom.
    expect(at.backOffice.log.counters().calls - down).toBeLessThan(400)
    at.backOffice.faults.clear()
    for (const ref of refs) await takenSoon(ref)
    nothingTwice()
  })
})

describe('32: throttled', () => {
  it('by both systems: what was refused goes again, and nothing fails', async () => {
    const before = at.state((store) => store.deadLetters.list({ limit: 10, mapping: 'orders' }).length)
    at.backOffice.faults.set({ throttle: { count: 6 } })
    at.shop.faults.set({ throttle: { count: 2 } })
    const refs = [1, 2].map((number) => at.place({ customer: buyer(`throttled-${number}`) }))
    for (const ref of refs) await takenSoon(ref)
    expect(at.backOffice.faults.hits().throttle).toBe(6)
    expect(at.shop.faults.hits().throttle).toBe(2)
    expect(at.state((store) => store.deadLetters.list({ limit: 10, mapping: 'orders' }).length)).toBe(before)
    nothingTwice()
  })
})

describe('34: events out of order, doubled, missing', () => {
  const statusOf = (ref: number) => at.shop.shop.order(ref)?.status
  const setStatus = (ref: number, status: number) =>
    at.backOffice.staff.do({ action: 'setStatus', order: String(ref), status })

  it('the shop shows the status that the order has, not the one of the last message', async () => {
    const ref = at.place({ customer: buyer('events') })
    await takenSoon(ref)
    at.backOffice.faults.set({ delayMessage: { count: 1, ms: 1500, path: '/order.modified.order-status' } })
    setStatus(ref, 8)
    await at.backOffice.staff.orders()
    setStatus(ref, 9)
    await expect.poll(() => statusOf(ref), poll).toBe('Allocation')
    await at.backOffice.deliveries.idle()
    await at.shop.shop.idle()
    expect(statusOf(ref)).toBe('Allocation')
  })

  it('one that comes twice is one action', async () => {
    const ref = at.place({ customer: buyer('doubled') })
    await takenSoon(ref)
    at.backOffice.faults.set({ doubleMessage: {} })
    setStatus(ref, 9)
    await expect.poll(() => statusOf(ref), poll).toBe('Allocation')
    await at.backOffice.deliveries.idle()
    const told = at.shop.shop.messages().filter(({ ref: of, key }) => of === ref && key === 'Allocation')
    expect(told).toHaveLength(1)
  })

  it('one that is lost is found by the schedule', async () => {
    const ref = at.place({ customer: buyer('missing') })
    await takenSoon(ref)
    at.backOffice.faults.set({ loseMessage: {} })
    setStatus(ref, 9)
    await expect.poll(() => statusOf(ref), poll).toBe('Allocation')
  })

  it('an order of which neither push nor event came is fetched after the grace, with its payments', async () => {
    const ref = at.place({ customer: buyer('unpushed'), payments: [{ method: 'PAYPAL' }], push: false, event: false })
    await takenSoon(ref)
    expect(at.shop.shop.pushesOf(ref)).toEqual([])
    expect(at.sales(ref)[0]?.payments).toMatchObject([{ type: 'RECEIPT', amount: '90.00' }])
    // The push comes after all: it is the same order.
    at.shop.shop.pushNow([ref])
    await at.shop.shop.idle()
    await expect.poll(() => at.state((store) => store.inbox.waiting().size), poll).toBe(0)
    expect(at.taken(ref)).toBe(confirmed)
    nothingTwice()
  })
})

describe('two services on one state', () => {
  it('the second is refused, and says by whom; when the first has died, the next begins at once', async () => {
    const second = await at.service().command('serve', '--port', '0', '--json')
    expect(second.status).toBe(1)
    expect(JSON.parse(second.stdout)).toMatchObject({ receivers: {}, error: { code: 'already-serving' } })
    const ref = at.place({ customer: buyer('first-service') })
    await takenSoon(ref)
    // Orders that it has taken, and not made, are made by the next.
    const refs = [1, 2, 3].map((number) => at.place({ customer: buyer(`dying-${number}`) }))
    await expect.poll(() => at.shop.shop.pushesOf(refs[0] as number).length, poll).toBeGreaterThan(0)
    await at.service().kill()
    await at.restart()
    for (const one of refs) await takenSoon(one)
    for (const name of ['dying-1', 'dying-2', 'dying-3']) expect(contactsOf(name)).toBe(1)
    nothingTwice()
  })
})

describe('33: a token that has expired, and one that was revoked', () => {
  it('expired in the middle of an order: a new one is asked for, and the order is made once', async () => {
    at.backOffice.faults.set({ expiredToken: { count: 1, after: 2 } })
    at.shop.faults.set({ expiredToken: { count: 1 } })
    const ref = at.place({ customer: buyer('expired') })
    await takenSoon(ref)
    expect(at.backOffice.faults.hits().expiredToken).toBe(1)
    nothingTwice()
  })

  it('revoked: orders wait, the service says why, and they are made once somebody has authorised it again', async () => {
    await at.restart({ BRIGHTPEARL_SIGN_IN: 'refresh_token' })
    at.backOffice.revokeConsent()
    const ref = at.place({ customer: buyer('revoked') })
    await at.shop.shop.idle()
    expect(at.shop.shop.pushesOf(ref).at(-1)).toMatchObject({ outcome: 'taken' })
    await expect.poll(() => at.service().said(), poll).toContain('grant-revoked')
    expect(at.sales(ref)).toEqual([])
    await at.restart({ BRIGHTPEARL_SIGN_IN: 'refresh_token', BRIGHTPEARL_REFRESH_TOKEN: await authorisedAnew() })
    await takenSoon(ref)
    nothingTwice()
  })
})

/** What a member of staff and `syncline connect` do: consent, and the exchange of its code. */
async function authorisedAnew(): Promise<string> {
  const redirect = 'http://127.0.0.1:8417/callback'
  at.backOffice.signIn.set({ consent: 'approve' })
  const query = new URLSearchParams({
    response_type: 'code',
    client_id: 'sandbox-app',
    redirect_uri: redirect,
    state: 's',
  })
  const page = await fetch(`${at.backOffice.authUrl}/authorize/sandbox?${query}`, { redirect: 'manual' })
  const code = new URL(page.headers.get('location') ?? '').searchParams.get('code') ?? ''
  const answer = await fetch(`${at.backOffice.authUrl}/token/sandbox`, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'authorization_code',
      code,
      redirect_uri: redirect,
      client_id: 'sandbox-app',
      client_secret: at.env.BRIGHTPEARL_CLIENT_SECRET ?? '',
    }),
  })
  return ((await answer.json()) as { refresh_token: string }).refresh_token
}
