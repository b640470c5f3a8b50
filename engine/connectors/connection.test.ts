import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import nock from 'nock'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { loadProject } from '../config/load-project.ts'
import { goodProject } from '../config/testing/project-files.ts'
import { createHttpClient } from '../http/client.ts'
import { createGovernors } from '../http/governors.ts'
import { systemClock, systemTimers } from '../http/time.ts'
import { assemble } from '../pipeline/assemble.ts'
import { openConnections } from '../pipeline/open-connections.ts'
import { openSqliteStore } from '../store/sqlite-store.ts'
import { checkConnection } from './check/check.ts'
import type { CompiledEntity } from './compiled-connector.ts'
import type { Connection } from './connection.ts'
import type { OutgoingRecord } from './write/owned-fields.ts'

/** What a connector file's rules make of a system's answers, call by call. */
const origin = 'https://shop.example'
const connector = `connector: shop
title: Shop
settings: { required: [url], properties: { url: { type: string, format: uri, description: Address, examples: [https://shop.example] } } }
credentials: { key: The API key, other: Used by nobody }
signIn:
  key:
    oauth2: { grant: client_credentials, token: "{$settings.url}/token", clientId: "'client'", clientSecret: $credentials.key }
    headers: { authorization: "'Bearer ' & $token.access_token" }
http: { base: "{$settings.url}" }
errors:
  - { when: "status = 404 and $operation in ['get', 'find']", is: empty }
  - { when: status = 414, is: split }
  - { when: "status = 400 and $operation in ['get', 'find']", is: split, code: body.code, say: body.text }
  - { when: "status = 500 and $exists(body.code)", is: failed, code: body.code, say: body.text }
  - { when: "status = 500 and $operation = 'list'", is: shrink }
check:
  - { name: Ping, request: GET /ping, expect: body.count > 0, found: "$string(body.count) & ' items'", fix: Look into the shop. }
  - { name: Pong, request: GET /pong, fix: Look into the shop again. }
entities:
  item:
    schema: ../schemas/item.schema.json
    key: id
    list: { request: GET /items, size: 8, query: { size: $size, from: "$default($next, 0)" }, records: body.items, next: body.next }
    get: { request: "GET /items/{$ranges($ids)}", batch: 4, records: body }
    find: { sku: { request: GET /items, query: { sku: $input }, records: body.items } }
    write:
      put: { request: "PUT /items/{$record.id}", repeat: safe }
      once: { request: "POST /items/{$record.id}", repeat: never }
      many: { request: POST /items, batch: 8, repeat: safe }
  page:
    schema: ../schemas/item.schema.json
    key: id
    list: { request: GET /pages, records: body.items, follow: body.next }
  asked:
    schema: ../schemas/item.schema.json
    key: id
    list:
      request: GET /asked
      query: { of: $settings.url }
      records: "body.items[shop = $settings.url]"
      as: "{ 'id': id, 'sku': $settings.url }"
      since: [ { of: "$query.of & '?' & $since" } ]
`

let shop: Connection
let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'connection-'))
  for (const [name, text] of Object.entries({ ...goodProject, 'connectors/shop.yaml': connector })) {
    await mkdir(dirname(join(folder, name)), { recursive: true })
    await writeFile(join(folder, name), text)
  }
  const environment = { SHOP_URL: origin, SHOP_KEY: 'k-123', SHOP_PAGE: '' }
  const { project, findings } = await loadProject({ file: join(folder, 'syncline.yaml'), mode: 'run', environment })
  // The good project sets `page`, which this connector does not declare.
  expect(findings.map(({ code }) => code)).toEqual(['unknown-setting'])
  if (!project) throw new Error('No project.')
  const connections = await openConnections(project, assemble(project), {
    http: createHttpClient({}),
    governors: createGovernors(),
    store: openSqliteStore({ path: ':memory:' }),
    clock: systemClock,
    timers: systemTimers,
    // Full jitter of nothing: retries do not wait.
    random: () => 0,
  })
  shop = connections.get('shop') as Connection
})
afterAll(() => rm(folder, { recursive: true, force: true }))
afterEach(() => {
  const pending = nock.pendingMocks().filter((mock) => !mock.includes('/token'))
  nock.cleanAll()
  expect(pending).toEqual([])
})

