import type { StaticType } from './static-type.ts'

export const any: StaticType = { kind: 'any' }
export const nothing: StaticType = { kind: 'nothing' }
export const text: StaticType = { kind: 'string' }
export const number: StaticType = { kind: 'number' }
export const boolean: StaticType = { kind: 'boolean' }
/** Stands for the result of a call that is still being looked at (a function that calls itself): adds nothing. */
export const pending: StaticType = { kind: 'any' }
export const functionType: StaticType = { kind: 'function' }

type ListType = Extract<StaticType, { kind: 'list' }>

export function listOf(of: StaticType): ListType {
  return { kind: 'list', of: required(of) }
}

export function objectOf(fields: Iterable<readonly [string, StaticType]>, rest?: StaticType): StaticType {
  const type = { kind: 'object' as const, fields: new Map(fields) }
  return rest ? { ...type, rest } : type
}

/** The same type, which may also be absent. A list never is: none is the empty list. */
export function optional(type: StaticType): StaticType {
  return type.optional === true || type.kind === 'list' || type.kind === 'any' || type.kind === 'nothing'
    ? type
    : { ...type, optional: true }
}

export function required(type: StaticType): StaticType {
  if (type.optional !== true) return type
  const { optional: _, ...rest } = type
  return rest as StaticType
}

/** Whether a value of this type may be nothing. Of `any` nothing is known, so nothing is said. */
function mayBeAbsent(type: StaticType): boolean {
  return type.kind === 'nothing' || type.optional === true
}

/** The type of a value that is of the one or the other. */
export function join(a: StaticType, b: StaticType): StaticType {
  if (a === b || b === pending) return a
  if (a === pending) return b
  if (a.kind === 'nothing') return optional(b)
  if (b.kind === 'nothing') return optional(a)
  const present = joinPresent(a, b)
  const joined: StaticType = a.personal || b.personal ? { ...present, personal: true } : present
  return mayBeAbsent(a) || mayBeAbsent(b) ? optional(joined) : joined
}

export function joinAll(types: readonly StaticType[]): StaticType {
  const [first, ...others] = types
  return first ? others.reduce(join, first) : nothing
}

function joinPresent(a: StaticType, b: StaticType): StaticType {
  switch (a.kind) {
    case 'string':
    case 'number':
    case 'boolean': {
      if (b.kind !== a.kind) return any
      const plain: StaticType = { kind: a.kind, ...((a.decimal || b.decimal) && { decimal: true }) }
      if (!a.values || !b.values) return plain
      const values = [...new Set([...a.values, ...b.values])]
      return values.length > 200 ? plain : { ...plain, values }
    }
    case 'list':
      if (b.kind !== 'list') return any
      if (a.made && b.made) return { ...listOf(join(a.of, b.of)), made: true }
      if (a.of.kind === 'nothing') return b
      if (b.of.kind === 'nothing') return a
      return listOf(join(a.of, b.of))
    case 'object':
      return b.kind === 'object' ? joinObjects(a, b) : any
    case 'function':
      return b.kind === 'function' ? a : any
    default:
      return any
  }
}

type ObjectType = Extract<StaticType, { kind: 'object' }>

function joinObjects(a: ObjectType, b: ObjectType): StaticType {
  if (a.fields === b.fields && a.rest === b.rest) return required(a)
  const fields = new Map<string, StaticType>()
  for (const name of new Set([...a.fields.keys(), ...b.fields.keys()])) {
    const one = fieldOf(a, name) ?? nothing
    const other = fieldOf(b, name) ?? nothing
    fields.set(name, join(one, other))
  }
  const rest = a.rest && b.rest ? join(a.rest, b.rest) : (a.rest ?? b.rest)
  const title = a.title === b.title ? a.title : undefined
  return { kind: 'object', fields, ...(rest && { rest }), ...(title !== undefined && { title }) }
}

/** The type of a field, absent-aware; undefined where the closed object has no such field. */
export function fieldOf(type: ObjectType, name: string): StaticType | undefined {
  const field = type.fields.get(name)
  if (field) return field
  return type.rest && optional(type.rest)
}

/** The type of any one of an object's values. */
export function valuesOf(type: ObjectType): StaticType {
  const types = [...type.fields.values()].map(required)
  if (type.rest) types.push(required(type.rest))
  return types.length === 0 ? any : joinAll(types)
}

/** The type of one member of a list; of anything else, the type itself. */
export function memberOf(type: StaticType): StaticType {
  return type.kind === 'list' ? type.of : required(type)
}

/** What messages call a type: "a text", "a list of numbers". */
export function describe(type: StaticType): string {
  switch (type.kind) {
    case 'any':
      return 'anything'
    case 'nothing':
      return 'nothing'
    case 'string':
      return 'a text'
    case 'number':
      return 'a number'
    case 'boolean':
      return 'true or false'
    case 'function':
      return 'a function'
    case 'object':
      return type.title === undefined ? 'an object' : `an object (${type.title})`
    case 'list':
      return `a list${plural(type.of)}`
  }
}

function plural(type: StaticType): string {
  switch (type.kind) {
    case 'string':
      return ' of texts'
    case 'number':
      return ' of numbers'
    case 'object':
      return type.title === undefined ? ' of objects' : ` of objects (${type.title})`
    case 'list':
      return ' of lists'
    default:
      return ''
  }
}
