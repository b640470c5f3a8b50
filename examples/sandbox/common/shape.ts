/** What is wrong with a body: the place, and of which kind the mistake is, so that each API can answer it in its way. */
export class ShapeError extends Error {
  readonly kind: 'type' | 'unknown' | 'missing' | 'value'
  /** Path within the body, `rows[0].net`; empty for the body itself. */
  readonly at: string

  constructor(kind: ShapeError['kind'], at: string, what: string) {
    super(`${at === '' ? 'The body' : at} ${what}`)
    this.name = 'ShapeError'
    this.kind = kind
    this.at = at
  }
}

/** Reads a value of one shape. @throws ShapeError */
export type Shape<Value> = (value: unknown, at?: string) => Value

/** Fields of an object may be left out where they say so; null is not the same as left out. */
export function optional<Value>(shape: Shape<Value>): Shape<Value | undefined> & { readonly optional: true } {
  return Object.assign((value: unknown, at?: string) => (value === undefined ? undefined : shape(value, at)), {
    optional: true as const,
  })
}

type OptionalNames<Fields> = {
  [Name in keyof Fields]: Fields[Name] extends { readonly optional: true } ? Name : never
}[keyof Fields]

export type Read<Fields extends Readonly<Record<string, Shape<unknown>>>> = {
  readonly [Name in Exclude<keyof Fields, OptionalNames<Fields>>]: ReturnType<Fields[Name]>
} & { readonly [Name in OptionalNames<Fields>]?: Exclude<ReturnType<Fields[Name]>, undefined> }

/** A closed object: a field that is not named is a mistake, so that a misspelt one is found. */
export function object<Fields extends Readonly<Record<string, Shape<unknown>>>>(fields: Fields): Shape<Read<Fields>> {
  return (value, at = '') => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      throw new ShapeError('type', at, 'must be an object')
    }
    const inside = (name: string) => (at === '' ? name : `${at}.${name}`)
    for (const name of Object.keys(value)) {
      if (!Object.hasOwn(fields, name)) throw new ShapeError('unknown', inside(name), 'is not a known field')
    }
    const read: Record<string, unknown> = {}
    for (const [name, shape] of Object.entries(fields)) {
      const given = (value as Record<string, unknown>)[name]
      if (given === undefined) {
        if (!('optional' in shape)) throw new ShapeError('missing', inside(name), 'is required')
        continue
      }
      read[name] = shape(given, inside(name))
    }
    return read as Read<Fields>
  }
}

export function list<Item>(item: Shape<Item>, { least = 0 }: { readonly least?: number } = {}): Shape<readonly Item[]> {
  return (value, at = '') => {
    if (!Array.isArray(value)) throw new ShapeError('type', at, 'must be a list')
    if (value.length < least) throw new ShapeError('missing', at, `must have at least ${least} entries`)
    return value.map((one, place) => item(one, `${at}[${place}]`))
  }
}

export function text({ most, least = 0 }: { readonly most?: number; readonly least?: number } = {}): Shape<string> {
  return (value, at = '') => {
    if (typeof value !== 'string') throw new ShapeError('type', at, 'must be a text')
    if (most !== undefined && value.length > most) {
      throw new ShapeError('value', at, `must have at most ${most} characters`)
    }
    if (value.length < least) throw new ShapeError('missing', at, 'must not be empty')
    return value
  }
}

export function oneOf<const Word extends string>(words: readonly Word[]): Shape<Word> {
  return (value, at = '') => {
    if (typeof value !== 'string') throw new ShapeError('type', at, 'must be a text')
    const found = words.find((word) => word === value)
    if (found === undefined) throw new ShapeError('value', at, `must be one of ${words.join(', ')}`)
    return found
  }
}

export const yesNo: Shape<boolean> = (value, at = '') => {
  if (typeof value !== 'boolean') throw new ShapeError('type', at, 'must be true or false')
  return value
}

export function whole({ least = 0 }: { readonly least?: number } = {}): Shape<number> {
  return (value, at = '') => {
    if (typeof value !== 'number' || !Number.isSafeInteger(value)) {
      throw new ShapeError('type', at, 'must be a whole number')
    }
    if (value < least) throw new ShapeError('value', at, `must be ${least} or more`)
    return value
  }
}

/** A JSON number, whole or not. */
export function number(): Shape<number> {
  return (value, at = '') => {
    if (typeof value !== 'number' || !Number.isFinite(value)) throw new ShapeError('type', at, 'must be a number')
    return value
  }
}

/** Any value of JSON, for parts that another reader looks at. */
export const anything: Shape<unknown> = (value) => value
