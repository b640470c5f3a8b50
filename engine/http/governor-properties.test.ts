import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Scenario, simulate } from './testing/simulate.ts'

const scenarios: fc.Arbitrary<Scenario> = fc
  .record({
    seed: fc.nat(),
    requests: fc.integer({ min: 1, max: 60 }),
    perMs: fc.constantFrom(300, 1000, 60_000),
    startShare: fc.integer({ min: 0, max: 999 }),
    enforces: fc.constantFrom('fixed', 'rolling'),
    reports: fc.constantFrom('fixed', 'rolling', 'nothing'),
    concurrent: fc.integer({ min: 1, max: 12 }),
    share: fc.constantFrom(1, 1, 0.9, 0.5),
    least: fc.integer({ min: 0, max: 200 }),
    more: fc.integer({ min: 0, max: 400 }),
  })
  .map(({ requests, perMs, startShare, least, more, ...rest }) => ({
    ...rest,
    server: { requests, perMs },
    start: Math.floor((startShare / 1000) * perMs),
    lasts: 8 * perMs,
    callers: rest.concurrent + 3,
    latency: { least: (least / 4000) * perMs, most: ((least + more) / 4000) * perMs },
  })) as fc.Arbitrary<Scenario>

test('whatever the server counts and says: never too many calls, and work goes on', async () => {
  await fc.assert(
    fc.asyncProperty(scenarios, async (scenario) => {
      const { server, calls, stats } = await simulate(scenario)
      const { requests, perMs } = scenario.server
      const capacity = Math.max(1, Math.floor(requests * (scenario.share ?? 1)))
      // No call that the server answers with a throttle.
      expect(server.throttled).toBe(0)
      // Rule 1, looked at from outside: a call and the one `capacity` later are a period apart, answer to start.
      const answers = calls.map(({ answeredAt }) => answeredAt).sort((a, b) => a - b)
      for (const [index, { sentAt }] of calls.entries()) {
        if (index >= capacity) {
          expect(sentAt - (answers[index - capacity] as number)).toBeGreaterThanOrEqual(perMs - 1e-6)
        }
      }
      // Never at a standstill while calls wait. (Times may be whole seconds here, which are taken as rounded ones.)
      const possible = Math.min(8 * capacity, (scenario.concurrent * 8 * perMs) / Math.max(1, scenario.latency.most))
      expect(calls.length).toBeGreaterThanOrEqual(Math.floor(0.4 * possible))
      expect(stats.waiting + stats.inFlight).toBeLessThanOrEqual(scenario.callers)
    }),
    { numRuns: 300 },
  )
})

test('others on the account, at any rate: throttled answers are few, and work goes on', async () => {
  await fc.assert(
    fc.asyncProperty(scenarios, fc.integer({ min: 5, max: 100 }), async (base, every) => {
      const foreignEvery = (base.server.perMs / base.server.requests) * (every / 10)
      const scenario = { ...base, reports: 'fixed' as const, enforces: 'fixed' as const, foreignEvery }
      const { server, calls } = await simulate(scenario)
      // Somebody else may take the last calls between a report and the calls that rely on it.
      expect(server.throttled).toBeLessThanOrEqual(0.25 * calls.length + 8 * scenario.concurrent)
      expect(calls.length).toBeGreaterThan(0)
    }),
    { numRuns: 100 },
  )
})
