import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { loadProject } from '../../engine/config/load-project.ts'
import { createHttpClient, type HttpClient } from '../../engine/http/client.ts'
import { createGovernors, type Governors } from '../../engine/http/governors.ts'
import { type Clock, systemClock, systemTimers } from '../../engine/http/time.ts'
import { assemble } from '../../engine/pipeline/assemble.ts'
import { runProject } from '../../engine/pipeline/run-project.ts'
import { openSpool } from '../../engine/store/spool-sqlite.ts'
import { openSqliteStore } from '../../engine/store/sqlite-store.ts'
import type { StateStore } from '../../engine/store/state-store.ts'
import { start } from '../support/command.ts'
import { createMortality, Death, type Mortality } from '../support/mortal.ts'
import { salesMapping, startTillSystem, type TillFault, type TillSystem, writeProject } from '../support/till-system.ts'

let system: TillSystem
beforeEach(async () => {
  system = await startTillSystem()
})
afterEach(() => system.stop())

/** Pauses that are so many times shorter than declared. */
const hurry = 20

/** One process after another on one state, each of which may be killed. */
async function createProcesses(name: string) {
  const file = await writeProject(`${system.folder}/${name}`, system.url, { sales: salesMapping }, { settles: '2s' })
  const { project } = await loadProject({ file, environment: {}, mode: 'run' })
  if (!project) throw new Error('No project.')
  const assembly = assemble(project)
  const store: StateStore = openSqliteStore({ path: `${system.folder}/${name}/state.db` })
  const http: HttpClient = createHttpClient({})
  return {
    store,
    async run(
      mortality: Pick<Mortality, 'http' | 'store'> = createMortality(Number.POSITIVE_INFINITY),
      { governors = createGovernors(), clock = systemClock }: { governors?: Governors; clock?: Clock } = {},
    ) {
      const stopping = new AbortController()
      try {
        return await runProject({
          project,
          assembly,
          mappings: ['sales'],
          options: { full: true, only: undefined, since: undefined, dryRun: false },
          environment: {
            http: mortality.http(http),
            governors,
            store: mortality.store(store),
            clock,
            timers: { ...systemTimers, setTimeout: (work, ms) => systemTimers.setTimeout(work, ms / hurry) },
            random: () => 0,
          },
          openSpool: () => openSpool(),
          stop: stopping.signal,
          abort: stopping.signal,
        })
      } catch (error) {
        if (error instanceof Death) return undefined
        throw error
      }
    },
    close: () => store.close(),
  }
}

/** Every sale has led to one of each, and nothing is open. */
function expectOnce(store: StateStore): void {
  const sales = [...system.sales.values()]
  const sorted = (values: readonly unknown[]): string[] => values.map(String).sort()
  expect(sorted(system.made('orders').map(({ ref }) => ref))).toEqual(sorted(sales.map(({ ref }) => ref)))
  expect(sorted(system.made('buyers').map(({ email }) => email))).toEqual(
    sorted([...new Set(sales.map(({ email = 'nobody@example.com' }) => email))]),
  )
  expect(sorted(system.made('payments').map(({ ref }) => ref))).toEqual(
    sorted(sales.flatMap(({ ref, payments = [] }) => payments.map(({ no }) => `${ref}-${no}`))),
  )
  expect(sorted([...system.office.receipts.keys()])).toEqual(
    sorted(sales.filter(({ payments = [] }) => payments.length > 0).map(({ ref }) => ref)),
  )
  for (const order of system.made('orders')) {
    const buyer = system.made('buyers').find(({ id }) => id === order.buyer)
    expect(buyer?.email).toBe(system.sales.get(String(order.ref))?.email)
  }
  expect(store.journal.pending('sales')).toEqual([])
  expect([...store.deadLetters.counts()]).toEqual([])
}

function clear(): void {
  for (const rows of [system.made('buyers'), system.made('orders'), system.made('payments')]) rows.length = 0
  system.office.receipts.clear()
  system.calls.length = 0
}

