import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { compileReader } from './reader.ts'
import { type JsonSchema, SchemaError } from './shape.ts'
import { compileWriter } from './writer.ts'

const price: JsonSchema = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  type: 'object',
  additionalProperties: false,
  required: ['PartNo', 'PriceListCode'],
  properties: {
    PartNo: { type: 'string', minLength: 1, maxLength: 10 },
    PriceListCode: { type: 'string', pattern: '^[A-Z-]+$' },
    PriceSale: { type: 'string', format: 'decimal', 'x-places': 4, exclusiveMinimum: 0 },
    Cost: { type: 'number', format: 'decimal', 'x-places': 2, minimum: 0 },
    QuantityBreak: { type: 'integer', minimum: 1 },
    IsActive: { type: 'boolean' },
    Status: { enum: ['Active', 'Hidden'] },
    ValidFrom: { type: 'string', format: 'date-time' },
    Cultures: { type: 'array', maxItems: 2, uniqueItems: true, items: { type: 'string' } },
    Stock: { type: 'object', additionalProperties: { $ref: '#/$defs/place' } },
  },
  $defs: {
    place: { type: 'object', additionalProperties: false, properties: { onHand: { type: 'integer', minimum: 0 } } },
  },
}

const write = compileWriter(price)
const least = { PartNo: 'A', PriceListCode: 'UK' }

/** The codes and paths of what is wrong. */
function wrong(value: unknown, writer = write): string[] {
  return writer(value).problems.map(({ code, path }) => `${code} ${path}`)
}

describe('a record that is right', () => {
  test('is written as the schema says', () => {
    const value = {
      ...least,
      PriceSale: 31.5,
      Cost: 12.25,
      QuantityBreak: 10,
      IsActive: false,
      Status: 'Active',
      ValidFrom: '2026-05-18T14:03:27Z',
      Cultures: 'sv-SE',
      Stock: { CW1: { onHand: 0 } },
    }
    expect(write(value)).toEqual({
      value: { ...value, PriceSale: '31.5000', Cultures: ['sv-SE'] },
      problems: [],
    })
  })

  test('keeps absent what is absent', () => {
    expect(write({ ...least, PriceSale: undefined, Cultures: null })).toEqual({ value: least, problems: [] })
    expect(Object.keys(write({ ...least, Cost: undefined }).value as object)).toEqual(['PartNo', 'PriceListCode'])
  })

  test("is plain: JSONata's sequences and objects without a prototype are not", () => {
    const sequence = Object.assign(['sv-SE', 'en-GB'], { sequence: true, keepSingleton: true })
    const value = Object.assign(Object.create(null), { ...least, Cultures: sequence })
    const written = write(value).value as { Cultures: string[] }
    expect(Object.keys(written.Cultures)).toEqual(['0', '1'])
    expect(Object.getPrototypeOf(written)).toBe(Object.prototype)
  })
})

