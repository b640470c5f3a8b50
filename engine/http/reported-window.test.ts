import { describe, expect, test } from 'vitest'
import { createReportedWindow } from './reported-window.ts'

const none = () => 0
const minute = { requests: 200, perMs: 60_000, reserve: 0 }

describe('what remains', () => {
  test('is unknown until it is reported', () => {
    const window = createReportedWindow(minute)
    expect(window.allowance(0, 5, none)).toBe(Number.POSITIVE_INFINITY)
    window.report({ sentAt: 0, receivedAt: 10 }, 1)
    expect(window.allowance(10, 0, none)).toBe(Number.POSITIVE_INFINITY)
    expect(window.endsAt(10)).toBeUndefined()
  })

  test('is the lowest figure of the window, less what is under way', () => {
    const window = createReportedWindow(minute)
    window.report({ sentAt: 0, receivedAt: 100, remaining: 150, resetsInMs: 30_000 }, 1)
    window.report({ sentAt: 5, receivedAt: 300, remaining: 170, resetsInMs: 29_800 }, 2)
    expect(window.allowance(300, 4, none)).toBe(150 - 4)
  })

  test('less the part of others, as far as they have not used it', () => {
    const window = createReportedWindow({ ...minute, reserve: 20 })
    window.report({ sentAt: 0, receivedAt: 100, remaining: 150, resetsInMs: 30_001 }, 1)
    // The window began 30 s before. 50 calls are used; the fewer of them were ours, the more others have had.
    const ours = (calls: number) => (since: number) => (since === -29_999 ? calls : 0)
    expect(window.allowance(100, 4, ours(46))).toBe(150 - 4 - 20)
    expect(window.allowance(100, 4, ours(34))).toBe(150 - 4 - 8)
    expect(window.allowance(100, 4, ours(10))).toBe(150 - 4)
  })

  test('falls by one for an answer that does not say', () => {
    const window = createReportedWindow(minute)
    window.report({ sentAt: 0, receivedAt: 10, remaining: 5, resetsInMs: 30_000 }, 1)
    window.report({ sentAt: 20, receivedAt: 30 }, 2)
    expect(window.allowance(30, 0, none)).toBe(4)
  })

  test('is unknown again when the window has surely ended', () => {
    const window = createReportedWindow(minute)
    window.report({ sentAt: 0, receivedAt: 100, remaining: 0, resetsInMs: 30_500 }, 1)
    expect(window.endsAt(0)).toBe(30_650)
    expect(window.allowance(30_649, 0, none)).toBe(0)
    expect(window.allowance(30_650, 0, none)).toBe(Number.POSITIVE_INFINITY)
  })

  test('ends by the answer that tells most exactly', () => {
    const window = createReportedWindow(minute)
    window.report({ sentAt: 0, receivedAt: 500, remaining: 9, resetsInMs: 30_500 }, 1)
    window.report({ sentAt: 600, receivedAt: 610, remaining: 8, resetsInMs: 30_095 }, 2)
    expect(window.endsAt(700)).toBe(610 + 30_095 + 50)
  })

  test('whole seconds may be rounded: a second later', () => {
    const window = createReportedWindow(minute)
    window.report({ sentAt: 0, receivedAt: 100, remaining: 0, resetsInMs: 30_000 }, 1)
    expect(window.endsAt(0)).toBe(31_150)
  })

  test('of a new window counts, whether its call was sent before or after the end', () => {
    for (const sentAt of [29_990, 30_200]) {
      const window = createReportedWindow(minute)
      window.report({ sentAt: 0, receivedAt: 10, remaining: 0, resetsInMs: 30_001 }, 1)
      window.report({ sentAt, receivedAt: 30_300, remaining: 199, resetsInMs: 59_801 }, 2)
      expect(window.allowance(30_300, 0, none)).toBe(199)
    }
  })

  test('of an old window does not count, when its answer comes after the new began', () => {
    const window = createReportedWindow(minute)
    window.report({ sentAt: 29_000, receivedAt: 29_100, remaining: 3, resetsInMs: 950 }, 1)
    window.report({ sentAt: 30_100, receivedAt: 30_200, remaining: 199, resetsInMs: 59_850 }, 2)
    window.report({ sentAt: 29_900, receivedAt: 30_300, remaining: 1, resetsInMs: 60 }, 3)
    expect(window.allowance(30_300, 0, none)).toBe(199)
  })

  test('without a reported end, an answer to a later call counts, one that overtook does not', () => {
    const window = createReportedWindow(minute)
    window.report({ sentAt: 0, receivedAt: 100, remaining: 5 }, 1)
    window.report({ sentAt: 50, receivedAt: 200, remaining: 9 }, 2)
    expect(window.allowance(200, 0, none)).toBe(5)
    window.report({ sentAt: 201, receivedAt: 300, remaining: 8 }, 3)
    expect(window.allowance(300, 0, none)).toBe(8)
  })
})

