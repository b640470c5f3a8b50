import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { type Call, type CallAnswer, startCallServer } from './call-server.ts'
import { createTestEngine, type TestEngine } from './engine.ts'

/** A record of the depot, the system that is read. */
export interface Article {
  no: number
  code?: string | null
  name?: string | null
  group?: number
  weight?: string | null
  barcode?: string | null
  prices?: { list: string; amount: string }[]
  sold?: boolean | null
  made: string
  /** Empty until the first change. */
  changed: string | null
}

/** What the window, the system that is written, does with a row of an import. */
export type RowFate =
  /** Not written; the log holds the row and why. */
  | 'refused'
  /** The log's row is cut behind the key. */
  | 'refused, row cut'
  /** The log has no row; its message names the key. */
  | 'refused, named in the message'
  /** The log has an entry that names nothing. */
  | 'refused, not named'
  /** Only the job's counter of failures says so. */
  | 'refused, only counted'
  /** Not written, and only the counter of written rows shows it. */
  | 'ignored'
  /** Written, with a remark in the log. */
  | 'remarked'
  /** The answer to the import refuses the item by its position. */
  | 'refused at once'

/** What becomes of a whole import. `done, then lost`: everything is written, and the job cannot be asked for. */
export type JobFate =
  | 'failed'
  | 'half done, then failed'
  | 'done, then lost'
  | 'done, and its log is lost'
  | 'never ends'

export type Fault =
  | number
  | 'drop'
  | 'drop-after'
  | { readonly status: number; readonly headers?: Readonly<Record<string, string>>; readonly body?: unknown }

interface Member {
  sku: string
  cluster?: string
  label?: string
  weight?: number
  note?: string
  barcode?: string
  active?: boolean
  title?: string
}

type Row = Record<string, unknown>
interface Job {
  polls: number
  state: 'running' | 'done' | 'failed'
  failed: number
  written: number
  log: { level: string; row: string | null; text: string }[]
  fate: JobFate | undefined
}

const defaults: Readonly<Record<string, unknown>> = {
  label: '',
  weight: 0,
  note: '',
  barcode: '',
  active: false,
  title: '',
  amount: 0,
  from: 0,
}

/**
 * Two made-up systems in one server: a depot that is searched page by page (columns and rows) and read by id sets, and a
 * window that takes imports as jobs, where a header names the fields that are written, and a named field that a row
 * lacks is written with its default. Everything that was asked is in `calls`.
 */