describe('a record that is wrong', () => {
  test('has every problem named with its path', () => {
    const value = {
      PartNo: '',
      Price: 5,
      PriceSale: 1.23456,
      Cost: -1,
      QuantityBreak: 0,
      IsActive: 'yes',
      Status: 'Gone',
      ValidFrom: 'today',
      Cultures: ['a', 'a', 5],
      Stock: { CW1: { onHand: 1.5, inHand: 3 }, CW2: 7 },
    }
    expect(wrong(value).toSorted()).toEqual(
      [
        'wrong-length /PartNo',
        'missing /PriceListCode',
        'unknown-field /Price',
        'too-many-places /PriceSale',
        'out-of-range /Cost',
        'out-of-range /QuantityBreak',
        'wrong-type /IsActive',
        'not-allowed /Status',
        'wrong-form /ValidFrom',
        'wrong-type /Cultures/2',
        'wrong-type /Stock/CW1/onHand',
        'unknown-field /Stock/CW1/inHand',
        'wrong-type /Stock/CW2',
      ].toSorted(),
    )
  })

  test.each([
    [{ PartNo: '12345678901' }, 'wrong-length /PartNo', 'Shorten it, for example with $limitText(…, 10).'],
    [{ PriceListCode: 'uk' }, 'wrong-form /PriceListCode', 'Bring it into this form in the mapping'],
    [{ PriceSale: 0 }, 'out-of-range /PriceSale', '$atLeast'],
    [{ PriceSale: 0.1 + 0.2 }, 'too-many-digits /PriceSale', '$add, $sub, $mul and $div'],
    [{ PriceSale: 'free' }, 'not-a-decimal /PriceSale', 'Let the mapping give a number.'],
    [{ Cost: 1.234 }, 'too-many-places /Cost', '$roundHalfUp(…, 2)'],
    [{ Cost: Number.NaN }, 'not-a-decimal /Cost', 'Let the mapping give a number.'],
    [{ QuantityBreak: 1.5 }, 'wrong-type /QuantityBreak', '$roundHalfUp(…, 0)'],
    [{ QuantityBreak: '10' }, 'wrong-type /QuantityBreak', '$number(…)'],
    [{ QuantityBreak: 1e15 + 1 }, 'too-many-digits /QuantityBreak', '$add'],
    [{ PartNo: 12 }, 'wrong-type /PartNo', '$string(…)'],
    [{ PartNo: ['A', 'B'] }, 'wrong-type /PartNo', '$firstOf(…)'],
    [{ Status: 'Gone' }, 'not-allowed /Status', 'Allowed: "Active", "Hidden".'],
    [{ Cultures: ['a', 'b', 'c'] }, 'wrong-length /Cultures', 'Change what the mapping puts into it'],
    [{ Cultures: ['a', 'a'] }, 'not-unique /Cultures', '$unique(…)'],
    [{ PriceSales: 5 }, 'unknown-field /PriceSales', 'Did you mean PriceSale?'],
    [{ xyz: 5 }, 'unknown-field /xyz', 'Its fields are: PartNo, PriceListCode,'],
    [{ IsActive: () => true }, 'wrong-type /IsActive', 'Change the expression'],
    [{ PartNo: undefined }, 'missing /PartNo', '$default(…)'],
  ])('%j', (fields, problem, advice) => {
    const { problems } = write({ ...least, ...fields })
    expect(problems.map(({ code, path }) => `${code} ${path}`)).toEqual([problem])
    expect(problems[0]?.advice).toContain(advice)
  })

  test('gives no value away in a problem', () => {
    const value = {
      PartNo: 'Anna Andersson, Storgatan 1',
      PriceListCode: 'anna@shop.example',
      Status: 'Anna',
      ValidFrom: 'Anna',
      PriceSale: 'Anna',
      QuantityBreak: 'Anna',
      Cost: -701234567,
    }
    const { problems } = write(value)
    expect(problems).toHaveLength(7)
    expect(JSON.stringify(problems)).not.toMatch(/anna|701234567/i)
  })

  test('has its absence named', () => {
    expect(wrong(undefined)).toEqual(['missing '])
    expect(wrong('text')).toEqual(['wrong-type '])
    expect(wrong([least, least])).toEqual(['wrong-type '])
  })
})

