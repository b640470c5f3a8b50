import { describe, expect, test } from 'vitest'
import { createGovernor, type Feedback, type Governor, type GovernorOptions } from './governor.ts'
import { createSimulatedTime, type SimulatedTime } from './testing/simulated-time.ts'

interface Sent {
  readonly name: string
  readonly at: number
  readonly attempt: number
}

/** A governor on a simulated clock, and a server whose answers the test writes. */
function set(options: Partial<GovernorOptions> = {}) {
  const time = createSimulatedTime()
  const governor = createGovernor({
    key: 'account',
    concurrent: 4,
    clock: time,
    timers: time,
    random: () => 0.5,
    ...options,
  })
  const sent: Sent[] = []
  let answer: (sent: Sent) => Feedback | Error = () => ({})
  const call = (
    name: string,
    { priority = 1, signal, ms = 10 }: { priority?: number; signal?: AbortSignal; ms?: number } = {},
  ) =>
    governor.run(
      async (attempt) => {
        const entry = { name, at: time.now(), attempt }
        sent.push(entry)
        await time.wait(ms)
        const feedback = answer(entry)
        if (feedback instanceof Error) throw feedback
        return { value: `${name} done`, feedback }
      },
      { priority, ...(signal && { signal }) },
    )
  return {
    time,
    governor,
    sent,
    call,
    answers: (next: typeof answer) => {
      answer = next
    },
    names: () => sent.map(({ name }) => name),
    times: () => sent.map(({ at }) => at),
  }
}

const many = (count: number, call: (name: string) => Promise<unknown>) =>
  Promise.all(Array.from({ length: count }, (_, index) => call(String(index))))

const idle = async (time: SimulatedTime, governor: Governor, until: number) => {
  await time.run(until)
  expect(governor.stats()).toMatchObject({ waiting: 0, inFlight: 0 })
  expect(time.pending).toBe(0)
}

describe('concurrency and order', () => {
  test('no more than so many at once', async () => {
    const { time, governor, call, times } = set({ concurrent: 3 })
    const all = many(7, call)
    expect(governor.stats()).toMatchObject({ inFlight: 3, waiting: 4 })
    await idle(time, governor, 1000)
    await all
    expect(times()).toEqual([0, 0, 0, 10, 10, 10, 20])
  })

  test('a lower number goes first, equals in order of arrival', async () => {
    const { time, governor, call, names } = set({ concurrent: 1 })
    const all = [
      call('first', { priority: 5 }),
      call('low', { priority: 9 }),
      call('mid 1', { priority: 5 }),
      call('high', { priority: 1 }),
      call('mid 2', { priority: 5 }),
    ]
    await idle(time, governor, 1000)
    await Promise.all(all)
    expect(names()).toEqual(['first', 'high', 'mid 1', 'mid 2', 'low'])
  })

  test('the value and the failure of the work are those of the call', async () => {
    const { time, governor, call, answers } = set()
    answers(({ name }) => (name === 'bad' ? new Error('lost') : {}))
    const good = call('good')
    const bad = call('bad')
    bad.catch(() => undefined)
    await idle(time, governor, 100)
    expect(await good).toBe('good done')
    await expect(bad).rejects.toThrow('lost')
    expect(governor.stats()).toMatchObject({ calls: 2, throttled: 0 })
  })
})

describe('the rolling period', () => {
  const limit = { requests: 10, perMs: 1000 }

  test('a slot is free one period after its answer, not after its start', async () => {
    const { time, governor, call, times } = set({ limit, concurrent: 10 })
    const all = many(20, (name) => call(name, { ms: 50 }))
    await idle(time, governor, 5000)
    await all
    // The first alone, since nothing is known of the server yet.
    expect(times()).toEqual([0, ...Array(9).fill(50), 1050, ...Array(9).fill(1100)])
  })

  test('a call that failed counts', async () => {
    const { time, governor, call, times, answers } = set({ limit: { requests: 1, perMs: 1000 } })
    answers(({ name }) => (name === '0' ? new Error('lost') : {}))
    const all = [call('0').catch(() => undefined), call('1')]
    await idle(time, governor, 5000)
    await Promise.all(all)
    expect(times()).toEqual([0, 1010])
  })

  test('a share is rounded down', async () => {
    const { time, call, sent } = set({ limit, share: 0.79, concurrent: 10 })
    void many(20, call)
    await time.run(900)
    expect(sent).toHaveLength(7)
  })
})