describe('W1 to W8: a process that is killed', () => {
  it('at any instruction leaves each record there once, after the next process has run', async () => {
    system.sell({ ref: 'W-1', email: 'anna@example.com', payments: [{ no: 'a', amount: 4 }] })
    system.setLag(60)
    const counting = createMortality(Number.POSITIVE_INFINITY)
    const first = await createProcesses('count')
    await first.run(counting)
    expectOnce(first.store)
    first.close()
    const instructions = counting.count()
    expect(instructions).toBeGreaterThan(40)
    for (let at = 1; at <= instructions; at++) {
      clear()
      const processes = await createProcesses(`at-${at}`)
      expect(await processes.run(createMortality(at)), `instruction ${at}`).toBeUndefined()
      const report = await processes.run()
      expect(report?.pipelines[0]?.failed, `instruction ${at}`).toEqual({})
      expectOnce(processes.store)
      processes.close()
    }
  })

  it('after a call that had waited for its slot for long: a search has its time from when it was sent', async () => {
    system.sell({ ref: 'W-1', email: 'anna@example.com' })
    system.setLag(60)
    let waitedMs = 0
    const clock: Clock = { now: () => systemClock.now() + waitedMs }
    const own = createGovernors()
    const busy: Governors = {
      ...own,
      for(options) {
        const governor = own.for(options)
        return {
          ...governor,
          run(work, asked) {
            waitedMs += 60_000
            return governor.run(work, asked)
          },
        }
      },
    }
    const processes = await createProcesses('busy')
    const killed: Pick<Mortality, 'http' | 'store'> = {
      store: (store) => store,
      http: (http) => ({
        ...http,
        async send(request) {
          const response = await http.send(request)
          if (request.method === 'POST' && request.url.endsWith('/orders')) throw new Death('killed')
          return response
        },
      }),
    }
    expect(await processes.run(killed, { governors: busy, clock })).toBeUndefined()
    expect(processes.store.journal.pending('sales')).toHaveLength(1)
    const report = await processes.run(undefined, { clock })
    expect(report?.pipelines[0]?.failed).toEqual({})
    expectOnce(processes.store)
    processes.close()
  })

  it('again and again, with connections that break off and a search that lags: each record is there once', async () => {
    const faults: readonly TillFault[] = ['drop', 'drop-after', 'fail-after', 503, undefined, undefined, undefined]
    let number = 0
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 1, max: 160 }), { minLength: 1, maxLength: 6 }),
        fc.array(fc.constantFrom(...faults), { minLength: 5, maxLength: 40 }),
        fc.integer({ min: 0, max: 70 }),
        async (deaths, plan, lag) => {
          clear()
          system.sales.clear()
          for (let ref = 1; ref <= 6; ref++)
            system.sell({
              ref: `W-${ref}`,
              email: `${ref % 2 === 0 ? 'anna' : 'bo'}@example.com`,
              payments:
                ref % 3 === 0
                  ? []
                  : [
                      { no: 'a', amount: 4 },
                      { no: 'b', amount: 6 },
                    ],
            })
          system.setLag(lag)
          let call = 0
          // Reads are never at fault here: a target that cannot be asked ends the run, which is another matter.
          system.setFault(({ method }) => (method === 'GET' ? undefined : plan[call++]))
          number += 1
          const processes = await createProcesses(`random-${number}`)
          for (const at of deaths) await processes.run(createMortality(at))
          system.setFault(() => undefined)
          await processes.run()
          await processes.run()
          expectOnce(processes.store)
          processes.close()
        },
      ),
      { numRuns: 12, seed: 4711, endOnFailure: true },
    )
  })

  it('by the machine itself (-9), at random moments', async () => {
    for (let ref = 1; ref <= 20; ref++)
      system.sell({ ref: `W-${ref}`, email: `buyer${ref % 5}@example.com`, payments: [{ no: 'a', amount: 4 }] })
    system.setLag(100)
    system.setDelay(({ method }) => (method === 'GET' ? 0 : 15))
    const file = await writeProject(
      `${system.folder}/killed`,
      system.url,
      { sales: salesMapping },
      { settles: '300ms' },
    )
    let killed = 0
    for (let round = 0; round < 6; round++) {
      const { child, ended } = start(['--project', file, 'run', '--json'])
      // The more was done, the more there is to be lost: each round goes a little further.
      const enough = system.writes().length + 3 + round * 4
      const timer = setInterval(() => {
        if (system.writes().length >= enough) child.kill('SIGKILL')
      }, 2)
      const { signal } = await ended
      clearInterval(timer)
      if (signal === 'SIGKILL') killed += 1
    }
    expect(killed).toBeGreaterThan(2)
    const last = await start(['--project', file, 'run', '--full', '--json']).ended
    expect(last.status, last.stdout + last.stderr).toBe(0)
    const store = openSqliteStore({ path: `${system.folder}/killed/.syncline/state.db` })
    expectOnce(store)
    store.close()
  })
})
