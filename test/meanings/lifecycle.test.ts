import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { nothing } from '../support/nothing.ts'
import { type SmallSystem, startSmallSystem } from '../support/small-system.ts'

let system: SmallSystem
beforeEach(async () => {
  system = await startSmallSystem()
})
afterEach(() => system.stop())

const plain = `
mapping: plain
from: small.piece
to: small.thing
write: put
fields: { key: "$default(code, '')", title: "$default(title, '')" }
`

const report = async (
  engine: Awaited<ReturnType<SmallSystem['engine']>>,
  options: Parameters<typeof engine.run>[0] = {},
) => {
  const run = await engine.run(options)
  return { ...run, of: Object.fromEntries(run.pipelines.map((pipeline) => [pipeline.mapping, pipeline])) }
}

describe('5.1 absent', () => {
  it('null is removed on reading, and a field that gives nothing is not sent', async () => {
    system.put({ id: 1, title: null })
    const engine = await system.engine({ plain: plain.replace('title: "$default(title, \'\')"', 'title: title') })
    await engine.run()
    expect(system.things.get('P-1')).toEqual({ key: 'P-1' })
  })

  it('a condition that gives neither true nor false fails its record, and only that', async () => {
    system.put({ id: 1, extra: { web: true } })
    system.put({ id: 2, extra: { web: 'yes' } })
    system.put({ id: 3 })
    const engine = await system.engine({ plain: plain.replace('to:', 'keep: { wanted: extra.web }\nto:') })
    const { of } = await report(engine)
    expect(of.plain).toMatchObject({ created: 1, failed: { 'not-true-or-false': 2 }, skipped: nothing })
    expect(engine.store.deadLetters.get('plain', '2')).toMatchObject({
      label: 'P-2',
      code: 'not-true-or-false',
      record: { id: 2 },
    })
  })
})

describe('5.2 decimals', () => {
  it('are exact from text to text', async () => {
    system.put({ id: 1, price: '31.5000' })
    const engine = await system.engine({
      plain: plain.replace('title:', 'price: "$mul($default(price, 0), 1.1)", title:'),
    })
    await engine.run()
    expect(system.things.get('P-1')).toMatchObject({ price: '34.65' })
  })

  it('with more digits than a number holds fail their record', async () => {
    system.put({ id: 1, price: '1234567890.1234567' })
    const engine = await system.engine({ plain })
    expect((await report(engine)).of.plain?.failed).toEqual({ 'source-too-many-digits': 1 })
  })
})

it('5.3 a list is a list for none, one or many', async () => {
  system.put({ id: 1, tags: null })
  system.put({ id: 2, tags: 'red' })
  system.put({ id: 3, tags: ['red', 'blue'] })
  const engine = await system.engine({ plain: plain.replace('title:', 'tags: tags, title:') })
  await engine.run()
  expect([1, 2, 3].map((id) => system.things.get(`P-${id}`)?.tags)).toEqual([[], ['red'], ['red', 'blue']])
})

