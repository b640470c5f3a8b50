import { afterEach, describe, expect, test } from 'vitest'
import { createClock } from '../common/clock.ts'
import { privateApp, secrets, startTest, type TestClient } from './test-client.ts'

let client: TestClient | undefined
afterEach(async () => {
  await client?.server.stop()
  client = undefined
})
const start = async (...args: Parameters<typeof startTest>): Promise<TestClient> => {
  client = await startTest(...args)
  return client
}

const api = (path: string) => `/public-api/acme${path}`
const taxCodes = '/accounting-service/tax-code/'
const refresh = { grant_type: 'refresh_token', client_id: secrets.appRef, client_secret: secrets.clientSecret }
const refs = { 'brightpearl-app-ref': secrets.appRef, 'brightpearl-dev-ref': secrets.devRef }

describe('the token endpoint', () => {
  test('answers a refresh with a new pair, and takes the old refresh token once', async () => {
    const { token } = await start()
    const first = await token({ ...refresh, refresh_token: secrets.refreshToken })
    expect(first.status).toBe(200)
    expect(Object.keys(first.body)).toEqual(['access_token', 'refresh_token', 'api_domain', 'token_type', 'expires_in'])
    expect(first.body).toMatchObject({ token_type: 'Bearer', expires_in: 604_800 })
    expect(first.body.access_token).toMatch(/^[A-Za-z0-9+/]{43}=$/)
    expect(first.headers.get('cache-control')).toBe('no-cache, private')
    expect(first.headers.get('brightpearl-requests-remaining')).toBeNull()

    const again = await token({ ...refresh, refresh_token: secrets.refreshToken })
    expect(again.status).toBe(400)
    expect(again.body).toEqual({
      error_description: 'The auth token has either expired or does not exist',
      error: 'invalid_grant',
    })
    expect((await token({ ...refresh, refresh_token: first.body.refresh_token })).status).toBe(200)
  })

  test('lets the old refresh token live where rotation is off', async () => {
    const { token } = await start({ rotateRefreshTokens: false })
    for (const _ of [1, 2]) expect((await token({ ...refresh, refresh_token: secrets.refreshToken })).status).toBe(200)
  })

  test('takes a refresh without the secret, but not with a wrong one', async () => {
    const { token } = await start({ rotateRefreshTokens: false })
    const form = { grant_type: 'refresh_token', client_id: secrets.appRef, refresh_token: secrets.refreshToken }
    expect((await token(form)).status).toBe(200)
    const wrong = await token({ ...form, client_secret: 'wrong' })
    expect([wrong.status, wrong.body]).toEqual([400, { error: 'invalid_client' }])
  })

  test('offers client credentials by switch', async () => {
    const form = { ...refresh, grant_type: 'client_credentials' }
    const on = await start()
    const answer = await on.token(form)
    expect(answer.status).toBe(200)
    expect(answer.body.refresh_token).toBeUndefined()
    await on.server.stop()
    const off = await start({ clientCredentials: false })
    expect((await off.token(form)).body).toEqual({ error: 'unsupported_grant_type' })
  })

  test('wants a form, every value percent-encoded, and the client in the body', async () => {
    const { token } = await start()
    const form = { ...refresh, grant_type: 'client_credentials' }
    const encoded = new URLSearchParams(form).toString()
    const json = await token(JSON.stringify(form), { 'content-type': 'application/json' })
    expect([json.status, json.body.error]).toEqual([400, 'invalid_request'])
    const unencoded = `grant_type=client_credentials&client_id=acme-sync&client_secret=${secrets.clientSecret}`
    expect((await token(unencoded)).body.error).toBe('invalid_request')
    expect((await token(encoded.replace('%2B', '+'))).body.error).toBe('invalid_client')
    const basic = Buffer.from(`${secrets.appRef}:${secrets.clientSecret}`).toString('base64')
    expect((await token(encoded, { authorization: `Basic ${basic}` })).body.error).toBe('invalid_client')
    expect((await token(`${encoded}&client_id=acme-sync`)).body.error).toBe('invalid_request')
  })

  test('reports lives in real seconds of a faster clock', async () => {
    const { token } = await start({ clock: createClock({ speed: 20 }), tokenLifeMs: 3_600_000 })
    expect((await token({ ...refresh, grant_type: 'client_credentials' })).body.expires_in).toBe(180)
  })

  test('is not counted in the quota, and can be made to answer 429', async () => {
    const { token, get, server } = await start()
    server.faults.set({ tokenThrottle: { count: 1, retryAfterSeconds: 7 } })
    const limited = await token({ ...refresh, grant_type: 'client_credentials' })
    expect([limited.status, limited.headers.get('retry-after')]).toEqual([429, '7'])
    expect((await token({ ...refresh, grant_type: 'client_credentials' })).status).toBe(200)
    expect((await get(taxCodes)).headers.get('brightpearl-requests-remaining')).toBe('199')
  })
})

