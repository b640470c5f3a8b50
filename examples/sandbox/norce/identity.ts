import { randomBytes } from 'node:crypto'
import type { SandboxClock } from '../common/clock.ts'

export interface IdentityOptions {
  readonly clock: SandboxClock
  readonly clientId: string
  readonly clientSecret: string
  /** Scopes that the client may ask for, separated by blanks. */
  readonly scope: string
  /** Life of a token in sandbox seconds. */
  readonly tokenSeconds: number
}

export interface Identity {
  /** Answers a token request; the limit of calls is looked after elsewhere. */
  token(contentType: string | undefined, body: string): { readonly status: number; readonly body: unknown }
  /** Is this the value of an `Authorization` header with a token that is valid now? */
  accepts(authorization: string | undefined): boolean
  /** Ends a token before its time. */
  revoke(authorization: string | undefined): void
}

const FIELDS = ['grant_type', 'client_id', 'client_secret', 'scope'] as const

/**
 * The token endpoint.
 *
 * Known: POST of a form, client credentials in the body, `scope` names the environments (several with blanks), answer
 * with `expires_in` 3600 and `Bearer` [doc D1; code C3]. Recalled: `400` with `invalid_client`, `invalid_scope`.
 * Assumed: HTTP Basic is not looked at; without a scope `invalid_scope`; another grant `unsupported_grant_type`; a field
 * twice, or a body that is no form, `invalid_request`.
 *
 * `expires_in` is what the client's own clock must count: sandbox seconds divided by the sandbox's speed.
 */
export function createIdentity({ clock, clientId, clientSecret, scope, tokenSeconds }: IdentityOptions): Identity {
  const expiries = new Map<string, number>()
  const allowed = new Set(scope.split(' ').filter((name) => name !== ''))
  const refuse = (error: string) => ({ status: 400, body: { error } })

  return {
    token(contentType, body) {
      if (contentType?.split(';')[0]?.trim().toLowerCase() !== 'application/x-www-form-urlencoded') {
        return refuse('invalid_request')
      }
      const form = new URLSearchParams(body)
      if (FIELDS.some((field) => form.getAll(field).length > 1) || !form.has('grant_type')) {
        return refuse('invalid_request')
      }
      if (form.get('client_id') !== clientId || form.get('client_secret') !== clientSecret) {
        return refuse('invalid_client')
      }
      if (form.get('grant_type') !== 'client_credentials') return refuse('unsupported_grant_type')
      const asked = (form.get('scope') ?? '').split(' ').filter((name) => name !== '')
      if (asked.length === 0 || asked.some((name) => !allowed.has(name))) return refuse('invalid_scope')

      const now = clock.now()
      for (const [token, expiry] of expiries) if (expiry <= now) expiries.delete(token)
      const token = jwtLike({ now, tokenSeconds, clientId, scopes: asked })
      expiries.set(token, now + tokenSeconds * 1000)
      return {
        status: 200,
        body: {
          access_token: token,
          expires_in: Math.floor(clock.toReal(tokenSeconds * 1000) / 1000),
          token_type: 'Bearer',
          scope: asked.join(' '),
        },
      }
    },
    accepts(authorization) {
      const expiry = expiries.get(tokenOf(authorization))
      return expiry !== undefined && expiry > clock.now()
    },
    revoke(authorization) {
      expiries.delete(tokenOf(authorization))
    },
  }
}

function tokenOf(authorization: string | undefined): string {
  return /^Bearer\s+(\S+)$/i.exec(authorization ?? '')?.[1] ?? ''
}

function jwtLike(claims: {
  readonly now: number
  readonly tokenSeconds: number
  readonly clientId: string
  readonly scopes: readonly string[]
}): string {
  const seconds = Math.floor(claims.now / 1000)
  const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const header = encode({ alg: 'RS256', kid: 'A1B2C3D4', typ: 'at+jwt' })
  const payload = encode({
    nbf: seconds,
    exp: seconds + claims.tokenSeconds,
    client_id: claims.clientId,
    jti: randomBytes(8).toString('hex'),
    scope: claims.scopes,
  })
  return `${header}.${payload}.${randomBytes(32).toString('base64url')}`
}
