import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { createAdaptorServer, type HttpBindings } from '@hono/node-server'
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response'
import { type Context, Hono } from 'hono'
import type { SandboxClock } from './clock.ts'
import { type FaultSettings, type Faults, faultNames } from './faults.ts'
import { jsonReply } from './json.ts'
import type { RequestLog } from './request-log.ts'

/** What a stand-in's handlers find in, and say through, their context. */
export interface SandboxEnv {
  Bindings: HttpBindings
  Variables: {
    /** Set by the handler: the name under which the call is logged and counted. */
    operation: string
    /** Set by the quota: the answer is "too many requests". */
    throttled: boolean
    /** When the call arrived, in sandbox milliseconds: the moment for quota and log alike, so that they agree. */
    arrivedAt: number
  }
}

export type SandboxContext = Context<SandboxEnv>

export interface SandboxAppOptions {
  readonly clock: SandboxClock
  readonly faults: Faults
  readonly log: RequestLog
  /** How long every answer takes, in sandbox milliseconds. Default 0. */
  readonly latencyMs?: number
  /**
   * Applies what `POST /__sandbox/change` was sent and answers what is reported back.
   * @throws TypeError with a message for the sender when the body is not understood.
   */
  readonly change?: (body: unknown) => unknown
}

/**
 * An empty stand-in: request log, the faults that concern the connection, and the control endpoints
 * (`/__sandbox/faults`, `/log`, `/reset-counters`, `/change`). These are ours, not the vendor's: they are outside the
 * API's paths, need no credentials, are not logged and not counted in a quota.
 */
export function createSandboxApp(options: SandboxAppOptions): Hono<SandboxEnv> {
  const { clock, faults, log, latencyMs = 0 } = options
  const app = new Hono<SandboxEnv>()
  app.route('/__sandbox', controlEndpoints(options))

  app.use('*', async (c, next) => {
    const url = new URL(c.req.url)
    const call = { method: c.req.method, path: url.pathname }
    const at = clock.now()
    c.set('operation', 'unknown')
    c.set('throttled', false)
    c.set('arrivedAt', at)
    const note = (status: number) =>
      log.add({
        at,
        ...call,
        query: url.search.slice(1),
        status,
        operation: c.get('operation'),
        throttled: c.get('throttled'),
      })

    if (faults.take('dropBefore', call)) {
      note(0)
      return hangUp(c)
    }
    const slow = faults.take('slow', call)
    await next()
    // The answer is what takes time: a call is counted and carried out when it arrives, also if nobody waits for it.
    if (latencyMs > 0) await clock.sleep(latencyMs)
    if (slow) await delay(slow.ms)
    if (faults.take('dropAfter', call)) {
      note(0)
      c.res = hangUp(c)
      return
    }
    const failed = faults.take('failAfter', call)
    if (failed) {
      c.res = new Response('<html><body><h1>The gateway got no answer</h1></body></html>', {
        status: failed.status ?? 502,
        headers: { 'Content-Type': 'text/html' },
      })
    }
    if (faults.take('unreadableJson', call)) c.res = await cutOff(c.res)
    note(c.res.status)
  })
  return app
}

function hangUp(c: SandboxContext): Response {
  c.env.incoming.socket.destroy()
  return RESPONSE_ALREADY_SENT
}

async function cutOff(response: Response): Promise<Response> {
  const text = await response.text()
  return new Response(text.slice(0, Math.ceil(text.length / 2)), { status: response.status, headers: response.headers })
}

function controlEndpoints({ faults, log, change }: SandboxAppOptions): Hono<SandboxEnv> {
  const control = new Hono<SandboxEnv>()
  const refused = (error: unknown) => jsonReply({ error: error instanceof Error ? error.message : '' }, { status: 400 })

  control.get('/faults', () => jsonReply({ known: faultNames, current: faults.current(), hits: faults.hits() }))
  control.post('/faults', async (c) => {
    try {
      faults.set((await c.req.json()) as FaultSettings)
    } catch (error) {
      return refused(error)
    }
    return jsonReply({ current: faults.current(), hits: faults.hits() })
  })
  control.delete('/faults', () => {
    faults.clear()
    return jsonReply({ current: {}, hits: faults.hits() })
  })
  control.get('/log', () => jsonReply({ counters: log.counters(), entries: log.entries() }))
  control.post('/reset-counters', () => {
    log.reset()
    return jsonReply({})
  })
  control.post('/change', async (c) => {
    if (!change)
      return jsonReply({ error: 'This stand-in has nothing that can be changed from outside.' }, { status: 404 })
    try {
      return jsonReply(change(await c.req.json()) ?? {})
    } catch (error) {
      return refused(error)
    }
  })
  control.all('*', () => jsonReply({ error: 'There is no such control endpoint.' }, { status: 404 }))
  return control
}

export interface RunningServer {
  /** `http://127.0.0.1:PORT`, no slash at the end. */
  readonly url: string
  readonly port: number
  /** Stops listening and closes every connection, also idle ones that a client keeps. */
  stop(): Promise<void>
}

/**
 * Listens on 127.0.0.1 only: the stand-ins know no secrets worth keeping, and nobody else should reach them.
 * @throws Error with code EADDRINUSE when the port is taken.
 */
export async function startServer(
  app: Hono<SandboxEnv>,
  { port = 0 }: { readonly port?: number } = {},
): Promise<RunningServer> {
  const server = createAdaptorServer({
    fetch: app.fetch,
    // A stand-in may run in the process of the client that it serves: global Request and Response stay untouched.
    overrideGlobalObjects: false,
    // A URI that is too long must reach the stand-in, which answers it as the API would.
    serverOptions: { maxHeaderSize: 65_536, keepAliveTimeout: 30_000 },
  }) as Server
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', () => {
      server.off('error', reject)
      resolve()
    })
  })
  const address = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${address.port}`,
    port: address.port,
    stop: () =>
      new Promise((resolve, reject) => {
        server.close((error) => (error && !isNotRunning(error) ? reject(error) : resolve()))
        server.closeAllConnections()
      }),
  }
}

function isNotRunning(error: Error): boolean {
  return 'code' in error && error.code === 'ERR_SERVER_NOT_RUNNING'
}
