import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createHttpClient, type HttpClient, type HttpRequest, type HttpResponse } from './client.ts'
import { HttpFailure } from './failure.ts'
import type { SharedSignIn } from './shared-sign-in.ts'
import { SignInError } from './sign-in-error.ts'
import { createSimulatedTime, type SimulatedTime } from './testing/simulated-time.ts'
import { bodyOf, startServer } from './testing/test-server.ts'
import { createTokenSource, type Token, type TokenSourceOptions } from './token-source.ts'

/** Answers of the token endpoint, in order; the last one is repeated. */
type Answer = { status?: number; body?: unknown; headers?: Record<string, string> } | HttpFailure

const tokenUrl = 'https://id.test/token/acme'
const secret = 'geheim+/= :'

let time: SimulatedTime
let requests: { readonly at: number; readonly form: Record<string, string>; readonly headers: HttpRequest['headers'] }[]
/** What all processes see: the newest refresh token, the access token, and who asks. */
let savedSecret: string | undefined
let savedToken: string | undefined
let turnOf: object | undefined

beforeEach(() => {
  time = createSimulatedTime(Date.parse('2026-03-01T12:00:00Z'))
  requests = []
  savedSecret = undefined
  savedToken = undefined
  turnOf = undefined
})

function endpoint(...answers: Answer[]): HttpClient {
  return {
    async send(request: HttpRequest): Promise<HttpResponse> {
      const form = Object.fromEntries(new URLSearchParams(request.body))
      requests.push({ at: time.now(), form, headers: request.headers })
      await new Promise((resolve) => setImmediate(resolve))
      if (request.signal?.aborted) {
        throw new HttpFailure({ kind: 'aborted', code: 'ABORTED', sent: true, message: 'stopped' })
      }
      const answer = answers.length > 1 ? answers.shift() : answers[0]
      if (answer instanceof Error) throw answer
      const { status = 200, body = {}, headers = {} } = answer ?? {}
      return { status, body, headers, bytes: 1, sentAt: time.now(), receivedAt: time.now() }
    },
    close: async () => undefined,
  }
}

function source(http: HttpClient, more: Partial<TokenSourceOptions> = {}) {
  return createTokenSource({
    name: 'shop',
    grant: 'client_credentials',
    tokenUrl,
    clientId: 'app',
    clientSecret: secret,
    clientIn: 'body',
    shared: shared(),
    http,
    clock: time,
    timers: time,
    random: () => 0.5,
    ...more,
  })
}

/** What one process does with what all of them share. */
function shared(more: Partial<SharedSignIn> = {}): SharedSignIn {
  const me = {}
  return {
    refreshToken: {
      get: () => savedSecret,
      set: (text) => {
        savedSecret = text
      },
    },
    accessToken: {
      get: () => savedToken,
      set: (text) => {
        savedToken = text
      },
    },
    takeTurn: () => {
      if (turnOf) return undefined
      turnOf = me
      return () => {
        if (turnOf === me) turnOf = undefined
      }
    },
    ...more,
  }
}

/** The promise's outcome, time passing as far as it takes. */
async function outcome<T>(promise: Promise<T>): Promise<T | Error> {
  let settled: { value: T | Error } | undefined
  promise.then(
    (value) => {
      settled = { value }
    },
    (error: Error) => {
      settled = { value: error }
    },
  )
  for (let turn = 0; turn < 2000; turn++) {
    for (let tick = 0; tick < 20 && !settled; tick++) await new Promise((resolve) => setImmediate(resolve))
    if (settled) return settled.value
    await time.run(time.now() + 1000)
  }
  throw new Error('nothing happened')
}

const token = (text: string, more: object = {}): Answer => ({
  body: { access_token: text, token_type: 'Bearer', expires_in: 3600, ...more },
})
const refusal = (error: string, status = 400): Answer => ({
  status,
  body: { error, error_description: `no: ${secret}` },
})
const down = new HttpFailure({ kind: 'not-sent', code: 'ECONNREFUSED', sent: false, message: 'POST x: refused.' })

