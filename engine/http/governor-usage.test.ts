import { describe, expect, test } from 'vitest'
import { type Scenario, simulate } from './testing/simulate.ts'

// No idle quota while work waits, and no call that the server answers with a throttle. 200 calls a minute, eight at
// once; work begins at any second of the server's minute.
const minute = 60_000
const steady: Omit<Scenario, 'seed' | 'start' | 'lasts' | 'enforces' | 'reports' | 'latency'> = {
  server: { requests: 200, perMs: minute },
  concurrent: 8,
  callers: 12,
}
const starts = [...Array.from({ length: 12 }, (_, index) => index * 5), 53, 57, 58.5, 59.9]

describe('a server that counts by the minute of the clock', () => {
  for (const ms of [20, 100, 250, 500]) {
    test(`answers after ${ms} ms: at least 97 % of every full minute are used`, async () => {
      for (const start of starts) {
        const latency = { least: ms, most: ms }
        const scenario = { ...steady, seed: 1 + start, start: start * 1000, lasts: 8 * minute, latency }
        const { perWindow, server } = await simulate({ ...scenario, enforces: 'fixed', reports: 'fixed' })
        expect(server.throttled).toBe(0)
        expect(Math.min(...perWindow), `from second ${start}: ${perWindow}`).toBeGreaterThanOrEqual(194)
      }
    })
  }

  test('answers after 20 to 500 ms: 99 % on average, and 96 % of every full minute', async () => {
    const all: number[] = []
    for (const start of starts) {
      const latency = { least: 20, most: 500 }
      const scenario = { ...steady, seed: 7 + start, start: start * 1000, lasts: 9 * minute, latency }
      const { perWindow, server } = await simulate({ ...scenario, enforces: 'fixed', reports: 'fixed' })
      expect(server.throttled).toBe(0)
      all.push(...perWindow)
    }
    expect(Math.min(...all)).toBeGreaterThanOrEqual(192)
    expect(all.reduce((sum, count) => sum + count) / all.length).toBeGreaterThan(198)
  })
})

describe('a server that counts any sixty seconds', () => {
  for (const reports of ['fixed', 'rolling', 'nothing'] as const) {
    test(`and reports ${reports}: at least 97 % over ten minutes are used`, async () => {
      for (const start of [0, 10, 33, 50, 57, 59.9]) {
        for (const latency of [
          { least: 20, most: 20 },
          { least: 500, most: 500 },
          { least: 20, most: 500 },
        ]) {
          const scenario = { ...steady, seed: 3 + start, start: start * 1000, lasts: 10 * minute, latency }
          const { server } = await simulate({ ...scenario, enforces: 'rolling', reports })
          expect(server.throttled).toBe(0)
          expect(server.handledAt.length, `from second ${start}`).toBeGreaterThanOrEqual(0.97 * 2000)
        }
      }
    })
  }
})

test('a stand-in with a faster clock is used at its own pace', async () => {
  // 200 per 3 s, while 200 per minute are configured.
  const scenario = { ...steady, server: { requests: 200, perMs: 3000 }, limit: { requests: 200, perMs: minute } }
  for (const start of [0, 1.7, 2.9]) {
    const latency = { least: 5, most: 15 }
    const more = { seed: 5, start: start * 1000, lasts: minute, latency }
    const { server, stats } = await simulate({ ...scenario, ...more, enforces: 'fixed', reports: 'fixed' })
    expect(server.throttled).toBe(0)
    // The margin on what was learned is the price of safety.
    expect(server.handledAt.length).toBeGreaterThan(0.95 * 20 * 200)
    expect(stats.usedShare).toBeGreaterThan(0.95)
  }
})

test('with half of the account, the other half is left to others', async () => {
  const latency = { least: 50, most: 200 }
  const scenario = { ...steady, share: 0.5, foreignEvery: 700, seed: 11, start: 20_000, lasts: 8 * minute, latency }
  const { perWindow, server } = await simulate({ ...scenario, enforces: 'fixed', reports: 'fixed' })
  expect(server.throttled).toBe(0)
  // Somebody else makes 85 calls a minute; all of our 100 are still ours.
  expect(Math.min(...perWindow), String(perWindow)).toBeGreaterThanOrEqual(96)
  expect(Math.max(...perWindow), String(perWindow)).toBeLessThanOrEqual(100)
})
