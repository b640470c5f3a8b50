import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { type Call, type CallAnswer, startCallServer } from './call-server.ts'
import { createTestEngine } from './engine.ts'

/** A record of the small system's source side. */
export interface Piece {
  id: number
  code?: string | null
  title?: string | null
  /** Money as the system gives it: a text. */
  price?: string | null
  /** One tag comes bare, several as a list, as some systems do. */
  tags?: string | string[] | null
  sizes?: { size: string; amount: string }[]
  family?: number
  extra?: Record<string, unknown>
  created: string
  /** Empty until the first change. */
  changed: string | null
}

/**
 * A made-up system in one server: a source that is searched page by page and read by id sets, and a target that takes
 * one record per PUT, or a whole list at once. Everything that it was asked is in `calls`.
 */
export async function startSmallSystem() {
  const pieces = new Map<number, Piece>()
  const things = new Map<string, Record<string, unknown>>()
  const calls: Call[] = []
  /** Answers instead of the system when it gives something: status, or 'drop' (cut off before) or 'drop-after'. */
  let fault: (call: Call) => number | 'drop' | 'drop-after' | undefined = () => undefined
  let slowMs = 0

  async function answer(call: Call): Promise<CallAnswer> {
    calls.push(call)
    if (slowMs > 0) await new Promise((resolve) => setTimeout(resolve, slowMs))
    const fail = fault(call)
    if (fail === 'drop') return { status: 0, body: undefined, drop: true }
    if (typeof fail === 'number') return { status: fail, body: { problem: 'made to fail' } }
    const done = carryOut(call)
    return fail === 'drop-after' ? { ...done, drop: true } : done
  }

  function carryOut({ method, path, query, body }: Call): { status: number; body: unknown } {
    if (path === '/search') {
      const page = Number(query.get('page'))
      const all = [...pieces.values()]
        .filter((piece) => {
          const changedSince = query.get('changed')
          const createdSince = query.get('created')
          return (
            (changedSince === null || (piece.changed !== null && piece.changed >= changedSince)) &&
            (createdSince === null || piece.created >= createdSince)
          )
        })
        .sort((a, b) => a.id - b.id)
      return {
        status: 200,
        body: { ids: all.slice((page - 1) * 10, page * 10).map(({ id }) => ({ id })), more: all.length > page * 10 },
      }
    }
    if (path.startsWith('/pieces/')) {
      const ids = path.slice('/pieces/'.length).split(',').map(Number)
      return { status: 200, body: ids.flatMap((id) => pieces.get(id) ?? []) }
    }
    if (path.startsWith('/family/'))
      return {
        status: 200,
        body: [...pieces.values()].filter(({ family }) => family === Number(path.slice('/family/'.length))),
      }
    if (path === '/all' && method === 'POST') {
      things.clear()
      for (const thing of body as { key: string }[]) things.set(thing.key, thing)
      return { status: 200, body: {} }
    }
    const key = path.slice('/things/'.length)
    if (method === 'PUT') {
      const known = things.has(key)
      things.set(key, { ...things.get(key), ...(body as object) })
      return { status: known ? 200 : 201, body: {} }
    }
    return things.has(key) ? { status: 200, body: [things.get(key)] } : { status: 404, body: {} }
  }

  const server = await startCallServer(answer)
  const { url } = server
  const folder = await mkdtemp(join(tmpdir(), 'small-system-'))
  const engines: { close(): void }[] = []
  let number = 0

  return {
    url,
    folder,
    pieces,
    things,
    calls,
    setFault(next: typeof fault) {
      fault = next
    },
    setSlow(ms: number) {
      slowMs = ms
    },
    /** Puts a piece in; a change of one that is there gets a change time. */
    put(piece: Partial<Piece> & { id: number }) {
      const now = new Date().toISOString()
      const known = pieces.get(piece.id)
      pieces.set(piece.id, {
        created: now,
        changed: null,
        code: `P-${piece.id}`,
        title: `Piece ${piece.id}`,
        ...known,
        ...(known && { changed: now }),
        ...piece,
      })
    },
    /** An engine over mapping texts; the files are written anew for each. */
    async engine(
      mappings: Readonly<Record<string, string>>,
      {
        options = '',
        tables = {},
        store = ':memory:',
        parkedFor = '7d',
      }: {
        readonly options?: string
        readonly tables?: Readonly<Record<string, string>>
        readonly store?: string
        readonly parkedFor?: string
      } = {},
    ) {
      const base = join(folder, String(number++))
      const write = async (name: string, text: string): Promise<void> => {
        await mkdir(dirname(join(base, name)), { recursive: true })
        await writeFile(join(base, name), text)
      }
      await write('small.yaml', connectorText)
      await write('schemas/piece.json', JSON.stringify(pieceSchema))
      await write(
        'schemas/row.json',
        JSON.stringify({
          type: 'object',
          additionalProperties: false,
          required: ['id'],
          properties: { id: { type: 'integer' } },
        }),
      )
      await write('schemas/thing.json', JSON.stringify(thingSchema))
      for (const [name, text] of Object.entries(mappings)) await write(`mappings/${name}.yaml`, text)
      for (const [name, text] of Object.entries(tables)) await write(`tables/${name}.yaml`, text)
      await write(
        'syncline.yaml',
        `project: small\nparkedFor: ${parkedFor}\nconnections: { small: { connector: small.yaml, settings: { url: "${url}" } } }\nmappings: [ mappings/*.yaml ]\n${Object.keys(tables).length > 0 ? 'tables: [ tables/*.yaml ]\n' : ''}${options === '' ? '' : `options: ${options}\n`}`,
      )
      const engine = createTestEngine(join(base, 'syncline.yaml'), {}, store, { hurry: 25, loadOnce: true })
      engines.push(engine)
      return { ...engine, file: join(base, 'syncline.yaml') }
    },
    async stop() {
      for (const engine of engines) engine.close()
      await server.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

export type SmallSystem = Awaited<ReturnType<typeof startSmallSystem>>

const pieceSchema = {
  type: 'object',
  additionalProperties: false,
  required: ['id'],
  properties: {
    id: { type: 'integer' },
    code: { type: 'string' },
    title: { type: 'string' },
    price: { type: 'string', format: 'decimal' },
    tags: { type: 'array', items: { type: 'string' } },
    sizes: {
      type: 'array',
      items: {
        type: 'object',
        additionalProperties: false,
        required: ['size', 'amount'],
        properties: { size: { type: 'string' }, amount: { type: 'string', format: 'decimal' } },
      },
    },
    family: { type: 'integer' },
    extra: { type: 'object', additionalProperties: {} },
  },
}

const thingSchema = {
  type: 'object',
  additionalProperties: false,
  required: ['key'],
  properties: {
    key: { type: 'string', minLength: 1 },
    title: { type: 'string', maxLength: 30 },
    price: { type: 'string', format: 'decimal', 'x-places': 2 },
    tags: { type: 'array', items: { type: 'string' } },
    active: { type: 'boolean' },
    made: { type: 'string' },
  },
}

const connectorText = `
connector: small
title: A small system
settings: { required: [url], properties: { url: { type: string, format: uri, description: Address } } }
http: { base: "{$settings.url}", timeout: 5s }
errors:
  - { when: "status = 404 and $operation in ['get', 'find']", is: empty }
  - { when: status = 422, is: failed, code: "'refused-here'", say: body.problem }
entities:
  row:
    schema: schemas/row.json
    key: id
    list:
      request: GET /search
      query: { page: "$default($next, 1)" }
      records: body.ids
      next: "body.more ? $default($next, 1) + 1"
      since: [ { changed: $since }, { created: $since } ]
      overlap: 10m
  piece:
    schema: schemas/piece.json
    key: id
    label: code
    list: { over: row, ids: id }
    get: { request: "GET /pieces/{$join($ids.$string($), ',')}", batch: 5, records: body }
    find: { family: { request: "GET /family/{$input}", records: body } }
  thing:
    schema: schemas/thing.json
    key: key
    get: { request: "GET /things/{$input}", records: body }
    write:
      put: { request: "PUT /things/{$record.key}", created: status = 201, repeat: safe }
      once: { request: "PUT /things/{$record.key}", repeat: never }
      known: { request: "PUT /things/{$record.key}", repeat: { by: key } }
      all: { request: POST /all, batch: 3, body: $items, fullFile: true, repeat: safe }
    find: { key: { request: "GET /things/{$input}", records: body } }
  part:
    schema: schemas/thing.json
    key: key
    write: { put: { request: "PUT /things/{$record.key}", repeat: safe } }
`