export async function startMadeUpSystem() {
  const articles = new Map<number, Article>()
  const figures = new Map<number, number>()
  const members = new Map<string, Member>()
  const prices = new Map<string, Row>()
  const remarks = new Map<string, Row>()
  const hooks: Row[] = []
  let hookId = 0
  const calls: Call[] = []
  const jobs = new Map<number, Job>()
  const rowFates = new Map<string, RowFate>()
  const jobFates: JobFate[] = []
  const poison = new Set<number>()
  let fault: (call: Call) => Fault | undefined = () => undefined
  let delay: (call: Call) => number = () => 0
  let heaviestPage = Number.POSITIVE_INFINITY
  let clockAhead = 0
  let token = 0
  let tokensAsked = 0
  let tokensValidFrom = 1
  let underWay = 0
  let mostUnderWay = 0

  const now = (): string => new Date(Date.now() + clockAhead).toISOString()

  async function answer(call: Call): Promise<CallAnswer> {
    calls.push(call)
    const wait = delay(call)
    if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait))
    const fail = fault(call)
    if (fail === 'drop') return { status: 0, body: undefined, drop: true }
    if (typeof fail === 'number') return { status: fail, body: { problem: 'made to fail' } }
    if (typeof fail === 'object') return { body: { problem: 'made to fail' }, ...fail }
    const done = carryOut(call)
    return fail === 'drop-after' ? { ...done, drop: true } : done
  }

  function carryOut(call: Call): CallAnswer {
    const { method, path, query, body } = call
    if (path === '/token') {
      tokensAsked += 1
      const { client_secret: secret } = body as Row
      return secret === 'sesame'
        ? { status: 200, body: { access_token: `t${++token}`, token_type: 'Bearer', expires_in: 3600 } }
        : { status: 401, body: { error: 'invalid_client' } }
    }
    const bearer = /^Bearer t(\d+)$/.exec(String(call.headers.authorization ?? ''))?.[1]
    if (call.headers['x-key'] !== 'sesame' && !(bearer !== undefined && Number(bearer) >= tokensValidFrom))
      return { status: 401, body: { problem: 'who are you' } }
    const parts = path.split('/').slice(1)
    switch (`${method} ${parts[0]}`) {
      case 'GET search':
        return search(query)
      case 'GET articles': {
        const ids = (parts[1] as string).split(',').map(Number)
        if (ids.some((id) => poison.has(id))) return { status: 409, body: { problem: 'one of the set is spoilt' } }
        return { status: 200, body: ids.flatMap((id) => articles.get(id) ?? []) }
      }
      case 'GET figures': {
        const ids = (parts[1] as string).split(',').map(Number)
        return {
          status: 200,
          body: ids.flatMap((no) => (figures.has(no) ? [{ no, onHand: figures.get(no) }] : [])),
        }
      }
      case 'GET groups':
        return { status: 200, body: [...articles.values()].filter(({ group }) => group === Number(parts[1])) }
      case 'GET lists':
        return { status: 200, body: [{ name: 'EUR' }, { name: 'SEK' }] }
      case 'GET members':
        return {
          status: 200,
          body: (query.get('sku') as string).split(',').flatMap((sku) => members.get(sku) ?? []),
        }
      case 'GET prices':
        return {
          status: 200,
          body: [...prices.values()].filter(({ sku }) => (query.get('sku') as string).split(',').includes(String(sku))),
        }
      case 'GET remarks':
        return remarks.has(parts[1] as string)
          ? { status: 200, body: [remarks.get(parts[1] as string)] }
          : { status: 404, body: {} }
      case 'PUT remarks': {
        const known = remarks.has(parts[1] as string)
        remarks.set(parts[1] as string, { ...remarks.get(parts[1] as string), ...(body as Row) })
        return { status: known ? 200 : 201, body: {} }
      }
      case 'POST remarks': {
        for (const row of body as Row[])
          if (rowFates.has(String(row.sku))) return { status: 422, body: { problem: 'one of the rows is spoilt' } }
        for (const row of body as Row[]) remarks.set(String(row.sku), { ...remarks.get(String(row.sku)), ...row })
        return { status: 200, body: {} }
      }
      case 'POST import':
        return takeImport(parts[1] as 'members' | 'prices', call)
      case 'GET hooks':
        return { status: 200, body: hooks }
      case 'POST hooks':
        hooks.push({ id: ++hookId, ...(body as Row) })
        return { status: 200, body: { id: hookId } }
      case 'DELETE hooks': {
        const at = hooks.findIndex(({ id }) => String(id) === parts[1])
        if (at < 0) return { status: 404, body: {} }
        hooks.splice(at, 1)
        return { status: 200, body: {} }
      }
      case 'GET jobs':
        return parts[2] === 'log' ? logOf(Number(parts[1])) : stateOf(Number(parts[1]))
      default:
        return { status: 404, body: { problem: `nothing at ${path}` } }
    }
  }

  function search(query: URLSearchParams): CallAnswer {
    const from = Number(query.get('from') ?? 0)
    const size = Number(query.get('size'))
    if (size > heaviestPage) return { status: 413, body: { problem: 'too heavy' } }
    const changedSince = query.get('changed')
    const madeSince = query.get('made')
    const all = [...articles.values()]
      .filter(
        ({ made, changed }) =>
          (changedSince === null || (changed !== null && changed >= changedSince)) &&
          (madeSince === null || made >= madeSince),
      )
      .sort((a, b) => a.no - b.no)
    return {
      status: 200,
      body: {
        columns: ['no', 'made', 'changed'],
        rows: all.slice(from, from + size).map(({ no, made, changed }) => [no, made, changed]),
        next: from + size < all.length ? from + size : null,
      },
    }
  }

  function takeImport(kind: 'members' | 'prices', call: Call): CallAnswer {
    const header = JSON.parse(String(call.headers['x-fields'])) as { full?: boolean } & Record<string, string[]>
    const items = call.body as Row[]
    const number = jobs.size + 1
    const fate = jobFates.shift()
    const job: Job = { polls: 0, state: 'running', failed: 0, written: 0, log: [], fate }
    jobs.set(number, job)
    const refusals: string[] = []
    const seen = new Set<string>()
    for (const [index, item] of items.entries()) {
      const rows = kind === 'members' ? (item.members as Row[]) : [item]
      if (rows.some(({ sku }) => rowFates.get(String(sku)) === 'refused at once')) {
        refusals.push(`Item ${index + 1}: not acceptable`)
        continue
      }
      const done = fate === 'failed' ? false : fate === 'half done, then failed' ? index < items.length / 2 : true
      for (const row of rows) {
        seen.add(kind === 'members' ? String(row.sku) : `${row.sku} ${row.list}`)
        if (done) write(kind, row, item, header, job)
      }
    }
    // A full file: what is not in it is taken as gone.
    if (header.full === true && fate !== 'failed') {
      for (const [key, row] of kind === 'members' ? members : prices) if (!seen.has(key)) row.active = false
    }
    if (fate === 'failed' || fate === 'half done, then failed')
      job.log.push({ level: 'error', row: null, text: 'The import broke down.' })
    return { status: 202, body: { job: number, refusals } }
  }

  function write(
    kind: 'members' | 'prices',
    row: Row,
    item: Row,
    header: Readonly<Record<string, readonly string[]>>,
    job: Job,
  ): void {
    const sku = String(row.sku)
    const text = JSON.stringify(kind === 'members' ? item : row)
    const refuse = (entry?: { row: string | null; text: string }): void => {
      job.failed += 1
      if (entry) job.log.push({ level: 'error', ...entry })
    }
    switch (rowFates.get(sku)) {
      case 'refused':
        refuse({ row: text, text: `${sku} is not wanted` })
        return
      case 'refused, row cut':
        refuse({ row: text.slice(0, text.indexOf(JSON.stringify(sku)) + sku.length + 4), text: 'Not wanted' })
        return
      case 'refused, named in the message':
        refuse({ row: null, text: `Not wanted: ${sku}.` })
        return
      case 'refused, not named':
        refuse({ row: null, text: 'Something was not wanted' })
        return
      case 'refused, only counted':
        refuse()
        return
      case 'ignored':
        return
      case 'remarked':
        job.log.push({ level: 'warning', row: text, text: `${sku} is odd` })
    }
    if (kind === 'prices' && !members.has(sku)) return
    const key = kind === 'members' ? sku : `${sku} ${String(row.list)}`
    const there = (kind === 'members' ? members.get(sku) : prices.get(key)) as Row | undefined
    const next: Row = { ...there, sku, ...(kind === 'members' ? { cluster: item.cluster } : { list: row.list }) }
    for (const [level, names] of Object.entries(header)) {
      if (!Array.isArray(names)) continue
      for (const name of names) {
        const field = name.replace(/New$/, '')
        if (name.endsWith('New') && there) continue
        // The contract that makes this target dangerous: a field that is named and lacking is written with its default.
        next[field] = (level === 'cluster' ? item : row)[field] ?? defaults[field]
      }
    }
    if (kind === 'members') members.set(sku, next as unknown as Member)
    else prices.set(key, next)
    job.written += 1
  }

  function stateOf(number: number): CallAnswer {
    const job = jobs.get(number)
    if (!job || job.fate === 'done, then lost') return { status: 404, body: { problem: 'no such job' } }
    job.polls += 1
    if (job.fate !== 'never ends' && job.polls > 1)
      job.state = job.fate === 'failed' || job.fate === 'half done, then failed' ? 'failed' : 'done'
    return { status: 200, body: { state: job.state, failed: job.failed, written: job.written } }
  }

  function logOf(number: number): CallAnswer {
    const job = jobs.get(number)
    return !job || job.fate === 'done, and its log is lost'
      ? { status: 404, body: { problem: 'no such log' } }
      : { status: 200, body: job.log }
  }

  const server = await startCallServer(async (call) => {
    underWay += 1
    mostUnderWay = Math.max(mostUnderWay, underWay)
    try {
      const answered = await answer(call)
      const date = new Date(Date.now() + clockAhead).toUTCString()
      return { ...answered, headers: { date, ...answered.headers } }
    } finally {
      underWay -= 1
    }
  })
  const { url } = server
  const folder = await mkdtemp(join(tmpdir(), 'made-up-system-'))
  const engines: TestEngine[] = []
  let number = 0

  return {
    url,
    folder,
    articles,
    figures,
    members,
    prices,
    remarks,
    /** Subscriptions: whoever asks is told of what changes. */
    hooks,
    calls,
    /** Row fates by SKU, for every import until they are taken out. */
    rowFates,
    /** Fates of the next imports, one each. */
    jobFates,
    /** Numbers of articles that spoil the answer to every set they are in. */
    poison,
    tokensAsked: () => tokensAsked,
    mostUnderWay: () => mostUnderWay,
    /** Every token that was given until now is refused. */
    dropTokens() {
      tokensValidFrom = token + 1
    },
    setFault(next: typeof fault) {
      fault = next
    },
    /** A fault for the first so many calls that match. */
    failFirst(count: number, matches: (call: Call) => boolean, what: Fault) {
      let left = count
      fault = (call) => {
        if (left === 0 || !matches(call)) return undefined
        left -= 1
        return what
      }
    },
    setDelay(next: typeof delay) {
      delay = next
    },
    setHeaviestPage(rows: number) {
      heaviestPage = rows
    },
    setClockAhead(ms: number) {
      clockAhead = ms
    },
    /** Puts an article in; a change of one that is there gets a change time. */
    put(article: Partial<Article> & { no: number }) {
      const known = articles.get(article.no)
      articles.set(article.no, {
        made: now(),
        changed: null,
        code: `A-${article.no}`,
        name: `Article ${article.no}`,
        ...known,
        ...(known && { changed: now() }),
        ...article,
      })
    },
    /** The bodies of the imports so far, with the fields that they named. */
    imports(kind: 'members' | 'prices' = 'members') {
      return calls
        .filter(({ path }) => path === `/import/${kind}`)
        .map(({ headers, body }) => ({
          fields: JSON.parse(String(headers['x-fields'])) as Row,
          items: body as Row[],
          skus: (body as Row[]).flatMap((item) =>
            kind === 'members' ? (item.members as Row[]).map(({ sku }) => String(sku)) : [String(item.sku)],
          ),
        }))
    },
    /** Method and path of the calls that change something. */
    writes() {
      return calls
        .filter(({ method, path }) => method !== 'GET' && path !== '/token')
        .map(({ method, path }) => `${method} ${path}`)
    },
    /** An engine over mapping texts; the files are written anew for each. */
    async engine(
      mappings: Readonly<Record<string, string>>,
      {
        options = '',
        tables = {},
        store = ':memory:',
        parkedFor = '7d',
        signIn = 'key',
        secret = 'sesame',
        batch = 4,
        connector = (text: string) => text,
        personal = [],
      }: {
        readonly options?: string
        readonly tables?: Readonly<Record<string, string>>
        readonly store?: string
        readonly parkedFor?: string
        /** How the window is signed in to, and with what. */
        readonly signIn?: 'key' | 'token'
        readonly secret?: string
        /** Items in an import. */
        readonly batch?: number
        /** Changes the connector file's text. */
        readonly connector?: (text: string) => string
        /** Fields that hold personal data: `article.name`. */
        readonly personal?: readonly string[]
      } = {},
    ) {
      const base = join(folder, String(number++))
      const put = async (name: string, text: string): Promise<void> => {
        await mkdir(dirname(join(base, name)), { recursive: true })
        await writeFile(join(base, name), text)
      }
      await put('made-up.yaml', connector(connectorText))
      for (const [name, schema] of Object.entries(schemas))
        await put(`schemas/${name}.json`, JSON.stringify(marked(name, schema, personal)))
      for (const [name, text] of Object.entries(mappings)) await put(`mappings/${name}.yaml`, text)
      for (const [name, text] of Object.entries(tables)) await put(`tables/${name}.yaml`, text)
      await put(
        'syncline.yaml',
        `project: made-up
parkedFor: ${parkedFor}
connections:
  depot: { connector: made-up.yaml, settings: { url: "${url}", account: depot, signIn: key }, credentials: { key: sesame } }
  window: { connector: made-up.yaml, settings: { url: "${url}", account: window, signIn: ${signIn}, batch: ${batch} }, credentials: { ${signIn === 'key' ? `key: ${secret}` : `secret: ${secret}`} } }
mappings: [ mappings/*.yaml ]
${Object.keys(tables).length > 0 ? 'tables: [ tables/*.yaml ]\n' : ''}${options === '' ? '' : `options: ${options}\n`}`,
      )
      const file = join(base, 'syncline.yaml')
      // Pauses between tries and polls are shortened; nothing else depends on them.
      const engine = createTestEngine(file, {}, store, { hurry: 25, loadOnce: true })
      engines.push(engine)
      return {
        ...engine,
        file,
        /** Runs, with the pipelines' reports by mapping. */
        async run(options: Parameters<TestEngine['run']>[0] = {}) {
          const report = await engine.run(options)
          return { ...report, of: Object.fromEntries(report.pipelines.map((each) => [each.mapping, each])) }
        },
      }
    },
    async stop() {
      for (const engine of engines) engine.close()
      await server.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** The schema with the fields of this entity marked as personal. */
function marked(entity: string, schema: object, personal: readonly string[]): object {
  const { properties } = schema as { readonly properties: Readonly<Record<string, object>> }
  const fields = Object.entries(properties).map(([name, field]) => [
    name,
    personal.includes(`${entity}.${name}`) ? { ...field, 'x-personal': true } : field,
  ])
  return { ...schema, properties: Object.fromEntries(fields) }
}

export type MadeUpSystem = Awaited<ReturnType<typeof startMadeUpSystem>>
export type MadeUpEngine = Awaited<ReturnType<MadeUpSystem['engine']>>

const decimal = { type: 'string', format: 'decimal' }
const closed = (properties: object, required: readonly string[]): object => ({
  type: 'object',
  additionalProperties: false,
  required,
  properties,
})

const schemas = {
  row: closed({ no: { type: 'integer' }, made: { type: 'string' }, changed: { type: 'string' } }, ['no']),
  article: closed(
    {
      no: { type: 'integer' },
      code: { type: 'string' },
      name: { type: 'string' },
      group: { type: 'integer' },
      weight: decimal,
      barcode: { type: 'string' },
      prices: {
        type: 'array',
        items: closed({ list: { type: 'string' }, amount: decimal }, ['list', 'amount']),
      },
      sold: { type: 'boolean' },
    },
    ['no'],
  ),
  figure: closed({ no: { type: 'integer' }, onHand: { type: 'integer' } }, ['no', 'onHand']),
  list: closed({ name: { type: 'string' } }, ['name']),
  member: closed(
    {
      sku: { type: 'string', minLength: 1 },
      cluster: { type: 'string' },
      title: { type: 'string' },
      label: { type: 'string', maxLength: 20 },
      weight: { type: 'number' },
      note: { type: 'string' },
      active: { type: 'boolean' },
      barcode: { type: 'string', 'x-absent': 'clears' },
      parts: { type: 'array', items: closed({ name: { type: 'string' }, amount: { type: 'number' } }, ['name']) },
    },
    ['sku'],
  ),
  price: closed(
    {
      sku: { type: 'string', minLength: 1 },
      list: { type: 'string', 'x-refers': 'list.name' },
      amount: { type: 'number' },
      active: { type: 'boolean' },
    },
    ['sku', 'list'],
  ),
  remark: closed(
    {
      sku: { type: 'string', minLength: 1 },
      text: { type: 'string' },
      note: { type: 'string' },
      barcode: { type: 'string', 'x-absent': 'clears' },
    },
    ['sku'],
  ),
}

const connectorText = `
connector: made-up
title: A made-up system
settings:
  required: [url, account, signIn]
  properties:
    url: { type: string, format: uri, description: Address }
    account: { type: string, description: Whose calls they are }
    signIn: { type: string, enum: [key, token], description: Way to sign in }
    batch: { type: integer, default: 4, description: Items in an import }
credentials: { key: The key, secret: The client's secret }
signIn:
  key: { headers: { x-key: $credentials.key } }
  token:
    oauth2: { grant: client_credentials, token: "{$settings.url}/token", clientId: "'made-up'", clientSecret: $credentials.secret }
    headers: { Authorization: "'Bearer ' & $token.access_token" }
http: { base: "{$settings.url}", timeout: 2s }
limits: [ { scope: "$settings.account", concurrent: 4 } ]
errors:
  - { when: "status = 404 and $operation in ['get', 'find']", is: empty }
  - { when: "status = 409 and $operation in ['get', 'find']", is: split }
  - { when: "status = 413 and $operation = 'list'", is: shrink }
  - { when: status = 422, is: failed, code: "'not-wanted'", say: body.problem }
entities:
  row:
    schema: schemas/row.json
    key: "no"
    list:
      request: GET /search
      size: 8
      query: { from: "$next", size: $size }
      records: { columns: body.columns, rows: body.rows }
      next: body.next
      since: [ { changed: $since }, { made: $since } ]
      overlap: 10m
  article:
    schema: schemas/article.json
    key: "no"
    label: code
    list: { over: row, ids: "no" }
    get: { request: "GET /articles/{$join($ids.$string($), ',')}", batch: 5, records: body }
    find:
      group: { request: "GET /groups/{$input}", records: body }
  figure:
    schema: schemas/figure.json
    key: "no"
    get: { request: "GET /figures/{$join($ids.$string($), ',')}", batch: 6, records: body }
  list:
    schema: schemas/list.json
    key: name
    cache: 1h
    list: { request: GET /lists, records: body }
  member:
    schema: schemas/member.json
    key: sku
    get: &bySku { request: GET /members, query: { sku: "$join($ids, ',')" }, batch: 10, records: body }
    find:
      sku: { request: GET /members, query: { sku: "$join($ids, ',')" }, batch: 10, by: sku, records: body }
    write:
      import: &import
        request: POST /import/members
        batch: $settings.batch
        together: cluster
        headers: &fields { x-fields: "$string($merge([{ 'full': $full }, $owned]))" }
        item: "{ 'cluster': $records[0].cluster, 'title': $records[0].title, 'members': [$records.{ 'sku': sku, 'label': label, 'weight': weight, 'note': note, 'active': active, 'barcode': barcode }] }"
        owned:
          cluster: { title: title }
          member: { label: label, weight: weight, note: { update: note, createOnly: noteNew }, active: active, barcode: barcode }
          part: { parts.name: name, parts.amount: amount }
        body: $items
        fullFile: true
        refused: &refused "body.refusals.{ 'position': $number($match($, /^Item ([0-9]+)/)[0].groups[0]), 'say': $ }"
        job: &job
          id: body.job
          poll: { request: "GET /jobs/{$job}", every: 200ms, for: 1500ms }
          done: body.state != 'running'
          ok: body.state = 'done'
          failures: body.failed
          log: { request: "GET /jobs/{$job}/log", rows: body }
          row:
            record: "$exists(row) and $substring(row, -1) = '}' ? $parseJson(row)"
            text: row
            say: text
            is: "level = 'warning' ? 'warned' : 'failed'"
        readBack:
          find: sku
          by: sku
          applied: "$count($found) > 0 and $default($found[0].label, '') = $default($record.label, '')"
        repeat: safe
      # The same, but it cannot be read back.
      blind: { request: POST /import/members, batch: 8, together: cluster, headers: *fields, item: "{ 'cluster': $records[0].cluster, 'members': [$records.{ 'sku': sku, 'label': label }] }", owned: { member: { label: label } }, body: $items, job: *job, repeat: safe }
      # The same, but it must not be sent twice.
      blindOnce: { request: POST /import/members, batch: 8, together: cluster, headers: *fields, item: "{ 'cluster': $records[0].cluster, 'members': [$records.{ 'sku': sku, 'label': label }] }", owned: { member: { label: label } }, body: $items, job: *job, repeat: never }
  price:
    schema: schemas/price.json
    key: [sku, list]
    find:
      sku: { request: GET /prices, query: { sku: "$join($ids, ',')" }, batch: 10, by: sku, records: body }
    write:
      import:
        request: POST /import/prices
        batch: 6
        headers: *fields
        owned: { price: { amount: amount, active: active } }
        body: $items
        fullFile: true
        job:
          id: body.job
          poll: { request: "GET /jobs/{$job}", every: 200ms, for: 1500ms }
          done: body.state != 'running'
          ok: body.state = 'done'
          failures: body.failed
          applied: body.written
          log: { request: "GET /jobs/{$job}/log", rows: body }
          row: { record: "$exists(row) ? $parseJson(row)", text: row, say: text, is: "level = 'warning' ? 'doubted' : 'failed'" }
        readBack: { find: sku, by: sku, applied: "$count($found[list = $record.list and ($exists($record.amount) ? amount = $record.amount : true)]) > 0" }
        repeat: safe
  remark:
    schema: schemas/remark.json
    key: sku
    get: { request: "GET /remarks/{$input}", records: body }
    find:
      sku: { request: "GET /remarks/{$input}", records: body }
    write:
      put: { request: "PUT /remarks/{$record.sku}", created: status = 201, repeat: safe }
      once: { request: "PUT /remarks/{$record.sku}", created: status = 201, repeat: never }
      many: { request: POST /remarks, batch: 8, body: $items, repeat: safe }
      manyOnce: { request: POST /remarks, batch: 8, body: $items, repeat: never }
      manyKnown: { request: POST /remarks, batch: 4, body: $items, repeat: { by: sku } }
`
