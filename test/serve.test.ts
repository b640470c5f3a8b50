import { setTimeout as wait } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { jsonOf, syncline } from './support/command.ts'
import { type MadeUpSystem, startMadeUpSystem } from './support/made-up-system.ts'
import { basic, type Served, serve } from './support/served.ts'

/** `syncline serve` as a process of its own, against a made-up system. */

let system: MadeUpSystem
const started: Served[] = []
beforeEach(async () => {
  system = await startMadeUpSystem()
})
afterEach(async () => {
  for (const served of started.splice(0)) await served.end('SIGKILL')
  await system.stop()
})

const events = `events:
  pushed:
    entity: article
    verify: { basic: { user: "'shop'", password: $credentials.key } }
    record: body
    key: $string(body.no)
    maxBody: 2kB
    refuse:
      - { when: "body.app = 'other'", code: unknown-application, say: "'This is not the application of this installation.'" }
    answer:
      stored: { status: 200, body: "{ 'StatusCode': 'OK', 'Description': 'Stored' }" }
      refused: { status: 200, body: "{ 'StatusCode': 'Failed', 'Description': $reason }" }
      busy: { status: 503, body: "{ 'StatusCode': 'Failed', 'Description': 'Later' }" }
  changed:
    entity: article
    verify: { secret: $credentials.key }
    ids: $idSet(body.id)
    gather: 500ms
entities:
`
const connector = (text: string): string => text.replace('entities:\n', events)
const remarks = (triggers: string): string => `
mapping: remarks
from: depot.article
to: window.remark
write: put
fields: { sku: "$default(code, '')", text: "$default(name, '')" }
triggers: ${triggers}
`
const pushed = '[ { event: depot.pushed } ]'
const changed = '[ { event: depot.changed } ]'

async function project(triggers: string): Promise<string> {
  const { file } = await system.engine({ remarks: remarks(triggers) }, { connector })
  return file
}

async function served(file: string, args: readonly string[] = []): Promise<Served> {
  const one = await serve(file, { args })
  started.push(one)
  return one
}

const puts = (): number => system.calls.filter(({ method }) => method === 'PUT').length
const poll = { timeout: 90_000, interval: 50 }
const article = (no: number, more: object = {}) => ({ no, code: `A-${no}`, name: `pushed ${no}`, ...more })
const ok = { StatusCode: 'OK', Description: 'Stored' }

