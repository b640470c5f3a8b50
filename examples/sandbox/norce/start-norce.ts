import { getConnInfo } from '@hono/node-server/conninfo'
import { Hono } from 'hono'
import { createClock, type SandboxClock } from '../common/clock.ts'
import { createFaults, type Faults } from '../common/faults.ts'
import { jsonReply } from '../common/json.ts'
import { createRequestLog, type RequestLog } from '../common/request-log.ts'
import { createSandboxApp, type SandboxContext, type SandboxEnv, startServer } from '../common/server.ts'
import { checkItems, IMPORTS, jobResponse, readImport } from './connect/endpoint.ts'
import { type ImportName, parseImportHeader } from './connect/header.ts'
import { createJobs, type Jobs } from './connect/jobs.ts'
import { createIdentity } from './identity.ts'
import { type EntitySet, QueryError } from './odata/edm.ts'
import { answerQuery } from './query/endpoint.ts'
import { productSets } from './query/product-sets.ts'
import { applicationSets, coreSets } from './query/reference-sets.ts'
import { createBurstLimit, createMinuteLimit } from './rate-limits.ts'
import { exampleReferenceData, type NorceReferenceData } from './reference-data.ts'
import { applyShopChanges, type ShopChange } from './shop-changes.ts'
import { type SkuView, skuView } from './sku-view.ts'
import { createStore, type Store, type WriteCounters, type WriteRecord } from './store.ts'
import { defaultSwitches, type NorceSwitches, withSwitches } from './switches.ts'
import { formatQueryInstant, ticksFromMilliseconds } from './wire-time.ts'

export interface NorceOptions {
  readonly clock?: SandboxClock
  /** Default: any free port. */
  readonly port?: number
  readonly clientId: string
  readonly clientSecret: string
  /** Environments that the client may name, separated by blanks. Default `stage`. */
  readonly scope?: string
  /** The application that the client may reach. */
  readonly applicationId: number
  /** The system account of the integration: `AccountId` of headers, `UpdatedBy` of rows. */
  readonly accountId: number
  /** More accounts that exist. */
  readonly otherAccountIds?: readonly number[]
  /** Account of changes that are made in the shop. Default 45. */
  readonly shopAccountId?: number
  /** The merchant's `ClientId` on every row. Default 1017. */
  readonly tenantId?: number
  /** Default: the shop of the demo. */
  readonly referenceData?: NorceReferenceData
  readonly faults?: Faults
  readonly log?: RequestLog
  readonly switches?: Partial<NorceSwitches>
  /** From acceptance to the end of a job, in sandbox milliseconds, when no other job is in front. Default 2000. */
  readonly jobDelayMs?: number
  /** In addition for each item of a job, in sandbox milliseconds. Default 1. */
  readonly jobItemMs?: number
  /** Life of a token in sandbox seconds. Default 3600. */
  readonly tokenSeconds?: number
  /** Token requests: per minute and address, and the burst on top. Default 3 and 20. */
  readonly tokenLimit?: { readonly perMinute: number; readonly burst: number }
  /** Query's name of the on-hand set, which is not confirmed. Default `ProductSkuOnHands`. */
  readonly onHandSetName?: string
  /** How long every answer takes, in sandbox milliseconds. Default 0. */
  readonly latencyMs?: number
}

export interface RunningNorce {
  /** `http://127.0.0.1:PORT`; the APIs' paths (`/identity/1.0`, `/commerce/…`) hang below it. */
  readonly url: string
  readonly clock: SandboxClock
  readonly faults: Faults
  readonly log: RequestLog
  readonly state: NorceState
  readonly jobs: Pick<Jobs, 'job' | 'log' | 'pending' | 'count'>
  switches(): NorceSwitches
  /** @throws TypeError for an unknown name or value */
  setSwitches(changes: Partial<NorceSwitches>): void
  stop(): Promise<void>
}

/** What is in the shop, for tests and the demo. Due jobs are carried out before it is read. */
export interface NorceState {
  counts(): NorceCounts
  sku(partNo: string): SkuView | undefined
  partNos(): readonly string[]
  counters(): WriteCounters
  /** The newest writes, oldest first. */
  writes(): readonly WriteRecord[]
  /** Starts the counting of writes anew. */
  resetCounters(): void
  change(change: ShopChange | readonly ShopChange[]): void
  /**
   * Fills the shop without the network and at once. The header is that of the import without AccountId.
   * @returns the finished job with its log
   * @throws Error when the header is wrong or an item fails the schema
   */
  importNow(
    importName: ImportName,
    header: Readonly<Record<string, unknown>>,
    items: readonly unknown[],
  ): { readonly job: Readonly<Record<string, unknown>>; readonly log: readonly Readonly<Record<string, unknown>>[] }
}

