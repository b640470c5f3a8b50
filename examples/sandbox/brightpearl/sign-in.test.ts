import { afterEach, describe, expect, test } from 'vitest'
import { secrets, startTest, type TestClient } from './test-client.ts'

let client: TestClient | undefined
afterEach(async () => {
  await client?.server.stop()
  client = undefined
})
const start = async (...args: Parameters<typeof startTest>): Promise<TestClient> => {
  client = await startTest(...args)
  return client
}

const redirectUri = 'http://127.0.0.1:54321/callback'
const request = { response_type: 'code', client_id: secrets.appRef, redirect_uri: redirectUri, state: 'a+b/c=&"<' }
const grant = { grant_type: 'authorization_code', client_id: secrets.appRef, client_secret: secrets.clientSecret }
const unknownToken = {
  error_description: 'The auth token has either expired or does not exist',
  error: 'invalid_grant',
}

const address = (
  { server }: TestClient,
  changes: Readonly<Record<string, string>> = {},
  account: string = secrets.account,
) => `${server.authUrl}/authorize/${account}?${new URLSearchParams({ ...request, ...changes })}`

/** Presses a button of the page as a browser would. Answers where it is sent, or the page that it gets instead. */
const press = async (from: TestClient, decision: 'approve' | 'deny', changes = {}): Promise<URL> => {
  const page = await (await fetch(address(from, changes))).text()
  const action = /<form method="post" action="([^"]+)"/.exec(page)?.[1]?.replaceAll('&amp;', '&') ?? ''
  const response = await fetch(from.server.authUrl + action, {
    method: 'POST',
    body: new URLSearchParams({ decision }),
    redirect: 'manual',
  })
  expect(response.status).toBe(302)
  return new URL(response.headers.get('location') ?? '')
}

const code = async (from: TestClient): Promise<string> => (await press(from, 'approve')).searchParams.get('code') ?? ''

describe('authorising', () => {
  test('shows a page with two buttons, in HTML that a state cannot break', async () => {
    const started = await start()
    const response = await fetch(address(started))
    const page = await response.text()
    expect([response.status, response.headers.get('content-type')]).toEqual([200, 'text/html; charset=UTF-8'])
    expect(page).toContain(secrets.appRef)
    expect(page).toMatch(/<button name="decision" value="approve"[^>]*>Approve</)
    expect(page).toMatch(/<button name="decision" value="deny"[^>]*>Deny</)
    expect(page).not.toContain(request.state)
    expect(response.headers.get('brightpearl-requests-remaining')).toBeNull()
  })

  test('sends a code and the state back to the address', async () => {
    const target = await press(await start(), 'approve')
    expect(target.origin + target.pathname).toBe(redirectUri)
    expect([...target.searchParams.keys()]).toEqual(['code', 'state'])
    expect(target.searchParams.get('state')).toBe(request.state)
  })

  test('sends a refusal back', async () => {
    const target = await press(await start(), 'deny')
    expect(Object.fromEntries(target.searchParams)).toEqual({ error: 'access_denied', state: request.state })
  })

  test('answers at once where it is told to', async () => {
    const started = await start({ consent: 'approve' })
    const response = await fetch(address(started), { redirect: 'manual' })
    expect(new URL(response.headers.get('location') ?? '').searchParams.has('code')).toBe(true)
    started.server.signIn.set({ consent: 'deny' })
    const denied = await fetch(address(started), { redirect: 'manual' })
    expect(denied.headers.get('location')).toContain('error=access_denied')
  })

  test('never redirects for an unknown account, app or address', async () => {
    const started = await start({ redirectUris: ['https://connect.acme.example/callback'], loopbackRedirects: false })
    const status = async (changes: Readonly<Record<string, string>>, account?: string) =>
      (await fetch(address(started, changes, account), { redirect: 'manual' })).status
    expect(await status({}, 'other')).toBe(404)
    expect(await status({ client_id: 'other' })).toBe(400)
    expect(await status({})).toBe(400)
    expect(await status({ redirect_uri: 'https://connect.acme.example/callback/' })).toBe(400)
    expect(await status({ redirect_uri: 'https://connect.acme.example/callback' })).toBe(200)
  })

  test('takes any address of this machine by switch, and no other', async () => {
    const started = await start()
    const status = async (redirect_uri: string) =>
      (await fetch(address(started, { redirect_uri }), { redirect: 'manual' })).status
    expect(await status('http://localhost:1/x')).toBe(200)
    expect(await status('http://127.0.0.1.example.com/x')).toBe(400)
    expect(await status('https://example.com/callback')).toBe(400)
    expect(await status('nothing')).toBe(400)
  })

  test('gives no code for another response type', async () => {
    const response = await fetch(address(await start(), { response_type: 'token' }), { redirect: 'manual' })
    expect(response.headers.get('location')).toContain('error=unsupported_response_type')
  })
})

