import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, expect, it, vi } from 'vitest'
import type { PipelineReport } from '../../engine/pipeline/run-context.ts'
import { root } from '../support/command.ts'
import { type Orders, startOrders } from '../support/orders.ts'

/**
 * Promise 3, for every mapping that is shipped: when nothing has changed, another run writes nothing, whether it reads what
 * changed or everything. What counts is what arrives: no call but reads and sign-ins.
 */
vi.setConfig({ testTimeout: 180_000 })
const approved = 41
const history = '7d7a5b35-2c1d-4c1f-9a8e-3f6d2b7c1e90'

/** All that is shipped for everybody: a new one has to find something to do here, too. */
const files = readdirSync(join(root, 'mappings')).filter((file) => file.endsWith('.yaml'))
const shipped = files.map(
  (file) => /^mapping: (\w+)$/m.exec(readFileSync(join(root, 'mappings', file), 'utf8'))?.[1] as string,
)
interface World {
  readonly at: Orders
  /** Mappings that wrote something in the course. */
  readonly wrote: ReadonlySet<string>
  run(options?: Parameters<Orders['run']>[0]): ReturnType<Orders['run']>
  follow(): Promise<void>
}

async function startWorld(options: Readonly<Record<string, unknown>>): Promise<World> {
  const at = await startOrders({ options })
  const wrote = new Set<string>()
  const note = (pipelines: readonly PipelineReport[]): void => {
    for (const { mapping, created, updated } of pipelines) if (created + updated > 0) wrote.add(mapping)
  }
  return {
    at,
    wrote,
    async run(more) {
      const report = await at.run({ atOnce: true, ...more })
      note(report.pipelines)
      await at.shop.shop.idle()
      return report
    },
    async follow() {
      const { pipelines, booked } = await at.follow()
      note([...pipelines, ...(booked?.pipelines ?? [])])
    },
  }
}

/** Calls that are no reads, as the stand-ins saw them. */
function writes({ at }: World): readonly string[] {
  const calls = [at.backOffice, at.shop].flatMap(({ log }) => log.entries())
  return calls.flatMap(({ method, operation, path }) =>
    method === 'GET' || operation.includes('token') ? [] : [`${method} ${path}`],
  )
}

/** Runs on until nothing is left to do, then once more for what changed and once for everything. */
async function expectNothingMore(world: World) {
  const { at } = world
  for (let round = 0; round < 3; round += 1) {
    await world.run()
    await world.follow()
  }
  for (const full of [false, true]) {
    at.backOffice.log.reset()
    at.shop.log.reset()
    const { pipelines } = await world.run({ full })
    expect({ full, writes: writes(world) }).toEqual({ full, writes: [] })
    expect(pipelines.map(({ mapping }) => mapping).sort()).toEqual([...shipped].sort())
    for (const { mapping, created, updated, gone, error } of pipelines) {
      const nothing = { mapping, created: 0, updated: 0, gone: 0, error: undefined }
      expect({ mapping, created, updated, gone, error }).toEqual(nothing)
    }
  }
}

const worlds: World[] = []
afterAll(() => Promise.all(worlds.map(({ at }) => at.stop())))
const jackets = { items: [{ partNo: 'TJ-MOS-S', price: 75, quantity: 2 }], freight: 5 }

it('a run without a change writes nothing, whatever was done before', async () => {
  const options = { companies: true, orderHistory: true, historyApplication: history, overdue: 'today' }
  const world = await startWorld(options)
  worlds.push(world)
  const { at } = world
  at.do({ action: 'purchase', rows: [{ productId: 1002, quantity: 30 }], deliveryDate: '2020-03-01' })
  at.shop.shop.putCustomers({
    customers: [
      {
        Type: 1,
        Code: 'SHOP-1',
        EmailAddress: 'tom.ashby@example.com',
        FirstName: 'Tom',
        LastName: 'Ashby',
        IsActive: true,
      },
    ],
  })
  await world.run()
  at.shop.shop.place({
    customer: { email: 'buyer@ridge.example', firstName: 'Ann', lastName: 'Ridge' },
    company: { name: 'Ridge Outfitters Ltd', vatNo: 'GB999999973' },
    items: [{ partNo: 'TJ-MOS-S', price: 75 }],
    payments: [{ method: 'INVOICE' }],
  })
  const whole = await at.order(jackets)
  at.do({ action: 'ship', order: String(whole) })
  const mixed = await at.order({ items: [...jackets.items, { partNo: 'TJ-MOS-L', price: 80, quantity: 2 }] })
  const [sent] = at.do({ action: 'dropShip', order: String(mixed), rows: [{ sku: 'TJ-MOS-L', quantity: 2 }] })
  at.do({ action: 'shipDropShip', note: Number(sent?.note), tracking: 'MILL-1' })
  await at.order({ items: [{ partNo: 'SRV-REPAIR', price: 12.01 }] })
  const allocated = await at.order(jackets)
  at.do({ action: 'setStatus', order: String(allocated), status: 9 })
  const called = await at.order(jackets)
  at.do({ action: 'cancel', order: String(called) })
  const regretted = await at.order(jackets)
  at.shop.shop.act(regretted, { action: 'cancel' })
  await world.run()
  await world.follow()
  const rows = [{ sku: 'TJ-MOS-S', quantity: 1 }]
  at.do({ action: 'credit', order: String(whole), rows, status: approved })
  at.shop.shop.act(mixed, { action: 'refund', items: [{ lineNo: 2, quantity: 1 }] })
  await expectNothingMore(world)
  expect(shipped.filter((name) => !world.wrote.has(name))).toEqual(['invoicesOfOrders'])
})

it('nor where an order’s invoices are what is captured', async () => {
  const world = await startWorld({ captureAt: 'invoice' })
  worlds.push(world)
  const { at } = world
  await world.run({ mappings: ['products'] })
  const ref = await at.order(jackets)
  at.do({ action: 'ship', order: String(ref) }, { action: 'invoice', order: String(ref) })
  await expectNothingMore(world)
  expect([...world.wrote]).toContain('invoicesOfOrders')
})
