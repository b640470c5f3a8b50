import { parseTicks } from '../wire-time.ts'

/**
 * A small schema for Connect items. A schema both checks an item and turns it into what the import works on: enum names
 * become numbers, dates become ticks, and `null` is dropped, because Connect treats a null like a property that was
 * left out [doc D7; code C10].
 */
export type PropertySchema =
  | { readonly kind: 'string'; readonly max?: number; readonly required?: boolean }
  | { readonly kind: 'int' | 'decimal' | 'bool' | 'date'; readonly required?: boolean }
  | { readonly kind: 'enum'; readonly values: Readonly<Record<string, number>>; readonly required?: boolean }
  /** As in the order messages: the name only, and it stays a name. */
  | { readonly kind: 'enumName'; readonly values: Readonly<Record<string, number>>; readonly required?: boolean }
  | { readonly kind: 'object'; readonly item: ItemSchema; readonly required?: boolean }
  | { readonly kind: 'array'; readonly item: ItemSchema; readonly required?: boolean }
  | { readonly kind: 'list'; readonly of: PropertySchema; readonly required?: boolean }
  /** Kept as it is: a part of the contract that the stand-in stores but does not interpret. */
  | { readonly kind: 'opaque'; readonly required?: boolean }

export type ItemSchema = Readonly<Record<string, PropertySchema>>

/** A checked item: only known properties with a value. */
export type Item = Readonly<Record<string, unknown>>

/**
 * Checks one item.
 *
 * Known: items that fail the schema are counted and described in `ValidationSummary.Messages`, the rest goes on [inf].
 * Assumed: an unknown property (also one that differs only in case), a wrong JSON type (a number sent as a string) and
 * a text that is too long are failures. One message per item, the first that is found.
 * @returns the item, or a message such as `PartNo is required.`
 */
export function checkItem(value: unknown, schema: ItemSchema, path = ''): Item | string {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return `${path === '' ? 'The item' : path.slice(0, -1)} must be an object.`
  }
  const result: Record<string, unknown> = {}
  for (const [name, entry] of Object.entries(value)) {
    const property = Object.hasOwn(schema, name) ? schema[name] : undefined
    if (property === undefined) return `${path}${name} is not a known property.`
    if (entry === null) continue
    const checked = checkValue(entry, property, `${path}${name}`)
    if (checked instanceof Failure) return checked.message
    result[name] = checked
  }
  for (const [name, property] of Object.entries(schema)) {
    if (property.required !== true) continue
    const entry = result[name]
    if (entry === undefined || entry === '') return `${path}${name} is required.`
  }
  return result
}

class Failure {
  readonly message: string
  constructor(message: string) {
    this.message = message
  }
}

function checkValue(value: unknown, schema: PropertySchema, path: string): unknown {
  switch (schema.kind) {
    case 'string':
      if (typeof value !== 'string') return new Failure(`${path} must be a string.`)
      if (schema.max !== undefined && value.length > schema.max) {
        return new Failure(`${path} must be at most ${schema.max} characters.`)
      }
      return value
    case 'int':
      return Number.isInteger(value) && Math.abs(value as number) < 2 ** 31
        ? value
        : new Failure(`${path} must be an integer.`)
    case 'decimal':
      return typeof value === 'number' ? value : new Failure(`${path} must be a number.`)
    case 'bool':
      return typeof value === 'boolean' ? value : new Failure(`${path} must be true or false.`)
    case 'date': {
      const ticks = typeof value === 'string' ? parseTicks(dateTime(value), false) : undefined
      return ticks ?? new Failure(`${path} must be a date-time such as 2026-04-07T00:00:00.`)
    }
    case 'enum':
      return enumNumber(value, schema.values) ?? new Failure(`${path} has the unknown value ${JSON.stringify(value)}.`)
    case 'enumName':
      return typeof value === 'string' && Object.hasOwn(schema.values, value)
        ? value
        : new Failure(`${path} has the unknown value ${JSON.stringify(value)}.`)
    case 'object': {
      const item = checkItem(value, schema.item, `${path}.`)
      return typeof item === 'string' ? new Failure(item) : item
    }
    case 'array':
      return checkList(value, { kind: 'object', item: schema.item }, path)
    case 'list':
      return checkList(value, schema.of, path)
    case 'opaque':
      return value
  }
}

function checkList(value: unknown, element: PropertySchema, path: string): unknown {
  if (!Array.isArray(value)) return new Failure(`${path} must be an array.`)
  const result: unknown[] = []
  for (const [index, entry] of value.entries()) {
    const checked = checkValue(entry, element, `${path}[${index}]`)
    if (checked instanceof Failure) return checked
    result.push(checked)
  }
  return result
}

function enumNumber(value: unknown, values: Readonly<Record<string, number>>): number | undefined {
  if (typeof value === 'string') return Object.hasOwn(values, value) ? values[value] : undefined
  return typeof value === 'number' && Object.values(values).includes(value) ? value : undefined
}

/** A date alone is a date-time at midnight (.NET reads it so; assumed). */
function dateTime(text: string): string {
  return /^\d{4}-\d\d-\d\d$/.test(text) ? `${text}T00:00:00` : text
}
