import { createClock, type SandboxClock } from '../common/clock.ts'
import { createFaults, type Faults } from '../common/faults.ts'
import { createRequestLog, type RequestLog } from '../common/request-log.ts'
import { startServer } from '../common/server.ts'
import { createApp } from './app.ts'
import { createJobs, type Jobs } from './connect/jobs.ts'
import { createEventHub } from './events/event-hub.ts'
import { announceWrites } from './events/write-events.ts'
import { createMessageDesk } from './messages/endpoint.ts'
import { createOrderBook } from './orders/order-book.ts'
import type { OrderDesk } from './orders/order-desk.ts'
import { putCustomers } from './orders/put-customers.ts'
import { createShop, type NorceShop } from './orders/shop.ts'
import { soldPartNos } from './orders/sold-part-nos.ts'
import { createOrderPush } from './push/push.ts'
import { exampleReferenceData, type NorceReferenceData } from './reference-data.ts'
import { createScheduler } from './scheduler.ts'
import type { NorceOptions, Standin } from './standin.ts'
import { createState, type NorceState } from './state.ts'
import { createStore } from './store.ts'
import { defaultSwitches, type NorceSwitches, withSwitches } from './switches.ts'
import { ticksFromMilliseconds } from './wire-time.ts'

export type { NorceOptions } from './standin.ts'

export interface RunningNorce {
  /** `http://127.0.0.1:PORT`; the APIs' paths (`/identity/1.0`, `/commerce/…`) hang below it. */
  readonly url: string
  readonly clock: SandboxClock
  readonly faults: Faults
  readonly log: RequestLog
  readonly state: NorceState
  /** Orders: placing them, meddling, and looking in. */
  readonly shop: NorceShop
  readonly jobs: Pick<Jobs, 'job' | 'log' | 'pending' | 'count'>
  switches(): NorceSwitches
  /** @throws TypeError for an unknown name or value */
  setSwitches(changes: Partial<NorceSwitches>): void
  stop(): Promise<void>
}

/** Parts of the shop that a credit may name although they are no rows of its order: compensation, fees, rounding. */
const CREDIT_PARTS = ['COMPENSATION', 'RETURN-FEE', 'FREIGHT', 'INVOICE-FEE', 'ROUNDING']

/**
 * Starts the stand-in of Norce: token endpoint, Query 2.0, Connect 4.0 and Services 1.1 as far as the flows need them,
 * the order push and events. `README.md` of the sandbox says which of its behaviour is known and which is assumed.
 * @throws Error with code EADDRINUSE when the port is taken
 */
export async function startNorce(options: NorceOptions): Promise<RunningNorce> {
  const standin = createStandin(options)
  const state = createState(standin)
  const server = await startServer(createApp(standin, state), { port: options.port ?? 0 })
  return {
    url: server.url,
    clock: standin.clock,
    faults: standin.faults,
    log: standin.log,
    state,
    shop: standin.shop,
    jobs: standin.jobs,
    switches: () => standin.switches,
    setSwitches: (changes) => {
      standin.switches = withSwitches(standin.switches, changes)
    },
    stop: () => {
      standin.desk.scheduler.stop()
      return server.stop()
    },
  }
}

function createStandin(options: NorceOptions): Standin {
  const clock = options.clock ?? createClock()
  const shopAccountId = options.shopAccountId ?? 45
  const store = createStore(withApplication(options), {
    at: ticksFromMilliseconds(Date.UTC(2024, 2, 14, 10, 16, 9, 353)),
    by: shopAccountId,
  })
  const scheduler = createScheduler(clock)
  const switches = () => standin.switches
  const hub = createEventHub({
    clock,
    scheduler,
    clientId: options.tenantId ?? 1017,
    switches,
    ...(options.events && { targets: options.events }),
  })
  announceWrites(store, hub, options.applicationId)
  const jobs: Jobs = createJobs({
    clock,
    store,
    switches,
    delayMs: options.jobDelayMs ?? 2000,
    perItemMs: options.jobItemMs ?? 1,
    onAccepted: () => keepGoing(),
    onFinished: (JobId, StatusId) =>
      hub.announce({ type: 'JobCompletedEvent', applicationId: options.applicationId, fields: { JobId, StatusId } }),
  })
  // Jobs end by themselves, so that their events come without anybody asking.
  let isGoing = false
  const keepGoing = (): void => {
    const wait = jobs.dueIn()
    if (isGoing || wait === undefined) return
    isGoing = true
    scheduler.after(Math.max(1, wait), () => {
      isGoing = false
      jobs.advance()
      keepGoing()
    })
  }
  const desk: OrderDesk = {
    clock,
    store,
    book: createOrderBook(),
    customers: store.customers,
    scheduler,
    announce: hub.announce,
    captureDelayMs: options.captureDelayMs ?? 3000,
    creditParts: CREDIT_PARTS,
    switches,
  }
  const messages = createMessageDesk(desk)
  const { applications } = store
  const standin: Standin = {
    clock,
    options,
    store,
    jobs,
    faults: options.faults ?? createFaults(),
    log: options.log ?? createRequestLog(),
    accountIds: [options.accountId, ...(options.otherAccountIds ?? [])],
    applications,
    desk,
    messages,
    shop: createShop({
      desk,
      floor: {
        store,
        book: desk.book,
        customers: store.customers,
        applications,
        defaultApplicationId: options.applicationId,
        assortment: (partNo) => options.assortment?.item(partNo),
        now: () => clock.now(),
      },
      push: createOrderPush(desk, options.push ?? null),
      hub,
      messages,
      shopAccountId,
      pushDefaults: options.pushDefaults ?? { user: '', password: '' },
      soldPartNos: (application) => {
        jobs.advance()
        return soldPartNos(store, application, options.assortment)
      },
      putCustomers: (items) => putCustomers(items, store, jobs, shopAccountId),
      switches,
    }),
    switches: withSwitches(defaultSwitches, options.switches ?? {}),
  }
  return standin
}

/** The application of the client exists, also when the reference data name none. */
function withApplication({ referenceData = exampleReferenceData, applicationId }: NorceOptions): NorceReferenceData {
  const applications = referenceData.applications ?? []
  const [currency, list] = [referenceData.currencies[0], referenceData.priceLists[0]]
  if (applications.some(({ id }) => id === applicationId) || currency === undefined) return referenceData
  return {
    ...referenceData,
    applications: [
      {
        id: applicationId,
        key: '7d7a5b35-2c1d-4c1f-9a8e-3f6d2b7c1e90',
        name: `Application ${applicationId}`,
        currency: list?.currency ?? currency.code,
        priceList: list?.code ?? '',
        country: referenceData.countries?.[0] ?? 'SE',
        culture: referenceData.cultures[0]?.code ?? 'sv-SE',
      },
      ...applications,
    ],
  }
}
