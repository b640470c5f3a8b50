import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { minorUnitsOf } from './currencies.ts'
import { gtinOf } from './gtin.ts'
import { idRanges } from './id-ranges.ts'
import { pureFunctions } from './index.ts'

function call(name: string, ...args: unknown[]): unknown {
  const definition = pureFunctions.find((candidate) => candidate.name === name)
  if (!definition) throw new Error(`There is no function ${name}`)
  return definition.call(args, { focus: undefined })
}

/** Amounts as whole numbers of ten-thousandths, and the numbers they stand for. */
const amount = fc.integer({ min: -(10 ** 9), max: 10 ** 9 })
const tenThousandths = (value: number): number => Number(`${value}e-4`)

describe('money is exact', () => {
  test('sums and differences', () => {
    fc.assert(
      fc.property(amount, amount, amount, (a, b, c) => {
        const [x, y, z] = [tenThousandths(a), tenThousandths(b), tenThousandths(c)]
        expect(call('add', x, y, z)).toBe(tenThousandths(a + b + c) + 0)
        expect(call('total', [x, y, z])).toBe(tenThousandths(a + b + c) + 0)
        expect(call('sub', x, y)).toBe(tenThousandths(a - b) + 0)
      }),
    )
  })

  test('products', () => {
    const factor = fc.integer({ min: -(10 ** 7), max: 10 ** 7 })
    fc.assert(
      fc.property(factor, factor, (a, b) => {
        expect(call('mul', tenThousandths(a), tenThousandths(b))).toBe(Number(`${BigInt(a) * BigInt(b)}e-8`) + 0)
      }),
    )
  })

  test('ties are rounded as the name says', () => {
    const whole = fc.integer({ min: 0, max: 10 ** 9 })
    fc.assert(
      fc.property(whole, (value) => {
        const tie = Number(`${value}.5`)
        expect(call('roundHalfUp', tie, 0)).toBe(value + 1)
        expect(call('roundHalfUp', -tie, 0)).toBe(-(value + 1))
        expect(call('roundHalfEven', tie, 0)).toBe(value % 2 === 0 ? value : value + 1)
      }),
    )
  })

  test('a typed gross price comes back from its net with VAT, rounded', () => {
    const rate = fc.constantFrom(0, 5, 6, 12, 20, 21, 25, 25.5)
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 10 ** 8 }), rate, (cents, percent) => {
        const gross = Number(`${cents}e-2`)
        const net = call('withoutVat', gross, percent, 4)
        expect(call('roundHalfUp', call('withVat', net, percent), 2)).toBe(gross)
      }),
    )
  })

  test('a rounded amount is written with the decimals of its currency', () => {
    fc.assert(
      fc.property(amount, fc.constantFrom('JPY', 'SEK', 'KWD'), (value, currency) => {
        const places = minorUnitsOf(currency)
        const text = call('decimalText', call('roundMoney', tenThousandths(value), currency), places)
        expect(text).toMatch(places === 0 ? /^-?\d+$/ : new RegExp(`^-?\\d+\\.\\d{${places}}$`))
      }),
    )
  })
})

describe('a set of ids', () => {
  const ids = fc.array(fc.oneof(fc.integer({ min: 0, max: 30 }), fc.nat()), { minLength: 1, maxLength: 60 })

  /** The plain meaning of the text. */
  function expand(text: string): number[] {
    return text.split(',').flatMap((part) => {
      const [first, last] = part.split('-').map(Number) as [number, number?]
      const run: number[] = []
      for (let id = first; id <= (last ?? first); id += 1) run.push(id)
      return run
    })
  }

  test('means the same ids, ascending and each once', () => {
    fc.assert(
      fc.property(ids, (given) => {
        const plain = [...new Set(given)].toSorted((left, right) => left - right)
        expect(expand(idRanges(given))).toEqual(plain)
        expect(idRanges(given).length).toBeLessThanOrEqual(plain.join(',').length)
      }),
    )
  })

  test('has no runs that touch, and none of two', () => {
    fc.assert(
      fc.property(ids, (given) => {
        const parts = idRanges(given).split(',')
        for (const part of parts.filter((one) => one.includes('-'))) expect(expand(part).length).toBeGreaterThan(2)
        expect(expand(parts.join(',')).length).toBe(new Set(given).size)
      }),
    )
  })
})

