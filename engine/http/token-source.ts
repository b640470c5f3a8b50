import { type AskOptions, askForToken, type ClearAnswer, isPassing } from './ask-for-token.ts'
import { sleep } from './retry.ts'
import { refreshTokens, saveRefreshToken } from './saved-refresh-token.ts'
import type { SharedSignIn } from './shared-sign-in.ts'
import { endpointFailed, isRefusal, noRefreshToken, refused, SignInError } from './sign-in-error.ts'
import { type Clock, type Random, systemClock, systemTimers, type Timers } from './time.ts'
import { askedWith, type HeldToken, heldToken, isFresh, readToken, type Token, tokenText } from './token.ts'

export type { Token } from './token.ts'

/** One access token for all calls of a connection, in all processes. */
export interface TokenSource {
  /**
   * The current token; a new one when there is none or it is about to expire. However many callers wait, in however many
   * processes, it is asked for once. Rejects with a SignInError, with a StoreError when what is saved cannot be opened,
   * or with the reason of the source's signal.
   */
  token(): Promise<Token>
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
  let pending: Promise<Token> | undefined
  let refusal: { readonly error: SignInError; readonly until: number } | undefined
  /** The token that a 401 has ended: whoever saved it has not noticed yet. */
  let dropped: string | undefined

  const refresh = async (): Promise<{ readonly answer: ClearAnswer; readonly used: string }> => {
    const { first, second } = refreshTokens(configured, shared.refreshToken)
    if (first === undefined) throw noRefreshToken(options)
    const answer = await askForToken(asking, first)
    if (!isInvalidGrant(answer)) return { answer, used: first }
    // A process whose turn was taken over, since it slept, may have renewed it all the same.
    const now = refreshTokens(configured, shared.refreshToken).first
    if (now !== undefined && now !== first && now !== second)
      return { answer: await askForToken(asking, now), used: now }
    return second === undefined ? { answer, used: first } : { answer: await askForToken(asking, second), used: second }
  }

  const askForNew = async (): Promise<HeldToken> => {
    const { answer, used } =
      grant === 'refresh_token' ? await refresh() : { answer: await askForToken(asking, undefined), used: undefined }
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
  const obtain = async (): Promise<HeldToken> => {
    for (let pause = lookEveryMs.first; ; pause = Math.min(2 * pause, lookEveryMs.last)) {
      const before = savedToken()
      if (before) return before
      const endTurn = shared.takeTurn()
      if (endTurn) {
        try {
          // It may have been saved between the look and the turn.
          return savedToken() ?? (await askForNew())
        } finally {
          endTurn()
        }
      }
      await sleep(pause * (0.5 + random() / 2), signal, timers)
    }
  }

  return {
    token() {
      const now = clock.now()
      if (current && isFresh(current, now)) return Promise.resolve(current.token)
      if (pending) return pending
      if (signal?.aborted) return Promise.reject(signal.reason)
      if (refusal && now < refusal.until) return Promise.reject(refusal.error)
      refusal = undefined
      pending = obtain()
        .then((held) => {
          current = held
          return held.token
        })
        .catch((error: unknown) => {
          if (error instanceof SignInError && error.refused) {
            refusal = { error, until: clock.now() + believeRefusalMs }
          }
          throw error
        })
        .finally(() => {
          pending = undefined
        })
      return pending
    },
    drop(token) {
      if (current?.token !== token) return
      current = undefined
      dropped = token.accessToken
    },
  }
}

const isInvalidGrant = (answer: ClearAnswer): boolean => answer.is === 'failed' && answer.error === 'invalid_grant'
