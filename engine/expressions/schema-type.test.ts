import { describe, expect, it } from 'vitest'
import { staticTypeOf } from './schema-type.ts'
import type { StaticType } from './static-type.ts'

const field = (schema: object, required = true): StaticType | undefined => {
  const type = staticTypeOf(
    { type: 'object', additionalProperties: false, properties: { x: schema }, required: required ? ['x'] : [] },
    'shop.thing',
  )
  return type.kind === 'object' ? type.fields.get('x') : undefined
}

describe('the type of a schema', () => {
  it.each([
    [{ type: 'string' }, { kind: 'string' }],
    [{ type: 'integer' }, { kind: 'number' }],
    [{ type: 'number' }, { kind: 'number', decimal: true }],
    [{ type: ['integer', 'number'] }, { kind: 'number', decimal: true }],
    [
      { type: 'string', format: 'decimal' },
      { kind: 'number', decimal: true },
    ],
    [{ type: ['string', 'null'] }, { kind: 'string', optional: true }],
    [
      { type: ['string', 'null'], format: 'decimal' },
      { kind: 'number', decimal: true, optional: true },
    ],
    [{ enum: ['A', 'B', null] }, { kind: 'string', values: ['A', 'B'], optional: true }],
    [
      { type: 'string', enum: ['A'] },
      { kind: 'string', values: ['A'] },
    ],
    [{ const: 3 }, { kind: 'number', values: [3] }],
    [{ type: ['string', 'number'] }, { kind: 'any' }],
    [{}, { kind: 'any' }],
    [true, { kind: 'any' }],
    [
      { type: 'array', items: { type: 'string' } },
      { kind: 'list', of: { kind: 'string' } },
    ],
    [{ type: 'array' }, { kind: 'list', of: { kind: 'any' } }],
  ])('%j', (schema, type) => {
    expect(field(schema as object)).toEqual(type)
  })

  it('a field that is not required may be absent', () => {
    expect(field({ type: 'string' }, false)).toEqual({ kind: 'string', optional: true })
  })

  it('5.3 lists: a list that may be absent is a list all the same', () => {
    expect(field({ type: 'array', items: { type: 'string' } }, false)).toEqual({ kind: 'list', of: { kind: 'string' } })
    expect(field({ type: ['array', 'null'], items: { type: 'string' } })).toEqual({
      kind: 'list',
      of: { kind: 'string' },
    })
  })

  it('objects are closed, open by a schema, or open', () => {
    const closed = staticTypeOf({ type: 'object', additionalProperties: false, properties: {} }, 't')
    const map = staticTypeOf({ type: 'object', additionalProperties: { type: 'integer' } }, 't')
    const open = staticTypeOf({ type: 'object' }, 't')
    const rest = (type: StaticType): unknown => (type.kind === 'object' ? type.rest : 'no object')
    expect([closed, map, open].map(rest)).toEqual([undefined, { kind: 'number' }, { kind: 'any' }])
  })

  it('titles name the path', () => {
    const type = field({ type: 'array', items: { type: 'object', properties: {}, additionalProperties: false } })
    expect(type?.kind === 'list' && type.of.kind === 'object' && type.of.title).toBe('shop.thing.x')
  })

  it('references are followed, and one that leads back is anything', () => {
    const type = staticTypeOf(
      {
        $ref: '#/$defs/node',
        $defs: {
          node: {
            type: 'object',
            additionalProperties: false,
            required: ['name', 'child'],
            properties: { name: { $ref: '#/$defs/name' }, child: { $ref: '#/$defs/node' } },
          },
          name: { type: 'string' },
        },
      },
      'tree',
    )
    expect(type.kind === 'object' && [...type.fields]).toEqual([
      ['name', { kind: 'string' }],
      ['child', { kind: 'any' }],
    ])
  })

  it('allOf adds fields, oneOf offers them', () => {
    const object = (properties: object, required: string[] = []) => ({
      type: 'object',
      additionalProperties: false,
      properties,
      required,
    })
    const all = staticTypeOf(
      { allOf: [object({ a: { type: 'string' } }, ['a']), object({ b: { type: 'integer' } })] },
      't',
    )
    expect(all.kind === 'object' && [...all.fields]).toEqual([
      ['a', { kind: 'string' }],
      ['b', { kind: 'number', optional: true }],
    ])
    const one = staticTypeOf(
      { oneOf: [object({ a: { type: 'string' } }, ['a']), object({ b: { type: 'integer' } }, ['b'])] },
      't',
    )
    expect(one.kind === 'object' && [...one.fields].map(([name, type]) => [name, type.optional])).toEqual([
      ['a', true],
      ['b', true],
    ])
  })
})
