import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { nothing } from '../support/nothing.ts'
import { type Call, salesMapping, startTillSystem, type TillSystem } from '../support/till-system.ts'

let system: TillSystem
beforeEach(async () => {
  system = await startTillSystem()
})
afterEach(() => system.stop())

const isOrder = ({ method, path }: Call): boolean => method === 'POST' && path === '/orders'
const edited = (...edits: readonly (readonly [string, string])[]): { sales: string } => ({
  sales: edits.reduce((text, [from, to]) => {
    if (!text.includes(from)) throw new Error(`The mapping has no ${from}`)
    return text.replace(from, to)
  }, salesMapping),
})
const one = (pipelines: readonly { readonly mapping: string }[]) => pipelines[0] as never as Record<string, unknown>

describe('5.11 steps', () => {
  it('one record leads to several writes, and a later one sees what an earlier one returned', async () => {
    system.sell({
      ref: 'W-1',
      email: 'anna@example.com',
      payments: [
        { no: 'a', amount: 4 },
        { no: 'b', amount: 6 },
      ],
    })
    const engine = await system.engine({ sales: salesMapping })
    const { pipelines, exitStatus } = await engine.run()
    expect(one(pipelines)).toMatchObject({ created: 1, failed: nothing, steps: { payment: { created: 2 } } })
    expect(exitStatus).toBe(0)
    const [buyer] = system.made('buyers')
    const [order] = system.made('orders')
    expect(order).toMatchObject({ ref: 'W-1', buyer: buyer?.id, amount: 10 })
    expect(system.made('payments')).toMatchObject([{ ref: 'W-1-a', order: order?.id }, { ref: 'W-1-b' }])
    expect(system.office.receipts.get('W-1')).toMatchObject({ order: order?.id })
  })

  it('a number that an answer gives as a text is that number for the steps after it', async () => {
    system.sell({ ref: 'W-1', payments: [{ no: 'a', amount: 10 }] })
    const connector = (text: string): string => text.replaceAll('id: body.id', 'id: $string(body.id)')
    const engine = await system.engine({ sales: salesMapping }, { connector })
    expect(one((await engine.run()).pipelines)).toMatchObject({ created: 1, failed: nothing })
    const [buyer] = system.made('buyers')
    expect(system.made('orders')).toMatchObject([{ ref: 'W-1', buyer: buyer?.id }])
  })

  it('a record that is as it was costs nothing beyond its read', async () => {
    system.sell({ ref: 'W-1', payments: [{ no: 'a', amount: 10 }] })
    const engine = await system.engine({ sales: salesMapping })
    await engine.run()
    system.calls.length = 0
    const { pipelines } = await engine.run({ full: true })
    expect(one(pipelines)).toMatchObject({ unchanged: 1, created: 0 })
    expect(system.calls.map(({ path }) => path)).toEqual(['/sales'])
  })

  it('what was found is taken as it is; two records of one buyer make one', async () => {
    for (const ref of ['W-1', 'W-2', 'W-3']) system.sell({ ref, email: 'anna@example.com' })
    system.setLag(200)
    const engine = await system.engine({ sales: salesMapping }, { hurry: 1 })
    await engine.run()
    expect(system.made('buyers')).toHaveLength(1)
    expect(system.made('orders')).toHaveLength(3)
    system.sell({ ref: 'W-4', email: 'anna@example.com' })
    const { pipelines } = await engine.run()
    expect(one(pipelines)).toMatchObject({ created: 1, steps: { buyer: { found: 1, created: 0 } } })
    expect(system.made('buyers')).toHaveLength(1)
  })

  it('also where the look-up and the making are two steps', async () => {
    for (const ref of ['W-1', 'W-2', 'W-3', 'W-4']) system.sell({ ref, email: 'anna@example.com' })
    const engine = await system.engine(
      edited(
        ['  - step: buyer\n', '  - step: known\n'],
        [
          '    write: create\n    fields: { email:',
          '  - step: buyer\n    if: "$not($exists($steps.known))"\n    to: till.buyer\n    write: create\n    fields: { email:',
        ],
        ['buyer: $steps.buyer.id', 'buyer: "$firstOf($steps.known.id, $steps.buyer.id)"'],
      ),
    )
    const { pipelines } = await engine.run()
    expect(one(pipelines)).toMatchObject({ created: 4, failed: nothing })
    expect(system.made('buyers')).toHaveLength(1)
    expect(new Set(system.made('orders').map(({ buyer }) => buyer)).size).toBe(1)
  })

  it('a record is found by the key of what it became', async () => {
    system.sell({ ref: 'W-1' })
    const engine = await system.engine({ sales: salesMapping })
    await engine.run()
    system.sell({ ref: 'W-1', amount: 12 })
    const { pipelines } = await engine.run({ only: String(system.made('orders')[0]?.id) })
    expect(one(pipelines)).toMatchObject({ read: 1, updated: 1 })
  })

  it('a failed step does not repeat those before it', async () => {
    system.sell({ ref: 'W-1', payments: [{ no: 'a', amount: 10 }] })
    system.setFault(({ method, path }) => (method === 'POST' && path === '/payments' ? 422 : undefined))
    const engine = await system.engine({ sales: salesMapping })
    expect(one((await engine.run()).pipelines)).toMatchObject({ failed: { 'refused-here': 1 } })
    expect(engine.store.deadLetters.get('sales', 'W-1')).toMatchObject({
      step: 'payment',
      code: 'refused-here',
      requestId: expect.stringMatching(/^R-/),
      attempts: 1,
    })
    expect(system.office.receipts.size).toBe(0)
    system.setFault(() => undefined)
    system.calls.length = 0
    expect(one((await engine.run({ only: 'W-1' })).pipelines)).toMatchObject({ created: 1, failed: nothing })
    expect(system.writes().map(({ path }) => path)).toEqual(['/payments', '/receipts/W-1'])
    expect(engine.store.deadLetters.get('sales', 'W-1')).toBeUndefined()
  })

  it('a confirmed step is repeated only when its owned fields changed and its write can update', async () => {
    system.sell({ ref: 'W-1', email: 'anna@example.com', payments: [{ no: 'a', amount: 10 }] })
    const engine = await system.engine({ sales: salesMapping })
    await engine.run()
    system.sell({
      ref: 'W-1',
      amount: 12,
      name: 'Anna',
      payments: [
        { no: 'a', amount: 12 },
        { no: 'b', amount: 1 },
      ],
    })
    system.calls.length = 0
    expect(one((await engine.run()).pipelines)).toMatchObject({ created: 1 })
    expect(system.writes().map(({ method, path }) => `${method} ${path.replace(/\d+/, 'N')}`)).toEqual([
      'PUT /orders/N',
      'POST /payments',
    ])
    expect(system.made('orders')).toMatchObject([{ amount: 12 }])
    expect(system.made('payments')).toMatchObject([{ amount: 10 }, { ref: 'W-1-b', amount: 1 }])
  })

  it('a step whose condition does not hold is left out; one that may fail lets the others go on', async () => {
    system.sell({ ref: 'W-1', payments: [{ no: 'a', amount: 1 }] })
    system.sell({ ref: 'W-2' })
    const engine = await system.engine(
      edited(
        ['    key: no\n', '    key: no\n    onFail: continue\n'],
        ['$count($steps.payment) > 0', '$exists($steps.order)'],
      ),
    )
    system.setFault(({ method, path }) => (method === 'POST' && path === '/payments' ? 422 : undefined))
    const { pipelines, events } = await engine.run()
    expect(one(pipelines)).toMatchObject({ created: 2, failed: nothing, warned: { 'payment-failed': 1 } })
    expect(events).toContainEqual(
      expect.objectContaining({ type: 'warning', message: expect.stringContaining('refused-here') }),
    )
    expect(system.office.receipts.size).toBe(2)
    // It is tried again when the record is looked at again.
    system.setFault(() => undefined)
    await engine.run({ full: true })
    expect(system.made('payments')).toHaveLength(1)
  })

  it('several that are found: fails, or takes the first in order', async () => {
    for (const id of [9, 8]) system.made('buyers').push({ id, email: 'anna@example.com', madeAt: 0 })
    system.sell({ ref: 'W-1', email: 'anna@example.com' })
    const engine = await system.engine(edited([', many: first, order: id', '']))
    expect(one((await engine.run()).pipelines)).toMatchObject({ failed: { 'step-many-found': 1 } })
    const first = await system.engine({ sales: salesMapping })
    await first.run()
    expect(system.made('orders')).toMatchObject([{ buyer: 8 }])
  })

  it('of what was found a condition may say what counts, and what fails or warns', async () => {
    system.made('buyers').push({ id: 7, email: 'anna@example.com', staff: true, madeAt: 0 })
    system.made('buyers').push({ id: 8, email: 'anna@example.com', madeAt: 0 })
    system.sell({ ref: 'W-1', email: 'anna@example.com' })
    const where = await system.engine(
      edited(['value: email,', "value: email, where: '$default(staff, false) = false',"]),
    )
    await where.run()
    expect(system.made('orders')).toMatchObject([{ buyer: 8 }])
    const staff = await system.engine(
      edited([
        '    write: create\n    fields: { email',
        '    ensure: { staff-member: "$not(true in $found.staff)" }\n    write: create\n    fields: { email',
      ]),
    )
    expect(one((await staff.run({ full: true })).pipelines)).toMatchObject({ failed: { 'staff-member': 1 } })
    const warned = await system.engine(
      edited([
        '    write: create\n    fields: { email',
        '    warn: { several: $count($found) <= 1 }\n    write: create\n    fields: { email',
      ]),
    )
    expect(one((await warned.run({ full: true })).pipelines)).toMatchObject({ failed: nothing, warned: { several: 1 } })
  })

  it('a dry run looks up, and shows what would be written with marks for the keys that are to come', async () => {
    system.made('buyers').push({ id: 8, email: 'anna@example.com', madeAt: 0 })
    system.sell({ ref: 'W-1', email: 'anna@example.com', payments: [{ no: 'a', amount: 10 }] })
    const engine = await system.engine({ sales: salesMapping })
    const { pipelines } = await engine.run({ dryRun: true })
    expect(system.writes()).toEqual([])
    expect(one(pipelines)).toMatchObject({
      created: 1,
      wouldWrite: [
        { step: 'buyer', action: 'found', key: '8' },
        { step: 'order', action: 'create', key: '(id of order, once it is made)', fields: { buyer: 8 } },
        { step: 'payment', fields: { order: '(id of order, once it is made)' } },
        { step: 'receipt', fields: { order: '(id of order, once it is made)' } },
      ],
    })
    expect(engine.store.links.isLinked('sales', 'W-1')).toBe(false)
  })
})

