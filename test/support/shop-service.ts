import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openSqliteStore } from '../../engine/store/sqlite-store.ts'
import type { StateStore } from '../../engine/store/state-store.ts'
import { type Sandbox, startSandbox } from '../../examples/sandbox/start-sandbox.ts'
import { type Ended, type Running, start, syncline } from './command.ts'
import { scaledProject } from './scaled-project.ts'

/** `syncline serve` over the ready project, always on one port, so that the systems need not be told after a restart. */
export interface ShopService {
  running(): boolean
  listening(): boolean
  /** Resolves when it listens. */
  start(): Promise<Readonly<Record<string, string>>>
  kill(): Promise<void>
  stop(): Promise<void>
  /** Another command over the same project and state. Fails when the project does, or a system is down. */
  command(...args: readonly string[]): Promise<Ended>
  readonly publicUrl: string
  said(): string
}

export function createShopService(of: {
  readonly project: string
  readonly env: Readonly<Record<string, string>>
  readonly port: number
}): ShopService {
  let current: Running | undefined
  let isListening = false
  let log = ''
  const args = (...more: readonly string[]): readonly string[] => ['--project', of.project, ...more]
  async function end(signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    const child = current?.child
    current = undefined
    isListening = false
    if (!child || child.exitCode !== null || child.signalCode !== null) return
    const exit = once(child, 'exit')
    child.kill(signal)
    await exit
  }
  return {
    publicUrl: `http://127.0.0.1:${of.port}`,
    running: () => current !== undefined && current.child.exitCode === null && current.child.signalCode === null,
    listening: () => isListening,
    said: () => log.slice(-4000),
    async start() {
      const running = start(args('serve', '--port', String(of.port), '--json'), { env: of.env })
      current = running
      running.child.stderr?.on('data', (data) => {
        log = `${log}${String(data)}`.slice(-20_000)
      })
      const { receivers } = JSON.parse(await running.firstLine()) as { receivers: Record<string, string> }
      if (current === running) isListening = true
      return receivers
    },
    kill: () => end('SIGKILL'),
    stop: () => end('SIGTERM'),
    async command(...more) {
      const ended = await syncline(args(...more), { env: of.env })
      if (ended.status !== 0 && ended.status !== 1) throw new Error(`syncline ${more.join(' ')}: ${ended.stderr}`)
      return ended
    },
  }
}

/** Tells both systems where their messages go. */
export async function subscribe({ shop, env }: Sandbox, service: ShopService): Promise<void> {
  await service.command('webhooks', 'sync', '--public-url', service.publicUrl)
  const secret = env.SYNCLINE_EVENT_SECRET
  const event = (name: string) => ({ url: `${service.publicUrl}/norce/${name}/${secret}` })
  shop.shop.setPushTarget({ url: `${service.publicUrl}/norce/orderPush` })
  shop.shop.setEventTargets({
    OrderReceivedEvent: event('orderReceived'),
    InvoiceCaptureCompletedEvent: event('invoiceCaptured'),
  })
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  return typeof address === 'object' && address !== null ? address.port : 0
}

/** Both stand-ins and a service that they send to; with speed 360 an hour passes in ten seconds. */
export async function startServing({
  speed = 360,
  products = 60,
  env = {},
  options = {},
  quota,
}: {
  readonly speed?: number
  /** Calls a minute that the back office allows. Default: its own. */
  readonly quota?: number
  readonly products?: number
  readonly env?: Readonly<Record<string, string>>
  readonly options?: Readonly<Record<string, unknown>>
} = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'syncline-serving-'))
  const sandbox = await startSandbox({ products, seed: 7, speed, ...(quota !== undefined && { quota }) })
  const project = await scaledProject(join(folder, 'files'), speed, options, quota)
  const port = await freePort()
  const path = join(folder, 'state.db')
  const serviceWith = (more: Readonly<Record<string, string>>): ShopService =>
    createShopService({
      project,
      env: { ...sandbox.env, NORCE_APPLICATIONS: '1302,1303,1304', SYNCLINE_STORE: `sqlite:${path}`, ...env, ...more },
      port,
    })
  let service = serviceWith({})
  for (const id of [1001, 1002, 1003, 1011, 1014, 1016])
    sandbox.catalogue.setStock(id, 2, { inStock: 500, allocated: 0, inTransit: 0 })
  await service.start()
  await subscribe(sandbox, service)
  const { shop } = sandbox.shop
  const sales = (ref: number) => sandbox.backOffice.staff.orders({ externalRef: String(ref), type: 'SO' })
  return {
    ...sandbox,
    project,
    service: () => service,
    /** Ends the service and begins it again, with other variables if need be. */
    async restart(more: Readonly<Record<string, string>> = {}) {
      await service.stop()
      service = serviceWith(more)
      await service.start()
    },
    place: (description: Readonly<Record<string, unknown>> = {}) =>
      shop.place({
        customer: { email: 'maja.lind@example.com', firstName: 'Maja', lastName: 'Lind' },
        items: [{ partNo: 'TJ-MOS-S', price: 75 }],
        payments: [{ method: 'CARD' }],
        ...description,
      }).ref,
    sales,
    /** Of an order that both hold alike and once: total, currency, number and status; else what is amiss. */
    taken(ref: number) {
      const order = shop.order(ref)
      const found = sales(ref)
      const [sale] = found
      if (!order || !sale || found.length !== 1) return `${found.length} sales orders`
      const total = Number(sale.total.gross) === order.due ? 'same total' : `${sale.total.gross} and ${order.due}`
      return [
        total,
        sale.currency,
        order.erpOrderNo === String(sale.id) ? 'has its number' : 'no number',
        order.status,
      ].join(', ')
    },
    state<T>(look: (store: StateStore) => T): T {
      const store = openSqliteStore({ path, readOnly: true })
      try {
        return look(store)
      } finally {
        store.close()
      }
    },
    async stop() {
      await service.kill()
      await sandbox.stop()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

export type Serving = Awaited<ReturnType<typeof startServing>>
