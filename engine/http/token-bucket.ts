/** Counts what may be done now: `burst` at once after a quiet time, and `requests` per `perMs` in the long run. */
export interface TokenBucket {
  /** Takes one and answers 0, or takes none and answers how long to wait, milliseconds. */
  take(now: number): number
}

export interface BucketLimit {
  readonly requests: number
  /** Milliseconds. */
  readonly perMs: number
  /** At least 1 is assumed. */
  readonly burst?: number
}

export function createTokenBucket({ requests, perMs, burst = 1 }: BucketLimit): TokenBucket {
  const size = Math.max(1, burst)
  const msPerToken = perMs / requests
  let tokens = size
  let filledAt: number | undefined
  return {
    take(now) {
      tokens = Math.min(size, tokens + (now - (filledAt ?? now)) / msPerToken)
      filledAt = now
      // Sums of fractions may stay a hair under a whole token at the very moment for which the caller waited.
      if (tokens < 1 - 1e-6) return (1 - tokens) * msPerToken
      tokens -= 1
      return 0
    },
  }
}