describe('the rules of a schema beyond its structure', () => {
  const order: JsonSchema = {
    type: 'object',
    additionalProperties: false,
    properties: {
      id: { type: 'integer', readOnly: true },
      kind: { enum: ['person', 'company'] },
      name: { type: 'string' },
      orgNo: { type: 'string' },
      net: { type: 'number', multipleOf: 0.01 },
    },
    required: ['id', 'kind'],
    if: { properties: { kind: { const: 'company' } } },
    // biome-ignore lint/suspicious/noThenProperty: the keyword of JSON Schema
    then: { required: ['orgNo'] },
    anyOf: [{ required: ['name'] }, { required: ['orgNo'] }],
    dependentRequired: { orgNo: ['name'] },
  }
  const writer = compileWriter(order)
  test('a condition', () => {
    expect(wrong({ kind: 'company', name: 'A' }, writer)).toEqual(['missing /orgNo'])
    expect(wrong({ kind: 'person', name: 'A' }, writer)).toEqual([])
  })
  test('a choice is one problem', () => {
    expect(wrong({ kind: 'person' }, writer)).toEqual(['rule-broken '])
  })
  test('fields that belong together', () => {
    expect(wrong({ kind: 'person', orgNo: '1' }, writer)).toEqual(['missing /name'])
  })
  test('multiples are not misled by binary fractions', () => {
    expect(wrong({ kind: 'person', name: 'A', net: 19.99 }, writer)).toEqual([])
    expect(wrong({ kind: 'person', name: 'A', net: 19.995 }, writer)).toEqual(['out-of-range /net'])
  })
  test('say nothing where a field that they speak of is wrong', () => {
    expect(wrong({ kind: 'person', name: 5 }, writer)).toEqual(['wrong-type /name'])
  })
})

test('any value is written without its nulls', () => {
  const writer = compileWriter({})
  expect(writer({ a: null, b: [undefined, -0, { c: undefined }] })).toEqual({ value: { b: [0, {}] }, problems: [] })
  expect(wrong({ a: [Number.NaN, () => 1] }, writer)).toEqual(['wrong-type /a/0', 'wrong-type /a/1'])
})

test('a schema that refers to itself checks a tree', () => {
  const writer = compileWriter({
    $ref: '#/$defs/category',
    $defs: {
      category: {
        additionalProperties: false,
        required: ['code'],
        properties: { code: { enum: ['a'] }, children: { items: { $ref: '#/$defs/category' } } },
      },
    },
  })
  expect(wrong({ code: 'a', children: [{ code: 'a' }, { children: { code: 'b' } }] }, writer)).toEqual([
    'missing /children/1/code',
    'not-allowed /children/1/children/0/code',
  ])
})

describe('what was written and is read again', () => {
  const places = 4
  for (const type of ['string', 'number']) {
    test(`is the same decimal, as ${type}`, () => {
      const schema: JsonSchema = { type, format: 'decimal', 'x-places': places }
      const [writer, reader] = [compileWriter(schema), compileReader(schema)]
      const decimal = fc.integer({ min: -(10 ** 14), max: 10 ** 14 }).map((digits) => Number(`${digits}e-${places}`))
      fc.assert(
        fc.property(decimal, (value) => {
          const written = writer(value)
          expect(written.problems).toEqual([])
          if (type === 'string') expect(written.value).toMatch(/^-?\d+\.\d{4}$/)
          expect(reader(JSON.parse(JSON.stringify(written.value)))).toEqual({ value, problems: [] })
        }),
      )
    })
  }

  test('is the same text, digit for digit', () => {
    const schema: JsonSchema = { type: 'string', format: 'decimal', 'x-places': 2 }
    const [writer, reader] = [compileWriter(schema), compileReader(schema)]
    const text = fc
      .tuple(fc.integer({ min: -(10 ** 12), max: 10 ** 12 }), fc.integer({ min: 0, max: 99 }))
      .map(([whole, cents]) => `${whole}.${String(cents).padStart(2, '0')}`)
    fc.assert(
      fc.property(text, (written) => {
        expect(writer(reader(written).value)).toEqual({ value: written, problems: [] })
      }),
    )
  })
})

test.each<[JsonSchema, string]>([
  [{ type: 'string', pattern: '(' }, 'Invalid regular expression'],
  [{ properties: { a: { type: 'number', minimum: '5' } } }, 'minimum value must be ["number"]'],
])('no writer is made from %j', (schema, reason) => {
  expect(() => compileWriter(schema)).toThrow(SchemaError)
  expect(() => compileWriter(schema)).toThrow(reason)
})
