import type { Variables } from '../../config/expression-compiler.ts'
import type { CompiledRequest } from '../compiled-request.ts'

export type Operation = 'list' | 'get' | 'find' | 'write' | 'check'

export interface CallOptions {
  readonly operation: Operation
  /** 1 goes before 9. */
  readonly priority: number
  readonly signal: AbortSignal
  /** May the same request be sent again when its outcome is unknown? Reads, and writes of absolute values. */
  readonly repeatable: boolean
  /** Told of each request that is sent. */
  readonly tally?: (event: { readonly throttled: boolean }) => void
  /** Called when the call's turn has come, each time before its request is sent. */
  readonly onSending?: () => void
  /** Take this address instead of the request's own (the next page). */
  readonly address?: string
}

/** An answer and what it means. Throttled, unauthorized, retry and failed never come out: they are dealt with inside. */
export interface Answer {
  readonly meaning: 'ok' | 'empty' | 'split' | 'shrink' | 'conflict'
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: unknown
  /** Address that answered, for following a relative next page. */
  readonly address: string
  /** The server's time at the answer, milliseconds since the Unix epoch, when it said it. */
  readonly serverDate: number | undefined
  /** By our clock, milliseconds since the Unix epoch. */
  readonly sentAt: number
  readonly receivedAt: number
  /** What the rule that matched says of it. */
  readonly code: string | undefined
  readonly say: string | undefined
  /** By which the system's own log names the call; of an answer that is not ok. */
  readonly requestId?: string | undefined
}

export interface Caller {
  /** What every expression of the connector sees: $settings. */
  readonly basics: Variables
  call(request: CompiledRequest, variables: Variables, options: CallOptions): Promise<Answer>
}