describe('5.6 cursor', () => {
  it('is the server’s time at the first request; the next read starts the overlap before it, in both reads that are united', async () => {
    system.put({ id: 1 })
    const engine = await system.engine({ plain })
    const before = Date.now()
    await engine.run()
    const [cursor] = engine.store.cursors.all()
    expect(Math.abs(Date.parse(cursor?.position ?? '') - before)).toBeLessThan(2_000)
    system.calls.length = 0
    const second = await report(engine)
    const since = new Date(Date.parse(cursor?.position ?? '') - 600_000).toISOString()
    expect(
      system.calls
        .filter(({ path }) => path === '/search')
        .map(({ query }) => [query.get('changed'), query.get('created')]),
    ).toEqual([
      [since, null],
      [null, since],
    ])
    // The record of the overlap is recognised by its fingerprint.
    expect(second.of.plain).toMatchObject({ mode: 'changes', read: 1, unchanged: 1, updated: 0 })
  })

  it('does not miss a record that was never changed', async () => {
    const engine = await system.engine({ plain })
    system.put({ id: 1 })
    await engine.run()
    system.put({ id: 2 })
    expect(system.pieces.get(2)?.changed).toBeNull()
    expect((await report(engine)).of.plain).toMatchObject({ mode: 'changes', created: 1 })
  })

  it('moves behind a record that is kept as a dead letter, and not when a system fails', async () => {
    system.put({ id: 1 })
    system.put({ id: 2 })
    const engine = await system.engine({ plain })
    system.setFault(({ method }) => (method === 'PUT' ? 500 : undefined))
    const broken = await report(engine)
    expect(broken).toMatchObject({ exitStatus: 3 })
    expect(engine.store.cursors.all()).toEqual([])
    system.setFault(({ path }) => (path === '/things/P-2' ? 422 : undefined))
    const refused = await report(engine)
    expect(refused.of.plain).toMatchObject({ mode: 'full', created: 1, failed: { 'refused-here': 1 } })
    expect(engine.store.cursors.all()).toHaveLength(1)
    expect(engine.store.deadLetters.get('plain', '2')).toMatchObject({
      code: 'refused-here',
      message: expect.stringContaining('made to fail'),
    })
    system.setFault(() => undefined)
    system.put({ id: 2, title: 'mended' })
    await engine.run()
    expect(engine.store.deadLetters.keysOf('plain')).toEqual([])
  })

  it('is not moved by --only or --since', async () => {
    system.put({ id: 1 })
    const engine = await system.engine({ plain })
    await engine.run({ only: '1' })
    await engine.run({ since: '2020-01-01T00:00:00.000Z' })
    expect(engine.store.cursors.all()).toEqual([])
    expect(system.things.size).toBe(1)
  })
})

describe('5.7 fingerprint', () => {
  it('a changed option or table makes the next run a full one, and says so', async () => {
    system.put({ id: 1 })
    const mapping = plain
      .replace('from:', 'options: { mark: { type: string, default: a, description: A mark } }\nfrom:')
      .replace("$default(title, '')", "$options.mark & $table('words', 1).word")
    const words = (word: string): { words: string } => ({
      words: `table: words\nkey: id\nrows: [ { id: 1, word: ${word} } ]\n`,
    })
    const path = `${system.folder}/state.db`
    const start = async (mark: string, word: string) =>
      report(
        await system.engine({ plain: mapping }, { options: `{ mark: ${mark} }`, tables: words(word), store: path }),
      )
    await start('a', 'x')
    expect((await start('a', 'x')).of.plain).toMatchObject({ mode: 'changes' })
    expect((await start('b', 'x')).of.plain).toMatchObject({
      mode: 'full',
      reason: expect.stringContaining('has changed'),
      updated: 1,
    })
    expect((await start('b', 'y')).of.plain).toMatchObject({ mode: 'full', updated: 1 })
    expect((await start('b', 'y')).of.plain).toMatchObject({ mode: 'changes', unchanged: 1 })
  })

  it('leaves createOnly out: a change there is no change', async () => {
    system.put({ id: 1, title: 'first' })
    const engine = await system.engine({
      plain:
        'mapping: plain\nfrom: small.piece\nto: small.thing\nwrite: put\nfields: { key: "$default(code, \'\')" }\ncreateOnly: { title: "$default(title, \'\')" }\n',
    })
    await engine.run()
    system.put({ id: 1, title: 'second' })
    expect((await report(engine)).of.plain).toMatchObject({ unchanged: 1, updated: 0 })
    expect(system.things.get('P-1')).toMatchObject({ title: 'first' })
  })
})