describe('one token per connection', () => {
  test('is fetched once however many callers wait, and kept', async () => {
    const tokens = source(endpoint(token('A'), token('B')))
    const all = await Promise.all(Array.from({ length: 50 }, () => tokens.token()))
    expect(new Set(all).size).toBe(1)
    expect(all[0]).toMatchObject({ accessToken: 'A', type: 'Bearer', expiresAt: time.now() + 3_600_000 })
    expect((await tokens.token()).accessToken).toBe('A')
    expect(requests).toHaveLength(1)
  })

  test.each([
    ['60 s', 3600, 3540],
    ['a tenth of its life, if shorter,', 100, 90],
  ])('is renewed %s before it expires', async (_, life, renewAt) => {
    const tokens = source(endpoint(token('A', { expires_in: life }), token('B')))
    await tokens.token()
    await time.run(time.now() + renewAt * 1000 - 1)
    expect((await tokens.token()).accessToken).toBe('A')
    await time.run(time.now() + 1)
    expect((await tokens.token()).accessToken).toBe('B')
  })

  test('after a 401, fifty callers lead to one new token', async () => {
    const tokens = source(endpoint(token('A'), token('B'), token('C')))
    const old = await tokens.token()
    const renewed = await Promise.all(
      Array.from({ length: 50 }, async (_, index) => {
        // Their 401s arrive at different times.
        for (let tick = 0; tick < index; tick++) await new Promise((resolve) => setImmediate(resolve))
        tokens.drop(old)
        return tokens.token()
      }),
    )
    expect(new Set(renewed.map(({ accessToken }) => accessToken))).toEqual(new Set(['B']))
    expect(requests).toHaveLength(2)
  })

  test('a failed attempt does not stay', async () => {
    const tokens = source(endpoint({ status: 403 }, token('A')))
    expect(await outcome(tokens.token())).toBeInstanceOf(SignInError)
    expect((await tokens.token()).accessToken).toBe('A')
  })
})

describe('the request', () => {
  const received: { headers: Record<string, string | string[] | undefined>; body: string }[] = []
  let close: () => Promise<void>
  let url: string
  let http: HttpClient

  beforeEach(async () => {
    received.length = 0
    const server = await startServer(async (request, response) => {
      received.push({ headers: request.headers, body: await bodyOf(request) })
      response.setHeader('content-type', 'application/json')
      response.end('{"access_token":"A","token_type":"Bearer","expires_in":60}')
    })
    url = `${server.url}/token`
    close = server.close
    http = createHttpClient()
  })
  afterEach(async () => {
    await http.close()
    await close()
  })

  test('in the body: all values are percent-encoded, more fields are sent', async () => {
    const more = { tokenUrl: url, scope: 'stage prod', extra: { account: 'a&b=c' } }
    await source(http, more).token()
    expect(received[0]?.headers['content-type']).toMatch(/^application\/x-www-form-urlencoded/)
    expect(received[0]?.headers.authorization).toBeUndefined()
    expect(received[0]?.body).toContain('client_secret=geheim%2B%2F%3D+%3A')
    expect(Object.fromEntries(new URLSearchParams(received[0]?.body))).toEqual({
      grant_type: 'client_credentials',
      client_id: 'app',
      client_secret: secret,
      scope: 'stage prod',
      account: 'a&b=c',
    })
  })

  test('in the Authorization header: encoded before they are joined (RFC 6749 §2.3.1)', async () => {
    await source(http, { tokenUrl: url, clientIn: 'basic' }).token()
    const [kind, credentials = ''] = String(received[0]?.headers.authorization).split(' ')
    expect(kind).toBe('Basic')
    const [id, password = ''] = Buffer.from(credentials, 'base64').toString().split(':')
    expect(id).toBe('app')
    expect(decodeURIComponent(password.replaceAll('+', ' '))).toBe(secret)
    expect(received[0]?.body).not.toContain('geheim')
  })

  test('refresh token, without a secret for a public client', async () => {
    const more = { tokenUrl: url, grant: 'refresh_token' as const, refreshToken: 'r+1/=', clientSecret: undefined }
    await source(http, more).token()
    expect(Object.fromEntries(new URLSearchParams(received[0]?.body))).toEqual({
      grant_type: 'refresh_token',
      client_id: 'app',
      refresh_token: 'r+1/=',
    })
  })

  test('without encryption only on this machine', async () => {
    const error = await outcome(source(http, { tokenUrl: 'http://id.test/token' }).token())
    expect(error).toMatchObject({ name: 'HttpFailure', kind: 'not-sent', code: 'UNSAFE_URL' })
    expect(received).toEqual([])
  })
})

