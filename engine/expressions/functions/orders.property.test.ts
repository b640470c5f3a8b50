import fc from 'fast-check'
import { DateTime } from 'luxon'
import { describe, expect, test } from 'vitest'
import { toExact } from '../values/decimal.ts'
import { pureFunctions } from './index.ts'

function call(name: string, ...args: unknown[]): unknown {
  const found = pureFunctions.find((candidate) => candidate.name === name)
  if (!found) throw new Error(`There is no function ${name}`)
  return found.call(args, { focus: undefined })
}

describe('shares', () => {
  const weights = fc.array(fc.integer({ min: 0, max: 1_000_000 }), { minLength: 1, maxLength: 30 })

  test('add up to the amount, to the last decimal', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: -10_000_000, max: 10_000_000 }),
        weights,
        fc.constantFrom(0, 2, 3),
        (cents, all, places) => {
          const amount = Number(toExact(cents).div(toExact(10 ** places)))
          const shares = call('shareOut', amount, all, places) as readonly number[]
          const sum = shares.reduce((total, share) => total.plus(toExact(share)), toExact(0))
          expect(shares).toHaveLength(all.length)
          expect(sum.eq(toExact(amount))).toBe(true)
          for (const share of shares) expect(Number.isInteger(Math.round(share * 10 ** places))).toBe(true)
        },
      ),
    )
  })

  test('an amount that cannot be written with the decimals, or a weight below 0, is refused', () => {
    expect(() => call('shareOut', 1.005, [1], 2)).toThrow(/more decimals/)
    expect(() => call('shareOut', 1, [1, -1], 2)).toThrow(/0 or more/)
  })
})

describe('lines', () => {
  test('lose nothing but blanks, and are never too long', () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ unit: 'grapheme', maxLength: 80 }), { maxLength: 6 }),
        fc.integer({ min: 2, max: 40 }),
        (texts, max) => {
          // One character may be longer than a line may be; then it stands alone.
          const plain = texts
            .map((text) => text.normalize('NFC'))
            .filter((text) => [...text].every((c) => c.length <= max))
          const lines = call('fitLines', plain, max) as readonly string[]
          const bare = (text: string): string => text.replace(/\s+/g, '')
          expect(bare(lines.join(''))).toBe(bare(plain.join('')))
          for (const line of lines) {
            const characters = [...new Intl.Segmenter('und', { granularity: 'grapheme' }).segment(line)].length
            expect(line.length <= max || characters === 1).toBe(true)
          }
        },
      ),
    )
  })
})

describe('the clocks of a time zone', () => {
  const zone = fc.constantFrom(
    'Europe/Stockholm',
    'Europe/London',
    'America/New_York',
    'Asia/Tokyo',
    'Australia/Lord_Howe',
    'UTC',
  )
  const instant = fc.date({ min: new Date('2000-01-01'), max: new Date('2037-12-31'), noInvalidDate: true })

  test('there and back is the same moment, but for the hour that comes twice', () => {
    fc.assert(
      fc.property(instant, zone, (date, name) => {
        const whole = new Date(Math.floor(date.getTime() / 1000) * 1000)
        const local = call('localTime', whole.toISOString(), name) as string
        const back = Date.parse(call('inZone', local, name) as string)
        const twice = DateTime.fromISO(local, { zone: name }).getPossibleOffsets()
        if (twice.length > 1) expect(back).toBe(Math.min(...twice.map((time) => time.toMillis())))
        else expect(back).toBe(whole.getTime())
      }),
    )
  })

  test('what is no time, and what is no zone, is refused', () => {
    expect(() => call('inZone', '19.03.2026', 'UTC')).toThrow(/ISO 8601/)
    expect(() => call('inZone', '2026-02-30T10:00:00', 'UTC')).toThrow(/calendar/)
    expect(() => call('localTime', '2026-03-19T10:00:00', 'UTC')).toThrow(/offset/)
    expect(() => call('localTime', '2026-03-19T10:00:00Z', 'Mars/Olympus')).toThrow(/IANA/)
  })
})