it('5.8 create-only for a target that can neither tell new from old nor be asked is a finding', async () => {
  const engine = await system.engine({
    plain:
      'mapping: plain\nfrom: small.piece\nto: small.part\nwrite: put\nfields: { key: "$default(code, \'\')" }\ncreateOnly: { title: "\'x\'" }\n',
  })
  await expect(engine.run()).rejects.toThrow('create-only-unknown')
})

describe('5.9 collisions', () => {
  it('two target records with one key within a record fail it', async () => {
    system.put({ id: 1, tags: ['a', 'a'] })
    const engine = await system.engine({
      plain: 'mapping: plain\nfrom: small.piece\neach: tags\nto: small.thing\nwrite: put\nfields: { key: $item }\n',
    })
    expect((await report(engine)).of.plain).toMatchObject({ created: 0, failed: { 'key-twice': 1 } })
  })

  it('across records the key belongs to whom had it first, also in later runs', async () => {
    system.put({ id: 7, code: 'SAME' })
    const engine = await system.engine({ plain })
    await engine.run()
    // The newcomer has the lower id, and comes first in the read.
    system.put({ id: 3, code: 'SAME' })
    const { of } = await report(engine, { full: true })
    expect(of.plain).toMatchObject({ unchanged: 1, failed: { 'key-taken': 1 } })
    expect(engine.store.deadLetters.keysOf('plain')).toEqual(['3'])
  })

  it('a changed key raises an alert: no twin is made, and the old one is not retired', async () => {
    system.put({ id: 1, code: 'OLD' })
    const engine = await system.engine({ plain: `${plain}gone: { fields: { active: false } }\n` })
    await engine.run()
    system.put({ id: 1, code: 'NEW' })
    expect((await report(engine)).of.plain).toMatchObject({ failed: { 'key-changed': 1 }, gone: 0 })
    expect([...system.things.keys()]).toEqual(['OLD'])
    expect(system.things.get('OLD')).not.toHaveProperty('active')
  })
})

describe('5.10 gone', () => {
  const sized = `
mapping: sized
from: small.piece
keep: { wanted: "$default(extra.web, true) = true" }
each: "sizes.{ 'key': $record.code & '-' & size, 'amount': amount }"
to: small.thing
write: put
fields: { key: key, price: amount, active: true }
gone: { fields: { active: false }, atMost: 20%, always: 1 }
`.replace('$record.code', "$default($record.code, '')")
  const sizes = (...names: string[]) => names.map((size) => ({ size, amount: '1.00' }))

  it('a child that a record no longer yields, in any read; it comes back when it is yielded again', async () => {
    system.put({ id: 1, sizes: sizes('S', 'M') })
    const engine = await system.engine({ sized })
    await engine.run()
    system.put({ id: 1, sizes: sizes('M') })
    expect((await report(engine, { only: '1' })).of.sized).toMatchObject({ gone: 1 })
    expect(system.things.get('P-1-S')).toMatchObject({ active: false })
    expect((await report(engine)).of.sized).toMatchObject({ gone: 0, updated: 0 })
    system.put({ id: 1, sizes: sizes('S', 'M') })
    await engine.run()
    expect(system.things.get('P-1-S')).toMatchObject({ active: true })
    const after = await report(engine, { full: true })
    expect(after.of.sized).toMatchObject({ updated: 0, unchanged: 2 })
  })

  it('a linked record that keep now drops, in any read', async () => {
    system.put({ id: 1, sizes: sizes('S') })
    const engine = await system.engine({ sized })
    await engine.run()
    system.put({ id: 1, extra: { web: false } })
    expect((await report(engine)).of.sized).toMatchObject({ mode: 'changes', gone: 1, skipped: { wanted: 1 } })
  })

  it('a record that is no longer in the source, only after a full read that was complete', async () => {
    for (let id = 1; id <= 12; id++) system.put({ id, sizes: sizes('S') })
    const engine = await system.engine({ sized })
    await engine.run()
    system.pieces.delete(5)
    expect((await report(engine)).of.sized).toMatchObject({ mode: 'changes', gone: 0 })
    expect((await report(engine, { since: '2020-01-01T00:00:00.000Z' })).of.sized).toMatchObject({ gone: 0 })
    let searches = 0
    system.setFault(({ path }) => (path === '/search' && ++searches > 1 ? 422 : undefined))
    expect((await report(engine, { full: true })).of.sized).toMatchObject({
      complete: false,
      gone: 0,
      error: { code: 'refused-here' },
    })
    system.setFault(() => undefined)
    expect((await report(engine, { full: true })).of.sized).toMatchObject({ complete: true, gone: 1 })
    expect(system.things.get('P-5-S')).toMatchObject({ active: false })
  })

  it('the breaker stops before the first such write', async () => {
    for (let id = 1; id <= 10; id++) system.put({ id, sizes: sizes('S') })
    const engine = await system.engine({ sized })
    await engine.run()
    for (const id of [2, 3, 4]) system.pieces.delete(id)
    system.calls.length = 0
    const { of, exitStatus } = await report(engine, { full: true })
    expect(of.sized).toMatchObject({
      gone: 0,
      failed: { 'too-many-gone': 3 },
      error: { code: 'too-many-gone', message: expect.stringContaining('3 of 10') },
    })
    expect(exitStatus).toBe(1)
    expect(system.calls.filter(({ method }) => method === 'PUT')).toEqual([])
  })
})

