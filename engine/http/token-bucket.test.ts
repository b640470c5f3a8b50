import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createTokenBucket } from './token-bucket.ts'

describe('createTokenBucket', () => {
  test('lets a burst through, then the rate', () => {
    const bucket = createTokenBucket({ requests: 3, perMs: 60_000, burst: 2 })
    expect([bucket.take(0), bucket.take(0)]).toEqual([0, 0])
    expect(bucket.take(0)).toBe(20_000)
    expect(bucket.take(15_000)).toBe(5000)
    expect(bucket.take(20_000)).toBe(0)
    expect(bucket.take(20_000)).toBe(20_000)
  })

  test('without a burst one at a time', () => {
    const bucket = createTokenBucket({ requests: 3, perMs: 60_000 })
    expect(bucket.take(1000)).toBe(0)
    expect(bucket.take(1000)).toBe(20_000)
  })

  test('whoever waits as told is let through, and never more than the limit allows', () => {
    const limit = fc.record({
      requests: fc.integer({ min: 1, max: 50 }),
      perMs: fc.integer({ min: 10, max: 100_000 }),
      burst: fc.integer({ min: 1, max: 30 }),
    })
    fc.assert(
      fc.property(limit, fc.array(fc.nat(5000), { maxLength: 100 }), (options, pauses) => {
        const bucket = createTokenBucket(options)
        let now = 0
        const taken: number[] = []
        for (const pause of pauses) {
          now += pause
          const wait = bucket.take(now)
          if (wait > 0) {
            now += wait
            expect(bucket.take(now)).toBe(0)
          }
          taken.push(now)
        }
        for (const [index, from] of taken.entries()) {
          const until = taken.filter((time) => time >= from && time <= from + options.perMs).length
          expect(until, `from call ${index}`).toBeLessThanOrEqual(options.requests + options.burst)
        }
      }),
    )
  })
})
