import { type AskOptions, askForToken, type ClearAnswer, isPassing } from './ask-for-token.ts'
import { sleep } from './retry.ts'
import { refreshTokens, saveRefreshToken } from './saved-refresh-token.ts'
import type { SharedSignIn } from './shared-sign-in.ts'
import { endpointFailed, isRefusal, noRefreshToken, refused, SignInError } from './sign-in-error.ts'
import { type Clock, type Random, systemClock, systemTimers, type Timers } from './time.ts'
import { askedWith, type HeldToken, heldToken, isFresh, readToken, type Token, tokenText } from './token.ts'
import { untilAborted } from './until-aborted.ts'

export type { Token } from './token.ts'

/** One access token for all calls of a connection, in all processes. */
export interface TokenSource {
  /**
   * The current token; a new one when there is none or it is about to expire. However many callers wait, in however many
   * processes, it is asked for once. Rejects with a SignInError, with a StoreError when what is saved cannot be opened,
   * with the reason of the source's signal, or with that of `signal` as soon as it aborts. When nobody waits any more, a
   * request that is under way is still followed to its end, and what it brings is saved.
   */
  token(signal?: AbortSignal): Promise<Token>
  /** To be called after a 401, with the token that was sent. Of many callers only the first causes a new token. */
  drop(token: Token): void
}

export interface TokenSourceOptions extends Omit<AskOptions, 'clock' | 'timers' | 'random'> {
  /** The configured one. */
  readonly refreshToken?: string | undefined
  /** False: refresh tokens in answers are ignored, the configured one is used for ever. Default true. */
  readonly rotates?: boolean
  readonly shared: SharedSignIn
  readonly clock?: Clock
  readonly timers?: Timers
  readonly random?: Random
}

/** A refusal is not asked for again before this, since every call of a run would ask. */
const believeRefusalMs = 60_000

/** While another process asks, it is looked this often, in milliseconds, whether it has come to an end. */
const lookEveryMs = { first: 20, last: 500 }

export function createTokenSource(options: TokenSourceOptions): TokenSource {
  const { grant, signal, shared, refreshToken: configured, rotates = true } = options
  const { clock = systemClock, timers = systemTimers, random = Math.random } = options
  const asking: AskOptions = { ...options, clock, timers, random }
  const asked = askedWith(options, grant, configured)
  let current: HeldToken | undefined
  let pending: { readonly token: Promise<Token>; readonly waiting: Waiting } | undefined
  let refusal: { readonly error: SignInError; readonly until: number } | undefined
  /** The token that a 401 has ended: whoever saved it has not noticed yet. */
  let dropped: string | undefined

  const refresh = async (wanted: AbortSignal): Promise<{ readonly answer: ClearAnswer; readonly used: string }> => {
    const { first, second } = refreshTokens(configured, shared.refreshToken)
    if (first === undefined) throw noRefreshToken(options)
    const answer = await askForToken(asking, first, wanted)
    if (!isInvalidGrant(answer)) return { answer, used: first }
    // A process whose turn was taken over, since it slept, may have renewed it all the same.
    const now = refreshTokens(configured, shared.refreshToken).first
    if (now !== undefined && now !== first && now !== second)
      return { answer: await askForToken(asking, now, wanted), used: now }
    return second === undefined
      ? { answer, used: first }
      : { answer: await askForToken(asking, second, wanted), used: second }
  }

  const askForNew = async (wanted: AbortSignal): Promise<HeldToken> => {
    const { answer, used } =
      grant === 'refresh_token'
        ? await refresh(wanted)
        : { answer: await askForToken(asking, undefined, wanted), used: undefined }
    if (answer.is === 'failed') {
      if (!isRefusal(answer.error) || isPassing(answer.status))
        throw endpointFailed(options, answer.status, answer.error)
      throw refused(options, answer.error, readToken(shared.accessToken.get(), asked)?.askedAt)
    }
    // Before the access token is used: should the process end now, the old refresh token may be worthless already.
    if (used !== undefined && rotates) keepNewest(answer.refreshToken || used)
    const held = heldToken(answer.fields, answer.sentAt)
    shared.accessToken.set(tokenText(held, asked))
    return held
  }

  const keepNewest = (refreshToken: string): void => {
    if (refreshToken !== refreshTokens(configured, shared.refreshToken).first)
      saveRefreshToken(refreshToken, configured, shared.refreshToken)
  }

  const savedToken = (): HeldToken | undefined => {
    const held = readToken(shared.accessToken.get(), asked)
    return held && isFresh(held, clock.now()) && held.token.accessToken !== dropped ? held : undefined
  }

  /** One process asks; the others look until its token is there, or until it is their turn. */
  const obtain = async (wanted: AbortSignal): Promise<HeldToken> => {
    for (let pause = lookEveryMs.first; ; pause = Math.min(2 * pause, lookEveryMs.last)) {
      const before = savedToken()
      if (before) return before
      const endTurn = shared.takeTurn()
      if (endTurn) {
        try {
          // It may have been saved between the look and the turn.
          return savedToken() ?? (await askForNew(wanted))
        } finally {
          endTurn()
        }
      }
      await sleep(pause * (0.5 + random() / 2), signal ? AbortSignal.any([signal, wanted]) : wanted, timers)
    }
  }

  const begin = (waiting: Waiting): Promise<Token> =>
    obtain(waiting.wanted)
      .then((held) => {
        current = held
        return held.token
      })
      .catch((error: unknown) => {
        if (error instanceof SignInError && error.refused) refusal = { error, until: clock.now() + believeRefusalMs }
        throw error
      })
      .finally(() => {
        if (pending?.waiting === waiting) pending = undefined
      })

  const source: TokenSource = {
    token(wanted) {
      const now = clock.now()
      if (current && isFresh(current, now)) return Promise.resolve(current.token)
      if (pending?.waiting.wanted.aborted) {
        // All have left it, and it is still being brought to its end.
        const again = (): Promise<Token> => source.token(wanted)
        return pending.token.then(again, again)
      }
      if (!pending) {
        if (signal?.aborted) return Promise.reject(signal.reason)
        if (refusal && now < refusal.until) return Promise.reject(refusal.error)
        refusal = undefined
        const waiting = createWaiting()
        pending = { waiting, token: begin(waiting) }
      }
      return pending.waiting.join(pending.token, wanted)
    },
    drop(token) {
      if (current?.token !== token) return
      current = undefined
      dropped = token.accessToken
    },
  }
  return source
}

interface Waiting {
  /** Aborted when nobody waits any more. */
  readonly wanted: AbortSignal
  join<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T>
}

/** Who waits for one token: those without a signal stay to the end. */
function createWaiting(): Waiting {
  const none = new AbortController()
  let waiters = 0
  return {
    wanted: none.signal,
    join: (promise, signal) => {
      waiters++
      if (!signal) return promise
      const leave = (): void => {
        if (--waiters === 0) none.abort(signal.reason)
      }
      if (signal.aborted) leave()
      else signal.addEventListener('abort', leave, { once: true })
      const end = (): void => signal.removeEventListener('abort', leave)
      promise.then(end, end)
      return untilAborted(promise, signal)
    },
  }
}

const isInvalidGrant = (answer: ClearAnswer): boolean => answer.is === 'failed' && answer.error === 'invalid_grant'
