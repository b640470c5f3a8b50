import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { secretsOf } from './exchange.ts'
import { createRedaction, isSecretName } from './redaction.ts'
import { withoutPersonal, withoutValues } from './text.ts'

describe('secrets', () => {
  it('a secret is hidden in every form in which messages repeat it', () => {
    const redaction = createRedaction()
    const secret = 'p+s/w"d= é'
    redaction.secret(secret)
    for (const form of [
      secret,
      JSON.stringify({ secret }),
      `https://host/?s=${encodeURIComponent(secret)}`,
      new URLSearchParams({ s: secret }).toString(),
      secret.replaceAll('=', '\\u003d'),
      Buffer.from(secret).toString('base64'),
    ]) {
      expect(redaction.text(`before ${form} after`)).toContain('[secret]')
      expect(redaction.text(`before ${form} after`)).not.toContain('p+s')
    }
  })

  it('none is left in any text that was made of secrets and other words', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.string({ minLength: 5, maxLength: 12 }).filter((text) => text.trim().length > 4),
          { minLength: 1, maxLength: 6 },
        ),
        fc.array(fc.string({ maxLength: 8 })),
        (secrets, words) => {
          const redaction = createRedaction()
          for (const secret of secrets) redaction.secret(secret)
          const text = secrets.flatMap((secret, index) => [words[index] ?? '', secret.trim()]).join(' ')
          const shown = redaction.text(text)
          for (const secret of secrets) {
            // What is left of the marks themselves is no secret.
            expect(` ${shown.replaceAll('[secret]', ' ')} `).not.toContain(` ${secret.trim()} `)
          }
        },
      ),
    )
  })

  it('a value is not hidden inside a longer word, nor a short one at all', () => {
    const redaction = createRedaction()
    redaction.secret('client')
    redaction.secret('abc')
    expect(redaction.text('clients and client: abc')).toBe('clients and [secret]: abc')
  })

  it.each([
    ['Authorization: Bearer abcdefgh12345678', 'Authorization: Bearer [secret]'],
    ['proxy-authorization: Basic dXNlcjpwYXNz', 'proxy-authorization: Basic [secret]'],
    ['set-cookie: __cf_bm=abc; Path=/; HttpOnly', 'set-cookie: [secret]'],
    ['{"cookie":"session=1"}', '{"cookie":"[secret]"}'],
    [
      'grant_type=refresh_token&refresh_token=a%2Bb&client_id=c',
      'grant_type=refresh_token&refresh_token=[secret]&client_id=c',
    ],
    ['{"access_token":"xyz","expires_in":1}', '{"access_token":"[secret]","expires_in":1}'],
    ['eyJhbGciOiJI.eyJzdWIiOiIx.c2lnbmF0dXJl', '[secret]'],
    ['http://user:hunter2@proxy:8080/', 'http://user:[secret]@proxy:8080/'],
  ])('what nobody told is known by its form: %s', (text, shown) => {
    expect(createRedaction().text(text)).toBe(shown)
  })

  it.each([
    'Authorization: "\'Bearer \' & $token.access_token"',
    'signIn: refresh_token: A refresh token',
    'clientSecret: ${SHOP_SECRET}',
    '"Basic authentication" is needed',
    'the header set-cookie',
  ])('what only speaks of secrets stays: %s', (text) => {
    expect(createRedaction().text(text)).toBe(text)
  })

  it('everything that signs a call in is a secret', () => {
    expect([
      ...secretsOf({
        request: {
          headers: {
            Authorization: 'Bearer tok-1',
            'app-staff-token': 'static-1',
            accept: 'application/json',
            'content-type': 'application/x-www-form-urlencoded',
          },
          body: 'grant_type=refresh_token&refresh_token=r%2B1&client_id=me&client_secret=s%3D1',
        },
        response: {
          headers: { 'set-cookie': 'a=cookie-1; Path=/, b=cookie-2; Expires=Mon, 01 Jan 2026 00:00:00 GMT' },
          body: { access_token: 'tok-2', refresh_token: 'r2', token_type: 'Bearer', code: 'ABC-1' },
        },
      }),
    ]).toEqual(['tok-1', 'static-1', 'r+1', 's=1', 'cookie-1', 'cookie-2', 'tok-2', 'r2'])
    expect([
      ...secretsOf({
        request: { headers: { authorization: `Basic ${Buffer.from('me:pass:word').toString('base64')}` } },
      }),
    ]).toContain('pass:word')
  })

  it('names under credentials are shown, all else is secret', () => {
    expect(['clientId', 'pushUser', 'clientSecret', 'refreshToken', 'identity', 'key'].map(isSecretName)).toEqual([
      false,
      false,
      true,
      true,
      true,
      true,
    ])
  })
})

describe('personal values in text', () => {
  it('are hidden where they stand by themselves', () => {
    expect(withoutPersonal('No contact Åsa Öberg (Åsas kiosk)', ['Åsa Öberg', 'Åsa'])).toBe(
      'No contact [personal] (Åsas kiosk)',
    )
    expect(withoutValues('12 rows, house 12b, 12', ['12'], '-')).toBe('- rows, house 12b, -')
  })

  it('an e-mail address is one whoever it belongs to', () => {
    expect(withoutPersonal('"anna.öberg+x@mail.example.com" is in use')).toBe('"[personal]" is in use')
    expect(withoutPersonal('price @ 12.50, a@b')).toBe('price @ 12.50, a@b')
  })
})
