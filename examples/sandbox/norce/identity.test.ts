import { afterEach, describe, expect, test } from 'vitest'
import { APPLICATION, CREDENTIALS, startTestNorce, type TestNorce, tokenForm } from './test-client.ts'

let client: TestNorce

afterEach(() => client.norce.stop())

const askToken = (body: URLSearchParams | string, headers: Record<string, string> = {}) =>
  fetch(`${client.norce.url}/identity/1.0/connect/token`, { method: 'POST', body, headers })

describe('token endpoint', () => {
  test('gives a token for an hour', async () => {
    client = await startTestNorce()
    const response = await askToken(tokenForm())
    expect(response.status).toBe(200)
    const body = (await response.json()) as Record<string, unknown>
    expect(body).toEqual({
      access_token: expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+$/),
      expires_in: 3600,
      token_type: 'Bearer',
      scope: 'playground',
    })
  })

  test('the path is not case-sensitive', async () => {
    client = await startTestNorce()
    const response = await fetch(`${client.norce.url}/Identity/1.0/Connect/Token`, {
      method: 'POST',
      body: tokenForm(),
    })
    expect(response.status).toBe(200)
  })

  test.each([
    ['wrong secret', tokenForm({ client_secret: 'x' }), 'invalid_client'],
    ['wrong client', tokenForm({ client_id: 'x' }), 'invalid_client'],
    ['another environment', tokenForm({ scope: 'prod' }), 'invalid_scope'],
    ['one of two environments wrong', tokenForm({ scope: 'playground prod' }), 'invalid_scope'],
    ['no environment', tokenForm({ scope: '' }), 'invalid_scope'],
    ['another grant', tokenForm({ grant_type: 'password' }), 'unsupported_grant_type'],
    ['no grant', new URLSearchParams({ client_id: 'int-erp' }), 'invalid_request'],
    ['a field twice', new URLSearchParams(`${tokenForm()}&scope=playground`), 'invalid_request'],
  ])('%s is refused', async (_title, form, error) => {
    client = await startTestNorce()
    const response = await askToken(form)
    expect(response.status).toBe(400)
    expect(await response.json()).toEqual({ error })
  })

  test('the form goes in the body: JSON and HTTP Basic are refused', async () => {
    client = await startTestNorce()
    const json = await askToken(JSON.stringify(Object.fromEntries(tokenForm())), { 'Content-Type': 'application/json' })
    expect(await json.json()).toEqual({ error: 'invalid_request' })
    const basic = await askToken(new URLSearchParams({ grant_type: 'client_credentials', scope: 'playground' }), {
      Authorization: `Basic ${Buffer.from(`${CREDENTIALS.clientId}:${CREDENTIALS.clientSecret}`).toString('base64')}`,
    })
    expect(await basic.json()).toEqual({ error: 'invalid_client' })
  })

  test('three a minute and twenty on top, then 429 until a third of a minute has passed', async () => {
    client = await startTestNorce()
    for (let call = 0; call < 23; call += 1) expect((await askToken(tokenForm())).status).toBe(200)
    const refused = await askToken(tokenForm())
    expect(refused.status).toBe(429)
    expect(refused.headers.get('retry-after')).toBeNull()
    client.clock.advance(20_000)
    expect((await askToken(tokenForm())).status).toBe(200)
    expect((await askToken(tokenForm())).status).toBe(429)
    expect(client.norce.log.counters().byOperation.token).toEqual({ calls: 26, throttled: 2 })
  })

  test('the switched fault answers 429 with Retry-After', async () => {
    client = await startTestNorce()
    client.norce.faults.set({ tokenThrottle: { count: 1, retryAfterSeconds: 7 } })
    const refused = await askToken(tokenForm())
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '7'])
    expect((await askToken(tokenForm())).status).toBe(200)
  })

  test('several environments may be named', async () => {
    client = await startTestNorce({ scope: 'playground stage' })
    const response = await askToken(tokenForm({ scope: 'stage playground' }))
    expect(((await response.json()) as { scope: string }).scope).toBe('stage playground')
  })
})

describe('calls without a valid token', () => {
  test.each(['commerce/query/2.0/Core/Currencies', 'commerce/connect/4.0/Job/Ping', 'commerce/connect/4.0/Product/X'])(
    '%s answers 401',
    async (path) => {
      client = await startTestNorce()
      const headers = { applicationId: String(APPLICATION) }
      for (const authorization of [undefined, 'Bearer nonsense', 'Basic aW50OmVycA==']) {
        const response = await fetch(`${client.norce.url}/${path}`, {
          headers: authorization === undefined ? headers : { ...headers, Authorization: authorization },
        })
        expect(response.status).toBe(401)
      }
    },
  )

  test('a token ends after its life, and by the fault before it', async () => {
    client = await startTestNorce()
    expect((await client.query('Core/Currencies')).status).toBe(200)
    client.clock.advance(3_599_000)
    expect((await client.query('Core/Currencies')).status).toBe(200)
    client.clock.advance(1_000)
    expect((await client.query('Core/Currencies')).status).toBe(401)
  })

  test('an expired-token fault ends the token for good', async () => {
    client = await startTestNorce()
    await client.token()
    client.norce.faults.set({ expiredToken: { count: 1 } })
    expect((await client.query('Core/Currencies')).status).toBe(401)
    expect((await client.query('Core/Currencies')).status).toBe(401)
  })
})
