import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { openSqliteStore } from '../../engine/store/sqlite-store.ts'
import { type Sandbox, startSandbox } from '../../examples/sandbox/start-sandbox.ts'
import { type Running, start, syncline } from '../support/command.ts'
import { createDice, type Dice } from './dice.ts'
import { armFaults, clearFaults } from './faults.ts'
import { scaledProject } from './scaled-project.ts'
import { goodsOf, shipSome } from './staff.ts'
import { differencesOf, keptIn } from './verdict.ts'

export interface CrashOptions {
  readonly orders: number
  /** How often the process is killed with -9. */
  readonly kills: number
  readonly seed: number
  /** How much faster than real time the systems' clocks run. */
  readonly speed: number
  /** With the number of the installation, the back office itself refuses a second order with the same reference. */
  readonly installation?: boolean
  /** Whether the warehouse ships, and the shop captures, in the course. Default true. */
  readonly shipping?: boolean
  /** Longest time from the last kill to the end, milliseconds. */
  readonly settleMs?: number
  readonly say?: (line: string) => void
}

export interface CrashResult {
  /** What is not as it has to be in the end: empty when all is well. */
  readonly differences: readonly string[]
  readonly figures: Readonly<Record<string, unknown>>
}

/** Takes orders through the flow while the process that carries it is killed again and again. */
export async function crashRun(options: CrashOptions): Promise<CrashResult> {
  const { orders, kills, seed, speed, say = () => {}, settleMs = 10 * 60_000, shipping = true } = options
  const began = performance.now()
  const dice = createDice(seed)
  const folder = await mkdtemp(join(tmpdir(), 'syncline-crash-'))
  const sandbox = await startSandbox({ products: 120, seed: 7, speed })
  const service = createService({
    project: await scaledProject(join(folder, 'files'), speed),
    env: {
      ...sandbox.env,
      NORCE_APPLICATIONS: '1303,1304',
      SYNCLINE_STORE: `sqlite:${join(folder, 'state.db')}`,
      // A process that begins two hundred times need not be compiled two hundred times.
      NODE_COMPILE_CACHE: join(folder, 'compiled'),
      ...(options.installation && { BRIGHTPEARL_INSTALLATION_ID: '27' }),
    },
    port: await freePort(),
  })
  try {
    const goods = goodsOf(sandbox)
    const twiceBefore = new Set(Object.values(sandbox.backOffice.staff.account().twice).flatMap(Object.keys))
    await service.command('run', 'products')
    await service.start()
    await subscribe(sandbox, service)
    sandbox.shop.setSwitches({
      pushTwiceAtOnceEvery: 10,
      pushDropAnswerEvery: 17,
      eventTwiceEvery: 13,
      eventLateEvery: 11,
    })
    const partNos = goods.map(({ sku }) => sku)
    const killed = { starting: 0, listening: 0 }
    let placed = 0
    for (let kill = 0; kill < kills; kill += 1) {
      // What is to be placed by now, so that there is work in every life.
      const due = Math.ceil((orders * (kill + 1)) / kills) - placed
      if (due > 0) {
        sandbox.shop.shop.placeRandom({
          count: due,
          seed: seed * 1000 + kill,
          applications: ['UK', 'SE', 'JP'],
          partNos,
          odd: false,
        })
        placed += due
      }
      if (shipping) shipSome(sandbox, dice, 0.4)
      armFaults(sandbox, dice)
      if (!service.running()) {
        const starting = service.start()
        if (dice.chance(0.1)) {
          await Promise.race([starting, wait(dice.between(50, 1500))])
          if (!service.listening()) killed.starting += 1
          else killed.listening += 1
          await service.kill()
          await starting.catch(() => {})
          continue
        }
        await starting
      }
      await wait(dice.between(0, 3500))
      killed.listening += 1
      await service.kill()
      if (kill % 10 === 9)
        say(
          `${kill + 1} kills, ${placed} orders placed, ${sandbox.backOffice.staff.account().records.salesOrders} there, ${seconds(began)} s`,
        )
    }
    const faults = { backOffice: sandbox.backOffice.faults.hits(), shop: sandbox.shop.faults.hits() }
    clearFaults(sandbox)
    await service.start()
    const lastKill = performance.now()
    let differences: readonly string[] = []
    do {
      await wait(1000)
      if (shipping) shipSome(sandbox, dice, 1)
      differences = differencesOf(sandbox, { orders, shipping, twiceBefore })
      if (seconds(lastKill) % 20 === 0)
        say(`${seconds(lastKill)} s after the last kill: ${differences.length} differences, such as ${differences[0]}`)
      if (differences.length === 0) differences = keptIn(openState(folder))
      if (!service.running()) throw new Error(`The service ended by itself: ${service.said()}`)
    } while (differences.length > 0 && performance.now() - lastKill < settleMs)
    await service.stop()
    return {
      differences,
      figures: figuresOf(sandbox, {
        seed,
        speed,
        orders,
        kills: { ...killed, all: killed.starting + killed.listening },
        seconds: seconds(began),
        secondsAfterTheLastKill: seconds(lastKill),
        faults: nonZero(faults),
        refusedMessages: sandbox.shop.shop
          .messages()
          .filter(({ status }) => status >= 400)
          .slice(-3),
      }),
    }
  } finally {
    await service.kill()
    await sandbox.stop()
    if (process.env.SYNCLINE_CRASH_KEEP) say(`kept: ${folder}`)
    else await rm(folder, { recursive: true, force: true })
  }

  function openState(at: string) {
    return openSqliteStore({ path: join(at, 'state.db'), readOnly: true })
  }
}

