import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type MadeUpSystem, startMadeUpSystem } from '../support/made-up-system.ts'
import { nothing } from '../support/nothing.ts'

let system: MadeUpSystem
beforeEach(async () => {
  system = await startMadeUpSystem()
})
afterEach(() => system.stop())

const remarks = `
mapping: remarks
from: depot.article
keep: { sold: "$default(sold, true)" }
to: window.remark
write: put
fields: { sku: "$default(code, '')", text: "$default(name, '')" }
gone: { fields: { text: "'gone'" }, restore: { note: "'back'" }, atMost: 25%, always: 0 }
`
const members = `
mapping: members
from: depot.article
siblings: { by: group, find: group }
keep: { sold: "$default(sold, true)" }
to: window.member
write: import
fields: { sku: "$default(code, '')", cluster: "'C' & $string($default(group, 0))", label: "$default(name, '')", active: true }
gone: { fields: { active: false }, atMost: 50%, always: 0 }
`
const texts = (): Record<string, unknown> =>
  Object.fromEntries([...system.remarks].map(([sku, { text }]) => [sku, text]))
const age = (): void => {
  for (const article of system.articles.values()) article.made = '2020-01-01T00:00:00.000Z'
}

describe('5.10 gone', () => {
  it('a breaker that trips in a read of changes leaves the cursor, so that nothing of it is lost', async () => {
    for (let no = 1; no <= 8; no++) system.put({ no })
    const engine = await system.engine({ remarks })
    await engine.run()
    const { position } = engine.store.cursors.all()[0] as { position: string }
    age()
    for (const no of [1, 2, 3]) system.put({ no, sold: false })
    system.put({ no: 4, name: 'New name' })
    system.setClockAhead(60_000)
    const first = await engine.run()
    expect(first).toMatchObject({ exitStatus: 1, status: 'partial' })
    expect(first.of.remarks).toMatchObject({
      mode: 'changes',
      updated: 1,
      gone: 0,
      skipped: { sold: 3 },
      failed: { 'too-many-gone': 3 },
    })
    expect(Object.values(texts())).not.toContain('gone')
    expect(engine.store.cursors.all()).toMatchObject([{ position }])
    // One comes back: what is left is bearable, and is found though it did not change again.
    system.put({ no: 3, sold: true })
    expect((await engine.run()).of.remarks).toMatchObject({ gone: 2, failed: nothing })
    expect(texts()).toMatchObject({ 'A-1': 'gone', 'A-2': 'gone', 'A-3': 'Article 3' })
  })

  it('what could not be told is kept, and told by the next run', async () => {
    for (let no = 1; no <= 8; no++) system.put({ no })
    const engine = await system.engine({ remarks })
    await engine.run()
    age()
    system.put({ no: 1, sold: false })
    system.setFault(({ method }) => (method === 'PUT' ? 422 : undefined))
    expect((await engine.run()).of.remarks).toMatchObject({ gone: 0, failed: { 'not-retired': 1 } })
    expect(engine.store.deadLetters.get('remarks', '1')).toMatchObject({
      code: 'not-retired',
      message: expect.stringContaining('made to fail'),
    })
    system.setFault(() => undefined)
    system.setClockAhead(60 * 60_000)
    await engine.run()
    system.setClockAhead(120 * 60_000)
    expect((await engine.run()).of.remarks).toMatchObject({ mode: 'changes', failed: nothing })
    expect(texts()).toMatchObject({ 'A-1': 'gone' })
    expect(engine.store.deadLetters.keysOf('remarks')).toEqual([])
    // It is told once.
    system.calls.length = 0
    await engine.run({ full: true })
    expect(system.writes()).toEqual([])
  })

  it('what left the source and could not be told is told after the next full read', async () => {
    for (let no = 1; no <= 8; no++) system.put({ no })
    const engine = await system.engine({ remarks })
    await engine.run()
    system.articles.delete(5)
    system.setFault(({ method }) => (method === 'PUT' ? 422 : undefined))
    expect((await engine.run({ full: true })).of.remarks).toMatchObject({ failed: { 'not-retired': 1 } })
    system.setFault(() => undefined)
    await engine.run()
    expect(engine.store.deadLetters.keysOf('remarks')).toEqual(['5'])
    expect((await engine.run({ full: true })).of.remarks).toMatchObject({ gone: 1, failed: nothing })
    expect(engine.store.deadLetters.keysOf('remarks')).toEqual([])
  })

  it('records that travel together are told together', async () => {
    for (let no = 1; no <= 4; no++) system.put({ no, group: no <= 3 ? 1 : 2 })
    const engine = await system.engine({ members })
    await engine.run()
    system.calls.length = 0
    for (const no of [1, 3]) system.put({ no, sold: false })
    expect((await engine.run()).of.members).toMatchObject({ gone: 2 })
    expect(system.imports().map(({ items, fields }) => [items, fields.member])).toEqual([
      [
        [
          {
            cluster: 'C1',
            members: [
              { sku: 'A-1', active: false },
              { sku: 'A-3', active: false },
            ],
          },
        ],
        ['active'],
      ],
    ])
    expect(system.members.get('A-1')).toMatchObject({ label: 'Article 1', active: false })
  })

  it('a record that comes back is written as it is, with what brings it back', async () => {
    for (let no = 1; no <= 8; no++) system.put({ no })
    const engine = await system.engine({ remarks })
    await engine.run()
    system.put({ no: 1, sold: false })
    await engine.run()
    system.put({ no: 1, sold: true })
    expect((await engine.run()).of.remarks).toMatchObject({ updated: 1, created: 0 })
    expect(system.remarks.get('A-1')).toEqual({ sku: 'A-1', text: 'Article 1', note: 'back' })
    expect((await engine.run({ full: true })).of.remarks).toMatchObject({ unchanged: 8, updated: 0 })
  })

  it('a key that comes back with another record is brought back, too', async () => {
    for (let no = 1; no <= 8; no++) system.put({ no })
    const engine = await system.engine({ remarks })
    await engine.run()
    system.articles.delete(1)
    await engine.run({ full: true })
    expect(texts()).toMatchObject({ 'A-1': 'gone' })
    system.put({ no: 21, code: 'A-1', name: 'Its successor' })
    expect((await engine.run()).of.remarks).toMatchObject({ updated: 1, created: 0, failed: nothing })
    expect(system.remarks.get('A-1')).toEqual({ sku: 'A-1', text: 'Its successor', note: 'back' })
  })

  it('an id that was listed is not gone, though its record could not be read', async () => {
    for (let no = 1; no <= 8; no++) system.put({ no })
    const engine = await system.engine({ remarks })
    await engine.run()
    system.poison.add(4)
    expect((await engine.run({ full: true })).of.remarks).toMatchObject({
      complete: true,
      gone: 0,
      failed: { unreadable: 1 },
    })
  })

  it.each([409, 404])('a list that is answered with %i has not ended', async (status) => {
    for (let no = 1; no <= 20; no++) system.put({ no })
    const engine = await system.engine(
      { remarks: remarks.replace('25%', '90%') },
      { connector: (text) => text.replace("status = 409 and $operation in ['get', 'find']", 'status = 409') },
    )
    await engine.run()
    system.setFault(({ path, query }) => (path === '/search' && query.has('from') ? status : undefined))
    expect((await engine.run({ full: true })).of.remarks).toMatchObject({ complete: false, gone: 0 })
    expect(Object.values(texts())).not.toContain('gone')
  })

  it('a dry run tells it, and changes nothing', async () => {
    for (let no = 1; no <= 8; no++) system.put({ no })
    const engine = await system.engine({ remarks })
    await engine.run()
    system.put({ no: 2, sold: false })
    expect((await engine.run({ dryRun: true })).of.remarks).toMatchObject({
      gone: 1,
      wouldWrite: [{ key: 'A-2', action: 'gone', fields: { sku: 'A-2', text: 'gone' } }],
    })
    expect(texts()).toMatchObject({ 'A-2': 'Article 2' })
    expect((await engine.run()).of.remarks).toMatchObject({ gone: 1 })
  })

  it('a record whose way back fails, fails alone, and stays gone', async () => {
    for (const no of [1, 2, 3]) system.put({ no })
    const engine = await system.engine({
      remarks: remarks.replace('"\'back\'"', '"$string($number($default(text, \'\')))"').replace('25%', '100%'),
    })
    await engine.run()
    for (const no of [1, 2]) system.put({ no, sold: false })
    expect((await engine.run()).of.remarks).toMatchObject({ gone: 2 })
    system.put({ no: 1, sold: true })
    system.put({ no: 2, sold: true, name: '17' })
    expect((await engine.run()).of.remarks).toMatchObject({ updated: 1, failed: { 'not-a-number': 1 } })
    expect(texts()).toMatchObject({ 'A-1': 'gone', 'A-2': '17' })
    expect(engine.store.deadLetters.keysOf('remarks')).toEqual(['1'])
  })

  it('what brings a record back is checked by the schema of the target', async () => {
    system.put({ no: 1 })
    const engine = await system.engine({
      members: members
        .replace('50%', '100%')
        .replace(
          'active: false }',
          'active: false }, restore: { title: "\'back\'", label: "\'a label that is longer than twenty\'" }',
        ),
    })
    await engine.run()
    system.put({ no: 1, sold: false })
    await engine.run()
    system.put({ no: 1, sold: true })
    expect((await engine.run()).of.members).toMatchObject({ updated: 0, failed: { 'target-wrong-length': 1 } })
  })

  it('never with --since, also where everything must be read for it', async () => {
    for (let no = 1; no <= 4; no++) system.put({ no })
    const engine = await system.engine(
      { remarks },
      { connector: (text) => text.replace(/\n *since: .*\n *overlap: .*\n/, '\n') },
    )
    await engine.run()
    const before = engine.store.cursors.all()
    system.articles.delete(1)
    system.put({ no: 2, name: 'New name' })
    system.setClockAhead(60_000)
    expect((await engine.run({ since: '2020-01-01T00:00:00.000Z' })).of.remarks).toMatchObject({
      mode: 'since',
      reason: expect.stringContaining('everything'),
      read: 3,
      updated: 1,
      gone: 0,
      complete: false,
    })
    expect(engine.store.cursors.all()).toEqual(before)
    expect((await engine.run()).of.remarks).toMatchObject({ mode: 'full', gone: 1 })
  })

  it('of one record that was asked for, and never of the others', async () => {
    for (let no = 1; no <= 8; no++) system.put({ no })
    const engine = await system.engine({ remarks })
    await engine.run()
    system.articles.delete(3)
    system.put({ no: 2, sold: false })
    expect((await engine.run({ only: '2' })).of.remarks).toMatchObject({ gone: 1 })
    expect(texts()).toMatchObject({ 'A-2': 'gone', 'A-3': 'Article 3' })
  })
})

