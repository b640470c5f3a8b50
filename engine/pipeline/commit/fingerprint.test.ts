import fc from 'fast-check'
import { expect, it } from 'vitest'
import { fingerprint } from './fingerprint.ts'

it('5.7 is equal for equal fields in whatever order, and differs for others', () => {
  expect(fingerprint({ a: 1, b: [{ c: 'x', d: true }] })).toBe(fingerprint({ b: [{ d: true, c: 'x' }], a: 1 }))
  expect(fingerprint({ a: [1, 2] })).not.toBe(fingerprint({ a: [2, 1] }))
  expect(fingerprint({ a: 1 })).not.toBe(fingerprint({ a: '1' }))
  expect(fingerprint({ a: 1, b: undefined })).toBe(fingerprint({ a: 1 }))
  expect(fingerprint({ a: [] })).not.toBe(fingerprint({}))
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), fc.dictionary(fc.string(), fc.jsonValue()), (a, b) => {
      const same = JSON.stringify(sorted(a)) === JSON.stringify(sorted(b))
      expect(fingerprint(a) === fingerprint(b)).toBe(same)
    }),
  )
})

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, entry]) => [name, sorted(entry)]),
  )
}