describe('a barcode', () => {
  test('is valid with exactly one check digit', () => {
    const body = fc
      .constantFrom(7, 11, 12, 13)
      .chain((length) =>
        fc
          .array(fc.integer({ min: 0, max: 9 }), { minLength: length, maxLength: length })
          .map((digits) => digits.join('')),
      )
    fc.assert(
      fc.property(body, (digits) => {
        fc.pre(!/^0+$/.test(digits))
        const valid = [...'0123456789'].filter((check) => gtinOf(digits + check) !== undefined)
        expect(valid).toHaveLength(1)
      }),
    )
  })

  test.each(['96385074', '036000291452', '4006381333931', '10614141000415', ' 4006381-333931 '])(
    '%s is one',
    (text) => {
      expect(gtinOf(text)).toBe(text.replace(/\D/g, ''))
    },
  )

  test.each(['', '4006381333932', '40063813339310', '4006381333', '0306406152', 'ABC', '00000000'])(
    '%s is none',
    (text) => {
      expect(gtinOf(text)).toBeUndefined()
    },
  )
})

describe('texts', () => {
  test('a code made of a code is the same code', () => {
    const latin = fc.string({ unit: fc.constantFrom(...'aZ5 -_/äÖßøŁé&™½.') })
    fc.assert(
      fc.property(latin, (text) => {
        fc.pre(/[\p{L}\p{N}]/u.test(text))
        const code = call('slug', text) as string
        expect(code).toMatch(/^[a-z0-9]+(?:-[a-z0-9]+)*$/)
        expect(call('slug', code)).toBe(code)
      }),
    )
  })

  test('a cut text is a beginning of at most so many characters, with none cut apart', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.integer({ min: 1, max: 12 }), (text, max) => {
        const cut = call('limitText', text, max) as string
        expect(cut.length).toBeLessThanOrEqual(max)
        expect(text.startsWith(cut)).toBe(true)
        expect(cut.isWellFormed()).toBe(true)
      }),
    )
  })

  test('a family of emoji is not cut into its members', () => {
    expect(call('limitText', 'ab👨‍👩‍👧', 5)).toBe('ab')
    expect(call('limitText', 'abe\u0301', 3)).toBe('ab')
  })

  test('text in a filter cannot end its quotes', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const literal = call('odata', text) as string
        expect(literal.startsWith("'") && literal.endsWith("'")).toBe(true)
        const inner = literal.slice(1, -1)
        expect(inner.replaceAll("''", '')).not.toContain("'")
        expect(inner.replaceAll("''", "'")).toBe(text)
      }),
    )
  })

  test('numbers in a filter have no exponent', () => {
    expect(call('odata', 1e21)).toBe('1000000000000000000000')
    expect(call('odata', 1e-7)).toBe('0.0000001')
  })

  test('JSON comes back as it was', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string({ unit: 'grapheme' }), fc.oneof(fc.string(), fc.integer())), (value) => {
        fc.pre(!Object.hasOwn(value, '__proto__'))
        expect(call('parseJson', JSON.stringify(value))).toEqual({ ...value })
      }),
    )
  })
})

