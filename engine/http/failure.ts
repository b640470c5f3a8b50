/**
 * - `not-sent`: provably nothing was processed (refused, unknown host, no connection in time, refused by us).
 * - `unknown-outcome`: the request may have been processed (time-out or connection lost after it was sent).
 * - `aborted`: the caller's signal. Whether it had been sent is in `sent`.
 * - `unreadable`: an answer came, but its body is not what it says it is.
 */
export type HttpFailureKind = 'not-sent' | 'unknown-outcome' | 'aborted' | 'unreadable'

/** A request without a usable answer. The message names method, origin and path; never the query, headers or bodies. */
export class HttpFailure extends Error {
  readonly kind: HttpFailureKind
  /** ECONNREFUSED, ENOTFOUND, UND_ERR_HEADERS_TIMEOUT, … as Node and undici name them, or one of ours. */
  readonly code: string
  /** False only when not a byte of the request was sent. */
  readonly sent: boolean
  /** The status of the answer, if it got that far. */
  readonly status: number | undefined

  constructor({
    kind,
    code,
    sent,
    status,
    message,
  }: {
    kind: HttpFailureKind
    code: string
    sent: boolean
    status?: number | undefined
    message: string
  }) {
    super(message)
    this.name = 'HttpFailure'
    this.kind = kind
    this.code = code
    this.sent = sent
    this.status = status
  }
}

/** Method, origin and path: what may be shown of a request. Queries, user names and fragments may hold secrets. */
export function describeRequest(method: string, url: string): string {
  if (!URL.canParse(url)) return `${method} (an address that cannot be read)`
  const { origin, pathname } = new URL(url)
  return `${method} ${origin}${pathname}`
}
