import { getConnInfo } from '@hono/node-server/conninfo'
import { Hono } from 'hono'
import { jsonReply } from '../common/json.ts'
import { createSandboxApp, type SandboxContext, type SandboxEnv } from '../common/server.ts'
import { importOfPath, jobResponse, readImport } from './connect/endpoint.ts'
import type { Jobs } from './connect/jobs.ts'
import { createIdentity } from './identity.ts'
import { MESSAGES, type MessageMethod } from './messages/endpoint.ts'
import { type EntitySet, QueryError } from './odata/edm.ts'
import { orderControls } from './orders/control-endpoints.ts'
import { orderCounts } from './orders/order-view.ts'
import { customerSets } from './query/customer-sets.ts'
import { answerQuery } from './query/endpoint.ts'
import { orderSets } from './query/order-sets.ts'
import { productSets } from './query/product-sets.ts'
import { applicationSets, coreSets } from './query/reference-sets.ts'
import { createBurstLimit, createMinuteLimit } from './rate-limits.ts'
import { answerServices } from './services/endpoint.ts'
import { applyShopChanges } from './shop-changes.ts'
import type { Standin } from './standin.ts'
import type { NorceState } from './state.ts'
import { withSwitches } from './switches.ts'
import { formatQueryInstant, ticksFromMilliseconds } from './wire-time.ts'

export function createApp(standin: Standin, state: NorceState): Hono<SandboxEnv> {
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
  const tenant = {
    clientId: options.tenantId ?? 1017,
    applicationId: options.applicationId,
    applications: standin.applications,
  }
  const onHandSetName = options.onHandSetName ?? 'ProductSkuOnHands'
  const noteSetName = options.deliveryNoteSetName ?? 'DeliveryNotes'
  const { book } = standin.desk
  const fixedSets: readonly (readonly [string, readonly EntitySet[]])[] = [
    ['Core', coreSets(store, tenant)],
    ['Application', applicationSets(store, tenant)],
    ['Products', productSets(store, tenant, onHandSetName, () => standin.switches)],
    ['Customers', customerSets(store.customers, tenant)],
  ]
  const withNotes = new Map([...fixedSets, ['Orders', orderSets(book, store, tenant, noteSetName)] as const])
  const withoutNotes = new Map([...fixedSets, ['Orders', orderSets(book, store, tenant, undefined)] as const])
  const namespaces = (): ReadonlyMap<string, readonly EntitySet[]> =>
    standin.switches.deliveryNotesInQuery ? withNotes : withoutNotes

  api.all('*', async (c) => {
    const call = { method: c.req.method, path: new URL(c.req.url).pathname }
    // The part of the path up to the version is not case-sensitive [doc D3, D18].
    const match =
      /^\/(identity\/1\.0|commerce\/query\/2\.0|commerce\/connect\/4\.0|commerce\/(?:order|shopping)\/1\.1)\/(.*)$/is.exec(
        call.path,
      )
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
    const isConnect = service === 'commerce/connect/4.0'
    c.set('operation', isQuery || isConnect ? operationOf(isQuery, rest) : `services ${service.split('/')[1]}/${rest}`)
    const outage = faults.take('outage', call)
    if (outage) return new Response('Service Unavailable', { status: 503, headers: { 'Content-Type': 'text/html' } })
    const mayPass = isQuery ? queryMayPass : isConnect ? connectMayPass : () => true
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
    if (isQuery) return queryReply(c, rest)
    return isConnect ? await connectReply(c, rest, call) : servicesReply(c, service.split('/')[1] ?? '', rest, standin)
  })

  const queryReply = (c: SandboxContext, path: string): Response => {
    if (c.req.method !== 'GET') return emptyReply(405)
    const application = c.req.header('applicationid') ?? c.req.header('application-id')
    if (application === undefined || !/^\d+$/.test(application.trim())) {
      return odataError(standin.switches.missingApplicationStatus, 'An error has occurred.')
    }
    // Assumed: an application that the client may not reach.
    if (!standin.applications.some(({ id }) => id === Number(application)))
      return odataError(403, 'Access to the application is denied.')
    const url = new URL(c.req.url)
    try {
      const answer = answerQuery({
        path,
        query: url.search.slice(1),
        base: `${url.origin}${url.pathname.slice(0, url.pathname.length - path.length - 1)}`,
        namespaces: namespaces(),
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
    const message = /^Order\/(\w+)$/i.exec(path)?.[1]
    if (message !== undefined) return messageReply(c, message, standin)
    const known = importOfPath(path)
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

async function messageReply(
  c: SandboxContext,
  name: string,
  { messages, options, accountIds }: Standin,
): Promise<Response> {
  const method = (Object.keys(MESSAGES) as MessageMethod[]).find(
    (candidate) => candidate.toLowerCase() === name.toLowerCase(),
  )
  if (method === undefined) return notFound()
  if (c.req.method !== 'POST') return emptyReply(405)
  const { status, message } = messages.receive({
    method,
    contentType: c.req.header('content-type'),
    body: await c.req.text(),
    accountId: options.accountId,
    accountIds,
  })
  return message === undefined ? emptyReply(status) : connectError(status, message)
}

function servicesReply(c: SandboxContext, module: string, method: string, { desk, switches }: Standin): Response {
  if (c.req.method !== 'GET') return emptyReply(405)
  const { searchParams } = new URL(c.req.url)
  if (searchParams.get('format')?.toLowerCase() !== 'json' && switches.servicesDefaultFormat === 'xml') {
    // What they answer without a format is not known; a client that leaves it out should notice.
    return new Response('<Error>Add format=json.</Error>', { headers: { 'Content-Type': 'application/xml' } })
  }
  const answer = answerServices({ module, method, parameters: searchParams, book: desk.book, switches })
  if ('status' in answer) return connectError(answer.status, answer.message)
  if (answer.value !== undefined) return jsonReply(answer.value)
  if (switches.servicesNotFound === 'empty') return emptyReply(200)
  return jsonReply(null)
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
      orders: orderCounts(standin.desk.book),
      now: formatQueryInstant(ticksFromMilliseconds(standin.clock.now())),
    }),
  )
  app.get('/__sandbox/sku/:partNo', (c) => {
    const view = state.sku(c.req.param('partNo'))
    return view === undefined ? jsonReply({ error: 'There is no such SKU.' }, { status: 404 }) : jsonReply(view)
  })
  for (const [path, look] of [
    ['customer', state.customer],
    ['company', state.company],
  ] as const) {
    app.get(`/__sandbox/${path}/:code`, (c) => {
      const view = look(c.req.param('code'))
      return view === undefined ? jsonReply({ error: `There is no such ${path}.` }, { status: 404 }) : jsonReply(view)
    })
  }
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
    standin.messages.reset()
    standin.log.reset()
    return jsonReply({})
  })
  app.route('/__sandbox', orderControls(standin.shop))
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