describe('what the server reports', () => {
  const limit = { requests: 100, perMs: 60_000 }

  test('no more than what remains is sent before the reported end, then one probe', async () => {
    const { time, governor, call, sent, answers } = set({ limit })
    // Somebody else has used the account: 3 are left after the first answer.
    answers(({ at }) => {
      const before = sent.filter((entry) => entry.at < 20_000).length
      return at < 20_000
        ? { remaining: Math.max(0, 4 - before), resetsInMs: 20_000 - time.now() }
        : { remaining: 99, resetsInMs: 80_000 - time.now() }
    })
    const all = many(12, call)
    await time.run(19_999)
    expect(sent).toHaveLength(4)
    await time.run(20_049)
    expect(sent).toHaveLength(4)
    // The margin has passed: one, and only its answer lets others go.
    await time.run(20_055)
    expect(sent).toHaveLength(5)
    await time.run(20_060)
    expect(sent.length).toBeGreaterThan(5)
    await idle(time, governor, 100_000)
    await all
  })

  test('an answer that arrives late does not raise what is left', async () => {
    const { time, call, names, answers } = set({ limit: { requests: 200, perMs: 60_000 } })
    // The server handles "slow" first and answers it last; in between somebody else has used all but 4.
    let left = 4
    answers(({ name }) => ({ remaining: name === 'slow' ? 150 : --left, resetsInMs: 30_000 - time.now() }))
    void call('slow', { ms: 15 })
    void many(20, call)
    await time.run(29_000)
    expect(names()).toHaveLength(1 + 4)
  })

  test('the part of others is left to them, as far as they have not used it', async () => {
    // Of the first window others use 15 of their 20 before us; then none.
    const { time, call, sent, answers } = set({ limit, share: 0.8 })
    let left = 100 - 15
    answers(() => ({ remaining: --left, resetsInMs: 60_000 - time.now() }))
    void many(100, call)
    await time.run(59_000)
    expect(sent).toHaveLength(80)
    expect(left).toBe(5)
  })

  test('a burst keeps one slot to learn at the reported end that the window is shorter than configured', async () => {
    const { time, governor, call, sent, answers } = set({ limit, concurrent: 8 })
    // A server that runs twenty times as fast: 100 per 3 s.
    answers(() => {
      const window = Math.floor(time.now() / 3000)
      const used = sent.filter(({ at }) => Math.floor((at + 10) / 3000) === window && at + 10 <= time.now()).length
      return { remaining: 100 - used, resetsInMs: (window + 1) * 3000 - time.now() }
    })
    const all = many(1000, call)
    await time.run(2999)
    expect(sent).toHaveLength(99)
    await time.run(36_000)
    // Without having learned, 60 s would have to pass before the second hundred.
    expect(sent).toHaveLength(1000)
    await all
    await idle(time, governor, 40_000)
    expect(governor.stats()).toMatchObject({ throttled: 0 })
    expect(governor.stats().usedShare).toBeGreaterThan(0.94)
  })

  test('a shorter window that proves wrong is not believed again', async () => {
    const { time, governor, call, answers } = set({ limit, concurrent: 8 })
    // It reports windows of 3 s, but takes 100 in any minute only.
    const taken: number[] = []
    answers(() => {
      const now = time.now()
      const resetsInMs = 3000 - (now % 3000)
      const throttled = taken.filter((at) => at > now - 60_000).length >= 100
      if (!throttled) taken.push(now)
      const used = taken.filter((at) => at >= now - (now % 3000)).length
      return { remaining: 100 - used, resetsInMs, throttled }
    })
    void many(1000, call)
    await time.run(70_000)
    const { throttled } = governor.stats()
    expect(throttled).toBeGreaterThan(0)
    await time.run(400_000)
    expect(governor.stats().throttled).toBe(throttled)
    expect(taken.length).toBeGreaterThanOrEqual(600)
  })
})