describe('5.10 gone by a full file', () => {
  const whole = members
    .replace('write: import', 'write: { operation: import, fullFile: true }')
    .replace(/gone:.*\n/, '')
    .replace(/siblings:.*\n/, '')
  const active = (): string[] =>
    [...system.members.values()].filter((member) => member.active === true).map(({ sku }) => sku)

  it('a record that keep drops is left out of the next file, and stands in it again when it comes back', async () => {
    for (let no = 1; no <= 4; no++) system.put({ no, group: no })
    const engine = await system.engine({ whole })
    await engine.run()
    system.put({ no: 2, sold: false })
    expect((await engine.run()).of.members).toMatchObject({ gone: 1 })
    expect(active()).toEqual(['A-1', 'A-3', 'A-4'])
    system.put({ no: 2, sold: true })
    await engine.run()
    expect(active()).toHaveLength(4)
  })

  it('has the breaker, too', async () => {
    for (let no = 1; no <= 20; no++) system.put({ no, group: no })
    const engine = await system.engine({ whole })
    await engine.run()
    for (let no = 1; no <= 4; no++) system.articles.delete(no)
    expect((await engine.run()).of.members).toMatchObject({ gone: 0, failed: { 'too-many-gone': 4 } })
    expect(active()).toHaveLength(20)
    system.put({ no: 1, group: 1 })
    expect((await engine.run()).of.members).toMatchObject({ gone: 3 })
    expect(active()).toHaveLength(17)
  })

  it('takes nothing as told when the file is refused', async () => {
    for (let no = 1; no <= 6; no++) system.put({ no, group: no })
    const engine = await system.engine({ whole })
    await engine.run()
    system.articles.delete(6)
    system.setFault(({ path }) => (path === '/import/members' ? 422 : undefined))
    expect((await engine.run()).of.members).toMatchObject({ gone: 0, failed: { 'not-wanted': 5 } })
    system.setFault(() => undefined)
    expect((await engine.run()).of.members).toMatchObject({ gone: 1, failed: nothing })
    expect(active()).toHaveLength(5)
    system.calls.length = 0
    await engine.run()
    expect(system.writes()).toEqual([])
  })

  it('is not sent without an item that cannot be made', async () => {
    for (let no = 1; no <= 4; no++) system.put({ no, group: no })
    const engine = await system.engine(
      { whole },
      {
        connector: (text) =>
          text.replace(
            "{ 'cluster': $records[0].cluster, 'title'",
            "{ 'cluster': $default($records[0].sku, '') = 'A-2' ? $string($number($default($records[0].label, ''))) : $records[0].cluster, 'title'",
          ),
      },
    )
    expect((await engine.run()).of.members).toMatchObject({
      created: 0,
      failed: { 'item-failed': 1, 'full-file-incomplete': 3 },
    })
    expect(system.imports()).toEqual([])
  })

  const repeat = (how: string) => (text: string) =>
    text.replace(/readBack:\n.*\n.*\n.*\n {8}repeat: safe/, `repeat: ${how}`)

  it('is not divided where records differ in their fields: the parts would deactivate each other', async () => {
    for (let no = 1; no <= 4; no++) system.put({ no, group: no })
    const engine = await system.engine({ whole: whole.replace('"$default(name, \'\')"', 'name') })
    await engine.run()
    expect(active()).toHaveLength(4)
    const before = engine.store.cursors.all()
    system.calls.length = 0
    system.put({ no: 2, name: null })
    expect(await engine.run()).toMatchObject({
      exitStatus: 1,
      of: { members: { updated: 0, error: { code: 'full-file-uneven' } } },
    })
    expect(system.writes()).toEqual([])
    expect(engine.store.cursors.all()).toEqual(before)
    system.put({ no: 2, name: 'Named again' })
    expect((await engine.run()).of.members).toMatchObject({ updated: 1, unchanged: 3 })
  })

  it('of which nobody knows whether it was taken is sent again: it is the whole, however often', async () => {
    for (let no = 1; no <= 4; no++) system.put({ no, group: no })
    const engine = await system.engine({ whole }, { connector: repeat('never') })
    system.failFirst(1, ({ path }) => path === '/import/members', 'drop-after')
    expect((await engine.run()).of.members).toMatchObject({ failed: { undecided: 4 } })
    expect((await engine.run()).of.members).toMatchObject({ created: 4, failed: nothing })
    expect(engine.store.deadLetters.keysOf('members')).toEqual([])
    expect(engine.store.journal.pending('members')).toEqual([])
  })

  it('is not divided into what may have been written and what is new', async () => {
    for (let no = 1; no <= 4; no++) system.put({ no, group: no })
    const engine = await system.engine({ whole }, { connector: repeat('{ by: sku }') })
    const stop = new AbortController()
    system.setDelay(({ method }) => {
      if (method === 'GET') return 0
      setTimeout(() => stop.abort(new Error('stopped')), 30)
      return 100
    })
    await engine.run({ stop: stop.signal, abort: stop.signal })
    await expect.poll(() => system.members.size).toBe(4)
    system.setDelay(() => 0)
    system.put({ no: 5, group: 5 })
    expect((await engine.run()).of.members).toMatchObject({ failed: nothing })
    expect(system.imports().map(({ skus }) => skus.length)).toEqual([4, 5])
    expect(active()).toHaveLength(5)
  })

  it('is never empty', async () => {
    for (let no = 1; no <= 2; no++) system.put({ no, group: no })
    const engine = await system.engine({ whole })
    await engine.run()
    system.articles.clear()
    expect((await engine.run()).of.members).toMatchObject({ gone: 0, error: { code: 'full-file-empty' } })
    expect(active()).toHaveLength(2)
  })
})