describe('a message with a record', () => {
  it('is stored, answered in the form of the system, and mapped', async () => {
    const one = await served(await project(pushed))
    expect(one.receivers).toEqual({
      'depot.pushed': expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/depot\/pushed$/),
    })
    expect(await one.post('depot.pushed', article(1))).toMatchObject({ status: 200, body: ok })
    await expect.poll(() => system.remarks.get('A-1'), poll).toMatchObject({ text: 'pushed 1' })
    // A path of the system's own behind the address is the same receiver.
    expect((await one.post(`${one.receivers['depot.pushed']}/Create`, article(2))).status).toBe(200)
    await expect.poll(() => system.remarks.get('A-2'), poll).toMatchObject({ text: 'pushed 2' })
  })

  it('is not lost when the process dies right after the answer', async () => {
    const file = await project(pushed)
    // The target takes its time, so that the process dies before anything is confirmed.
    system.setDelay(({ method }) => (method === 'PUT' ? 5_000 : 0))
    const one = await served(file)
    const answers = await Promise.all([1, 2, 3].map((no) => one.post('depot.pushed', article(no))))
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200])
    await one.end('SIGKILL')
    expect(system.remarks.size).toBe(0)
    system.setDelay(() => 0)
    await served(file)
    await expect.poll(() => [...system.remarks.keys()].sort(), poll).toEqual(['A-1', 'A-2', 'A-3'])
  })

  it('that comes twice at the same time is answered as stored, and processed once', async () => {
    const one = await served(await project(pushed))
    system.setDelay(({ method }) => (method === 'PUT' ? 300 : 0))
    const answers = await Promise.all(Array.from({ length: 8 }, () => one.post('depot.pushed', article(1))))
    expect(answers.map(({ body }) => body)).toEqual(Array.from({ length: 8 }, () => ok))
    await expect.poll(() => one.state((store) => store.inbox.waiting().size), poll).toBe(0)
    expect(puts()).toBe(1)
    expect(one.state((store) => store.runs.last(10))).toHaveLength(1)
  })

  it('with the key of one that waits and another record is a newer version, and comes after it', async () => {
    const one = await served(await project(pushed))
    system.setDelay(({ method }) => (method === 'PUT' ? 300 : 0))
    for (const name of ['first', 'second', 'third']) await one.post('depot.pushed', article(1, { name }))
    await expect.poll(() => one.state((store) => store.inbox.waiting().size), poll).toBe(0)
    const texts = system.calls.flatMap(({ method, body }) =>
      method === 'PUT' ? [(body as { text: string }).text] : [],
    )
    expect(texts).toEqual(['first', 'second', 'third'])
  })

  it('that its mapping does not accept is refused with the mapping’s reason, and nothing is stored', async () => {
    const accepting = remarks(pushed).replace(
      'from: depot.article',
      `from: depot.article
accept: { sold-elsewhere: { that: "$default(code, '') != 'A-9'", say: "'We do not sell ' & $default(code, '') & '.'" } }`,
    )
    const { file } = await system.engine({ remarks: accepting }, { connector })
    const one = await served(file)
    expect(await one.post('depot.pushed', article(9))).toMatchObject({
      status: 200,
      body: { StatusCode: 'Failed', Description: expect.stringContaining('We do not sell A-9.') },
    })
    expect(one.state((store) => store.inbox.waiting().size)).toBe(0)
    expect(await one.post('depot.pushed', article(1))).toMatchObject({ status: 200, body: ok })
    await expect.poll(() => system.remarks.get('A-1'), poll).toMatchObject({ text: 'pushed 1' })
    expect(system.remarks.size).toBe(1)
  })

  it('is refused when it may not be taken, in the form of the system, and nothing is stored', async () => {
    const one = await served(await project(pushed))
    const failed = (reason: unknown) => ({ StatusCode: 'Failed', Description: reason })
    const url = one.receivers['depot.pushed'] as string
    const cases: [string, Promise<{ status: number; body: unknown }>, number, unknown][] = [
      [
        'unknown application',
        one.post('depot.pushed', article(1, { app: 'other' })),
        200,
        failed(expect.stringContaining('application')),
      ],
      ['no key', one.post('depot.pushed', { code: 'A-1' }), 200, failed(expect.stringContaining('cannot be used'))],
      ['no JSON', one.post('depot.pushed', '{"no":'), 400, failed('The message is no JSON.')],
      [
        'too large',
        one.post('depot.pushed', article(1, { name: 'x'.repeat(3000) })),
        413,
        failed(expect.stringContaining('2000 bytes')),
      ],
      [
        'XML',
        one.post('depot.pushed', '<order/>', { 'content-type': 'application/xml' }),
        415,
        failed(expect.stringContaining('JSON')),
      ],
      ['wrong password', one.post('depot.pushed', article(1), basic('shop', 'Sesame')), 401, { error: 'unauthorized' }],
      ['wrong user', one.post('depot.pushed', article(1), basic('Shop', 'sesame')), 401, { error: 'unauthorized' }],
      ['no password', one.post('depot.pushed', article(1), { authorization: '' }), 401, { error: 'unauthorized' }],
      ['unknown event', one.post(url.replace('pushed', 'pulled'), article(1)), 404, { error: 'not found' }],
      ['event without a mapping', one.post(url.replace('pushed', 'changed'), article(1)), 404, { error: 'not found' }],
    ]
    for (const [what, answer, status, body] of cases) expect(await answer, what).toMatchObject({ status, body })
    expect((await fetch(url, { headers: basic('shop', 'sesame') })).status).toBe(405)
    expect(one.state((store) => store.inbox.waiting().size)).toBe(0)
    const codes = one.log().flatMap(({ code }) => (code === undefined ? [] : [code]))
    expect(new Set(codes)).toEqual(
      new Set([
        'unknown-application',
        'message-unfit',
        'message-not-json',
        'message-too-large',
        'message-type',
        'sender-unknown',
        'unknown-event',
      ]),
    )
    expect(system.calls).toEqual([])
  })

  it('a body without a length is cut off at the limit', async () => {
    const one = await served(await project(pushed))
    const stream = new ReadableStream({
      pull(controller) {
        controller.enqueue(new TextEncoder().encode(' '.repeat(500)))
      },
    })
    const response = await fetch(
      one.receivers['depot.pushed'] as string,
      {
        method: 'POST',
        headers: { ...basic('shop', 'sesame'), 'content-type': 'application/json' },
        body: stream,
        duplex: 'half',
      } as RequestInit,
    )
    expect(response.status).toBe(413)
    expect((await one.post('depot.pushed', article(1))).status).toBe(200)
  })

  it('logs nothing of what it says, and its record is sealed in the state', async () => {
    const one = await served(await project(pushed))
    system.setFault(({ method }) => (method === 'PUT' ? 503 : undefined))
    await one.post('depot.pushed', article(1, { name: 'Asa Persson' }))
    await expect.poll(() => one.log().some(({ what }) => what === 'run held up'), { timeout: 90_000 }).toBe(true)
    expect(JSON.stringify(one.log())).not.toMatch(/Persson|sesame|c2hvcDpzZXNhbWU/)
    await one.end('SIGTERM')
    const { readdirSync, readFileSync } = await import('node:fs')
    const folder = `${system.folder}/0/.syncline`
    for (const name of readdirSync(folder))
      expect(readFileSync(`${folder}/${name}`, 'latin1'), name).not.toContain('Persson')
  })

  it('waits while the target is down, and is mapped in its order when it is back', async () => {
    const one = await served(await project(pushed))
    let down = true
    system.setFault(({ method }) => (down && method === 'PUT' ? 503 : undefined))
    for (const name of ['first', 'second']) await one.post('depot.pushed', article(1, { name }))
    await one.post('depot.pushed', article(2))
    await expect.poll(() => one.log().some(({ what }) => what === 'run held up'), { timeout: 90_000 }).toBe(true)
    const health = (await (await fetch(one.health)).json()) as { held: object; waiting: object }
    expect(health).toMatchObject({
      status: 'ok',
      held: { remarks: 'system-failing' },
      waiting: { remarks: { count: 3 } },
    })
    down = false
    await expect.poll(() => one.state((store) => store.inbox.waiting().size), { timeout: 90_000 }).toBe(0)
    expect(system.remarks.get('A-1')).toMatchObject({ text: 'second' })
    expect(system.remarks.get('A-2')).toMatchObject({ text: 'pushed 2' })
    expect(await (await fetch(one.health)).json()).toMatchObject({ held: {} })
  })

  it('that cannot be mapped ends as a dead letter, and keeps no other from its way', async () => {
    const one = await served(await project(pushed))
    await one.post('depot.pushed', article(1, { weight: 'heavy' }))
    await one.post('depot.pushed', article(2))
    await expect.poll(() => system.remarks.get('A-2'), poll).toBeDefined()
    await expect.poll(() => one.state((store) => store.deadLetters.keysOf('remarks')), poll).toEqual(['1'])
    await expect.poll(() => one.state((store) => store.inbox.waiting().size), poll).toBe(0)
  })
})