export interface NorceCounts {
  readonly clusters: number
  readonly variants: number
  readonly skus: number
  readonly prices: number
  readonly activePrices: number
  readonly onHands: number
  readonly activeOnHands: number
  readonly priceLists: number
  readonly manufacturers: number
}

interface Standin {
  readonly clock: SandboxClock
  readonly options: NorceOptions
  readonly store: Store
  readonly jobs: Jobs
  readonly faults: Faults
  readonly log: RequestLog
  readonly accountIds: readonly number[]
  switches: NorceSwitches
}

/**
 * Starts the stand-in of Norce: token endpoint, Query 2.0 and Connect 4.0 as far as products, prices, stock and
 * reference data need them. `README.md` of the sandbox says which of its behaviour is known and which is assumed.
 * @throws Error with code EADDRINUSE when the port is taken
 */
export async function startNorce(options: NorceOptions): Promise<RunningNorce> {
  const clock = options.clock ?? createClock()
  const store = createStore(options.referenceData ?? exampleReferenceData, {
    at: ticksFromMilliseconds(Date.UTC(2024, 2, 14, 10, 16, 9, 353)),
    by: options.shopAccountId ?? 45,
  })
  const standin: Standin = {
    clock,
    options,
    store,
    jobs: createJobs({
      clock,
      store,
      switches: () => standin.switches,
      delayMs: options.jobDelayMs ?? 2000,
      perItemMs: options.jobItemMs ?? 1,
    }),
    faults: options.faults ?? createFaults(),
    log: options.log ?? createRequestLog(),
    accountIds: [options.accountId, ...(options.otherAccountIds ?? [])],
    switches: withSwitches(defaultSwitches, options.switches ?? {}),
  }
  const state = createState(standin)
  const server = await startServer(createApp(standin, state), { port: options.port ?? 0 })
  return {
    url: server.url,
    clock,
    faults: standin.faults,
    log: standin.log,
    state,
    jobs: standin.jobs,
    switches: () => standin.switches,
    setSwitches: (changes) => {
      standin.switches = withSwitches(standin.switches, changes)
    },
    stop: () => server.stop(),
  }
}

function createState({ store, jobs, clock, options }: Standin): NorceState {
  return {
    counts() {
      jobs.advance()
      let activePrices = 0
      let activeOnHands = 0
      for (const sku of store.skus.values()) {
        for (const price of sku.prices) if (price.isActive) activePrices += 1
        for (const onHand of sku.onHands) if (onHand.isActive) activeOnHands += 1
      }
      return {
        clusters: store.clusters.size,
        variants: store.variants.size,
        skus: store.skus.size,
        prices: store.priceCount,
        activePrices,
        onHands: store.onHandCount,
        activeOnHands,
        priceLists: store.priceLists.size,
        manufacturers: store.manufacturers.size,
      }
    },
    sku(partNo) {
      jobs.advance()
      const sku = store.skus.get(partNo)
      return sku && skuView(store, sku)
    },
    partNos() {
      jobs.advance()
      return store.sortedSkus().map(({ partNo }) => partNo)
    },
    counters() {
      jobs.advance()
      return store.counters()
    },
    writes() {
      jobs.advance()
      return store.writes()
    },
    resetCounters() {
      jobs.advance()
      store.resetCounters()
    },
    change(change) {
      jobs.advance()
      applyShopChanges(store, change, { at: ticksFromMilliseconds(clock.now()), by: options.shopAccountId ?? 45 })
    },
    importNow(importName, headerObject, entries) {
      const text = JSON.stringify({ AccountId: options.accountId, ...headerObject })
      const request = checkItems(importName, parseImportHeader(importName, text), entries)
      const [problem] = request.invalid
      if (problem !== undefined) throw new Error(problem.message)
      const id = jobs.runNow(request)
      return { job: jobs.job(id) ?? {}, log: jobs.log(id) ?? [] }
    },
  }
}

