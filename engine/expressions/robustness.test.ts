import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compile } from './compile.ts'
import { EvaluationError } from './function-definition.ts'
import type { Problem } from './problem.ts'
import { compileTemplate } from './template.ts'
import { functionsOf, productType, variables } from './testing/office.ts'

const functions = functionsOf({ sku: 'function($p) { $trim($p.identity.sku) }' })

const token = fc.constantFrom(
  ...'id identity.sku rows sku rows.sku $ $$ $stock $items $nothing $x $sum $map $filter $sku $exists $now $total function($a) $a'.split(
    ' ',
  ),
  ...'. [ ] ( ) { } , ; : := = != < <= > >= + - * / % ^ & | ~> ? ?: ?? .. @ # and or in ** \'a\' "b" `c` 1 -2 0.5 true null /a/i /(/ /* */ \n'.split(
    ' ',
  ),
  ' ',
)
const jsonataLike = fc.array(token, { maxLength: 14 }).map((tokens) => tokens.join(''))
const anyText = fc.oneof(fc.string({ unit: 'binary', maxLength: 30 }), fc.string({ maxLength: 40 }), jsonataLike)

function inside(problems: readonly Problem[], text: string): boolean {
  return problems.every(({ offset, length }) => offset >= 0 && length >= 0 && offset + length <= text.length)
}

describe('any text', () => {
  it('compiles or has findings, whose places lie inside it', () => {
    fc.assert(
      fc.property(
        anyText,
        fc.constantFrom('value' as const, 'condition' as const, 'list' as const),
        (source, expects) => {
          const { problems, expression, runnable } = compile({
            source,
            input: productType,
            variables,
            functions,
            expects,
          })
          expect(inside(problems, source)).toBe(true)
          expect(expression !== undefined).toBe(runnable)
          if (!runnable) expect(problems.some((problem) => problem.severity === 'error')).toBe(true)
        },
      ),
      { numRuns: 3000 },
    )
  })

  it('as a template too', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          anyText,
          fc.array(fc.constantFrom('{', '}', 'id', '/', "'")).map((all) => all.join('')),
        ),
        (source) => {
          const { problems, template } = compileTemplate({ source, input: productType, variables, functions })
          expect(inside(problems, source)).toBe(true)
          if (!template) expect(problems).not.toEqual([])
        },
      ),
      { numRuns: 1000 },
    )
  })

  it('evaluates to plain JSON or fails with an EvaluationError', async () => {
    const record = { id: 1, identity: { sku: 'A' }, rows: [{ id: 1, sku: 'B', ordered: 2 }] }
    await fc.assert(
      fc.asyncProperty(jsonataLike, async (source) => {
        const { expression } = compile({ source, input: productType, variables, functions, expects: 'value' })
        if (!expression) return
        try {
          const value = await expression.evaluate(record, { record, items: [], stock: {} }, { steps: 100_000 })
          if (value !== undefined) expect(JSON.parse(JSON.stringify(value))).toEqual(value)
        } catch (cause) {
          expect(cause).toBeInstanceOf(EvaluationError)
        }
      }),
      { numRuns: 1500 },
    )
    expect(record).toEqual({ id: 1, identity: { sku: 'A' }, rows: [{ id: 1, sku: 'B', ordered: 2 }] })
  })

  it('nested beyond reading is a finding', () => {
    const deep = '('.repeat(20_000)
    const { problems, runnable } = compile({ source: deep, input: productType, variables, functions, expects: 'value' })
    expect(runnable).toBe(false)
    expect(problems[0]?.code).toMatch(/^expression-/)
    const added = Array.from({ length: 20_000 }, () => '1').join('+')
    expect(
      compile({ source: added, input: productType, variables, functions, expects: 'value' }).problems.length,
    ).toBeLessThan(2)
  })
})
