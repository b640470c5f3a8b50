import type { StaticType } from './static-type.ts'
import { any, joinAll, nothing, optional, required } from './type-algebra.ts'

type Schema = { readonly [keyword: string]: unknown }
type ListType = Extract<StaticType, { kind: 'list' }>
type Mutable<T> = { -readonly [K in keyof T]: T[K] }

/**
 * The type of the values that a JSON Schema (Draft 2020-12) describes, as expressions see them after reading: null is
 * absent, a decimal is a number whatever the wire has, and a list is there for none as well.
 *
 * `title` is what messages call it, such as `shop.product`; objects within are called by their path:
 * `shop.product.rows`.
 */
export function staticTypeOf(schema: unknown, title: string): StaticType {
  return new SchemaReader(schema).type(schema, title)
}

class SchemaReader {
  readonly #root: unknown
  /** Of schemas that are being read: one that holds itself is "anything" at its second turn. */
  readonly #open = new Set<unknown>()

  constructor(root: unknown) {
    this.#root = root
  }

  type(node: unknown, title: string): StaticType {
    const schema = this.#resolve(node)
    if (!schema || this.#open.has(schema)) return any
    this.#open.add(schema)
    try {
      const type = this.#read(schema, title)
      return schema['x-personal'] === true || asSchema(node)?.['x-personal'] === true
        ? { ...type, personal: true }
        : type
    } finally {
      this.#open.delete(schema)
    }
  }

  #read(schema: Schema, title: string): StaticType {
    const names = typeNames(schema)
    const nullable = names.includes('null') || enumValues(schema)?.includes(null) === true
    const own = [...new Set(names.map((name) => (name === 'integer' ? 'number' : name)))].filter(
      (name) => name !== 'null',
    )
    const types = own.map((name) => this.#ofName(name, schema, title))
    const joined = this.#combined(schema, types.length === 0 ? undefined : joinAll(types), title)
    return nullable ? optional(joined) : joined
  }

  #ofName(name: string, schema: Schema, title: string): StaticType {
    // The reader makes numbers of decimals that are written as text.
    if (schema.format === 'decimal') return { kind: 'number', decimal: true }
    switch (name) {
      case 'string':
      case 'number':
      case 'boolean': {
        const values = enumValues(schema)?.filter((value) => typeof value === name) as string[] | undefined
        if (values && values.length > 0) return { kind: name, values }
        return name === 'number' && typeNames(schema).includes('number')
          ? { kind: name, decimal: true }
          : { kind: name }
      }
      case 'array':
        return { kind: 'list', of: required(this.type(schema.items ?? true, title)) } satisfies ListType
      case 'object':
        return this.#object(schema, title)
      default:
        return any
    }
  }

  #object(schema: Schema, title: string): StaticType {
    const needed: readonly unknown[] = Array.isArray(schema.required) ? schema.required : []
    const fields = new Map<string, StaticType>()
    for (const [name, property] of Object.entries(asSchema(schema.properties) ?? {})) {
      const type = this.type(property, `${title}.${name}`)
      fields.set(name, needed.includes(name) ? type : optional(type))
    }
    const object: Mutable<Extract<StaticType, { kind: 'object' }>> = { kind: 'object', fields, title }
    // Without properties an object is open: nothing is said about what it holds.
    const rest = schema.additionalProperties ?? schema.properties === undefined
    if (rest !== false) object.rest = required(this.type(rest, title))
    return object
  }

  /** allOf adds, anyOf and oneOf offer; what they cannot say in a type of ours is left open. */
  #combined(schema: Schema, own: StaticType | undefined, title: string): StaticType {
    const parts = list(schema.allOf).map((part) => this.type(part, title))
    const offered = [...list(schema.anyOf), ...list(schema.oneOf)].map((part) => this.type(part, title))
    if (parts.length === 0 && offered.length === 0) return own ?? any
    const all = [...(own ? [own] : []), ...parts]
    if (own && own.kind !== 'object') return own
    const either = offered.length > 0 ? joinAll(offered) : undefined
    const objects = [...all, ...(either ? [either] : [])].filter((type) => type.kind === 'object')
    if (objects.length > 0) return objects.reduce(intersect)
    return all[0] ?? either ?? nothing
  }

  #resolve(node: unknown): Schema | undefined {
    let found = asSchema(node)
    for (let hops = 0; found && typeof found.$ref === 'string'; hops++) {
      if (hops > 50) return undefined
      found = asSchema(this.#lookUp(found.$ref))
    }
    return found
  }

  #lookUp(reference: string): unknown {
    if (!reference.startsWith('#')) return undefined
    let node: unknown = this.#root
    for (const part of decodeURIComponent(reference).split('/').slice(1)) {
      const key = part.replaceAll('~1', '/').replaceAll('~0', '~')
      node = typeof node === 'object' && node !== null ? (node as Record<string, unknown>)[key] : undefined
    }
    return node
  }
}

/** Both hold: a field of either is a field, needed if one needs it. */
function intersect(
  a: Extract<StaticType, { kind: 'object' }>,
  b: Extract<StaticType, { kind: 'object' }>,
): Extract<StaticType, { kind: 'object' }> {
  const fields = new Map(a.fields)
  for (const [name, field] of b.fields) {
    const before = fields.get(name)
    if (!before || before.kind === 'any') fields.set(name, field)
    else if (field.optional !== true) fields.set(name, required(before))
  }
  const rest = a.rest ?? b.rest
  return { ...a, fields, ...(rest && { rest }) }
}

function typeNames(schema: Schema): readonly string[] {
  if (typeof schema.type === 'string') return [schema.type]
  if (Array.isArray(schema.type)) return schema.type.map(String)
  if (schema.properties !== undefined || schema.additionalProperties !== undefined) return ['object']
  if (schema.items !== undefined) return ['array']
  const values = enumValues(schema)
  if (values) return [...new Set(values.map((value) => (value === null ? 'null' : typeof value)))]
  return []
}

function enumValues(schema: Schema): readonly unknown[] | undefined {
  if ('const' in schema) return [schema.const]
  return Array.isArray(schema.enum) ? schema.enum : undefined
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}

function asSchema(value: unknown): Schema | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Schema) : undefined
}
