/**
 * What is wrong with one value of a record, measured by its entity's schema. Says where and what to do, and never
 * carries the value itself: records hold personal data.
 */
export interface ValueProblem {
  readonly code: ValueProblemCode
  /** JSON pointer (RFC 6901) to the value; empty for the record itself. */
  readonly path: string
  /** One sentence, without the path. */
  readonly message: string
  readonly advice: string
}

/** Every code that a {@link ValueProblem} can have, with its meaning. */
export const valueProblemCodes = {
  'wrong-type': 'The value is of another type than the schema says.',
  missing: 'A field that the schema requires is absent.',
  'not-a-decimal': 'The text or number is not a decimal.',
  'too-many-digits': 'A number has more than 15 significant digits and could not be kept exactly.',
  'too-many-places': 'A decimal has more decimals than the schema allows.',
  'unknown-field': 'The schema has no field of this name.',
  'not-allowed': 'The value is none of those that the schema lists.',
  'out-of-range': 'A number is smaller or greater than the schema allows.',
  'wrong-length': 'A text, list or object is shorter or longer than the schema allows.',
  'wrong-form': 'A text does not have the form (pattern or format) that the schema asks for.',
  'not-unique': 'A list holds one value twice where the schema says that its values differ.',
  'rule-broken': 'The value breaks another rule of the schema.',
} as const

export type ValueProblemCode = keyof typeof valueProblemCodes

/** What a reader or writer gives: the value as far as it is good, and what was wrong with the rest. */
export interface Converted {
  /** Values that are wrong are left out. */
  readonly value: unknown
  /** Empty if all is well. */
  readonly problems: readonly ValueProblem[]
}

/** `/rows/0/net`, as RFC 6901 escapes it. */
export function pointer(path: readonly (string | number)[]): string {
  return path.map((key) => `/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('')
}

/** The kind of a value as messages call it. */
export function kindOf(value: unknown): string {
  if (value === undefined || value === null) return 'nothing'
  if (Array.isArray(value)) return 'a list'
  switch (typeof value) {
    case 'string':
      return 'a text'
    case 'number':
      return Number.isFinite(value) ? 'a number' : 'not a finite number'
    case 'boolean':
      return 'true or false'
    case 'object':
      return 'an object'
    case 'function':
      return 'a function'
    default:
      return 'something that JSON does not know'
  }
}
