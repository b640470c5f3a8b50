import { describeRequest } from './failure.ts'

/**
 * - `credentials-refused`: the server does not accept client, secret, refresh token, scope or grant. Not repeated.
 * - `token-endpoint-unreachable`: no answer, also after several attempts.
 * - `token-endpoint-failed`: answers that are no token and no clear refusal.
 */
export type SignInErrorCode = 'credentials-refused' | 'token-endpoint-unreachable' | 'token-endpoint-failed'

/** No access token could be had. The message names connection, grant and what to do; it holds no secret. */
export class SignInError extends Error {
  readonly code: SignInErrorCode

  constructor(code: SignInErrorCode, message: string) {
    super(message)
    this.name = 'SignInError'
    this.code = code
  }
}

/** The sign-in that failed, for messages. */
export interface SignIn {
  /** The connection. */
  readonly name: string
  readonly grant: string
  readonly tokenUrl: string
}

/** The answers of RFC 6749 §5.2 that only other credentials or settings can change, and what to do about each. */
const refusals: Readonly<Record<string, string>> = {
  invalid_client: 'Check client id and client secret, and that the client is still active in the system',
  invalid_grant:
    'The refresh token is used up, expired or revoked: authorise the app again and set the new refresh token',
  unauthorized_client: 'The client may not use this way to sign in: allow it in the system, or choose another `signIn`',
  invalid_scope: 'Check the scope: the system does not know it, or the client may not use it',
  unsupported_grant_type: 'The system does not offer this way to sign in: choose another `signIn` for the connection',
}

export const isRefusal = (error: string | undefined): error is string =>
  error !== undefined && Object.hasOwn(refusals, error)

/** `error`: one for which `isRefusal` is true. */
export const credentialsRefused = ({ name, grant }: SignIn, error: string): SignInError =>
  new SignInError(
    'credentials-refused',
    `Connection "${name}": the token endpoint refuses to sign in (${grant}): ${error}. ${refusals[error]}.`,
  )

export const noRefreshToken = ({ name }: SignIn): SignInError =>
  new SignInError(
    'credentials-refused',
    `Connection "${name}": to sign in with refresh_token, a refresh token is needed, and none is configured or saved. Authorise the app once and set its refresh token under the connection's \`credentials\`.`,
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
  return new SignInError('token-endpoint-failed', `${place} ${explain(status)}${code}.`)
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
