import type { FunctionDefinition } from '../function-definition.ts'
import { any as anyType, listOf, memberOf, objectOf, text as textType, valuesOf } from '../type-algebra.ts'
import { withoutNulls } from '../values/without-nulls.ts'
import { defineFunction } from './define.ts'
import { list, object, takesNothing } from './parameters.ts'

const listOfFunction = defineFunction({
  name: 'listOf',
  summary: 'A list whatever is given: an empty one for nothing, a list of one for a bare value, and a list as it is.',
  parameters: [list('x')],
  returns: ([x = anyType]) => listOf(memberOf(x)),
  evaluate: (values) => [...values],
  examples: [
    { expression: '$listOf(nowhere)', result: [] },
    { expression: "$listOf('a')", result: ['a'] },
    { expression: '$listOf([1, 2])', result: [1, 2] },
  ],
})

const unique = defineFunction({
  name: 'unique',
  summary:
    'A list without doubles: of equal values (objects and lists: of equal content) the first is kept. Takes a time in proportion to the length, unlike `$distinct`.',
  parameters: [list('list')],
  returns: ([values = anyType]) => listOf(memberOf(values)),
  evaluate: (values) => {
    const found = new Map<unknown, unknown>()
    for (const value of values) {
      const key = identity(value)
      if (!found.has(key)) found.set(key, value)
    }
    return [...found.values()]
  },
  examples: [
    { expression: "$unique(['a', 'b', 'a'])", result: ['a', 'b'] },
    { expression: "$unique([1, '1', 1])", result: [1, '1'] },
    { expression: "$unique([{'a': 1, 'b': 2}, {'b': 2, 'a': 1}])", result: [{ a: 1, b: 2 }] },
    { expression: '$unique(nowhere)', result: [] },
  ],
})

/** Marks the texts that stand for objects and lists, so that none equals a text of a record. */
const CONTENT = '\u0000content '

function identity(value: unknown): unknown {
  return typeof value === 'object' && value !== null ? CONTENT + JSON.stringify(sorted(withoutNulls(value))) : value
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== 'object' || value === null) return value
  const fields = Object.entries(value).toSorted(([left], [right]) => (left < right ? -1 : 1))
  return Object.fromEntries(fields.map(([key, field]) => [key, sorted(field)]))
}

const entries = defineFunction({
  name: 'entries',
  summary:
    'The fields of an object as a list of `{ key, value }`: what a system keys by id becomes rows. Nothing is an empty list. Keys are texts; those that are whole numbers come first, in ascending order.',
  parameters: [takesNothing(object('object'))],
  returns: ([of = anyType]) =>
    listOf(
      objectOf([
        ['key', textType],
        ['value', of.kind === 'object' ? valuesOf(of) : anyType],
      ]),
    ),
  evaluate: (fields) =>
    Object.entries(fields ?? {}).flatMap(([key, value]) =>
      value === undefined || value === null ? [] : [{ key, value }],
    ),
  examples: [
    {
      expression: "$entries({'1': 75, '10': 69}).(key & ': ' & value)",
      result: ['1: 75', '10: 69'],
    },
    { expression: "$entries({'CW1': 34})", result: [{ key: 'CW1', value: 34 }] },
    { expression: '$entries(nowhere)', result: [] },
  ],
})

export const lists: readonly FunctionDefinition[] = [listOfFunction, unique, entries]
