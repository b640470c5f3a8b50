import type { RequestListener } from 'node:http'
import { createServer as createTcpServer } from 'node:net'
import { brotliCompressSync, gzipSync } from 'node:zlib'
import nock from 'nock'
import { afterEach, describe, expect, test } from 'vitest'
import { createHttpClient, type HttpClient, type HttpClientOptions, type HttpRequest } from './client.ts'
import { HttpFailure } from './failure.ts'
import { bodyOf, startServer } from './testing/test-server.ts'

const cleanUps: (() => Promise<unknown> | unknown)[] = []
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp()
})

function client(options: HttpClientOptions = {}): HttpClient {
  const http = createHttpClient(options)
  cleanUps.push(() => http.close())
  return http
}

async function server(listener: RequestListener): Promise<string> {
  const { url, close } = await startServer(listener)
  cleanUps.push(close)
  return url
}

const get = (url: string, more: Partial<HttpRequest> = {}): HttpRequest => ({
  method: 'GET',
  url,
  headers: {},
  timeoutMs: 5000,
  ...more,
})

async function failureOf(sending: Promise<unknown>): Promise<HttpFailure> {
  const failure = await sending.then(
    (answer) => new Error(`no failure but ${JSON.stringify(answer)}`),
    (reason: unknown) => reason,
  )
  expect(failure).toBeInstanceOf(HttpFailure)
  return failure as HttpFailure
}

describe('plain answers', () => {
  afterEach(() => {
    expect(nock.pendingMocks()).toEqual([])
    nock.cleanAll()
    nock.restore()
  })
  const host = () => {
    if (!nock.isActive()) nock.activate()
    nock.disableNetConnect()
    cleanUps.push(() => nock.enableNetConnect())
    return nock('https://api.test')
  }

  test('JSON, with status, headers, size and times', async () => {
    let now = 1000
    host().get('/items?x=1').matchHeader('x-key', 'abc').reply(200, '{"a":[1,31.50,9007199254740993]}', {
      'Content-Type': 'application/json; charset=utf-8',
      'X-Left': '7',
      Date: 'Sun, 01 Mar 2026 12:00:00 GMT',
    })
    const http = client({ clock: { now: () => now++ } })
    const answer = await http.send(get('https://api.test/items?x=1', { headers: { 'x-key': 'abc' } }))
    expect(answer).toMatchObject({
      status: 200,
      body: { a: [1, 31.5, '9007199254740993'] },
      bytes: 32,
      sentAt: 1000,
      receivedAt: 1001,
      serverDate: Date.parse('2026-03-01T12:00:00Z'),
    })
    expect(answer.headers['x-left']).toBe('7')
  })

  test('a body is sent as it is', async () => {
    host().post('/items', '{"b":1}').matchHeader('content-type', 'application/json').reply(201, '{"id":5}')
    const answer = await client().send(
      get('https://api.test/items', {
        method: 'POST',
        body: '{"b":1}',
        headers: { 'content-type': 'application/json' },
      }),
    )
    expect(answer).toMatchObject({ status: 201, body: { id: 5 } })
    expect(answer).not.toHaveProperty('serverDate')
  })

  test.each([
    ['no content', 204, '', undefined, undefined],
    ['an empty body that says JSON', 200, '', 'application/json', undefined],
    ['text', 200, 'All well', 'text/plain', 'All well'],
    ['a page', 502, '<html>Bad gateway</html>', 'text/html', '<html>Bad gateway</html>'],
    ['JSON under another type', 200, ' [1]', 'text/plain', [1]],
    ['what only looks like JSON', 200, '[sic]', 'text/plain', '[sic]'],
    ['a JSON text', 200, '"x"', 'application/json', 'x'],
    ['JSON of a vendor type', 400, '{"a":1}', 'application/problem+json', { a: 1 }],
    ['a byte order mark', 200, '\ufeff{"a":1}', 'application/json', { a: 1 }],
    // The status says what happened; a broken error page must not hide it.
    ['an error that says JSON but is none', 503, 'Too many requests', 'application/json', 'Too many requests'],
  ])('%s', async (_, status, body, type, expected) => {
    host()
      .get('/')
      .reply(status, body, type === undefined ? {} : { 'Content-Type': type })
    expect(await client().send(get('https://api.test/'))).toMatchObject({ status, body: expected })
  })

  test.each(['{"a":[1,2', 'null and void', '<html>Sign in</html>'])(
    'a good answer that says JSON but is %s is unreadable',
    async (body) => {
      host().get('/items').query(true).reply(200, body, { 'Content-Type': 'application/json' })
      const failure = await failureOf(client().send(get('https://api.test/items?key=geheim')))
      expect(failure).toMatchObject({ kind: 'unreadable', code: 'INVALID_JSON', sent: true, status: 200 })
      expect(failure.message).toContain('GET https://api.test/items: ')
      expect(failure.message).not.toContain('geheim')
    },
  )

  test('redirects are answers', async () => {
    host().get('/old').reply(302, '', { Location: 'https://evil.test/' })
    const answer = await client().send(get('https://api.test/old'))
    expect(answer).toMatchObject({ status: 302, headers: { location: 'https://evil.test/' } })
  })
})

