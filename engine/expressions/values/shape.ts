import { pointer } from './value-problem.ts'

/** A JSON Schema (Draft 2020-12), as parsed from its file. */
export type JsonSchema = boolean | { readonly [keyword: string]: unknown }

export type TypeName = 'string' | 'number' | 'integer' | 'boolean' | 'object' | 'array'

/**
 * The structure that an entity's JSON Schema describes, with references resolved (so it may be cyclic): what readers
 * and writers are compiled from. Rules that do not bear on structure (enum, pattern, lengths) are not in it.
 */
export interface Shape {
  /** Without `null`, which is the same as absent. Empty: any value. */
  readonly types: readonly TypeName[]
  /** Set where the schema says `format: decimal`. */
  readonly decimal: DecimalRules | undefined
  readonly fields: readonly Field[]
  /** Shape of the fields that `fields` does not name; none: the object is closed. */
  readonly rest: Shape | undefined
  readonly items: Shape | undefined
}

interface Field {
  readonly name: string
  readonly shape: Shape
  readonly required: boolean
  readonly readOnly: boolean
  readonly writeOnly: boolean
}

export interface DecimalRules {
  /** How many decimals the text has, and at most may have (`x-places`). */
  readonly places: number | undefined
  /** JSON Schema's own limits say nothing about a decimal that is a text, so they are applied here. */
  readonly minimum: number | undefined
  readonly maximum: number | undefined
  readonly exclusiveMinimum: number | undefined
  readonly exclusiveMaximum: number | undefined
}

/** A schema that no reader or writer can be made from. */
export class SchemaError extends Error {
  /** JSON pointer to the place within the schema. */
  readonly path: string
  readonly advice: string
  constructor(path: string, message: string, advice: string) {
    super(message)
    this.name = 'SchemaError'
    this.path = path
    this.advice = advice
  }
}

const TYPE_NAMES: ReadonlySet<string> = new Set(['string', 'number', 'integer', 'boolean', 'object', 'array'])
const COMBINATORS = ['allOf', 'anyOf', 'oneOf']
const UNSUPPORTED = ['patternProperties', 'prefixItems', 'unevaluatedProperties', 'unevaluatedItems', '$dynamicRef']
const STRUCTURE = ['type', 'properties', 'additionalProperties', 'items', 'format', 'x-places']

type Path = readonly (string | number)[]
type Mutable<T> = { -readonly [K in keyof T]: T[K] }

/** @throws SchemaError for a schema whose structure readers and writers do not know. */
export function shapeOf(schema: JsonSchema): Shape {
  const known = new Map<unknown, Shape>()
  return shapeAt(schema, [])

  function shapeAt(node: unknown, path: Path): Shape {
    const target = resolve(node, path)
    const before = known.get(target.node)
    if (before) return before
    const shape: Mutable<Shape> = { types: [], decimal: undefined, fields: [], rest: undefined, items: undefined }
    known.set(target.node, shape)
    if (target.node !== true) fill(shape, asObject(target.node, target.path), target.path)
    return shape
  }

  function fill(shape: Mutable<Shape>, node: { readonly [keyword: string]: unknown }, path: Path): void {
    for (const keyword of UNSUPPORTED) {
      if (node[keyword] !== undefined) {
        throw new SchemaError(
          pointer([...path, keyword]),
          `${keyword} is not supported in an entity's schema`,
          'Name the fields under properties, or describe all others with additionalProperties.',
        )
      }
    }
    shape.types = typesOf(node, path)
    const combinator = COMBINATORS.find((keyword) => node[keyword] !== undefined)
    if (combinator && shape.types.length === 0) {
      throw new SchemaError(
        pointer([...path, combinator]),
        `${combinator} without a type leaves open what the value looks like`,
        `Say type (a list of types, if there are several), and properties or items, beside ${combinator}.`,
      )
    }
    if (node.format === 'decimal') shape.decimal = decimalRules(node, shape.types, path)
    if (shape.types.includes('object')) {
      shape.fields = fieldsOf(node, path)
      shape.rest = restOf(node, path)
    }
    if (shape.types.includes('array')) shape.items = shapeAt(node.items ?? true, [...path, 'items'])
  }

  function fieldsOf(node: { readonly [keyword: string]: unknown }, path: Path): readonly Field[] {
    const properties = node.properties === undefined ? {} : asObject(node.properties, [...path, 'properties'])
    const required: readonly unknown[] = Array.isArray(node.required) ? node.required : []
    const unknown = required.find((name) => !Object.hasOwn(properties, String(name)))
    if (unknown !== undefined && (node.additionalProperties === false || node.properties !== undefined)) {
      throw new SchemaError(
        pointer([...path, 'required']),
        `The required field ${String(unknown)} is not among the properties`,
        'Describe it under properties, or take it out of required.',
      )
    }
    return Object.entries(properties).map(([name, property]) => {
      const place = [...path, 'properties', name]
      const target = resolve(property, place).node
      return {
        name,
        shape: shapeAt(property, place),
        required: required.includes(name),
        readOnly: has(property, 'readOnly') || has(target, 'readOnly'),
        writeOnly: has(property, 'writeOnly') || has(target, 'writeOnly'),
      }
    })
  }

  function restOf(node: { readonly [keyword: string]: unknown }, path: Path): Shape | undefined {
    const rest = node.additionalProperties ?? node.properties === undefined
    return rest === false ? undefined : shapeAt(rest, [...path, 'additionalProperties'])
  }

  /** Follows `$ref` until a schema that describes something. */
  function resolve(node: unknown, path: Path): { readonly node: unknown; readonly path: Path } {
    let found = { node, path }
    const passed = new Set<string>()
    while (isObject(found.node) && found.node.$ref !== undefined) {
      const reference = found.node.$ref
      const place = pointer([...found.path, '$ref'])
      const sibling = STRUCTURE.find((keyword) => isObject(found.node) && found.node[keyword] !== undefined)
      if (sibling) {
        throw new SchemaError(place, `${sibling} stands beside a $ref`, 'Put it into the schema that $ref names.')
      }
      if (typeof reference !== 'string' || !/^#(?:\/|$)/.test(reference)) {
        throw new SchemaError(
          place,
          '$ref names something outside this schema',
          'Copy it into the $defs of this file and write "#/$defs/name".',
        )
      }
      if (passed.has(reference)) {
        throw new SchemaError(place, '$ref leads back to itself', 'Let one of the references describe a value.')
      }
      passed.add(reference)
      found = lookUp(reference, place)
    }
    return found
  }

  function lookUp(reference: string, place: string): { readonly node: unknown; readonly path: Path } {
    const path = decodeURIComponent(reference)
      .split('/')
      .slice(1)
      .map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'))
    let node: unknown = schema
    for (const key of path) {
      if (!isContainer(node) || !Object.hasOwn(node, key)) {
        throw new SchemaError(place, `${reference} names nothing in this schema`, 'Compare it with the names in $defs.')
      }
      node = node[key]
    }
    return { node, path }
  }
}

