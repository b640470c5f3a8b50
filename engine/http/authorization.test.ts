import { createHash } from 'node:crypto'
import { afterEach, describe, expect, it } from 'vitest'
import { type AnswerReceiver, canReceive, receiveAnswer } from './answer-receiver.ts'
import { beginAuthorization, exchangeCode, readAnswer } from './authorization.ts'
import { createHttpClient } from './client.ts'
import { bodyOf, startServer, type TestServer } from './testing/test-server.ts'

const open: (AnswerReceiver | TestServer)[] = []
afterEach(async () => {
  for (const one of open.splice(0)) await one.close()
})

const page = {
  address: 'https://auth.example/agree?lang=en',
  clientId: 'me',
  query: { prompt: 'consent' },
  pkce: false,
}

describe('the page on which a person agrees', () => {
  it('gets what RFC 6749 says, and a state that is another each time', async () => {
    const first = await beginAuthorization({ ...page, scope: 'all' }, 'http://127.0.0.1:8080/cb')
    const query = Object.fromEntries(new URL(first.address).searchParams)
    expect(query).toEqual({
      lang: 'en',
      prompt: 'consent',
      client_id: 'me',
      response_type: 'code',
      redirect_uri: 'http://127.0.0.1:8080/cb',
      scope: 'all',
      state: first.state,
    })
    expect(first.state.length).toBeGreaterThan(40)
    expect((await beginAuthorization(page, 'http://127.0.0.1:8080/cb')).state).not.toBe(first.state)
  })

  it('is not opened without encryption on another machine', async () => {
    await expect(beginAuthorization({ ...page, address: 'http://auth.example/' }, 'http://127.0.0.1/')).rejects.toThrow(
      'without encryption',
    )
  })
})

describe('an answer', () => {
  const pending = { address: '', redirect: '', state: 'abc', verifier: undefined }
  it.each([
    ['code=1&state=abc', { is: 'code' }],
    ['code=1&state=abd', { is: 'foreign' }],
    ['code=1&state=abc&state=abc', { is: 'foreign' }],
    ['code=1', { is: 'foreign' }],
    ['error=access_denied', { is: 'foreign' }],
    ['error=access_denied&state=abc', { is: 'refused', error: 'access_denied' }],
    ['error=%1b[31m&state=abc', { is: 'refused', error: 'an error without a known name' }],
    ['state=abc', { is: 'incomplete' }],
    ['code=&state=abc', { is: 'incomplete' }],
    ['code=1&code=2&state=abc', { is: 'incomplete' }],
  ])('%s', (query, expected) => {
    expect(readAnswer(new URLSearchParams(query), pending)).toEqual(expected)
  })
})

describe('the exchange of a code', () => {
  it('sends the redirect address exactly as it is registered, and the verifier of the proof key', async () => {
    const bodies: string[] = []
    const server = await startServer(async (request, response) => {
      bodies.push(await bodyOf(request))
      response.writeHead(200, { 'content-type': 'application/json' })
      response.end(JSON.stringify({ access_token: 'a', refresh_token: 'r', api_domain: 'x' }))
    })
    open.push(server)
    const http = createHttpClient()
    // Without the slash that an address gains when it is parsed.
    const pending = await beginAuthorization({ ...page, pkce: true }, 'http://127.0.0.1:8080')
    const answer = await exchangeCode(
      http,
      { tokenUrl: `${server.url}/token`, clientId: 'me', clientSecret: 's+/=', clientIn: 'body', scope: 'all' },
      pending,
      new URLSearchParams({ code: 'c+/=', state: pending.state, iss: 'https://other.example' }),
      undefined,
    )
    await http.close()
    expect(answer).toMatchObject({ is: 'token', refreshToken: 'r', fields: { api_domain: 'x' } })
    const form = new URLSearchParams(bodies[0])
    expect(Object.fromEntries(form)).toEqual({
      grant_type: 'authorization_code',
      code: 'c+/=',
      redirect_uri: 'http://127.0.0.1:8080',
      client_id: 'me',
      client_secret: 's+/=',
      code_verifier: pending.verifier,
    })
    const challenge = createHash('sha256')
      .update(pending.verifier ?? '')
      .digest('base64url')
    expect(new URL(pending.address).searchParams.get('code_challenge')).toBe(challenge)
  })
})

describe('receiving an answer on this machine', () => {
  it('is possible for plain http on a loopback host only', () => {
    for (const address of ['http://127.0.0.1/cb', 'http://localhost:81/', 'http://127.1.2.3:5/x'])
      expect(canReceive(address)).toBe(true)
    for (const address of ['https://127.0.0.1/cb', 'http://shop.example/', 'myapp://cb', ''])
      expect(canReceive(address)).toBe(false)
  })

  it('takes one answer, at its path only, and shows what happened without telling anybody the address', async () => {
    const got: string[] = []
    const receiver = await receiveAnswer('http://127.0.0.1/cb', ({ query, finish }) => {
      const code = query.get('code') ?? ''
      got.push(code)
      finish({ ok: code === 'good', title: code === 'good' ? 'In <& out>' : 'No', text: 'Said.' })
      return code === 'good' ? 'taken' : 'waiting'
    })
    open.push(receiver)
    expect(receiver.redirect).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/cb$/)
    const at = (path: string, init?: RequestInit) => fetch(new URL(path, receiver.redirect), init)
    expect((await at('/favicon.ico')).status).toBe(404)
    expect((await at('/cb?code=good', { method: 'POST' })).status).toBe(404)
    expect((await at('/cb?code=bad')).status).toBe(400)
    const good = await at('/cb?code=good')
    expect(good.status).toBe(200)
    expect(good.headers.get('referrer-policy')).toBe('no-referrer')
    expect(good.headers.get('cache-control')).toBe('no-store')
    expect(await good.text()).toContain('In &lt;&amp; out&gt;')
    expect((await at('/cb?code=good')).status).toBe(410)
    expect(got).toEqual(['bad', 'good'])
  })

  it('keeps the port that is registered, and says when it is taken', async () => {
    const first = await receiveAnswer('http://127.0.0.1/cb', () => 'waiting')
    open.push(first)
    await expect(receiveAnswer(first.redirect, () => 'waiting')).rejects.toMatchObject({ code: 'EADDRINUSE' })
    await first.close()
    const second = await receiveAnswer(first.redirect, () => 'waiting')
    open.push(second)
    expect(second.redirect).toBe(first.redirect)
  })
})
