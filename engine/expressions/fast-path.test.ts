import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parse } from './ast.ts'
import { builtins } from './checker/builtins.ts'
import { fastAnswer } from './fast-path.ts'
import { interpreter } from './interpreter.ts'
import { plainResult } from './result.ts'
import { any } from './type-algebra.ts'

/** Both ways must give the same, also where a later fast form takes over more. */
type Row = readonly [source: string, input: unknown, variables?: Readonly<Record<string, unknown>>]

const table: readonly Row[] = [
  ["'text'", {}],
  ['3', {}],
  ['-3', {}],
  ['true', {}],
  ['null', {}],
  ['a', { a: 1 }],
  ['a', {}],
  ['a', { a: [] }],
  ['a', { a: [1] }],
  ['a', { a: [[1]] }],
  ['a.b', { a: { b: 1 } }],
  ['a.b', { a: [{ b: 1 }] }],
  ['a.b', { a: [{ b: 1 }, {}, { b: 2 }] }],
  ['a.b', { a: [{ b: [1] }] }],
  ['a.b', { a: [{ b: [] }] }],
  ['a.b', { a: { b: [] } }],
  ['a.b', { a: [{ b: [1, 2] }, { b: 3 }, { b: [[4]] }] }],
  ['a.b', { a: [[{ b: 1 }], [{ b: 2 }, { b: [3] }]] }],
  ['a.b.c', { a: [{ b: [{ c: 1 }, { c: [2, 3] }] }, { b: { c: null } }] }],
  ['a.b', { a: 'text' }],
  ['a.length', { a: [1, 2] }],
  ['constructor', {}],
  ['toString.name', {}],
  ['a.b', null],
  ['a', [{ a: 1 }, { a: 2 }]],
  ['$', { a: 1 }],
  ['$', [1]],
  ['$$', 'x'],
  ['$.a', { a: [1] }],
  ['$v', {}, { v: [1] }],
  ['$v', {}, {}],
  ['$v.a', {}, { v: [{ a: 1 }, { a: [2] }] }],
  ['$v.a', {}, { v: [] }],
  ['$v.a', {}, { v: { a: [1] } }],
  ['$v.a', {}, {}],
  ['$v.a.b', {}, { v: [{ a: [{ b: [1] }] }] }],
  ['$$.a.b', { a: { b: 2 } }],
  ['`a b`', { 'a b': 1 }],
  ["a.'b c'", { a: { 'b c': 1 } }],
]

const isFunction = (name: string): boolean => builtins.has(name)

async function bothWays(
  source: string,
  input: unknown,
  variables: Readonly<Record<string, unknown>>,
): Promise<[unknown, unknown]> {
  const slow = plainResult(await interpreter(source, new Map()).evaluate(input, variables), any, source)
  const quick = fastAnswer(parse(source), isFunction)?.(input, variables)
  return [quick?.known ? plainResult(quick.value, any, source) : slow, slow]
}

describe('the answer without the interpreter', () => {
  it.each(table.map((row) => ({ row })))('$row', async ({ row: [source, input, variables = {}] }) => {
    const [quick, slow] = await bothWays(source, input, variables)
    expect(quick).toEqual(slow)
  })

  it.each(['a', 'a.b', '$v.a', '$v', "'x'", '3'])('is given for %s', (source) => {
    expect(fastAnswer(parse(source), isFunction)?.({ a: 1 }, { v: 1 }).known).toBe(true)
  })

  it.each(['a[0]', 'a[]', 'a.b[c=1]', '$sum', 'a{b:c}', 'a^(b)', 'a@$x.b', 'a.*', '$v[0].a', 'a & b', '(a)'])(
    'is left to the interpreter for %s',
    (source) => {
      expect(fastAnswer(parse(source), isFunction)).toBeUndefined()
    },
  )

  it('random paths over random values', async () => {
    const name = fc.constantFrom('a', 'b', 'c')
    const value = fc.letrec((tie) => ({
      value: fc.oneof(
        { maxDepth: 5, withCrossShrink: true },
        fc.constantFrom(1, 'x', null, true),
        fc.array(tie('value'), { maxLength: 3 }),
        fc.dictionary(name, tie('value'), { maxKeys: 3 }),
      ),
    })).value
    await fc.assert(
      fc.asyncProperty(
        fc.array(name, { minLength: 1, maxLength: 4 }),
        value,
        fc.boolean(),
        async (names, input, variable) => {
          const source = (variable ? '$v.' : '') + names.join('.')
          const [quick, slow] = await bothWays(source, variable ? {} : input, { v: input })
          expect(quick).toEqual(slow)
        },
      ),
      { numRuns: 500 },
    )
  })
})