describe('a window shorter than configured', () => {
  const spent = { sentAt: 1000, receivedAt: 1010, remaining: 1, resetsInMs: 1500 }
  const fresh = { sentAt: 4500, receivedAt: 4510, remaining: 199, resetsInMs: 1001 }

  test('is learned from a fresh one: from the end of the last to its own end', () => {
    const window = createReportedWindow(minute)
    window.report(spent, 199)
    window.report(fresh, 200)
    // The last ended between 2500 and 2510 (or, whole seconds aside, then); this one ends by 5511.
    expect(window.shorterMs).toBe(5511 - 2500)
    expect(window.lastsAbout(60_000)).toBe(false)
  })

  test('the smallest counts, and is checked against what is seen', () => {
    const window = createReportedWindow(minute)
    window.report(spent, 199)
    window.report({ ...fresh, sentAt: 5000, receivedAt: 5010, resetsInMs: 2999 }, 200)
    expect(window.shorterMs).toBe(8009 - 2500)
    window.report({ sentAt: 7990, receivedAt: 7995, remaining: 5, resetsInMs: 14 }, 200)
    window.report({ sentAt: 8020, receivedAt: 8025, remaining: 199, resetsInMs: 2985 }, 200)
    expect(window.shorterMs).toBe(8025 + 2985 - (7990 + 14))
    expect(window.lastsAbout(3000)).toBe(true)
  })

  test('is not believed when the remaining calls can be explained by a quiet time', () => {
    const window = createReportedWindow(minute)
    window.report({ ...spent, remaining: 150 }, 3)
    // Rolling windows grow fresh slowly: 198 + our 2 are the configured 200.
    window.report({ ...fresh, remaining: 198 }, 2)
    expect(window.shorterMs).toBeUndefined()
  })

  test('is not learned from a window that is half used', () => {
    const window = createReportedWindow(minute)
    window.report(spent, 199)
    window.report({ ...fresh, remaining: 100 }, 200)
    expect(window.shorterMs).toBeUndefined()
  })

  test('a real minute never is one', () => {
    const window = createReportedWindow(minute)
    window.report({ sentAt: 30_000, receivedAt: 30_500, remaining: 1, resetsInMs: 29_501 }, 199)
    window.report({ sentAt: 60_001, receivedAt: 60_021, remaining: 199, resetsInMs: 59_983 }, 200)
    expect(window.shorterMs).toBeUndefined()
    expect(window.lastsAbout(60_000)).toBe(true)
  })

  test('once distrusted, is not learned again', () => {
    const window = createReportedWindow(minute)
    window.report(spent, 199)
    window.report(fresh, 200)
    window.distrust()
    expect(window.shorterMs).toBeUndefined()
    window.report({ ...spent, sentAt: 5400, receivedAt: 5410, resetsInMs: 101 }, 199)
    window.report({ ...fresh, sentAt: 6000, receivedAt: 6010 }, 200)
    expect(window.shorterMs).toBeUndefined()
  })
})
