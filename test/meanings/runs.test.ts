import { hostname } from 'node:os'
import { DatabaseSync } from 'node:sqlite'
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
to: window.remark
write: put
fields: { sku: "$default(code, '')", text: "$default(name, '')" }
`
const members = `
mapping: members
from: depot.article
to: window.member
write: import
fields: { sku: "$default(code, '')", label: "$default(name, '')" }
`
const isPut = ({ method }: { method: string }): boolean => method === 'PUT'

/** Articles are found by their code through another entity, and that is the key that a person knows. */
const byCode = (text: string): string =>
  text
    .replace('    label: code\n', '    label: code\n    only: code\n')
    .replace('      group: { request', '      code: { over: row.code, ids: "no" }\n      group: { request')
    .replace('  article:\n', '    find: { code: { request: "GET /codes/{$input}", records: body } }\n  article:\n')

describe('a second run without a change', () => {
  it('writes nothing and asks little', async () => {
    for (let no = 1; no <= 20; no++) system.put({ no })
    const engine = await system.engine({ members, remarks })
    await engine.run()
    for (const article of system.articles.values()) article.made = '2020-01-01T00:00:00.000Z'
    system.calls.length = 0
    expect((await engine.run()).of).toMatchObject({
      members: { mode: 'changes', read: 0, calls: { depot: 2 } },
      remarks: { mode: 'changes', read: 0, calls: { depot: 2 } },
    })
    expect(system.writes()).toEqual([])
    expect(system.calls).toHaveLength(4)
  })

  it('asks no more than the least for everything, when everything is read again', async () => {
    for (let no = 1; no <= 20; no++) system.put({ no })
    const engine = await system.engine({ members, remarks })
    await engine.run()
    system.calls.length = 0
    expect((await engine.run({ full: true })).of).toMatchObject({
      members: { unchanged: 20 },
      remarks: { unchanged: 20 },
    })
    // Pages of eight, batches of five, one read for both mappings.
    expect(system.calls.map(({ method, path }) => `${method} ${path.split('/')[1]}`).sort()).toEqual([
      ...Array.from({ length: 4 }, () => 'GET articles'),
      ...Array.from({ length: 3 }, () => 'GET search'),
    ])
  })
})

describe('a read', () => {
  it('of columns and rows, page by page, and by sets of ids', async () => {
    for (let no = 1; no <= 20; no++) system.put({ no })
    const engine = await system.engine({ remarks })
    expect((await engine.run()).of.remarks).toMatchObject({ read: 20, created: 20 })
    expect(system.calls.filter(({ path }) => path === '/search').map(({ query }) => Object.fromEntries(query))).toEqual(
      [{ size: '8' }, { size: '8', from: '8' }, { size: '8', from: '16' }],
    )
    expect(system.calls.flatMap(({ path }) => (path.startsWith('/articles/') ? [path] : [])).sort()).toEqual([
      '/articles/1,2,3,4,5',
      '/articles/11,12,13,14,15',
      '/articles/16,17,18,19,20',
      '/articles/6,7,8,9,10',
    ])
  })

  it('is split around a poison id, which alone is unreadable', async () => {
    for (let no = 1; no <= 10; no++) system.put({ no })
    system.poison.add(4)
    const engine = await system.engine({ remarks })
    const { of, exitStatus } = await engine.run()
    expect(exitStatus).toBe(1)
    expect(of.remarks).toMatchObject({ read: 10, created: 9, failed: { unreadable: 1 }, complete: true })
    expect(engine.store.deadLetters.get('remarks', '4')).toMatchObject({ code: 'unreadable' })
    system.poison.clear()
    expect((await engine.run({ only: '4' })).of.remarks).toMatchObject({ created: 1 })
    expect(engine.store.deadLetters.keysOf('remarks')).toEqual([])
  })

  it('of what could not be read is tried again by the next run, though it did not change', async () => {
    for (let no = 1; no <= 5; no++) system.put({ no })
    system.poison.add(3)
    const engine = await system.engine({ remarks })
    expect((await engine.run()).of.remarks).toMatchObject({ created: 4, failed: { unreadable: 1 } })
    for (const article of system.articles.values()) article.made = '2020-01-01T00:00:00.000Z'
    system.poison.clear()
    expect((await engine.run()).of.remarks).toMatchObject({ mode: 'changes', read: 1, created: 1 })
    expect(engine.store.deadLetters.keysOf('remarks')).toEqual([])
  })

  it('of what failed before is not stopped by a record for which the system refuses the call', async () => {
    for (let no = 1; no <= 5; no++) system.put({ no })
    for (const no of [2, 3, 4]) system.poison.add(no)
    const engine = await system.engine({ remarks })
    expect((await engine.run()).of.remarks).toMatchObject({ created: 2, failed: { unreadable: 3 } })
    const before = engine.store.cursors.all()
    system.poison.clear()
    system.setClockAhead(60_000)
    system.setFault(({ path }) => (/^\/articles\/(.*,)?3(,|$)/.test(path) ? 422 : undefined))
    for (const article of system.articles.values()) article.made = '2020-01-01T00:00:00.000Z'
    expect((await engine.run()).of.remarks).toMatchObject({
      mode: 'changes',
      created: 2,
      failed: { unreadable: 1 },
      complete: true,
    })
    expect(engine.store.deadLetters.keysOf('remarks')).toEqual(['3'])
    expect(engine.store.cursors.all()).not.toEqual(before)
  })

  it('of one record that cannot be read, and whose own key nobody knows, says so and keeps nothing', async () => {
    system.put({ no: 1 })
    const engine = await system.engine(
      { remarks },
      {
        connector: (text) =>
          text
            .replace('    label: code\n', '    label: code\n    only: code\n')
            .replace(
              '      group: { request',
              '      code: { request: "GET /codes/{$input}", records: body }\n      group: { request',
            ),
      },
    )
    system.setFault(({ path }) => (path.startsWith('/codes/') ? 409 : undefined))
    expect(await engine.run({ only: 'A-1' })).toMatchObject({
      exitStatus: 1,
      of: { remarks: { error: { code: 'unreadable' }, failed: nothing } },
    })
    expect(engine.store.deadLetters.keysOf('remarks')).toEqual([])
  })

  it('takes smaller pages when they are too heavy', async () => {
    for (let no = 1; no <= 12; no++) system.put({ no })
    system.setHeaviestPage(3)
    const engine = await system.engine({ remarks })
    expect((await engine.run()).of.remarks).toMatchObject({ read: 12, created: 12, complete: true })
    // The size that was found is kept for the pages that follow.
    expect(system.calls.filter(({ path }) => path === '/search').map(({ query }) => Number(query.get('size')))).toEqual(
      [8, 4, 2, 2, 2, 2, 2, 2],
    )
  })

  it('joins in batches that are full, each record once', async () => {
    for (let no = 1; no <= 14; no++) {
      system.put({ no })
      if (no % 2 === 0) system.figures.set(no, no * 10)
    }
    const engine = await system.engine({
      remarks: remarks
        .replace(
          'to:',
          'join: { figure: { entity: depot.figure, by: "no" } }\nkeep: { counted: "$exists($figure)" }\nto:',
        )
        .replace("$default(name, '')", '$string($figure.onHand)'),
    })
    expect((await engine.run()).of.remarks).toMatchObject({ created: 7, skipped: { counted: 7 } })
    expect(system.remarks.get('A-4')).toMatchObject({ text: '40' })
    expect(system.calls.filter(({ path }) => path.startsWith('/figures'))).toHaveLength(3)
  })

  it('counts the calls of a join for the system that is asked', async () => {
    for (let no = 1; no <= 3; no++) system.put({ no })
    const engine = await system.engine({
      remarks: remarks
        .replace('to:', 'join: { member: { entity: window.member, by: code } }\nto:')
        .replace("$default(name, '')", "$default($member.label, 'none')"),
    })
    expect((await engine.run()).of.remarks).toMatchObject({ created: 3, calls: { depot: 2, window: 4 } })
  })

  it('through another entity: what cannot be read in the end is no absent record', async () => {
    for (let no = 1; no <= 3; no++) system.put({ no })
    const engine = await system.engine(
      {
        remarks: remarks
          .replace('to:', 'join: { other: { entity: depot.article, find: code, by: code } }\nto:')
          .replace("$default(name, '')", "$default($other.name, 'none')"),
      },
      { connector: byCode },
    )
    let joining = false
    system.setFault(({ path }) => {
      if (path.startsWith('/codes/')) {
        joining = true
        return { status: 200, body: [{ no: Number(path.split('-')[1]) }] }
      }
      return joining && /^\/articles\/(.*,)?2(,|$)/.test(path) ? 409 : undefined
    })
    expect((await engine.run()).of.remarks).toMatchObject({ created: 2, failed: { 'join-unreadable': 1 } })
    expect(system.remarks.has('A-2')).toBe(false)
    // Asked for by the key that a person knows, it is kept under its own.
    expect((await engine.run({ only: 'A-2' })).of.remarks).toMatchObject({ read: 1, failed: { unreadable: 1 } })
    expect(engine.store.deadLetters.keysOf('remarks')).toEqual(['2'])
  })

  it('by its key through another entity', async () => {
    for (const no of [1, 2, 3]) system.put({ no })
    system.put({ no: 7, name: 'One' })
    const engine = await system.engine(
      {
        remarks: remarks
          .replace('to:', 'keep: { low: "no < 7" }\njoin: { other: { entity: depot.alias, by: code } }\nto:')
          .replace("$default(name, '')", "$default($other.name, 'none')"),
      },
      {
        connector: (text) =>
          byCode(text).replace(
            '  figure:\n',
            `  alias:
    schema: schemas/article.json
    key: code
    get: { over: row.code, ids: "no", request: "GET /articles/{$join($ids.$string($), ',')}", batch: 5, records: body }
  figure:
