import type { FunctionDefinition } from '../function-definition.ts'
import { number as numberType } from '../type-algebra.ts'
import { defineFunction } from './define.ts'
import { notEmpty, number, numbers } from './parameters.ts'

const atLeast = defineFunction({
  name: 'atLeast',
  summary:
    'A number, or the minimum where the number is smaller. Fails if the number is absent, where `$max([0, x])` would say 0.',
  parameters: [number('minimum'), number('x')],
  returns: numberType,
  evaluate: (minimum, x) => Math.max(minimum, x),
  examples: [
    { expression: '$atLeast(0, -3)', result: 0 },
    { expression: '$atLeast(0, 34)', result: 34 },
  ],
})

const atMost = defineFunction({
  name: 'atMost',
  summary: 'A number, or the maximum where the number is greater. Fails if the number is absent.',
  parameters: [number('maximum'), number('x')],
  returns: numberType,
  evaluate: (maximum, x) => Math.min(maximum, x),
  examples: [
    { expression: '$atMost(999, 1200)', result: 999 },
    { expression: '$atMost(999, 34)', result: 34 },
  ],
})

const least = defineFunction({
  name: 'least',
  summary: 'The smallest number of a list. Fails if the list is empty: say before what is meant then.',
  parameters: [notEmpty(numbers('list'))],
  returns: numberType,
  evaluate: (values) => values.reduce((left, right) => Math.min(left, right)),
  examples: [
    { expression: '$least([3, 1.5, 2])', result: 1.5 },
    { expression: '$least(7)', result: 7 },
  ],
})

const greatest = defineFunction({
  name: 'greatest',
  summary: 'The greatest number of a list. Fails if the list is empty: say before what is meant then.',
  parameters: [notEmpty(numbers('list'))],
  returns: numberType,
  evaluate: (values) => values.reduce((left, right) => Math.max(left, right)),
  examples: [
    { expression: '$greatest([3, 10, 2])', result: 10 },
    { expression: '$greatest([-1, -2])', result: -1 },
  ],
})

export const bounds: readonly FunctionDefinition[] = [atLeast, atMost, least, greatest]
