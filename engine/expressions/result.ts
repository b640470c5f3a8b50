import { failure } from './evaluation-failure.ts'
import type { StaticType } from './static-type.ts'
import { any } from './type-algebra.ts'
import { hasExactDigits } from './values/decimal.ts'

/**
 * Makes plain JSON of what the interpreter gives, by its static type:
 *
 * - a list type is a list for none ([]), one and many: JSONata gives nothing, the bare value and a list;
 * - objects are ordinary objects, lists ordinary lists (the interpreter's have no prototype, or flags of its own);
 * - what is absent is left out of objects and lists; a list that the expression itself puts into an object is not
 *   (`{ 'skus': rows.sku }`), but one that a record lacks stays lacking: it may be a field that nobody owns;
 * - functions, NaN and Infinity, and numbers of more than 15 significant digits are refused.
 *
 * Undefined is "absent". Null stays null. Nothing of the input is shared with the result.
 */
export function plainResult(value: unknown, type: StaticType, source: string): unknown {
  if (type.kind === 'list') return plainList(value, type, source)
  switch (typeof value) {
    case 'string':
    case 'boolean':
    case 'undefined':
      return value
    case 'number':
      return checkedNumber(value, source)
    case 'object':
      break
    default:
      throw functionInResult(source)
  }
  if (value === null) return null
  if (Array.isArray(value)) return plainMembers(value, any, source)
  return plainObject(value as Record<string, unknown>, type, source)
}

function plainList(value: unknown, type: StaticType & { kind: 'list' }, source: string): unknown[] {
  if (value === undefined) return []
  if (!Array.isArray(value)) return plainMembers([value], type.of, source)
  // A list of lists that holds a single list has lost its outer one.
  const collapsed =
    type.of.kind === 'list' && type.of.of.kind !== 'list' && value.length > 0 && !value.some(Array.isArray)
  return plainMembers(collapsed ? [value] : value, type.of, source)
}

function plainMembers(values: readonly unknown[], of: StaticType, source: string): unknown[] {
  const list: unknown[] = []
  for (const value of values) {
    const plain = plainResult(value, of, source)
    if (plain !== undefined) list.push(plain)
  }
  return list
}

function plainObject(value: Record<string, unknown>, type: StaticType, source: string): unknown {
  if (isInterpreterFunction(value)) throw functionInResult(source)
  const plain: Record<string, unknown> = {}
  const fields = type.kind === 'object' ? type.fields : undefined
  const rest = type.kind === 'object' ? (type.rest ?? any) : any
  for (const key of Object.keys(value)) {
    const field = plainResult(value[key], fields?.get(key) ?? rest, source)
    if (field !== undefined) setField(plain, key, field)
  }
  if (fields) {
    for (const [key, fieldType] of fields) {
      if (fieldType.kind === 'list' && fieldType.made && !Object.hasOwn(plain, key)) setField(plain, key, [])
    }
  }
  return plain
}

/** Assigned like any other, `__proto__` would replace the prototype. */
function setField(object: Record<string, unknown>, key: string, value: unknown): void {
  if (key === '__proto__') {
    Object.defineProperty(object, key, { value, enumerable: true, configurable: true, writable: true })
  } else {
    object[key] = value
  }
}

function checkedNumber(value: number, source: string): number {
  if (!Number.isFinite(value)) {
    throw failure('not-a-number', 'gives a number out of range (a division by zero?)', source)
  }
  if (!hasExactDigits(value)) {
    throw failure(
      'too-many-digits',
      'gives a number of more than 15 significant digits; calculate with $add, $sub, $mul and $div, which are exact, and round',
      source,
    )
  }
  return value === 0 ? 0 : value
}

export function isInterpreterFunction(value: unknown): boolean {
  if (typeof value === 'function') return true
  if (typeof value !== 'object' || value === null) return false
  const marks = value as { _jsonata_function?: unknown; _jsonata_lambda?: unknown }
  return marks._jsonata_function === true || marks._jsonata_lambda === true
}

function functionInResult(source: string): Error {
  return failure('function-as-value', 'gives a function; call it with $name(…)', source)
}
