import { closest, distance } from 'fastest-levenshtein'
import { compileConstraints, outOfRange } from './constraints.ts'
import { decimalPlaces, decimalText, hasExactDigits, readDecimalNumber, readDecimalText } from './decimal.ts'
import { type DecimalRules, type JsonSchema, type Shape, shapeOf, type TypeName } from './shape.ts'
import { type Converted, kindOf, pointer, type ValueProblem, type ValueProblemCode } from './value-problem.ts'

/**
 * Brings what a mapping gives into the form that the target's schema asks for, and checks it:
 *
 * - what is absent (nothing, null) stays absent; nothing is filled in;
 * - `format: decimal` becomes text where the schema's type is string, with exactly `x-places` decimals where it says
 *   so. More decimals than that are a problem, and never rounded away;
 * - a bare value where the schema has a list becomes a list of one;
 * - objects are closed: a field that the schema does not have is a problem;
 * - types are not converted: a number is no text; what is required must be there (except `readOnly` fields, which the
 *   target itself gives); enum, limits, lengths, patterns, formats and conditions of the schema hold.
 *
 * The value is fit to be sent only if there are no problems.
 */
export type Writer = (value: unknown) => Converted

/** @throws SchemaError */
export function compileWriter(schema: JsonSchema): Writer {
  const write = compile(shapeOf(schema), new Map())
  const constraints = compileConstraints(schema)
  return (value) => {
    const place: Place = { path: [], problems: [] }
    const written = write(value, place)
    if (written === undefined) {
      if (place.problems.length === 0) missing(place)
      return { value: undefined, problems: place.problems }
    }
    return { value: written, problems: withConstraints(place.problems, constraints(written)) }
  }
}

/** What was left out as wrong can make a rule of its container seem broken that is not: such rules say nothing then. */
function withConstraints(own: readonly ValueProblem[], others: readonly ValueProblem[]): readonly ValueProblem[] {
  if (own.length === 0) return others
  const sure = others.filter(
    ({ code, path }) =>
      code !== 'rule-broken' && code !== 'missing' && !own.some((problem) => isWithin(problem.path, path)),
  )
  return [...own, ...sure]
}

function isWithin(path: string, container: string): boolean {
  return path === container || path.startsWith(`${container}/`)
}

interface Place {
  readonly path: (string | number)[]
  readonly problems: ValueProblem[]
}

/** Gives undefined for what is absent, and for what is wrong after having reported it. */
type Write = (value: unknown, place: Place) => unknown

function compile(shape: Shape, known: Map<Shape, Write>): Write {
  const before = known.get(shape)
  if (before) return before
  let write: Write | undefined
  // Schemas may refer to themselves: until this one is compiled, it is called by this name.
  known.set(shape, (value, place) => write?.(value, place))
  const present = compileTypes(shape, known)
  write = (value, place) => (value === undefined || value === null ? undefined : present(value, place))
  known.set(shape, write)
  return write
}

