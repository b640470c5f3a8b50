import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Document, isMap, isScalar, parseDocument, Scalar } from 'yaml'
import { scalarOffsets } from './scalar-offsets.ts'

/** The scalar under the key `k`, and where its characters stand. */
function read(source: string): { value: string; offsets: readonly number[] } {
  const document = parseDocument(source, { keepSourceTokens: true })
  expect(document.errors).toEqual([])
  const node = isMap(document.contents) ? document.contents.get('k', true) : document.contents
  if (!isScalar(node)) throw new Error('no scalar')
  const offsets = scalarOffsets(node)
  if (offsets === undefined) throw new Error(`no offsets for ${JSON.stringify(source)}`)
  return { value: String(node.value), offsets }
}

/** For each character of `marks` in the value: where the map says it stands. */
function places(source: string, marks: string): Record<string, number> {
  const { value, offsets } = read(source)
  return Object.fromEntries([...marks].map((mark) => [mark, offsets[value.indexOf(mark)] ?? -1]))
}

const styles = ['PLAIN', 'QUOTE_SINGLE', 'QUOTE_DOUBLE', 'BLOCK_LITERAL', 'BLOCK_FOLDED'] as const

/** Texts in which each letter occurs once, so that there is one right place for it. */
const texts = fc
  .array(fc.constantFrom('', '', ' ', '  ', '\n', '\n\n', '\t', "'", '"', '\\', ':', ': ', ' #', ' & ', '$', '\n  '), {
    minLength: 1,
    maxLength: 40,
  })
  .map((gaps) => gaps.map((gap, index) => String.fromCharCode(0x4e00 + index) + gap).join(''))

describe('scalarOffsets', () => {
  test.each(styles)('finds each letter of a text written as %s', (style) => {
    fc.assert(
      fc.property(texts, fc.integer({ min: 12, max: 60 }), fc.boolean(), (text, lineWidth, crlf) => {
        const scalar = new Scalar(text)
        scalar.type = style
        const written = new Document({ a: 1, k: scalar }).toString({ lineWidth, minContentWidth: 0 })
        const source = crlf ? written.replaceAll('\n', '\r\n') : written
        const { value, offsets } = read(source)
        expect(offsets).toHaveLength(value.length + 1)
        for (let i = 0; i < value.length; i++) {
          const char = value.charAt(i)
          if (char >= '\u4e00') expect(offsets[i]).toBe(source.indexOf(char))
          if (i > 0) expect(offsets[i]).toBeGreaterThanOrEqual(offsets[i - 1] ?? 0)
        }
      }),
      { numRuns: 150 },
    )
  })

  test('follows a plain text over folded lines', () => {
    const source = 'k: a b\n   c\n\n   d\ne: 1\n'
    expect(places(source, 'abcd')).toEqual({
      a: source.indexOf('a'),
      b: source.indexOf('b'),
      c: source.indexOf('c'),
      d: source.indexOf('d'),
    })
  })

  test('counts a doubled quote in single quotes once', () => {
    const source = "k: 'it''s d'"
    expect(places(source, 'isd')).toEqual({ i: 4, s: 8, d: 10 })
  })

  test('takes an escape in double quotes for one character, at its backslash', () => {
    const source = String.raw`k: "a\u0041\x42\tc\U0001F600d"`
    expect(read(source).value).toBe('aAB\tc😀d')
    expect(read(source).offsets).toEqual([4, 5, 11, 15, 17, 18, 18, 28, 29])
  })

  test('joins lines in double quotes that end with a backslash', () => {
    const source = 'k: "a \\\n    b"'
    expect(read(source).value).toBe('a b')
    expect(places(source, 'ab')).toEqual({ a: 4, b: source.indexOf('b') })
  })

  test.each([
    ['literal', 'k: |\n  a\n   b\n\n  c\n', 'a\n b\n\nc\n'],
    ['literal, kept', 'k: |+\n  a\n\n\n', 'a\n\n\n'],
    ['literal, stripped, with its indentation', 'k: |2-\n    a\n  b\n', '  a\nb'],
    ['folded', 'k: >-\n  a\n  b\n\n  c\n    d\n  e\n', 'a b\nc\n  d\ne'],
    ['folded behind a comment', 'k: > # why\n\n  a\n  b\n', '\na b\n'],
  ])('follows a block: %s', (_name, source, value) => {
    const result = read(source)
    expect(result.value).toBe(value)
    for (const [i, char] of [...value].entries()) {
      if (/\S/.test(char)) expect(result.offsets[i]).toBe(source.lastIndexOf(char))
    }
  })

  test('has nothing to say of a number and of an empty value', () => {
    const contents = parseDocument('n: 12\ne:\n', { keepSourceTokens: true }).contents
    if (!isMap(contents)) throw new Error('no map')
    for (const key of ['n', 'e']) {
      const node = contents.get(key, true)
      expect(isScalar(node) && scalarOffsets(node)).toBeFalsy()
    }
  })
})
