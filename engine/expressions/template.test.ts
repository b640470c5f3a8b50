import { describe, expect, it } from 'vitest'
import { compileTemplate, parseTemplate } from './template.ts'
import { functionsOf, productType, variables } from './testing/office.ts'

const compile = (source: string) => compileTemplate({ source, input: productType, variables, functions: functionsOf() })

async function render(
  source: string,
  input: unknown,
  encode: (piece: string) => string = encodeURIComponent,
): Promise<string> {
  const { template, problems } = compile(source)
  expect(problems).toEqual([])
  if (!template) throw new Error('no template')
  return template.render(input, {}, encode)
}

describe('templates', () => {
  it.each([
    ['/product/{id}', '/product/7'],
    ['/a/{identity.sku}/b/{id}', '/a/A%2FB%20C/b/7'],
    ['plain', 'plain'],
    ['', ''],
    ['{{not code}}', '{not code}'],
    ['{{{id}}}', '{7}'],
    ["{$lookup({ 'a': 'x' }, 'a')}", 'x'],
    ["{'}' & id}", '%7D7'],
    ['{id /* } */}', '7'],
    ["{$replace(identity.sku, /'+/, '}')}", 'A%2FB%20C'],
    ['{id / 7}/{id / 7}', '1/1'],
    ['{stock.tracked}', 'true'],
    ["{$join(rows.sku, ',')}!", 'A%2CB!'],
  ])('%s', async (source, text) => {
    const input = { id: 7, identity: { sku: 'A/B C' }, stock: { tracked: true }, rows: [{ sku: 'A' }, { sku: 'B' }] }
    if (source.includes('$join')) {
      const { template } = compile(source)
      expect(await template?.render(input, {}, encodeURIComponent)).toBe(text)
    } else {
      expect(await render(source, input)).toBe(text)
    }
  })

  it('the encoder gets each piece with its expression', async () => {
    const { template } = compile('{id}-{identity.sku}')
    const seen: string[][] = []
    await template?.render({ id: 7, identity: { sku: 'A' } }, {}, (piece, source) => {
      seen.push([piece, source])
      return piece
    })
    expect(seen).toEqual([
      ['7', 'id'],
      ['A', 'identity.sku'],
    ])
  })

  it.each([
    ['/x/{id', 'template-syntax', 3, 1],
    ['/x/}', 'template-syntax', 3, 1],
    ['/x/{idd}/y', 'unknown-field', 4, 3],
    ['/x/{brandId}', 'may-be-absent', 4, 7],
    ['/x/{rows}', 'list-as-value', 4, 4],
    ['/x/{identity}', 'wrong-type', 4, 8],
    ['{id}{', 'template-syntax', 4, 1],
    ['a {1 +} b', 'expression-syntax', 6, 0],
    ['{}', 'expression-syntax', 1, 0],
  ])('%s → %s', (source, code, offset, length) => {
    expect(compile(source).problems.map((problem) => [problem.code, problem.offset, problem.length])).toEqual([
      [code, offset, length],
    ])
  })

  it('a hole at run time fails: the path would be another', async () => {
    const { template } = compile('/x/{$free.id}')
    await expect(template?.render({}, { free: {} }, encodeURIComponent)).rejects.toMatchObject({
      code: 'absent-argument',
    })
    await expect(template?.render({}, { free: { id: [1, 2] } }, encodeURIComponent)).rejects.toMatchObject({
      code: 'wrong-argument-type',
    })
  })

  it('pieces know where they stand', () => {
    expect(parseTemplate('a{b}{{c').pieces).toEqual([
      { kind: 'text', content: 'a', offset: 0 },
      { kind: 'expression', content: 'b', offset: 2 },
      { kind: 'text', content: '{c', offset: 4 },
    ])
  })
})
