import { describeRequest } from './failure.ts'

/**
 * Refusals, which only a person can end, so they are not repeated:
 * - `client-refused`: the server does not accept the client: wrong id, wrong or changed secret, or switched off.
 * - `grant-revoked`: the newest refresh token is used up, expired or revoked.
 * - `not-authorised`: no refresh token was ever given.
 * - `credentials-refused`: scope, or the way to sign in.
 *
 * And what may be otherwise later:
 * - `token-endpoint-throttled`: it takes no more requests for now, also after several attempts.
 * - `token-endpoint-unreachable`: no answer, also after several attempts.
 * - `token-endpoint-failed`: answers that are no token and no clear refusal.
 */
export type SignInErrorCode =
  | 'client-refused'
  | 'grant-revoked'
  | 'not-authorised'
  | 'credentials-refused'
  | 'token-endpoint-throttled'
  | 'token-endpoint-unreachable'
  | 'token-endpoint-failed'

/** No access token could be had. The message names connection, grant and what to do; it holds no secret. */
export class SignInError extends Error {
  readonly code: SignInErrorCode

  constructor(code: SignInErrorCode, message: string) {
    super(message)
    this.name = 'SignInError'
    this.code = code
  }

  /** Whether the server, or the lack of a token, is a clear no. */
  get refused(): boolean {
    return !this.code.startsWith('token-endpoint-')
  }
}

/** The sign-in that failed, for messages. */
export interface SignIn {
  /** The connection. */
  readonly name: string
  readonly grant: string
  readonly tokenUrl: string
}

interface Refusal {
  readonly code: SignInErrorCode
  readonly advice: (name: string) => string
}

/** The answers of RFC 6749 §5.2 that only other credentials or settings can change, and what to do about each. */
const refusals: Readonly<Record<string, Refusal>> = {
  invalid_client: {
    code: 'client-refused',
    advice: () => 'Check client id and client secret, and that the client is still active in the system',
  },
  invalid_grant: {
    code: 'grant-revoked',
    advice: (name) =>
      `The refresh token is used up, expired or revoked: authorise the app again with syncline connect ${name}, or set a new refresh token`,
  },
  unauthorized_client: {
    code: 'client-refused',
    advice: () => 'The client may not use this way to sign in: allow it in the system, or choose another `signIn`',
  },
  invalid_scope: {
    code: 'credentials-refused',
    advice: () => 'Check the scope: the system does not know it, or the client may not use it',
  },
  unsupported_grant_type: {
    code: 'credentials-refused',
    advice: () => 'The system does not offer this way to sign in: choose another `signIn` for the connection',
  },
}

export const isRefusal = (error: string | undefined): error is string =>
  error !== undefined && Object.hasOwn(refusals, error)

/**
 * @param error one for which `isRefusal` is true.
 * @param lastAccepted when the same credentials were last accepted, in milliseconds since the Unix epoch.
 */
export function refused({ name, grant }: SignIn, error: string, lastAccepted: number | undefined): SignInError {
  const { code, advice } = refusals[error] as Refusal
  const changed =
    error === 'invalid_client' && lastAccepted !== undefined
      ? ` The same client id and secret were accepted at ${new Date(lastAccepted).toISOString()}, so they were changed in the system since.`
      : ''
  return new SignInError(
    code,
    `Connection "${name}": the token endpoint refuses to sign in (${grant}): ${error}.${changed} ${advice(name)}.`,
  )
}

export const noRefreshToken = ({ name }: SignIn): SignInError =>
  new SignInError(
    'not-authorised',
    `Connection "${name}": to sign in with refresh_token, a refresh token is needed, and none is configured or saved. Authorise the app once with syncline connect ${name}, or set its refresh token under the connection's \`credentials\`.`,
  )

/** `failure`: the message of the last attempt. */
export const endpointUnreachable = ({ name, grant }: SignIn, failure: string): SignInError =>
  new SignInError(
    'token-endpoint-unreachable',
    `Connection "${name}": no token (${grant}), also after several attempts. ${failure}`,
  )

/** `error`: the error code in the answer, if it has one. */
export function endpointFailed(
  { name, grant, tokenUrl }: SignIn,
  status: number,
  error: string | undefined,
): SignInError {
  const place = `Connection "${name}" (${grant}): ${describeRequest('POST', tokenUrl)}`
  const code = error === undefined ? '' : ` (${error})`
  return new SignInError(
    status === 429 ? 'token-endpoint-throttled' : 'token-endpoint-failed',
    `${place} ${explain(status)}${code}.`,
  )
}

function explain(status: number): string {
  if (status < 300)
    return `answers (status ${status}) without a token that can be used; check the sign-in host in the settings`
  if (status < 400) return `leads to another address (status ${status}), which is not followed; set that address`
  if (status === 404) return 'does not exist (status 404); check the sign-in host and the account in the settings'
  if (status === 429) {
    return 'takes no more requests for now (status 429); wait some minutes, and run fewer processes with one account'
  }
  if (status >= 500) return `fails (status ${status}), also after several attempts; try again later`
  return `refuses the request (status ${status}); check the settings and credentials of the connection`
}
