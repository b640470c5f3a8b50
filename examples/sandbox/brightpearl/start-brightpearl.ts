import { applyChange } from '../catalogue/apply-change.ts'
import { createFaults, type Faults } from '../common/faults.ts'
import { createRequestLog, type RequestLog } from '../common/request-log.ts'
import { createSandboxApp, startServer } from '../common/server.ts'
import { availabilityRoutes } from './availability.ts'
import { httpDate, outage, passGate } from './gate.ts'
import { type BrightpearlOptions, defaultSwitches } from './options.ts'
import { priceRoutes } from './prices.ts'
import { productRoutes } from './products.ts'
import { createQuota } from './quota.ts'
import { referenceRoutes } from './reference-routes.ts'
import { reply } from './reply.ts'
import { searchRoutes } from './search-routes.ts'
import { serveRoutes } from './serve-routes.ts'
import { createTimeStamps } from './time-stamps.ts'
import { answerToken } from './token-endpoint.ts'
import { createTokens } from './tokens.ts'

export interface RunningBrightpearl {
  /** Where the API is: `{url}/public-api/{account}/...`. */
  readonly url: string
  /** Where tokens are given: `{authUrl}/token/{account}`. The same server. */
  readonly authUrl: string
  readonly port: number
  readonly log: RequestLog
  readonly faults: Faults
  /** Takes the consent back: no access or refresh token given so far works any more. */
  revokeConsent(): void
  stop(): Promise<void>
}

/** Starts the stand-in on 127.0.0.1. @throws Error with code EADDRINUSE when the port is taken. */
export async function startBrightpearl(options: BrightpearlOptions): Promise<RunningBrightpearl> {
  const { catalogue, clock, account, appRef, devRef, clientSecret, staffToken, port = 0 } = options
  const switches = { ...defaultSwitches, ...options }
  const faults = options.faults && 'take' in options.faults ? options.faults : createFaults(options.faults)
  const log = createRequestLog()
  const times = createTimeStamps(switches.timeZone)
  const tokens = createTokens({
    clock,
    refreshToken: options.refreshToken,
    lifeMs: switches.tokenLifeMs,
    rotate: switches.rotateRefreshTokens,
  })
  const quota = createQuota({ clock, limit: switches.quota, window: switches.quotaWindow })
  const app = createSandboxApp({
    clock,
    faults,
    log,
    latencyMs: switches.latencyMs,
    change: (body) => applyChange(catalogue, body),
  })

  app.post('/token/:account', async (c) => {
    c.set('operation', 'post-token')
    const call = { method: 'POST', path: c.req.path }
    if (faults.take('outage', call)) return outage(clock)
    // No throttle headers here [rec].
    c.header('Cache-Control', 'no-cache, private')
    c.header('Date', httpDate(clock))
    const limited = faults.take('tokenThrottle', call)
    if (limited) {
      c.set('throttled', true)
      c.header('Retry-After', String(limited.retryAfterSeconds ?? Math.ceil(clock.toReal(60_000) / 1000)))
      return reply(c, 429, { error: 'too_many_requests' })
    }
    const { host } = new URL(c.req.url)
    const { status, body } = answerToken(
      {
        account: c.req.param('account'),
        contentType: c.req.header('content-type') ?? '',
        authorization: c.req.header('authorization') !== undefined,
        body: await c.req.text(),
      },
      { ...switches, clock, tokens, account, appRef, clientSecret, apiDomain: switches.apiDomain ?? host },
    )
    return reply(c, status, body)
  })

  app.use('/public-api/:account/*', async (c, next) => {
    const refusal = passGate(c, {
      clock,
      faults,
      quota,
      tokens,
      account,
      appRef,
      devRef,
      staffToken,
      instanceId: switches.instanceId,
    })
    if (refusal) return refusal
    return next()
  })
  serveRoutes(app, faults, [
    ...referenceRoutes(catalogue.reference, times),
    ...productRoutes({ catalogue, times, noProductFound: switches.noProductFound }),
    ...priceRoutes(catalogue),
    ...availabilityRoutes(catalogue, switches.availabilityOfOthers),
    ...searchRoutes({
      catalogue,
      settings: { ...switches, writeTime: times.write },
      products() {
        const path = `/public-api/${account}/product-service/product-search`
        const stale = faults.take('staleSearch', { method: 'GET', path })
        return stale ? catalogue.asOf(clock.now() - stale.lagMs) : catalogue
      },
    }),
  ])

  const server = await startServer(app, { port })
  return { ...server, authUrl: server.url, log, faults, revokeConsent: tokens.revokeAll }
}
