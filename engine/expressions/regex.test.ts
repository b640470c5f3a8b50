import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { BoundedRegex, compileRegex } from './regex.ts'

function all(regex: RegExp | BoundedRegex, text: string): (readonly (string | number | undefined)[])[] {
  const found: (readonly (string | number | undefined)[])[] = []
  regex.lastIndex = 0
  for (let match = regex.exec(text); match && found.length < 50; match = regex.exec(text)) {
    found.push([match.index, ...match])
    if (match[0] === '') break
  }
  return found
}

describe('bounded regular expressions', () => {
  const patterns = [
    /a/g,
    /[,;] */g,
    /(\d+)(x)?/g,
    /^a|b$/g,
    /\s+/g,
    /\S+/g,
    /[\s,]+/g,
    /./g,
    /[A-Z]{2,3}/gi,
    /é|å/gi,
    /\u00e9/g,
    /[^A-Za-z0-9]+/g,
    /(?:a|b)+?c/g,
    /^b/gm,
    /a.c/g,
    /\bx\b/g,
    /[[]/g,
    /\//g,
    /[/]/g,
    /(a)|(b)/g,
    /\$\{(\w+)\}/g,
    /x*/g,
  ]
  it.each(patterns)('%s answers as the backtracking engine', (pattern) => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'abcxAé \u00a0\n,;[/$1{}\ufeff') }), (text) => {
        expect(all(new BoundedRegex(pattern), text)).toEqual(all(new RegExp(pattern), text))
      }),
      { numRuns: 60 },
    )
  })

  it('starts at lastIndex and remembers where it came to', () => {
    const regex = new BoundedRegex(/b/g)
    regex.lastIndex = 2
    expect(regex.exec('b😀b')?.index).toBe(3)
    expect(regex.lastIndex).toBe(4)
    expect(regex.exec('b😀b')).toBeNull()
    expect(regex.lastIndex).toBe(0)
  })

  it.each([/(?=a)/, /(?<!a)b/, /(a)\1/])('%s is refused', (pattern) => {
    expect(() => compileRegex(pattern)).toThrow()
  })
})
