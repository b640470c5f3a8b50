import { hasExactDigits, readDecimalNumber, readDecimalText } from './decimal.ts'
import { type JsonSchema, type Shape, shapeOf, type TypeName } from './shape.ts'
import { type Converted, kindOf, pointer, type ValueProblem, type ValueProblemCode } from './value-problem.ts'
import { withoutNulls } from './without-nulls.ts'

/**
 * Reads what a system's answer holds (parsed JSON) into the one form that expressions see:
 *
 * - null is absent, everywhere; fields that the schema does not have are dropped (systems add fields);
 * - `format: decimal` is an exact number, whether text or number on the wire;
 * - a list is a list for none (absent: `[]`), one (a bare value) or many;
 * - what only is written otherwise is read as what it is: a number as a text, a text as a number (`"1.70"`, `"2.0000"` for
 *   an integer) or as `true` or `false`, an empty list where an object is expected;
 * - a required object of which no field is required is empty when it is absent: systems leave out what is empty;
 * - any other value of a wrong type is a problem, and left out; so is a required field that is absent.
 *
 * `enum`, `pattern` and limits are not checked: systems hold old and odd values, and reading them is no fault.
 * Reading what was read already changes nothing.
 */
export type Reader = (raw: unknown) => Converted

/** @throws SchemaError */
export function compileReader(schema: JsonSchema): Reader {
  const read = compile(shapeOf(schema), new Map())
  return (raw) => {
    const place: Place = { path: [], depth: 0, problems: undefined }
    const value = read(raw, place)
    if (value === undefined && !place.problems) missing(place)
    return { value, problems: place.problems ?? NONE }
  }
}

const NONE: readonly ValueProblem[] = Object.freeze([])

/** Where a reading is. The path is only put together when there is a problem to report. */
interface Place {
  readonly path: (string | number)[]
  depth: number
  problems: ValueProblem[] | undefined
}

/** Gives undefined for what is absent, and for what is wrong after having reported it. */
type Read = (raw: unknown, place: Place) => unknown

function compile(shape: Shape, known: Map<Shape, Read>): Read {
  const before = known.get(shape)
  if (before) return before
  let read: Read | undefined
  // Schemas may refer to themselves: until this one is compiled, it is called by this name.
  known.set(shape, (raw, place) => read?.(raw, place))
  read = compileTypes(shape, known)
  known.set(shape, read)
  return read
}

function compileTypes(shape: Shape, known: Map<Shape, Read>): Read {
  const { types } = shape
  if (types.length === 0) return withoutNulls
  if (shape.decimal) return readDecimal
  if (types.length === 1) return compileType(types[0] as TypeName, shape, known)
  return compileUnion(shape, known)
}

function compileType(type: TypeName, shape: Shape, known: Map<Shape, Read>): Read {
  switch (type) {
    case 'string':
      return readText
    case 'number':
      return readNumber
    case 'integer':
      return readInteger
    case 'boolean':
      return readBoolean
    case 'object':
      return compileObject(shape, known)
    case 'array':
      return compileList(shape, known)
  }
}

/** Takes the type that the value has; else the one that it can be read as: a number from its text, a text from a number, a list from one. */
function compileUnion(shape: Shape, known: Map<Shape, Read>): Read {
  const reads = new Map(shape.types.map((type) => [type, compileType(type, shape, known)]))
  const expected = shape.types.map((type) => EXPECTED[type]).join(' or ')
  const readsInteger = reads.get('integer')
  const readsOther: Readonly<Record<string, Read | undefined>> = {
    number: reads.get('string'),
    array: reads.get('object'),
  }
  const fromText = (text: string): Read | undefined =>
    (INTEGER_TEXT.test(text) && readsInteger) ||
    (readDecimalText(text).ok && reads.get('number')) ||
    (BOOLEAN_TEXT.has(text) && reads.get('boolean')) ||
    undefined
  return (raw, place) => {
    if (raw === undefined || raw === null) return undefined
    const own = Array.isArray(raw) ? 'array' : (typeof raw as TypeName)
    const read =
      (own === 'number' && Number.isInteger(raw) && readsInteger) ||
      reads.get(own) ||
      (typeof raw === 'string' ? fromText(raw) : readsOther[own]) ||
      reads.get('array')
    return read ? read(raw, place) : wrongType(place, expected, raw)
  }
}

const EXPECTED: Readonly<Record<TypeName, string>> = {
  string: 'a text',
  number: 'a number',
  integer: 'a whole number',
  boolean: 'true or false',
  object: 'an object',
  array: 'a list',
}

const readText: Read = (raw, place) => {
  if (typeof raw === 'string') return raw
  if (raw === undefined || raw === null) return undefined
  // A key that is a number in one answer and a text in another is the same key.
  if (typeof raw === 'number' && Number.isFinite(raw)) return hasExactDigits(raw) ? String(raw) : tooManyDigits(place)
  return wrongType(place, 'a text', raw)
}

const BOOLEAN_TEXT: ReadonlyMap<unknown, boolean> = new Map([
  ['true', true],
  ['false', false],
])

const readBoolean: Read = (raw, place) => {
  if (typeof raw === 'boolean') return raw
  if (raw === undefined || raw === null) return undefined
  return BOOLEAN_TEXT.get(raw) ?? wrongType(place, 'true or false', raw)
}

