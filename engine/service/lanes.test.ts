import { describe, expect, it, onTestFinished } from 'vitest'
import { createSimulatedTime } from '../http/testing/simulated-time.ts'
import type { AnyMapping, CompiledTrigger } from '../pipeline/compiled-mapping.ts'
import type { PipelineReport } from '../pipeline/run-context.ts'
import { openSqliteStore } from '../store/sqlite-store.ts'
import type { Delivery } from '../store/state-store.ts'
import { StoreError } from '../store/store-error.ts'
import { createHealth } from './health.ts'
import { startLanes } from './lanes.ts'
import type { Asked, Ran } from './run-mapping.ts'

/** Lanes with a made-up run and a clock that a test moves. */

const start = Date.parse('2026-03-02T08:00:00Z')
const pushed = { kind: 'event', event: { takes: { kind: 'record' } } } as unknown as CompiledTrigger
const hinted = { kind: 'event', event: { takes: { kind: 'ids' } } } as unknown as CompiledTrigger
const every = (everyMs: number, read?: 'all' | 'changes'): CompiledTrigger => ({ kind: 'every', everyMs, read })
const at = (cron: string, read?: 'all'): CompiledTrigger => ({ kind: 'at', cron, timeZone: 'UTC', read })

const entity = {
  name: 'order',
  keyFields: ['id'],
  get: {},
  reader: (value: unknown) => ({ value, problems: [] }),
}

function mapping(
  name: string,
  triggers: readonly CompiledTrigger[],
  after: readonly string[] = [],
  awaits: readonly { mapping: string }[] = [],
): AnyMapping {
  return {
    name,
    triggers,
    after,
    awaits,
    from: { name: 'shop.order', connection: 'shop', entity },
  } as unknown as AnyMapping
}

const done = (changes: Partial<PipelineReport> = {}): Ran => ({
  kind: 'done',
  report: { created: 0, updated: 0, skipped: {}, failed: {}, ...changes } as PipelineReport,
})
const down: Ran = { kind: 'down', code: 'system-unreachable', message: 'no answer' }
const failed: Ran = { kind: 'failed', code: 'http-400', message: 'refused' }

interface Call {
  readonly at: number
  readonly mapping: string
  readonly asked: Asked
}

function lanesOf(
  mappings: readonly AnyMapping[],
  run: (call: Call, time: ReturnType<typeof createSimulatedTime>) => Ran | Promise<Ran> = () => done(),
) {
  const time = createSimulatedTime(start)
  const store = openSqliteStore({ path: ':memory:' })
  const stop = new AbortController()
  const calls: Call[] = []
  const lanes = (): ReturnType<typeof startLanes> =>
    startLanes(mappings, {
      store,
      clock: time,
      timers: time,
      log: () => {},
      health: createHealth(store, () => false),
      stop: stop.signal,
      run: async (name, asked) => {
        const call = { at: (time.now() - start) / 1000, mapping: name, asked }
        calls.push(call)
        return run(call, time)
      },
    })
  onTestFinished(async () => {
    stop.abort()
    await time.run(time.now() + 3_600_000)
    store.close()
  })
  return { time, store, calls, stop, lanes, until: (seconds: number) => time.run(start + seconds * 1000) }
}

const iso = (seconds: number): string => new Date(start + seconds * 1000).toISOString()
function record(key: string, value: object, changes: Partial<Delivery> = {}): Delivery {
  const text = JSON.stringify(value)
  return {
    mapping: 'orders',
    event: 'shop.push',
    key,
    record: text,
    digest: text,
    receivedAt: iso(0),
    dueAt: iso(0),
    ...changes,
  }
}
const id = (key: string, seconds: number, changes: Partial<Delivery> = {}): Delivery => ({
  mapping: 'orders',
  event: 'shop.hint',
  key,
  receivedAt: iso(0),
  dueAt: iso(seconds),
  ...changes,
})
const recordsOf = ({ asked }: Call): unknown[] => (asked.given?.records ?? []).map(({ value }) => value)