function createApp(standin: Standin, state: NorceState): Hono<SandboxEnv> {
  const { clock, faults, log, options, store } = standin
  const api = createSandboxApp({
    clock,
    faults,
    log,
    ...(options.latencyMs !== undefined && { latencyMs: options.latencyMs }),
    change: (body) => {
      standin.jobs.advance()
      return applyShopChanges(store, body, { at: ticksFromMilliseconds(clock.now()), by: options.shopAccountId ?? 45 })
    },
  })
  const identity = createIdentity({
    clock,
    clientId: options.clientId,
    clientSecret: options.clientSecret,
    scope: options.scope ?? 'stage',
    tokenSeconds: options.tokenSeconds ?? 3600,
  })
  const { perMinute, burst } = options.tokenLimit ?? { perMinute: 3, burst: 20 }
  const tokenMayPass = createBurstLimit(clock, perMinute, burst)
  const queryMayPass = createMinuteLimit(clock, () => standin.switches.queryCallsPerMinute)
  const connectMayPass = createMinuteLimit(clock, () => standin.switches.connectCallsPerMinute)
  const tenant = { clientId: options.tenantId ?? 1017, applicationId: options.applicationId }
  const onHandSetName = options.onHandSetName ?? 'ProductSkuOnHands'
  const namespaces: ReadonlyMap<string, readonly EntitySet[]> = new Map([
    ['Core', coreSets(store, tenant)],
    ['Application', applicationSets(store, tenant)],
    ['Products', productSets(store, tenant, onHandSetName, () => standin.switches)],
  ])

  api.all('*', async (c) => {
    const call = { method: c.req.method, path: new URL(c.req.url).pathname }
    // The part of the path up to the version is not case-sensitive [doc D3, D18].
    const match = /^\/(identity\/1\.0|commerce\/query\/2\.0|commerce\/connect\/4\.0)\/(.*)$/is.exec(call.path)
    const service = match?.[1]?.toLowerCase()
    const rest = match?.[2] ?? ''
    if (service === undefined) return notFound()
    if (service === 'identity/1.0') {
      if (!/^connect\/token$/i.test(rest)) return notFound()
      c.set('operation', 'token')
      if (c.req.method !== 'POST') return emptyReply(405)
      const fault = faults.take('tokenThrottle', call)
      if (fault || !tokenMayPass(getConnInfo(c).remote.address ?? '')) {
        return throttled(c, fault?.retryAfterSeconds ?? standin.switches.retryAfterSeconds)
      }
      const answer = identity.token(c.req.header('content-type'), await c.req.text())
      return jsonReply(answer.body, { status: answer.status, headers: { 'Cache-Control': 'no-store' } })
    }

    const isQuery = service === 'commerce/query/2.0'
    c.set('operation', operationOf(isQuery, rest))
    const outage = faults.take('outage', call)
    if (outage) return new Response('Service Unavailable', { status: 503, headers: { 'Content-Type': 'text/html' } })
    const mayPass = isQuery ? queryMayPass : connectMayPass
    if (faults.take('throttle', call) || !mayPass()) return throttled(c, standin.switches.retryAfterSeconds)
    const authorization = c.req.header('authorization')
    if (faults.take('expiredToken', call)) identity.revoke(authorization)
    if (!identity.accepts(authorization)) {
      return new Response(null, { status: 401, headers: { 'WWW-Authenticate': 'Bearer' } })
    }
    const clientError = faults.take('clientError', call)
    if (clientError) {
      const message = clientError.message ?? 'An error has occurred.'
      return isQuery ? odataError(500, message, clientError.code) : connectError(500, message)
    }
    standin.jobs.advance()
    return isQuery ? queryReply(c, rest) : await connectReply(c, rest, call)
  })

  const queryReply = (c: SandboxContext, path: string): Response => {
    if (c.req.method !== 'GET') return emptyReply(405)
    const application = c.req.header('applicationid') ?? c.req.header('application-id')
    if (application === undefined || !/^\d+$/.test(application.trim())) {
      return odataError(standin.switches.missingApplicationStatus, 'An error has occurred.')
    }
    // Assumed: an application that the client may not reach.
    if (Number(application) !== options.applicationId) return odataError(403, 'Access to the application is denied.')
    const url = new URL(c.req.url)
    try {
      const answer = answerQuery({
        path,
        query: url.search.slice(1),
        base: `${url.origin}${url.pathname.slice(0, url.pathname.length - path.length - 1)}`,
        namespaces,
        switches: standin.switches,
      })
      if ('xml' in answer) return new Response(answer.xml, { headers: { 'Content-Type': 'application/xml' } })
      return jsonReply(answer.json, { headers: { 'Content-Type': 'application/json; odata.metadata=minimal' } })
    } catch (error) {
      if (error instanceof QueryError) return odataError(error.status, error.message)
      throw error
    }
  }

  const connectReply = async (
    c: SandboxContext,
    path: string,
    call: { readonly method: string; readonly path: string },
  ): Promise<Response> => {
    const importName = /^Product\/(\w+)$/i.exec(path)?.[1]
    const known = (Object.keys(IMPORTS) as ImportName[]).find(
      (name) => name.toLowerCase() === importName?.toLowerCase(),
    )
    if (known === undefined) return jobReply(c, path, standin.jobs)
    if (c.req.method !== 'POST') return emptyReply(405)
    const reading = readImport({
      importName: known,
      contentType: c.req.header('content-type'),
      header: c.req.header('x-stormconnect-header'),
      body: await c.req.text(),
      accountIds: standin.accountIds,
      switches: standin.switches,
    })
    if ('message' in reading) return connectError(reading.status, reading.message)
    const fault = faults.take('failingJob', call)
    const jobId = standin.jobs.accept({ ...reading.accepted, ...(fault && { fault }) })
    return jsonReply(jobResponse(jobId, reading.total, reading.accepted))
  }

  return withControlEndpoints(api, standin, state)
}

