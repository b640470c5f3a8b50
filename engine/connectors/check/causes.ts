import { type CauseCode, causeCodes } from '../../diagnostics/cause-codes.ts'
import { isPage, type WatchedCall } from './call-watch.ts'
import type { Cause, QuotaFound } from './check-types.ts'

/** What is known when a step has failed. */
export interface Evidence {
  /** Calls of the step, in their order. */
  readonly calls: readonly WatchedCall[]
  /** The call that decided it; undefined when none was made. */
  readonly call: WatchedCall | undefined
  /** Our clock less the system's, milliseconds. */
  readonly clockDiffersMs: number | undefined
  /** The token that was sent, if it could be read: JSON Web Tokens only. */
  readonly token: TokenTimes | undefined
  /** A token was given during this check, and another was asked for when it was refused. */
  readonly tokenIsNew: boolean
  /** The host of the proxy that calls of this machine go through. */
  readonly proxy: string | undefined
  readonly quota: QuotaFound | undefined
}

/** From when to when a token says that it is valid, in seconds since the Unix epoch. */
export interface TokenTimes {
  readonly nbf?: number
  readonly exp?: number
}

/** Differences up to this are of no harm. */
export const clockToleranceMs = 30_000

/** Codes of failures by what they mean. */
const networkCauses: readonly (readonly [RegExp, CauseCode])[] = [
  [/^(?:ENOTFOUND|EAI_)/, 'host-unknown'],
  [/^ECONNREFUSED$/, 'connection-refused'],
  [/^(?:EHOSTUNREACH|ENETUNREACH|UND_ERR_CONNECT_TIMEOUT|ETIMEDOUT)$/, 'no-network'],
  [/CERT|SSL|TLS|SELF_SIGNED|UNABLE_TO_|EPROTO|HOSTNAME/, 'tls-refused'],
  [
    /^(?:UND_ERR_SOCKET|UND_ERR_HEADERS_TIMEOUT|UND_ERR_BODY_TIMEOUT|ECONNRESET|EPIPE|ABORTED|UNANSWERED|Z_BUF_ERROR|INVALID_JSON)$/,
    'no-answer',
  ],
]

/** Refusals of a token endpoint (RFC 6749 §5.2). */
const tokenCauses: Readonly<Record<string, CauseCode>> = {
  invalid_client: 'secret-wrong',
  invalid_grant: 'grant-revoked',
  invalid_scope: 'scope-wrong',
  unauthorized_client: 'sign-in-not-offered',
  unsupported_grant_type: 'sign-in-not-offered',
}

/** What may be said of any system, the likeliest cause first. */
export function generalCauses(evidence: Evidence): readonly Cause[] {
  const { call, clockDiffersMs = 0 } = evidence
  if (!call) return []
  const causes: Cause[] = []
  const add = (cause: CauseCode, say?: string): void => {
    if (!causes.some((known) => known.cause === cause))
      causes.push({ cause, say: say ?? causeCodes[cause].meaning, fix: causeCodes[cause].advice })
  }
  const status = call.answer?.status
  const signIn = call.token || status === 401
  const clockIsOff = Math.abs(clockDiffersMs) >= clockToleranceMs
  if (clockIsOff && (signIn || call.failure)) add('clock-differs', clockWords(clockDiffersMs))
  if (call.failure) networkCause(call.failure.code, evidence, add)
  if (call.answer) {
    if (isPage(call.answer)) add('page-for-people')
    if (call.token) tokenEndpointCause(call.answer, add)
    else apiCause(call.answer.status, evidence, add)
  }
  return causes
}

type Add = (cause: CauseCode, say?: string) => void

function networkCause(code: string, { proxy, call }: Evidence, add: Add): void {
  if (proxy !== undefined && !isLoopbackAddress(call?.address ?? ''))
    add('proxy-refused', `Calls go through the proxy ${proxy}, and the connection failed there or behind it.`)
  const [, cause] = networkCauses.find(([codes]) => codes.test(code)) ?? []
  if (cause) add(cause)
  if (cause === 'tls-refused' && /CERT_(?:HAS_EXPIRED|NOT_YET_VALID)/.test(code))
    add('clock-differs', 'By this machine’s clock the host’s certificate is not valid at this time.')
}

function isLoopbackAddress(address: string): boolean {
  return /^http:\/\/(?:127\.|localhost|\[::1\])/.test(address)
}

function tokenEndpointCause({ status, body }: NonNullable<WatchedCall['answer']>, add: Add): void {
  const error = typeof body === 'object' && body !== null ? (body as { error?: unknown }).error : undefined
  const known = typeof error === 'string' && Object.hasOwn(tokenCauses, error) ? tokenCauses[error] : undefined
  if (known) add(known)
  else if (status === 404) add('address-wrong')
  else if (status === 429)
    add(
      'throttled',
      'The token endpoint takes no more requests for now; it counts by address of the caller or by client.',
    )
  else if (status === 401 || status === 403) add('secret-wrong')
  else if (status >= 500) add('system-failing')
}

function apiCause(
  status: number,
  { token, tokenIsNew, calls, quota, call, clockDiffersMs = 0 }: Evidence,
  add: Add,
): void {
  if (status === 401) {
    const serverTime = ((call?.sentAt ?? 0) - clockDiffersMs) / 1000
    if (token && ((token.nbf ?? 0) > serverTime + 1 || (token.exp ?? Number.POSITIVE_INFINITY) < serverTime - 1))
      add('token-not-valid-now')
    if (tokenIsNew) add('token-refused-at-once')
    else if (!calls.some((one) => one.token)) add('credentials-not-accepted')
  }
  if (status === 403) add('right-missing')
  if (status === 404) add('address-wrong')
  if (status === 429 || (status === 503 && quota?.remaining === 0)) {
    if ((quota?.others ?? 0) > 0) add('throttled-by-others', othersWords(quota))
    else add('throttled')
  } else if (status >= 500) add('system-failing')
}

export function othersWords(quota: QuotaFound | undefined): string {
  const { others = 0, ours = 0, limit } = quota ?? {}
  return `${others} of the ${limit ?? 'account’s'} calls of this period were made by others, ${ours} by this check.`
}

export function clockWords(differsMs: number): string {
  const seconds = Math.round(Math.abs(differsMs) / 1000)
  const time = seconds < 180 ? `${seconds} seconds` : `${Math.round(seconds / 60)} minutes`
  return `By the date of the system’s answers, this machine’s clock is ${time} ${differsMs > 0 ? 'fast' : 'slow'}.`
}

/** The dates in a JSON Web Token (RFC 7519); undefined for tokens of any other form. Nothing is verified. */
export function tokenTimes(token: string): TokenTimes | undefined {
  const payload = token.split('.')[1]
  if (payload === undefined) return undefined
  try {
    const claims: unknown = JSON.parse(Buffer.from(payload, 'base64url').toString())
    if (typeof claims !== 'object' || claims === null) return undefined
    const { nbf, exp } = claims as { nbf?: unknown; exp?: unknown }
    return { ...(typeof nbf === 'number' && { nbf }), ...(typeof exp === 'number' && { exp }) }
  } catch {
    return undefined
  }
}
