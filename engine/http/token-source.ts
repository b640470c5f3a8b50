import type { HttpClient } from './client.ts'
import { backoffDelay, retryAfterMs, sleep } from './retry.ts'
import { refreshTokens, type SavedSecret, saveRefreshToken } from './saved-refresh-token.ts'
import {
  credentialsRefused,
  endpointFailed,
  endpointUnreachable,
  isRefusal,
  noRefreshToken,
  SignInError,
} from './sign-in-error.ts'
import { type Clock, type Random, systemClock, systemTimers, type Timers } from './time.ts'
import { type BucketLimit, createTokenBucket, type TokenBucket } from './token-bucket.ts'
import { type Grant, requestToken, type TokenAnswer, type TokenEndpoint, type TokenFields } from './token-request.ts'

export interface Token {
  readonly accessToken: string
  /** As it goes into the Authorization header; `Bearer` however the server writes it. */
  readonly type: string
  /** Milliseconds since the Unix epoch; undefined when the server does not say: then it is used until it is dropped. */
  readonly expiresAt?: number
  /** The fields of the answer but for other tokens: vendors put more into it, as the host to call. */
  readonly fields: Readonly<Record<string, unknown>>
}

/** One access token for all calls of a connection. */
export interface TokenSource {
  /**
   * The current token; a new one when there is none or it is about to expire. However many callers wait, it is fetched
   * once. Rejects with a SignInError, or with the reason of the source's signal.
   */
  token(): Promise<Token>
  /** To be called after a 401, with the token that was sent. Of many callers only the first causes a new token. */
  drop(token: Token): void
}

export interface TokenSourceOptions extends TokenEndpoint {
  /** The connection, for messages. */
  readonly name: string
  readonly grant: Grant
  /** The configured one. */
  readonly refreshToken?: string | undefined
  /** False: refresh tokens in answers are ignored, the configured one is used for ever. Default true. */
  readonly rotates?: boolean
  readonly saved: SavedSecret
  /** What the token endpoint allows; all sources with the same client (`http`) and address share it. */
  readonly limit?: BucketLimit | undefined
  readonly http: HttpClient
  /** Ends waiting and fetching. */
  readonly signal?: AbortSignal | undefined
  readonly clock?: Clock
  readonly timers?: Timers
  readonly random?: Random
}

/** A token is renewed this long before it expires, or after nine tenths of its life if that is later. */
const renewBeforeMs = 60_000

/** Requests for one token, when the endpoint fails or throttles. */
const attempts = 5
const backoff = { baseMs: 2000, maxMs: 60_000 }

/** An endpoint that asks to wait longer is not waited for: somebody should know. */
const longestWaitMs = 300_000

/** A refusal is not asked for again before this, since every call of a run would ask. */
const believeRefusalMs = 60_000

export function createTokenSource(options: TokenSourceOptions): TokenSource {
  const { grant, tokenUrl, http, signal, saved, refreshToken: configured, rotates = true } = options
  const { clock = systemClock, timers = systemTimers, random = Math.random } = options
  const bucket = options.limit && sharedBucket(http, tokenUrl, options.limit)
  let current: { readonly token: Token; readonly renewAt: number } | undefined
  let pending: Promise<Token> | undefined
  let refused: { readonly error: SignInError; readonly until: number } | undefined

  /** Asks until there is a token or a refusal: waits for the endpoint's limit, and repeats what may pass. */
  const ask = async (refreshToken: string | undefined): Promise<Exclude<TokenAnswer, { is: 'unreachable' }>> => {
    for (let attempt = 1; ; attempt++) {
      for (let wait = bucket?.take(clock.now()); wait; wait = bucket?.take(clock.now()))
        await sleep(wait, signal, timers)
      const answer = await requestToken(http, options, refreshToken, signal)
      if (answer.is === 'token' || (answer.is === 'failed' && !isPassing(answer.status))) return answer
      const told = answer.is === 'failed' ? retryAfterMs(answer.retryAfter, clock.now()) : undefined
      if (attempt === attempts || (told ?? 0) > longestWaitMs) {
        if (answer.is === 'failed') return answer
        throw endpointUnreachable(options, answer.failure.message)
      }
      await sleep(told ?? backoffDelay(attempt, backoff, random), signal, timers)
    }
  }

  const refresh = async () => {
    const { first, second } = refreshTokens(configured, saved)
    if (first === undefined) throw noRefreshToken(options)
    const answer = await ask(first)
    if (!isInvalidGrant(answer)) return { answer, used: first }
    // Another process may have renewed it meanwhile.
    const now = refreshTokens(configured, saved).first
    if (now !== undefined && now !== first && now !== second) return { answer: await ask(now), used: now }
    return second === undefined ? { answer, used: first } : { answer: await ask(second), used: second }
  }

  const fetchToken = async (): Promise<Token> => {
    const { answer, used } =
      grant === 'refresh_token' ? await refresh() : { answer: await ask(undefined), used: undefined }
    if (answer.is === 'failed') {
      if (isRefusal(answer.error) && !isPassing(answer.status)) throw credentialsRefused(options, answer.error)
      throw endpointFailed(options, answer.status, answer.error)
    }
    // Before the access token is used: should the process end now, the old refresh token may be worthless already.
    if (used !== undefined && rotates) keepNewest(answer.refreshToken || used)
    current = toToken(answer.fields, answer.sentAt)
    return current.token
  }

  const keepNewest = (refreshToken: string): void => {
    if (refreshToken !== refreshTokens(configured, saved).first) saveRefreshToken(refreshToken, configured, saved)
  }

  return {
    token() {
      const now = clock.now()
      if (current && now < current.renewAt) return Promise.resolve(current.token)
      if (pending) return pending
      if (signal?.aborted) return Promise.reject(signal.reason)
      if (refused && now < refused.until) return Promise.reject(refused.error)
      refused = undefined
      pending = fetchToken()
        .catch((error: unknown) => {
          if (error instanceof SignInError && error.code === 'credentials-refused') {
            refused = { error, until: clock.now() + believeRefusalMs }
          }
          throw error
        })
        .finally(() => {
          pending = undefined
        })
      return pending
    },
    drop(token) {
      if (current?.token === token) current = undefined
    },
  }
}

/** Answers that may be others a little later. */
const isPassing = (status: number): boolean => status === 429 || status === 408 || status >= 500

const isInvalidGrant = (answer: TokenAnswer): boolean => answer.is === 'failed' && answer.error === 'invalid_grant'

function toToken(fields: TokenFields, sentAt: number): { readonly token: Token; readonly renewAt: number } {
  const { access_token: accessToken, token_type: type, expires_in: life } = fields
  const written = typeof type === 'string' ? type : 'Bearer'
  const lifeMs = typeof life === 'number' ? life * 1000 : Number.POSITIVE_INFINITY
  // Counted from sending, since the server counted from some moment after that.
  const expiresAt = sentAt + lifeMs
  const token: Token = Object.freeze({
    accessToken,
    type: /^bearer$/i.test(written) ? 'Bearer' : written,
    ...(Number.isFinite(expiresAt) && { expiresAt }),
    fields,
  })
  return { token, renewAt: expiresAt - Math.min(renewBeforeMs, lifeMs / 10) }
}

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
