import type { Expects } from '../check.ts'
import { type Compiled, compile } from '../compile.ts'
import { compileProjectFunction } from '../compile-project-function.ts'
import { pureFunctions } from '../functions/index.ts'
import type { ExpressionFunction } from '../project-function.ts'
import { staticTypeOf } from '../schema-type.ts'
import type { StaticType } from '../static-type.ts'
import { any, number, objectOf } from '../type-algebra.ts'

/** A small made-up back office, for the tests of this folder. */
export const productSchema = {
  type: 'object',
  additionalProperties: false,
  required: ['id', 'status', 'identity', 'stock', 'rows', 'net'],
  properties: {
    id: { type: 'integer' },
    status: { enum: ['LIVE', 'DISCONTINUED', 'ARCHIVED'] },
    identity: {
      type: 'object',
      additionalProperties: false,
      required: ['sku'],
      properties: { sku: { type: 'string' }, ean: { type: ['string', 'null'] }, mpn: { type: 'string' } },
    },
    stock: {
      type: 'object',
      additionalProperties: false,
      required: ['tracked'],
      properties: {
        tracked: { type: 'boolean' },
        weight: {
          type: 'object',
          additionalProperties: false,
          required: ['magnitude'],
          properties: { magnitude: { type: 'string', format: 'decimal' } },
        },
      },
    },
    net: { type: 'string', format: 'decimal' },
    brandId: { type: 'integer' },
    featured: { type: 'boolean' },
    tags: { type: 'array', items: { type: 'string' } },
    rows: { type: 'array', items: { $ref: '#/$defs/row' } },
    warehouses: {
      type: 'object',
      additionalProperties: {
        type: 'object',
        additionalProperties: false,
        required: ['onHand'],
        properties: { onHand: { type: 'integer' } },
      },
    },
  },
  $defs: {
    row: {
      type: 'object',
      additionalProperties: false,
      required: ['id', 'sku', 'ordered'],
      properties: {
        id: { type: 'integer' },
        sku: { type: 'string' },
        ordered: { type: 'integer' },
        sent: { type: 'integer' },
        gift: { type: 'boolean' },
        notes: { type: 'array', items: { type: 'string' } },
      },
    },
  },
} as const

export const productType = staticTypeOf(productSchema, 'office.product')

export const availabilityType = staticTypeOf(
  {
    type: 'object',
    additionalProperties: false,
    required: ['warehouse'],
    properties: { warehouse: { type: 'string' }, onHand: { type: 'integer' } },
  },
  'office.availability',
)

export const variables: ReadonlyMap<string, StaticType> = new Map([
  ['record', productType],
  ['stock', availabilityType],
  ['items', { kind: 'list', of: availabilityType }],
  ['options', objectOf([['buffer', number]])],
  ['free', any],
])

export function functionsOf(texts: Readonly<Record<string, string>> = {}): ReadonlyMap<string, ExpressionFunction> {
  const functions = new Map<string, ExpressionFunction>(pureFunctions.map((each) => [each.name, each]))
  for (const [name, source] of Object.entries(texts)) {
    const { function: definition } = compileProjectFunction(name, source)
    if (!definition) throw new Error(`${name} is not a function`)
    functions.set(name, definition)
  }
  return functions
}

const functions = functionsOf()

/** Compiles against the product above. */
export function compiled(source: string, expects: Expects = 'value', own = functions): Compiled {
  return compile({ source, input: productType, variables, functions: own, expects })
}

/** Compiles with nothing known of the input, and evaluates. */
export async function evaluated(
  source: string,
  input: unknown = {},
  values: Readonly<Record<string, unknown>> = {},
): Promise<unknown> {
  const known = new Map<string, StaticType>(Object.keys(values).map((name) => [name, any]))
  const { expression, problems } = compile({ source, input: any, variables: known, functions, expects: 'value' })
  if (!expression) throw new Error(problems.map((problem) => problem.message).join('; '))
  return expression.evaluate(input, values)
}
