import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createRollingWindow } from './rolling-window.ts'

describe('createRollingWindow', () => {
  test('a call occupies a slot from its start until one period after its answer', () => {
    const slots = createRollingWindow(100)
    slots.sent()
    slots.sent()
    expect(slots.occupied(0, 100)).toBe(2)
    slots.answered(10)
    expect([slots.inFlight, slots.occupied(10, 100), slots.occupied(109, 100), slots.occupied(110, 100)]).toEqual([
      1, 2, 2, 1,
    ])
  })

  test('says when a slot becomes free', () => {
    const slots = createRollingWindow(100)
    for (const at of [10, 20, 30]) {
      slots.sent()
      slots.answered(at)
    }
    slots.sent()
    expect(slots.freeAt(40, 5, 100)).toBe(40)
    expect(slots.freeAt(40, 4, 100)).toBe(110)
    expect(slots.freeAt(40, 3, 100)).toBe(120)
    // Only the answer of the call under way can free the last.
    expect(slots.freeAt(40, 1, 100)).toBe(Number.POSITIVE_INFINITY)
    expect(slots.freeBy(120, 4, 100)).toBe(2)
    expect(slots.answeredAfter(10)).toBe(2)
  })

  test('counts as a plain list does, also after thousands of calls', () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat(20), { minLength: 1, maxLength: 3000 }),
        fc.integer({ min: 1, max: 500 }),
        (gaps, period) => {
          const slots = createRollingWindow(500)
          const answers: number[] = []
          let now = 0
          for (const gap of gaps) {
            now += gap
            slots.sent()
            slots.answered(now)
            answers.push(now)
          }
          expect(slots.occupied(now, period)).toBe(answers.filter((at) => at > now - period).length)
        },
      ),
      { numRuns: 50 },
    )
  })
})
