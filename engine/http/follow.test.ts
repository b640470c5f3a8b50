import { describe, expect, test } from 'vitest'
import { linkTarget, nextAddress, parseLinkHeader, sameOrigin } from './follow.ts'

describe('linkTarget', () => {
  test.each([
    ['<https://a.test/x?page=2>; rel="next"', 'https://a.test/x?page=2'],
    ['<https://a.test/x?page=1>; rel=prev, <https://a.test/x?page=3>; rel=next', 'https://a.test/x?page=3'],
    ['<https://a.test/x?ids=1,2;3>; title="a, b; rel=\\"next\\""; REL="last NEXT"', 'https://a.test/x?ids=1,2;3'],
    ['</x?page=2> ; rel = "next"', '/x?page=2'],
    ['<https://a.test/x>; rel="nextish"', undefined],
    ['<https://a.test/1>; rel="prev"; rel="next"', undefined],
    ['<https://a.test/1>', undefined],
    ['not a link', undefined],
    [undefined, undefined],
  ])('%s', (header, expected) => {
    expect(linkTarget(header, 'next')).toBe(expected)
  })

  test('all links with their parameters', () => {
    expect(parseLinkHeader('<a>; rel="next"; title="x \\" y", <b>; rel=up; crossorigin')).toEqual([
      { target: 'a', parameters: { rel: 'next', title: 'x " y' } },
      { target: 'b', parameters: { rel: 'up', crossorigin: '' } },
    ])
  })
})

describe('nextAddress', () => {
  const base = 'https://api.test/v1/items?page=1'

  test.each([
    ['/v1/items?page=2', 'https://api.test/v1/items?page=2'],
    ['?page=2', 'https://api.test/v1/items?page=2'],
    ['https://api.test:443/v1/items?page=2', 'https://api.test/v1/items?page=2'],
    ['https://me:secret@api.test/x', 'https://api.test/x'],
  ])('%s is followed', (next, expected) => {
    expect(sameOrigin(base, next)).toBe(true)
    expect(nextAddress(base, next)).toBe(expected)
  })

  test.each(['https://evil.test/v1/items', 'http://api.test/v1/items', 'https://api.test:8443/x', '//evil.test/x'])(
    '%s is refused',
    (next) => {
      expect(sameOrigin(base, next)).toBe(false)
      expect(() => nextAddress(base, next)).toThrow(/would send the credentials to another host/)
    },
  )

  test('what is no address is refused', () => {
    expect(sameOrigin(base, 'https://')).toBe(false)
    expect(() => nextAddress(base, 'https://')).toThrow(/no address/)
  })
})