describe('on the wire', () => {
  test('several values of one header are joined', async () => {
    const url = await server((_, response) => {
      response.setHeader('Set-Cookie', ['a=1', 'b=2'])
      response.end()
    })
    expect((await client().send(get(url))).headers['set-cookie']).toBe('a=1, b=2')
  })

  test.each([
    ['gzip', gzipSync],
    ['br', brotliCompressSync],
  ] as const)('%s is asked for and undone', async (encoding, compress) => {
    let asked = ''
    const url = await server((request, response) => {
      asked = String(request.headers['accept-encoding'])
      response.setHeader('content-encoding', encoding)
      response.setHeader('content-type', 'application/json')
      response.end(compress(JSON.stringify({ text: 'ä'.repeat(10_000) })))
    })
    const answer = await client().send(get(url))
    expect(asked.split(/,\s*/)).toContain(encoding)
    expect(answer.body).toEqual({ text: 'ä'.repeat(10_000) })
    expect(answer.bytes).toBe(20_011)
  })

  test('a cut-off gzip body is unreadable', async () => {
    const url = await server((_, response) => {
      response.setHeader('content-encoding', 'gzip')
      response.end(gzipSync('{"a":1}').subarray(0, 15))
    })
    expect(await failureOf(client().send(get(url)))).toMatchObject({ kind: 'unreadable', code: 'Z_BUF_ERROR' })
  })

  test('an unknown encoding is unreadable', async () => {
    const url = await server((_, response) => {
      response.setHeader('content-encoding', 'rot13')
      response.end('x')
    })
    expect(await failureOf(client().send(get(url)))).toMatchObject({ kind: 'unreadable', code: 'UNKNOWN_ENCODING' })
  })

  test('the size is bounded, also of what is compressed', async () => {
    const url = await server((request, response) => {
      const zipped = request.url === '/zipped'
      if (zipped) response.setHeader('content-encoding', 'gzip')
      const body = Buffer.alloc(200_000, 'a')
      response.end(zipped ? gzipSync(body) : body)
    })
    const http = client({ maxResponseBytes: 100_000 })
    for (const path of ['/plain', '/zipped']) {
      const failure = await failureOf(http.send(get(url + path)))
      expect(failure).toMatchObject({ kind: 'unreadable', code: 'RESPONSE_TOO_LARGE', status: 200 })
      expect(failure.message).toContain('larger than 97 KiB')
    }
    expect((await client({ maxResponseBytes: 200_000 }).send(get(url))).bytes).toBe(200_000)
  })

  test('connections are used again', async () => {
    const ports = new Set<number | undefined>()
    const url = await server(async (request, response) => {
      ports.add(request.socket.remotePort)
      response.end(await bodyOf(request))
    })
    const http = client()
    for (let index = 0; index < 10; index++) await http.send(get(url, { method: 'PUT', body: String(index) }))
    // The first may not be free again yet when the second is sent.
    expect(ports.size).toBeLessThanOrEqual(2)
  })
})

