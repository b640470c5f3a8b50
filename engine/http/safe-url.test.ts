import { describe, expect, test } from 'vitest'
import { HttpFailure } from './failure.ts'
import { assertSafeUrl, isLoopback } from './safe-url.ts'

describe('assertSafeUrl', () => {
  test.each([
    'https://api.test/x',
    'http://127.0.0.1:8080/x',
    'http://127.8.9.1/',
    'http://localhost:3000/',
    'http://LOCALHOST./',
    'http://[::1]:80/',
    // The same address in another notation.
    'http://2130706433/',
  ])('%s may be called', (url) => {
    expect(assertSafeUrl(url).href).toBe(new URL(url).href)
  })

  test.each([
    ['http://api.test/x?token=geheim', /http:\/\/api\.test would be called without encryption/],
    ['http://127.0.0.1.evil.test/', /without encryption/],
    ['http://localhost.evil.test/', /without encryption/],
    ['http://0.0.0.0/', /without encryption/],
    ['http://[::2]/', /without encryption/],
    ['ftp://api.test/', /no scheme for an API/],
    ['file:///etc/passwd', /no scheme for an API/],
    ['https://user:geheim@api.test/', /holds a user name or password/],
    ['api.test/x', /not a complete URL/],
  ])('%s may not', (url, message) => {
    const failure = thrownBy(() => assertSafeUrl(url))
    expect(failure).toBeInstanceOf(HttpFailure)
    expect(failure).toMatchObject({ kind: 'not-sent', sent: false })
    expect((failure as Error).message).toMatch(message)
    expect((failure as Error).message).not.toContain('geheim')
  })

  test('a name is not taken for a loopback address', () => {
    expect(isLoopback('127.example.test')).toBe(false)
    expect(isLoopback('::1')).toBe(true)
  })
})

function thrownBy(work: () => unknown): unknown {
  try {
    work()
  } catch (error) {
    return error
  }
  return undefined
}
