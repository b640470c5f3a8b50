import fc from 'fast-check'
import { expect, test } from 'vitest'
import { keyText } from './key.ts'

test.each([
  [['ABC-1'], 'ABC-1'],
  [[1003], '1003'],
  [[true], 'true'],
  [[-0], '0'],
  [[''], ''],
  [['a,b "c"'], 'a,b "c"'],
  [['ABC-1', 5, false], '["ABC-1","5","false"]'],
  [['ABC-1', undefined, null], '["ABC-1",null,null]'],
  [['["a","b"]'], '["[\\"a\\",\\"b\\"]"]'],
  [['a\0b'], '["a\\u0000b"]'],
  [['a\ud800'], '["a\\ud800"]'],
])('%j is %s', (values, text) => {
  expect(keyText(values)).toBe(text)
})

test.each([
  [[]],
  [[undefined]],
  [[null, undefined]],
  [[{ id: 1 }]],
  [['a', ['b']]],
  [[Number.NaN]],
  [[Number.POSITIVE_INFINITY]],
  [[() => 1]],
])('refuses %j', (values) => {
  expect(() => keyText(values)).toThrow(expect.objectContaining({ code: 'store-key' }))
})

test('a bigint is its text', () => {
  expect(keyText([12n])).toBe('12')
})

test('the refusal does not repeat the value', () => {
  expect(() => keyText([{ email: 'jane@example.com' }])).toThrow(expect.not.stringContaining('jane'))
})

test('different lists of values never make the same text, and the text gives the values back', () => {
  const part = fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('[', '[]', '["a"]', '\0', '\ud800', 'null', ''))
  const values = fc
    .array(fc.option(part), { minLength: 1, maxLength: 3 })
    .filter((parts) => parts.some((p) => p !== null))
  fc.assert(
    fc.property(values, (parts) => {
      const text = keyText(parts)
      expect(text.startsWith('[') ? JSON.parse(text) : [text]).toEqual(parts)
      expect(text.isWellFormed() && !text.includes('\0')).toBe(true)
    }),
  )
})

test('a number is the same key as its text, alone and among others', () => {
  fc.assert(
    fc.property(fc.integer(), fc.string(), (number, other) => {
      expect(keyText([number])).toBe(keyText([String(number)]))
      expect(keyText([other, number])).toBe(keyText([other, String(number)]))
    }),
  )
})
