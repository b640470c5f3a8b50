import { Hono } from 'hono'
import { applyChange } from '../catalogue/apply-change.ts'
import { createFaults, type Faults } from '../common/faults.ts'
import { createRequestLog, type RequestLog } from '../common/request-log.ts'
import { createSandboxApp, type SandboxEnv, startServer } from '../common/server.ts'
import { accountingRoutes } from './accounting/payments.ts'
import { availabilityRoutes } from './availability.ts'
import { createBackOffice } from './back-office/back-office.ts'
import { officeSearchRoutes } from './back-office/office-searches.ts'
import { seedBackOffice } from './back-office/seed.ts'
import { addressRoutes } from './contacts/address-routes.ts'
import { contactRoutes } from './contacts/contact-routes.ts'
import { serveControls } from './control-routes.ts'
import { passGate } from './gate.ts'
import { serveMultiMessage } from './multi-message.ts'
import { type BrightpearlOptions, defaultSwitches } from './options.ts'
import { orderRoutes } from './orders/order-routes.ts'
import { salesOrderRoutes } from './orders/sales-order-routes.ts'
import { priceRoutes } from './prices.ts'
import { productRoutes } from './products.ts'
import { createQuota } from './quota.ts'
import { referenceRoutes } from './reference-routes.ts'
import { searchRoutes } from './search-routes.ts'
import { serveRoutes } from './serve-routes.ts'
import { createSignIn, type SignIn } from './sign-in.ts'
import { serveSignIn } from './sign-in-routes.ts'
import { createStaff, type Staff } from './staff/staff.ts'
import { createTimeStamps } from './time-stamps.ts'
import { goodsOutRoutes } from './warehouse/goods-out-routes.ts'
import { reservationRoutes } from './warehouse/reservations.ts'
import { createDeliveries, type Deliveries } from './webhooks/deliver.ts'
import { createSubscriptions, webhookRoutes } from './webhooks/subscriptions.ts'

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
  /** What the staff does and sees. */
  readonly staff: Staff
  /** What was sent to webhooks. */
  readonly deliveries: Deliveries
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
  const office = createBackOffice(clock, catalogue, switches)
  seedBackOffice(office)
  const staff = createStaff(office)
  const subscriptions = createSubscriptions(office)
  const deliveries = createDeliveries(office, subscriptions, { account, faults, settings: switches })
  catalogue.subscribe(({ productId, kind }) => {
    office.raise(kind === 'onHand' ? 'product.modified.on-hand-modified' : `product.${kind}`, productId)
  })
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
  const searchSettings = { ...switches, writeTime: times.write }
  const indexedAt = (path: string) => {
    const stale = faults.take('staleSearch', { method: 'GET', path: `/public-api/${account}${path}` })
    return stale && clock.now() - stale.lagMs
  }
  const routes = [
    ...addressRoutes(office),
    ...contactRoutes(office, times),
    ...salesOrderRoutes(office, times),
    ...orderRoutes(office, times),
    ...reservationRoutes(office),
    ...goodsOutRoutes(office, times),
    ...accountingRoutes(office),
    ...webhookRoutes(office, subscriptions),
    ...officeSearchRoutes(office, { settings: searchSettings, indexedAt }),
    ...referenceRoutes(catalogue.reference, times),
    ...productRoutes({ catalogue, times, noProductFound: switches.noProductFound }),
    ...priceRoutes(catalogue),
    ...availabilityRoutes(catalogue, switches.availabilityOfOthers),
    ...searchRoutes({
      catalogue,
      settings: searchSettings,
      products() {
        const at = indexedAt('/product-service/product-search')
        return at === undefined ? catalogue : catalogue.asOf(at)
      },
    }),
  ]
  // The same resources without gate and log: what is inside a multi-message is no call of its own.
  const resources = new Hono<SandboxEnv>()
  serveRoutes(resources, faults, routes)
  serveMultiMessage(app, resources)
  serveRoutes(app, faults, routes)

  const server = await startServer(serveControls(app, { signIn, staff, subscriptions, deliveries }), { port })
  return {
    ...server,
    staff,
    deliveries,
    async stop() {
      deliveries.stop()
      await server.stop()
    },
    authUrl: server.url,
    log,
    faults,
    signIn,
    revokeConsent: signIn.revoke,
  }
}