describe('odd answers', () => {
  test.each([
    ['no token type', { token_type: undefined }, { type: 'Bearer' }],
    ['a null token type', { token_type: null }, { type: 'Bearer' }],
    ['an odd case', { token_type: 'BEARER' }, { type: 'Bearer' }],
    ['a life as text', { expires_in: '3600' }, { expiresAt: Date.parse('2026-03-01T13:00:00Z') }],
    ['fields of the vendor', { api_domain: 'ws.test', n: 1 }, { fields: { api_domain: 'ws.test', n: 1 } }],
    ['an identity token', { id_token: 'x.y.z' }, { accessToken: 'A' }],
  ])('%s', async (_, more, expected) => {
    expect(await source(endpoint(token('A', more))).token()).toMatchObject(expected)
  })

  test('other tokens are not among the fields', async () => {
    const { fields } = await source(endpoint(token('A', { refresh_token: 'R', id_token: 'x.y.z' }))).token()
    expect(Object.keys(fields)).not.toContain('refresh_token')
    expect(Object.keys(fields)).not.toContain('id_token')
  })

  test('no life: valid until it is dropped', async () => {
    const tokens = source(endpoint(token('A', { expires_in: undefined }), token('B')))
    const first = await tokens.token()
    expect(first).not.toHaveProperty('expiresAt')
    await time.run(time.now() + 1e10)
    expect(await tokens.token()).toBe(first)
    tokens.drop(first)
    expect((await tokens.token()).accessToken).toBe('B')
  })

  test.each([
    ['no token in it', { body: { access: 'A' } }, /answers \(status 200\) without a token that can be used/],
    ['a page', { body: '<html>Sign in</html>' }, /without a token that can be used/],
    ['another way', { status: 302, headers: { location: 'x' } }, /leads to another address \(status 302\)/],
    ['nothing there', { status: 404 }, /does not exist \(status 404\); check the sign-in host and the account/],
  ])('%s is a failure of the endpoint', async (_, answer, message) => {
    const error = await outcome(source(endpoint(answer)).token())
    expect(error).toMatchObject({ name: 'SignInError', code: 'token-endpoint-failed' })
    expect((error as Error).message).toMatch(message)
    expect(requests).toHaveLength(1)
  })
})

describe('refusals', () => {
  test.each([
    ['invalid_client', 401, 'client-refused'],
    ['invalid_client', 400, 'client-refused'],
    ['unauthorized_client', 400, 'client-refused'],
    ['invalid_scope', 400, 'credentials-refused'],
    ['unsupported_grant_type', 400, 'credentials-refused'],
  ])('%s (%i) is not repeated, and says what to do without secrets', async (code, status, ours) => {
    const error = (await outcome(source(endpoint(refusal(code, status))).token())) as SignInError
    expect(error).toMatchObject({ name: 'SignInError', code: ours, refused: true })
    expect(error.message).not.toContain('were accepted')
    expect(error.message).toContain('Connection "shop"')
    expect(error.message).toContain(`(client_credentials): ${code}. `)
    expect(error.message).not.toContain('geheim')
    expect(requests).toHaveLength(1)
  })

  test('of credentials that were accepted before say so: then they were changed on the other side', async () => {
    const http = endpoint(token('A'), refusal('invalid_client'), refusal('invalid_client'))
    const tokens = source(http)
    await tokens.token()
    await time.run(time.now() + 3_600_000)
    expect((await outcome(tokens.token())) as Error).toMatchObject({
      message: expect.stringContaining(
        'accepted at 2026-03-01T12:00:00.000Z, so they were changed in the system since.',
      ),
    })
    const others = (await outcome(source(http, { clientSecret: 'new' }).token())) as Error
    expect(others.message).not.toContain('were accepted')
  })

  test('are believed for a minute, so that a thousand records do not ask a thousand times', async () => {
    const tokens = source(endpoint(refusal('invalid_client'), token('A')))
    const first = await outcome(tokens.token())
    expect(await outcome(tokens.token())).toBe(first)
    expect(requests).toHaveLength(1)
    await time.run(time.now() + 60_000)
    expect(await outcome(tokens.token())).toMatchObject({ accessToken: 'A' })
  })

  test('an error that is no code is not shown', async () => {
    const error = (await outcome(source(endpoint(refusal(`client ${secret} unknown`))).token())) as SignInError
    expect(error.code).toBe('token-endpoint-failed')
    expect(error.message).not.toContain('geheim')
  })
})

