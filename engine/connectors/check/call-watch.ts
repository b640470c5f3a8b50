import type { HttpClient, HttpRequest } from '../../http/client.ts'
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
  /** In the order of their ends, then those that are still under way. */
  readonly calls: readonly WatchedCall[]
}

/** Bodies that are kept: a walk over tables may read a lot. */
const bodiesKept = 3

/** Of a call that has no answer yet. */
const unanswered = 'UNANSWERED'

/** Looks at every call of a client, so that a check knows what was asked and answered, however deep inside it was. */
export function watchCalls(http: HttpClient, now: () => number): CallWatch {
  const ended: WatchedCall[] = []
  const underWay = new Set<WatchedCall>()
  const note = (exchange: Exchange): void => {
    ended.push(callOf(exchange, now()))
    const at = ended.length - 1 - bodiesKept
    const old = ended[at]
    if (old?.answer?.body !== undefined) ended[at] = { ...old, answer: { ...old.answer, body: undefined } }
  }
  const told = watched(http, note)
  return {
    http: {
      async send(request) {
        const open = { ...begun(request, now()), failure: { code: unanswered, status: undefined } }
        underWay.add(open)
        try {
          return await told.send(request)
        } finally {
          underWay.delete(open)
        }
      },
      close: () => told.close(),
    },
    get calls() {
      return [...ended, ...underWay]
    },
  }
}

function begun(request: HttpRequest, now: number): WatchedCall {
  return {
    method: request.method,
    address: describeRequest(request.method, request.url).slice(request.method.length + 1),
    token: request.method === 'POST' && (request.body ?? '').includes('grant_type='),
    sentAt: now,
    clockDiffersMs: undefined,
    answer: undefined,
    failure: undefined,
  }
}

function callOf({ request, response, failure }: Exchange, now: number): WatchedCall {
  const base = begun(request, response?.sentAt ?? now)
  if (!response) return { ...base, failure: { code: failure?.code ?? 'UNKNOWN', status: failure?.status } }
  const { status, headers, body, sentAt, receivedAt, serverDate } = response
  return {
    ...base,
    clockDiffersMs: serverDate === undefined ? undefined : clockDifference(serverDate, sentAt, receivedAt),
    answer: { status, headers, body },
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
