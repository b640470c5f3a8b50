import { StoreError } from './store-error.ts'

/**
 * One text for the values of a record's key fields: the form in which every key is stored and compared.
 *
 * - One value is its plain text: `keyText(['ABC-1'])` is `ABC-1`, `keyText([1003])` is `1003`.
 * - Several are a JSON array of their texts: `keyText(['ABC-1', 5])` is `["ABC-1","5"]`; an absent one is `null`.
 * - One text that begins with `[`, or that a database's text type cannot carry as it is (a NUL, half a surrogate pair),
 *   is a JSON array of one. So no two different lists of values make the same text.
 *
 * A number and its text are the same key, alone and among others, because systems are not consistent about them.
 *
 * @throws StoreError `store-key` when no value is present, or one is no text, number or boolean.
 */
export function keyText(values: readonly unknown[]): string {
  const parts = values.map(partText)
  const [first] = parts
  if (parts.every((part) => part === null)) {
    throw new StoreError(
      'store-key',
      `A key needs at least one value, but ${values.length === 0 ? 'no key field is named' : 'all key fields are absent'}`,
      "Give the entity key fields in its connector file that every record has, or leave records without a key out with the mapping's keep",
    )
  }
  if (parts.length === 1 && typeof first === 'string' && isPlain(first)) return first
  return JSON.stringify(parts)
}

/** Whether a value can be a part of a key: a text, a number, or true or false. */
export function isKeyPart(value: unknown): value is string | number | boolean | bigint {
  return ['string', 'boolean', 'bigint'].includes(typeof value) || Number.isFinite(value)
}

function isPlain(text: string): boolean {
  return !text.startsWith('[') && !text.includes('\0') && text.isWellFormed()
}

function partText(value: unknown): string | null {
  switch (typeof value) {
    case 'string':
      return value
    case 'boolean':
    case 'bigint':
      return String(value)
    case 'number':
      if (Number.isFinite(value)) return String(value)
      break
    case 'undefined':
      return null
    case 'object':
      if (value === null) return null
  }
  const kind = Array.isArray(value)
    ? 'a list'
    : typeof value === 'number'
      ? 'no finite number'
      : `of type ${typeof value}`
  throw new StoreError(
    'store-key',
    `A key field holds a value that is ${kind}`,
    'Name only key fields in the connector file whose values are text, numbers or booleans',
  )
}