describe('what may pass is repeated', () => {
  test('an endpoint that cannot be reached, or fails', async () => {
    const tokens = source(endpoint(down, { status: 503, body: 'busy' }, token('A')))
    expect(await outcome(tokens.token())).toMatchObject({ accessToken: 'A' })
    // Half of 2 s, then half of 4 s: exponential, with the jitter of this test.
    const [first = 0, ...others] = requests.map(({ at }) => at)
    expect(others.map((at) => at - first)).toEqual([1000, 3000])
  })

  test.each([
    ['cannot be reached', down, 'token-endpoint-unreachable', /no token .* after several attempts\. POST x: refused\./],
    ['fails', { status: 500, body: {} }, 'token-endpoint-failed', /fails \(status 500\), also after several attempts/],
    ['throttles', { status: 429 }, 'token-endpoint-throttled', /takes no more requests for now \(status 429\)/],
  ])('but not for ever: %s', async (_, answer, code, message) => {
    const error = await outcome(source(endpoint(answer)).token())
    expect(error).toMatchObject({ name: 'SignInError', code })
    expect((error as Error).message).toMatch(message)
    expect(requests).toHaveLength(5)
  })

  test('Retry-After is honoured', async () => {
    const tokens = source(endpoint({ status: 429, headers: { 'retry-after': '17' } }, token('A')))
    await outcome(tokens.token())
    expect((requests[1]?.at ?? 0) - (requests[0]?.at ?? 0)).toBe(17_000)
  })

  test('but not for hours', async () => {
    const answer = { status: 429, headers: { 'retry-after': '7200' } }
    expect(await outcome(source(endpoint(answer)).token())).toMatchObject({ code: 'token-endpoint-throttled' })
    expect(requests).toHaveLength(1)
  })

  test('the signal ends the waiting', async () => {
    const stop = new AbortController()
    const tokens = source(endpoint(down), { signal: stop.signal })
    const waiting = tokens.token()
    waiting.catch(() => undefined)
    while (time.pending === 0) await new Promise((resolve) => setImmediate(resolve))
    stop.abort(new Error('stopped'))
    await expect(waiting).rejects.toThrow('stopped')
    expect(time.pending).toBe(0)
    await expect(tokens.token()).rejects.toThrow('stopped')
    expect(requests).toHaveLength(1)
  })

  test('the signal ends a request', async () => {
    const stop = new AbortController()
    const waiting = source(endpoint(token('A')), { signal: stop.signal }).token()
    waiting.catch(() => undefined)
    while (requests.length === 0) await new Promise((resolve) => setImmediate(resolve))
    stop.abort(new Error('stopped'))
    await expect(waiting).rejects.toThrow('stopped')
  })
})

describe('callers that do not want a token any more', () => {
  const ticks = async (): Promise<void> => {
    for (let tick = 0; tick < 20; tick++) await new Promise((resolve) => setImmediate(resolve))
  }

  test('leave at once; the last one ends the waiting, and the next one asks anew', async () => {
    const tokens = source(endpoint(down, token('A')))
    const [one, two] = [new AbortController(), new AbortController()]
    const first = tokens.token(one.signal)
    const second = tokens.token(two.signal)
    for (const waiting of [first, second]) waiting.catch(() => undefined)
    while (time.pending === 0) await ticks()
    one.abort(new Error('first stopped'))
    await expect(first).rejects.toThrow('first stopped')
    await ticks()
    expect(time.pending).toBe(1)
    two.abort(new Error('second stopped'))
    await expect(second).rejects.toThrow('second stopped')
    await ticks()
    expect(time.pending).toBe(0)
    expect(turnOf).toBeUndefined()
    expect(await outcome(tokens.token())).toMatchObject({ accessToken: 'A' })
  })

  test('end no request: the refresh token that it brings is saved, and who comes meanwhile gets the token', async () => {
    const tokens = source(endpoint(token('A', { refresh_token: 'R1' })), { grant: 'refresh_token', refreshToken: 'R0' })
    const stop = new AbortController()
    const waiting = tokens.token(stop.signal)
    waiting.catch(() => undefined)
    while (requests.length === 0) await new Promise((resolve) => setImmediate(resolve))
    stop.abort(new Error('stopped'))
    const late = tokens.token()
    await expect(waiting).rejects.toThrow('stopped')
    expect(await late).toMatchObject({ accessToken: 'A' })
    expect(savedSecret).toContain('R1')
    expect(requests).toHaveLength(1)
  })
})

