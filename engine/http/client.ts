import { createDispatcher, type ProxySettings, type SendMark } from './dispatcher.ts'
import { describeRequest, HttpFailure } from './failure.ts'
import { acceptEncoding, decompress, parseBody } from './response-body.ts'
import { assertSafeUrl } from './safe-url.ts'
import { type Clock, systemClock } from './time.ts'

export interface HttpRequest {
  readonly method: string
  /** Absolute; https, or plain http on this machine. */
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string
  /** For the whole exchange, from calling `send` to the last byte of the answer, milliseconds. */
  readonly timeoutMs: number
  readonly signal?: AbortSignal
}

export interface HttpResponse {
  readonly status: number
  /** Names in lower case; several values of one name are joined by a comma and a space. */
  readonly headers: Readonly<Record<string, string>>
  /**
   * Parsed JSON, else text, else (no content) undefined. Numbers that JavaScript cannot hold exactly are their text. Of
   * an answer with status 400 or more that says JSON but is not, the text: there the status says what happened.
   */
  readonly body: unknown
  /** Size of the body after decompression. */
  readonly bytes: number
  /** Milliseconds since the Unix epoch, by our clock. */
  readonly sentAt: number
  readonly receivedAt: number
  /** Milliseconds since the Unix epoch, by the server's clock (Date header, whole seconds). */
  readonly serverDate?: number
}

export interface HttpClient {
  /**
   * One request, one answer, whatever its status; redirects are answers, not followed. Rejects with an HttpFailure when
   * there is no usable answer, and repeats nothing.
   */
  send(request: HttpRequest): Promise<HttpResponse>
  /** Closes the connections once what is under way has ended. */
  close(): Promise<void>
}

export interface HttpClientOptions {
  readonly clock?: Clock
  /** See `proxyFromEnv`. Hosts of this machine are always called directly. */
  readonly proxy?: ProxySettings | undefined
  /** Largest body of an answer, before and after decompression, bytes. Default 64 MiB. */
  readonly maxResponseBytes?: number
  /** For making a connection, TLS included, milliseconds. Default 10 s. */
  readonly connectTimeoutMs?: number
}

export function createHttpClient(options: HttpClientOptions = {}): HttpClient {
  const { clock = systemClock, proxy, maxResponseBytes = 64 * 1024 * 1024, connectTimeoutMs = 10_000 } = options
  const dispatcher = createDispatcher({ connectTimeoutMs, proxy })

  const send = async (request: HttpRequest): Promise<HttpResponse> => {
    const { method, url, headers, body, timeoutMs, signal } = request
    const target = assertSafeUrl(url)
    const name = describeRequest(method, url)
    const mark: SendMark = { sent: false }
    if (signal?.aborted) throw abortFailure(name, mark, undefined)

    const stop = new AbortController()
    let why: 'time-out' | 'abort' | undefined
    let status: number | undefined
    const onAbort = () => {
      why ??= 'abort'
      stop.abort()
    }
    const timer = setTimeout(() => {
      why ??= 'time-out'
      stop.abort()
    }, timeoutMs)
    signal?.addEventListener('abort', onAbort, { once: true })
    // undici lets an aborted request wait until it has a connection; its caller need not.
    const stopped = new Promise<never>((_, reject) => stop.signal.addEventListener('abort', () => reject(stop.signal)))
    stopped.catch(() => undefined)

    const exchange = async () => {
      const sentAt = clock.now()
      const answer = await dispatcher.request<SendMark>({
        origin: target.origin,
        path: target.pathname + target.search,
        method: method as 'GET',
        headers: { 'accept-encoding': acceptEncoding, ...headers },
        body: body ?? null,
        signal: stop.signal,
        opaque: mark,
      })
      status = answer.statusCode
      const chunks: Buffer[] = []
      let size = 0
      for await (const chunk of answer.body as AsyncIterable<Buffer>) {
        size += chunk.length
        if (size > maxResponseBytes) throw tooLarge(name, status, maxResponseBytes)
        chunks.push(chunk)
      }
      return { answer, sentAt, receivedAt: clock.now(), wire: Buffer.concat(chunks, size) }
    }

    try {
      const { answer, sentAt, receivedAt, wire } = await Promise.race([exchange(), stopped])
      const names = joinHeaders(answer.headers)
      const bytes = await unpack(wire, names, name, answer.statusCode, maxResponseBytes)
      const parsed = parseBody(bytes, names['content-type'])
      if (!parsed.ok && answer.statusCode < 400) {
        throw unreadable(
          name,
          answer.statusCode,
          'INVALID_JSON',
          'says that it is JSON, but is cut off or not JSON. Repeat the call; if it stays so, a proxy or the system itself is at fault',
        )
      }
      const serverDate = Date.parse(names.date ?? '')
      return {
        status: answer.statusCode,
        headers: names,
        body: parsed.ok ? parsed.body : bytes.toString(),
        bytes: bytes.length,
        sentAt,
        receivedAt,
        ...(!Number.isNaN(serverDate) && { serverDate }),
      }
    } catch (error) {
      if (error instanceof HttpFailure) throw error
      if (why === 'abort') throw abortFailure(name, mark, status)
      if (why === 'time-out') throw timeOutFailure(name, mark, status, timeoutMs)
      throw connectionFailure(name, mark, status, error)
    } finally {
      clearTimeout(timer)
      signal?.removeEventListener('abort', onAbort)
    }
  }

  const underWay = new Set<Promise<unknown>>()
  return {
    send(request) {
      const sending = send(request)
      const settled: Promise<unknown> = sending.then(
        () => underWay.delete(settled),
        () => underWay.delete(settled),
      )
      underWay.add(settled)
      return sending
    },
    async close() {
      await Promise.all(underWay)
      // Not `close`, which would wait for connections that nobody waits for any more.
      await dispatcher.destroy()
    },
  }
}