describe('5.12 parked or failed', () => {
  const needing = `
mapping: needing
from: small.piece
to: small.part
write: put
fields: { key: "$default(code, '') & ' part'", title: "$default(title, '')", made: "$default(code, '')" }
needs: { small.thing: made }
`
  it('what it needs is looked up and adopted; else it waits for the mapping that makes it', async () => {
    system.put({ id: 1 })
    system.put({ id: 2 })
    system.things.set('P-1', { key: 'P-1' })
    const engine = await system.engine({
      needing,
      plain: plain.replace('to:', 'keep: { not-two: "$default(extra.ready, id = 1) = true" }\nto:'),
    })
    const first = await report(engine, { mappings: ['needing'] })
    expect(first.of.needing).toMatchObject({ created: 1, parked: 1, failed: nothing })
    expect(engine.store.parked.of('needing')).toMatchObject([{ sourceKey: '2', entity: 'small.thing', key: 'P-2' }])
    system.calls.length = 0
    await engine.run({ mappings: ['needing'] })
    // What is known is not asked for again.
    expect(system.calls.filter(({ path }) => path === '/things/P-1' && !path.includes('part'))).toEqual([])
    system.put({ id: 2, extra: { ready: true } })
    await engine.run({ mappings: ['plain'] })
    expect((await report(engine, { mappings: ['needing'] })).of.needing).toMatchObject({ created: 1, parked: 0 })
    expect(engine.store.parked.of('needing')).toEqual([])
  })

  it('waits until its deadline, then fails', async () => {
    system.put({ id: 1 })
    const engine = await system.engine(
      { needing, plain: plain.replace('to:', 'keep: { never: id < 0 }\nto:') },
      { parkedFor: '50ms' },
    )
    expect((await report(engine, { mappings: ['needing'] })).of.needing).toMatchObject({ parked: 1 })
    await new Promise((resolve) => setTimeout(resolve, 80))
    expect((await report(engine, { mappings: ['needing'] })).of.needing).toMatchObject({
      parked: 0,
      failed: { 'parked-too-long': 1 },
    })
  })

  it('fails at once when no mapping of the project makes what it needs', async () => {
    system.put({ id: 1 })
    const engine = await system.engine({ needing })
    expect((await report(engine)).of.needing).toMatchObject({ parked: 0, failed: { 'not-in-target': 1 } })
  })
})