const seconds = (since: number): number => Math.round((performance.now() - since) / 1000)

interface Service {
  running(): boolean
  listening(): boolean
  /** Resolves when it listens. */
  start(): Promise<Readonly<Record<string, string>>>
  kill(): Promise<void>
  stop(): Promise<void>
  command(...args: readonly string[]): Promise<void>
  readonly publicUrl: string
  said(): string
}

function createService(of: {
  readonly project: string
  readonly env: Readonly<Record<string, string>>
  readonly port: number
}): Service {
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
      const { status, stderr } = await syncline(args(...more), { env: of.env })
      if (status !== 0 && status !== 1) throw new Error(`syncline ${more.join(' ')}: ${stderr}`)
    },
  }
}

/** Tells both systems where their messages go. */
async function subscribe({ shop, env }: Sandbox, service: Service): Promise<void> {
  await service.command('webhooks', 'sync', '--public-url', service.publicUrl)
  const secret = env.SYNCLINE_EVENT_SECRET
  const event = (name: string) => ({ url: `${service.publicUrl}/norce/${name}/${secret}` })
  shop.shop.setPushTarget({ url: `${service.publicUrl}/norce/orderPush` })
  shop.shop.setEventTargets({
    OrderReceivedEvent: event('orderReceived'),
    InvoiceCaptureCompletedEvent: event('invoiceCaptured'),
  })
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  return typeof address === 'object' && address !== null ? address.port : 0
}

function figuresOf(
  { backOffice, shop }: Sandbox,
  more: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  const { records, created, duplicateOrders, twice } = backOffice.staff.account()
  const attempts = shop.shop.pushAttempts()
  return {
    ...more,
    backOffice: {
      records,
      created,
      duplicateOrders,
      twice,
      calls: backOffice.log.counters().calls,
      throttled: backOffice.log.counters().throttled,
    },
    shop: {
      messages: shop.shop.messageCounts(),
      pushes: attempts.length,
      pushesUnanswered: attempts.filter(({ outcome }) => outcome !== 'taken').length,
      calls: shop.log.counters().calls,
    },
  }
}

function nonZero(hits: Readonly<Record<string, Readonly<Record<string, number>>>>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(hits).map(([name, counts]) => [
      name,
      Object.fromEntries(Object.entries(counts).filter(([, count]) => count > 0)),
    ]),
  )
}

export type { Dice }