describe('lists', () => {
  test('without doubles are as a naive search finds them', () => {
    const value = fc.oneof(fc.integer({ min: 0, max: 3 }), fc.constantFrom('0', '1', 'a'), fc.boolean())
    const item = fc.oneof(value, fc.record({ a: value, b: value }), fc.record({ b: value, a: value }), fc.tuple(value))
    fc.assert(
      fc.property(fc.array(item), (values) => {
        const naive: unknown[] = []
        for (const candidate of values) {
          if (!naive.some((other) => equal(other, candidate))) naive.push(candidate)
        }
        expect(call('unique', values)).toEqual(naive)
      }),
    )
  })

  test('of pairs are not taken for objects', () => {
    expect(call('unique', [{ a: 1 }, [['a', 1]]])).toHaveLength(2)
    expect(call('unique', [[1], 1, '[1]'])).toHaveLength(3)
  })

  test('of 200,000 are made unique in linear time', () => {
    const values = Array.from({ length: 200_000 }, (_, index) => `sku-${index % 150_000}`)
    expect(call('unique', values)).toHaveLength(150_000)
  })
})

function equal(left: unknown, right: unknown): boolean {
  if (typeof left !== 'object' || typeof right !== 'object' || left === null || right === null) return left === right
  const [ours, theirs] = [Object.entries(left), Object.entries(right)]
  return (
    Array.isArray(left) === Array.isArray(right) &&
    ours.length === theirs.length &&
    ours.every(([key, field]) => equal(field, (right as Record<string, unknown>)[key]))
  )
}

describe('times', () => {
  const milliseconds = fc.integer({ min: Date.UTC(1971, 0, 2), max: Date.UTC(2100, 0, 1) })
  const offset = fc.integer({ min: -14 * 60, max: 14 * 60 })

  function written(time: number, minutes: number): string {
    const shifted = new Date(time + minutes * 60_000).toISOString().slice(0, -1)
    const absolute = Math.abs(minutes)
    const [hours, rest] = [Math.floor(absolute / 60), absolute % 60].map((part) => String(part).padStart(2, '0'))
    return `${shifted}${minutes < 0 ? '-' : '+'}${hours}:${rest}`
  }

  test('are the same point in time in every offset', () => {
    fc.assert(
      fc.property(milliseconds, offset, (time, minutes) => {
        expect(call('isoTime', written(time, minutes))).toBe(new Date(time).toISOString())
        expect(call('isoTime', time)).toBe(new Date(time).toISOString())
      }),
    )
  })

  test('are compared by their point in time', () => {
    const near = fc.tuple(milliseconds, fc.integer({ min: -2, max: 2 }))
    fc.assert(
      fc.property(near, offset, offset, ([time, step], one, other) => {
        expect(call('timeAfter', written(time, one), written(time + step, other))).toBe(time > time + step)
      }),
    )
    expect(call('timeAfter', '2026-05-18T13:03:27.1234567Z', '2026-05-18T13:03:27.1234566Z')).toBe(true)
  })

  test('so many days later and earlier again are the same', () => {
    fc.assert(
      fc.property(milliseconds, offset, fc.integer({ min: -4000, max: 4000 }), (time, minutes, days) => {
        const text = written(time, minutes)
        const later = call('plusDays', text, days) as string
        expect(call('isoTime', later)).toBe(new Date(time + days * 86_400_000).toISOString())
        expect(call('plusDays', later, -days)).toBe(text)
      }),
    )
    expect(call('plusDays', '2024-02-28', 1)).toBe('2024-02-29')
  })
})

test('currencies: Intl knows their codes, and ISO 4217 has the last word on their decimals', () => {
  expect(
    ['EUR', 'GBP', 'SEK', 'NOK', 'DKK', 'USD', 'PLN', 'CZK', 'HUF', 'ISK', 'JPY', 'KRW', 'KWD'].map(minorUnitsOf),
  ).toEqual([2, 2, 2, 2, 2, 2, 2, 2, 2, 0, 0, 0, 3])
  const different = Intl.supportedValuesOf('currency').filter((code) => {
    const { maximumFractionDigits } = new Intl.NumberFormat('en', {
      style: 'currency',
      currency: code,
    }).resolvedOptions()
    const ours = minorUnitsOf(code)
    return ours !== undefined && ours !== maximumFractionDigits && maximumFractionDigits !== 0
  })
  // CLDR differs only where it rounds to the cash in use, and then it says 0.
  expect(different).toEqual([])
})
