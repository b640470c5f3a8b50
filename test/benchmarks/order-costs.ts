/**
 * What an order costs: time from its push to its sales order, and calls against the least possible.
 *
 * Method: both stand-ins run in this process, `syncline serve` in one of its own, which gets the shop's pushes. Calls are
 * counted at the stand-ins. The time is from the moment at which the customer orders to the one at which the back office
 * has the sales order, and to the one at which the shop has its number. Orders come one at a time, each when the one before
 * is through; then many at once. The clocks are the real one, and the quota is lifted: it is the calls that are looked at.
 *
 * The least possible follows from what an order needs: each of its writes is one call (contact with its address, order,
 * reservation, payments, the number for the shop), a new buyer is searched once, and the rows of the order are read once,
 * since a reservation names them by ids that only the back office knows. Looking for the order before it is made is needed
 * only where the back office does not know the installation: with it, it refuses a second order of one reference itself.
 * (It is looked for all the same: what the answer to such a second order holds is not documented.) That several writes can
 * travel in one call (multi-message) is left out of account.
 *
 *   node test/benchmarks/order-costs.ts --orders 10 --burst 40 --static-token
 */
import { setTimeout as wait } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { startServing } from '../support/shop-service.ts'

const { values } = parseArgs({
  options: {
    orders: { type: 'string', default: '10' },
    burst: { type: 'string', default: '40' },
    'static-token': { type: 'boolean', default: false },
  },
})
const orders = Number(values.orders)
const burst = Number(values.burst)
// To a static token the back office does not tell the number of the installation.
const installation = !values['static-token']

const at = await startServing({
  speed: 1,
  quota: 100_000,
  env: installation ? {} : { BRIGHTPEARL_SIGN_IN: 'staff_token' },
})
try {
  await at.service().command('run', 'products')
  // The first order also reads the reference data and signs in.
  await through(place('first', {}))
  await measure('a new buyer', orders, (number) => place(`new-${number}`, {}))
  const [customer] = at.backOffice.staff.contacts({ id: 7001 })
  await measure('a known buyer', orders, () => place('', { customer: { email: customer?.emails.PRI } }))
  await measure('a new buyer who has paid, with a comment', orders, (number) =>
    place(`paid-${number}`, { payments: [{ method: 'PAYPAL' }], comment: 'Leave at the door' }),
  )
  await measureBurst('new buyers', (number) => place(`many-${number}`, {}))
} finally {
  await at.stop()
}

function place(name: string, more: Readonly<Record<string, unknown>>): number {
  return at.place({
    customer: { email: `${name}@example.com`, firstName: 'Maja', lastName: 'Lind' },
    items: [
      { partNo: 'TJ-MOS-S', price: 75 },
      { partNo: 'STOVE-1', price: 65.83, quantity: 2 },
    ],
    freight: 4.125,
    ...more,
  })
}

/** Milliseconds until the back office has the order, and until the shop has its number. */
async function through(ref: number): Promise<{ readonly made: number; readonly told: number }> {
  const began = performance.now()
  const until = async (holds: () => boolean): Promise<number> => {
    while (!holds()) {
      if (performance.now() - began > 60_000) throw new Error(`Order ${ref} does not arrive. ${at.service().said()}`)
      await wait(1)
    }
    return performance.now() - began
  }
  const made = await until(() => at.sales(ref).length > 0)
  return { made, told: await until(() => at.shop.shop.order(ref)?.erpOrderNo != null) }
}

function sum(counts: readonly [string, number][]): number {
  return counts.reduce((total, [, count]) => total + count, 0)
}

function each(count: number, of: number): string {
  return (count / of).toFixed(2).replace(/\.?0+$/, '')
}

function reset(): void {
  at.backOffice.log.reset()
  at.shop.log.reset()
}

/** Calls since the last reset, by operation; the sign-in is no part of an order. */
function calls() {
  const of = (counters: ReturnType<typeof at.backOffice.log.counters>): [string, number][] =>
    Object.entries(counters.byOperation).flatMap(([name, count]) =>
      name.includes('token') ? [] : [[name, count.calls]],
    )
  return { backOffice: of(at.backOffice.log.counters()), shop: of(at.shop.log.counters()) }
}

/** Calls to the back office that orders like these cannot do without. */
function least(title: string): number {
  const isNew = title.startsWith('a new') || title.startsWith('new')
  const hasPaid = title.includes('paid')
  return (
    (isNew ? 1 + 2 : 1) + // the search for the buyer; address and contact
    (installation ? 1 : 2) + // the order, and the search for it
    2 + // its rows, the reservation
    (hasPaid ? 2 : 0) // the payment, the note
  )
}

async function measure(title: string, count: number, one: (number: number) => number): Promise<void> {
  const times: { made: number; told: number }[] = []
  reset()
  for (let number = 0; number < count; number += 1) {
    times.push(await through(one(number)))
    await at.shop.shop.idle()
  }
  await quiet(1500)
  say(title, count)
  await afterwards(count)
  const middle = (of: 'made' | 'told'): number =>
    Math.round(times.map((time) => time[of]).sort((a, b) => a - b)[Math.floor(count / 2)] ?? 0)
  console.log(`push to sales order: ${middle('made')} ms; to its number in the shop: ${middle('told')} ms (median)`)
}

async function measureBurst(title: string, one: (number: number) => number): Promise<void> {
  reset()
  const began = performance.now()
  const refs = Array.from({ length: burst }, (_, number) => one(number))
  for (const ref of refs) await through(ref)
  const seconds = (performance.now() - began) / 1000
  await quiet(1500)
  say(`${title}, ${burst} at once`, burst)
  await afterwards(burst)
  console.log(`all there and told after ${seconds.toFixed(1)} s`)
}

/** Waits until nothing has been asked for so long: an order is done when its last step is. */
async function quiet(ms: number): Promise<void> {
  for (let before = -1; before !== sum(calls().backOffice); ) {
    before = sum(calls().backOffice)
    await wait(ms)
  }
}

/** What both systems' messages about the new orders lead to: they are gathered, and the orders are looked at together. */
async function afterwards(count: number): Promise<void> {
  reset()
  await quiet(8000)
  const { backOffice } = calls()
  console.log(`afterwards, when the messages about them have come: ${each(sum(backOffice), count)} calls an order`)
}

function say(title: string, count: number): void {
  const { backOffice, shop } = calls()
  const named = (counts: readonly [string, number][]): string =>
    counts.map(([name, calls]) => `${name} ${each(calls, count)}`).join(', ')
  console.log(`\n## ${title}${installation ? '' : ', without the number of the installation'}`)
  console.log(`back office: ${each(sum(backOffice), count)} calls an order (${named(backOffice)})`)
  console.log(`least possible: ${least(title)}`)
  console.log(`shop: ${each(sum(shop), count)} calls an order (${named(shop)})`)
}
