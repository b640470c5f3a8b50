import { randomBytes } from 'node:crypto'
import type { SandboxClock } from '../common/clock.ts'

export type TokenState = 'valid' | 'expired' | 'unknown'

/** What the authorisation server remembers. */
export interface Tokens {
  issueAccessToken(): string
  issueRefreshToken(): string
  state(accessToken: string): TokenState
  /** Is the refresh token good? With rotation it is used up by asking. */
  redeem(refreshToken: string): boolean
  /** The consent is taken back: no token given so far works any more. */
  revokeAll(): void
}

export interface TokenOptions {
  readonly clock: SandboxClock
  readonly refreshToken: string
  readonly lifeMs: number
  readonly rotate: boolean
}

export function createTokens({ clock, refreshToken, lifeMs, rotate }: TokenOptions): Tokens {
  const expiry = new Map<string, number>()
  const refreshTokens = new Set([refreshToken])
  return {
    issueAccessToken() {
      const token = newToken()
      expiry.set(token, clock.now() + lifeMs)
      return token
    },
    issueRefreshToken() {
      const token = newToken()
      refreshTokens.add(token)
      return token
    },
    state(accessToken) {
      const end = expiry.get(accessToken)
      return end === undefined ? 'unknown' : end > clock.now() ? 'valid' : 'expired'
    },
    redeem: (token) => (rotate ? refreshTokens.delete(token) : refreshTokens.has(token)),
    revokeAll() {
      expiry.clear()
      refreshTokens.clear()
    },
  }
}

/** 44 characters of base64 [rec], so with `+`, `/` and `=`, which a client must encode in the form. */
function newToken(): string {
  return randomBytes(32).toString('base64')
}
