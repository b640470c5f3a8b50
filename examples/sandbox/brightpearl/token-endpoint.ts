import type { SandboxClock } from '../common/clock.ts'
import type { SignIn } from './sign-in.ts'

export interface TokenRequest {
  readonly account: string
  readonly contentType: string
  /** Did the request carry an `Authorization` header? */
  readonly authorization: boolean
  /** The body as sent. */
  readonly body: string
}

export interface TokenReply {
  readonly status: number
  readonly body: Readonly<Record<string, unknown>>
}

export interface TokenEndpointOptions {
  readonly clock: SandboxClock
  readonly signIn: SignIn
  readonly account: string
  readonly appRef: string
  readonly clientCredentials: boolean
  readonly confidentialApp: boolean
  readonly instanceId: number
  readonly tokenLifeMs: number
  readonly apiDomain: string
}

/**
 * `POST /token/{account}`: form body, client in the body [doc]; errors are 400 in the style of RFC 6749 [rec].
 *
 * Assumed: HTTP Basic is refused (it is mentioned nowhere); an unencoded `/` or `=` in a value is refused as
 * `invalid_request` (the documentation says that skipping the encoding fails now and then, here it fails always);
 * an unknown account is `invalid_client`; `client_credentials` answers no refresh token; a code is used up by the first
 * try, also one with another redirect address; a confidential app's code without the secret is `invalid_client`.
 */
export function answerToken(request: TokenRequest, options: TokenEndpointOptions): TokenReply {
  const answer = readToken(request, options)
  if (answer.status !== 200) options.signIn.count('refused')
  return answer
}

function readToken(request: TokenRequest, options: TokenEndpointOptions): TokenReply {
  const { signIn } = options
  if (!/^application\/x-www-form-urlencoded\s*(;|$)/i.test(request.contentType)) {
    return failed('invalid_request', 'The body must be application/x-www-form-urlencoded')
  }
  const form = parseForm(request.body)
  if (typeof form === 'string') return failed('invalid_request', form)
  const given = (name: string) => form.get(name) ?? ''
  if (request.authorization || request.account !== options.account || given('client_id') !== options.appRef) {
    return failed('invalid_client')
  }
  const secret = form.get('client_secret')
  const secretFits = secret === signIn.settings().clientSecret

  switch (given('grant_type')) {
    case 'authorization_code': {
      // The secret only when the app is confidential [doc].
      if (secret === undefined ? options.confidentialApp : !secretFits) return failed('invalid_client')
      const redirectUri = signIn.redeemCode(given('code'))
      if (redirectUri === undefined) return failed('invalid_grant', unknownToken)
      if (redirectUri !== form.get('redirect_uri')) {
        return failed('invalid_grant', 'Redirect uri does not match that used to request auth token')
      }
      signIn.count('exchanges')
      // Only here does the answer have the instance id, a text of digits [rec].
      return granted(options, {
        refresh_token: signIn.tokens.issueRefreshToken(),
        installation_instance_id: String(options.instanceId),
      })
    }
    case 'refresh_token':
      // Clients have refreshed without the secret [rec]; a wrong one is refused.
      if (secret !== undefined && !secretFits) return failed('invalid_client')
      if (!signIn.tokens.redeem(given('refresh_token'))) return failed('invalid_grant', unknownToken)
      signIn.count('refreshes')
      return granted(options, { refresh_token: signIn.tokens.issueRefreshToken() })
    case 'client_credentials':
      if (!options.clientCredentials) return failed('unsupported_grant_type')
      if (!secretFits) return failed('invalid_client')
      signIn.count('clientCredentials')
      return granted(options)
    case '':
      return failed('invalid_request', 'grant_type is missing')
    default:
      return failed('unsupported_grant_type')
  }
}

const unknownToken = 'The auth token has either expired or does not exist'

function granted(
  { clock, signIn, tokenLifeMs, apiDomain }: TokenEndpointOptions,
  more: Readonly<Record<string, string>> = {},
): TokenReply {
  return {
    status: 200,
    body: {
      access_token: signIn.tokens.issueAccessToken(),
      ...more,
      api_domain: apiDomain,
      token_type: 'Bearer',
      // REAL seconds, so that a client renews in time by its own clock. Rounded down: never later than the end.
      expires_in: Math.floor(clock.toReal(tokenLifeMs) / 1000),
    },
  }
}

function failed(error: string, description?: string): TokenReply {
  return { status: 400, body: { ...(description !== undefined && { error_description: description }), error } }
}

/** The form, or what is wrong with it. */
function parseForm(body: string): ReadonlyMap<string, string> | string {
  const form = new Map<string, string>()
  for (const pair of body.split('&')) {
    const [name = '', ...rest] = pair.split('=')
    const value = rest.join('=')
    if (!/^[\w.~*+%-]*$/.test(value)) return `The value of ${name} is not percent-encoded`
    if (form.has(name)) return `${name} occurs twice`
    try {
      form.set(name, decodeURIComponent(value.replaceAll('+', ' ')))
    } catch {
      return `The value of ${name} is not percent-encoded`
    }
  }
  return form
}
