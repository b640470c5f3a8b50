import { describe, expect, it } from 'vitest'
import { causeCodes } from '../../diagnostics/cause-codes.ts'
import type { HttpClient } from '../../http/client.ts'
import { HttpFailure } from '../../http/failure.ts'
import { isPage, type WatchedCall, watchCalls } from './call-watch.ts'
import { type Evidence, generalCauses, tokenTimes } from './causes.ts'
import { clockOf } from './clock.ts'

const now = Date.UTC(2026, 10, 24)

function call(more: Partial<WatchedCall> & { status?: number; body?: unknown; type?: string }): WatchedCall {
  const { status, body, type, ...rest } = more
  return {
    method: 'GET',
    address: 'https://shop.example/items',
    token: false,
    sentAt: now,
    clockDiffersMs: 0,
    failure: undefined,
    answer:
      status === undefined ? undefined : { status, headers: { 'content-type': type ?? 'application/json' }, body },
    ...rest,
  }
}

function causes(of: WatchedCall, more: Partial<Evidence> = {}): string[] {
  return generalCauses({
    calls: [of],
    call: of,
    clockDiffersMs: of.clockDiffersMs,
    token: undefined,
    tokenIsNew: false,
    proxy: undefined,
    quota: undefined,
    ...more,
  }).map(({ cause }) => cause)
}

const network = (code: string): WatchedCall => call({ failure: { code, status: undefined } })

describe('likely causes', () => {
  it.each([
    ['ENOTFOUND', 'host-unknown'],
    ['EAI_AGAIN', 'host-unknown'],
    ['ECONNREFUSED', 'connection-refused'],
    ['ENETUNREACH', 'no-network'],
    ['UND_ERR_CONNECT_TIMEOUT', 'no-network'],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', 'tls-refused'],
    ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'tls-refused'],
    ['ERR_TLS_CERT_ALTNAME_INVALID', 'tls-refused'],
    ['EPROTO', 'tls-refused'],
    ['UND_ERR_HEADERS_TIMEOUT', 'no-answer'],
    ['ECONNRESET', 'no-answer'],
    ['UNANSWERED', 'no-answer'],
  ])('of a connection that fails with %s: %s', (code, cause) => {
    expect(causes(network(code))).toEqual([cause])
    expect(causes(network(code), { proxy: 'proxy:8080' })).toEqual(['proxy-refused', cause])
  })

  it('a certificate that is not valid now may be the clock', () => {
    expect(causes(network('CERT_HAS_EXPIRED'))).toEqual(['tls-refused', 'clock-differs'])
  })

  it.each([
    [400, { error: 'invalid_client' }, 'secret-wrong'],
    [400, { error: 'invalid_grant' }, 'grant-revoked'],
    [400, { error: 'invalid_scope' }, 'scope-wrong'],
    [400, { error: 'unsupported_grant_type' }, 'sign-in-not-offered'],
    [404, undefined, 'address-wrong'],
    [429, undefined, 'throttled'],
    [401, undefined, 'secret-wrong'],
    [502, undefined, 'system-failing'],
  ])('of a token endpoint that answers %i %j: %s', (status, body, cause) => {
    expect(causes(call({ token: true, status, body }))).toEqual([cause])
  })

  it('a clock that is off comes first where a sign-in is refused, and is no cause of a missing right', () => {
    const off = { clockDiffersMs: -120_000 }
    expect(causes(call({ token: true, status: 400, body: { error: 'invalid_client' }, ...off }))).toEqual([
      'clock-differs',
      'secret-wrong',
    ])
    expect(causes(call({ status: 403, ...off }))).toEqual(['right-missing'])
  })

  it('401: by the dates of the token, by its age, by what it is', () => {
    const at = now / 1000
    const refused = call({ status: 401 })
    const token = call({ token: true, status: 200 })
    expect(causes(refused)).toEqual(['credentials-not-accepted'])
    expect(causes(refused, { calls: [token, refused], tokenIsNew: true })).toEqual(['token-refused-at-once'])
    for (const times of [{ nbf: at + 60 }, { exp: at - 60 }])
      expect(causes(refused, { calls: [token, refused], tokenIsNew: true, token: times })).toEqual([
        'token-not-valid-now',
        'token-refused-at-once',
      ])
    expect(causes(refused, { calls: [token, refused], tokenIsNew: true, token: { nbf: at, exp: at + 3600 } })).toEqual([
      'token-refused-at-once',
    ])
  })

  it('throttled by others, by ourselves, and a system that only fails', () => {
    const limit = { limit: 200, remaining: 0, ours: 3 }
    expect(causes(call({ status: 503 }), { quota: { ...limit, others: 197 } })).toEqual(['throttled-by-others'])
    expect(causes(call({ status: 429 }), { quota: { ...limit, others: 0 } })).toEqual(['throttled'])
    expect(causes(call({ status: 503 }))).toEqual(['system-failing'])
  })

  it('a page for people, by its type or its text', () => {
    expect(causes(call({ status: 200, body: 'Sign in', type: 'text/html; charset=utf-8' }))).toEqual([
      'page-for-people',
    ])
    expect(isPage({ status: 200, headers: {}, body: '\n<!doctype html>' })).toBe(true)
    expect(isPage({ status: 200, headers: {}, body: { a: '<b>' } })).toBe(false)
  })

  it('no call, no cause', () => {
    expect(causes(call({ status: 200 }), { call: undefined })).toEqual([])
  })

  it('each has a title, a meaning and an advice, as sentences', () => {
    for (const { title, meaning, advice } of Object.values(causeCodes)) {
      expect(title).toMatch(/^[A-Z].*[^.]$/)
      expect(meaning).toMatch(/\.$/)
      expect(advice).toMatch(/\.$/)
    }
  })
})

