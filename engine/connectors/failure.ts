/**
 * Why a call, or what was asked through it, did not succeed.
 * - `refused`: the system answered that it will not do this; a repeat changes nothing.
 * - `unreachable`: the system could not be reached, or kept failing; it may work later.
 * - `credentials`: the system does not accept the credentials.
 * - `unknown-outcome`: the request may have been processed, and sending it again is not safe.
 */
export type FailureKind = 'refused' | 'unreachable' | 'credentials' | 'unknown-outcome'

/** Messages name connection, method and path; never a query, a body, a token or a record. */
export class CallFailure extends Error {
  readonly kind: FailureKind
  readonly code: string
  readonly connection: string
  readonly status: number | undefined
  /** By which the system's own log names the call, where the answer has it. */
  readonly requestId: string | undefined
  /** The message without the request id: the same for every call that fails so. */
  readonly reason: string

  constructor(
    failure: {
      kind: FailureKind
      code: string
      connection: string
      status?: number | undefined
      requestId?: string | undefined
      message: string
    },
    options?: ErrorOptions,
  ) {
    const { requestId } = failure
    super(requestId === undefined ? failure.message : `${failure.message} Its request id is ${requestId}.`, options)
    this.name = 'CallFailure'
    this.kind = failure.kind
    this.code = failure.code
    this.connection = failure.connection
    this.status = failure.status
    this.requestId = requestId
    this.reason = failure.message
  }
}

/** What ends the whole run, since no record can get on: exit status 3. */
export function isSystemFailure(error: unknown): boolean {
  return error instanceof CallFailure && (error.kind === 'unreachable' || error.kind === 'credentials')
}