function joinHeaders(headers: Record<string, string | string[] | undefined>): Record<string, string> {
  const joined: Record<string, string> = {}
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) joined[name.toLowerCase()] = Array.isArray(value) ? value.join(', ') : value
  }
  return joined
}

async function unpack(
  wire: Buffer,
  headers: Readonly<Record<string, string>>,
  name: string,
  status: number,
  maxBytes: number,
): Promise<Buffer> {
  try {
    return await decompress(wire, headers['content-encoding'], maxBytes)
  } catch (error) {
    if (codeOf(error) === 'ERR_BUFFER_TOO_LARGE') throw tooLarge(name, status, maxBytes)
    throw unreadable(
      name,
      status,
      codeOf(error) ?? 'INVALID_ENCODING',
      'is compressed in a way that cannot be undone, or is cut off. Repeat the call; if it stays so, a proxy or the system itself is at fault',
    )
  }
}

const unreadable = (name: string, status: number, code: string, what: string): HttpFailure =>
  new HttpFailure({
    kind: 'unreadable',
    code,
    sent: true,
    status,
    message: `${name}: the answer (status ${status}) ${what}.`,
  })

const tooLarge = (name: string, status: number | undefined, maxBytes: number): HttpFailure =>
  unreadable(
    name,
    status ?? 0,
    'RESPONSE_TOO_LARGE',
    `is larger than ${Math.floor(maxBytes / 1024)} KiB. Ask for fewer records at a time`,
  )

function abortFailure(name: string, { sent }: SendMark, status: number | undefined): HttpFailure {
  const message = `${name}: stopped on request, ${sent ? 'when it had been sent already' : 'before it was sent'}.`
  return new HttpFailure({ kind: 'aborted', code: 'ABORTED', sent, status, message })
}

function timeOutFailure(name: string, { sent }: SendMark, status: number | undefined, timeoutMs: number): HttpFailure {
  const within = `within ${timeoutMs / 1000} s`
  if (!sent) {
    const message = `${name}: no connection ${within}; nothing was sent. Check the host, the network and the proxy.`
    return new HttpFailure({ kind: 'not-sent', code: 'UND_ERR_CONNECT_TIMEOUT', sent, status, message })
  }
  const code = status === undefined ? 'UND_ERR_HEADERS_TIMEOUT' : 'UND_ERR_BODY_TIMEOUT'
  const message = `${name}: ${status === undefined ? 'no answer' : 'no complete answer'} ${within}; whether it was processed is not known.`
  return new HttpFailure({ kind: 'unknown-outcome', code, sent, status, message })
}

/** What Node and undici call the trouble, in words. */
const reasons: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'the host refuses connections',
  ENOTFOUND: 'the host is not known',
  EAI_AGAIN: 'the name of the host could not be looked up',
  EHOSTUNREACH: 'there is no way to the host',
  ENETUNREACH: 'there is no way to the network of the host',
  UND_ERR_CONNECT_TIMEOUT: 'the host accepted no connection in time',
  UND_ERR_SOCKET: 'the connection was lost',
  ECONNRESET: 'the connection was lost',
  EPIPE: 'the connection was lost',
}

function connectionFailure(name: string, { sent }: SendMark, status: number | undefined, error: unknown): HttpFailure {
  const code = codeOf(error) ?? 'UNKNOWN'
  const why = reasons[code] ?? `the connection failed (${code})`
  const message = sent
    ? `${name}: ${why} after the request was sent; whether it was processed is not known.`
    : `${name}: ${why}; nothing was sent. Check the host, the network and the proxy.`
  return new HttpFailure({ kind: sent ? 'unknown-outcome' : 'not-sent', code, sent, status, message })
}

function codeOf(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null) return undefined
  const { code, cause, errors } = error as { code?: unknown; cause?: unknown; errors?: unknown }
  if (typeof code === 'string') return code
  // One failure per address of the host (AggregateError), or one wrapped in another.
  return codeOf(Array.isArray(errors) ? errors[0] : cause)
}