describe('a message with ids', () => {
  it('is a hint: ids are gathered, and the current state is read once', async () => {
    for (let no = 1; no <= 4; no++) system.put({ no })
    const one = await served(await project(changed))
    const url = one.receivers['depot.changed'] as string
    expect(url).toMatch(/\/depot\/changed\/sesame$/)
    expect((await one.post(url, { id: '1-2' })).status).toBe(200)
    expect((await one.post(url, { id: '2' })).status).toBe(200)
    expect((await one.post(url, { id: 4 })).status).toBe(200)
    system.put({ no: 2, name: 'changed after the message' })
    await expect.poll(() => [...system.remarks.keys()].sort(), poll).toEqual(['A-1', 'A-2', 'A-4'])
    expect(system.remarks.get('A-2')).toMatchObject({ text: 'changed after the message' })
    // Two of the three messages name 2.
    const read = system.calls.flatMap(({ path }) => (path.startsWith('/articles/') ? path.slice(10).split(',') : []))
    expect(read.sort()).toEqual(['1', '2', '4'])
  })

  it('is taken with the right secret only, and nobody learns that there is one', async () => {
    const one = await served(await project(changed))
    const url = one.receivers['depot.changed'] as string
    for (const wrong of [
      url.replace('sesame', 'Sesame'),
      url.replace('/sesame', ''),
      `${url}x`,
      url.replace('sesame', '%zz'),
    ])
      expect(await one.post(wrong, { id: 1 }), wrong).toMatchObject({ status: 404, body: { error: 'not found' } })
    expect((await one.post(url, { id: 'x' })).status).toBe(422)
    expect(one.state((store) => store.inbox.waiting().size)).toBe(0)
    expect(JSON.stringify(one.log())).not.toContain('esame')
  })
})

