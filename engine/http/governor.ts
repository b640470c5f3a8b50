import PQueue from 'p-queue'
import { pacedConcurrency, pacingGap } from './pacing.ts'
import { createReportedWindow } from './reported-window.ts'
import { backoffDelay } from './retry.ts'
import { createRollingWindow } from './rolling-window.ts'
import { type Clock, monotonicClock, type Random, systemTimers, type Timers } from './time.ts'
import { createUsageMeter } from './usage.ts'

/** What the answer to a call says about the account's quota. All optional: a server may say nothing. */
export interface Feedback {
  /** Calls left in the server's current window. */
  readonly remaining?: number
  /** Milliseconds until the server's window ends, as of the answer. */
  readonly resetsInMs?: number
  /** The server refused the call because there were too many. */
  readonly throttled?: boolean
  /** How long the server asks to wait, milliseconds. */
  readonly retryAfterMs?: number
}

export interface Limit {
  /** Calls per period that the account allows. */
  readonly requests: number
  /** The period, milliseconds. */
  readonly perMs: number
}

export interface GovernorOptions {
  /** Names the account; one governor per account. */
  readonly key: string
  /** Without one, only concurrency is bounded and throttled answers are waited out. */
  readonly limit?: Limit
  /** Calls under way at once, at most. */
  readonly concurrent: number
  /** The part of the account's calls that is ours: over 0, up to 1 (the default). */
  readonly share?: number
  readonly clock?: Clock
  readonly timers?: Timers
  readonly random?: Random
}

export interface CallOptions {
  /** A lower number goes first. Strictly: while calls of a lower number wait, none of a higher number is sent. */
  readonly priority: number
  /** Takes the call out of the queue while it waits. A call under way is not touched: give `work` the signal too. */
  readonly signal?: AbortSignal
}

export interface GovernorStats {
  /** Calls answered or failed, throttled ones included. */
  readonly calls: number
  readonly throttled: number
  readonly waiting: number
  readonly inFlight: number
  /**
   * Calls sent / calls allowed (our share of them), over all complete periods at whose end calls waited; undefined
   * without a limit and before the first such period.
   */
  readonly usedShare: number | undefined
}

/**
 * Sends an account's calls within its limit, in order of priority. `work` does one call and must not call `run` of the
 * same governor inside. A throttled call goes back to the head of its priority and is sent again, as often as needed:
 * `attempt` counts from 1. When `work` rejects, so does `run`; the call is then counted as one that the server handled.
 */
export interface Governor {
  readonly key: string
  run<T>(
    work: (attempt: number) => Promise<{ readonly value: T; readonly feedback: Feedback }>,
    options: CallOptions,
  ): Promise<T>
  stats(): GovernorStats
}

/** Waits after throttled answers that do not say how long to wait. */
const throttleBackoff = { baseMs: 1000, maxMs: 60_000 }

/** A server that tells of a longer time (years, by a mistake of a clock) is asked again after this. */
const longestPauseMs = 3_600_000

/** Good answers in a row after which a lowered concurrency grows by one and the backoff starts anew. */
const goodAnswers = 20

/**
 * Our period, in lengths of the shorter window that the server showed. What it showed is an upper bound already, so the
 * margin is only for its clock being a little slower at times; it costs as much of the quota.
 */
const learnedMargin = 1.02

interface Call {
  readonly priority: number
  readonly signal: AbortSignal | undefined
  readonly work: (attempt: number) => Promise<Feedback>
  readonly reject: (reason: unknown) => void
  attempt: number
}

