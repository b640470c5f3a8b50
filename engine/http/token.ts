import { createHash } from 'node:crypto'
import type { Grant, TokenEndpoint, TokenFields } from './token-request.ts'

export interface Token {
  readonly accessToken: string
  /** As it goes into the Authorization header; `Bearer` however the server writes it. */
  readonly type: string
  /** Milliseconds since the Unix epoch; undefined when the server does not say: then it is used until it is dropped. */
  readonly expiresAt?: number
  /** The fields of the answer but for other tokens: vendors put more into it, as the host to call. */
  readonly fields: Readonly<Record<string, unknown>>
}

/** A token with what says whether it may still be used. */
export interface HeldToken {
  readonly token: Token
  /** When it was asked for, milliseconds since the Unix epoch. */
  readonly askedAt: number
  /** From then on a new one is asked for; undefined: not before it is dropped. */
  readonly renewAt?: number
}

/** A token is renewed this long before it expires, or after nine tenths of its life if that is later. */
const renewBeforeMs = 60_000

export function heldToken(fields: TokenFields, sentAt: number): HeldToken {
  const { access_token: accessToken, token_type: type, expires_in: life } = fields
  const written = typeof type === 'string' ? type : 'Bearer'
  const lifeMs = typeof life === 'number' && Number.isFinite(life) ? life * 1000 : undefined
  // Counted from sending, since the server counted from some moment after that.
  const expiresAt = lifeMs === undefined ? undefined : sentAt + lifeMs
  const token: Token = Object.freeze({
    accessToken,
    type: /^bearer$/i.test(written) ? 'Bearer' : written,
    ...(expiresAt !== undefined && { expiresAt }),
    fields,
  })
  if (expiresAt === undefined || lifeMs === undefined) return { token, askedAt: sentAt }
  return { token, askedAt: sentAt, renewAt: expiresAt - Math.min(renewBeforeMs, lifeMs / 10) }
}

export const isFresh = ({ renewAt }: HeldToken, now: number): boolean => renewAt === undefined || now < renewAt

/** The text in which a token is kept for other processes. `asked`: what it was asked with, as `askedWith` gives it. */
export function tokenText(held: HeldToken, asked: string): string {
  return JSON.stringify({ ...held, asked })
}

/** Undefined when the text is no kept token, or it was asked for with something else: another secret, another scope. */
export function readToken(text: string | undefined, asked: string): HeldToken | undefined {
  if (text === undefined) return undefined
  try {
    const { token, askedAt, renewAt, asked: with_ } = JSON.parse(text) as Partial<HeldToken & { asked: string }>
    if (with_ !== asked || typeof token?.accessToken !== 'string' || typeof askedAt !== 'number') return undefined
    return { token: Object.freeze(token), askedAt, ...(renewAt !== undefined && { renewAt }) }
  } catch {
    return undefined
  }
}

/** A hash of everything that a token is asked with: whoever asks with the same may use it. */
export function askedWith(endpoint: TokenEndpoint, grant: Grant, refreshToken: string | undefined): string {
  const { tokenUrl, clientId, clientSecret, clientIn, scope, extra } = endpoint
  const all = [
    grant,
    tokenUrl,
    clientId,
    clientSecret,
    clientIn,
    scope,
    Object.entries(extra ?? {}).sort(),
    refreshToken,
  ]
  return createHash('sha256').update(JSON.stringify(all)).digest('hex')
}
