import type { Argument, FunctionDefinition } from '../function-definition.ts'
import type { StaticType } from '../static-type.ts'
import {
  any as anyType,
  joinAll,
  memberOf,
  optional as optionalType,
  required as requiredType,
} from '../type-algebra.ts'
import { defineFunction } from './define.ts'
import { any, optional, takesNothing } from './parameters.ts'

const defaultFunction = defineFunction({
  name: 'default',
  summary:
    'A value, or the fallback where there is nothing. An empty text, 0 and false are values; `$firstOf` passes over empty texts.',
  parameters: [takesNothing(any('x')), any('fallback')],
  returns: ([x = anyType, fallback = anyType]) =>
    joinAll([x.kind === 'nothing' ? requiredType(fallback) : requiredType(x), requiredType(fallback)]),
  evaluate: (x, fallback) => x ?? fallback,
  examples: [
    { expression: '$default(nowhere, 5)', result: 5 },
    { expression: "$default('a', 'b')", result: 'a' },
    { expression: "$default('', 'b')", result: '' },
    { expression: '$default(0, 5)', result: 0 },
  ],
})

/** Values in any number are one list: nothing tells a list in the one place from a value in each. */
const choice = (name: string) => takesNothing(any(name))

const firstOf = defineFunction({
  name: 'firstOf',
  summary:
    'The first value that is there and is no empty or blank text, of a list, or of up to six values or lists. Nothing if there is none.',
  parameters: [
    choice('list'),
    optional(choice('b')),
    optional(choice('c')),
    optional(choice('d')),
    optional(choice('e')),
    optional(choice('f')),
  ],
  returns: (types, args) => {
    const elements = types.map(memberOf)
    const found = joinAll(elements.filter((_, index) => types[index]?.kind !== 'nothing'))
    return types.some((type, index) => isNeverBlank(type, args[index])) ? requiredType(found) : optionalType(found)
  },
  evaluate: (...values) => values.flat().find((value) => isGiven(value)),
  examples: [
    { expression: "$firstOf(['', nowhere, 'b', 'c'])", result: 'b' },
    { expression: "$firstOf(nowhere, '  ', 0)", result: 0 },
    { expression: "$firstOf(['', nowhere])", result: undefined },
  ],
})

function isGiven(value: unknown): boolean {
  if (value === undefined || value === null) return false
  return typeof value !== 'string' || value.trim() !== ''
}

/** Whether a value of this type ends the search for certain. */
function isNeverBlank(type: StaticType, argument: Argument | undefined): boolean {
  if (type.optional) return false
  switch (type.kind) {
    case 'number':
    case 'boolean':
    case 'object':
      return true
    case 'string':
      if (argument?.literal !== undefined) return isGiven(argument.literal)
      return type.values?.every(isGiven) ?? false
    default:
      return false
  }
}

export const absence: readonly FunctionDefinition[] = [defaultFunction, firstOf]
