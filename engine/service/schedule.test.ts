import { describe, expect, it } from 'vitest'
import { nextFire, type TimedTrigger, triggerName } from './schedule.ts'

const at = (cron: string, timeZone = 'Europe/Stockholm'): TimedTrigger => ({
  kind: 'at',
  cron,
  timeZone,
  read: undefined,
})
const ms = (text: string): number => Date.parse(text)
const fires = (trigger: TimedTrigger, last: string, count: number): string[] => {
  const found: string[] = []
  let now = ms(last)
  for (let index = 0; index < count; index++) {
    now = nextFire(trigger, now, now)
    found.push(new Date(now).toISOString())
  }
  return found
}

describe('a time of day', () => {
  it('is that of its zone, in summer and in winter', () => {
    expect(fires(at('0 2 * * *'), '2026-01-10T12:00:00Z', 1)).toEqual(['2026-01-11T01:00:00.000Z'])
    expect(fires(at('0 2 * * *'), '2026-07-10T12:00:00Z', 1)).toEqual(['2026-07-11T00:00:00.000Z'])
    expect(fires(at('0 2 * * *', 'UTC'), '2026-07-10T12:00:00Z', 1)).toEqual(['2026-07-11T02:00:00.000Z'])
  })

  it('that does not exist when clocks go forward comes all the same, once', () => {
    // 02:30 of 2026-03-29 is not there in Stockholm.
    expect(fires(at('30 2 * * *'), '2026-03-28T12:00:00Z', 2)).toEqual([
      '2026-03-29T01:00:00.000Z',
      '2026-03-30T00:30:00.000Z',
    ])
  })

  it('that exists twice when clocks go back comes once', () => {
    // 02:30 of 2026-10-25 is there twice.
    expect(fires(at('30 2 * * *'), '2026-10-24T12:00:00Z', 2)).toEqual([
      '2026-10-25T00:30:00.000Z',
      '2026-10-26T01:30:00.000Z',
    ])
  })

  it('that was missed lies in the past, once however often it was missed', () => {
    const now = ms('2026-05-10T12:00:00Z')
    const missed = nextFire(at('0 2 * * *'), ms('2026-05-05T00:00:00Z'), now)
    expect(missed).toBeLessThan(now)
    expect(nextFire(at('0 2 * * *'), now, now)).toBe(ms('2026-05-11T00:00:00Z'))
  })

  it('that was never waited for is not due', () => {
    const now = ms('2026-05-10T12:00:00Z')
    expect(nextFire(at('0 2 * * *'), undefined, now)).toBe(ms('2026-05-11T00:00:00Z'))
  })
})

describe('an interval', () => {
  const every: TimedTrigger = { kind: 'every', everyMs: 60_000, read: undefined }
  it('begins at once, and goes on from the last start', () => {
    expect(nextFire(every, undefined, 1_000_000)).toBe(1_000_000)
    expect(nextFire(every, 1_000_000, 1_030_000)).toBe(1_060_000)
    expect(nextFire(every, 1_000_000, 9_000_000)).toBeLessThan(9_000_000)
  })
})

it('a trigger that is changed has another name', () => {
  const names = [
    at('0 2 * * *'),
    at('0 3 * * *'),
    at('0 2 * * *', 'UTC'),
    { ...at('0 2 * * *'), read: 'all' as const },
    { ...at('0 2 * * *'), sinceMs: 60_000 },
    { ...at('0 2 * * *'), sinceMs: 60_000, reconcile: 'repair' as const },
    { kind: 'every' as const, everyMs: 60_000, read: undefined },
  ].map(triggerName)
  expect(new Set(names).size).toBe(names.length)
})