describe('5.13 --only', () => {
  it('a key that nobody knows is said, with status 1', async () => {
    const engine = await system.engine({ plain })
    const { exitStatus, of } = await report(engine, { only: '404' })
    expect(exitStatus).toBe(1)
    expect(of.plain?.error).toMatchObject({ code: 'record-not-found' })
  })
})

describe('a write of which nobody can say whether it was done', () => {
  const once = plain.replace('write: put', 'write: once')
  it('is shown, and not sent again until a person asks for it', async () => {
    system.put({ id: 1 })
    const engine = await system.engine({ plain: once })
    system.setFault(({ method }) => (method === 'PUT' ? 'drop-after' : undefined))
    expect((await report(engine)).of.plain).toMatchObject({ failed: { undecided: 1 } })
    system.setFault(() => undefined)
    system.calls.length = 0
    system.put({ id: 1, title: 'again' })
    expect((await report(engine)).of.plain).toMatchObject({ failed: { undecided: 1 } })
    expect(system.calls.filter(({ method }) => method === 'PUT')).toEqual([])
    expect((await report(engine, { only: '1' })).of.plain).toMatchObject({ created: 1 })
    system.put({ id: 1, title: 'once more' })
    expect((await report(engine)).of.plain).toMatchObject({ updated: 1 })
  })

  it('is looked up by its key where the target can be asked, before anything is sent again', async () => {
    system.put({ id: 1 })
    const engine = await system.engine({ plain: plain.replace('write: put', 'write: known') })
    let drops = 0
    system.setFault(({ method }) => (method === 'PUT' && drops++ === 0 ? 'drop-after' : undefined))
    expect((await report(engine)).of.plain).toMatchObject({ created: 1, failed: nothing })
    expect(system.calls.filter(({ method }) => method === 'PUT')).toHaveLength(1)
  })
})

describe('a run', () => {
  it('writes nothing the second time, and asks little', async () => {
    for (let id = 1; id <= 25; id++) system.put({ id })
    const engine = await system.engine({ plain })
    await engine.run()
    system.calls.length = 0
    const { of } = await report(engine, { full: true })
    expect(of.plain).toMatchObject({ created: 0, updated: 0, unchanged: 25 })
    expect(system.calls.map(({ method }) => method)).toEqual(Array.from({ length: 8 }, () => 'GET'))
  })

  it('that is dry changes neither the target nor the state, and shows the first records', async () => {
    system.put({ id: 1, title: 'x' })
    const engine = await system.engine({ plain })
    const { of } = await report(engine, { dryRun: true })
    expect(of.plain).toMatchObject({
      created: 1,
      wouldWrite: [{ key: 'P-1', action: 'create', fields: { key: 'P-1', title: 'x' } }],
    })
    expect(system.things.size).toBe(0)
    expect(engine.store.cursors.all()).toEqual([])
    expect(engine.store.runs.last(5)).toEqual([])
    expect(engine.store.links.bySource('plain', 'main', '1')).toEqual([])
  })

  it('that is to stop finishes what is under way, and the next one goes on', async () => {
    for (let id = 1; id <= 30; id++) system.put({ id })
    const engine = await system.engine({ plain })
    const stop = new AbortController()
    let puts = 0
    system.setFault(({ method }) => {
      if (method === 'PUT' && ++puts === 4) stop.abort()
      return undefined
    })
    const first = await report(engine, { stop: stop.signal })
    expect(first).toMatchObject({ stopped: true, exitStatus: 1 })
    expect(first.of.plain?.created).toBe(system.things.size)
    expect(engine.store.cursors.all()).toEqual([])
    const sent = system.things.size
    expect(sent).toBeLessThan(30)
    const second = await report(engine)
    expect(second.of.plain).toMatchObject({ created: 30 - sent, unchanged: sent })
  })

  it('of a mapping that is being run is refused', async () => {
    system.put({ id: 1 })
    const engine = await system.engine({ plain })
    system.setSlow(100)
    const first = engine.run()
    await new Promise((resolve) => setTimeout(resolve, 60))
    await expect(engine.run()).rejects.toMatchObject({ code: 'already-running', exitStatus: 1 })
    await first
    await expect(engine.run()).resolves.toMatchObject({ status: 'ok' })
  })

  it('whose target does not answer ends with status 3 and loses nothing', async () => {
    system.put({ id: 1 })
    const engine = await system.engine({ plain })
    system.setFault(({ method }) => (method === 'PUT' ? 'drop' : undefined))
    expect(await report(engine)).toMatchObject({
      exitStatus: 3,
      of: { plain: { error: { code: 'system-unreachable' } } },
    })
    system.setFault(() => undefined)
    expect((await report(engine)).of.plain).toMatchObject({ mode: 'full', created: 1 })
  })

  it('lets the siblings of a changed record come along unchanged', async () => {
    for (const id of [1, 2, 3]) system.put({ id, family: 9 })
    const engine = await system.engine({ plain: plain.replace('to:', 'siblings: { by: family, find: family }\nto:') })
    await engine.run()
    for (const piece of system.pieces.values()) piece.created = '2020-01-01T00:00:00Z'
    system.put({ id: 2, title: 'new' })
    const { of } = await report(engine)
    expect(of.plain).toMatchObject({ read: 1, updated: 1, unchanged: 0 })
  })
})