const token = (value = 'T1') =>
  nock(origin).post('/token').reply(200, { access_token: value, token_type: 'Bearer', expires_in: 3600 })
const signal = new AbortController().signal
const asked = () => {
  const calls = { count: 0, throttled: 0 }
  return {
    calls,
    options: {
      priority: 1,
      signal,
      tally: ({ throttled }: { throttled: boolean }) => {
        calls.count += 1
        if (throttled) calls.throttled += 1
      },
    },
  }
}
const entity = (name: string): CompiledEntity => shop.connector.entities.get(name) as CompiledEntity
const item = (id: number) => ({ id, sku: `S${id}` })

async function list(name: string, options: ReturnType<typeof asked>['options']): Promise<string[]> {
  const keys: string[] = []
  for await (const page of shop.reading.list(entity(name), options)) keys.push(...page.records.map(({ key }) => key))
  return keys
}

function outgoing(...ids: number[]): OutgoingRecord[][] {
  return ids.map((id) => [{ key: String(id), fields: item(id), createOnly: new Set<string>() }])
}

describe('reads', () => {
  it('are signed in with one token, and go on after one new token when it is refused', async () => {
    token('T1')
    token('T2')
    nock(origin, { reqheaders: { authorization: 'Bearer T1' } })
      .get('/items/1')
      .reply(401, {})
    nock(origin, { reqheaders: { authorization: 'Bearer T2' } })
      .get('/items/1')
      .reply(200, [item(1)])
    const { options } = asked()
    expect((await shop.reading.get(entity('item'), [1], options)).records.map(({ key }) => key)).toEqual(['1'])
  })

  it('end when the new token is refused too', async () => {
    token('T3')
    nock(origin).get('/items/1').times(2).reply(401, {})
    await expect(shop.reading.get(entity('item'), [1], asked().options)).rejects.toMatchObject({
      kind: 'credentials',
      code: 'credentials-refused',
    })
  })

  it('ask for ids ascending, once each, as ranges where that is shorter, in batches', async () => {
    token()
    nock(origin)
      .get('/items/1-3,7')
      .reply(200, [item(7), item(2)])
    nock(origin)
      .get('/items/9')
      .reply(200, [item(9)])
    const { options, calls } = asked()
    const { records } = await shop.reading.get(entity('item'), [9, 7, 3, 1, 2, 7], options)
    expect(records.map(({ key }) => key)).toEqual(['2', '7', '9'])
    expect(calls.count).toBe(2)
  })

  it('halve a list of ids around one that spoils it, which is told by itself', async () => {
    nock(origin).get('/items/1-4').reply(400, { code: 'X-1', text: 'bad id' })
    nock(origin)
      .get('/items/1,2')
      .reply(200, [item(1), item(2)])
    nock(origin).get('/items/3,4').reply(400, { code: 'X-1', text: 'bad id' })
    nock(origin).get('/items/3').reply(400, { code: 'X-1', text: 'bad id' })
    nock(origin)
      .get('/items/4')
      .reply(200, [item(4)])
    const { records, unreadable } = await shop.reading.get(entity('item'), [1, 2, 3, 4], asked().options)
    expect(records.map(({ key }) => key)).toEqual(['1', '2', '4'])
    expect(unreadable).toEqual([{ key: '3', code: 'X-1', message: 'bad id' }])
  })

  it('take "not found" for none where the connector says so', async () => {
    nock(origin).get('/items/5').reply(404, {})
    expect(await shop.reading.get(entity('item'), [5], asked().options)).toMatchObject({ records: [], unreadable: [] })
  })

  it('are repeated after a passing failure, and not after a refusal that comes as 500', async () => {
    nock(origin).get('/items/6').reply(502, 'bad gateway')
    nock(origin)
      .get('/items/6')
      .reply(200, [item(6)])
    expect((await shop.reading.get(entity('item'), [6], asked().options)).records).toHaveLength(1)
    nock(origin).get('/items/6').reply(500, { code: 'CMN-18', text: 'cannot be parsed' })
    const { options, calls } = asked()
    await expect(shop.reading.get(entity('item'), [6], options)).rejects.toMatchObject({
      kind: 'refused',
      code: 'CMN-18',
      message: expect.stringContaining('cannot be parsed'),
    })
    expect(calls.count).toBe(1)
  })

  it('give up after some tries, and say that the system cannot be reached', async () => {
    nock(origin).get('/items/6').times(5).reply(503, 'down')
    const { options, calls } = asked()
    await expect(shop.reading.get(entity('item'), [6], options)).rejects.toMatchObject({
      kind: 'unreachable',
      status: 503,
    })
    expect(calls.count).toBe(5)
  })

  it('sit out a throttled answer, which is no retry', async () => {
    nock(origin).get('/items/6').times(6).reply(429, {}, { 'retry-after': '0' })
    nock(origin)
      .get('/items/6')
      .reply(200, [item(6)])
    const { options, calls } = asked()
    expect((await shop.reading.get(entity('item'), [6], options)).records).toHaveLength(1)
    expect(calls).toEqual({ count: 7, throttled: 6 })
  })
})

