import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { bodyOf, startServer, type TestServer } from '../engine/http/testing/test-server.ts'
import { createTestEngine, type TestEngine } from './support/engine.ts'

/**
 * A system that nobody ever heard of, added by writing files only: an API key, page numbers in one list and Link
 * headers in another, and a PUT for each record.
 */
interface Item {
  code: string
  title: string
  cents: number
  changed: string
}

const items: Item[] = Array.from({ length: 25 }, (_, index) => ({
  code: `I-${String(index + 1).padStart(2, '0')}`,
  title: `Item ${index + 1}`,
  cents: 100 * (index + 1),
  changed: '2026-01-01T00:00:00Z',
}))
const shelf = new Map<string, Record<string, unknown>>([
  ['I-03', { sku: 'I-03', name: 'Old name', price: '0.10', note: 'kept' }],
])
const calls: string[] = []

function answer(response: ServerResponse, status: number, body: unknown, headers: Record<string, string> = {}): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers })
  response.end(JSON.stringify(body))
}

async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://127.0.0.1')
  calls.push(`${request.method} ${url.pathname}`)
  if (request.headers['x-api-key'] !== 'sesame') return answer(response, 401, { problem: 'key' })
  if (url.pathname === '/items') {
    const page = Number(url.searchParams.get('page'))
    const since = url.searchParams.get('changedSince')
    const all = items.filter((item) => since === null || item.changed >= since)
    const pages = Math.max(1, Math.ceil(all.length / 10))
    return answer(response, 200, { page, pages, items: all.slice((page - 1) * 10, page * 10) })
  }
  if (url.pathname === '/things' && request.method === 'GET') {
    const from = Number(url.searchParams.get('from') ?? 0)
    const all = [...shelf.values()]
    const next =
      from + 10 < all.length ? { link: `</things?from=${from + 10}>; rel="next", </things>; rel="first"` } : {}
    return answer(response, 200, all.slice(from, from + 10), next as Record<string, string>)
  }
  const sku = decodeURIComponent(/^\/things\/(.+)$/.exec(url.pathname)?.[1] ?? '')
  if (sku && request.method === 'GET')
    return shelf.has(sku) ? answer(response, 200, shelf.get(sku)) : answer(response, 404, {})
  if (sku && request.method === 'PUT') {
    const body = JSON.parse(await bodyOf(request)) as Record<string, unknown>
    if (body.name === 'Item 13') return answer(response, 422, { reason: 'thirteen is not allowed' })
    const isNew = !shelf.has(sku)
    shelf.set(sku, { ...shelf.get(sku), ...body })
    return answer(response, isNew ? 201 : 200, shelf.get(sku))
  }
  answer(response, 404, {})
}

let server: TestServer
let folder: string
let engine: TestEngine
let back: TestEngine

