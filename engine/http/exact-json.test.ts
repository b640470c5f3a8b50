import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseExactJson } from './exact-json.ts'

describe('parseExactJson', () => {
  test.each([
    ['31.50', 31.5],
    ['[31.50, 0.1, -7, 1e3]', [31.5, 0.1, -7, 1000]],
    ['{"id":9007199254740991}', { id: 9007199254740991 }],
    ['{"amount":0.30000000000000004}', { amount: 0.30000000000000004 }],
    ['{"a":"12345678901234567890"}', { a: '12345678901234567890' }],
    ['{"a":1.000000000000000000}', { a: 1 }],
  ])('%s holds numbers that stay numbers', (text, expected) => {
    expect(parseExactJson(text)).toEqual(expected)
  })

  test.each([
    ['{"id":9007199254740993}', { id: '9007199254740993' }],
    // Exact by chance, but ids next to it are not: an id must not change its type.
    ['{"id":9007199254740994}', { id: '9007199254740994' }],
    ['12345678901234567890', '12345678901234567890'],
    ['[123456789012345.678]', ['123456789012345.678']],
    ['[-0.12345678901234567]', ['-0.12345678901234567']],
    ['[1e400]', ['1e400']],
    ['[1e-400]', ['1e-400']],
    ['[ 1.5E+999 ]', ['1.5E+999']],
    ['{"a":{"b":[{"c":12345678901234567}]}}', { a: { b: [{ c: '12345678901234567' }] } }],
  ])('%s holds a number that is kept as its text', (text, expected) => {
    expect(parseExactJson(text)).toEqual(expected)
  })

  test('what comes out, as text, is the number that went in', () => {
    const digits = (max: number) => fc.stringMatching(new RegExp(`^[0-9]{1,${max}}$`))
    const number = fc
      .tuple(
        fc.constantFrom('', '-'),
        digits(22),
        fc.option(digits(22)),
        fc.option(fc.integer({ min: -330, max: 330 })),
      )
      .map(
        ([sign, whole, fraction, exponent]) =>
          `${sign}${whole.replace(/^0+(?=\d)/, '')}${fraction === null ? '' : `.${fraction}`}${exponent === null ? '' : `e${exponent}`}`,
      )
    fc.assert(
      fc.property(number, (text) => {
        const parsed = (parseExactJson(`{"a": ${text}}`) as { a: unknown }).a
        if (typeof parsed === 'string') expect(parsed).toBe(text)
        else expect(rational(String(parsed))).toEqual(rational(text))
      }),
      { numRuns: 2000 },
    )
  })

  test('refuses what JSON.parse refuses', () => {
    expect(() => parseExactJson('{"a":12345678901234567')).toThrow(SyntaxError)
    expect(() => parseExactJson('{"a":1')).toThrow(SyntaxError)
  })
})

/** The number as numerator and power of ten, computed apart from the code under test. */
function rational(text: string): readonly [bigint, number] {
  const [mantissa = '', exponent = '0'] = text.toLowerCase().split('e')
  const [whole = '', fraction = ''] = mantissa.split('.')
  let numerator = BigInt(whole + fraction)
  let power = Number(exponent) - fraction.length
  if (numerator === 0n) return [0n, 0]
  while (numerator % 10n === 0n) {
    numerator /= 10n
    power++
  }
  return [numerator, power]
}
