import { type RunningBrightpearl, startBrightpearl } from './brightpearl/start-brightpearl.ts'
import { assortmentOf } from './catalogue/assortment.ts'
import { createCatalogue } from './catalogue/create-catalogue.ts'
import type { Catalogue } from './catalogue/types.ts'
import { createClock } from './common/clock.ts'
import { type RunningNorce, startNorce } from './norce/start-norce.ts'

export interface SandboxOptions {
  /** Products of the back office. Default 300. */
  readonly products?: number
  /** Another seed gives another catalogue; the same one always the same. Default 1. */
  readonly seed?: number
  /** Port of the back office; the shop takes the next one. Default: any free ports. */
  readonly port?: number
  /** How many times faster the sandbox's clock runs; the ratio of calls to time stays real. Default 1. */
  readonly speed?: number
  /** Calls a minute that the back office allows. Default 200. */
  readonly quota?: number
  /** Where the shop pushes its orders to. Default: nowhere, until its control endpoint says. */
  readonly pushUrl?: string
}

export interface Sandbox {
  /** The environment that the ready project needs to use the stand-ins. */
  readonly env: Readonly<Record<string, string>>
  readonly catalogue: Catalogue
  readonly backOffice: RunningBrightpearl
  readonly shop: RunningNorce
  stop(): Promise<void>
}

/** Starts both stand-ins on 127.0.0.1, with made-up credentials that only they know. */
export async function startSandbox({
  products = 300,
  seed = 1,
  port,
  speed = 1,
  quota,
  pushUrl,
}: SandboxOptions = {}): Promise<Sandbox> {
  const clock = createClock({ speed })
  const catalogue = createCatalogue({ products, seed, clock })
  const secrets = {
    clientSecret: 'sandbox-app-secret',
    refreshToken: 'sandbox-refresh-token',
    staffToken: 'sandbox-staff-token',
  }
  const backOffice = await startBrightpearl({
    catalogue,
    clock,
    account: 'sandbox',
    appRef: 'sandbox-app',
    devRef: 'sandbox-dev',
    ...secrets,
    ...(quota !== undefined && { quota }),
    ...(port !== undefined && { port }),
  })
  const push = { user: 'sandbox-push', password: 'sandbox-push-password' }
  let shop: RunningNorce
  try {
    shop = await startNorce({
      clock,
      clientId: 'sandbox-client',
      clientSecret: 'sandbox-client-secret',
      scope: 'stage',
      applicationId: 1301,
      accountId: 71,
      pushDefaults: push,
      ...(pushUrl !== undefined && { push: { ...push, url: pushUrl } }),
      assortment: assortmentOf(catalogue),
      ...(port !== undefined && { port: port === 0 ? 0 : port + 1 }),
    })
  } catch (error) {
    await backOffice.stop()
    throw error
  }
  return {
    env: {
      BRIGHTPEARL_API_URL: backOffice.url,
      BRIGHTPEARL_AUTH_URL: backOffice.authUrl,
      BRIGHTPEARL_ACCOUNT: 'sandbox',
      BRIGHTPEARL_APP_REF: 'sandbox-app',
      BRIGHTPEARL_DEV_REF: 'sandbox-dev',
      BRIGHTPEARL_CLIENT_SECRET: secrets.clientSecret,
      BRIGHTPEARL_SIGN_IN: 'client_credentials',
      BRIGHTPEARL_REFRESH_TOKEN: secrets.refreshToken,
      BRIGHTPEARL_STAFF_TOKEN: secrets.staffToken,
      NORCE_URL: shop.url,
      NORCE_CLIENT_ID: 'sandbox-client',
      NORCE_CLIENT_SECRET: 'sandbox-client-secret',
      NORCE_SCOPE: 'stage',
      NORCE_APPLICATION_ID: '1301',
      NORCE_ACCOUNT_ID: '71',
      NORCE_PUSH_USER: push.user,
      NORCE_PUSH_PASSWORD: push.password,
      SYNCLINE_EVENT_SECRET: 'sandbox-event-secret',
    },
    catalogue,
    backOffice,
    shop,
    async stop() {
      await Promise.all([backOffice.stop(), shop.stop()])
    },
  }
}