`,
          ),
      },
    )
    system.setFault(({ path }) =>
      path.startsWith('/codes/') ? { status: 200, body: path.endsWith('-1') ? [{ no: 7 }] : [] } : undefined,
    )
    system.put({ no: 7, code: 'A-1' })
    expect((await engine.run()).of.remarks).toMatchObject({ created: 3, failed: nothing })
    expect([...system.remarks.values()].map(({ text }) => text)).toEqual(['One', 'none', 'none'])
  })

  it('of a record whose key or join is no key fails that record, and ends nothing', async () => {
    for (const no of [1, 2, 3]) system.put({ no })
    const odd = { entity: 'depot.figure', by: "no = 2 ? {'a': 1} : no" }
    const engine = await system.engine({
      remarks: remarks.replace('to:', `join: { figure: { entity: ${odd.entity}, by: "${odd.by}" } }\nto:`),
    })
    expect((await engine.run()).of.remarks).toMatchObject({ created: 2, failed: { 'not-a-key': 1 } })
    // An id that is an object, in the list and in a record.
    system.setFault(({ path }) =>
      path === '/search'
        ? { status: 200, body: { columns: ['no'], rows: [[1], [{ a: 1 }], [3]], next: null } }
        : path.startsWith('/articles/')
          ? {
              status: 200,
              body: [
                { no: 1, code: 'A-1' },
                { no: { a: 3 }, code: 'A-3' },
              ],
            }
          : undefined,
    )
    const plain = await system.engine({ remarks })
    expect((await plain.run()).of.remarks).toMatchObject({ updated: 1, failed: { 'source-wrong-type': 1 } })
  })
})

describe('a dead letter', () => {
  it('keeps the record, and goes away when it is mended', async () => {
    system.put({ no: 1, code: null })
    const engine = await system.engine({ remarks })
    await engine.run()
    expect(engine.store.deadLetters.list({ limit: 5 })).toMatchObject([
      { mapping: 'remarks', sourceKey: '1', code: 'target-wrong-length', record: { no: 1, name: 'Article 1' } },
    ])
    system.put({ no: 1, code: 'A-1' })
    await engine.run()
    expect(engine.store.deadLetters.list({ limit: 5 })).toEqual([])
  })

  it('goes away when the mapping leaves the record out', async () => {
    system.put({ no: 1, code: null, sold: true })
    const engine = await system.engine({
      remarks: remarks.replace('to:', 'keep: { sold: "$default(sold, false)" }\nto:'),
    })
    await engine.run()
    system.put({ no: 1, sold: false })
    expect((await engine.run()).of.remarks).toMatchObject({ skipped: { sold: 1 } })
    expect(engine.store.deadLetters.list({ limit: 5 })).toEqual([])
  })

  it('stays as long as one of several target records fails, and the others are written', async () => {
    const prices = [
      { list: 'EUR', amount: '1' },
      { list: 'GBP', amount: '2' },
    ]
    system.members.set('A-1', { sku: 'A-1' })
    system.put({ no: 1, prices })
    const engine = await system.engine({
      prices: `