describe('schedules', () => {
  it('run at once where nothing was run yet, then at their interval, one run at a time', async () => {
    system.put({ no: 1 })
    system.setDelay(({ path }) => (path === '/search' ? 1_500 : 0))
    const one = await served(await project('[ { every: 1s } ]'))
    await expect
      .poll(() => one.log().filter(({ what }) => what === 'run').length, { timeout: 90_000 })
      .toBeGreaterThan(2)
    await one.end('SIGTERM')
    const runs = one.state((store) => store.runs.last(10)).filter(({ status }) => status === 'ok')
    for (const [index, run] of runs.slice(0, -1).entries())
      expect(run.startedAt >= (runs[index + 1]?.endedAt as string)).toBe(true)
    expect(system.remarks.size).toBe(1)
  })

  it('compare both sides and put right what differs, where they say so', async () => {
    for (let no = 1; no <= 3; no++) system.put({ no })
    const one = await served(await project('[ { every: 5m, reconcile: repair } ]'))
    await expect
      .poll(() => one.log().filter(({ what }) => what === 'reconciliation'), { timeout: 90_000 })
      .toHaveLength(1)
    await one.end('SIGTERM')
    expect(one.log().find(({ what }) => what === 'reconciliation')).toMatchObject({
      mapping: 'remarks',
      compared: 3,
      found: { missing: 3 },
      repaired: 3,
      remaining: 0,
    })
    expect(system.remarks.size).toBe(3)
    expect(one.state((store) => store.reconciliations.all())).toMatchObject([{ mapping: 'remarks', repaired: 3 }])
  })

  it('that were missed are caught up once, and only once', async () => {
    const file = await project("[ { at: '0 3 * * *', timeZone: Europe/Stockholm, read: all } ]")
    const first = await served(file)
    // It was never due, so nothing is caught up.
    await wait(300)
    expect(await first.end('SIGTERM')).toBe(0)
    expect(first.state((store) => store.runs.last(10))).toEqual([])
    const { openSqliteStore } = await import('../engine/store/sqlite-store.ts')
    const store = openSqliteStore({ path: `${system.folder}/0/.syncline/state.db` })
    const trigger = 'at 0 3 * * * Europe/Stockholm all'
    expect(store.schedules.last('remarks', trigger)).toBeDefined()
    store.schedules.set('remarks', trigger, new Date(Date.now() - 5 * 86_400_000).toISOString())
    store.close()
    const second = await served(file)
    await expect.poll(() => second.log().filter(({ what }) => what === 'run').length, poll).toBe(1)
    await second.end('SIGTERM')
    const third = await served(file)
    await wait(300)
    await third.end('SIGTERM')
    expect(third.state((state) => state.runs.last(10))).toHaveLength(1)
  })

  it('wait for a run that was started elsewhere', async () => {
    system.put({ no: 1 })
    const file = await project('[ { event: depot.pushed } ]')
    system.setDelay(({ path }) => (path === '/search' ? 1_500 : 0))
    const one = await served(file)
    const elsewhere = syncline(['--project', file, 'run', '--json'])
    await expect.poll(() => system.calls.length, poll).toBeGreaterThan(0)
    await one.post('depot.pushed', article(7))
    await expect.poll(() => system.remarks.get('A-7'), poll).toBeDefined()
    expect(jsonOf(await elsewhere)).toMatchObject({ status: 'ok' })
    expect(one.log().filter(({ level }) => level === 'error')).toEqual([])
  })
})