describe('signing in', () => {
  const bearer = async ({ token }: TestClient) => {
    const { body } = await token({ ...refresh, grant_type: 'client_credentials' })
    return { authorization: `Bearer ${body.access_token}`, ...refs }
  }

  test('takes a bearer token with both references', async () => {
    const started = await start()
    const headers = await bearer(started)
    const answer = await started.raw(api(taxCodes), { headers })
    expect(answer.status).toBe(200)
    expect(answer.headers.get('brightpearl-installed-integration-instance-id')).toBe('27')
    for (const missing of ['brightpearl-app-ref', 'brightpearl-dev-ref'] as const) {
      const { [missing]: _, ...rest } = headers
      expect((await started.raw(api(taxCodes), { headers: rest })).status).toBe(401)
    }
  })

  test('refuses an expired token, an unknown one and another account in the words of the API', async () => {
    const started = await start()
    const headers = await bearer(started)
    const elsewhere = await started.raw(`/public-api/other${taxCodes}`, { headers })
    expect(elsewhere.status).toBe(401)
    started.clock.advance(604_800_001)
    const expired = await started.raw(api(taxCodes), { headers })
    expect([expired.status, expired.body]).toEqual([401, { response: 'Authorization token expired' }])
    expect(expired.headers.get('message-type')).toBe('api-proxy')
    expect(expired.headers.get('www-authenticate')).toBeNull()
    expect(expired.headers.get('brightpearl-installed-integration-instance-id')).toBeNull()

    const response = await fetch(started.server.url + api(taxCodes), {
      headers: { ...refs, authorization: 'Bearer abc=' },
    })
    expect(await response.text()).toBe('{"response":"Invalid instance token: abc\\u003d"}')
  })

  test('takes the token of a private staff app', async () => {
    const { raw } = await start()
    const answer = await raw(api(taxCodes), { headers: privateApp })
    expect(answer.status).toBe(200)
    expect(answer.headers.get('brightpearl-installed-integration-instance-id')).toBeNull()
    const wrong = await raw(api(taxCodes), { headers: { ...privateApp, 'brightpearl-staff-token': 'x' } })
    expect(wrong.body).toEqual({
      response: 'Not authenticated. You must provide a valid authentication token.',
    })
    expect((await raw(`/public-api/other${taxCodes}`, { headers: privateApp })).status).toBe(401)
  })

  test('ends when the consent is taken back', async () => {
    const started = await start()
    const headers = await bearer(started)
    started.server.revokeConsent()
    expect((await started.raw(api(taxCodes), { headers })).status).toBe(401)
    expect((await started.token({ ...refresh, refresh_token: secrets.refreshToken })).body.error).toBe('invalid_grant')
  })
})