describe('5.11 what a lost answer leads to', () => {
  it.each(['drop', 'drop-after', 'fail-after', 503] as const)('%s: the order is there once', async (how) => {
    for (const ref of ['W-1', 'W-2']) system.sell({ ref })
    system.setLag(300)
    system.failOnce(isOrder, how)
    const engine = await system.engine({ sales: salesMapping }, { hurry: 1 })
    expect(one((await engine.run()).pipelines)).toMatchObject({ created: 2, failed: nothing })
    expect(
      system
        .made('orders')
        .map(({ ref }) => ref)
        .sort(),
    ).toEqual(['W-1', 'W-2'])
    expect(engine.store.journal.pending('sales')).toEqual([])
  })

  it('what the target does not tell is asked again by the next runs, and held after its time', async () => {
    system.sell({ ref: 'W-1' })
    const isLook = ({ method, path, query }: Call): boolean =>
      method === 'GET' && path === '/orders' && query.has('ref')
    let lost = false
    system.setFault((call) => {
      if (lost && isLook(call)) return 422
      if (!isOrder(call)) return undefined
      lost = true
      return 'drop-after'
    })
    const store = `${system.folder}/state.db`
    const patient = await system.engine({ sales: salesMapping }, { store, project: 'undecidedAfter: 1h\n' })
    expect(one((await patient.run()).pipelines)).toMatchObject({ failed: { 'outcome-unknown': 1 } })
    // It is tried by itself, though nothing changed; and never sent.
    expect(one((await patient.run()).pipelines)).toMatchObject({ failed: { 'outcome-unknown': 1 } })
    const hasty = await system.engine({ sales: salesMapping }, { store, project: 'undecidedAfter: 1ms\n' })
    expect(one((await hasty.run({ only: 'W-1' })).pipelines)).toMatchObject({ failed: { undecided: 1 } })
    expect(system.made('orders')).toHaveLength(1)
    system.setFault(() => undefined)
    // Held, until it is read again: then it is looked up, and never sent before that.
    expect(one((await hasty.run({ only: 'W-1' })).pipelines)).toMatchObject({ created: 0, failed: nothing })
    expect(system.made('orders')).toHaveLength(1)
  })

  it.each(['drop', 'drop-after'] as const)(
    'a record that makes no more use of the write (%s) leaves nothing open when it is through',
    async (how) => {
      system.sell({ ref: 'W-1', payments: [{ no: 'a', amount: 10 }] })
      let lost = false
      system.setFault(({ method, path }) => {
        if (lost && method === 'GET' && path === '/payments') return 422
        if (method !== 'POST' || path !== '/payments') return undefined
        lost = true
        return how
      })
      const engine = await system.engine({ sales: salesMapping })
      expect(one((await engine.run()).pipelines)).toMatchObject({ failed: { 'outcome-unknown': 1 } })
      expect(engine.store.journal.pending('sales')).toHaveLength(1)
      system.setFault(() => undefined)
      system.sell({ ref: 'W-1', payments: [] })
      expect(one((await engine.run()).pipelines)).toMatchObject({ failed: nothing })
      expect(engine.store.journal.pending('sales')).toEqual([])
      // What was made after all is known; nothing is sent for it.
      expect(system.made('payments')).toHaveLength(how === 'drop' ? 0 : 1)
      expect(engine.store.links.bySource('sales', 'payment', 'W-1')).toHaveLength(how === 'drop' ? 0 : 1)
    },
  )

  it('records that wait for a search let others go by', async () => {
    // More than are on their way at the same time.
    for (let number = 1; number <= 25; number += 1) system.sell({ ref: `W-${number}` })
    const lost = new Set<unknown>()
    system.setFault((call) => {
      if (!isOrder(call) || lost.size >= 20) return undefined
      lost.add(call.body.ref)
      return 'drop'
    })
    const engine = await system.engine({ sales: salesMapping }, { hurry: 1, settles: '3s' })
    const began = Date.now()
    const running = engine.run()
    await expect.poll(() => system.made('orders').length, { timeout: 90_000, interval: 10 }).toBe(5)
    // Nothing of what is lost is believed to be absent yet.
    expect(Date.now() - began).toBeLessThan(3000)
    expect(one((await running).pipelines)).toMatchObject({ created: 25, failed: nothing })
    expect(system.made('orders')).toHaveLength(25)
  })

  it('a message that would wait for a search is left to be tried again, since other messages wait for its run', async () => {
    const store = `${system.folder}/state.db`
    const refs = ['W-1', 'W-2', 'W-3']
    for (const ref of refs) system.sell({ ref })
    const records = refs.map((ref) => ({ value: { ref, amount: 10, changed: '2026-03-19T10:00:00Z' } }))
    const given = new Map([['sales', { records, hints: true }]])
    system.failOnce(isOrder, 'drop')
    const slow = await system.engine({ sales: salesMapping }, { store, hurry: 1, settles: '60s' })
    const began = Date.now()
    expect(one((await slow.run({ given })).pipelines)).toMatchObject({ created: 2, failed: { 'outcome-unknown': 1 } })
    // Nothing is sent again before it is known, and nothing waits for that.
    expect(one((await slow.run({ given })).pipelines)).toMatchObject({ failed: { 'outcome-unknown': 1 } })
    expect(Date.now() - began).toBeLessThan(10_000)
    expect(system.made('orders')).toHaveLength(2)
    // Once the search has had its time, counted from when the answer was lost.
    const later = await system.engine({ sales: salesMapping }, { store, hurry: 1, settles: '1ms' })
    expect(one((await later.run({ given })).pipelines)).toMatchObject({ created: 1, failed: nothing })
    expect(system.made('orders')).toHaveLength(3)
    expect(later.store.journal.pending('sales')).toEqual([])
  })

  it('what cannot be looked up is held, and sent again only when a person asks', async () => {
    system.sell({ ref: 'W-1' })
    system.failOnce(isOrder, 'drop')
    const engine = await system.engine(
      edited(['    find: [ { by: ref, value: ref } ]\n    write: create', '    write: blind']),
    )
    expect(one((await engine.run()).pipelines)).toMatchObject({ failed: { undecided: 1 } })
    system.sell({ ref: 'W-1', amount: 11 })
    expect(one((await engine.run()).pipelines)).toMatchObject({ failed: { undecided: 1 } })
    expect(system.writes().filter(isOrder)).toHaveLength(1)
    expect(one((await engine.run({ only: 'W-1' })).pipelines)).toMatchObject({ created: 1, failed: nothing })
    expect(system.made('orders')).toHaveLength(1)
  })

  it('a dead letter whose record has left the source goes when it is asked for; what may have been written stays shown', async () => {
    const blind = edited(['    find: [ { by: ref, value: ref } ]\n    write: create', '    write: blind'])
    const engine = await system.engine(blind)
    for (const ref of ['W-1', 'W-2']) system.sell({ ref })
    system.setFault((call) => (isOrder(call) ? (call.body.ref === 'W-1' ? 422 : 'drop-after') : undefined))
    expect(one((await engine.run()).pipelines)).toMatchObject({ failed: { 'refused-here': 1, undecided: 1 } })
    system.sales.clear()
    await engine.run({ retry: true, given: new Map([['sales', { keys: ['W-1', 'W-2'] }]]) })
    expect(engine.store.deadLetters.keysOf('sales')).toEqual(['W-2'])
    await engine.run({ full: true })
    expect(engine.store.deadLetters.keysOf('sales')).toEqual(['W-2'])
    expect(engine.store.journal.pending('sales')).toHaveLength(1)
  })

  it('what cannot be looked up is held also where the record goes on without it', async () => {
    system.sell({ ref: 'W-1' })
    system.failOnce(isOrder, 'drop-after')
    const engine = await system.engine({
      sales: `
mapping: sales
from: till.sale
steps:
  - step: order
    to: till.order
    write: blind
    onFail: continue
    fields: { ref: ref, amount: amount }
  - step: receipt
    to: till.receipt
    write: set
    fields: { ref: ref }
`,
    })
    expect(one((await engine.run()).pipelines)).toMatchObject({ created: 1, warned: { 'order-failed': 1 } })
    system.sell({ ref: 'W-1', amount: 11 })
    expect(one((await engine.run()).pipelines)).toMatchObject({ failed: nothing, warned: { 'order-failed': 1 } })
    expect(system.made('orders')).toHaveLength(1)
    await engine.run({ only: 'W-1' })
    expect(system.made('orders')).toHaveLength(2)
  })

  it('a natural key that is personal is not stored in clear', async () => {
    system.sell({ ref: 'W-1', email: 'anna@example.com' })
    const store = `${system.folder}/personal.db`
    const engine = await system.engine({ sales: salesMapping }, { store })
    // The run ends between the write and the look that would settle it.
    let lost = false
    system.setFault(({ method, path }) => {
      if (lost) return 401
      if (method !== 'POST' || path !== '/buyers') return undefined
      lost = true
      return 'drop-after'
    })
    await engine.run()
    const [intent] = engine.store.journal.pending('sales')
    expect(intent?.natural).toEqual({ find: 'email', hash: expect.stringMatching(/^#/) })
    system.setFault(() => undefined)
    expect(one((await engine.run()).pipelines)).toMatchObject({ created: 1, failed: nothing })
    expect(system.made('buyers')).toHaveLength(1)
  })
})

describe('5.12 parked', () => {
  const notes = `
mapping: notes
from: till.sale
join: { order: { entity: till.order, by: "$default(parent, 'none')", find: ref } }
keep: { no-parent: $exists(parent) }
awaits: { order: sales }
after: [ sales ]
steps:
  - step: payment
    to: till.payment
    write: create
    fields: { ref: ref, order: $order.id, amount: amount }
`
  const sales = salesMapping.replace('keep: {', 'keep: { no-note: $not($exists(parent)), ')

  it('a record waits for what another mapping makes, and goes on when it is there', async () => {
    system.sell({ ref: 'N-1', parent: 'W-1' })
    const engine = await system.engine({ notes, sales })
    const of = (report: Awaited<ReturnType<typeof engine.run>>) =>
      report.pipelines.find(({ mapping }) => mapping === 'notes')
    expect(of(await engine.run())).toMatchObject({ parked: 1, failed: nothing })
    expect(engine.store.parked.of('notes')).toMatchObject([{ entity: 'till.order', key: 'W-1' }])
    system.sell({ ref: 'W-1' })
    expect(of(await engine.run())).toMatchObject({ created: 1, parked: 0 })
    expect(engine.store.parked.of('notes')).toEqual([])
  })

  it('a record waits for a condition, before its first step', async () => {
    system.sell({ ref: 'N-1', parent: 'W-1' })
    const waiting = notes.replace('awaits: { order: sales }', 'wait: { no-order-yet: $exists($order) }')
    const engine = await system.engine({ notes: waiting, sales })
    const run = async (): Promise<unknown> => one((await engine.run({ mappings: ['notes'] })).pipelines)
    expect(await run()).toMatchObject({ parked: 1, waits: { 'no-order-yet': 1 }, failed: nothing })
    expect(system.made('payments')).toEqual([])
    system.sell({ ref: 'W-1' })
    await engine.run({ mappings: ['sales'] })
    expect(await run()).toMatchObject({ created: 1, parked: 0, waits: nothing })
  })

  it('and becomes a dead letter after its time', async () => {
    system.sell({ ref: 'N-1', parent: 'W-1' })
    const engine = await system.engine({ notes, sales }, { project: 'parkedFor: 1ms\n' })
    await engine.run()
    const report = await engine.run()
    expect(report.pipelines.find(({ mapping }) => mapping === 'notes')).toMatchObject({
      failed: { 'parked-too-long': 1 },
    })
  })

  it('and stays one when it is read again, until what it waits for is there or a person asks for it', async () => {
    system.sell({ ref: 'N-1', parent: 'W-1' })
    const engine = await system.engine({ notes, sales }, { project: 'parkedFor: 1ms\n' })
    const run = async (asked = {}): Promise<unknown> =>
      one((await engine.run({ mappings: ['notes'], full: true, ...asked })).pipelines)
    await run()
    await run()
    expect(await run()).toMatchObject({ parked: 0, failed: { 'parked-too-long': 1 } })
    expect(engine.store.deadLetters.get('notes', 'N-1')).toMatchObject({ code: 'parked-too-long', attempts: 2 })
    expect(await run({ full: false, only: 'N-1' })).toMatchObject({ parked: 1, failed: nothing })
    system.sell({ ref: 'W-1' })
    await engine.run({ mappings: ['sales'] })
    expect(await run()).toMatchObject({ created: 1, failed: nothing })
  })
})

describe('read: new', () => {
  it('maps only what it has made nothing of; with a grace only what was listed so long ago', async () => {
    system.sell({ ref: 'W-1' })
    const engine = await system.engine({ sales: `${salesMapping}read: new\n` })
    expect(one((await engine.run()).pipelines)).toMatchObject({ mode: 'new', read: 1, created: 1 })
    system.sell({ ref: 'W-1', amount: 99 })
    system.sell({ ref: 'W-2' })
    expect(one((await engine.run()).pipelines)).toMatchObject({ read: 1, created: 1 })
    expect(system.made('orders').map(({ amount }) => amount)).toEqual([10, 10])
  })

  it('a message that names what is made already costs nothing', async () => {
    system.sell({ ref: 'W-1' })
    const engine = await system.engine({ sales: `${salesMapping}read: new\n` })
    await engine.run()
    system.sell({ ref: 'W-2' })
    system.calls.length = 0
    const told = (keys: string[]) => engine.run({ given: new Map([['sales', { keys, hints: true }]]) })
    expect(one((await told(['W-1'])).pipelines)).toMatchObject({ read: 0 })
    expect(system.calls).toEqual([])
    expect(one((await told(['W-1', 'W-2'])).pipelines)).toMatchObject({ read: 1, created: 1 })
    // What a person names is read.
    const asked = new Map([['sales', { keys: ['W-1'] }]])
    expect(one((await engine.run({ given: asked })).pipelines)).toMatchObject({ read: 1, unchanged: 1 })
  })

  it('with a grace, what comes by message goes first', async () => {
    system.sell({ ref: 'W-1' })
    system.sell({ ref: 'W-2' })
    const engine = await system.engine({ sales: `${salesMapping}read: new\ngrace: 150ms\n` })
    expect(one((await engine.run()).pipelines)).toMatchObject({ read: 0, created: 0 })
    const pushed = new Map([['sales', { records: [{ value: { ref: 'W-1', amount: 10 } }] }]])
    expect(one((await engine.run({ given: pushed })).pipelines)).toMatchObject({ created: 1 })
    await expect
      .poll(async () => one((await engine.run()).pipelines).created, { timeout: 90_000, interval: 60 })
      .toBe(1)
    expect(system.made('orders').map(({ ref }) => ref)).toEqual(['W-1', 'W-2'])
  })
})

describe('read: new with a grace', () => {
  it('reads once what it makes nothing of, and again when that changes', async () => {
    system.sell({ ref: 'W-1', state: 'open' })
    const engine = await system.engine({ sales: `${salesMapping}read: new\ngrace: 50ms\n` })
    const run = async (): Promise<Record<string, unknown>> => one((await engine.run()).pipelines)
    await run()
    await expect.poll(async () => (await run()).read, { timeout: 90_000, interval: 60 }).toBe(1)
    // Listed within the overlap, it may be noted once more.
    await expect.poll(async () => (await run()).read, { timeout: 5_000, interval: 60 }).toBe(0)
    expect((await run()).read).toBe(0)
    system.sell({ ref: 'W-1', state: 'paid' })
    await expect.poll(async () => (await run()).created, { timeout: 90_000, interval: 60 }).toBe(1)
  })
})

describe('links in expressions', () => {
  it('$sourceOf and $targetOf go from one end of a link to the other', async () => {
    system.sell({ ref: 'W-1' })
    const back = `
mapping: back
from: till.sale
after: [ sales ]
keep: { linked: "$default($sourceOf('sales', $default($targetOf('sales', 'order', ref).id, 0), 'order'), '') = ref" }
to: till.receipt
write: set
fields: { ref: "'again-' & ref", order: "$default($targetOf('sales', 'order', ref).id, 0)" }
`
    const engine = await system.engine({ sales: salesMapping, back })
    await engine.run()
    expect(system.office.receipts.get('again-W-1')).toMatchObject({ order: system.made('orders')[0]?.id })
  })
})

describe('accept, owns and discarded', () => {
  it('a record that is not accepted fails with the reason, before anything is joined', async () => {
    system.sell({ ref: 'W-1', state: 'odd' })
    const engine = await system.engine({
      sales: `${salesMapping}accept: { odd-state: "$default(state, '') != 'odd'" }\n`,
    })
    expect(one((await engine.run()).pipelines)).toMatchObject({ failed: { 'odd-state': 1 } })
  })

  it('a record that is another mapping’s is skipped', async () => {
    system.sell({ ref: 'W-1', amount: 5 })
    const engine = await system.engine({ sales: `${salesMapping}owns: amount > 5\n` })
    expect(one((await engine.run()).pipelines)).toMatchObject({ skipped: { 'not-the-owner': 1 } })
  })
})
