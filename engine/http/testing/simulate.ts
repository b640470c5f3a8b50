import { createGovernor, type GovernorStats, type Limit } from '../governor.ts'
import { createSimulatedServer, type SimulatedServer } from './simulated-server.ts'
import { createSimulatedTime, seededRandom } from './simulated-time.ts'

export interface Scenario {
  readonly seed: number
  /** When work begins, milliseconds of the simulated clock. */
  readonly start: number
  readonly lasts: number
  /** What the server allows. */
  readonly server: Limit
  /** What the governor is told; the server's by default. */
  readonly limit?: Limit
  readonly enforces: 'fixed' | 'rolling'
  readonly reports: 'fixed' | 'rolling' | 'nothing'
  readonly concurrent: number
  /** Callers, each of which has its next call ready when the last is answered. */
  readonly callers: number
  readonly share?: number
  /** Milliseconds; each call's own when they differ. */
  readonly latency: { readonly least: number; readonly most: number }
  /** Milliseconds between calls of somebody else on the account. */
  readonly foreignEvery?: number
}

export interface Simulated {
  readonly stats: GovernorStats
  readonly server: SimulatedServer
  /** Start and answer of each call, in order of the starts. */
  readonly calls: readonly { readonly sentAt: number; answeredAt: number }[]
  /** Calls handled in each complete period of the server's clock, from the first after the start on. */
  readonly perWindow: readonly number[]
}

/** Steady work against a simulated server, on a simulated clock. */
export async function simulate(scenario: Scenario): Promise<Simulated> {
  const { seed, start, lasts, server: allows, limit = allows, concurrent, callers, share = 1, latency } = scenario
  const time = createSimulatedTime(start)
  const random = seededRandom(seed)
  const server = createSimulatedServer({
    ...allows,
    time,
    random,
    enforces: scenario.enforces,
    reports: scenario.reports,
    latency: () => latency.least + (latency.most - latency.least) * random(),
  })
  const governor = createGovernor({ key: 'account', limit, concurrent, share, clock: time, timers: time, random })
  const calls: { sentAt: number; answeredAt: number }[] = []
  let stopped = false
  const caller = async () => {
    while (!stopped) {
      await governor.run(
        async () => {
          const call = { sentAt: time.now(), answeredAt: Number.POSITIVE_INFINITY }
          calls.push(call)
          const feedback = await server.call()
          call.answeredAt = time.now()
          return { value: undefined, feedback }
        },
        { priority: 1 },
      )
    }
  }
  const foreign = async (every: number) => {
    while (!stopped) {
      server.foreignCall()
      await time.wait(every)
    }
  }
  for (let index = 0; index < callers; index++) void caller()
  if (scenario.foreignEvery !== undefined) void foreign(scenario.foreignEvery)
  const end = start + lasts
  await time.run(end)
  stopped = true
  const perWindow: number[] = []
  for (let from = Math.ceil(start / allows.perMs) * allows.perMs; from + allows.perMs <= end; from += allows.perMs) {
    perWindow.push(server.handledAt.filter((at) => at >= from && at < from + allows.perMs).length)
  }
  return { stats: governor.stats(), server, calls, perWindow }
}