describe('the exchange of a code', () => {
  test('answers a pair of tokens and, only here, the instance id', async () => {
    const started = await start()
    const first = await started.token({ ...grant, code: await code(started), redirect_uri: redirectUri })
    expect(first.status).toBe(200)
    expect(first.body).toEqual({
      access_token: expect.stringMatching(/^[A-Za-z0-9+/]{43}=$/),
      refresh_token: expect.stringMatching(/^[A-Za-z0-9+/]{43}=$/),
      installation_instance_id: '27',
      api_domain: new URL(started.server.url).host,
      token_type: 'Bearer',
      expires_in: 604_800,
    })
    const used = await started.raw('/public-api/acme/accounting-service/tax-code/', {
      headers: {
        authorization: `Bearer ${first.body.access_token}`,
        'brightpearl-app-ref': secrets.appRef,
        'brightpearl-dev-ref': secrets.devRef,
      },
    })
    expect(used.status).toBe(200)
    const refreshed = await started.token({
      ...grant,
      grant_type: 'refresh_token',
      refresh_token: first.body.refresh_token,
    })
    expect(refreshed.body).not.toHaveProperty('installation_instance_id')
    expect(refreshed.body.refresh_token).not.toBe(first.body.refresh_token)
  })

  test('takes a code once, and not after its time', async () => {
    const started = await start()
    const form = { ...grant, code: await code(started), redirect_uri: redirectUri }
    expect((await started.token(form)).status).toBe(200)
    expect((await started.token(form)).body).toEqual(unknownToken)
    const late = await code(started)
    started.clock.advance(600_000)
    expect((await started.token({ ...form, code: late })).body).toEqual(unknownToken)
  })

  test('wants the address of the authorisation, and uses the code up by a wrong one', async () => {
    const started = await start()
    const form = { ...grant, code: await code(started), redirect_uri: 'http://127.0.0.1:54322/callback' }
    const wrong = await started.token(form)
    expect([wrong.status, wrong.body]).toEqual([
      400,
      {
        error_description: 'Redirect uri does not match that used to request auth token',
        error: 'invalid_grant',
      },
    ])
    expect((await started.token({ ...form, redirect_uri: redirectUri })).body).toEqual(unknownToken)
  })

  test('wants the secret of a confidential app, and none of a public one', async () => {
    const started = await start()
    const { client_secret: _, ...open } = grant
    const form = { ...open, code: await code(started), redirect_uri: redirectUri }
    expect((await started.token(form)).body).toEqual({ error: 'invalid_client' })
    expect((await started.token({ ...form, client_secret: 'wrong' })).body).toEqual({ error: 'invalid_client' })
    await started.server.stop()
    const publicApp = await start({ confidentialApp: false })
    expect((await publicApp.token({ ...form, code: await code(publicApp) })).status).toBe(200)
  })
})

test('staff may take the consent back and the owner change the secret over the control endpoint', async () => {
  const started = await start()
  const control = (body: unknown) => started.raw('/__sandbox/sign-in', { method: 'POST', body: JSON.stringify(body) })
  const form = { ...grant, code: await code(started), redirect_uri: redirectUri }
  const { body } = await started.token(form)
  const refresh = { ...grant, grant_type: 'refresh_token', refresh_token: body.refresh_token }

  const changed = await control({ clientSecret: 'new', apiDomain: 'ws-use.brightpearl.com' })
  expect(changed.body).toMatchObject({ apiDomain: 'ws-use.brightpearl.com', counters: { codes: 1, exchanges: 1 } })
  expect(JSON.stringify(changed.body)).not.toContain('"new"')
  expect((await started.token(refresh)).body).toEqual({ error: 'invalid_client' })
  const refreshed = await started.token({ ...refresh, client_secret: 'new' })
  expect(refreshed.body.api_domain).toBe('ws-use.brightpearl.com')

  const pending = await code(started)
  await control({ revoke: true })
  const again = { client_secret: 'new', refresh_token: refreshed.body.refresh_token }
  expect((await started.token({ ...refresh, ...again })).body).toEqual(unknownToken)
  expect((await started.token({ ...form, client_secret: 'new', code: pending })).body).toEqual(unknownToken)
  expect((await started.raw('/__sandbox/sign-in')).body.counters).toEqual({
    codes: 2,
    exchanges: 1,
    refreshes: 1,
    clientCredentials: 0,
    refused: 3,
  })
  expect((await control({ secret: 'x' })).body.error).toContain('secret is not a known field')
})