export function createGovernor(options: GovernorOptions): Governor {
  const { key, limit, concurrent, share = 1 } = options
  const { clock = monotonicClock, timers = systemTimers, random = Math.random } = options
  assertOptions(options)

  const capacity = limit ? Math.max(1, Math.floor(limit.requests * share + 1e-9)) : Number.POSITIVE_INFINITY
  const reserve = limit ? limit.requests - capacity : 0
  const slots = createRollingWindow(1.5 * (limit?.perMs ?? 0))
  const reported = limit ? createReportedWindow({ ...limit, reserve }) : undefined
  const usage = limit ? createUsageMeter(capacity) : undefined
  const queue = new PQueue({ concurrency: concurrent, autoStart: false })

  let calls = 0
  let throttled = 0
  let waiting = 0
  let latencyMs: number | undefined
  let lastStart = Number.NEGATIVE_INFINITY
  /** Nothing is sent before this time: the server said that there were too many calls. */
  let pausedUntil = Number.NEGATIVE_INFINITY
  let pausedAt = Number.NEGATIVE_INFINITY
  let pauses = 0
  let goodSincePause = 0
  let bearable = concurrent
  /** One call alone must show that the server takes calls again. */
  let probe: 'no' | 'due' | 'sent' = 'no'
  /** The reported quota ran out while calls waited, so what comes after its window starts with a probe. */
  let usedUp = false
  let timer: { readonly at: number; readonly handle: unknown } | undefined

  const windowMs = () => reported?.shorterMs ?? limit?.perMs ?? 0
  const periodMs = () => (reported?.shorterMs === undefined ? windowMs() : reported.shorterMs * learnedMargin)

  /** The slots that may be occupied now. */
  const usable = (endsAt: number | undefined): number => {
    // A burst must not use every slot while the server's window may be shorter than ours: the last one is kept to find
    // that out as soon as the reported window ends.
    const keepOne = capacity > 1 && endsAt !== undefined && reported?.lastsAbout(periodMs()) === false
    return keepOne ? capacity - 1 : capacity
  }

  /** When the next call may be sent: a time, at most `now` for at once; Infinity when an answer must come first. */
  const nextStart = (now: number): number => {
    if (now < pausedUntil) return pausedUntil
    if (!limit || !reported) return probe === 'sent' ? Number.POSITIVE_INFINITY : now
    const period = periodMs()
    const endsAt = reported.endsAt(now)
    if (endsAt === undefined && usedUp) {
      usedUp = false
      if (probe === 'no') probe = 'due'
    }
    if (probe === 'sent') return Number.POSITIVE_INFINITY
    const allowance = reported.allowance(now, slots.inFlight, slots.answeredAfter)
    if (endsAt !== undefined && allowance < 1) {
      if (allowance + slots.inFlight < 1) usedUp = true
      return endsAt
    }
    const slotAt = slots.freeAt(now, usable(endsAt), period)
    // The slot that was kept is usable when the window has ended.
    if (slotAt > now)
      return endsAt === undefined ? slotAt : Math.min(slotAt, Math.max(endsAt, slots.freeAt(now, capacity, period)))
    return lastStart + pacingGap(pace(now, endsAt))
  }

  const pace = (now: number, endsAt: number | undefined) => {
    const period = periodMs()
    const usableSlots = usable(endsAt)
    return {
      now,
      endsAt,
      latencyMs,
      capacity: usableSlots,
      periodMs: period,
      windowMs: windowMs(),
      occupied: slots.occupied(now, period),
      recent: slots.occupied(now, 1.5 * period),
      due: endsAt === undefined ? 0 : slots.freeBy(endsAt - (latencyMs ?? 0), usableSlots, period),
    }
  }

  const arm = (at: number | undefined): void => {
    if (timer?.at === at) return
    if (timer) timers.clearTimeout(timer.handle)
    timer = undefined
    if (at === undefined) return
    const handle = timers.setTimeout(
      () => {
        timer = undefined
        refresh()
      },
      Math.max(0, at - clock.now()),
    )
    timer = { at, handle }
  }

  /** Opens or closes the queue, and wakes up when it may be opened. To be called after every change. */
  const refresh = (): void => {
    const now = clock.now()
    const at = waiting === 0 ? Number.POSITIVE_INFINITY : nextStart(now)
    // Closed while it is looked at: a change of the concurrency would start calls by itself.
    queue.pause()
    if (at > now) {
      arm(at === Number.POSITIVE_INFINITY ? undefined : at)
      return
    }
    arm(undefined)
    const width = limit ? Math.min(bearable, pacedConcurrency(pace(now, reported?.endsAt(now)), concurrent)) : bearable
    if (queue.concurrency !== width) queue.concurrency = width
    queue.start()
  }

  const elapse = (now: number): void => {
    usage?.elapse(now, { waiting, inFlight: slots.inFlight }, windowMs())
  }

  const start = async (call: Call): Promise<void> => {
    const sentAt = clock.now()
    elapse(sentAt)
    waiting--
    slots.sent()
    usage?.sent()
    lastStart = sentAt
    const isProbe = probe === 'due'
    if (isProbe) probe = 'sent'
    refresh()
    let feedback: Feedback | undefined
    try {
      feedback = await call.work(call.attempt)
    } catch (reason) {
      call.reject(reason)
    }
    const receivedAt = clock.now()
    elapse(receivedAt)
    calls++
    slots.answered(receivedAt)
    // Slowly up and down, so that one slow answer does not change the pace.
    const took = receivedAt - sentAt
    latencyMs = latencyMs === undefined ? took : latencyMs + (took - latencyMs) / 8
    reported?.report({ sentAt, receivedAt, ...quota(feedback) }, surelyCounted(sentAt, receivedAt))
    if (isProbe) probe = feedback === undefined || feedback.throttled ? 'due' : 'no'
    if (feedback?.throttled) {
      throttled++
      onThrottled(sentAt, receivedAt, feedback)
      call.attempt++
      enqueue(call, true)
    } else if (feedback) onGood()
    refresh()
  }

  /**
   * Calls that a server with a window of the configured length counted when it answered a call: well within the length,
   * and answered before that call was sent. The call itself is one of them.
   */
  const surelyCounted = (sentAt: number, receivedAt: number): number =>
    slots.answeredAfter(receivedAt - 0.9 * (limit?.perMs ?? 0)) - slots.answeredAfter(sentAt) + 1

  const onGood = (): void => {
    if (++goodSincePause < goodAnswers) return
    goodSincePause = 0
    pauses = 0
    if (bearable < concurrent) bearable++
  }

  const onThrottled = (sentAt: number, now: number, { retryAfterMs, resetsInMs }: Feedback): void => {
    if (reported?.shorterMs !== undefined) reported.distrust()
    goodSincePause = 0
    probe = 'due'
    const told = retryAfterMs ?? resetsInMs
    // Calls that were under way when the first was throttled tell nothing new.
    const isNew = sentAt >= pausedAt
    if (isNew) {
      pausedAt = now
      pauses++
      // A server that tells when to come again needs no guessing how many calls it bears.
      if (!limit || told === undefined) bearable = Math.max(1, Math.floor(bearable / 2))
    }
    if (told === undefined) {
      if (isNew) pausedUntil = Math.max(pausedUntil, now + backoffDelay(pauses, throttleBackoff, random))
      return
    }
    // A server that says "now" again and again is not believed.
    const doubt = pauses > 1 ? backoffDelay(pauses - 1, throttleBackoff, random) : 0
    pausedUntil = Math.max(pausedUntil, now + Math.min(told, longestPauseMs), isNew ? now + doubt : now)
  }

  const enqueue = (call: Call, atHead: boolean): void => {
    elapse(clock.now())
    waiting++
    let started = false
    const task = () => {
      started = true
      return start(call)
    }
    // p-queue: a higher number goes first. A returning call goes before all others of its priority.
    const priority = atHead ? -call.priority + 2 ** -20 : -call.priority
    queue.add(task, call.signal ? { priority, signal: call.signal } : { priority }).catch((reason) => {
      // An abort while the call is under way is not ours: `work` settles it.
      if (started) return
      elapse(clock.now())
      waiting--
      call.reject(reason)
      refresh()
    })
  }

  return {
    key,
    run: (work, { priority, signal }) =>
      new Promise((resolve, reject) => {
        enqueue(
          {
            priority,
            signal,
            reject,
            attempt: 1,
            async work(attempt) {
              const { value, feedback } = await work(attempt)
              if (!feedback.throttled) resolve(value)
              return feedback
            },
          },
          false,
        )
        refresh()
      }),
    stats() {
      elapse(clock.now())
      return { calls, throttled, waiting, inFlight: slots.inFlight, usedShare: usage?.share }
    },
  }
}

function quota({ remaining, resetsInMs }: Feedback = {}): { remaining?: number; resetsInMs?: number } {
  return {
    ...(isCount(remaining) && { remaining }),
    ...(isCount(resetsInMs) && { resetsInMs }),
  }
}

const isCount = (value: number | undefined): value is number => value !== undefined && value >= 0

function assertOptions({ key, limit, concurrent, share = 1 }: GovernorOptions): void {
  const refuse = (what: string): never => {
    throw new RangeError(`The limits of "${key}" cannot be kept: ${what}.`)
  }
  if (!Number.isInteger(concurrent) || concurrent < 1)
    refuse('the number of calls at once must be a whole number over 0')
  if (!(share > 0 && share <= 1)) refuse('the share of the calls must be over 0 and at most 1')
  if (limit && !(limit.requests >= 1 && limit.perMs > 0))
    refuse('a limit needs at least 1 request per period over 0 ms')
}