describe('messages', () => {
  it('are few at a time after a start, and more with each run that ends well', async () => {
    const { store, calls, lanes, until } = lanesOf([mapping('orders', [pushed])])
    store.inbox.put(Array.from({ length: 150 }, (_, n) => record(`k${n}`, { id: `k${n}` })))
    lanes()
    await until(1)
    expect(calls.map((call) => recordsOf(call).length)).toEqual([8, 16, 32, 64, 30])
  })

  it('are mapped together, one for each key, in their order', async () => {
    const { store, calls, lanes, until } = lanesOf([mapping('orders', [pushed])])
    store.inbox.put([record('a', { id: 'a', n: 1 }), record('b', { id: 'b' }), record('a', { id: 'a', n: 2 })])
    lanes()
    await until(1)
    expect(calls.map(recordsOf)).toEqual([[{ id: 'a', n: 1 }, { id: 'b' }], [{ id: 'a', n: 2 }]])
    expect(store.inbox.waiting().size).toBe(0)
  })

  it('with ids wait until their time, and go by themselves where another find reads them', async () => {
    const { store, calls, lanes, until } = lanesOf([mapping('orders', [hinted])])
    store.inbox.put([id('1', 5), id('2', 5), id('x', 5, { find: 'sku' })])
    lanes()
    await until(4)
    expect(calls).toEqual([])
    await until(6)
    expect(calls.map(({ asked }) => asked.given)).toEqual([
      { records: [], keys: ['1', '2'], hints: true },
      { records: [], keys: ['x'], find: 'sku', hints: true },
    ])
  })

  it('are taken up when the lane is poked', async () => {
    const { store, calls, lanes, until } = lanesOf([mapping('orders', [pushed])])
    const started = lanes()
    await until(1)
    store.inbox.put([record('a', { id: 'a' })])
    started.poke(['orders'])
    await until(1)
    expect(calls).toHaveLength(1)
  })

  it('that a mapping has too which goes before go to it first, also while it cannot take them', async () => {
    let tries = 0
    const { store, calls, lanes, until } = lanesOf(
      [mapping('invoices', [pushed], ['shipments']), mapping('shipments', [pushed])],
      async ({ mapping: name }, time) => {
        await time.wait(1_000)
        return name === 'shipments' && ++tries === 2 ? down : done()
      },
    )
    for (const name of ['invoices', 'shipments']) store.inbox.put([id('a', 1, { mapping: name })])
    for (const name of ['invoices', 'shipments']) store.inbox.put([id('b', 10, { mapping: name })])
    lanes()
    await until(14)
    expect(calls.map(({ at: second, mapping: name }) => [second, name])).toEqual([
      [1, 'shipments'],
      [2, 'invoices'],
      [10, 'shipments'],
      [12, 'shipments'],
      [13, 'invoices'],
    ])
  })

  it('stay while a system is down, with longer and longer pauses, and are then mapped', async () => {
    let isDown = true
    const { store, calls, lanes, until } = lanesOf([mapping('orders', [pushed])], () => (isDown ? down : done()))
    store.inbox.put([record('a', { id: 'a', n: 1 }), record('a', { id: 'a', n: 2 })])
    lanes()
    await until(40)
    expect(calls.map((call) => call.at)).toEqual([0, 1, 3, 7, 15, 31])
    expect(calls.every((call) => (recordsOf(call)[0] as { n: number }).n === 1)).toBe(true)
    isDown = false
    await until(64)
    expect(calls.slice(6).map(recordsOf)).toEqual([[{ id: 'a', n: 1 }], [{ id: 'a', n: 2 }]])
    expect(store.deadLetters.keysOf('orders')).toEqual([])
  })

  it('whose run fails as a whole are tried by themselves, and the one at fault ends as a dead letter', async () => {
    const bad = (call: Call): boolean => recordsOf(call).some((value) => (value as { id: string }).id === 'bad')
    const { store, calls, lanes, until } = lanesOf([mapping('orders', [pushed])], (call) =>
      bad(call) ? failed : done(),
    )
    store.inbox.put(['a', 'bad', 'b'].map((key) => record(key, { id: key })))
    lanes()
    await until(60)
    expect(store.inbox.waiting().size).toBe(0)
    expect(store.deadLetters.list({ limit: 9 })).toMatchObject([
      { sourceKey: 'bad', code: 'http-400', message: 'refused', record: { id: 'bad' } },
    ])
    expect(calls.filter((call) => !bad(call)).flatMap(recordsOf)).toEqual([{ id: 'a' }, { id: 'b' }])
    expect(calls.filter(bad)).toHaveLength(5)
  })

  it('are not forgotten when the state cannot be written for a time', async () => {
    const { store, calls, lanes, until } = lanesOf([mapping('orders', [pushed])])
    const { putBack, done: end } = store.inbox
    const full = (): never => {
      throw new StoreError('store-full', 'The disk is full', 'Make room')
    }
    Object.assign(store.inbox, { putBack: full, done: full })
    store.inbox.put([record('a', { id: 'a' })])
    lanes()
    await until(10)
    Object.assign(store.inbox, { putBack, done: end })
    await until(60)
    expect(calls.length).toBeGreaterThan(1)
    expect(store.inbox.waiting().size).toBe(0)
  })

  it('of a mapping that runs elsewhere wait for it, and that is no failure', async () => {
    let elsewhere = true
    const { store, calls, lanes, until } = lanesOf([mapping('orders', [pushed])], () =>
      elsewhere ? { kind: 'elsewhere' } : done(),
    )
    store.inbox.put([record('a', { id: 'a' })])
    lanes()
    await until(5)
    expect(calls.length).toBeGreaterThan(3)
    elsewhere = false
    await until(7)
    expect(store.inbox.waiting().size).toBe(0)
  })

  it('whose record waits for another one are held, until that is there, at the latest to their deadline', async () => {
    const deadline = iso(3600)
    const { store, calls, lanes, until } = lanesOf(
      [mapping('orders', [pushed]), mapping('customers', [hinted])],
      (call) => {
        if (call.mapping === 'customers') {
          store.known.add('office.contact', ['c1'])
          return done({ created: 1 })
        }
        const parked = !store.known.which('office.contact', ['c1']).has('c1')
        if (parked)
          store.parked.put({
            mapping: 'orders',
            sourceKey: 'a',
            entity: 'office.contact',
            key: 'c1',
            since: iso(0),
            deadline,
          })
        else store.parked.remove('orders', ['a'])
        return done()
      },
    )
    store.inbox.put([record('a', { id: 'a' })])
    const started = lanes()
    await until(120)
    expect(calls.map((call) => call.mapping)).toEqual(['orders'])
    expect(store.inbox.waiting().get('orders')?.count).toBe(1)
    store.inbox.put([id('c1', 120, { mapping: 'customers' })])
    started.poke(['customers'])
    await until(121)
    expect(calls.map((call) => call.mapping)).toEqual(['orders', 'customers', 'orders'])
    expect(store.inbox.waiting().size).toBe(0)
  })

  it('that failed in passing are tried again a few times', async () => {
    const { store, calls, lanes, until } = lanesOf([mapping('orders', [pushed])], () => {
      store.deadLetters.put({
        mapping: 'orders',
        sourceKey: 'a',
        label: undefined,
        code: 'not-applied',
        message: '',
        record: {},
        run: 'r',
        at: iso(0),
      })
      return done({ failed: { 'not-applied': 1 } })
    })
    store.inbox.put([record('a', { id: 'a' })])
    lanes()
    await until(600)
    expect(calls).toHaveLength(5)
    expect(store.inbox.waiting().size).toBe(0)
    expect(store.deadLetters.keysOf('orders')).toEqual(['a'])
  })
})

