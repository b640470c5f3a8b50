import { describe, expect, test } from 'vitest'
import type { YamlDocument } from '../origin.ts'
import { parseYaml } from './yaml-file.ts'

function documentOf(source: string | Uint8Array): YamlDocument {
  const { file, findings } = parseYaml('/p/a.yaml', Buffer.from(source), { currentFolder: '/p' })
  expect(findings).toEqual([])
  const document = file?.documents[0]
  if (!document) throw new Error('no document')
  return document
}

const source = `a:
  list:
    - x: 1
    - { y: "it is" }
empty:
anchor: &b { c: text }
alias: *b
`

describe('at', () => {
  const document = documentOf(source)
  test.each([
    ['a value', ['a', 'list', 0, 'x'], undefined, 3, 10],
    ['its key', ['a', 'list', 0, 'x'], 'key', 3, 7],
    ['an entry of a list', ['a', 'list', 1], undefined, 4, 7],
    ['a list position that is written as text', ['a', 'list', '1', 'y'], undefined, 4, 12],
    ['the root', [], undefined, 1, 1],
    ['the key of an empty value', ['empty'], undefined, 5, 1],
    ['the key of what lacks the rest of the path', ['a', 'nothing', 'here'], undefined, 1, 1],
    ['what an alias repeats', ['alias', 'c'], undefined, 6, 17],
    ['what an alias repeats as a whole', ['alias'], undefined, 6, 12],
  ] as const)('is %s', (_name, path, what, line, column) => {
    expect(document.at(path, what)).toEqual({ line, column })
  })
})

describe('inScalar', () => {
  const document = documentOf('n: 123\nt: "a\\tb"\nf: >\n  one\n  two\nd: &x abc\ne: *x\n')
  test.each([
    ['behind an escape', ['t'], 2, 2, 8],
    ['in the second line of a folded block', ['f'], 4, 5, 3],
    ['behind the last character', ['d'], 3, 6, 10],
    ['through an alias', ['e'], 1, 6, 8],
    ['in a number', ['n'], 2, 1, 6],
    ['beyond the text', ['d'], 99, 6, 10],
    ['of what is not there', ['zz'], 3, 1, 1],
  ] as const)('finds a character %s', (_name, path, offset, line, column) => {
    expect(document.inScalar(path, offset)).toEqual({ line, column })
  })
})

describe('a file', () => {
  test('may begin with a byte order mark and end its lines with CR LF', () => {
    const document = documentOf('\ufeffa: 1\r\nb: c\r\n')
    expect(document.value).toEqual({ a: 1, b: 'c' })
    expect(document.at(['a'])).toEqual({ line: 1, column: 4 })
    expect(document.finding({ code: 'x', message: 'm', advice: 'a', path: ['b'] })).toMatchObject({
      file: 'a.yaml',
      line: 2,
      column: 4,
      excerpt: { firstLine: 1, lines: ['a: 1', 'b: c', ''] },
    })
  })

  test('is read by the core schema of YAML 1.2, with keys as texts', () => {
    expect(documentOf('a: NO\nb: 0x1F\nc: 1_000\nd: 2026-01-01\n007: x\ntrue: y\n').value).toEqual({
      a: 'NO',
      b: 31,
      c: '1_000',
      d: '2026-01-01',
      '007': 'x',
      true: 'y',
    })
  })

  test('is frozen throughout', () => {
    const value = documentOf(source).value as { a: { list: object[] } }
    expect(Object.isFrozen(value.a.list[0])).toBe(true)
  })

  test('names every scalar with its path, also through an alias', () => {
    expect(
      [...documentOf('a: [1, { b: x }]\nc: &d y\ne: *d\n').scalars()].map(({ path, value }) => [path, value]),
    ).toEqual([
      [['a', 0], 1],
      [['a', 1, 'b'], 'x'],
      [['c'], 'y'],
      [['e'], 'y'],
    ])
  })

  test('reports every mistake of YAML at once', () => {
    const { file, findings } = parseYaml('/p/a.yaml', Buffer.from('a: "\\q"\nb: @x\na: 1\nc: [1, 2\nd: 3\n'))
    expect(file).toBeUndefined()
    expect(findings.map(({ code, line }) => `${code} ${line}`)).toEqual([
      'yaml-syntax 1',
      'yaml-syntax 2',
      'duplicate-key 3',
      'yaml-syntax 5',
    ])
  })

  test.each([
    ['brackets', '['.repeat(20_000)],
    ['list marks', `${'- '.repeat(500)}x`],
    ['objects', `a: ${'{ x: f('.repeat(3000)}`],
  ])('that is nested without end is a finding: %s', (_name, source) => {
    const { file, findings } = parseYaml('/p/a.yaml', Buffer.from(source))
    expect(file).toBeUndefined()
    expect(findings.map(({ code }) => code)).toContain('yaml-syntax')
  })

  test('may hold exact numbers of any form', () => {
    expect(documentOf('a: [0, -1.50, 1e3, 0.1, 123456789012345, 1000000000000000000000]').value).toEqual({
      a: [0, -1.5, 1000, 0.1, 123456789012345, 1e21],
    })
  })
})
