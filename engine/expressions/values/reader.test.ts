import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { compileReader } from './reader.ts'
import type { JsonSchema } from './shape.ts'

const product: JsonSchema = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  type: 'object',
  additionalProperties: false,
  required: ['id', 'identity'],
  properties: {
    id: { type: 'integer' },
    identity: {
      type: 'object',
      additionalProperties: false,
      required: ['sku'],
      properties: { sku: { type: 'string' }, ean: { type: ['string', 'null'] } },
    },
    stockTracked: { type: 'boolean' },
    weight: { type: 'number' },
    price: { $ref: '#/$defs/money' },
    tags: { type: 'array', items: { type: 'string' } },
    variations: {
      type: 'array',
      items: {
        type: 'object',
        additionalProperties: false,
        required: ['optionName'],
        properties: { optionName: { type: 'string' }, values: { type: 'array', items: { type: 'string' } } },
      },
    },
    warehouses: {
      type: 'object',
      additionalProperties: {
        type: 'object',
        additionalProperties: false,
        properties: { onHand: { type: 'integer' } },
      },
    },
    quantityPrice: { type: 'object', additionalProperties: { $ref: '#/$defs/money' } },
    custom: {},
  },
  $defs: { money: { type: 'string', format: 'decimal' } },
}

const read = compileReader(product)
const least = { id: 1, identity: { sku: 'A' }, tags: [], variations: [] }

/** The value that a schema reads from a raw value without a problem. */
function valueRead(schema: JsonSchema, raw: unknown): unknown {
  const { value, problems } = compileReader(schema)(raw)
  expect(problems).toEqual([])
  return value
}

/** The codes and paths of what is wrong. */
function wrong(raw: unknown, reader = read): string[] {
  return reader(raw).problems.map(({ code, path }) => `${code} ${path}`)
}

describe('a record of a catalogue', () => {
  test('is read into the form that expressions see', () => {
    const raw = {
      id: 2041,
      identity: { sku: 'TJ-MOSS-L', ean: null, mpn: '' },
      stockTracked: true,
      weight: 0.85,
      price: '31.5000',
      tags: 'outdoor',
      variations: [{ optionName: 'Size', optionId: 2 }, null],
      warehouses: { '2': { onHand: 34, inStock: 40 }, '5': { onHand: null }, '9': null },
      quantityPrice: { '1': '75.0000', '10': '69.0000' },
      custom: { PCF_WEB: true, PCF_NOTE: null, PCF_LIST: [null, 1] },
      version: 1779109407000,
    }
    expect(read(raw)).toEqual({
      value: {
        id: 2041,
        identity: { sku: 'TJ-MOSS-L' },
        stockTracked: true,
        weight: 0.85,
        price: 31.5,
        tags: ['outdoor'],
        variations: [{ optionName: 'Size', values: [] }],
        warehouses: { '2': { onHand: 34 }, '5': {} },
        quantityPrice: { '1': 75, '10': 69 },
        custom: { PCF_WEB: true, PCF_LIST: [1] },
      },
      problems: [],
    })
  })

  test('that has only what is required has empty lists and nothing else', () => {
    expect(read({ id: 1, identity: { sku: 'A' } })).toEqual({ value: least, problems: [] })
  })

  test('has what is missing named with its path', () => {
    expect(wrong({ identity: {}, variations: [{ optionName: 'Size' }, {}] })).toEqual([
      'missing /id',
      'missing /identity/sku',
      'missing /variations/1/optionName',
    ])
    expect(wrong({ id: null, identity: null })).toEqual(['missing /id', 'missing /identity'])
    expect(wrong(null)).toEqual(['missing '])
  })

  test('has wrong types named with their paths, and their values left out', () => {
    const raw = {
      id: 1.5,
      identity: { sku: true },
      stockTracked: 'yes',
      weight: '0,85',
      price: true,
      tags: ['a', { b: 5 }],
      variations: 'none',
      warehouses: { 'a/b~c': { onHand: 'many' } },
      quantityPrice: [1],
    }
    expect(wrong(raw)).toEqual([
      'wrong-type /id',
      'wrong-type /identity/sku',
      'wrong-type /stockTracked',
      'wrong-type /weight',
      'wrong-type /price',
      'wrong-type /tags/1',
      'wrong-type /variations',
      'wrong-type /warehouses/a~1b~0c/onHand',
      'wrong-type /quantityPrice',
    ])
    expect(read(raw).value).toEqual({ identity: {}, tags: ['a'], variations: [], warehouses: { 'a/b~c': {} } })
  })

  test('has decimals that are none, or too long, named', () => {
    const raw = { ...least, price: '12,50', quantityPrice: { '1': '1.2345678901234567', '2': '' } }
    expect(wrong(raw)).toEqual([
      'not-a-decimal /price',
      'too-many-digits /quantityPrice/1',
      'not-a-decimal /quantityPrice/2',
    ])
  })

  test('gives no value away in a problem', () => {
    const raw = { id: 'Anna Andersson', identity: 'anna@shop.example', price: '0701234567890123456', weight: 'Anna' }
    const said = JSON.stringify(read(raw).problems)
    for (const value of ['Anna', 'anna', '0701234567']) expect(said).not.toContain(value)
    expect(read(raw).problems).toHaveLength(4)
  })
})

