import { describe, expect, test } from 'vitest'
import { parseYaml } from './yaml-file.ts'

function findingsOf(source: string): string[] {
  return parseYaml('/p/m.yaml', Buffer.from(source), { currentFolder: '/p' }).findings.map(
    ({ code, line, column, advice }) => `${code} ${line}:${column} ${advice}`,
  )
}

const cut = (place: string, advice: string) => [`unquoted-expression ${place} Put it into quotes: ${advice}`]

describe('a text in { } or [ ] that is not quoted', () => {
  test.each([
    [
      'arguments of a function',
      "let: { rate: $table('vat', a, b).rate }",
      cut('1:14', `rate: "$table('vat', a, b).rate"`),
    ],
    ['arguments, before another key', 'f: { A: $round(x, 2), B: y }', cut('1:9', 'A: "$round(x, 2)"')],
    ['a list', 'f: { A: $sum([1,2]) }', cut('1:9', 'A: "$sum([1,2])"')],
    ['a condition with a list of arguments', 'f: { A: f(a, b ? c : d), B: 1 }', cut('1:9', 'A: "f(a, b ? c : d)"')],
    ['a condition', "f: { A: x ? 'y' : z, B: 1 }", cut('1:9', `A: "x ? 'y' : z"`)],
    ['a predicate', "f: { A: items[type = 'x'].name }", cut('1:9', `A: "items[type = 'x'].name"`)],
    ['a text that is joined', "f: { A: 'x' & y }", cut('1:9', `A: "'x' & y"`)],
    ['a text with a comma', "f: { A: $join(list, ', ') }", cut('1:9', `A: "$join(list, ', ')"`)],
    ['a text in double quotes', 'f: { A: name & ", " & b }', cut('1:9', `A: 'name & ", " & b'`)],
    ['an object', "f: { A: $merge([{ 'a': b }, c]), B: d }", cut('1:9', `A: "$merge([{ 'a': b }, c])"`)],
    ['a path template', 'r: { request: GET /items/{$ids}, batch: 2 }', cut('1:15', 'request: "GET /items/{$ids}"')],
    ['a variable of the environment', 'settings: { url: ${SHOP_URL} }', cut('1:18', 'url: "${SHOP_URL}"')],
    ['an entry of a list', 'l: [ $f(a, b), c ]', cut('1:6', '"$f(a, b)"')],
    ['over two lines', 'f: { A: $f(a,\n     b), B: c }', cut('1:9', 'A: "$f(a, b)"')],
    [
      'two in one object',
      'f: { A: $f(a, b), B: $g(c, d) }',
      [...cut('1:9', 'A: "$f(a, b)"'), ...cut('1:22', 'B: "$g(c, d)"')],
    ],
    ['deep within', 'a: [ { b: { c: $f(x, y) } }, { d: e } ]', cut('1:16', 'c: "$f(x, y)"')],
  ])('is a finding that shows the quoted form: %s', (_name, source, expected) => {
    expect(findingsOf(source)).toEqual(expected)
  })

  test.each([
    ['quoted expressions', `f: { A: "$f(a, b)", B: '$g(a, b)', C: "it's (" }`],
    ['expressions that need no quotes', "f: { A: $f(x), B: $record.id, C: a + b, D: 'Active' }"],
    ['apostrophes and brackets in words', "r: { name: Men's, of: Size (L, code: x }"],
    ['lists and objects', 'r: { from: [2, 5], of: { a: [b, c] }, to: [ { x: y } ] }'],
    ['aliases', 'a: &b { x: 1 }\nc: { d: *b, e: *b }'],
    ['comments', 'a: {\n  b: $f(x), # first, (second\n  c: d\n}'],
    ['addresses', 'a: { url: https://shop.example/a?b=c, d: 1 }'],
    ['block values', 'a: $f(x, y)\nb: x ? y'],
  ])('is none where YAML reads what was meant: %s', (_name, source) => {
    expect(findingsOf(source)).toEqual([])
  })

  test('does not take a forgotten comma for an expression', () => {
    expect(findingsOf('a: { b: $f(x) c: 2 }')[0]).toMatch(/^yaml-syntax 1:9 /)
  })

  test('leaves other mistakes of the file in sight', () => {
    expect(findingsOf('a: { b: $f([x, y]) }\nc: "d\n').map((line) => line.split(' ')[0])).toEqual([
      'unquoted-expression',
      'yaml-syntax',
    ])
  })
})