/** Both prefixes, since sources differ [code C10]: `api/Job/Get` and `Job/Get`, `Job/Ping` and `api/Job/Ping`. */
function jobReply(c: SandboxContext, path: string, jobs: Jobs): Response {
  const operation = /^(?:api\/)?Job\/(Get|GetLog|Ping)$/i.exec(path)?.[1]?.toLowerCase()
  if (operation === undefined) return notFound()
  if (c.req.method !== 'GET') return emptyReply(405)
  if (operation === 'ping') return jsonReply('Pong')
  const id = new URL(c.req.url).searchParams.get('id') ?? ''
  if (!/^\d{1,15}$/.test(id)) return connectError(400, 'The parameter id must be the number of a job.')
  const found = operation === 'get' ? jobs.job(Number(id)) : jobs.log(Number(id))
  return found === undefined ? connectError(404, `Job ${id} was not found.`) : jsonReply(found)
}

/** Ours, not the vendor's: outside the APIs' paths, without credentials, not logged and not counted. */
function withControlEndpoints(api: Hono<SandboxEnv>, standin: Standin, state: NorceState): Hono<SandboxEnv> {
  const app = new Hono<SandboxEnv>()
  app.get('/__sandbox/state', () =>
    jsonReply({
      ...state.counts(),
      rows: state.counters(),
      jobs: { total: standin.jobs.count(), pending: standin.jobs.pending() },
      now: formatQueryInstant(ticksFromMilliseconds(standin.clock.now())),
    }),
  )
  app.get('/__sandbox/sku/:partNo', (c) => {
    const view = state.sku(c.req.param('partNo'))
    return view === undefined ? jsonReply({ error: 'There is no such SKU.' }, { status: 404 }) : jsonReply(view)
  })
  app.get('/__sandbox/writes', () => jsonReply(state.writes()))
  app.get('/__sandbox/switches', () => jsonReply(standin.switches))
  app.post('/__sandbox/switches', async (c) => {
    try {
      standin.switches = withSwitches(standin.switches, (await c.req.json()) as Record<string, unknown>)
    } catch (error) {
      return jsonReply({ error: error instanceof Error ? error.message : '' }, { status: 400 })
    }
    return jsonReply(standin.switches)
  })
  app.post('/__sandbox/reset-counters', () => {
    state.resetCounters()
    standin.log.reset()
    return jsonReply({})
  })
  app.all('*', (c) => api.fetch(c.req.raw, c.env))
  return app
}

function operationOf(isQuery: boolean, rest: string): string {
  const name = rest.replace(/^api\//i, '').replace(/\(.*$/s, '')
  return isQuery ? `query ${name}` : name
}

function throttled(c: SandboxContext, retryAfterSeconds: number | null): Response {
  c.set('throttled', true)
  return new Response(null, {
    status: 429,
    headers: retryAfterSeconds === null ? {} : { 'Retry-After': String(retryAfterSeconds) },
  })
}

/** OData's default error body [recall]. */
function odataError(status: number, message: string, code = ''): Response {
  return jsonReply({ error: { code, message, details: [] } }, { status })
}

/** Shape assumed. */
function connectError(status: number, message: string): Response {
  return jsonReply({ Message: message }, { status })
}

function notFound(): Response {
  return emptyReply(404)
}

function emptyReply(status: number): Response {
  return new Response(null, { status })
}
