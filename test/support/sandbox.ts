import { fileURLToPath } from 'node:url'
import { startBrightpearl } from '../../examples/sandbox/brightpearl/start-brightpearl.ts'
import { assortmentOf } from '../../examples/sandbox/catalogue/assortment.ts'
import { createCatalogue } from '../../examples/sandbox/catalogue/create-catalogue.ts'
import { createClock } from '../../examples/sandbox/common/clock.ts'
import { startNorce } from '../../examples/sandbox/norce/start-norce.ts'
import type { NorceSwitches } from '../../examples/sandbox/norce/switches.ts'
import { createTestEngine } from './engine.ts'

/** The ready project of `examples/shop`. */
export const shopProject = fileURLToPath(new URL('../../examples/shop/syncline.yaml', import.meta.url))

/** Both stand-ins with a catalogue, and the engine over the ready project. The sandbox's clock runs faster, its ratios are real. */
export async function startShop({
  products = 120,
  speed = 60,
  switches = {},
  project = shopProject,
  environment = {},
  storePath,
  loadOnce = true,
  hurry = 1,
  backOffice: backOfficeOptions = {},
}: {
  readonly products?: number
  readonly speed?: number
  readonly switches?: Partial<NorceSwitches>
  readonly project?: string
  readonly environment?: Readonly<Record<string, string>>
  readonly storePath?: string
  /** Default: the project's files do not change between runs, and are loaded once. */
  readonly loadOnce?: boolean
  /** The engine's pauses are so many times shorter, as the sandbox's are. */
  readonly hurry?: number
  readonly backOffice?: Partial<Parameters<typeof startBrightpearl>[0]>
} = {}) {
  const clock = createClock({ speed })
  const catalogue = createCatalogue({ products, seed: 7, clock })
  const backOffice = await startBrightpearl({
    catalogue,
    clock,
    account: 'demo',
    appRef: 'app',
    devRef: 'dev',
    clientSecret: 'se+cr/et=',
    refreshToken: 're+fresh/1=',
    staffToken: 'staff',
    ...backOfficeOptions,
  })
  const shop = await startNorce({
    clock,
    clientId: 'client',
    clientSecret: 's e:c+ret',
    applicationId: 1301,
    accountId: 71,
    switches,
    assortment: assortmentOf(catalogue),
  })
  const variables: Record<string, string> = {
    BRIGHTPEARL_API_URL: backOffice.url,
    BRIGHTPEARL_AUTH_URL: backOffice.authUrl,
    BRIGHTPEARL_ACCOUNT: 'demo',
    BRIGHTPEARL_APP_REF: 'app',
    BRIGHTPEARL_DEV_REF: 'dev',
    BRIGHTPEARL_CLIENT_SECRET: 'se+cr/et=',
    BRIGHTPEARL_SIGN_IN: 'client_credentials',
    NORCE_URL: shop.url,
    NORCE_CLIENT_ID: 'client',
    NORCE_CLIENT_SECRET: 's e:c+ret',
    NORCE_APPLICATION_ID: '1301',
    NORCE_ACCOUNT_ID: '71',
    SYNCLINE_STORE: 'sqlite::memory:',
    ...environment,
  }
  const engine = createTestEngine(project, variables, storePath, { loadOnce, hurry })
  return {
    catalogue,
    backOffice,
    shop,
    engine,
    variables,
    /** Runs mappings and gives the report of each by name, with what was written at the sink meanwhile. */
    async run(options: Parameters<typeof engine.run>[0] = {}) {
      shop.state.resetCounters()
      const report = await engine.run(options)
      const { written } = shop.state.counters()
      return {
        ...report,
        written,
        of: Object.fromEntries(report.pipelines.map((pipeline) => [pipeline.mapping, pipeline])),
      }
    },
    async stop() {
      engine.close()
      await backOffice.stop()
      await shop.stop()
    },
  }
}

export type Shop = Awaited<ReturnType<typeof startShop>>