describe('failures', () => {
  test('a refused connection: not sent', async () => {
    const { url, close } = await startServer(() => undefined)
    await close()
    const failure = await failureOf(client().send(get(`${url}/orders?token=geheim`, { method: 'POST', body: '{}' })))
    expect(failure).toMatchObject({ kind: 'not-sent', code: 'ECONNREFUSED', sent: false, status: undefined })
    expect(failure.message).toContain(`POST ${url}/orders: the host refuses connections; nothing was sent.`)
    expect(failure.message).not.toContain('geheim')
  })

  test('an unknown host: not sent', async () => {
    const failure = await failureOf(client().send(get('https://no-such-host.invalid/x')))
    expect(failure).toMatchObject({ kind: 'not-sent', sent: false })
    expect(failure.code).toMatch(/ENOTFOUND|EAI_AGAIN/)
  })

  test('an unsafe address: not sent', async () => {
    expect(await failureOf(client().send(get('http://api.test/')))).toMatchObject({
      kind: 'not-sent',
      code: 'UNSAFE_URL',
    })
  })

  test('a server that never finishes TLS: not sent', async () => {
    const tcp = createTcpServer(() => undefined)
    await new Promise<void>((resolve) => tcp.listen(0, '127.0.0.1', resolve))
    const { port } = tcp.address() as { port: number }
    cleanUps.push(() => tcp.close())
    const failure = await failureOf(client().send(get(`https://127.0.0.1:${port}/`, { timeoutMs: 100 })))
    expect(failure).toMatchObject({ kind: 'not-sent', code: 'UND_ERR_CONNECT_TIMEOUT', sent: false })
  })

  test('no answer in time: unknown outcome, and the connection is given up', async () => {
    let closed = false
    const url = await server((request) => {
      request.socket.on('close', () => {
        closed = true
      })
    })
    const failure = await failureOf(client().send(get(url, { timeoutMs: 80 })))
    expect(failure).toMatchObject({ kind: 'unknown-outcome', code: 'UND_ERR_HEADERS_TIMEOUT', sent: true })
    expect(failure.message).toContain('no answer within 0.08 s; whether it was processed is not known')
    await expect.poll(() => closed).toBe(true)
  })

  test('a body that trickles too slowly: unknown outcome', async () => {
    const url = await server((_, response) => {
      const timer = setInterval(() => response.write('.'), 20)
      response.on('close', () => clearInterval(timer))
    })
    expect(await failureOf(client().send(get(url, { timeoutMs: 100 })))).toMatchObject({
      kind: 'unknown-outcome',
      code: 'UND_ERR_BODY_TIMEOUT',
      status: 200,
    })
  })

  test('a connection lost after the request was read: unknown outcome', async () => {
    const url = await server(async (request) => {
      await bodyOf(request)
      request.socket.destroy()
    })
    const failure = await failureOf(client().send(get(url, { method: 'POST', body: '{}' })))
    expect(failure).toMatchObject({ kind: 'unknown-outcome', sent: true, status: undefined })
    expect(failure.code).toMatch(/UND_ERR_SOCKET|ECONNRESET/)
  })

  test('a connection lost within the answer: unknown outcome, with its status', async () => {
    const url = await server((_, response) => {
      response.writeHead(200, { 'content-length': '100', 'content-type': 'application/json' })
      response.write('{"a":')
      setTimeout(() => response.destroy(), 20)
    })
    expect(await failureOf(client().send(get(url)))).toMatchObject({
      kind: 'unknown-outcome',
      sent: true,
      status: 200,
    })
  })

  test('headers that HTTP does not allow: not sent, and not shown', async () => {
    const url = await server((_, response) => response.end())
    const failure = await failureOf(client().send(get(url, { headers: { authorization: 'geheim\nx: y' } })))
    expect(failure).toMatchObject({ kind: 'not-sent', sent: false })
    expect(`${failure.message} ${failure.cause}`).not.toContain('geheim')
  })

  test('an abort while the answer is awaited', async () => {
    let arrived = () => {}
    const arrival = new Promise<void>((resolve) => {
      arrived = resolve
    })
    const url = await server(() => arrived())
    const stop = new AbortController()
    const sending = failureOf(client().send(get(url, { signal: stop.signal })))
    await arrival
    stop.abort(new Error('stopped'))
    expect(await sending).toMatchObject({ kind: 'aborted', sent: true })
  })

  test('an abort before there is a connection: not a byte is sent', async () => {
    let arrivals = 0
    const url = await server((_, response) => {
      arrivals++
      response.end()
    })
    const http = client()
    const stop = new AbortController()
    const sending = failureOf(http.send(get(url, { signal: stop.signal })))
    stop.abort()
    expect(await sending).toMatchObject({ kind: 'aborted', sent: false })
    expect(await failureOf(http.send(get(url, { signal: stop.signal })))).toMatchObject({
      kind: 'aborted',
      sent: false,
    })
    await http.send(get(url))
    expect(arrivals).toBe(1)
  })

  test('closing waits for what is under way', async () => {
    const url = await server((_, response) => void setTimeout(() => response.end('late'), 50))
    const http = createHttpClient()
    const sending = http.send(get(url))
    await http.close()
    expect((await sending).body).toBe('late')
  })

  test('nothing is repeated', async () => {
    let arrivals = 0
    const url = await server((request) => {
      arrivals++
      request.socket.destroy()
    })
    await failureOf(client().send(get(url)))
    expect(arrivals).toBe(1)
  })
})

describe('proxies', () => {
  test('hosts elsewhere go through the proxy, this machine does not', async () => {
    const through: string[] = []
    const proxy = await startServer(() => undefined)
    cleanUps.push(proxy.close)
    proxy.server.on('connect', (request, socket) => {
      through.push(String(request.url))
      socket.end('HTTP/1.1 403 Forbidden\r\n\r\n')
    })
    const url = await server((_, response) => response.end('direct'))
    const http = client({ proxy: { httpProxy: proxy.url, httpsProxy: proxy.url } })
    expect((await http.send(get(url))).body).toBe('direct')
    expect(await failureOf(http.send(get('https://api.test/x')))).toMatchObject({ kind: 'not-sent', sent: false })
    expect(through).toEqual(['api.test:443'])
  })
})
