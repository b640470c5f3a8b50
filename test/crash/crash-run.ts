import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { openSqliteStore } from '../../engine/store/sqlite-store.ts'
import { type Sandbox, startSandbox } from '../../examples/sandbox/start-sandbox.ts'
import { scaledProject } from '../support/scaled-project.ts'
import { createShopService, freePort, subscribe } from '../support/shop-service.ts'
import { createDice } from './dice.ts'
import { armFaults, clearFaults } from './faults.ts'
import { goodsOf, shipSome } from './staff.ts'
import { differencesOf, keptIn, shortened } from './verdict.ts'

export interface CrashOptions {
  readonly orders: number
  /** How often the process is killed with -9. */
  readonly kills: number
  readonly seed: number
  /** How much faster than real time the systems' clocks run. */
  readonly speed: number
  /**
   * Signed in by a static token, whose answers do not tell the number of the installation: then the back office itself
   * does not refuse a second order with the same reference.
   */
  readonly staticToken?: boolean
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

const reconciledMappings = ['orders', 'payments', 'shipments', 'invoices', 'orderStatus']

/** Takes orders through the flow while the process that carries it is killed again and again. */
export async function crashRun(options: CrashOptions): Promise<CrashResult> {
  const { orders, kills, seed, speed, say = () => {}, settleMs = 10 * 60_000, shipping = true } = options
  const began = performance.now()
  const dice = createDice(seed)
  const folder = await mkdtemp(join(tmpdir(), 'syncline-crash-'))
  const sandbox = await startSandbox({ products: 120, seed: 7, speed })
  const service = createShopService({
    project: await scaledProject(join(folder, 'files'), speed),
    env: {
      ...sandbox.env,
      NORCE_APPLICATIONS: '1303,1304',
      SYNCLINE_STORE: `sqlite:${join(folder, 'state.db')}`,
      ...(options.staticToken && { BRIGHTPEARL_SIGN_IN: 'staff_token' }),
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
      // The shop gives up after three and a half hours of its clock, and not after twenty minutes.
      retrySpeed: 6,
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
      if (differences.length === 0) differences = keptIn(openState(folder))
      if (seconds(lastKill) % 20 === 0)
        say(`${seconds(lastKill)} s after the last kill: ${differences.length} differences, such as ${differences[0]}`)
      if (!service.running()) throw new Error(`The service ended by itself: ${service.said()}`)
    } while (differences.length > 0 && performance.now() - lastKill < settleMs)
    await service.stop()
    // What the two systems would say to each other of their differences: nothing.
    const reconciled = await service.command('reconcile', ...reconciledMappings, '--json')
    if (reconciled.status !== 0) differences = [...differences, `reconcile: ${reconciled.stdout.slice(0, 4000)}`]
    return {
      differences: shortened(differences),
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