describe("the endpoint's own limit", () => {
  test('is kept by waiting, also between connections', async () => {
    const http = endpoint(token('A'))
    const limit = { requests: 3, perMs: 60_000, burst: 2 }
    const one = source(http, { limit })
    const other = source(http, { limit, name: 'other' })
    const start = time.now()
    for (const tokens of [one, other, one, other]) {
      savedToken = undefined
      const got = await outcome(tokens.token())
      tokens.drop(got as Awaited<ReturnType<typeof tokens.token>>)
    }
    expect(requests.map(({ at }) => at - start)).toEqual([0, 0, 20_000, 40_000])
  })

  test('is another for another address', async () => {
    const http = endpoint(token('A'))
    const limit = { requests: 1, perMs: 60_000, burst: 1 }
    await source(http, { limit }).token()
    await source(http, { limit, tokenUrl: 'https://id.test/token/other' }).token()
    expect(requests).toHaveLength(2)
  })
})

describe('refresh tokens', () => {
  /** A process that comes when the access token of the others has run out. */
  const refreshing = (http: HttpClient, more: Partial<TokenSourceOptions> = {}) => {
    savedToken = undefined
    return source(http, { grant: 'refresh_token', refreshToken: 'R0', ...more })
  }
  const sent = () => requests.map(({ form }) => form.refresh_token)

  test('the newest is saved before the access token is handed out, and used next', async () => {
    const answers = [token('A', { refresh_token: 'R1' }), token('B', { refresh_token: 'R2' }), token('C')]
    const http = endpoint(...answers)
    const tokens = refreshing(http)
    const first = await tokens.token().then((got) => {
      expect(savedSecret).toContain('R1')
      return got
    })
    tokens.drop(first)
    tokens.drop(await tokens.token())
    // Another process, later.
    await refreshing(http).token()
    expect(sent()).toEqual(['R0', 'R1', 'R2'])
  })

  test('a token that cannot be saved is not handed out', async () => {
    const refreshToken = {
      get: () => undefined,
      set: () => {
        throw new Error('disk full')
      },
    }
    const tokens = refreshing(endpoint(token('A', { refresh_token: 'R1' })), { shared: shared({ refreshToken }) })
    await expect(tokens.token()).rejects.toThrow('disk full')
    expect(savedToken).toBeUndefined()
    expect(turnOf).toBeUndefined()
  })

  test('one that is configured anew wins over the saved one', async () => {
    await refreshing(endpoint(token('A', { refresh_token: 'R1' }))).token()
    await refreshing(endpoint(token('B', { refresh_token: 'N1' })), { refreshToken: 'N0' }).token()
    await refreshing(endpoint(token('C')), { refreshToken: 'N0' }).token()
    expect(sent()).toEqual(['R0', 'N0', 'N1'])
  })

  test('the saved one is enough', async () => {
    await refreshing(endpoint(token('A', { refresh_token: 'R1' }))).token()
    await refreshing(endpoint(token('B')), { refreshToken: undefined }).token()
    expect(sent()).toEqual(['R0', 'R1'])
  })

  test('when the saved one is refused, the configured one is tried once, and kept if it is taken', async () => {
    await refreshing(endpoint(token('A', { refresh_token: 'R1' }))).token()
    await refreshing(endpoint(refusal('invalid_grant'), token('B'))).token()
    await refreshing(endpoint(token('C'))).token()
    expect(sent()).toEqual(['R0', 'R1', 'R0', 'R0'])
  })

  test('when both are refused, that is the end', async () => {
    await refreshing(endpoint(token('A', { refresh_token: 'R1' }))).token()
    const error = await outcome(refreshing(endpoint(refusal('invalid_grant'))).token())
    expect(error).toMatchObject({ code: 'grant-revoked' })
    expect((error as Error).message).toMatch(
      /\(refresh_token\): invalid_grant\. .*authorise the app again with syncline connect shop/,
    )
    expect((error as Error).message).not.toMatch(/R0|R1|geheim/)
    expect(sent()).toEqual(['R0', 'R1', 'R0'])
  })

  test('one that another process has saved meanwhile is tried', async () => {
    await refreshing(endpoint(token('A', { refresh_token: 'R1' }))).token()
    const old = savedSecret
    await refreshing(endpoint(token('B', { refresh_token: 'R2' }))).token()
    const newer = savedSecret
    let reads = 0
    const refreshToken = {
      get: () => (reads++ === 0 ? old : newer),
      set: () => undefined,
    }
    const http = endpoint(refusal('invalid_grant'), token('C'))
    await refreshing(http, { shared: shared({ refreshToken }) }).token()
    expect(sent()).toEqual(['R0', 'R1', 'R1', 'R2'])
  })

  test('without rotation nothing is saved', async () => {
    const tokens = refreshing(endpoint(token('A', { refresh_token: 'R1' })), { rotates: false })
    tokens.drop(await tokens.token())
    await tokens.token()
    expect(savedSecret).toBeUndefined()
    expect(sent()).toEqual(['R0', 'R0'])
  })

  test('what is saved and cannot be read is as good as nothing', async () => {
    savedSecret = '{"half":'
    await refreshing(endpoint(token('A'))).token()
    expect(sent()).toEqual(['R0'])
  })

  test('none at all says how to get one', async () => {
    const error = await outcome(refreshing(endpoint(token('A')), { refreshToken: undefined }).token())
    expect(error).toMatchObject({ code: 'not-authorised' })
    expect((error as Error).message).toMatch(
      /none is configured or saved\. Authorise the app once with syncline connect shop/,
    )
    expect(requests).toEqual([])
  })
})

