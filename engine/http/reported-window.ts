/** What an answer says about the account's quota, with when its call was sent and answered (milliseconds). */
export interface Report {
  readonly sentAt: number
  readonly receivedAt: number
  /** Calls left in the server's current window. */
  readonly remaining?: number
  /** Milliseconds until the server's window ends, as of the moment the server answered. */
  readonly resetsInMs?: number
}

/** The server's window as far as its answers tell. */
export interface ReportedWindow {
  /** Takes an answer in, whatever the order in which answers arrive. */
  report(report: Report, ourRecentCalls: number): void
  /**
   * Calls that may still be sent before the window ends; Infinity when nothing is known. `inFlight`: calls under way.
   * `answeredAfter`: how many of our calls were answered after a time.
   */
  allowance(now: number, inFlight: number, answeredAfter: (since: number) => number): number
  /** The end of the window which `allowance` is about, with a margin; undefined when it is over or none is known. */
  endsAt(now: number): number | undefined
  /** True when an answer has shown that the server's window is about as long as `periodMs`, or longer. */
  lastsAbout(periodMs: number): boolean
  /** The length of the server's window if it has proved shorter than configured, else undefined. */
  readonly shorterMs: number | undefined
  /** A shorter window was believed and proved wrong: it is not believed again. */
  distrust(): void
}

interface Window {
  remaining: number
  /** The end lies between these: the server answered at some moment between our sending and our receiving. */
  earliestEnd: number
  latestEnd: number
  readonly endReported: boolean
  answeredAt: number
}

/** Some servers report whole seconds; rounded either way, the true end is up to a second off. */
const wholeSecond = 1000

export function createReportedWindow({
  requests,
  perMs,
  reserve,
}: {
  readonly requests: number
  readonly perMs: number
  /** Calls of each window that are for others; what they have used of it already need not be left to them. */
  readonly reserve: number
}): ReportedWindow {
  let window: Window | undefined
  let longestWait = 0
  let shorterMs: number | undefined
  let trusted = true

  const margin = () => Math.min(50, (shorterMs ?? perMs) / 1000)

  const read = ({ sentAt, receivedAt, resetsInMs }: Report, remaining: number): Window => {
    if (resetsInMs === undefined) {
      return {
        remaining,
        earliestEnd: sentAt,
        latestEnd: receivedAt + perMs,
        endReported: false,
        answeredAt: receivedAt,
      }
    }
    const blur = resetsInMs > 0 && resetsInMs % wholeSecond === 0 ? wholeSecond : 0
    return {
      remaining,
      earliestEnd: sentAt + resetsInMs - blur,
      latestEnd: receivedAt + resetsInMs + blur,
      endReported: true,
      answeredAt: receivedAt,
    }
  }

  const isLater = (next: Window, last: Window, { sentAt }: Report): boolean => {
    if (sentAt >= last.latestEnd || next.earliestEnd > last.latestEnd) return true
    // Without a reported end only cause and effect tells an answer of later from one that arrived out of order.
    return !next.endReported && sentAt > last.answeredAt
  }

  const learn = (next: Window, last: Window, report: Report, ourRecentCalls: number): void => {
    if (!trusted || !next.endReported || !last.endReported || report.receivedAt < last.latestEnd) return
    if (next.remaining < 0.9 * requests || next.remaining <= last.remaining) return
    // A rolling window of the configured length also seems fresh after a quiet time. That the server no longer counts
    // calls of ours that a window of the configured length would count is the proof that its window is shorter.
    if (next.remaining + ourRecentCalls <= requests) return
    const longest = next.latestEnd - last.earliestEnd
    if (longest < 0.9 * perMs && longest < (shorterMs ?? Number.POSITIVE_INFINITY)) shorterMs = longest
  }

  return {
    report(report, ourRecentCalls) {
      longestWait = Math.max(longestWait, report.resetsInMs ?? 0)
      if (report.remaining === undefined) {
        // It counted at the server all the same.
        if (window && report.sentAt < window.latestEnd) window.remaining -= 1
        return
      }
      const next = read(report, report.remaining)
      if (window === undefined) {
        window = next
      } else if (isLater(next, window, report)) {
        learn(next, window, report, ourRecentCalls)
        window = next
      } else if (next.latestEnd >= window.earliestEnd) {
        window.remaining = Math.min(window.remaining, next.remaining)
        window.earliestEnd = Math.max(window.earliestEnd, next.earliestEnd)
        window.latestEnd = Math.min(window.latestEnd, next.latestEnd)
        window.answeredAt = Math.max(window.answeredAt, next.answeredAt)
      }
    },
    allowance: (now, inFlight, answeredAfter) => {
      if (window === undefined || now >= window.latestEnd + margin()) return Number.POSITIVE_INFINITY
      // The lowest figure seen belongs to the call that the server handled last, so every answered call is in it; those
      // under way may or may not be.
      const left = window.remaining - inFlight
      if (reserve === 0) return left
      const begin = window.earliestEnd - (shorterMs ?? perMs)
      const usedByOthers = requests - window.remaining - answeredAfter(begin) - inFlight
      return left - Math.max(0, reserve - Math.max(0, usedByOthers))
    },
    endsAt: (now) =>
      window === undefined || now >= window.latestEnd + margin() ? undefined : window.latestEnd + margin(),
    lastsAbout: (periodMs) => longestWait >= 0.9 * periodMs,
    get shorterMs() {
      return shorterMs
    },
    distrust() {
      trusted = false
      shorterMs = undefined
    },
  }
}
