import { timingSafeEqual } from 'node:crypto'
import {
  allowInsecureRequests,
  authorizationCodeGrant,
  buildAuthorizationUrl,
  Configuration,
  calculatePKCECodeChallenge,
  randomPKCECodeVerifier,
  randomState,
} from 'openid-client'
import type { HttpClient } from './client.ts'
import { assertSafeUrl, isLoopback } from './safe-url.ts'
import { callTokenEndpoint, type TokenAnswer, type TokenEndpoint } from './token-request.ts'

/** The page on which a person agrees (RFC 6749 §4.1.1). */
export interface AuthorizationPage {
  readonly address: string
  readonly clientId: string
  readonly scope?: string | undefined
  /** Further parameters. */
  readonly query: Readonly<Record<string, string>>
  /** With a proof key (RFC 7636). */
  readonly pkce: boolean
}

/** An authorisation that waits for its answer. The state and the verifier are secret. */
export interface PendingAuthorization {
  /** Where the person goes. */
  readonly address: string
  /** The redirect address, exactly as it is registered. */
  readonly redirect: string
  readonly state: string
  readonly verifier: string | undefined
}

/** @throws HttpFailure for an address that must not be called. */
export async function beginAuthorization(page: AuthorizationPage, redirect: string): Promise<PendingAuthorization> {
  const { origin, hostname } = assertSafeUrl(page.address)
  const configuration = new Configuration({ issuer: origin, authorization_endpoint: page.address }, page.clientId)
  if (isLoopback(hostname)) allowInsecureRequests(configuration)
  const state = randomState()
  const verifier = page.pkce ? randomPKCECodeVerifier() : undefined
  const address = buildAuthorizationUrl(configuration, {
    ...page.query,
    redirect_uri: redirect,
    state,
    ...(page.scope !== undefined && { scope: page.scope }),
    ...(verifier !== undefined && {
      code_challenge: await calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
    }),
  })
  return { address: address.href, redirect, state, verifier }
}

/** What the browser, or a person, brought back. */
export type AuthorizationAnswer =
  | { readonly is: 'code' }
  /** `error`: the code of RFC 6749 §4.1.2.1. */
  | { readonly is: 'refused'; readonly error: string }
  /** It answers another authorisation, or was made up. */
  | { readonly is: 'foreign' }
  | { readonly is: 'incomplete' }

/** Reads an answer without using it up. The state comes first: what does not carry ours says nothing to us. */
export function readAnswer(query: URLSearchParams, { state }: PendingAuthorization): AuthorizationAnswer {
  const given = query.getAll('state')
  if (given.length !== 1 || !sameText(given[0] ?? '', state)) return { is: 'foreign' }
  const error = query.get('error')
  // Anything else might be a text for a page, or for a terminal.
  if (error) return { is: 'refused', error: /^[a-z_]{1,40}$/.test(error) ? error : 'an error without a known name' }
  return query.getAll('code').length === 1 && query.get('code') !== '' ? { is: 'code' } : { is: 'incomplete' }
}

/** Exchanges the code of an answer for tokens, once. Rejects only when `signal` aborts. */
export function exchangeCode(
  http: HttpClient,
  endpoint: TokenEndpoint,
  { redirect, state, verifier }: PendingAuthorization,
  query: URLSearchParams,
  signal: AbortSignal | undefined,
): Promise<TokenAnswer> {
  const answered = new URL(redirect)
  for (const name of ['code', 'state']) answered.searchParams.append(name, query.get(name) ?? '')
  return callTokenEndpoint(
    http,
    endpoint,
    signal,
    (configuration, { scope: _, ...form }) =>
      authorizationCodeGrant(
        configuration,
        answered,
        { expectedState: state, ...(verifier !== undefined && { pkceCodeVerifier: verifier }) },
        form,
      ),
    { redirect_uri: redirect },
  )
}

function sameText(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)]
  return left.length === right.length && timingSafeEqual(left, right)
}
