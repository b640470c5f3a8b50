import { describe, expect, it } from 'vitest'
import { compile } from './compile.ts'
import { checkProjectFunction, compileProjectFunction } from './compile-project-function.ts'
import { compiled, functionsOf, productType, variables } from './testing/office.ts'

const functions = functionsOf({
  sku: 'function($p) { $trim($p.identity.sku) }',
  plusBuffer: 'function($n) { $n + $options.buffer }',
  doubled: 'function($n) { $twice($n) }',
  twice: 'function($n) { $n * 2 }',
  down: 'function($n) { $n <= 0 ? 0 : $down($n - 1) }',
  loose: 'function($p) { $p.identity.skuu }',
})

async function run(source: string): Promise<unknown> {
  const { expression, problems } = compile({ source, input: productType, variables, functions, expects: 'value' })
  expect(problems).toEqual([])
  return expression?.evaluate({ id: 7, identity: { sku: ' A ' } }, { options: { buffer: 2 } })
}

describe('functions of a project', () => {
  it.each([
    ['$sku($)', 'A'],
    ['$plusBuffer(id)', 9],
    ['$doubled(id)', 14],
    ['$down(50)', 0],
    ['[id].$twice($)', [14]],
    ['$map([1, 2], $twice)', [2, 4]],
    ['id ~> $twice', 14],
  ])('%s', async (source, value) => {
    expect(await run(source)).toEqual(value)
  })

  it('are checked at each call, with the types there', () => {
    const at = (source: string) =>
      compiled(source, 'value', functions).problems.map(({ code, message, offset, length }) => [
        code,
        source.slice(offset, offset + length),
        message.split(':')[0],
      ])
    expect(at('$sku($stock)')).toEqual([['unknown-field', '$sku', 'In $sku']])
    expect(at('1 + $loose($)')).toEqual([['unknown-field', '$loose', 'In $loose']])
    expect(at('$sku($free)')).toEqual([])
    expect(at('$doubled(status)')).toEqual([['wrong-type', '$doubled', 'In $doubled']])
    expect(at('$twice(brandId)')).toEqual([['may-be-absent', '$twice', 'In $twice']])
    expect(at('$twice(1, 2)')).toEqual([
      ['wrong-number-of-arguments', '$twice', '$twice takes 1 argument, and is given 2.'],
    ])
    expect(at('$skuu($)')).toEqual([['unknown-function', '$skuu', 'There is no function $skuu; did you mean $sku?']])
  })

  it('their text is checked where they are defined', () => {
    expect(compileProjectFunction('f', 'function($a { 1 }').problems[0]).toMatchObject({
      code: 'expression-syntax',
      offset: 16,
    })
    expect(compileProjectFunction('f', '1 + 1').problems[0]).toMatchObject({ code: 'not-a-project-function' })
    expect(compileProjectFunction('f', 'function() { $now() }').problems[0]).toMatchObject({
      code: 'forbidden-function',
      offset: 13,
    })
    expect(compileProjectFunction('f', 'function($a) { $b($a) }').problems).toEqual([])
  })

  it('what is wrong however they are called is found without a call', () => {
    const { function: definition } = compileProjectFunction('f', 'function($a) { $trimm($a) & $opt.x }')
    if (!definition) throw new Error('no function')
    expect(checkProjectFunction(definition, { variables, functions }).map((problem) => problem.code)).toEqual([
      'unknown-function',
      'unknown-variable',
    ])
  })

  it('their own time and depth count', async () => {
    const own = functionsOf({ loop: 'function($n) { $loop($n + 1) }' })
    const { expression } = compile({
      source: '$loop(0)',
      input: productType,
      variables,
      functions: own,
      expects: 'value',
    })
    await expect(expression?.evaluate({}, {}, { steps: 10_000 })).rejects.toMatchObject({ code: 'expression-timeout' })
  })
})
