/** One call as it arrived, without headers or body: they hold credentials and are not needed for counting. */
export interface LoggedRequest {
  /** When it arrived, in sandbox milliseconds since 1970. */
  readonly at: number
  readonly method: string
  readonly path: string
  /** The query text as sent, without the question mark. */
  readonly query: string
  /** The HTTP status of the answer; 0 when the connection was dropped. */
  readonly status: number
  /** The stand-in's name for what was asked (`get-product`); the word `unknown` where no route matched. */
  readonly operation: string
  /** True when the answer was the API's "too many requests". */
  readonly throttled: boolean
}

export interface CallCount {
  readonly calls: number
  readonly throttled: number
}

export interface RequestCounters extends CallCount {
  readonly byOperation: Readonly<Record<string, CallCount>>
  /** Key: the start of the sandbox-clock minute as ISO text, `2026-01-15T12:00:00.000Z`. */
  readonly byMinute: Readonly<Record<string, CallCount>>
}

export interface RequestLog {
  add(entry: LoggedRequest): void
  /** The newest entries, oldest first; at most as many as the log keeps. */
  entries(): readonly LoggedRequest[]
  /** Complete even when older entries were let go. */
  counters(): RequestCounters
  /** Forgets entries and counters. */
  reset(): void
}

/** Keeps the newest `keep` entries and counters of all. */
export function createRequestLog({ keep = 20_000 }: { readonly keep?: number } = {}): RequestLog {
  let entries: LoggedRequest[] = []
  let total = { calls: 0, throttled: 0 }
  let byOperation = new Map<string, { calls: number; throttled: number }>()
  let byMinute = new Map<string, { calls: number; throttled: number }>()

  const count = (counts: typeof byMinute, key: string, throttled: boolean) => {
    const entry = counts.get(key) ?? { calls: 0, throttled: 0 }
    counts.set(key, entry)
    entry.calls += 1
    if (throttled) entry.throttled += 1
  }

  return {
    add(entry) {
      entries.push(entry)
      // Cut only now and then: taking one off the front of a long array for each call would cost more than the call.
      if (entries.length > keep * 2) entries = entries.slice(-keep)
      total.calls += 1
      if (entry.throttled) total.throttled += 1
      count(byOperation, entry.operation, entry.throttled)
      count(byMinute, new Date(entry.at - (entry.at % 60_000)).toISOString(), entry.throttled)
    },
    entries: () => entries.slice(-keep),
    counters: () => ({
      ...total,
      byOperation: copyOf(byOperation),
      byMinute: copyOf(byMinute),
    }),
    reset() {
      entries = []
      total = { calls: 0, throttled: 0 }
      byOperation = new Map()
      byMinute = new Map()
    },
  }
}

function copyOf(counts: ReadonlyMap<string, CallCount>): Record<string, CallCount> {
  return Object.fromEntries([...counts].map(([key, value]) => [key, { ...value }]))
}