mapping: prices
from: depot.article
each: prices
to: window.price
write: import
fields: { sku: "$default($record.code, '')", list: list, amount: amount }
`,
    })
    expect((await engine.run()).of.prices).toMatchObject({ created: 1, failed: { 'unknown-reference': 1 } })
    expect(engine.store.deadLetters.keysOf('prices')).toEqual(['1'])
    system.put({ no: 1, prices: prices.slice(0, 1) })
    expect((await engine.run()).of.prices).toMatchObject({ unchanged: 1, failed: nothing })
    expect(engine.store.deadLetters.keysOf('prices')).toEqual([])
  })
})

describe('a dry run', () => {
  it('changes nothing: neither the target nor a byte of what the state knows', async () => {
    for (let no = 1; no <= 6; no++) system.put({ no })
    system.put({ no: 6, code: null })
    const store = `${system.folder}/state.db`
    const engine = await system.engine(
      { members: `${members}needs: { window.price: sku }\n`.replace(/needs.*\n/, ''), remarks },
      { store },
    )
    await engine.run({ mappings: ['members'] })
    const state = (): string => {
      const database = new DatabaseSync(store, { readOnly: true })
      const tables = database.prepare("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name").all()
      const rows = tables.map(({ name }) => [name, database.prepare(`SELECT * FROM "${String(name)}"`).all()])
      database.close()
      return JSON.stringify(rows)
    }
    const before = state()
    system.calls.length = 0
    system.put({ no: 2, name: 'New name' })
    const { of, ...report } = await engine.run({ dryRun: true })
    expect(report).toMatchObject({ dryRun: true })
    expect(of.members).toMatchObject({ updated: 1, unchanged: 4, failed: { 'target-wrong-length': 1 } })
    expect(of.remarks).toMatchObject({ created: 5 })
    expect(system.writes()).toEqual([])
    expect(state()).toBe(before)
  })
})

describe('a run that is to stop', () => {
  it('follows its import to the end, and the next run goes on', async () => {
    for (let no = 1; no <= 20; no++) system.put({ no })
    const engine = await system.engine({ members })
    const stop = new AbortController()
    system.setFault(({ path }) => {
      if (path === '/import/members') stop.abort()
      return undefined
    })
    const first = await engine.run({ stop: stop.signal })
    expect(first).toMatchObject({ stopped: true, exitStatus: 1, of: { members: { created: 4 } } })
    expect(system.members.size).toBe(4)
    expect(engine.store.links.bySource('members', 'main', '1')).toHaveLength(1)
    expect(engine.store.journal.pending('members')).toEqual([])
    system.setFault(() => undefined)
    expect((await engine.run()).of.members).toMatchObject({ mode: 'full', created: 16, unchanged: 4 })
    expect(system.imports().flatMap(({ skus }) => skus)).toHaveLength(20)
  })

  it('in the middle of its read has taken nothing as gone, and left the cursor', async () => {
    for (let no = 1; no <= 20; no++) system.put({ no })
    const engine = await system.engine({ remarks: `${remarks}gone: { fields: { text: "'gone'" }, atMost: 100% }\n` })
    await engine.run()
    const before = engine.store.cursors.all()
    const stop = new AbortController()
    system.setFault(({ path, query }) => {
      if (path === '/search' && query.has('from')) stop.abort()
      return undefined
    })
    expect((await engine.run({ full: true, stop: stop.signal })).of.remarks).toMatchObject({
      stopped: true,
      complete: false,
      gone: 0,
    })
    expect(engine.store.cursors.all()).toEqual(before)
  })
})

describe('two runs at once', () => {
  it('are refused, and other mappings are not', async () => {
    for (let no = 1; no <= 4; no++) system.put({ no })
    const engine = await system.engine({ members, remarks })
    system.setDelay((call) => (isPut(call) ? 60 : 0))
    const first = engine.run({ mappings: ['remarks'] })
    await expect.poll(() => system.calls.some(isPut)).toBe(true)
    await expect(engine.run()).rejects.toMatchObject({ code: 'already-running', exitStatus: 1 })
    expect((await engine.run({ mappings: ['members'] })).of.members).toMatchObject({ created: 4 })
    // A dry run changes nothing, so it may go on beside.
    expect((await engine.run({ mappings: ['remarks'], dryRun: true })).status).toBe('ok')
    expect((await first).of.remarks).toMatchObject({ created: 4 })
    expect((await engine.run()).status).toBe('ok')
  })

  it('the lock of a process that died is taken over, also when ours has its number', async () => {
    system.put({ no: 1 })
    const engine = await system.engine({ remarks })
    engine.store.locks.take('pipeline remarks', `${hostname()} ${process.pid} 12345 a-run`, Date.now(), 60_000)
    expect((await engine.run()).of.remarks).toMatchObject({ created: 1 })
    engine.store.locks.take('pipeline remarks', `another-host 1 12345 a-run`, Date.now(), 60_000)
    await expect(engine.run()).rejects.toMatchObject({ code: 'already-running' })
  })

  it('a run whose lock was taken over, since it slept too long, stops', async () => {
    for (let no = 1; no <= 6; no++) system.put({ no })
    const engine = await system.engine({ remarks })
    system.setDelay((call) => (isPut(call) ? 400 : 0))
    const first = engine.run()
    await expect.poll(() => system.calls.some(isPut)).toBe(true)
    engine.store.locks.take('pipeline remarks', 'another-host 1 1 a-run', Date.now() + 120_000, 60_000)
    expect(await first).toMatchObject({ stopped: true })
    expect(system.remarks.size).toBeLessThan(6)
    await expect(engine.run()).rejects.toMatchObject({ code: 'already-running' })
  })

  it('a state that is busy for a moment ends nothing', async () => {
    for (let no = 1; no <= 3; no++) system.put({ no })
    const engine = await system.engine({ remarks })
    let beats = 0
    Object.assign(engine.store.locks, {
      beat: () => {
        beats += 1
        throw new Error('busy')
      },
    })
    system.setDelay((call) => (isPut(call) ? 300 : 0))
    expect((await engine.run()).of.remarks).toMatchObject({ created: 3 })
    expect(beats).toBeGreaterThan(0)
  })
})

describe('mappings that come after one another', () => {
  it('run in that order', async () => {
    for (let no = 1; no <= 3; no++) system.put({ no })
    const engine = await system.engine({
      first: members.replace('mapping: members', 'mapping: first'),
      aftermath: `${remarks.replace('mapping: remarks', 'mapping: aftermath')}after: [ first ]\n`,
    })
    await engine.run()
    const writes = system.writes()
    expect(writes[0]).toBe('POST /import/members')
    expect(writes).toHaveLength(4)
  })

  it('in a circle start nothing', async () => {
    system.put({ no: 1 })
    const engine = await system.engine({
      members: `${members}after: [ remarks ]\n`,
      other: remarks.replace('mapping: remarks', 'mapping: other\nowns: true'),
      remarks: `${remarks}after: [ members ]\n`,
    })
    await expect(engine.run()).rejects.toMatchObject({ code: 'after-circle', exitStatus: 2 })
    expect(system.calls).toEqual([])
    expect((await engine.run({ mappings: ['other'] })).status).toBe('ok')
  })
})

describe('a system', () => {
  it('that does not answer ends the run with status 3, and the next run goes on', async () => {
    for (let no = 1; no <= 3; no++) system.put({ no })
    const engine = await system.engine({ remarks })
    system.setFault((call) => (isPut(call) && call.path !== '/remarks/A-1' ? 'drop' : undefined))
    expect(await engine.run()).toMatchObject({
      exitStatus: 3,
      of: { remarks: { error: { code: 'system-unreachable' } } },
    })
    system.setFault(() => undefined)
    const { of } = await engine.run()
    expect(of.remarks).toMatchObject({ mode: 'full', created: 2, unchanged: 1 })
  })

  it('that is slow or breaks off now and then is asked again', async () => {
    for (let no = 1; no <= 10; no++) system.put({ no })
    const engine = await system.engine({ members })
    let calls = 0
    system.setFault(() => (['drop', 503, 'drop-after', undefined, undefined] as const)[calls++ % 5])
    expect((await engine.run()).of.members).toMatchObject({ created: 10, complete: true, failed: nothing })
  })

  it('whose key is wrong ends the run with status 3, and the key is in no message', async () => {
    system.put({ no: 1 })
    const engine = await system.engine({ remarks }, { secret: 'not-sesame-at-all' })
    const report = await engine.run()
    expect(report).toMatchObject({ exitStatus: 3, of: { remarks: { error: { code: 'credentials-refused' } } } })
    expect(JSON.stringify(report)).not.toContain('not-sesame-at-all')
    expect(engine.store.cursors.all()).toEqual([])
  })

  it('whose token endpoint refuses the client ends the run with status 3', async () => {
    system.put({ no: 1 })
    const engine = await system.engine({ remarks }, { signIn: 'token', secret: 'not-sesame-at-all' })
    const report = await engine.run()
    expect(report).toMatchObject({ exitStatus: 3, of: { remarks: { error: { code: 'client-refused' } } } })
    expect(JSON.stringify(report)).not.toContain('not-sesame-at-all')
  })

  it('that refuses a token in the middle is given a new one, once however many calls wait', async () => {
    for (let no = 1; no <= 12; no++) system.put({ no })
    const engine = await system.engine({ members, remarks }, { signIn: 'token' })
    let dropped = false
    system.setFault((call) => {
      if (isPut(call) && !dropped && system.remarks.size > 2) {
        dropped = true
        system.dropTokens()
      }
      return undefined
    })
    expect(await engine.run()).toMatchObject({
      status: 'ok',
      of: { members: { created: 12 }, remarks: { created: 12 } },
    })
    expect(system.tokensAsked()).toBe(2)
  })
})

describe('a connector file that the settings do not fit', () => {
  it('of which a connection cannot be made ends the run with status 2, and says where', async () => {
    const engine = await system.engine(
      { remarks },
      {
        connector: (text) =>
          text.replace('concurrent: 4', 'concurrent: 4, requests: "$number($settings.account)", per: "\'1m\'"'),
      },
    )
    await expect(engine.run()).rejects.toMatchObject({
      code: 'settings-unfit',
      exitStatus: 2,
      message: expect.stringContaining('$number($settings.account)'),
    })
    expect(engine.store.runs.last(1)).toMatchObject([{ status: 'failed' }])
  })

  it('of which one write cannot be made ends that mapping, and no other', async () => {
    for (let no = 1; no <= 3; no++) system.put({ no })
    const engine = await system.engine(
      { members, remarks: remarks.replace('write: put', 'write: many') },
      {
        connector: (text) =>
          text.replace('POST /remarks, batch: 8', 'POST /remarks, batch: "$number($settings.account)"'),
      },
    )
    expect(await engine.run()).toMatchObject({
      exitStatus: 2,
      status: 'partial',
      of: { members: { created: 3 }, remarks: { error: { code: 'unexpected-answer', exitStatus: 2 } } },
    })
  })
})

describe('5.16 limits', () => {
  it('a throttled call waits and goes again, and is no retry', async () => {
    for (let no = 1; no <= 3; no++) system.put({ no })
    const engine = await system.engine({ remarks })
    // More often than a call would be tried again after a failure.
    system.failFirst(7, isPut, { status: 429, headers: { 'retry-after': '0.05' } })
    const { of, quota } = await engine.run()
    expect(of.remarks).toMatchObject({ created: 3, throttled: 7, failed: nothing })
    expect(quota).toMatchObject({ window: { throttled: 7 }, depot: { throttled: 0 } })
  })

  it('is heard: nothing is sent before the time that the answer names', async () => {
    for (let no = 1; no <= 3; no++) system.put({ no })
    const engine = await system.engine({ remarks })
    const times: number[] = []
    system.setFault((call) => {
      if (!isPut(call)) return undefined
      times.push(Date.now())
      return times.length === 1 ? { status: 429, headers: { 'retry-after': '1' } } : undefined
    })
    await engine.run()
    expect(times).toHaveLength(4)
    expect((times[1] as number) - (times[0] as number)).toBeGreaterThanOrEqual(990)
  })

  it('connections of one account share one governor, and calls under way are bounded', async () => {
    for (let no = 1; no <= 30; no++) system.put({ no })
    const engine = await system.engine(
      { remarks },
      {
        connector: (text) =>
          text.replace('scope: "$settings.account", concurrent: 4', 'scope: "\'all\'", concurrent: 2'),
      },
    )
    system.setDelay(() => 5)
    await engine.run()
    expect(system.mostUnderWay()).toBe(2)
  })
})

describe('5.13 --only', () => {
  it('takes the key that a person knows, and the key of what the record became', async () => {
    for (let no = 1; no <= 3; no++) system.put({ no })
    const engine = await system.engine(
      { remarks },
      {
        connector: byCode,
      },
    )
    await engine.run()
    system.put({ no: 2, name: 'New name' })
    system.setFault(({ path }) =>
      path.startsWith('/codes/') ? { status: 200, body: path === '/codes/A-2' ? [{ no: 2 }] : [] } : undefined,
    )
    system.calls.length = 0
    expect((await engine.run({ only: 'A-2' })).of.remarks).toMatchObject({ mode: 'only', read: 1, updated: 1 })
    expect(system.calls.map(({ path }) => path)).toEqual(['/codes/A-2', '/articles/2', '/remarks/A-2'])
    // The source does not find it by its key any more, but the record that became it is known.
    expect((await engine.run({ only: 'A-3' })).of.remarks).toMatchObject({ read: 1, unchanged: 1 })
    expect(await engine.run({ only: 'A-9' })).toMatchObject({
      exitStatus: 1,
      of: { remarks: { error: { code: 'record-not-found' } } },
    })
  })

  it('lets its siblings come along, moves no cursor, and takes nothing else as gone', async () => {
    for (const no of [1, 2, 3]) system.put({ no, group: 5 })
    const engine = await system.engine({
      members: `${members.replace('to:', 'siblings: { by: group, find: group }\nto:').replace('label:', 'cluster: "\'C\' & $string($default(group, 0))", label:')}gone: { fields: { active: false }, atMost: 100% }\n`,
    })
    await engine.run()
    const before = engine.store.cursors.all()
    system.put({ no: 2, name: 'New name' })
    system.articles.delete(3)
    system.calls.length = 0
    expect((await engine.run({ only: '2' })).of.members).toMatchObject({ read: 1, updated: 1, gone: 0 })
    expect(system.imports().map(({ skus }) => skus)).toEqual([['A-1', 'A-2']])
    expect(engine.store.cursors.all()).toEqual(before)
  })
})

describe('a joined record', () => {
  it('that cannot be read fails what joins it, and nothing else', async () => {
    for (let no = 1; no <= 4; no++) {
      system.put({ no })
      system.figures.set(no, no)
    }
    const engine = await system.engine({
      remarks: remarks
        .replace('to:', 'join: { figure: { entity: depot.figure, by: "no" } }\nto:')
        .replace("$default(name, '')", '$string($default($figure.onHand, 0))'),
    })
    system.setFault(({ path }) => (/^\/figures\/.*\b3\b/.test(path) ? 409 : undefined))
    expect((await engine.run()).of.remarks).toMatchObject({ created: 3, failed: { 'join-unreadable': 1 } })
    expect(engine.store.deadLetters.keysOf('remarks')).toEqual(['3'])
    system.setFault(({ path }) =>
      path.startsWith('/figures') ? { status: 200, body: [{ no: 3, onHand: 'many' }] } : undefined,
    )
    expect((await engine.run({ only: '3' })).of.remarks).toMatchObject({ failed: { 'source-wrong-type': 1 } })
  })
})