describe('schedules', () => {
  it('run at their interval, never two runs at once, and what was missed meanwhile is one run', async () => {
    let running = 0
    const { calls, lanes, until } = lanesOf([mapping('stock', [every(10_000)])], async (call, time) => {
      expect(++running).toBe(1)
      await time.wait(call.at === 10 ? 35_000 : 1_000)
      running -= 1
      return done()
    })
    lanes()
    await until(80)
    expect(calls.map((call) => call.at)).toEqual([0, 10, 45, 55, 65, 75])
  })

  it('that are due together are one run, which reads what the greediest asks for', async () => {
    const { calls, lanes, until } = lanesOf([mapping('stock', [every(60_000), at('10 8 * * *', 'all')])])
    lanes()
    await until(600)
    expect(calls.map(({ at: second, asked }) => [second, asked.read])).toEqual([
      ...Array.from({ length: 10 }, (_, minute) => [minute * 60, undefined]),
      [600, 'all'],
    ])
  })

  it('that look back further are runs of their own, after the one that moves the cursor', async () => {
    const back = { ...every(300_000), sinceMs: 7_200_000 } as CompiledTrigger
    const further = { ...every(600_000), sinceMs: 86_400_000 } as CompiledTrigger
    const { calls, lanes, until } = lanesOf([mapping('stock', [back, further, every(200_000)])])
    lanes()
    await until(610)
    expect(calls.map(({ at: second, asked }) => [second, asked.sinceMs])).toEqual([
      [0, undefined],
      [0, 86_400_000],
      [200, undefined],
      [300, 7_200_000],
      [400, undefined],
      [600, undefined],
      [600, 86_400_000],
    ])
  })

  it('remember over a restart when they ran, and catch up once', async () => {
    const { store, calls, lanes, until } = lanesOf([mapping('stock', [at('0 9 * * *')])])
    store.schedules.set('stock', 'at 0 9 * * * UTC', new Date(start - 3 * 86_400_000).toISOString())
    lanes()
    await until(3600)
    expect(calls.map((call) => call.at)).toEqual([0, 3600])
  })

  it('are still due after a system was down, or after a run that was cut short', async () => {
    const outcomes: Ran[] = [down, { kind: 'stopped' }, done()]
    const { calls, lanes, until } = lanesOf([mapping('stock', [at('30 8 * * *')])], () => outcomes.shift() ?? done())
    lanes()
    await until(1900)
    expect(calls.map((call) => call.at)).toEqual([1800, 1801, 1802])
  })

  it('are not repeated at once after a run that failed as a whole', async () => {
    const { calls, lanes, until } = lanesOf([mapping('stock', [every(60_000)])], () => failed)
    lanes()
    await until(130)
    expect(calls.map((call) => call.at)).toEqual([0, 60, 120])
  })

  it('of mappings that come after others wait for these', async () => {
    const order: string[] = []
    const { lanes, until } = lanesOf(
      [mapping('prices', [every(60_000)], ['products']), mapping('products', [every(60_000)])],
      async ({ mapping: name }, time) => {
        order.push(`${name} begins`)
        await time.wait(5_000)
        order.push(`${name} ends`)
        return done()
      },
    )
    lanes()
    await until(30)
    expect(order).toEqual(['products begins', 'products ends', 'prices begins', 'prices ends'])
  })

  it('and messages take turns', async () => {
    const { store, calls, lanes, until } = lanesOf([mapping('orders', [pushed, every(1_000)])], async (_, time) => {
      await time.wait(2_000)
      store.inbox.put([record('a', { id: 'a', n: time.now() })])
      return done()
    })
    store.inbox.put([record('a', { id: 'a' })])
    lanes()
    await until(20)
    const kinds = calls.map(({ asked }) => (asked.given ? 'message' : 'schedule'))
    expect(kinds.slice(0, 6)).toEqual(['message', 'schedule', 'message', 'schedule', 'message', 'schedule'])
  })
})