const readNumber: Read = (raw, place) => {
  if (typeof raw === 'number' && Number.isFinite(raw)) return raw
  if (raw === undefined || raw === null) return undefined
  const reading = typeof raw === 'string' ? readDecimalText(raw) : undefined
  if (!reading || (!reading.ok && reading.code !== 'too-many-digits')) return wrongType(place, 'a number', raw)
  return reading.ok ? reading.value : tooManyDigits(place)
}

const INTEGER_TEXT = /^-?[0-9]+(\.0+)?$/

const readInteger: Read = (raw, place) => {
  if (typeof raw === 'number' && Number.isInteger(raw)) {
    return hasExactDigits(raw) ? raw : tooManyDigits(place)
  }
  if (raw === undefined || raw === null) return undefined
  if (typeof raw === 'string' && INTEGER_TEXT.test(raw)) {
    const reading = readDecimalText(raw)
    return reading.ok ? reading.value : tooManyDigits(place)
  }
  return wrongType(place, 'a whole number', raw)
}

const readDecimal: Read = (raw, place) => {
  if (raw === undefined || raw === null) return undefined
  if (typeof raw !== 'string' && typeof raw !== 'number') return wrongType(place, 'a decimal', raw)
  const reading = typeof raw === 'string' ? readDecimalText(raw) : readDecimalNumber(raw)
  if (reading.ok) return reading.value
  return reading.code === 'too-many-digits' ? tooManyDigits(place) : notADecimal(place)
}

function compileList(shape: Shape, known: Map<Shape, Read>): Read {
  const read: Read = shape.items ? compile(shape.items, known) : withoutNulls
  return (raw, place) => {
    const list: unknown[] = []
    if (raw === undefined || raw === null) return list
    if (!Array.isArray(raw)) {
      const value = read(raw, place)
      if (value !== undefined) list.push(value)
      return list
    }
    const { depth } = place
    place.depth = depth + 1
    for (let index = 0; index < raw.length; index += 1) {
      // A list within a list would read nothing as an empty one.
      if (raw[index] === null || raw[index] === undefined) continue
      place.path[depth] = index
      const value = read(raw[index], place)
      if (value !== undefined) list.push(value)
    }
    place.depth = depth
    return list
  }
}

interface FieldReader {
  readonly name: string
  readonly read: Read
  readonly required: boolean
  /** Read in the place of what is absent. */
  readonly absent: unknown
  /** What every object has is no field of this one unless it is its own. */
  readonly inherited: boolean
}

function mayBeEmpty({ types, fields }: Shape): boolean {
  return (
    types.length === 1 && types[0] === 'object' && !fields.some(({ required, writeOnly }) => required && !writeOnly)
  )
}

function compileObject(shape: Shape, known: Map<Shape, Read>): Read {
  const fields = shape.fields.map((field): FieldReader => {
    const required = field.required && !field.writeOnly
    return {
      name: field.name,
      read: compile(field.shape, known),
      required,
      absent: required && mayBeEmpty(field.shape) ? {} : undefined,
      inherited: field.name in Object.prototype,
    }
  })
  const names: ReadonlySet<string> = new Set(fields.map((field) => field.name))
  const readRest = shape.rest && compile(shape.rest, known)
  return (raw, place) => {
    if (raw === undefined || raw === null) return undefined
    // Some programs cannot tell an empty object from an empty list.
    const isEmptyList = Array.isArray(raw) && raw.length === 0
    if (typeof raw !== 'object' || (Array.isArray(raw) && !isEmptyList)) return wrongType(place, 'an object', raw)
    const from = (isEmptyList ? {} : raw) as Record<string, unknown>
    const to: Record<string, unknown> = {}
    const { depth } = place
    place.depth = depth + 1
    for (const field of fields) {
      const { name } = field
      const value = (field.inherited && !Object.hasOwn(from, name) ? undefined : from[name]) ?? field.absent
      place.path[depth] = name
      if (field.required && (value === undefined || value === null)) missing(place)
      const result = field.read(value, place)
      if (result !== undefined) to[name] = result
    }
    if (readRest) {
      for (const name of Object.keys(from)) {
        const value = from[name]
        if (value === null || value === undefined || names.has(name) || name === '__proto__') continue
        place.path[depth] = name
        const result = readRest(value, place)
        if (result !== undefined) to[name] = result
      }
    }
    place.depth = depth
    return to
  }
}

function report(place: Place, code: ValueProblemCode, message: string, advice: string): undefined {
  place.problems ??= []
  place.problems.push({ code, path: pointer(place.path.slice(0, place.depth)), message, advice })
  return undefined
}

function wrongType(place: Place, expected: string, raw: unknown): undefined {
  return report(
    place,
    'wrong-type',
    `must be ${expected}, but is ${kindOf(raw)}`,
    "Correct the record in the system it comes from, or the type in the entity's schema.",
  )
}

function missing(place: Place): undefined {
  return report(
    place,
    'missing',
    'is required, but absent',
    "Complete the record in the system it comes from, or take the field out of required in the entity's schema.",
  )
}

function tooManyDigits(place: Place): undefined {
  return report(
    place,
    'too-many-digits',
    'has more than 15 significant digits',
    "Longer numbers cannot be kept exactly. If it is an identifier, let the entity's schema say that it is a text.",
  )
}

function notADecimal(place: Place): undefined {
  return report(
    place,
    'not-a-decimal',
    'is not a decimal',
    "Correct the record in the system it comes from, or take format: decimal out of the entity's schema.",
  )
}