describe('§5.1 Absent: null is removed on reading', () => {
  test('everywhere', () => {
    expect(valueRead({}, { a: null, b: [null, { c: null, d: [null] }] })).toEqual({ b: [{ d: [] }] })
    expect(valueRead({ type: 'array', items: { type: 'array', items: {} } }, [null, [1, null]])).toEqual([[1]])
  })
})

describe('§5.2 Decimals: the schema converts', () => {
  test.each(['string', 'number', ['string', 'null'], ['string', 'number']])('type %j', (type) => {
    expect(valueRead({ type, format: 'decimal' } as JsonSchema, '31.5000')).toBe(31.5)
    expect(valueRead({ type, format: 'decimal' } as JsonSchema, 31.5)).toBe(31.5)
  })

  test('a number that is not exact is refused', () => {
    const reader = compileReader({ type: 'number', format: 'decimal' })
    expect(wrong(0.1 + 0.2, reader)).toEqual(['too-many-digits '])
  })
})

describe('§5.3 Lists: the schema decides', () => {
  const rows: JsonSchema = { properties: { rows: { type: 'array', items: { type: 'integer' } } } }
  test.each([
    ['none', {}, []],
    ['null', { rows: null }, []],
    ['one', { rows: 7 }, [7]],
    ['many', { rows: [7, 8] }, [7, 8]],
  ])('%s', (_, raw, list) => {
    expect(valueRead(rows, raw)).toEqual({ rows: list })
  })

  test('that is required and absent is missing', () => {
    const reader = compileReader({ ...(rows as object), required: ['rows'] })
    expect(wrong({}, reader)).toEqual(['missing /rows'])
  })

  test('or one value, where the schema allows both', () => {
    const either: JsonSchema = { type: ['string', 'array'], items: { type: 'string' } }
    expect(valueRead(either, 'a')).toBe('a')
    expect(valueRead(either, ['a'])).toEqual(['a'])
    expect(valueRead({ type: ['integer', 'array'], items: { type: 'string' } }, 'a')).toEqual(['a'])
  })
})

describe('an integer', () => {
  test('may be digits in a text', () => {
    expect(valueRead({ type: 'integer' }, '1048220')).toBe(1048220)
    expect(valueRead({ type: 'integer' }, '-3')).toBe(-3)
    expect(valueRead({ type: ['integer', 'boolean'] }, '12')).toBe(12)
    expect(valueRead({ type: ['integer', 'string'] }, '12')).toBe('12')
  })
  test('may have decimals that are nothing', () => {
    expect(valueRead({ type: 'integer' }, '2.0000')).toBe(2)
    expect(valueRead({ type: ['integer', 'number'] }, '2.50')).toBe(2.5)
  })
  test.each(['', '1.5', '1.', ' 1', '1e3', 'x'])('is not %j', (raw) => {
    expect(wrong(raw, compileReader({ type: 'integer' }))).toEqual(['wrong-type '])
  })
  test('has at most 15 digits', () => {
    expect(wrong('1234567890123456', compileReader({ type: 'integer' }))).toEqual(['too-many-digits '])
    expect(wrong(1234567890123456, compileReader({ type: 'integer' }))).toEqual(['too-many-digits '])
  })
})