describe('records that wait', () => {
  it('are read again by their key when what they wait for is made', async () => {
    const { store, calls, lanes, until } = lanesOf(
      [mapping('prices', [at('0 3 * * *')]), mapping('products', [hinted])],
      (call) => {
        if (call.mapping === 'prices') store.parked.remove('prices', ['7'])
        else store.known.add('shop.sku', ['A-7'])
        return done({ created: 1 })
      },
    )
    store.parked.put({
      mapping: 'prices',
      sourceKey: '7',
      entity: 'shop.sku',
      key: 'A-7',
      since: iso(0),
      deadline: iso(86_400),
    })
    const started = lanes()
    await until(10)
    expect(calls).toEqual([])
    store.inbox.put([id('7', 10, { mapping: 'products' })])
    started.poke(['products'])
    await until(11)
    expect(calls.map(({ mapping: name, asked }) => [name, asked.given?.keys])).toEqual([
      ['products', ['7']],
      ['prices', ['7']],
    ])
  })
})

it('records that await what one mapping makes are looked for when it has made something, and at their deadline', async () => {
  const { store, calls, lanes, until } = lanesOf(
    [
      mapping('orders', [at('0 3 * * *')], [], [{ mapping: 'customers' }]),
      mapping('customers', [hinted]),
      mapping('products', [hinted]),
    ],
    (call) => done({ created: call.mapping === 'orders' ? 0 : 1 }),
  )
  const started = lanes()
  await until(1)
  store.parked.put({
    mapping: 'orders',
    sourceKey: '7',
    entity: 'office.contact',
    key: 'c',
    since: iso(0),
    deadline: iso(1000),
  })
  for (const [second, maker] of [
    [100, 'products'],
    [200, 'customers'],
  ] as const) {
    await until(second)
    store.inbox.put([id('1', second, { mapping: maker })])
    started.poke([maker])
  }
  await until(999)
  expect(calls.map((call) => [call.at, call.mapping])).toEqual([
    [100, 'products'],
    [200, 'customers'],
    [200, 'orders'],
  ])
  await until(1040)
  expect(calls.slice(3).every((call) => call.mapping === 'orders' && call.at >= 1000)).toBe(true)
  expect(calls.length).toBeGreaterThan(3)
})

