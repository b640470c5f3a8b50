import type { FunctionDefinition } from '../function-definition.ts'
import { number as numberType } from '../type-algebra.ts'
import { type Decimal, divideHalfUp, fromExact, toExact } from '../values/decimal.ts'
import { defineFunction } from './define.ts'
import { failure } from './errors.ts'
import { number, numbers, optional, places } from './parameters.ts'

/** The number of an exact result, for a function of this name. */
export function exactResult(functionName: string, result: Decimal): number {
  const reading = fromExact(result)
  if (reading.ok) return reading.value
  throw reading.code === 'too-many-digits'
    ? failure(
        functionName,
        'too-many-digits',
        'the result has more than 15 significant digits; round it by name before',
      )
    : failure(functionName, 'out-of-range', 'the result is too large, or too near to 0, for a number')
}

const MORE = [optional(number('c')), optional(number('d')), optional(number('e')), optional(number('f'))] as const

const add = defineFunction({
  name: 'add',
  summary:
    'The exact sum of two to six numbers. Fails if one of them is absent; for a list, where nothing counts as 0, use `$total`.',
  parameters: [number('a'), number('b'), ...MORE],
  returns: numberType,
  evaluate: (...terms) => exactResult('add', sum(terms)),
  examples: [
    { expression: '$add(0.1, 0.2)', result: 0.3 },
    { expression: '$add(1, 0.2)', result: 1.2 },
    { expression: '$add(19.99, 4.9, -0.89)', result: 24 },
  ],
})

const sub = defineFunction({
  name: 'sub',
  summary: 'The exact difference: a less b.',
  parameters: [number('a'), number('b')],
  returns: numberType,
  evaluate: (a, b) => exactResult('sub', toExact(a).minus(toExact(b))),
  examples: [
    { expression: '$sub(0.3, 0.1)', result: 0.2 },
    { expression: '$sub(5, 7.25)', result: -2.25 },
  ],
})

const mul = defineFunction({
  name: 'mul',
  summary: 'The exact product of two to six numbers.',
  parameters: [number('a'), number('b'), ...MORE],
  returns: numberType,
  evaluate: (...factors) => exactResult('mul', product(factors)),
  examples: [
    { expression: '$mul(1.1, 3)', result: 3.3 },
    { expression: '$mul(1000, 0.28)', result: 280 },
    { expression: '$mul(2, 1.5, 0.1)', result: 0.3 },
  ],
})

const div = defineFunction({
  name: 'div',
  summary:
    'a divided by b, rounded half up (a tie goes away from zero) to so many decimals. Fails if b is 0: say before what is meant then.',
  parameters: [
    number('a'),
    number('b', { code: 'division-by-zero', be: 'a number other than 0', test: (value) => value !== 0 }),
    places(),
  ],
  returns: numberType,
  evaluate: (a, b, decimals) => exactResult('div', divideHalfUp(toExact(a), toExact(b), decimals)),
  examples: [
    { expression: '$div(1, 3, 4)', result: 0.3333 },
    { expression: '$div(2, 3, 4)', result: 0.6667 },
    { expression: '$div(75, 1.2, 2)', result: 62.5 },
    { expression: '$div(-1, 8, 2)', result: -0.13 },
  ],
})

const total = defineFunction({
  name: 'total',
  summary: 'The exact sum of a list of numbers. Nothing, or an empty list, is 0.',
  parameters: [numbers('list')],
  returns: numberType,
  evaluate: (terms) => exactResult('total', sum(terms)),
  examples: [
    { expression: '$total([0.1, 0.2, 0.3])', result: 0.6 },
    { expression: '$total(4.5)', result: 4.5 },
    { expression: '$total([])', result: 0 },
    { expression: '$total(nowhere.amount)', result: 0 },
  ],
})

function sum(terms: readonly (number | undefined)[]): Decimal {
  let exact = toExact(0)
  for (const term of terms) if (term !== undefined) exact = exact.plus(toExact(term))
  return exact
}

function product(factors: readonly (number | undefined)[]): Decimal {
  let exact = toExact(1)
  for (const factor of factors) if (factor !== undefined) exact = exact.times(toExact(factor))
  return exact
}

export const arithmetic: readonly FunctionDefinition[] = [add, sub, mul, div, total]