describe('lists', () => {
  it('halve the page when it is too heavy, and go on with that size', async () => {
    nock(origin).get('/items').query({ size: 8, from: 0 }).reply(500, 'too heavy')
    nock(origin)
      .get('/items')
      .query({ size: 4, from: 0 })
      .reply(200, { items: [item(1)], next: 4 })
    nock(origin)
      .get('/items')
      .query({ size: 4, from: 4 })
      .reply(200, { items: [item(2)] })
    expect(await list('item', asked().options)).toEqual(['1', '2'])
  })

  it('say so when even the smallest page is too heavy', async () => {
    nock(origin).get('/items').query(true).times(4).reply(500, 'too heavy')
    await expect(list('item', asked().options)).rejects.toMatchObject({ code: 'page-too-heavy' })
  })

  it('end when a page names one that was read already', async () => {
    nock(origin)
      .get('/items')
      .query({ size: 8, from: 0 })
      .reply(200, { items: [item(1)], next: 8 })
    nock(origin)
      .get('/items')
      .query({ size: 8, from: 8 })
      .reply(200, { items: [item(2)], next: 8 })
    await expect(list('item', asked().options)).rejects.toMatchObject({ code: 'paging-circle' })
  })

  it('follow an address of the same host, and never one of another', async () => {
    nock(origin)
      .get('/pages')
      .reply(200, { items: [item(1)], next: `${origin}/pages?skip=1` })
    nock(origin)
      .get('/pages')
      .query({ skip: 1 })
      .reply(200, { items: [item(2)] })
    expect(await list('page', asked().options)).toEqual(['1', '2'])
    nock(origin)
      .get('/pages')
      .reply(200, { items: [item(1)], next: 'https://elsewhere.example/pages' })
    await expect(list('page', asked().options)).rejects.toMatchObject({
      code: 'address-refused',
      message: expect.stringContaining('elsewhere.example'),
    })
  })

  it('see the settings in every expression, also where only changes are asked for', async () => {
    token('T1')
    nock(origin)
      .get('/asked')
      .query({ of: `${origin}?2026-01-01T00:00:00.000Z` })
      .reply(200, {
        items: [
          { id: 1, shop: origin },
          { id: 2, shop: 'https://other.example' },
        ],
      })
    const read: unknown[] = []
    for await (const page of shop.reading.list(entity('asked'), {
      ...asked().options,
      since: '2026-01-01T00:00:00.000Z',
    }))
      read.push(...page.records.map(({ value }) => value))
    expect(read).toEqual([{ id: 1, sku: origin }])
  })

  it('do not take a page for people for a list without records', async () => {
    nock(origin).get('/pages').reply(200, '<h1>Back soon</h1>', { 'content-type': 'text/html' })
    await expect(list('page', asked().options)).rejects.toMatchObject({ code: 'unexpected-answer' })
    nock(origin).get('/items/1').reply(200, '<h1>Back soon</h1>', { 'content-type': 'text/html' })
    await expect(shop.reading.get(entity('item'), [1], asked().options)).rejects.toMatchObject({
      code: 'unexpected-answer',
    })
    nock(origin).get('/pages').reply(204)
    expect(await list('page', asked().options)).toEqual([])
  })
})

