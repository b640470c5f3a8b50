import type { HttpClient } from './client.ts'
import { backoffDelay, retryAfterMs, sleep } from './retry.ts'
import { endpointUnreachable } from './sign-in-error.ts'
import type { Clock, Random, Timers } from './time.ts'
import { type BucketLimit, createTokenBucket, type TokenBucket } from './token-bucket.ts'
import { type Grant, requestToken, type TokenAnswer, type TokenEndpoint } from './token-request.ts'

export interface AskOptions extends TokenEndpoint {
  /** The connection, for messages. */
  readonly name: string
  readonly grant: Grant
  /** What the token endpoint allows; all that ask with the same client (`http`) and address share it. */
  readonly limit?: BucketLimit | undefined
  readonly http: HttpClient
  /** Ends waiting and requests. */
  readonly signal?: AbortSignal | undefined
  readonly clock: Clock
  readonly timers: Timers
  readonly random: Random
}

export type ClearAnswer = Exclude<TokenAnswer, { readonly is: 'unreachable' }>

/** Requests for one token, when the endpoint fails or throttles. */
const attempts = 5
const backoff = { baseMs: 2000, maxMs: 60_000 }

/** An endpoint that asks to wait longer is not waited for: somebody should know. */
const longestWaitMs = 300_000

/**
 * Asks until there is a token or a refusal: waits for the endpoint's limit, and repeats what may pass. Rejects with a
 * SignInError when there is no answer.
 *
 * @param wanted ends waiting, but no request: its answer may hold the only refresh token that is still good.
 */
export async function askForToken(
  options: AskOptions,
  refreshToken: string | undefined,
  wanted: AbortSignal,
): Promise<ClearAnswer> {
  const { http, tokenUrl, signal, clock, timers, random, limit } = options
  const pause = (ms: number): Promise<void> => sleep(ms, signal ? AbortSignal.any([signal, wanted]) : wanted, timers)
  const bucket = limit && sharedBucket(http, tokenUrl, limit)
  for (let attempt = 1; ; attempt++) {
    for (let wait = bucket?.take(clock.now()); wait; wait = bucket?.take(clock.now())) await pause(wait)
    const answer = await requestToken(http, options, refreshToken, signal)
    if (answer.is === 'token' || (answer.is === 'failed' && !isPassing(answer.status))) return answer
    const told = answer.is === 'failed' ? retryAfterMs(answer.retryAfter, clock.now()) : undefined
    if (attempt === attempts || (told ?? 0) > longestWaitMs) {
      if (answer.is === 'failed') return answer
      throw endpointUnreachable(options, answer.failure.message)
    }
    await pause(told ?? backoffDelay(attempt, backoff, random))
  }
}

/** Answers that may be others a little later. */
export const isPassing = (status: number): boolean => status === 429 || status === 408 || status >= 500

const buckets = new WeakMap<HttpClient, Map<string, TokenBucket>>()

/** An endpoint counts by address of the caller, so all connections of a process count together. */
function sharedBucket(http: HttpClient, tokenUrl: string, limit: BucketLimit): TokenBucket {
  let byUrl = buckets.get(http)
  if (!byUrl) {
    byUrl = new Map()
    buckets.set(http, byUrl)
  }
  let bucket = byUrl.get(tokenUrl)
  if (!bucket) {
    bucket = createTokenBucket(limit)
    byUrl.set(tokenUrl, bucket)
  }
  return bucket
}
