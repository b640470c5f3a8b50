import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  decimalPlaces,
  decimalText,
  divideHalfUp,
  fromExact,
  hasExactDigits,
  readDecimalNumber,
  readDecimalText,
  toExact,
} from './decimal.ts'

const unscaled = fc.bigInt({ min: -(10n ** 15n) + 1n, max: 10n ** 15n - 1n })

/** Any decimal of up to 15 digits and 8 decimals, as text. */
const text = fc.tuple(unscaled, fc.integer({ min: 0, max: 8 })).map(([digits, places]) => scaled(digits, places))

function scaled(digits: bigint, places: number): string {
  const sign = digits < 0n ? '-' : ''
  const padded = (digits < 0n ? -digits : digits).toString().padStart(places + 1, '0')
  return places === 0 ? sign + padded : `${sign}${padded.slice(0, -places)}.${padded.slice(-places)}`
}

describe('reading a decimal', () => {
  test.each([
    ['31.5000', 31.5],
    ['0', 0],
    ['-0.00', 0],
    ['+7', 7],
    ['.5', 0.5],
    ['5.', 5],
    ['007', 7],
    ['1.5e3', 1500],
    ['999999999999999', 999999999999999],
    ['0.000000000000000000000000000000123456789012345', 1.23456789012345e-31],
    ['1000000000000000000000', 1e21],
    ['123456789012345.000000', 123456789012345],
  ])('%s is %d', (written, value) => {
    expect(readDecimalText(written)).toEqual({ ok: true, value })
    expect(Object.is(value, -0)).toBe(false)
  })

  test.each([
    '',
    ' 1',
    '1 ',
    '1,5',
    '1.2.3',
    '0x1f',
    'NaN',
    'Infinity',
    '1e',
    '-',
    '.',
    '1_000',
    '1e400',
    '1e-400',
    '٣',
  ])('%j is none', (written) => {
    expect(readDecimalText(written)).toEqual({ ok: false, code: 'not-a-decimal' })
  })

  test.each(['1234567890123456', '0.1000000000000001', '10000000000000000000000000001', '1.234567890123456e5'])(
    '%s has too many digits',
    (written) => {
      expect(readDecimalText(written)).toEqual({ ok: false, code: 'too-many-digits' })
    },
  )

  test('of a number: what binary arithmetic left behind is refused', () => {
    expect(readDecimalNumber(0.1 + 0.2)).toEqual({ ok: false, code: 'too-many-digits' })
    expect(readDecimalNumber(0.3)).toEqual({ ok: true, value: 0.3 })
    expect(readDecimalNumber(Number.NaN)).toEqual({ ok: false, code: 'not-a-decimal' })
    expect(readDecimalNumber(Number.NEGATIVE_INFINITY)).toEqual({ ok: false, code: 'not-a-decimal' })
  })

  test('15 digits are the number that was written', () => {
    fc.assert(
      fc.property(text, (written) => {
        const reading = readDecimalText(written)
        expect(reading.ok).toBe(true)
        if (!reading.ok) return
        expect(toExact(reading.value).eq(written)).toBe(true)
        expect(toExact(Number(decimalText(reading.value))).eq(written)).toBe(true)
      }),
    )
  })
})

describe('the digits of a number', () => {
  test('are counted as by big.js', () => {
    const numbers = fc.oneof(
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.maxSafeInteger(),
      fc.double({ min: -1e6, max: 1e6, noNaN: true }).map((value) => Number(value.toFixed(4))),
    )
    fc.assert(
      fc.property(numbers, (value) => {
        expect(hasExactDigits(value)).toBe(toExact(value).c.length <= 15)
      }),
      { numRuns: 2000 },
    )
  })

  test.each([
    [31.25, 2],
    [1200, 0],
    [1e21, 0],
    [1e-7, 7],
    [1.25e-7, 9],
    [-0.5, 1],
  ])('%d has %d decimals', (value, places) => {
    expect(decimalPlaces(value)).toBe(places)
  })

  test.each([
    [31.5, undefined, '31.5'],
    [31.5, 4, '31.5000'],
    [1e21, undefined, '1000000000000000000000'],
    [1e-7, undefined, '0.0000001'],
    [-0, 2, '0.00'],
    [-0, undefined, '0'],
  ])('%d with %s decimals is written %s', (value, places, written) => {
    expect(decimalText(value, places)).toBe(written)
  })
})

test('a quotient is rounded half up from its exact value', () => {
  const places = fc.integer({ min: 0, max: 6 })
  fc.assert(
    fc.property(unscaled, unscaled, places, (dividend, divisor, decimals) => {
      fc.pre(divisor !== 0n)
      const negative = dividend < 0n !== divisor < 0n
      const [a, b] = [dividend < 0n ? -dividend : dividend, divisor < 0n ? -divisor : divisor]
      const rounded = (2n * a * 10n ** BigInt(decimals) + b) / (2n * b)
      const expected = scaled(negative ? -rounded : rounded, decimals)
      expect(divideHalfUp(toExact(Number(dividend)), toExact(Number(divisor)), decimals).eq(expected)).toBe(true)
    }),
  )
})

test('a result that a number cannot hold is refused', () => {
  expect(fromExact(toExact(1e300).times(toExact(1e300)))).toEqual({ ok: false, code: 'not-a-decimal' })
  expect(fromExact(toExact(1e-300).times(toExact(1e-300)))).toEqual({ ok: false, code: 'not-a-decimal' })
  expect(fromExact(toExact(-1).times(0))).toEqual({ ok: true, value: 0 })
})
