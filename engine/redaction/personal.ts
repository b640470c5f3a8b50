/** A JSON Schema as far as it says what is personal: `x-personal: true` on a value means it and all that is in it. */
type Schema = boolean | { readonly [keyword: string]: unknown }

/** What stands where a personal value was. */
export const personalMark = '[personal]'

/** The personal fields of an entity, from its schema. */
export interface PersonalFields {
  /** Whether the schema marks any. */
  readonly any: boolean
  /** The personal values of a record, as texts, to find them again in messages. Of a record of any shape. */
  valuesOf(record: unknown): ReadonlySet<string>
  /** The record with `[personal]` in the place of each personal value; lists and objects keep their shape. */
  mask(record: unknown): unknown
  /** Whether a field of the record itself is personal, or holds something that is. */
  holds(field: string): boolean
}

/** For records of which nothing is personal, or nothing is known. */
export const nothingPersonal: PersonalFields = {
  any: false,
  valuesOf: () => new Set(),
  mask: (record) => record,
  holds: () => false,
}

export function personalFields(schema: Schema): PersonalFields {
  if (!isMarked(schema, schema, new Set())) return nothingPersonal
  return {
    any: true,
    valuesOf(record) {
      const found = new Set<string>()
      visit(schema, schema, record, false, (value) => {
        for (const text of textsOf(value)) found.add(text)
        return value
      })
      return found
    },
    mask: (record) =>
      visit(schema, schema, record, false, (value) =>
        value === null || typeof value === 'boolean' ? value : personalMark,
      ),
    holds(field) {
      const own = fieldSchema(resolve(schema, schema), field)
      return own !== undefined && isMarked(own, schema, new Set())
    },
  }
}

/** Texts shorter than this are not looked for in messages: a house number would be found everywhere. */
const shortest = 2

/** How a value may stand in a message: as it is, and trimmed. */
function textsOf(value: unknown): string[] {
  if (typeof value !== 'string' && typeof value !== 'number') return []
  const text = String(value)
  return [...new Set([text, text.trim()])].filter((form) => form.length >= shortest)
}

/** Goes through a record beside its schema and replaces its personal scalars. */
function visit(
  node: unknown,
  root: Schema,
  value: unknown,
  personal: boolean,
  replace: (value: unknown) => unknown,
): unknown {
  const schema = resolve(node, root)
  const here = personal || schema['x-personal'] === true
  if (Array.isArray(value)) return value.map((item) => visit(schema.items, root, item, here, replace))
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(
      Object.entries(value).map(([name, child]) => [
        name,
        visit(fieldSchema(schema, name), root, child, here, replace),
      ]),
    )
  }
  return here && value !== undefined ? replace(value) : value
}

function fieldSchema(schema: { readonly [keyword: string]: unknown }, name: string): unknown {
  const properties = asObject(schema.properties)
  return Object.hasOwn(properties, name) ? properties[name] : schema.additionalProperties
}

function isMarked(node: unknown, root: Schema, passed: Set<unknown>): boolean {
  const schema = resolve(node, root)
  if (passed.has(schema)) return false
  passed.add(schema)
  if (schema['x-personal'] === true) return true
  const children = [...Object.values(asObject(schema.properties)), schema.additionalProperties, schema.items]
  return children.some((child) => typeof child === 'object' && child !== null && isMarked(child, root, passed))
}

/** The schema behind a chain of references within one file; a circle of them describes nothing. */
function resolve(node: unknown, root: Schema): { readonly [keyword: string]: unknown } {
  let schema = asObject(node)
  for (let steps = 0; typeof schema.$ref === 'string' && steps < 20; steps++) {
    let target: unknown = root
    for (const key of schema.$ref.split('/').slice(1))
      target = asObject(target)[decodeURIComponent(key).replaceAll('~1', '/').replaceAll('~0', '~')]
    // A mark beside the reference holds as well.
    schema = { ...asObject(target), ...(schema['x-personal'] === true && { 'x-personal': true }) }
  }
  return schema
}

function asObject(value: unknown): { readonly [keyword: string]: unknown } {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as { readonly [keyword: string]: unknown })
    : {}
}