it('records that await what was made are looked for again when a system was down', async () => {
  let isDown = true
  const { store, calls, lanes, until } = lanesOf(
    [mapping('orders', [at('0 3 * * *')], [], [{ mapping: 'customers' }]), mapping('customers', [hinted])],
    (call) => (call.mapping === 'customers' ? done({ created: 1 }) : isDown ? down : done()),
  )
  const parked = { mapping: 'orders', sourceKey: '7', entity: 'office.contact', key: 'c', since: iso(0) }
  const started = lanes()
  await until(1)
  store.parked.put({ ...parked, deadline: iso(1000) })
  store.inbox.put([id('1', 1, { mapping: 'customers' })])
  started.poke(['customers'])
  await until(1.5)
  expect(calls.map((call) => call.mapping)).toEqual(['customers', 'orders'])
  isDown = false
  await until(60)
  expect(calls.map((call) => call.mapping)).toEqual(['customers', 'orders', 'orders'])
})

it('lanes end when they are told to, and what was taken is put back', async () => {
  const { store, stop, lanes, until } = lanesOf([mapping('orders', [pushed])], async (_, time) => {
    await time.wait(1_000)
    return { kind: 'stopped' }
  })
  store.inbox.put([record('a', { id: 'a' })])
  const started = lanes()
  await until(0.5)
  stop.abort()
  await until(2)
  await started.ended
  expect(store.inbox.take('orders', iso(10), 5)).toMatchObject([{ key: 'a', attempts: 0 }])
})

describe('a schedule that compares both sides', () => {
  it('goes after the runs that are due, repairs when one of them says so, and is due again at its time', async () => {
    const compare: CompiledTrigger = { kind: 'every', everyMs: 60_000, read: undefined, reconcile: 'compare' }
    const repair: CompiledTrigger = { kind: 'every', everyMs: 120_000, read: undefined, reconcile: 'repair' }
    const report = { compared: 1, found: {}, repaired: 0, remaining: 0, seconds: 0 }
    const { calls, lanes, until } = lanesOf([mapping('orders', [compare, repair, every(90_000)])], ({ asked }) =>
      asked.reconcile ? ({ kind: 'reconciled', report } as unknown as Ran) : done(),
    )
    lanes()
    await until(100)
    expect(calls.map(({ at: when, asked }) => [when, asked.reconcile])).toEqual([
      [0, undefined],
      [0, 'repair'],
      [60, 'compare'],
      [90, undefined],
    ])
  })
})