describe('a full file', () => {
  const whole = plain.replace('write: put', 'write: { operation: all, fullFile: true }')
  it('is one request, never divided, and sent only when something changed', async () => {
    for (let id = 1; id <= 8; id++) system.put({ id })
    const engine = await system.engine({ whole: whole.replace('mapping: plain', 'mapping: whole') })
    const first = await report(engine)
    expect(first.of.whole).toMatchObject({ created: 8 })
    expect(system.calls.filter(({ path }) => path === '/all').map(({ body }) => (body as unknown[]).length)).toEqual([
      8,
    ])
    system.calls.length = 0
    expect((await report(engine)).of.whole).toMatchObject({ unchanged: 8, updated: 0 })
    expect(system.calls.filter(({ path }) => path === '/all')).toEqual([])
    system.pieces.delete(8)
    await engine.run()
    expect(system.calls.filter(({ path }) => path === '/all').map(({ body }) => (body as unknown[]).length)).toEqual([
      7,
    ])
  })

  it('is never a part: not for one record, not for changes, not without those that failed', async () => {
    for (let id = 1; id <= 6; id++) system.put({ id })
    const engine = await system.engine({ whole: whole.replace('mapping: plain', 'mapping: whole') })
    await engine.run()
    await expect(engine.run({ only: '1' })).rejects.toMatchObject({ code: 'full-file-part', exitStatus: 2 })
    await expect(engine.run({ since: '2020-01-01T00:00:00.000Z' })).rejects.toMatchObject({ code: 'full-file-part' })
    system.put({ id: 2, title: 'a title that is much longer than thirty letters' })
    system.put({ id: 3, title: 'changed' })
    const { of, exitStatus } = await report(engine)
    expect(of.whole).toMatchObject({
      updated: 0,
      failed: { 'target-wrong-length': 1 },
      error: { code: 'full-file-incomplete' },
    })
    expect(exitStatus).toBe(1)
    expect(system.things.size).toBe(6)
    system.put({ id: 2, title: 'short' })
    expect((await report(engine)).of.whole).toMatchObject({ updated: 2, unchanged: 4 })
  })

  it('is not sent after a read that broke off', async () => {
    for (let id = 1; id <= 12; id++) system.put({ id })
    const engine = await system.engine({ whole: whole.replace('mapping: plain', 'mapping: whole') })
    let searches = 0
    system.setFault(({ path }) => (path === '/search' && ++searches > 1 ? 422 : undefined))
    await engine.run()
    expect(system.calls.filter(({ path }) => path === '/all')).toEqual([])
  })
})
