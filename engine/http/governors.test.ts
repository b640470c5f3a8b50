import { expect, test } from 'vitest'
import { createGovernors } from './governors.ts'

test('one key, one governor', () => {
  const governors = createGovernors()
  const first = governors.for({ key: 'shop/acme', concurrent: 2 })
  expect(governors.for({ key: 'shop/acme', concurrent: 9 })).toBe(first)
  const other = governors.for({ key: 'shop/other', concurrent: 2 })
  expect(other).not.toBe(first)
  expect(governors.all()).toEqual([first, other])
  expect(createGovernors().for({ key: 'shop/acme', concurrent: 2 })).not.toBe(first)
})
