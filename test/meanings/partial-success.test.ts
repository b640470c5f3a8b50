import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type JobFate, type MadeUpSystem, type RowFate, startMadeUpSystem } from '../support/made-up-system.ts'
import { nothing } from '../support/nothing.ts'

let system: MadeUpSystem
beforeEach(async () => {
  system = await startMadeUpSystem()
})
afterEach(() => system.stop())

const mapping = (write: string): string => `
mapping: members
from: depot.article
to: window.member
write: ${write}
fields: { sku: "$default(code, '')", cluster: "'of ' & $default(code, '')", label: "$default(name, '')" }
`

describe('5.5 partial success', () => {
  it.each<RowFate>(['refused', 'refused, row cut', 'refused, named in the message', 'refused at once'])(
    'a row that is %s fails alone, and the others are written',
    async (fate) => {
      for (let no = 1; no <= 9; no++) system.put({ no })
      system.rowFates.set('A-3', fate)
      const engine = await system.engine({ members: mapping('import') })
      const { of, status } = await engine.run()
      expect(status).toBe('partial')
      const code = fate === 'refused at once' ? 'refused-by-validation' : 'refused-by-job'
      expect(of.members).toMatchObject({ created: 8, failed: { [code]: 1 } })
      expect(engine.store.deadLetters.list({ limit: 9 })).toMatchObject([
        { sourceKey: '3', label: 'A-3', code, record: { no: 3, name: 'Article 3' } },
      ])
      expect([...system.members.keys()].sort()).toEqual(['A-1', 'A-2', 'A-4', 'A-5', 'A-6', 'A-7', 'A-8', 'A-9'])
    },
  )

  it.each<RowFate>(['refused, not named', 'refused, only counted'])(
    'a row that is %s is found by reading back',
    async (fate) => {
      for (let no = 1; no <= 4; no++) system.put({ no })
      system.rowFates.set('A-3', fate)
      const engine = await system.engine({ members: mapping('import') })
      const { of } = await engine.run()
      expect(of.members).toMatchObject({ created: 3, failed: { 'not-applied': 1 } })
      expect(engine.store.deadLetters.keysOf('members')).toEqual(['3'])
      // It may be a passing failure: the next run tries it again, though it did not change.
      system.rowFates.clear()
      for (const article of system.articles.values()) article.made = '2020-01-01T00:00:00.000Z'
      expect((await engine.run()).of.members).toMatchObject({ mode: 'changes', read: 1, created: 1, failed: nothing })
      expect(engine.store.deadLetters.keysOf('members')).toEqual([])
    },
  )

  it.each<RowFate>(['refused, not named', 'refused, only counted'])(
    'a row that is %s is narrowed down where the target cannot be read back',
    async (fate) => {
      for (let no = 1; no <= 8; no++) system.put({ no })
      system.rowFates.set('A-3', fate)
      const engine = await system.engine({ members: mapping('blind') })
      const { of } = await engine.run()
      // All are upserts: parts of the batch are sent again until it is clear which one it is.
      expect(of.members).toMatchObject({ created: 7, failed: { 'refused-by-job': 1 } })
      expect(engine.store.deadLetters.keysOf('members')).toEqual(['3'])
      expect(system.imports().length).toBeLessThanOrEqual(7)
    },
  )

  it('a batch of which nothing is known is undecided where it may not be sent again', async () => {
    for (let no = 1; no <= 4; no++) system.put({ no })
    system.rowFates.set('A-3', 'refused, only counted')
    const engine = await system.engine({ members: mapping('blindOnce') })
    const { of } = await engine.run()
    expect(of.members).toMatchObject({ created: 0, failed: { undecided: 4 } })
    expect(system.imports()).toHaveLength(1)
    expect(engine.store.deadLetters.keysOf('members')).toHaveLength(4)
  })

  it('a remark in the log is no failure', async () => {
    for (let no = 1; no <= 4; no++) system.put({ no })
    system.rowFates.set('A-2', 'remarked')
    const engine = await system.engine({ members: mapping('import') })
    expect((await engine.run()).of.members).toMatchObject({
      created: 4,
      failed: nothing,
      warned: { 'said-by-target': 1 },
    })
  })

  it('a key that is part of another is not taken for it', async () => {
    for (const [no, code] of ['A', 'A.1', 'A.1/2', 'A-1'].entries()) system.put({ no, code })
    system.rowFates.set('A.1', 'refused, named in the message')
    const engine = await system.engine({ members: mapping('import') })
    expect((await engine.run()).of.members).toMatchObject({ created: 3, failed: { 'refused-by-job': 1 } })
    expect(engine.store.deadLetters.list({ limit: 9 })).toMatchObject([{ label: 'A.1' }])
  })

  it.each<JobFate>(['failed', 'half done, then failed', 'done, then lost', 'done, and its log is lost', 'never ends'])(
    'an import that is %s is read back, and what is not there is sent again',
    async (fate) => {
      for (let no = 1; no <= 4; no++) system.put({ no })
      system.jobFates.push(fate)
      const engine = await system.engine({ members: mapping('import') })
      const { of } = await engine.run()
      expect(of.members).toMatchObject({ created: 4, failed: nothing })
      expect(of.members?.error).toBeUndefined()
      expect(system.members.size).toBe(4)
      const sent = system.imports().flatMap(({ skus }) => skus)
      // What was written is not sent again.
      expect(sent).toHaveLength(fate === 'failed' ? 8 : fate === 'half done, then failed' ? 6 : 4)
    },
  )

  it.each<JobFate>(['failed', 'done, then lost', 'done, and its log is lost', 'never ends'])(
    'an import that is %s leaves its records undecided where nothing else can be done',
    async (fate) => {
      for (let no = 1; no <= 4; no++) system.put({ no })
      system.jobFates.push(fate)
      const engine = await system.engine({ members: mapping('blindOnce') })
      const { of } = await engine.run()
      expect(of.members).toMatchObject({ created: 0, failed: { undecided: 4 } })
      expect(of.members?.error).toBeUndefined()
      // They are kept, so the cursor may move; nothing is sent again by itself.
      expect(engine.store.cursors.all()).toHaveLength(1)
      await engine.run({ full: true })
      expect(system.imports()).toHaveLength(1)
    },
  )

  it('rows that the target ignores without a word show in its counter, and wait for what they need', async () => {
    for (let no = 1; no <= 5; no++) system.put({ no, prices: [{ list: 'EUR', amount: `${no}.50` }] })
    const prices = `
mapping: prices
from: depot.article
each: prices
to: window.price
write: import
fields: { sku: "$default($record.code, '')", list: list, amount: amount }
needs: { window.member: sku }
after: [ members ]
`
    const engine = await system.engine({ members: mapping('import'), prices })
    expect((await engine.run()).of.prices).toMatchObject({ created: 5 })
    // Somebody deletes a member by hand: the window then ignores its prices in silence.
    system.members.delete('A-2')
    system.prices.delete('A-2 EUR')
    system.put({ no: 2, prices: [{ list: 'EUR', amount: '9.00' }] })
    system.put({ no: 3, prices: [{ list: 'EUR', amount: '9.00' }] })
    const { of } = await engine.run({ mappings: ['prices'] })
    expect(of.prices).toMatchObject({ updated: 1, parked: 1, failed: nothing })
    expect(engine.store.parked.of('prices')).toMatchObject([{ sourceKey: '2', entity: 'window.member', key: 'A-2' }])
  })

  it('a log that says one thing twice does not hide a row of which it says nothing', async () => {
    for (let no = 1; no <= 4; no++) system.put({ no })
    system.rowFates.set('A-2', 'refused, only counted')
    system.rowFates.set('A-3', 'refused')
    const twice = (text: string): string =>
      text.replace(
        'log: { request: "GET /jobs/{$job}/log", rows: body }',
        'log: { request: "GET /jobs/{$job}/log", rows: "$append(body, body)" }',
      )
    const engine = await system.engine({ members: mapping('import') }, { connector: twice })
    expect((await engine.run()).of.members).toMatchObject({
      created: 2,
      failed: { 'refused-by-job': 1, 'not-applied': 1 },
    })
    expect(engine.store.deadLetters.keysOf('members')).toEqual(['2', '3'])
  })

  it('what is known of a batch is booked, though the target cannot be asked what the rest needs', async () => {
    for (let no = 1; no <= 5; no++) system.put({ no, prices: [{ list: 'EUR', amount: `${no}.50` }] })
    const prices = `
mapping: prices
from: depot.article
each: prices
to: window.price
write: import
fields: { sku: "$default($record.code, '')", list: list, amount: amount }
needs: { window.member: sku }
after: [ members ]
`
    const engine = await system.engine({ members: mapping('import'), prices })
    await engine.run()
    system.members.delete('A-2')
    system.prices.delete('A-2 EUR')
    for (const no of [2, 3]) system.put({ no, prices: [{ list: 'EUR', amount: '9.00' }] })
    system.setFault(({ path }) => (path === '/members' ? 422 : undefined))
    const { of } = await engine.run({ mappings: ['prices'] })
    expect(of.prices).toMatchObject({ updated: 1, failed: { 'not-applied': 1 }, error: { code: 'not-wanted' } })
    system.setFault(() => undefined)
    expect((await engine.run({ mappings: ['prices'] })).of.prices).toMatchObject({ updated: 0, parked: 1 })
  })

  it('one record whose item cannot be made fails alone', async () => {
    for (let no = 1; no <= 4; no++) system.put({ no })
    const engine = await system.engine(
      { members: mapping('import') },
      {
        connector: (text) =>
          text.replace(
            "{ 'cluster': $records[0].cluster, 'title'",
            "{ 'cluster': $default($records[0].sku, '') = 'A-2' ? $number($default($records[0].sku, '')) : $records[0].cluster, 'title'",
          ),
      },
    )
    const { of } = await engine.run()
    expect(of.members).toMatchObject({ created: 3, failed: { 'item-failed': 1 } })
    expect(engine.store.deadLetters.keysOf('members')).toEqual(['2'])
  })

  it('a batch that is refused as a whole is halved until the record is found that spoils it', async () => {
    for (let no = 1; no <= 8; no++) system.put({ no })
    system.rowFates.set('A-5', 'refused')
    const remarks = `
mapping: remarks
from: depot.article
to: window.remark
write: many
fields: { sku: "$default(code, '')", text: "$default(name, '')" }
`
    const engine = await system.engine({ remarks })
    const { of } = await engine.run()
    expect(of.remarks).toMatchObject({ created: 7, failed: { 'not-wanted': 1 } })
    expect(engine.store.deadLetters.keysOf('remarks')).toEqual(['5'])
  })

  it('when too much is refused, what was not tried alone is tried again by the next run', async () => {
    for (let no = 1; no <= 64; no++) system.put({ no })
    for (let no = 1; no <= 64; no += 4) system.rowFates.set(`A-${no}`, 'refused')
    const remarks = `
mapping: remarks
from: depot.article
to: window.remark
write: many
fields: { sku: "$default(code, '')", text: "$default(name, '')" }
`
    const engine = await system.engine(
      { remarks },
      {
        connector: (text) =>
          text.replace('many: { request: POST /remarks, batch: 8', 'many: { request: POST /remarks, batch: 64'),
      },
    )
    const first = await engine.run()
    expect(first.of.remarks?.failed).toMatchObject({ 'batch-refused': expect.any(Number) })
    // The calls are bounded, however much is refused.
    expect(system.writes().length).toBeLessThan(64)
    for (const article of system.articles.values()) article.made = '2020-01-01T00:00:00.000Z'
    for (let runs = 0; runs < 4; runs++) await engine.run()
    expect(
      engine.store.deadLetters
        .keysOf('remarks')
        .map(Number)
        .sort((a, b) => a - b),
    ).toEqual(Array.from({ length: 16 }, (_, index) => 4 * index + 1))
    expect(system.remarks.size).toBe(48)
  })
})