describe('the service', () => {
  it('finishes what is under way when it is told to stop, and exits with 0', async () => {
    const one = await served(await project(pushed))
    system.setDelay(({ method }) => (method === 'PUT' ? 700 : 0))
    await one.post('depot.pushed', article(1))
    await expect.poll(puts, poll).toBe(1)
    expect(await one.end('SIGTERM')).toBe(0)
    expect(system.remarks.get('A-1')).toBeDefined()
    // What the target has confirmed is booked.
    expect(one.state((store) => store.links.bySource('remarks', 'main', '1'))).toHaveLength(1)
    await expect(one.post('depot.pushed', article(2))).rejects.toThrow()
  })

  it('tells that it lives, and that it is ready', async () => {
    const one = await served(await project(pushed))
    const get = async (path: string) => {
      const response = await fetch(new URL(path, one.health))
      return [response.status, await response.json()]
    }
    expect(await get('/health/live')).toEqual([200, { status: 'ok' }])
    expect(await get('/health/ready')).toEqual([200, { status: 'ok', store: 'ok', held: {}, waiting: {} }])
    expect(await get('/health')).toEqual(await get('/health/ready'))
    // Whoever is refused by a system needs a person.
    system.setFault(({ method }) => (method === 'PUT' ? 401 : undefined))
    await one.post('depot.pushed', article(1))
    await expect.poll(async () => (await get('/health/ready'))[0], poll).toBe(503)
    expect(await get('/health/ready')).toMatchObject([503, { held: { remarks: 'credentials-refused' } }])
    expect((await get('/health/live'))[0]).toBe(200)
  })

  it('is refused for a state that is served already, and says by whom', async () => {
    const file = await project(pushed)
    const one = await served(file)
    const second = await syncline(['--project', file, 'serve', '--port', '0', '--json'])
    expect(second.status).toBe(1)
    expect(jsonOf(second)).toMatchObject({
      receivers: {},
      error: { code: 'already-serving', message: expect.stringContaining(`process ${one.running.child.pid}`) },
    })
    // A run beside it is none of its business.
    expect((await syncline(['--project', file, 'run'])).status).toBe(0)
  })

  it('does not start when the senders of an event could not be told from others', async () => {
    const { file } = await system.engine(
      { remarks: remarks(pushed) },
      {
        connector: (text) =>
          connector(text)
            .replace('credentials: {', 'credentials: { push: x,')
            .replace('password: $credentials.key', 'password: $credentials.push'),
      },
    )
    const ended = await syncline(['--project', file, 'serve', '--port', '0', '--json'])
    expect(ended.status).toBe(2)
    expect(jsonOf(ended)).toMatchObject({
      error: { code: 'event-credential', message: expect.stringContaining('push') },
    })
    // Other commands have no need of it.
    expect((await syncline(['--project', file, 'run'])).status).toBe(0)
  })

  it('says where it is received in public, and for people hides what proves a sender', async () => {
    const file = await project('[ { event: depot.pushed }, { event: depot.changed } ]')
    const one = await served(file, ['--public-url', 'https://sync.example.com/'])
    expect(JSON.parse(await one.running.firstLine())).toMatchObject({
      publicReceivers: {
        'depot.pushed': 'https://sync.example.com/depot/pushed',
        'depot.changed': 'https://sync.example.com/depot/changed/sesame',
      },
    })
    await one.end('SIGTERM')
    const { start } = await import('./support/command.ts')
    const readable = start(['--project', file, 'serve', '--port', '0'])
    expect(await readable.firstLine()).toMatch(/^depot\.pushed: http/)
    readable.child.kill('SIGTERM')
    const ended = await readable.ended
    expect(ended.status).toBe(0)
    expect(ended.stdout).toMatch(/depot\.changed: http:\S+\/depot\/changed\/<key>/)
    expect(`${ended.stdout}${ended.stderr}`).not.toContain('sesame')
  })
})
