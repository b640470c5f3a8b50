import { expect } from 'vitest'

/** Matches an object without entries. `toMatchObject({ failed: {} })` would take any object. */
export const nothing: unknown = expect.toSatisfy(
  (value: unknown) => typeof value === 'object' && value !== null && Object.keys(value).length === 0,
  'has no entries',
)