describe('the quota', () => {
  test('is fixed to the clock minute, with headers on every answer, and 503 beyond it', async () => {
    const { get, clock, server } = await start({ quota: 3 })
    clock.advance(20_000)
    const first = await get(taxCodes)
    expect(first.headers.get('brightpearl-requests-remaining')).toBe('2')
    expect(first.headers.get('brightpearl-next-throttle-period')).toBe('40000')
    const missing = await get('/product-service/nothing')
    expect([missing.status, missing.headers.get('brightpearl-requests-remaining')]).toEqual([404, '1'])
    await get(taxCodes)
    const over = await get(taxCodes)
    expect(over.status).toBe(503)
    expect(over.body).toEqual({
      response: 'You have sent too many requests. Please wait before sending another request',
    })
    expect(over.headers.get('brightpearl-requests-remaining')).toBe('0')
    clock.advance(40_000)
    expect((await get(taxCodes)).headers.get('brightpearl-requests-remaining')).toBe('2')
    expect(server.log.counters()).toMatchObject({
      calls: 5,
      throttled: 1,
      byOperation: { 'get-tax-code': { calls: 3, throttled: 0 }, unknown: { calls: 2, throttled: 1 } },
      byMinute: {
        '2026-01-15T12:00:00.000Z': { calls: 4, throttled: 1 },
        '2026-01-15T12:01:00.000Z': { calls: 1, throttled: 0 },
      },
    })
  })

  test('counts refused sign-ins', async () => {
    const { raw } = await start()
    const remaining = []
    for (const _ of [1, 2, 3]) {
      const { status, headers } = await raw(api(taxCodes))
      expect(status).toBe(401)
      remaining.push(headers.get('brightpearl-requests-remaining'))
    }
    expect(remaining).toEqual(['199', '198', '197'])
  })

  test('rolls by switch: each call counts for one minute', async () => {
    const { get, clock } = await start({ quota: 2, quotaWindow: 'rolling' })
    await get(taxCodes)
    clock.advance(45_000)
    const second = await get(taxCodes)
    expect(second.headers.get('brightpearl-next-throttle-period')).toBe('15000')
    clock.advance(10_000)
    expect((await get(taxCodes)).status).toBe(503)
    clock.advance(5_000)
    expect((await get(taxCodes)).status).toBe(200)
    expect((await get(taxCodes)).status).toBe(503)
  })

  test('is another for private apps than for OAuth apps', async () => {
    const { get, raw } = await start()
    await get(taxCodes)
    const headers = { ...refs, authorization: 'Bearer x' }
    expect((await raw(api(taxCodes), { headers })).headers.get('brightpearl-requests-remaining')).toBe('199')
  })

  test('reports real milliseconds of a faster clock', async () => {
    const { get } = await start({ clock: createClock({ speed: 60, startAt: Date.UTC(2026, 0, 15, 12, 0, 30) }) })
    const period = Number((await get(taxCodes)).headers.get('brightpearl-next-throttle-period'))
    expect(period).toBeLessThanOrEqual(1000)
  })
})

describe('every answer', () => {
  test('has the headers of the API', async () => {
    const { get } = await start()
    const { headers } = await get(taxCodes)
    expect(headers.get('content-type')).toBe('application/json;charset=UTF-8')
    expect(headers.get('message-type')).toBe('get-tax-code')
    expect(headers.get('ruid')).toMatch(/^[0-9a-f-]{36}$/)
    expect(headers.get('cache-control')).toBe('no-cache, must-revalidate')
    expect(headers.get('date')).toBe('Thu, 15 Jan 2026 12:00:00 GMT')
    expect((await get('/product-service/product-search')).headers.get('message-type')).toBe('bulk-data-search')
  })

  test('to a path that is too long is 414', async () => {
    const { get } = await start()
    expect((await get(`/product-service/product/${'1'.repeat(8200)}`)).status).toBe(414)
    expect((await get(`/product-service/product-search?productName=${'1'.repeat(20_000)}`)).status).toBe(414)
  })

  test('to an unknown path is 404 CMNC-404, and to another method an error', async () => {
    const { get, raw } = await start()
    const unknown = await get('/product-service/nothing')
    expect([unknown.status, unknown.body.errors[0].code]).toEqual([404, 'CMNC-404'])
    expect((await get('/product-service/product/1001', { method: 'PUT', body: '{}' })).status).toBe(405)
    expect((await raw('/elsewhere')).status).toBe(404)
  })
})