beforeAll(async () => {
  server = await startServer((request, response) => void handle(request, response))
  const { url } = server
  folder = await mkdtemp(join(tmpdir(), 'third-system-'))
  await mkdir(join(folder, 'schemas'))
  const write = (name: string, text: string): Promise<void> => writeFile(join(folder, name), text)
  await write(
    'schemas/item.json',
    JSON.stringify({
      type: 'object',
      additionalProperties: false,
      required: ['code', 'title', 'cents'],
      properties: {
        code: { type: 'string' },
        title: { type: 'string' },
        cents: { type: 'integer' },
        changed: { type: 'string' },
      },
    }),
  )
  await write(
    'schemas/thing.json',
    JSON.stringify({
      type: 'object',
      additionalProperties: false,
      required: ['sku'],
      properties: {
        sku: { type: 'string' },
        name: { type: 'string' },
        price: { type: 'string', format: 'decimal', 'x-places': 2 },
        note: { type: 'string' },
      },
    }),
  )
  await write(
    'connector.yaml',
    `
connector: curiosities
title: A cabinet of curiosities
settings: { required: [url], properties: { url: { type: string, format: uri, description: Address } } }
credentials: { key: The API key }
signIn: { key: { headers: { x-api-key: $credentials.key } } }
http: { base: "{$settings.url}" }
errors:
  - { when: "status = 404 and $operation in ['get', 'find']", is: empty }
  - { when: status = 422, is: failed, code: "'not-allowed'", say: body.reason }
entities:
  item:
    schema: schemas/item.json
    key: code
    list:
      request: GET /items
      query: { page: "$default($next, 1)" }
      records: body.items
      next: "body.page < body.pages ? body.page + 1"
      since: [ { changedSince: $since } ]
  thing:
    schema: schemas/thing.json
    key: sku
    list: { request: GET /things, records: body, follow: $linkNext(headers.link) }
    get: { request: "GET /things/{$input}", records: body }
    write:
      put: { request: "PUT /things/{$record.sku}", created: status = 201, repeat: safe }
  copy:
    schema: schemas/thing.json
    key: sku
    write:
      put: { request: "PUT /things/{$record.sku}", created: status = 201, repeat: safe }
`,
  )
  await write(
    'there.yaml',
    `
mapping: there
from: cabinet.item
to: cabinet.thing
write: put
fields: { sku: code, name: title, price: "$div(cents, 100, 2)" }
createOnly: { note: "'new'" }
`,
  )
  await write(
    'again.yaml',
    `
mapping: again
from: cabinet.thing
keep: { is-an-original: "$not($contains(sku, 'copy'))" }
to: cabinet.copy
write: put
fields: { sku: "sku & ' copy'", name: "$default(name, '')" }
`,
  )
  const project = (mapping: string): string => `
project: cabinet
connections: { cabinet: { connector: connector.yaml, settings: { url: "${url}" }, credentials: { key: sesame } } }
mappings: [ ${mapping}.yaml ]
`
  await write('project.yaml', project('there'))
  await write('project-back.yaml', project('again'))
  engine = createTestEngine(join(folder, 'project.yaml'), {})
  back = createTestEngine(join(folder, 'project-back.yaml'), {})
})

afterAll(async () => {
  engine?.close()
  back?.close()
  await server?.close()
  await rm(folder, { recursive: true, force: true })
})

describe('a system that is added by files only', () => {
  it('is written to, record by record, and its refusals are outcomes of single records', async () => {
    const report = await engine.run()
    expect(report.pipelines[0]).toMatchObject({
      mode: 'full',
      read: 25,
      created: 23,
      updated: 1,
      unchanged: 0,
      failed: { 'not-allowed': 1 },
    })
    expect(report).toMatchObject({ status: 'partial', exitStatus: 1 })
    expect(shelf.get('I-01')).toEqual({ sku: 'I-01', name: 'Item 1', price: '1.00', note: 'new' })
    // The record was there: what only a new record gets is not written over.
    expect(shelf.get('I-03')).toEqual({ sku: 'I-03', name: 'Item 3', price: '3.00', note: 'kept' })
    expect(engine.store.deadLetters.get('there', 'I-13')).toMatchObject({
      code: 'not-allowed',
      record: { code: 'I-13' },
    })
  })

  it('is read for changes only, and an unchanged record is not sent again', async () => {
    calls.length = 0
    ;(items[4] as Item).title = 'Item five'
    ;(items[4] as Item).changed = new Date(Date.now() + 1000).toISOString()
    const report = await engine.run()
    expect(report.pipelines[0]).toMatchObject({ mode: 'changes', read: 1, updated: 1, unchanged: 0 })
    expect(calls).toEqual(['GET /items', 'PUT /things/I-05'])
  })

  it('is read from, through Link headers', async () => {
    calls.length = 0
    const report = await back.run()
    expect(report.pipelines[0]).toMatchObject({ read: 24, created: 24 })
    expect(calls.filter((call) => call === 'GET /things')).toHaveLength(3)
    expect(shelf.get('I-02 copy')).toMatchObject({ name: 'Item 2' })
    const second = await back.run()
    expect(second.pipelines[0]).toMatchObject({
      read: 48,
      unchanged: 24,
      created: 0,
      updated: 0,
      skipped: { 'is-an-original': 24 },
    })
  })

  it('is asked for one record', async () => {
    const report = await engine.run({ only: 'I-07', full: false })
    expect(report.pipelines[0]).toMatchObject({ mode: 'only', read: 1, unchanged: 1 })
  })
})
