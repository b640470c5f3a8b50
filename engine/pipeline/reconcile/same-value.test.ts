import { describe, expect, it } from 'vitest'
import { sameValue } from './same-value.ts'

describe('what a target holds is what a mapping makes', () => {
  it.each([
    ['equal scalars', 1.5, 1.5],
    ['nothing, an empty text and an empty list', undefined, ''],
    ['an empty list and nothing', [], undefined],
    ['an object without values and nothing', { a: '' }, undefined],
    ['of an object the fields that the mapping gives', { a: 1 }, { a: 1, theirs: 2 }],
    ['lists entry by entry', [{ a: 1 }, 2], [{ a: 1, b: 0 }, 2]],
    ['one instant in two zones', '2026-03-01T10:00:00Z', '2026-03-01T11:00:00.000+01:00'],
  ])('%s', (_, expected, found) => {
    expect(sameValue(expected, found)).toBe(true)
  })

  it.each([
    ['another value', 1, 2],
    ['a number and its text', 1, '1'],
    ['0 and nothing', 0, undefined],
    ['false and nothing', false, undefined],
    ['a value where nothing should be', undefined, 'x'],
    ['a field that lacks', { a: 1, b: 2 }, { a: 1 }],
    ['a longer list', [1], [1, 2]],
    ['another order', [1, 2], [2, 1]],
    ['a list and an object', [1], { 0: 1 }],
    ['texts that are no times', '2026', '2026.0'],
  ])('not %s', (_, expected, found) => {
    expect(sameValue(expected, found)).toBe(false)
  })
})
