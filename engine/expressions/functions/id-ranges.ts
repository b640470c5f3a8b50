import type { FunctionDefinition } from '../function-definition.ts'
import { text as textType } from '../type-algebra.ts'
import { defineFunction } from './define.ts'
import { failure } from './errors.ts'
import { list, notEmpty, wrongType } from './parameters.ts'

/** Ascending ids, each once, as the shortest text of single ids and of runs: two ids of a run take no less as `a-b`. */
export function idRanges(ids: readonly number[]): string {
  const ascending = [...new Set(ids)].toSorted((left, right) => left - right)
  const parts: string[] = []
  for (let start = 0; start < ascending.length; ) {
    let end = start
    while (ascending[end + 1] === (ascending[end] as number) + 1) end += 1
    if (end - start >= 2) {
      parts.push(`${ascending[start]}-${ascending[end]}`)
    } else {
      parts.push(...ascending.slice(start, end + 1).map(String))
    }
    start = end + 1
  }
  return parts.join(',')
}

const ranges = defineFunction({
  name: 'ranges',
  summary:
    'A set of ids as text: ascending, each once, separated by commas, and three or more in a row as `first-last`. Ids are whole numbers of 0 or more, or texts of digits. Fails if there is none: a request without ids would often read everything.',
  parameters: [notEmpty(list('ids'))],
  returns: textType,
  evaluate: (ids) => idRanges(ids.map(readId)),
  examples: [
    { expression: '$ranges([5, 1, 2, 3, 2])', result: '1-3,5' },
    { expression: "$ranges(['8', 9, 12])", result: '8,9,12' },
    { expression: '$ranges(7)', result: '7' },
  ],
})

function readId(value: unknown): number {
  if (typeof value !== 'number' && typeof value !== 'string') {
    throw wrongType('ranges', 'every value of ids', 'a whole number or a text of digits', value)
  }
  const id = typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : value
  if (Number.isSafeInteger(id) && (id as number) >= 0) return id as number
  throw failure('ranges', 'wrong-argument', 'every value of ids must be a whole number of 0 or more')
}

export const idSets: readonly FunctionDefinition[] = [ranges]