function typesOf(node: { readonly [keyword: string]: unknown }, path: Path): readonly TypeName[] {
  if (node.type === undefined) return impliedTypes(node)
  const names: readonly unknown[] = Array.isArray(node.type) ? node.type : [node.type]
  for (const name of names) {
    if (name !== 'null' && !(typeof name === 'string' && TYPE_NAMES.has(name))) {
      throw new SchemaError(
        pointer([...path, 'type']),
        `${String(name)} is not a type`,
        'Types are string, number, integer, boolean, object, array and null.',
      )
    }
  }
  return names.filter((name): name is TypeName => name !== 'null')
}

function impliedTypes(node: { readonly [keyword: string]: unknown }): readonly TypeName[] {
  if (node.properties !== undefined || node.additionalProperties !== undefined) return ['object']
  if (node.items !== undefined) return ['array']
  const values: readonly unknown[] = Array.isArray(node.enum) ? node.enum : 'const' in node ? [node.const] : []
  const types = values.map((value) => typeof value)
  return (['string', 'number', 'boolean'] as const).filter(
    (name) =>
      types.includes(name) && types.every((type) => type === 'string' || type === 'number' || type === 'boolean'),
  )
}

function decimalRules(
  node: { readonly [keyword: string]: unknown },
  types: readonly TypeName[],
  path: Path,
): DecimalRules {
  if (types.length === 0 || types.some((type) => type !== 'string' && type !== 'number')) {
    throw new SchemaError(
      pointer([...path, 'format']),
      'A decimal is a text or a number',
      'Say type: string where the system writes decimals as text, and type: number where it writes numbers.',
    )
  }
  const places = node['x-places']
  if (places !== undefined && !(Number.isInteger(places) && Number(places) >= 0 && Number(places) <= 15)) {
    throw new SchemaError(pointer([...path, 'x-places']), 'x-places must be a whole number from 0 to 15', 'Correct it.')
  }
  return {
    places: numberOf(places),
    minimum: numberOf(node.minimum),
    maximum: numberOf(node.maximum),
    exclusiveMinimum: numberOf(node.exclusiveMinimum),
    exclusiveMaximum: numberOf(node.exclusiveMaximum),
  }
}

function numberOf(value: unknown): number | undefined {
  return typeof value === 'number' ? value : undefined
}

function isObject(value: unknown): value is { readonly [key: string]: unknown } {
  return isContainer(value) && !Array.isArray(value)
}

function isContainer(value: unknown): value is { readonly [key: string]: unknown } {
  return typeof value === 'object' && value !== null
}

function has(node: unknown, annotation: string): boolean {
  return isObject(node) && node[annotation] === true
}

function asObject(node: unknown, path: Path): { readonly [keyword: string]: unknown } {
  if (isObject(node)) return node
  throw new SchemaError(pointer(path), 'A schema is expected here', 'Write an object such as { type: string }.')
}