describe('throttled answers', () => {
  test('the call goes back to the head of its priority, waits as told, and is no failure', async () => {
    const { time, governor, call, names, sent, answers } = set({ concurrent: 1 })
    answers(({ name, attempt }) => (name === 'a' && attempt === 1 ? { throttled: true, retryAfterMs: 500 } : {}))
    const all = [call('a', { priority: 2 }), call('b', { priority: 2 }), call('c', { priority: 1 })]
    await time.run(200)
    expect(names()).toEqual(['a', 'c'].slice(0, sent.length))
    await idle(time, governor, 2000)
    expect(await Promise.all(all)).toEqual(['a done', 'b done', 'c done'])
    expect(names()).toEqual(['a', 'c', 'a', 'b'])
    expect(sent[1]?.at).toBe(510)
    expect(sent[2]).toMatchObject({ attempt: 2 })
    expect(governor.stats()).toMatchObject({ calls: 4, throttled: 1 })
  })

  test('all calls wait, and one probe goes first', async () => {
    const { time, governor, call, times, sent, answers } = set({ concurrent: 4 })
    answers(({ attempt, at }) => (attempt === 1 && at === 0 ? { throttled: true, retryAfterMs: 100 } : {}))
    const all = many(8, call)
    await time.run(109)
    expect(sent).toHaveLength(4)
    await time.run(115)
    expect(sent).toHaveLength(5)
    await idle(time, governor, 2000)
    await all
    expect(times().filter((at) => at === 110)).toHaveLength(1)
    expect(governor.stats()).toMatchObject({ throttled: 4, calls: 12 })
  })

  test('without being told, until the reported end', async () => {
    const { time, governor, call, times, answers } = set({ limit: { requests: 10, perMs: 1000 } })
    answers(({ at }) => (at === 0 ? { throttled: true, remaining: 0, resetsInMs: 300 } : {}))
    const done = call('a')
    await idle(time, governor, 2000)
    await done
    expect(times()[1]).toBeGreaterThanOrEqual(310)
    expect(times()[1]).toBeLessThan(330)
  })

  test('else ever longer: full jitter, one second doubling to sixty', async () => {
    const { time, governor, call, times, answers } = set()
    answers(({ attempt }) => (attempt <= 9 ? { throttled: true } : {}))
    const done = call('a')
    await idle(time, governor, 1_000_000)
    await done
    const waits = times().map((at, index, all) => at - (all[index - 1] ?? 0) - 10)
    // Half of each, by the random source of this test.
    expect(waits.slice(1)).toEqual([500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000])
  })

  test('a server that says "at once" again and again is not believed', async () => {
    const { time, governor, call, times, answers } = set()
    answers(({ attempt }) => (attempt <= 4 ? { throttled: true, retryAfterMs: 0 } : {}))
    const done = call('a')
    await idle(time, governor, 100_000)
    await done
    expect(times()).toEqual([0, 10, 520, 1530, 3540])
  })

  test('a server that asks for years is asked again after an hour', async () => {
    const { time, governor, call, times, answers } = set()
    answers(({ attempt }) => (attempt === 1 ? { throttled: true, retryAfterMs: 1e12 } : {}))
    const done = call('a')
    await idle(time, governor, 4_000_000)
    await done
    expect(times()).toEqual([0, 3_600_010])
  })

  test('without a limit the concurrency is halved, and grows by one after 20 good answers', async () => {
    const { time, governor, call, sent, answers } = set({ concurrent: 8 })
    answers(({ at }) => (at === 0 ? { throttled: true, retryAfterMs: 100 } : {}))
    const all = many(200, call)
    await idle(time, governor, 10_000)
    await all
    const widths = new Map<number, number>()
    for (const { at } of sent) widths.set(at, (widths.get(at) ?? 0) + 1)
    const [first, probe, ...later] = [...widths.values()]
    expect([first, probe]).toEqual([8, 1])
    expect(later[0]).toBe(4)
    expect(later.slice(0, 5)).toEqual([4, 4, 4, 4, 4])
    expect(Math.max(...later)).toBe(8)
    for (const [index, width] of later.slice(0, -1).entries())
      expect(width).toBeGreaterThanOrEqual(later[index - 1] ?? 0)
  })
})

describe('aborts', () => {
  test('a waiting call leaves at once with the reason, and nothing stays behind', async () => {
    const { time, governor, call, names } = set({ limit: { requests: 1, perMs: 60_000 } })
    const stop = new AbortController()
    const first = call('first')
    const waiting = call('waiting', { signal: stop.signal })
    const other = call('other', { signal: stop.signal })
    await time.run(100)
    expect(governor.stats()).toMatchObject({ waiting: 2 })
    expect(time.pending).toBe(1)
    stop.abort(new Error('stopped'))
    await expect(waiting).rejects.toThrow('stopped')
    await expect(other).rejects.toThrow('stopped')
    expect(governor.stats()).toMatchObject({ waiting: 0, inFlight: 0 })
    expect(time.pending).toBe(0)
    await first
    await expect(call('late', { signal: stop.signal })).rejects.toThrow('stopped')
    expect(names()).toEqual(['first'])
    expect(governor.stats()).toMatchObject({ waiting: 0, inFlight: 0, calls: 1 })
  })

  test('a call under way is settled by its work', async () => {
    const { time, governor, call } = set()
    const stop = new AbortController()
    const running = call('a', { signal: stop.signal })
    stop.abort(new Error('stopped'))
    expect(governor.stats()).toMatchObject({ inFlight: 1 })
    await idle(time, governor, 100)
    expect(await running).toBe('a done')
  })

  test('others go on when one is aborted', async () => {
    const { time, governor, call, names } = set({ concurrent: 1 })
    const stop = new AbortController()
    const all = [call('a'), call('b', { signal: stop.signal }), call('c')]
    all[1]?.catch(() => undefined)
    stop.abort(new Error('stopped'))
    await idle(time, governor, 100)
    expect(names()).toEqual(['a', 'c'])
  })
})

test.each([
  [{ concurrent: 0 }, /"account" cannot be kept: the number of calls at once/],
  [{ concurrent: 1.5 }, /the number of calls at once/],
  [{ concurrent: 1, share: 0 }, /the share of the calls/],
  [{ concurrent: 1, share: 1.1 }, /the share of the calls/],
  [{ concurrent: 1, limit: { requests: 0, perMs: 1000 } }, /a limit needs at least 1 request/],
])('options that make no sense are refused: %j', (options, message) => {
  expect(() => createGovernor({ key: 'account', ...options })).toThrow(message)
})
