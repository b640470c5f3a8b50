import {
  allowInsecureRequests,
  ClientSecretBasic,
  ClientSecretPost,
  Configuration,
  clientCredentialsGrant,
  customFetch,
  None,
  refreshTokenGrant,
} from 'openid-client'
import type { HttpClient, HttpResponse } from './client.ts'
import { HttpFailure } from './failure.ts'
import { assertSafeUrl, isLoopback } from './safe-url.ts'

export type Grant = 'client_credentials' | 'refresh_token'

export interface TokenEndpoint {
  readonly tokenUrl: string
  readonly clientId: string
  /** Absent for public clients. */
  readonly clientSecret?: string | undefined
  /** Where client id and secret are sent: form fields, or an Authorization header (RFC 6749 §2.3.1). */
  readonly clientIn: 'body' | 'basic'
  readonly scope?: string | undefined
  /** More form fields. */
  readonly extra?: Readonly<Record<string, string>> | undefined
}

/** What one request to the token endpoint came to. */
export type TokenAnswer =
  | {
      readonly is: 'token'
      readonly fields: TokenFields
      readonly refreshToken: string | undefined
      readonly sentAt: number
    }
  /** An answer without a usable token. `error`: the error code of RFC 6749 §5.2, if it has one. */
  | {
      readonly is: 'failed'
      readonly status: number
      readonly error: string | undefined
      readonly retryAfter: string | undefined
    }
  | { readonly is: 'unreachable'; readonly failure: HttpFailure }

/** The fields of a token answer (RFC 6749 §5.1), with the vendor's own. */
export type TokenFields = Readonly<Record<string, unknown>> & { readonly access_token: string }

const timeoutMs = 30_000

/** Asks the token endpoint once. Rejects only when `signal` aborts, or for an address that must not be called. */
export async function requestToken(
  http: HttpClient,
  endpoint: TokenEndpoint,
  refreshToken: string | undefined,
  signal: AbortSignal | undefined,
): Promise<TokenAnswer> {
  return callTokenEndpoint(http, endpoint, signal, (configuration, form) =>
    refreshToken === undefined
      ? clientCredentialsGrant(configuration, form)
      : refreshTokenGrant(configuration, refreshToken, form),
  )
}

/**
 * One exchange with the token endpoint through the library. `exactly`: form fields that are sent as given, where the
 * library would write an address in another form.
 */
export async function callTokenEndpoint(
  http: HttpClient,
  endpoint: TokenEndpoint,
  signal: AbortSignal | undefined,
  ask: (configuration: Configuration, form: Record<string, string>) => Promise<TokenFields>,
  exactly: Readonly<Record<string, string>> = {},
): Promise<TokenAnswer> {
  const { origin, hostname } = assertSafeUrl(endpoint.tokenUrl)
  let response: HttpResponse | undefined
  let failure: HttpFailure | undefined

  const configuration = new Configuration(
    // No discovery: these systems publish no metadata. The issuer is only a name here.
    { issuer: origin, token_endpoint: endpoint.tokenUrl },
    endpoint.clientId,
    endpoint.clientSecret,
    authentication(endpoint),
  )
  if (isLoopback(hostname)) allowInsecureRequests(configuration)
  configuration[customFetch] = async (url, { method, headers, body }) => {
    if (body instanceof URLSearchParams) for (const [name, value] of Object.entries(exactly)) body.set(name, value)
    try {
      response = await http.send({
        method,
        url,
        headers,
        // URLSearchParams encodes every value: secrets hold + / = and spaces.
        ...(body && { body: body.toString() }),
        timeoutMs,
        ...(signal && { signal }),
      })
    } catch (error) {
      if (error instanceof HttpFailure) failure = error
      throw error
    }
    return repaired(response)
  }

  try {
    const form = { ...(endpoint.scope !== undefined && { scope: endpoint.scope }), ...endpoint.extra }
    const fields = await ask(configuration, form)
    return {
      is: 'token',
      fields: ownFields(fields, response),
      refreshToken: typeof fields.refresh_token === 'string' ? fields.refresh_token : undefined,
      sentAt: response?.sentAt ?? 0,
    }
  } catch (error) {
    if (signal?.aborted) throw signal.reason
    if (failure?.status !== undefined) return noToken(failure.status)
    if (failure) return { is: 'unreachable', failure }
    // No request was made, so it is a mistake in the options.
    if (!response) throw error
    return noToken(response.status, errorCode(response.body), response.headers['retry-after'])
  }
}

const noToken = (status: number, error?: string, retryAfter?: string): TokenAnswer => ({
  is: 'failed',
  status,
  error,
  retryAfter,
})

function authentication({ clientSecret, clientIn }: TokenEndpoint) {
  if (clientSecret === undefined) return None()
  return clientIn === 'basic' ? ClientSecretBasic(clientSecret) : ClientSecretPost(clientSecret)
}

/**
 * The answer as the library accepts it: some servers leave the token type out, or the content type is not JSON. An
 * identity token is dropped: it is not used, and without the issuer's metadata it could not be checked.
 */
function repaired({ status, body, headers }: HttpResponse): Response {
  const isObject = typeof body === 'object' && body !== null && !Array.isArray(body)
  const fields = isObject && status < 300 ? { token_type: 'Bearer', ...withoutNulls(body), id_token: undefined } : body
  const wwwAuthenticate = headers['www-authenticate']
  return new Response(fields === undefined || status === 204 ? null : JSON.stringify(fields), {
    // Response refuses statuses that carry no answer.
    status: status < 200 || status > 599 ? 500 : status,
    headers: {
      'content-type': 'application/json',
      ...(wwwAuthenticate !== undefined && { 'www-authenticate': wwwAuthenticate }),
    },
  })
}

/**
 * The library turns the life into a number; vendors' fields stay as they came. What else is secret stays here: the
 * fields are for templates.
 */
function ownFields(fields: TokenFields, response: HttpResponse | undefined): TokenFields {
  const raw = typeof response?.body === 'object' && response.body !== null ? response.body : {}
  const { refresh_token: _, id_token: __, ...shown } = raw as Record<string, unknown>
  return { ...shown, access_token: fields.access_token, token_type: fields.token_type, expires_in: fields.expires_in }
}

const withoutNulls = (fields: object): object =>
  Object.fromEntries(
    Object.entries(fields).filter(([, value]) => value !== null && value !== undefined && value !== ''),
  )

function errorCode(body: unknown): string | undefined {
  const error = typeof body === 'object' && body !== null ? (body as { error?: unknown }).error : undefined
  // Anything else might be an echo of what was sent.
  return typeof error === 'string' && /^[a-z_]{1,40}$/.test(error) ? error : undefined
}
