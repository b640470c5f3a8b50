import type { FunctionDefinition } from '../function-definition.ts'
import { listOf, number as numberType, text as textType } from '../type-algebra.ts'
import { defineFunction } from './define.ts'
import { failure } from './errors.ts'
import { any, list, notEmpty, wrongType } from './parameters.ts'

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

/** More ids than any message names; a set beyond it is a mistake, and would fill the memory. */
const mostIds = 10_000

const idSet = defineFunction({
  name: 'idSet',
  summary:
    'The ids of a set that is written as text, such as `1-3,5` or `8.2`: a list of numbers, each once. A number, or a list of sets, is taken too. Fails for what is no such set, and for more than 10,000 ids.',
  parameters: [any('set')],
  returns: listOf(numberType),
  evaluate: (set) => readIdSet(set),
  examples: [
    { expression: "$idSet('1-3,5')", result: [1, 2, 3, 5] },
    { expression: "$idSet('8.2')", result: [8, 2] },
    { expression: '$idSet(7)', result: [7] },
  ],
})

function readIdSet(set: unknown): number[] {
  const parts = (Array.isArray(set) ? set : [set]).flatMap((part) =>
    typeof part === 'number' ? [String(part)] : typeof part === 'string' ? part.split(/[,.]/) : [''],
  )
  const ids = new Set<number>()
  for (const part of parts) {
    const [, from, to = from] = /^\s*(\d{1,15})(?:-(\d{1,15}))?\s*$/.exec(part) ?? []
    if (from === undefined || Number(from) > Number(to)) {
      throw failure('idSet', 'wrong-argument', 'the set must be ids and ranges such as 1-3,5')
    }
    if (Number(to) - Number(from) >= mostIds - ids.size) {
      throw failure('idSet', 'wrong-argument', `the set must have at most ${mostIds} ids`)
    }
    for (let id = Number(from); id <= Number(to); id++) ids.add(id)
  }
  return [...ids]
}

export const idSets: readonly FunctionDefinition[] = [ranges, idSet]
