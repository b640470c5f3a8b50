import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type MadeUpEngine, type MadeUpSystem, startMadeUpSystem } from '../support/made-up-system.ts'

let system: MadeUpSystem
beforeEach(async () => {
  system = await startMadeUpSystem()
})
afterEach(() => system.stop())

const remarks = `
mapping: remarks
from: depot.article
to: window.remark
write: put
fields: { sku: "$default(code, '')", text: "$default(name, '')" }
`
const minutes = 60_000
const position = (engine: MadeUpEngine, mapping = 'remarks'): string | undefined =>
  engine.store.cursors.all().find((cursor) => cursor.mapping === mapping)?.position
const searches = () =>
  system.calls.filter(({ path }) => path === '/search').map(({ query }) => Object.fromEntries(query))
/** Lets every article be older than any overlap. */
const age = (): void => {
  for (const article of system.articles.values()) article.made = '2020-01-01T00:00:00.000Z'
}

describe('5.6 cursor', () => {
  it("is the server's time, whatever our clock says, and the next read starts an overlap before it", async () => {
    system.setClockAhead(120 * minutes)
    system.put({ no: 1 })
    const engine = await system.engine({ remarks })
    const before = Date.now()
    expect((await engine.run()).of.remarks).toMatchObject({ mode: 'full', reason: 'first run' })
    const at = Date.parse(position(engine) as string)
    expect(at).toBeGreaterThan(before + 119 * minutes)
    expect(at).toBeLessThan(Date.now() + 121 * minutes)
    system.calls.length = 0
    await engine.run()
    const since = new Date(at - 10 * minutes).toISOString()
    // A read for what changed, and one for what was made: the change time is empty until the first change.
    expect(searches()).toEqual([
      { size: '8', changed: since },
      { size: '8', made: since },
    ])
  })

  const cutOff = `
options: { notBefore: { type: string, default: "2026-01-01T01:00:00+01:00", description: The cut-off } }
cutOff: notBefore
keep: { sold: "$default(sold, true)" }
`
  const begun = remarks.replace('to: window', `${cutOff.trim()}\nto: window`)

  it('where everything would be read, what was before the cut-off is not asked for, and is not gone', async () => {
    system.put({ no: 1 })
    system.put({ no: 2, made: '2025-12-31T23:59:59.000Z', changed: null })
    const engine = await system.engine({ remarks: begun })
    expect((await engine.run()).of.remarks).toMatchObject({
      mode: 'changes',
      reason: 'first run: everything from the cut-off 2026-01-01T00:00:00.000Z on',
      created: 1,
    })
    expect(searches()).toContainEqual({ size: '8', changed: '2026-01-01T00:00:00.000Z' })
    const at = position(engine)
    expect(at).toBeDefined()
    expect((await engine.run()).of.remarks?.reason).toContain('changes since')
    expect((await engine.run({ full: true })).of.remarks).toMatchObject({ mode: 'changes', unchanged: 1, gone: 0 })
    const other = { remarks: begun.replace("$default(name, '')", "'now'") }
    expect((await (await system.engine(other)).run()).of.remarks).toMatchObject({ updated: 1 })
  })

  it.each([
    ['of no option', begun.replace('cutOff: notBefore', 'cutOff: notBfore'), 'The mapping has no option notBfore'],
    ['that is no time', begun.replace('2026-01-01T01:00:00+01:00', 'last year'), 'is "last year", which is no time'],
    ['beside gone', `${begun}gone: { fields: { text: "'gone'" } }\n`, 'What is gone is known only'],
  ])('a cut-off %s is a finding', async (_, mapping, message) => {
    const engine = await system.engine({ remarks: mapping })
    await expect(engine.run()).rejects.toThrow(message)
  })

  it('is the time of the request, not of a late answer', async () => {
    system.put({ no: 1 })
    const engine = await system.engine(
      { remarks },
      { connector: (text) => text.replace('overlap: 10m', 'overlap: 0s') },
    )
    let asked = 0
    system.setDelay(({ path }) => {
      if (path !== '/search') return 0
      asked = Date.now()
      return 1_300
    })
    await engine.run()
    expect(Date.parse(position(engine) as string)).toBeLessThanOrEqual(asked)
  })

  it('is the time of the first request, not of a later page', async () => {
    for (let no = 1; no <= 20; no++) system.put({ no })
    const engine = await system.engine({ remarks })
    system.setDelay(({ path, query }) => {
      if (path === '/search' && query.has('from')) system.setClockAhead(60 * minutes)
      return 0
    })
    await engine.run()
    expect(Date.parse(position(engine) as string)).toBeLessThan(Date.now() + minutes)
  })

  it('moves when every record is committed or kept: failed, unreadable and parked ones are kept', async () => {
    for (let no = 1; no <= 6; no++) system.put({ no })
    system.put({ no: 2, code: null })
    system.poison.add(3)
    system.members.set('A-1', { sku: 'A-1' })
    const members = remarks
      .replaceAll('remarks', 'members')
      .replace('window.remark', 'window.member')
      .replace('write: put', 'write: import')
      .replace('text:', 'label:')
    const engine = await system.engine({
      members,
      remarks: `${remarks}needs: { window.member: sku }\n`,
    })
    const { of } = await engine.run({ mappings: ['remarks'] })
    expect(of.remarks).toMatchObject({
      complete: true,
      read: 6,
      created: 1,
      parked: 3,
      failed: { 'target-wrong-length': 1, unreadable: 1 },
    })
    expect(engine.store.deadLetters.keysOf('remarks')).toEqual(['2', '3'])
    expect(engine.store.parked.of('remarks')).toHaveLength(3)
    expect(position(engine)).toBeDefined()
    expect(position(engine, 'members')).toBeUndefined()
  })

  it('does not move when the read breaks off; what came is kept, and the next run is a full one again', async () => {
    for (let no = 1; no <= 20; no++) system.put({ no })
    const engine = await system.engine({ remarks })
    system.setFault(({ path, query }) => (path === '/search' && query.has('from') ? 422 : undefined))
    const first = await engine.run()
    expect(first).toMatchObject({ exitStatus: 1, status: 'partial' })
    expect(first.of.remarks).toMatchObject({ complete: false, error: { code: 'not-wanted' } })
    expect(position(engine)).toBeUndefined()
    system.setFault(() => undefined)
    const second = await engine.run()
    expect(second.of.remarks).toMatchObject({ mode: 'full', complete: true })
    expect((first.of.remarks?.created ?? 0) + (second.of.remarks?.created ?? 0)).toBe(20)
  })

  it('does not move when a join cannot be read, nor when the target fails', async () => {
    system.put({ no: 1 })
    const engine = await system.engine({
      remarks: `${remarks}join: { figure: { entity: depot.figure, by: "no" } }\n`.replace(
        "$default(name, '')",
        '$string($default($figure.onHand, 0))',
      ),
    })
    await engine.run()
    const before = position(engine)
    system.setClockAhead(5 * minutes)
    system.put({ no: 1 })
    system.setFault(({ path }) => (path.startsWith('/figures') ? 422 : undefined))
    expect((await engine.run()).of.remarks).toMatchObject({ error: { code: 'not-wanted' } })
    expect(position(engine)).toBe(before)
    system.figures.set(1, 7)
    system.setFault(({ method }) => (method === 'PUT' ? 500 : undefined))
    expect(await engine.run()).toMatchObject({ exitStatus: 3 })
    expect(position(engine)).toBe(before)
    system.setFault(() => undefined)
    expect((await engine.run()).of.remarks).toMatchObject({ updated: 1 })
    expect(position(engine)).not.toBe(before)
  })

  it('does not move when a schedule reads only what is new: what changed beside is read by the next run', async () => {
    system.put({ no: 1, name: 'a pot' })
    const engine = await system.engine({ remarks })
    await engine.run()
    const before = position(engine)
    system.setClockAhead(60 * minutes)
    system.put({ no: 1, name: 'a pan' })
    system.put({ no: 2 })
    expect((await engine.run({ read: 'new' })).of.remarks).toMatchObject({ mode: 'new', read: 1, created: 1 })
    expect(position(engine)).toBe(before)
    expect((await engine.run()).of.remarks).toMatchObject({ mode: 'changes', updated: 1 })
  })

  it('has nothing of keep in it: a record that was left out is seen when it changes', async () => {
    for (const no of [1, 2]) system.put({ no, sold: no === 1 })
    const engine = await system.engine({
      remarks: remarks.replace('to:', 'keep: { sold: "$default(sold, false)" }\nto:'),
    })
    expect((await engine.run()).of.remarks).toMatchObject({ created: 1, skipped: { sold: 1 } })
    age()
    system.put({ no: 2, sold: true })
    system.calls.length = 0
    expect((await engine.run()).of.remarks).toMatchObject({ mode: 'changes', read: 1, created: 1 })
    expect(searches().flatMap((query) => Object.keys(query))).not.toContain('sold')
  })

  it('is one for each mapping, though mappings of one run share their full read', async () => {
    for (let no = 1; no <= 4; no++) system.put({ no })
    const members = remarks
      .replace('mapping: remarks', 'mapping: members')
      .replace('window.remark', 'window.member')
      .replace('write: put', 'write: import')
      .replace('text:', 'label:')
    const engine = await system.engine({ members, remarks })
    await engine.run()
    expect(searches()).toHaveLength(1)
    expect(position(engine)).toBe(position(engine, 'members'))
    age()
    system.put({ no: 2, name: 'New name' })
    await engine.run({ mappings: ['remarks'] })
    expect((await engine.run()).of).toMatchObject({
      members: { read: 1, updated: 1 },
      remarks: { read: 1, unchanged: 1 },
    })
  })

  it('a row of the list without an id is told, and ends nothing', async () => {
    for (const no of [1, 2]) system.put({ no })
    system.articles.set(3, { no: null as never, made: new Date().toISOString(), changed: null })
    const engine = await system.engine({ remarks })
    expect((await engine.run()).of.remarks).toMatchObject({ created: 2, failed: { unreadable: 1 }, complete: true })
    // It cannot be asked for.
    system.calls.length = 0
    age()
    expect((await engine.run()).of.remarks).toMatchObject({ mode: 'changes', read: 0, complete: true })
    expect(system.calls.filter(({ path }) => path.startsWith('/articles/'))).toEqual([])
  })
})