describe('dates of a token', () => {
  const jwt = (payload: unknown): string =>
    `${Buffer.from('{}').toString('base64url')}.${Buffer.from(JSON.stringify(payload)).toString('base64url')}.x`

  it('are read of a JSON Web Token, and of nothing else', () => {
    expect(tokenTimes(jwt({ nbf: 1, exp: 2, sub: 'x' }))).toEqual({ nbf: 1, exp: 2 })
    expect(tokenTimes(jwt({ exp: 'soon' }))).toEqual({})
    expect(tokenTimes('opaque')).toBeUndefined()
    expect(tokenTimes('a.b.c')).toBeUndefined()
    expect(tokenTimes(jwt(5))).toBeUndefined()
  })
})

describe('the watch over calls', () => {
  const request = { method: 'GET', url: 'https://shop.example/items?q=secret', headers: {}, timeoutMs: 1000 }
  const answering = (more: Partial<Awaited<ReturnType<HttpClient['send']>>>): HttpClient => ({
    send: async () => ({ status: 200, headers: {}, body: { a: 1 }, bytes: 7, sentAt: 1000, receivedAt: 1400, ...more }),
    close: async () => {},
  })

  it.each([
    // The server cuts the rest of the second off: anything within it is the same clock.
    [1000, 1400, 0, 0],
    [10_000, 10_400, 9000, 0],
    [10_000, 10_400, 10_400, 0],
    [70_000, 70_400, 9000, 60_000],
    [10_000, 10_400, 70_400, -60_000],
  ])('our clock %i to %i against %i: %i ms', async (sentAt, receivedAt, serverDate, differs) => {
    const watch = watchCalls(answering({ sentAt, receivedAt, serverDate }), () => 0)
    await watch.http.send(request)
    expect(watch.calls[0]?.clockDiffersMs).toBe(differs)
    expect(clockOf(watch.calls)).toBe(differs)
  })

  it('shows no query, keeps the newest bodies only, and tells what is under way', async () => {
    let answer: (() => void) | undefined
    let hang = false
    const http: HttpClient = {
      send: async (sent) => {
        if (hang) await new Promise<void>((resolve) => (answer = resolve))
        return answering({}).send(sent)
      },
      close: async () => {},
    }
    const watch = watchCalls(http, () => 5)
    for (let i = 0; i < 5; i++) await watch.http.send(request)
    expect(watch.calls.map(({ answer: given }) => given?.body !== undefined)).toEqual([false, false, true, true, true])
    expect(watch.calls[0]?.address).toBe('https://shop.example/items')
    hang = true
    const sending = watch.http.send(request)
    expect(watch.calls.at(-1)?.failure?.code).toBe('UNANSWERED')
    answer?.()
    await sending
    expect(watch.calls.map(({ failure }) => failure)).toEqual(Array(6).fill(undefined))
  })

  it('hands failures on', async () => {
    const failure = new HttpFailure({ kind: 'not-sent', code: 'ECONNREFUSED', sent: false, message: 'no' })
    const watch = watchCalls({ send: () => Promise.reject(failure), close: async () => {} }, () => 5)
    await expect(watch.http.send(request)).rejects.toBe(failure)
    expect(watch.calls).toMatchObject([{ failure: { code: 'ECONNREFUSED' }, answer: undefined }])
  })
})
