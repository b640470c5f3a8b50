import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { type CallAnswer, type Call as SystemCall, startCallServer } from './call-server.ts'
import { createTestEngine, type TestEngine } from './engine.ts'

/** What the till holds: a sale with its buyer, rows and payments. */
export interface Sale {
  ref: string
  email?: string
  name?: string
  amount: number
  payments?: { no: string; amount: number }[]
  state?: string
  parent?: string
  changed: string
}

export interface Call extends SystemCall {
  readonly body: Record<string, unknown>
}

/** `drop`: cut off before it is done; `drop-after`: done, and the answer is lost; a number: that status, not done. */
export type TillFault = number | 'drop' | 'drop-after' | 'fail-after' | undefined

type Row = Record<string, unknown> & { id: number; madeAt: number }

/**
 * Two made-up systems in one server: a till that lists sales, and an office in which buyers, orders and payments are made
 * by POST, which makes a new record each time, and are found by searches that may lag behind.
 */
export async function startTillSystem() {
  const sales = new Map<string, Sale>()
  const office = {
    buyers: [] as Row[],
    orders: [] as Row[],
    payments: [] as Row[],
    receipts: new Map<string, unknown>(),
  }
  const calls: Call[] = []
  let fault: (call: Call) => TillFault = () => undefined
  let lagMs = 0
  let delay: (call: Call) => number = () => 0
  let id = 100

  async function answer({ body = {}, ...asked }: SystemCall): Promise<CallAnswer> {
    const call: Call = { ...asked, body: body as Record<string, unknown> }
    calls.push(call)
    const wait = delay(call)
    if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait))
    const fail = fault(call)
    if (fail === 'drop') return { status: 0, body: undefined, drop: true }
    if (typeof fail === 'number') return { status: fail, body: { problem: 'made to fail', request: 'R-1' } }
    const done = carryOut(call)
    if (fail === 'fail-after') return { status: 503, body: {} }
    return fail === 'drop-after' ? { ...done, drop: true } : done
  }

  const searched = (rows: readonly Row[]): Row[] => rows.filter(({ madeAt }) => madeAt + lagMs <= Date.now())

  function carryOut({ method, path, query, body }: Call): { status: number; body: unknown } {
    const ok = (answered: unknown, status = 200): { status: number; body: unknown } => ({ status, body: answered })
    if (path === '/sales') {
      const since = query.get('changed')
      const refs = query.get('refs')?.split(',')
      const found = [...sales.values()].filter(
        (sale) => (since === null || sale.changed >= since) && (refs === undefined || refs.includes(sale.ref)),
      )
      return ok(found.map(({ changed: _, ...sale }) => sale))
    }
    const [, kind = '', key] = path.split('/')
    if (kind === 'receipts') {
      office.receipts.set(key as string, body)
      return ok({})
    }
    const rows = office[kind as 'buyers' | 'orders' | 'payments']
    if (method === 'POST') {
      id += 1
      rows.push({ ...body, id, madeAt: Date.now() })
      return ok({ id }, 201)
    }
    if (method === 'PUT') {
      const row = rows.find((each) => each.id === Number(key))
      if (!row) return ok({}, 404)
      Object.assign(row, body)
      return ok({})
    }
    const plain = ({ madeAt: _, ...row }: Row): Record<string, unknown> => row
    if (key !== undefined) {
      const ids = key.split(',').map(Number)
      return ok(rows.filter((row) => ids.includes(row.id)).map(plain))
    }
    const [field = '', value = ''] = [...query][0] ?? []
    return ok(
      searched(rows)
        .filter((row) => String(row[field]) === value)
        .map(plain),
    )
  }

  const server = await startCallServer(async (call) => ({
    ...(await answer(call)),
    headers: { 'x-request-id': `R-${calls.length}` },
  }))
  const { url } = server
  const folder = await mkdtemp(join(tmpdir(), 'till-system-'))
  const engines: TestEngine[] = []
  let number = 0

  return {
    url,
    folder,
    sales,
    office,
    calls,
    setFault(next: typeof fault) {
      fault = next
    },
    /** The next call that fits is answered so. */
    failOnce(fits: (call: Call) => boolean, how: TillFault) {
      let open = true
      fault = (call) => {
        if (!open || !fits(call)) return undefined
        open = false
        return how
      }
    },
    setLag(ms: number) {
      lagMs = ms
    },
    setDelay(next: typeof delay) {
      delay = next
    },
    sell(sale: Partial<Sale> & { ref: string }) {
      const known = sales.get(sale.ref)
      sales.set(sale.ref, { amount: 10, ...known, ...sale, changed: new Date().toISOString() })
    },
    made: (kind: 'buyers' | 'orders' | 'payments') => office[kind],
    writes: () => calls.filter(({ method }) => method !== 'GET'),
    async engine(
      mappings: Readonly<Record<string, string>>,
      {
        store = ':memory:',
        settles = '1s',
        connector = (text: string) => text,
        project = '',
        hurry = 25,
      }: {
        readonly store?: string
        readonly settles?: string
        readonly connector?: (text: string) => string
        readonly project?: string
        readonly hurry?: number
      } = {},
    ) {
      const file = await writeProject(join(folder, String(number++)), url, mappings, { settles, connector, project })
      const engine = createTestEngine(file, {}, store, { hurry, loadOnce: true })
      engines.push(engine)
      return { ...engine, file }
    },
    async stop() {
      for (const engine of engines) engine.close()
      await server.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

export type TillSystem = Awaited<ReturnType<typeof startTillSystem>>

/** A mapping of the till's sales with each kind of step. */
export const salesMapping = `
mapping: sales
from: till.sale
keep: { not-open: "$default(state, 'paid') != 'open'" }
steps:
  - step: buyer
    to: till.buyer
    find: [ { by: email, value: email, many: first, order: id } ]
    write: create
    fields: { email: "$default(email, 'nobody@example.com')", name: "$default(name, 'No name')" }
  - step: order
    to: till.order
    find: [ { by: ref, value: ref } ]
    write: create
    update: change
    fields: { ref: ref, buyer: $steps.buyer.id, amount: amount }
  - step: payment
    each: payments
    key: no
    to: till.payment
    write: create
    fields: { ref: "$record.ref & '-' & no", order: $steps.order.id, amount: amount }
  - step: receipt
    if: "$count($steps.payment) > 0"
    to: till.receipt
    write: set
    fields: { ref: ref, order: $steps.order.id, state: $steps.order.state }
`

export async function writeProject(
  base: string,
  url: string,
  mappings: Readonly<Record<string, string>>,
  {
    settles = '1s',
    connector = (text) => text,
    project = '',
  }: { readonly settles?: string; readonly connector?: (text: string) => string; readonly project?: string } = {},
): Promise<string> {
  const write = async (name: string, text: string): Promise<void> => {
    await mkdir(dirname(join(base, name)), { recursive: true })
    await writeFile(join(base, name), text)
  }
  await write('till.yaml', connector(connectorText.replaceAll('SETTLES', settles)))
  for (const [name, schema] of Object.entries(schemas)) await write(`schemas/${name}.json`, JSON.stringify(schema))
  for (const [name, text] of Object.entries(mappings)) await write(`mappings/${name}.yaml`, text)
  const file = join(base, 'syncline.yaml')
  await write(
    'syncline.yaml',
    `project: till\nconnections: { till: { connector: till.yaml, settings: { url: "${url}" } } }\nmappings: [ mappings/*.yaml ]\n${project}`,
  )
  return file
}

const closed = (required: string[], properties: object): object => ({
  type: 'object',
  additionalProperties: false,
  required,
  properties,
})
const text = { type: 'string' }
const personal = { type: 'string', 'x-personal': true }
const number = { type: 'number' }
const madeId = { type: 'integer', readOnly: true }
const schemas = {
  sale: closed(['ref', 'amount'], {
    ref: text,
    email: personal,
    name: personal,
    amount: number,
    state: text,
    parent: text,
    payments: { type: 'array', items: closed(['no', 'amount'], { no: text, amount: number }) },
  }),
  buyer: closed(['id', 'email'], { id: madeId, email: personal, name: personal, staff: { type: 'boolean' } }),
  order: closed(['id', 'ref'], { id: madeId, ref: text, buyer: number, amount: number, state: text }),
  payment: closed(['id', 'ref'], { id: madeId, ref: text, order: number, amount: number }),
  receipt: closed(['ref'], { ref: text, order: number, state: text }),
}

const connectorText = `
connector: till
title: A till and its office
settings: { required: [url], properties: { url: { type: string, format: uri, description: Address } } }
http: { base: "{$settings.url}", timeout: 5s, requestId: "headers.'x-request-id'" }
errors:
  - { when: "status = 404 and $operation in ['get', 'find']", is: empty }
  - { when: status = 409, is: conflict }
  - { when: status = 422, is: failed, code: "'refused-here'", say: body.problem }
entities:
  sale:
    schema: schemas/sale.json
    key: ref
    list: { request: GET /sales, records: body, since: [ { changed: $since } ] }
    get: { request: GET /sales, query: { refs: "$join($ids, ',')" }, batch: 20, records: body }
    find: { parent: { request: GET /sales, query: { refs: $input }, records: body } }
  buyer:
    schema: schemas/buyer.json
    key: id
    get: { request: "GET /buyers/{$join($ids.$string($), ',')}", batch: 10, records: body }
    find: { email: { request: GET /buyers, query: { email: $input }, records: body, settles: SETTLES } }
    write:
      create: { request: POST /buyers, id: body.id, repeat: { by: email } }
      change: { request: "PUT /buyers/{$record.id}", repeat: safe }
  order:
    schema: schemas/order.json
    key: id
    get: { request: "GET /orders/{$join($ids.$string($), ',')}", batch: 10, records: body }
    find: { ref: { request: GET /orders, query: { ref: $input }, records: body, settles: SETTLES } }
    write:
      create: { request: POST /orders, id: body.id, repeat: { by: ref } }
      blind: { request: POST /orders, id: body.id, repeat: never }
      change: { request: "PUT /orders/{$record.id}", repeat: safe }
      add: { request: "PUT /orders/{$record.id}", repeat: never }
  payment:
    schema: schemas/payment.json
    key: id
    get: { request: "GET /payments/{$join($ids.$string($), ',')}", batch: 10, records: body }
    find: { ref: { request: GET /payments, query: { ref: $input }, records: body, settles: SETTLES } }
    write: { create: { request: POST /payments, id: body.id, repeat: { by: ref } } }
  receipt:
    schema: schemas/receipt.json
    key: ref
    write: { set: { request: "PUT /receipts/{$record.ref}", repeat: safe } }
`
