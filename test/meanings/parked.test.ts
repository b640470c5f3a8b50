import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type MadeUpSystem, startMadeUpSystem } from '../support/made-up-system.ts'
import { nothing } from '../support/nothing.ts'

let system: MadeUpSystem
beforeEach(async () => {
  system = await startMadeUpSystem()
})
afterEach(() => system.stop())

const members = `
mapping: members
from: depot.article
keep: { sold: "$default(sold, true)" }
to: window.member
write: import
fields: { sku: "$default(code, '')", label: "$default(name, '')" }
`
const prices = `
mapping: prices
from: depot.article
let: { all: prices }
each: $all
to: window.price
write: import
fields: { sku: "$default($record.code, '')", list: list, amount: amount }
needs: { window.member: sku }
`
const priced = { prices: [{ list: 'EUR', amount: '1.50' }] }
const age = (): void => {
  for (const article of system.articles.values()) {
    article.made = '2020-01-01T00:00:00.000Z'
    article.changed = null
  }
}

describe('5.12 parked or failed', () => {
  it('what is needed is asked for in batches, and what is there is adopted', async () => {
    for (let no = 1; no <= 25; no++) {
      system.put({ no, ...priced })
      system.members.set(`A-${no}`, { sku: `A-${no}` })
    }
    const engine = await system.engine({ members, prices: prices.replace(/let.*\n/, '').replace('$all', 'prices') })
    expect((await engine.run({ mappings: ['prices'] })).of.prices).toMatchObject({ created: 25, parked: 0 })
    expect(system.calls.filter(({ path }) => path === '/members')).toHaveLength(3)
    system.calls.length = 0
    await engine.run({ mappings: ['prices'], full: true })
    expect(system.calls.filter(({ path }) => path === '/members')).toEqual([])
  })

  const plain = prices.replace(/let.*\n/, '').replace('$all', 'prices')

  it('goes on when the other mapping has made it, though the record itself did not change', async () => {
    system.put({ no: 1, ...priced })
    const engine = await system.engine({ members, prices: plain })
    expect((await engine.run({ mappings: ['prices'] })).of.prices).toMatchObject({ parked: 1, created: 0 })
    age()
    await engine.run({ mappings: ['members'] })
    expect((await engine.run({ mappings: ['prices'] })).of.prices).toMatchObject({
      mode: 'changes',
      read: 1,
      created: 1,
      parked: 0,
    })
    expect(engine.store.parked.of('prices')).toEqual([])
  })

  it('goes on with keys of any form', async () => {
    system.put({ no: 1, code: '[odd]', ...priced })
    system.rowFates.set('[odd]', 'ignored')
    const engine = await system.engine({ members, prices: plain })
    // The row is sent, since the member is known, and ignored, since it is not there: it waits.
    engine.store.known.add('window.member', ['["[odd]"]'])
    expect((await engine.run({ mappings: ['prices'] })).of.prices).toMatchObject({ parked: 1 })
    age()
    system.rowFates.clear()
    await engine.run({ mappings: ['members'] })
    expect((await engine.run({ mappings: ['prices'] })).of.prices).toMatchObject({ created: 1, parked: 0 })
  })

  it('a record is in one place only: what waits and then fails does not wait any more', async () => {
    system.put({ no: 1, ...priced })
    const engine = await system.engine({ members, prices: plain })
    await engine.run({ mappings: ['prices'] })
    system.put({ no: 1, prices: [{ list: 'EUR', amount: 'much' }] })
    expect((await engine.run({ mappings: ['prices'] })).of.prices).toMatchObject({ parked: 0, read: 1 })
    expect(engine.store.parked.of('prices')).toEqual([])
    expect(engine.store.deadLetters.keysOf('prices')).toEqual(['1'])
    system.put({ no: 1, ...priced })
    await engine.run({ mappings: ['prices'] })
    expect(engine.store.parked.of('prices')).toHaveLength(1)
    expect(engine.store.deadLetters.keysOf('prices')).toEqual([])
  })

  it('what has left the source neither waits nor has failed', async () => {
    for (const no of [1, 2, 3]) system.put({ no, ...priced })
    system.put({ no: 2, prices: [{ list: 'EUR', amount: 'much' }] })
    const engine = await system.engine({ members, prices: plain }, { parkedFor: '1ms' })
    await engine.run({ mappings: ['prices'] })
    expect(engine.store.parked.of('prices')).toHaveLength(2)
    expect(engine.store.deadLetters.keysOf('prices')).toEqual(['2'])
    // A waiting record whose time is up is asked for by its id, and is not there.
    system.articles.delete(1)
    age()
    await new Promise((resolve) => setTimeout(resolve, 5))
    await engine.run({ mappings: ['prices'] })
    expect(engine.store.parked.of('prices')).toEqual([])
    expect(engine.store.deadLetters.keysOf('prices')).toEqual(['2', '3'])
    system.articles.clear()
    await engine.run({ mappings: ['prices'], full: true })
    expect(engine.store.deadLetters.keysOf('prices')).toEqual([])
  })

  it('a target that does not answer for what is needed fails the record: nobody knows whether it is there', async () => {
    for (const no of [1, 2]) {
      system.put({ no, ...priced })
      system.members.set(`A-${no}`, { sku: `A-${no}` })
    }
    const engine = await system.engine({ members, prices: plain })
    system.setFault(({ path, query }) => (path === '/members' && query.get('sku')?.includes('A-2') ? 409 : undefined))
    expect((await engine.run({ mappings: ['prices'] })).of.prices).toMatchObject({
      created: 1,
      parked: 0,
      failed: { unreadable: 1 },
    })
  })

  it('a record without the field that would name it needs nothing', async () => {
    for (const no of [1, 2]) system.put({ no })
    system.put({ no: 2, name: null })
    const engine = await system.engine({
      members,
      remarks: `
mapping: remarks
from: depot.article
to: window.remark
write: put
fields: { sku: "$default(code, '')", text: name }
needs: { window.member: text }
`,
    })
    const { of } = await engine.run({ mappings: ['remarks'] })
    expect(of.remarks).toMatchObject({ created: 1, parked: 1, failed: nothing })
    expect([...system.remarks.keys()]).toEqual(['A-2'])
  })

  const remarks = `
mapping: remarks
from: depot.article
keep: { sold: "$default(sold, true)" }
wait: { no-member-yet: "$linked('members', no)" }
to: window.remark
write: put
fields: { sku: "$default(code, '')", text: "$default(name, '')" }
gone: { fields: { text: "'gone'" } }
`

  it('what waits for a condition is asked again by every run, though it did not change, and keeps what it made', async () => {
    system.put({ no: 1 })
    system.put({ no: 2, sold: false })
    const engine = await system.engine({ members, remarks })
    expect((await engine.run({ mappings: ['remarks'] })).of.remarks).toMatchObject({
      created: 0,
      parked: 1,
      waits: { 'no-member-yet': 1 },
      skipped: { sold: 1 },
    })
    expect(engine.store.parked.of('remarks')).toMatchObject([{ sourceKey: '1', entity: '', key: 'no-member-yet' }])
    age()
    expect((await engine.run({ mappings: ['remarks'] })).of.remarks).toMatchObject({
      mode: 'changes',
      read: 1,
      parked: 1,
    })
    await engine.run({ mappings: ['members'] })
    expect((await engine.run({ mappings: ['remarks'] })).of.remarks).toMatchObject({
      mode: 'changes',
      read: 1,
      created: 1,
      parked: 0,
      waits: nothing,
    })
    expect(engine.store.parked.of('remarks')).toEqual([])
    // It waits again: what was made stays, also after a complete read.
    const [link] = engine.store.links.bySource('members', 'main', '1')
    engine.store.links.remove('members', 'main', [link?.targetKey ?? ''])
    expect((await engine.run({ mappings: ['remarks'], full: true })).of.remarks).toMatchObject({ parked: 1, gone: 0 })
    expect([...system.remarks.keys()]).toEqual(['A-1'])
  })

  it('what waits for a condition too long fails with it', async () => {
    system.put({ no: 1 })
    const engine = await system.engine({ members, remarks }, { parkedFor: '1ms' })
    await engine.run({ mappings: ['remarks'] })
    await new Promise((resolve) => setTimeout(resolve, 5))
    expect((await engine.run({ mappings: ['remarks'] })).of.remarks).toMatchObject({
      parked: 0,
      waits: nothing,
      failed: { 'parked-too-long': 1 },
    })
    expect(engine.store.deadLetters.get('remarks', '1')?.message).toContain('`no-member-yet`')
    await engine.run({ mappings: ['members'] })
    expect((await engine.run({ mappings: ['remarks'], full: true })).of.remarks).toMatchObject({ created: 1 })
    expect(engine.store.deadLetters.keysOf('remarks')).toEqual([])
  })

  it('what cannot be asked for by its key cannot be needed: a finding', async () => {
    const engine = await system.engine({ members, prices: plain.replace('window.member', 'window.price') })
    await expect(engine.run()).rejects.toThrow(/no-get[\s\S]*composite-key/)
  })
})
