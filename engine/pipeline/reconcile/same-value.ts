/**
 * Whether a target holds what a mapping makes. Both as the target's schema reads them. Nothing, an empty text and an empty
 * list are the same; of an object only the fields count that the mapping gives; times are the same when they are the
 * same instant.
 */
export function sameValue(expected: unknown, found: unknown): boolean {
  if (isEmpty(expected) || isEmpty(found)) return isEmpty(expected) && isEmpty(found)
  if (Array.isArray(expected))
    return (
      Array.isArray(found) &&
      expected.length === found.length &&
      expected.every((each, index) => sameValue(each, found[index]))
    )
  if (typeof expected === 'object')
    return (
      typeof found === 'object' &&
      !Array.isArray(found) &&
      Object.entries(expected as object).every(([name, value]) =>
        sameValue(value, (found as Readonly<Record<string, unknown>>)[name]),
      )
    )
  return expected === found || isSameInstant(expected, found)
}

function isEmpty(value: unknown): boolean {
  if (value === undefined || value === null || value === '') return true
  if (Array.isArray(value)) return value.length === 0
  return typeof value === 'object' && Object.values(value).every(isEmpty)
}

const time = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?$/

function isSameInstant(a: unknown, b: unknown): boolean {
  return (
    typeof a === 'string' && typeof b === 'string' && time.test(a) && time.test(b) && Date.parse(a) === Date.parse(b)
  )
}
