import type { Tokens } from './tokens.ts'

export interface Credentials {
  readonly account: string
  readonly appRef: string
  readonly devRef: string
  readonly staffToken: string
  readonly tokens: Tokens
}

export type Authentication =
  | { readonly as: 'oauth' | 'private' }
  /** The text of the 401 body, `{"response": text}`: auth failures do not use `errors` [rec]. */
  | { readonly refused: string }

const notAuthenticated = 'Not authenticated. You must provide a valid authentication token.'

/**
 * Bearer token with both references [rec], or the token of a private staff app with the app reference [doc].
 * A bearer token without the references is 401 [code]; its text, and the answer to another account's path, are
 * assumed.
 */
export function authenticate(
  header: (name: string) => string | undefined,
  account: string,
  credentials: Credentials,
): Authentication {
  const appFits = header('brightpearl-app-ref') === credentials.appRef
  const bearer = /^Bearer (.+)$/.exec(header('authorization') ?? '')?.[1]
  if (bearer !== undefined) {
    if (!appFits || header('brightpearl-dev-ref') !== credentials.devRef) return { refused: notAuthenticated }
    const state = credentials.tokens.state(bearer)
    if (state === 'expired') return { refused: 'Authorization token expired' }
    if (state === 'unknown' || account !== credentials.account) return { refused: `Invalid instance token: ${bearer}` }
    return { as: 'oauth' }
  }
  const staffToken = header('brightpearl-staff-token')
  if (staffToken === credentials.staffToken && appFits && account === credentials.account) return { as: 'private' }
  return { refused: notAuthenticated }
}

/** Private apps of an account share one pool; OAuth apps have one for each developer [doc]. */
export function quotaPool(header: (name: string) => string | undefined): string {
  return header('authorization') === undefined ? 'private apps' : `developer ${header('brightpearl-dev-ref') ?? ''}`
}
