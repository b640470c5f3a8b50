import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type MadeUpSystem, startMadeUpSystem } from '../support/made-up-system.ts'

let system: MadeUpSystem
beforeEach(async () => {
  system = await startMadeUpSystem()
})
afterEach(() => system.stop())

const remarks = `
mapping: remarks
from: depot.article
keep: { named: "$exists(name)" }
to: window.remark
write: put
fields: { sku: "$default(code, '')", text: "$default(name, '')" }
gone: { fields: { text: "'gone'" } }
`
const fed = remarks.replace('gone: {', 'triggers: [ { event: depot.pushed } ]\ngone: {')
const withEvents =
  (changes: (text: string) => string = (text) => text) =>
  (text: string): string =>
    changes(text).replace(
      'entities:\n',
      'events:\n  pushed: { entity: article, verify: { secret: $credentials.key }, record: body }\nentities:\n',
    )
const given = (what: { records?: { value: unknown }[]; keys?: unknown[]; find?: string }) => ({
  given: new Map([['remarks', what]]),
})

describe('a run over given records', () => {
  it('maps exactly those, moves no cursor, and takes nothing as gone', async () => {
    for (let no = 1; no <= 5; no++) system.put({ no })
    const engine = await system.engine({ remarks })
    await engine.run()
    const [cursor] = engine.store.cursors.all()
    for (const article of system.articles.values()) article.made = '2020-01-01T00:00:00.000Z'
    system.put({ no: 2, name: 'from the list' })
    system.articles.delete(4)
    system.calls.length = 0
    const { of } = await engine.run(given({ records: [{ value: { no: 1, code: 'A-1', name: 'pushed', extra: 1 } }] }))
    expect(of.remarks).toMatchObject({ mode: 'given', read: 1, updated: 1, gone: 0, complete: false, failed: {} })
    expect(system.calls.map(({ method, path }) => `${method} ${path}`)).toEqual(['PUT /remarks/A-1'])
    expect(engine.store.cursors.all()).toEqual([cursor])
    // The next run of changes finds what changed meanwhile.
    expect((await engine.run()).of.remarks).toMatchObject({ mode: 'changes', read: 1 })
    expect(system.remarks.get('A-2')).toMatchObject({ text: 'from the list' })
  })

  it('reads given keys, whether numbers or their texts, and forgets what failed and is no longer there', async () => {
    for (let no = 1; no <= 5; no++) system.put({ no })
    const engine = await system.engine({ remarks })
    await engine.run()
    system.put({ no: 2, name: 'two' })
    system.put({ no: 3, name: 'three' })
    engine.store.deadLetters.put({
      mapping: 'remarks',
      sourceKey: '9',
      label: undefined,
      code: 'x',
      message: 'x',
      record: {},
      run: 'r',
      at: '2025-01-01T00:00:00.000Z',
    })
    const { of } = await engine.run(given({ keys: [2, '3', 9] }))
    expect(of.remarks).toMatchObject({ mode: 'given', read: 2, updated: 2, failed: {} })
    expect(system.remarks.get('A-3')).toMatchObject({ text: 'three' })
    expect(engine.store.deadLetters.keysOf('remarks')).toEqual([])
  })

  it('reads by a find', async () => {
    for (let no = 1; no <= 4; no++) system.put({ no, group: no % 2 })
    const engine = await system.engine({ remarks })
    const { of } = await engine.run(given({ keys: ['1'], find: 'group' }))
    expect(of.remarks).toMatchObject({ read: 2, created: 2 })
    expect([...system.remarks.keys()].sort()).toEqual(['A-1', 'A-3'])
  })

  it('reads by a find whose field is a number with a number, as a join does: a filter may tell them apart', async () => {
    for (let no = 1; no <= 4; no++) system.put({ no, group: no % 2 })
    const connector = (text: string): string =>
      text.replace('GET /groups/{$input}', "GET /groups/{$type($input) = 'number' ? $input : 'none'}")
    const engine = await system.engine({ remarks }, { connector })
    const { of } = await engine.run(given({ keys: ['1'], find: 'group' }))
    expect(of.remarks).toMatchObject({ read: 2, created: 2 })
  })

  it('one key for which the system refuses the call does not keep the others', async () => {
    for (let no = 1; no <= 5; no++) system.put({ no })
    const engine = await system.engine({ remarks })
    system.setFault(({ path }) => (path.startsWith('/articles/') && path.includes('3') ? 422 : undefined))
    const { of } = await engine.run(given({ keys: [1, 2, 3, 4] }))
    expect(of.remarks).toMatchObject({ created: 3, failed: { unreadable: 1 } })
    expect(of.remarks?.error).toBeUndefined()
    expect(engine.store.deadLetters.keysOf('remarks')).toEqual(['3'])
  })

  it('a record that its schema does not fit fails, and is kept', async () => {
    const engine = await system.engine({ remarks })
    const { of } = await engine.run(given({ records: [{ value: { no: 'seven', code: 'A-7' } }] }))
    expect(of.remarks?.failed).toEqual({ 'source-wrong-type': 1 })
    expect(engine.store.deadLetters.list({ limit: 5 })).toHaveLength(1)
  })

  it('a system that is down ends the run, and nothing is lost or forgotten', async () => {
    const engine = await system.engine({ remarks })
    system.setFault(({ path }) => (path.startsWith('/articles/') ? 503 : undefined))
    const { of, exitStatus } = await engine.run(given({ keys: [1] }))
    expect(of.remarks?.error).toMatchObject({ exitStatus: 3 })
    expect(exitStatus).toBe(3)
  })
})

describe('a source that comes as messages only', () => {
  const noList = withEvents((text) => text.replace('    list: { over: row, ids: "no" }\n', ''))

  it('is taken as it comes; a run by itself lists nothing', async () => {
    const engine = await system.engine({ remarks: fed }, { connector: noList })
    expect((await engine.run()).of.remarks).toMatchObject({ mode: 'given', read: 0 })
    const { of } = await engine.run(given({ records: [{ value: { no: 1, code: 'A-1', name: 'one' } }] }))
    expect(of.remarks).toMatchObject({ created: 1 })
  })

  it('a passing failure is tried again by the next run, from the record that was kept', async () => {
    const noGet = (text: string): string =>
      noList(text)
        .replace(/ {4}get: \{ request: "GET \/articles\/.*\n/, '')
        .replace(/ {4}find:\n {6}group.*\n/, '')
    const engine = await system.engine({ remarks: fed }, { connector: noGet })
    engine.store.deadLetters.put({
      mapping: 'remarks',
      sourceKey: '1',
      label: 'A-1',
      code: 'not-applied',
      message: 'x',
      record: { no: 1, code: 'A-1', name: 'one' },
      run: 'r',
      at: '2025-01-01T00:00:00.000Z',
    })
    expect((await engine.run()).of.remarks).toMatchObject({ mode: 'given', read: 1, created: 1 })
    expect(engine.store.deadLetters.keysOf('remarks')).toEqual([])
    expect(system.remarks.get('A-1')).toMatchObject({ text: 'one' })
  })
})

it('a full file is never given a part', async () => {
  const members = `
mapping: members
from: depot.article
to: window.member
write: { operation: import, fullFile: true }
fields: { sku: "$default(code, '')", label: "$default(name, '')" }
`
  const engine = await system.engine({ members })
  await expect(engine.run({ given: new Map([['members', { keys: [1] }]]) })).rejects.toMatchObject({
    code: 'full-file-part',
  })
})