describe('faults', () => {
  test('throttle, expire, fail and cut off calls as often as told', async () => {
    const { get, server } = await start()
    server.faults.set({ throttle: { count: 2 } })
    expect([(await get(taxCodes)).status, (await get(taxCodes)).status, (await get(taxCodes)).status]).toEqual([
      503, 503, 200,
    ])
    server.faults.set({ expiredToken: { count: 1 } })
    expect((await get(taxCodes)).body).toEqual({ response: 'Authorization token expired' })
    server.faults.set({ clientError: { count: 1, code: 'CMNC-044', message: 'No' } })
    const failed = await get(taxCodes)
    expect([failed.status, failed.body]).toEqual([500, { errors: [{ code: 'CMNC-044', message: 'No' }] }])
    server.faults.set({ outage: { count: 1 } })
    const down = await get(taxCodes)
    expect([down.status, down.headers.get('brightpearl-requests-remaining')]).toEqual([503, null])
    expect(down.body).not.toMatch(/too many/)
    server.faults.set({ unreadableJson: { count: 1 } })
    const broken = await get(taxCodes)
    expect([broken.status, typeof broken.body]).toEqual([200, 'string'])
    expect((await get(taxCodes)).status).toBe(200)
  })

  test('poison a request by one of its ids, also within a range', async () => {
    const { get, server } = await start()
    server.faults.set({ poisonIds: { ids: [1003], path: '/product-availability/' } })
    const bad = await get('/warehouse-service/product-availability/1001-1004')
    expect([bad.status, bad.body.errors[0].code]).toEqual([400, 'CMNC-400'])
    expect((await get('/warehouse-service/product-availability/1001,1002,1004')).status).toBe(200)
    expect((await get('/product-service/product/1001-1004')).status).toBe(200)
  })

  test('let the search lag behind GET', async () => {
    const { get, server, clock, catalogue } = await start()
    clock.advance(60_000)
    catalogue.change(1001, { name: 'Renamed' })
    server.faults.set({ staleSearch: { lagMs: 30_000 } })
    const search = () => get('/product-service/product-search?updatedOn=2026-01-15T12:00:30Z/')
    expect((await search()).body.response.metaData.resultsAvailable).toBe(0)
    const { body } = await get('/product-service/product/1001')
    expect(body.response[0].salesChannels[0].productName).toBe('Renamed')
    clock.advance(30_000)
    expect((await search()).body.response.results[0].slice(0, 2)).toEqual([1001, 'Renamed'])
  })
})

test('changes come in over the control endpoint, which is neither logged nor counted', async () => {
  const { get, raw, server } = await start()
  const changed = await raw('/__sandbox/change', {
    method: 'POST',
    body: JSON.stringify({ setStock: [{ productId: 1001, warehouseId: 2, figures: { inStock: 1, allocated: 0 } }] }),
  })
  expect([changed.status, changed.body]).toEqual([200, { added: [], touched: [] }])
  const { body, headers } = await get('/warehouse-service/product-availability/1001')
  expect(body.response['1001'].warehouses['2']).toEqual({ inStock: 1, onHand: 1, allocated: 0, inTransit: 5 })
  expect(headers.get('brightpearl-requests-remaining')).toBe('199')
  expect(server.log.counters().calls).toBe(1)
  const wrong = await raw('/__sandbox/change', { method: 'POST', body: '{"remove":[{"productId":9}]}' })
  expect([wrong.status, wrong.body]).toEqual([400, { error: 'There is no product 9 in the catalogue.' }])
})
