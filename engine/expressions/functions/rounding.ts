import type { FunctionDefinition } from '../function-definition.ts'
import { number as numberType, text as textType } from '../type-algebra.ts'
import { decimalPlaces, decimalText, ROUND_HALF_EVEN, ROUND_HALF_UP, toExact } from '../values/decimal.ts'
import { exactResult } from './arithmetic.ts'
import { defineFunction } from './define.ts'
import { failure } from './errors.ts'
import { number, places } from './parameters.ts'

const roundHalfUp = defineFunction({
  name: 'roundHalfUp',
  summary:
    'A number rounded to so many decimals. A tie goes away from zero: 2.5 is 3, and -2.5 is -3. (`$round` of JSONata rounds a tie to the even neighbour, so that 2.5 is 2.)',
  parameters: [number('x'), places()],
  returns: numberType,
  evaluate: (x, decimals) => exactResult('roundHalfUp', toExact(x).round(decimals, ROUND_HALF_UP)),
  examples: [
    { expression: '$roundHalfUp(380.625, 2)', result: 380.63 },
    { expression: '$roundHalfUp(1.005, 2)', result: 1.01 },
    { expression: '$roundHalfUp(-2.5, 0)', result: -3 },
    { expression: '$roundHalfUp(7, 2)', result: 7 },
  ],
})

const roundHalfEven = defineFunction({
  name: 'roundHalfEven',
  summary:
    "A number rounded to so many decimals. A tie goes to the even neighbour (banker's rounding): 2.5 is 2, 3.5 is 4.",
  parameters: [number('x'), places()],
  returns: numberType,
  evaluate: (x, decimals) => exactResult('roundHalfEven', toExact(x).round(decimals, ROUND_HALF_EVEN)),
  examples: [
    { expression: '$roundHalfEven(380.625, 2)', result: 380.62 },
    { expression: '$roundHalfEven(380.635, 2)', result: 380.64 },
    { expression: '$roundHalfEven(-2.5, 0)', result: -2 },
  ],
})

const decimalTextFunction = defineFunction({
  name: 'decimalText',
  summary:
    'A number as text with exactly so many decimals, a point before them, and no exponent. Fails if the number has more: round it by name first.',
  parameters: [number('x'), places()],
  returns: textType,
  evaluate: (x, decimals) => {
    if (decimalPlaces(x) > decimals) {
      throw failure('decimalText', 'too-many-places', `x has more than ${decimals} decimals; round it by name first`)
    }
    return decimalText(x, decimals)
  },
  examples: [
    { expression: '$decimalText(31.5, 4)', result: '31.5000' },
    { expression: '$decimalText(1200, 0)', result: '1200' },
    { expression: '$decimalText($roundHalfUp(2.345, 2), 2)', result: '2.35' },
  ],
})

export const rounding: readonly FunctionDefinition[] = [roundHalfUp, roundHalfEven, decimalTextFunction]
