import { describe, expect, test } from 'vitest'
import { type JsonSchema, SchemaError, shapeOf } from './shape.ts'

describe('a schema that cannot be read', () => {
  test.each<[string, JsonSchema, string]>([
    ['an unknown type', { type: 'decimal' }, '/type'],
    [
      'a reference to another file',
      { type: 'object', properties: { a: { $ref: 'other.json' } } },
      '/properties/a/$ref',
    ],
    ['a reference to nothing', { properties: { a: { $ref: '#/$defs/b' } } }, '/properties/a/$ref'],
    ['a reference to itself', { $ref: '#/$defs/a', $defs: { a: { $ref: '#/$defs/a' } } }, '/$defs/a/$ref'],
    ['structure beside a reference', { type: 'object', $ref: '#/$defs/a', $defs: { a: {} } }, '/$ref'],
    ['pattern properties', { type: 'object', patternProperties: {} }, '/patternProperties'],
    ['tuples', { properties: { 'a/b': { type: 'array', prefixItems: [] } } }, '/properties/a~1b/prefixItems'],
    ['a choice without a type', { anyOf: [{ type: 'string' }] }, '/anyOf'],
    ['a decimal that is a boolean', { type: 'boolean', format: 'decimal' }, '/format'],
    ['decimals in a fraction', { type: 'string', format: 'decimal', 'x-places': 1.5 }, '/x-places'],
    ['a required field that there is not', { properties: { a: {} }, required: ['b'] }, '/required'],
    ['something that is no schema', { properties: { a: 'string' } }, '/properties/a'],
    ['a schema that refuses all', false, ''],
  ])('%s', (_, schema, path) => {
    const failure = (() => {
      try {
        return shapeOf(schema)
      } catch (error) {
        return error
      }
    })()
    expect(failure).toBeInstanceOf(SchemaError)
    expect((failure as SchemaError).path).toBe(path)
    expect((failure as SchemaError).advice).not.toBe('')
  })
})

test('a schema may refer to itself', () => {
  const shape = shapeOf({
    $ref: '#/$defs/node',
    $defs: { node: { properties: { children: { items: { $ref: '#/$defs/node' } } } } },
  })
  expect(shape.fields[0]?.shape.items).toBe(shape)
})

test('types are taken from what the schema describes', () => {
  expect(shapeOf({ properties: {} }).types).toEqual(['object'])
  expect(shapeOf({ items: {} }).types).toEqual(['array'])
  expect(shapeOf({ enum: ['a', 'b'] }).types).toEqual(['string'])
  expect(shapeOf({ const: 5 }).types).toEqual(['number'])
  expect(shapeOf({ type: ['string', 'null'] }).types).toEqual(['string'])
  expect(shapeOf(true).types).toEqual([])
})