describe('several processes', () => {
  test('share one token, also those that start later', async () => {
    const http = endpoint(token('A', { api_domain: 'ws.test' }), token('B'))
    const first = await source(http).token()
    const second = source(http)
    expect(await second.token()).toEqual(first)
    await time.run(time.now() + 3_540_000)
    expect((await second.token()).accessToken).toBe('B')
    expect(requests).toHaveLength(2)
  })

  test('that ask with something else do not take it', async () => {
    const http = endpoint(token('A'))
    await source(http).token()
    const others: Partial<TokenSourceOptions>[] = [
      { clientId: 'other' },
      { clientSecret: 'other' },
      { clientSecret: undefined },
      { scope: 'other' },
      { tokenUrl: `${tokenUrl}/other` },
      { extra: { audience: 'x' } },
    ]
    for (const other of others) await source(http, other).token()
    expect(requests).toHaveLength(1 + others.length)
  })

  test('at once ask once: the others wait and take what comes', async () => {
    const http = endpoint(token('A'), token('B'))
    const all = await Promise.all([1, 2, 3].map(() => outcome(source(http).token())))
    expect(all.map((got) => (got as { accessToken?: string }).accessToken)).toEqual(['A', 'A', 'A'])
    expect(requests).toHaveLength(1)
    expect(turnOf).toBeUndefined()
  })

  test('ask in turn when the first one fails', async () => {
    const http = endpoint(refusal('invalid_scope'), token('B'))
    const all = await Promise.all([1, 2].map(() => outcome(source(http).token())))
    expect(all).toEqual([expect.any(SignInError), expect.objectContaining({ accessToken: 'B' })])
  })

  test('that all get a 401 for one token cause one new one', async () => {
    const http = endpoint(token('A'), token('B'), token('C'))
    const all = [source(http), source(http), source(http)]
    const first = await Promise.all(all.map((tokens) => outcome(tokens.token())))
    // The last one notices it later.
    const renew = async (index: number): Promise<string> => {
      const tokens = all[index] as ReturnType<typeof source>
      tokens.drop(first[index] as Token)
      return ((await outcome(tokens.token())) as Token).accessToken
    }
    expect(await Promise.all([renew(0), renew(1)])).toEqual(['B', 'B'])
    expect(await renew(2)).toBe('B')
    expect(requests).toHaveLength(2)
  })

  test('wait for the turn as long as it is taken, and no longer', async () => {
    turnOf = {}
    const waiting = source(endpoint(token('A'))).token()
    await time.run(time.now() + 100_000)
    expect(requests).toEqual([])
    turnOf = undefined
    expect(await outcome(waiting)).toMatchObject({ accessToken: 'A' })
  })

  test('a process that is told to stop does not wait for its turn', async () => {
    turnOf = {}
    const stop = new AbortController()
    const waiting = source(endpoint(token('A')), { signal: stop.signal }).token()
    stop.abort(new Error('stopped'))
    await expect(waiting).rejects.toThrow('stopped')
  })
})
