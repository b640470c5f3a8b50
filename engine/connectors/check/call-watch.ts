import type { HttpClient } from '../../http/client.ts'
import { describeRequest } from '../../http/failure.ts'
import { type Exchange, watched } from '../../http/watched.ts'

/** One call of a check, as evidence of why it failed. */
export interface WatchedCall {
  readonly method: string
  /** Origin and path. */
  readonly address: string
  /** Asked for a token. */
  readonly token: boolean
  readonly sentAt: number
  /** Our clock less the server's, milliseconds; the Date header counts whole seconds, so it is half a second off at most. */
  readonly clockDiffersMs: number | undefined
  readonly answer: WatchedAnswer | undefined
  readonly failure: { readonly code: string; readonly status: number | undefined } | undefined
}

export interface WatchedAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  /** Kept of the newest calls only. */
  readonly body: unknown
}

export interface CallWatch {
  readonly http: HttpClient
  /** In the order of their ends. */
  readonly calls: readonly WatchedCall[]
}

/** Bodies that are kept: a walk over tables may read a lot. */
const bodiesKept = 3

/** Looks at every call of a client, so that a check knows what was asked and answered, however deep inside it was. */
export function watchCalls(http: HttpClient, now: () => number): CallWatch {
  const calls: WatchedCall[] = []
  const note = (exchange: Exchange): void => {
    calls.push(callOf(exchange, now()))
    const old = calls.at(-1 - bodiesKept)
    if (old?.answer?.body !== undefined)
      calls[calls.length - 1 - bodiesKept] = { ...old, answer: { ...old.answer, body: undefined } }
  }
  return { http: watched(http, note), calls }
}

function callOf({ request, response, failure }: Exchange, now: number): WatchedCall {
  const base = {
    method: request.method,
    address: describeRequest(request.method, request.url).slice(request.method.length + 1),
    token: request.method === 'POST' && (request.body ?? '').includes('grant_type='),
  }
  if (!response)
    return {
      ...base,
      sentAt: now,
      clockDiffersMs: undefined,
      answer: undefined,
      failure: { code: failure?.code ?? 'UNKNOWN', status: failure?.status },
    }
  const { status, headers, body, sentAt, receivedAt, serverDate } = response
  return {
    ...base,
    sentAt,
    clockDiffersMs: serverDate === undefined ? undefined : clockDifference(serverDate, sentAt, receivedAt),
    answer: { status, headers, body },
    failure: undefined,
  }
}

/** The server stamped its answer at some moment between our sending and our receiving, and cut the second's rest off. */
function clockDifference(serverDate: number, sentAt: number, receivedAt: number): number {
  const earliest = sentAt - (serverDate + 1000)
  const latest = receivedAt - serverDate
  return earliest > 0 ? earliest : latest < 0 ? latest : 0
}

/** Whether an answer is a page for people: not what an API says, but a login, a proxy or a firewall. */
export function isPage({ headers, body }: WatchedAnswer): boolean {
  return (
    /\b(?:text\/html|application\/xhtml)/i.test(headers['content-type'] ?? '') ||
    (typeof body === 'string' && /^\s*</.test(body))
  )
}
