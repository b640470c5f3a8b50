import { describe, expect, test } from 'vitest'
import { backoffDelay, retryAfterMs, sleep } from './retry.ts'
import { createSimulatedTime } from './testing/simulated-time.ts'

describe('backoffDelay', () => {
  const backoff = { baseMs: 1000, maxMs: 60_000 }
  const almostOne = () => 1 - Number.EPSILON

  test('doubles up to the longest wait', () => {
    const longest = [1, 2, 3, 6, 7, 8, 5000].map((failures) => Math.round(backoffDelay(failures, backoff, almostOne)))
    expect(longest).toEqual([1000, 2000, 4000, 32_000, 60_000, 60_000, 60_000])
  })

  test('has full jitter', () => {
    expect(backoffDelay(3, backoff, () => 0)).toBe(0)
    expect(backoffDelay(3, backoff, () => 0.25)).toBe(1000)
  })
})

describe('sleep', () => {
  test('ends after the time', async () => {
    const time = createSimulatedTime()
    let woke = false
    void sleep(100, undefined, time).then(() => {
      woke = true
    })
    await time.run(99)
    expect(woke).toBe(false)
    await time.run(100)
    expect(woke).toBe(true)
  })

  test('ends at once with the reason of the signal, and leaves no timer', async () => {
    const time = createSimulatedTime()
    const stop = new AbortController()
    const sleeping = sleep(100, stop.signal, time)
    stop.abort(new Error('enough'))
    await expect(sleeping).rejects.toThrow('enough')
    expect(time.pending).toBe(0)
    await expect(sleep(100, stop.signal, time)).rejects.toThrow('enough')
    expect(time.pending).toBe(0)
  })
})

describe('retryAfterMs', () => {
  const now = Date.parse('2026-03-01T12:00:00Z')
  test.each([
    ['2', 2000],
    [' 0 ', 0],
    ['1.5', 1500],
    ['Sun, 01 Mar 2026 12:00:30 GMT', 30_000],
    ['Sun, 01 Mar 2026 11:00:00 GMT', 0],
    ['soon', undefined],
    ['', undefined],
    [undefined, undefined],
  ])('%s', (value, expected) => {
    expect(retryAfterMs(value, now)).toBe(expected)
  })
})