describe('what is only written otherwise', () => {
  test.each([
    ['a text', { type: 'string' }, 12.5, '12.5'],
    ['a text of several types', { type: ['string', 'array'], items: { type: 'string' } }, 7, '7'],
    ['a number', { type: 'number' }, '1.70', 1.7],
    ['true', { type: 'boolean' }, 'true', true],
    ['false of several types', { type: ['boolean', 'integer'] }, 'false', false],
    ['an object', { type: 'object', additionalProperties: { type: 'string' } }, [], {}],
  ] satisfies [string, JsonSchema, unknown, unknown][])('is read as %s', (_, schema, raw, value) => {
    expect(valueRead(schema, raw)).toEqual(value)
    expect(valueRead(schema, value)).toEqual(value)
  })
  test.each([
    [{ type: 'string' }, true],
    [{ type: 'number' }, '1,70'],
    [{ type: 'number' }, ''],
    [{ type: 'boolean' }, 1],
    [{ type: 'boolean' }, 'yes'],
    [{ type: 'object' }, [1]],
    [{ type: 'object' }, ''],
  ] satisfies [JsonSchema, unknown][])('is not anything else: %j of %j', (schema, raw) => {
    expect(wrong(raw, compileReader(schema))).toEqual(['wrong-type '])
  })
  test('an empty object may be left out, where it would do as it is', () => {
    const of = (inner: JsonSchema): JsonSchema => ({ type: 'object', required: ['in'], properties: { in: inner } })
    const byKey: JsonSchema = { type: 'object', additionalProperties: { type: 'string' } }
    expect(valueRead(of(byKey), {})).toEqual({ in: {} })
    expect(valueRead(of(byKey), { in: null })).toEqual({ in: {} })
    expect(
      wrong({}, compileReader(of({ type: 'object', required: ['a'], properties: { a: { type: 'string' } } }))),
    ).toEqual(['missing /in'])
  })
  test('has at most 15 digits', () => {
    expect(wrong('0.1234567890123456', compileReader({ type: 'number' }))).toEqual(['too-many-digits '])
    expect(wrong(1234567890123456, compileReader({ type: 'string' }))).toEqual(['too-many-digits '])
  })
})

describe('of several types', () => {
  const reader = compileReader({ type: ['integer', 'number', 'boolean'] })
  test('the one that the value has is taken', () => {
    expect(reader(5).value).toBe(5)
    expect(reader(5.5).value).toBe(5.5)
    expect(reader(false).value).toBe(false)
    expect(wrong('x', reader)).toEqual(['wrong-type '])
    expect(reader('x').problems[0]?.message).toBe('must be a whole number or a number or true or false, but is a text')
  })
})

describe('names that every object has', () => {
  test('are fields only where the record has them', () => {
    const schema: JsonSchema = { properties: { constructor: { type: 'string' }, toString: { type: 'string' } } }
    expect(valueRead(schema, {})).toEqual({})
    expect(valueRead(schema, { constructor: 'Acme' })).toEqual({ constructor: 'Acme' })
  })
  test('change no prototype', () => {
    const raw = JSON.parse('{"a": {"__proto__": {"polluted": true}}, "__proto__": {"polluted": true}}')
    for (const schema of [{}, { type: 'object' }, { additionalProperties: { type: 'object' } }] as const) {
      const value = valueRead(schema, raw) as { a: object; polluted?: unknown }
      expect(value.polluted).toBeUndefined()
      expect(Object.getPrototypeOf(value)).toBe(Object.prototype)
      expect(Object.getPrototypeOf(value.a)).toBe(Object.prototype)
    }
  })
})

test('a schema that refers to itself reads a tree', () => {
  const tree: JsonSchema = {
    $ref: '#/$defs/category',
    $defs: {
      category: {
        required: ['code'],
        properties: { code: { type: 'string' }, children: { items: { $ref: '#/$defs/category' } } },
      },
    },
  }
  expect(valueRead(tree, { code: 'a', children: { code: 'b' } })).toEqual({
    code: 'a',
    children: [{ code: 'b', children: [] }],
  })
  expect(wrong({ code: 'a', children: [{ children: [{}] }] }, compileReader(tree))).toEqual([
    'missing /children/0/code',
    'missing /children/0/children/0/code',
  ])
})

test('a field that is only written need not be read', () => {
  const schema: JsonSchema = { properties: { secret: { type: 'string', writeOnly: true } }, required: ['secret'] }
  expect(valueRead(schema, {})).toEqual({})
})

test('reading what was read changes nothing', () => {
  const decimal = fc.oneof(fc.constantFrom('31.5000', '-2', '1e3', 'x', '12345678901234567'), fc.double(), fc.integer())
  const anything = fc.anything({ withNullPrototype: false, maxDepth: 3 })
  const raw = fc.record(
    {
      id: fc.oneof(fc.integer(), fc.constantFrom('12', 'x', null)),
      identity: fc.oneof(anything, fc.record({ sku: fc.string(), ean: fc.constant(null) })),
      price: decimal,
      tags: fc.oneof(anything, fc.array(fc.oneof(fc.string(), fc.constant(null)))),
      variations: fc.oneof(anything, fc.array(fc.record({ optionName: fc.oneof(fc.string(), anything) }))),
      warehouses: fc.dictionary(fc.string(), fc.oneof(anything, fc.record({ onHand: fc.integer() }))),
      quantityPrice: fc.dictionary(fc.string(), decimal),
      custom: fc.jsonValue(),
    },
    { requiredKeys: [] },
  )
  fc.assert(
    fc.property(raw, (record) => {
      const once = read(record)
      const twice = read(once.value)
      expect(twice.value).toEqual(once.value)
      if (once.problems.length === 0) expect(twice.problems).toEqual([])
    }),
    { numRuns: 500 },
  )
})