describe('writes', () => {
  const send = (write: string, ...ids: number[]) => {
    const { options } = asked()
    const compiled = entity('item').writes.get(write)
    if (!compiled) throw new Error(write)
    return shop.writing.send(
      entity('item'),
      compiled,
      { items: outgoing(...ids), owned: {} },
      { ...options, full: false },
    )
  }

  it('are repeated only where that is safe', async () => {
    nock(origin).put('/items/1').reply(503, 'down')
    nock(origin).put('/items/1').reply(200, {})
    expect((await send('put', 1)).get('1')).toMatchObject({ kind: 'applied' })
    nock(origin).post('/items/1').reply(503, 'down')
    expect((await send('once', 1)).get('1')).toMatchObject({ kind: 'undecided' })
  })

  it('that are answered with a page for people are not taken as done', async () => {
    const page = { 'content-type': 'text/html; charset=utf-8' }
    nock(origin).post('/items/1').reply(200, '<h1>Back soon</h1>', page)
    expect((await send('once', 1)).get('1')).toMatchObject({ kind: 'undecided' })
    nock(origin).put('/items/1').reply(200, '<h1>Back soon</h1>', page).put('/items/1').reply(200, {})
    expect((await send('put', 1)).get('1')).toMatchObject({ kind: 'applied' })
  })

  it('that are refused as a whole are halved to find the record that spoils them', async () => {
    const bad = (body: unknown): boolean => (body as { id: number }[]).some(({ id }) => id === 3)
    nock(origin).post('/items', bad).times(3).reply(422, {})
    nock(origin)
      .post('/items', (body) => !bad(body))
      .times(2)
      .reply(200, {})
    const outcomes = await send('many', 1, 2, 3, 4)
    expect([...outcomes].map(([key, { kind }]) => [key, kind]).sort()).toEqual([
      ['1', 'applied'],
      ['2', 'applied'],
      ['3', 'failed'],
      ['4', 'applied'],
    ])
  })

  it('that are refused whatever is in them do not lead to a call for each record', async () => {
    const scope = nock(origin).persist().post('/items').reply(422, {})
    let calls = 0
    scope.on('request', () => calls++)
    const outcomes = await send('many', ...Array.from({ length: 64 }, (_, index) => index + 1))
    expect([...outcomes.values()].every(({ kind }) => kind === 'failed')).toBe(true)
    expect(outcomes.size).toBe(64)
    expect(calls).toBeLessThan(45)
    nock.cleanAll()
  })
})

describe('checks', () => {
  const steps = async (): Promise<(string | undefined)[][]> => {
    const done: (string | undefined)[][] = []
    for await (const { step, status, found, fix } of checkConnection(shop, [], signal))
      done.push([step, status, found, fix])
    return done
  }

  it('say what they found', async () => {
    token()
    nock(origin).get('/ping').reply(200, { count: 3 }).get('/pong').reply(404)
    expect(await steps()).toEqual([
      ['Ping', 'ok', '3 items', undefined],
      ['Pong', 'failed', expect.stringContaining('404'), 'Look into the shop again.'],
    ])
  })

  it('fail where the connector file does not fit the answer, and end nothing else', async () => {
    token()
    nock(origin).get('/ping').reply(200, { count: 'many' })
    nock(origin).get('/pong').reply(200, {})
    expect(await steps()).toEqual([
      ['Ping', 'failed', expect.stringContaining('does not fit'), 'Look into the shop.'],
      ['Pong', 'ok', expect.anything(), undefined],
    ])
  })
})