function compileTypes(shape: Shape, known: Map<Shape, Write>): Write {
  if (shape.types.length === 0) return writeAny
  if (shape.decimal) return compileDecimal(shape.decimal, shape.types.includes('string'))
  const writes = new Map(shape.types.map((type) => [type, compileType(type, shape, known)]))
  const writeInteger = writes.get('integer')
  const writeList = writes.get('array')
  const expected = shape.types.map((type) => EXPECTED[type]).join(' or ')
  return (value, place) => {
    const own = Array.isArray(value) ? 'array' : (typeof value as TypeName)
    const write = writes.get(own) ?? (own === 'number' ? writeInteger : undefined) ?? writeList
    return write ? write(value, place) : wrongType(place, expected, value)
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

function compileType(type: TypeName, shape: Shape, known: Map<Shape, Write>): Write {
  switch (type) {
    case 'string':
    case 'boolean':
      return (value) => value
    case 'number':
      return (value, place) => (Number.isFinite(value) ? withoutSign(value) : wrongType(place, EXPECTED.number, value))
    case 'integer':
      return writeInteger
    case 'object':
      return compileObject(shape, known)
    case 'array':
      return compileList(shape, known)
  }
}

/** JSON has a negative zero, and some systems read it as text. */
function withoutSign(value: unknown): unknown {
  return value === 0 ? 0 : value
}

const writeInteger: Write = (value, place) => {
  if (typeof value !== 'number' || !Number.isFinite(value)) return wrongType(place, EXPECTED.integer, value)
  if (!Number.isInteger(value)) {
    return report(
      place,
      'wrong-type',
      'must be a whole number, but has decimals',
      'Round it by name: $roundHalfUp(…, 0).',
    )
  }
  return hasExactDigits(value) ? withoutSign(value) : tooManyDigits(place)
}

function compileDecimal(rules: DecimalRules, asText: boolean): Write {
  const { places } = rules
  return (value, place) => {
    if (typeof value !== 'number' && typeof value !== 'string') return wrongType(place, 'a decimal', value)
    const reading = typeof value === 'string' ? readDecimalText(value) : readDecimalNumber(value)
    if (!reading.ok) {
      return reading.code === 'too-many-digits'
        ? tooManyDigits(place)
        : report(place, 'not-a-decimal', 'is not a decimal', 'Let the mapping give a number.')
    }
    const decimal = reading.value
    if (places !== undefined && decimalPlaces(decimal) > places) {
      return report(
        place,
        'too-many-places',
        `has more than ${places} decimals`,
        `Round it by name: $roundHalfUp(…, ${places}).`,
      )
    }
    if (!asText) return decimal
    // ajv sees the text, for which JSON Schema's limits mean nothing.
    const broken = brokenLimit(rules, decimal)
    if (broken) return report(place, broken.code, broken.message, broken.advice)
    return decimalText(decimal, places)
  }
}

function brokenLimit(rules: DecimalRules, value: number): ReturnType<typeof outOfRange> | undefined {
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum } = rules
  if (minimum !== undefined && value < minimum) return outOfRange('>=', minimum)
  if (maximum !== undefined && value > maximum) return outOfRange('<=', maximum)
  if (exclusiveMinimum !== undefined && value <= exclusiveMinimum) return outOfRange('>', exclusiveMinimum)
  if (exclusiveMaximum !== undefined && value >= exclusiveMaximum) return outOfRange('<', exclusiveMaximum)
  return undefined
}

function compileList(shape: Shape, known: Map<Shape, Write>): Write {
  const write: Write = shape.items ? compile(shape.items, known) : writeAny
  return (value, place) => writeItems(Array.isArray(value) ? value : [value], write, place)
}

/** Makes plain lists of JSONata's sequences, which have properties of their own. */
function writeItems(values: readonly unknown[], write: Write, place: Place): unknown[] {
  const list: unknown[] = []
  values.forEach((item, index) => {
    place.path.push(index)
    const written = write(item, place)
    if (written !== undefined) list.push(written)
    place.path.pop()
  })
  return list
}

function compileObject(shape: Shape, known: Map<Shape, Write>): Write {
  const fields = new Map(shape.fields.map((field) => [field.name, compile(field.shape, known)]))
  const required = shape.fields.filter((field) => field.required && !field.readOnly).map((field) => field.name)
  const writeRest = shape.rest && compile(shape.rest, known)
  const names = [...fields.keys()]
  return (value, place) => {
    if (typeof value !== 'object' || value === null) return wrongType(place, EXPECTED.object, value)
    const written: Record<string, unknown> = {}
    for (const [name, item] of Object.entries(value)) {
      if (item === undefined || item === null || name === '__proto__') continue
      place.path.push(name)
      const write = fields.get(name) ?? writeRest
      const result = write ? write(item, place) : unknownField(place, name, names)
      if (result !== undefined) written[name] = result
      place.path.pop()
    }
    for (const name of required) {
      const item = Object.hasOwn(value, name) ? (value as Record<string, unknown>)[name] : undefined
      if (item !== undefined && item !== null) continue
      place.path.push(name)
      missing(place)
      place.path.pop()
    }
    return written
  }
}

const writeAny: Write = (value, place) => {
  if (value === undefined || value === null) return undefined
  if (Array.isArray(value)) return writeItems(value, writeAny, place)
  if (typeof value === 'object') {
    const written: Record<string, unknown> = {}
    for (const [name, item] of Object.entries(value)) {
      if (name === '__proto__') continue
      place.path.push(name)
      const result = writeAny(item, place)
      if (result !== undefined) written[name] = result
      place.path.pop()
    }
    return written
  }
  const isJson = typeof value === 'string' || typeof value === 'boolean' || Number.isFinite(value)
  return isJson ? withoutSign(value) : wrongType(place, 'what JSON can hold', value)
}

function report(place: Place, code: ValueProblemCode, message: string, advice: string): undefined {
  place.problems.push({ code, path: pointer(place.path), message, advice })
  return undefined
}

function wrongType(place: Place, expected: string, value: unknown): undefined {
  return report(place, 'wrong-type', `must be ${expected}, but is ${kindOf(value)}`, conversionTo(expected, value))
}

function conversionTo(expected: string, value: unknown): string {
  if (expected === EXPECTED.string && typeof value === 'number') return 'Write $string(…) around it.'
  if (typeof value === 'string' && (expected === EXPECTED.number || expected === EXPECTED.integer)) {
    return 'Write $number(…) around it.'
  }
  if (Array.isArray(value)) return 'Choose one of its values, for example with [0] or $firstOf(…).'
  return 'Change the expression that gives it.'
}

function missing(place: Place): undefined {
  return report(
    place,
    'missing',
    'is required, but absent',
    'Let the mapping give it ($default(…) where a default is right), or keep the record out.',
  )
}

function tooManyDigits(place: Place): undefined {
  return report(
    place,
    'too-many-digits',
    'has more than 15 significant digits',
    'Calculate with $add, $sub, $mul and $div, which are exact, and round by name.',
  )
}

function unknownField(place: Place, name: string, names: readonly string[]): undefined {
  const near = names.length > 0 ? closest(name, names) : undefined
  const isNear = near !== undefined && distance(name.toLowerCase(), near.toLowerCase()) <= Math.max(2, name.length / 3)
  return report(
    place,
    'unknown-field',
    'is no field of this schema',
    isNear
      ? `Did you mean ${near}?`
      : `Its fields are: ${names.slice(0, 20).join(', ')}${names.length > 20 ? ', …' : ''}.`,
  )
}
