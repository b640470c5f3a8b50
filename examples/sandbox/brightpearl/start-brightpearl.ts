import { applyChange } from '../catalogue/apply-change.ts'
import { createFaults, type Faults } from '../common/faults.ts'
import { createRequestLog, type RequestLog } from '../common/request-log.ts'
import { createSandboxApp, startServer } from '../common/server.ts'
import { availabilityRoutes } from './availability.ts'
import { serveControls } from './control-routes.ts'
import { passGate } from './gate.ts'
import { type BrightpearlOptions, defaultSwitches } from './options.ts'
import { priceRoutes } from './prices.ts'
import { productRoutes } from './products.ts'
import { createQuota } from './quota.ts'
import { referenceRoutes } from './reference-routes.ts'
import { searchRoutes } from './search-routes.ts'
import { serveRoutes } from './serve-routes.ts'
import { createSignIn, type SignIn } from './sign-in.ts'
import { serveSignIn } from './sign-in-routes.ts'
import { createTimeStamps } from './time-stamps.ts'

export interface RunningBrightpearl {
  /** Where the API is: `{url}/public-api/{account}/...`. */
  readonly url: string
  /** Where tokens are given: `{authUrl}/token/{account}`. The same server. */
  readonly authUrl: string
  readonly port: number
  readonly log: RequestLog
  readonly faults: Faults
  /** The authorisation server: what is registered, who consents, how often tokens were asked for. */
  readonly signIn: SignIn
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
  const signIn = createSignIn({ ...switches, clock, clientSecret, refreshToken: options.refreshToken })
  const quota = createQuota({ clock, limit: switches.quota, window: switches.quotaWindow })
  const app = createSandboxApp({
    clock,
    faults,
    log,
    latencyMs: switches.latencyMs,
    change: (body) => applyChange(catalogue, body),
  })

  serveSignIn(app, { clock, faults, signIn, account, appRef, switches })

  app.use('/public-api/:account/*', async (c, next) => {
    const refusal = passGate(c, {
      clock,
      faults,
      quota,
      tokens: signIn.tokens,
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

  const server = await startServer(serveControls(app, { signIn }), { port })
  return { ...server, authUrl: server.url, log, faults, signIn, revokeConsent: signIn.revoke }
}
