import { describe, expect, test } from 'vitest'
import { formatJobTime, formatQueryInstant, formatTimeSpan, parseTicks, ticksFromMilliseconds } from './wire-time.ts'

describe('times on the wire', () => {
  test('an instant of a row has up to seven fractional digits and survives the round trip', () => {
    const ticks = ticksFromMilliseconds(Date.UTC(2026, 2, 18, 5, 1, 9, 287))
    expect(formatQueryInstant(ticks)).toBe('2026-03-18T05:01:09.2866667Z')
    expect(parseTicks('2026-03-18T05:01:09.2866667Z', true)).toBe(ticks)
  })

  test.each([
    ['2026-03-18T05:01:10.1Z', '2026-03-18T05:01:10.1Z'],
    ['2026-03-10T04:10:00Z', '2026-03-10T04:10:00Z'],
    ['2008-05-19T19:39:15.5Z', '2008-05-19T19:39:15.5Z'],
    ['2026-03-10T06:10:00+02:00', '2026-03-10T04:10:00Z'],
  ])('%s is printed as %s', (text, printed) => {
    expect(formatQueryInstant(parseTicks(text, true) as number)).toBe(printed)
  })

  test.each(['2026-02-30T00:00:00Z', '2026-03-10T25:00:00Z', '2026-03-10', 'yesterday', '2026-03-10T04:10:00'])(
    '%s is no instant of a query',
    (text) => {
      expect(parseTicks(text, true)).toBeUndefined()
    },
  )

  test('dates in items come without a zone', () => {
    expect(parseTicks('2026-04-07T00:00:00', false)).toBe(parseTicks('2026-04-07T00:00:00Z', true))
  })

  test('job times have no zone, run times are .NET time spans', () => {
    expect(formatJobTime(Date.UTC(2026, 2, 19, 10, 2, 11, 437))).toBe('2026-03-19T10:02:11.437')
    expect(formatJobTime(Date.UTC(2026, 2, 19, 10, 2, 10, 500))).toBe('2026-03-19T10:02:10.5')
    expect(formatJobTime(Date.UTC(2026, 2, 19, 10, 20, 30, 0))).toBe('2026-03-19T10:20:30')
    expect(formatTimeSpan(2583)).toBe('00:00:02.5830000')
    expect(formatTimeSpan(3_723_000)).toBe('01:02:03')
  })
})
