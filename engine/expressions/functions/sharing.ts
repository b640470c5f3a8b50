import type { FunctionDefinition } from '../function-definition.ts'
import { listOf, number as numberType } from '../type-algebra.ts'
import { divideHalfUp, toExact } from '../values/decimal.ts'
import { exactResult } from './arithmetic.ts'
import { defineFunction } from './define.ts'
import { failure } from './errors.ts'
import { notEmpty, number, numbers, places } from './parameters.ts'

const shareOut = defineFunction({
  name: 'shareOut',
  summary:
    'An amount shared out in proportion to weights, each share rounded half up to so many decimals; what is left over by rounding goes to the share with the largest weight (the first of several), so that the shares add up to the amount exactly. With weights that are all 0 the first takes it all. Fails for a weight below 0, and for an amount with more decimals.',
  parameters: [number('amount'), notEmpty(numbers('weights')), places()],
  returns: listOf(numberType),
  evaluate: (amount, weights, decimals) => {
    if (weights.some((weight) => weight < 0))
      throw failure('shareOut', 'wrong-argument', 'every weight must be 0 or more')
    const whole = toExact(amount)
    if (!whole.eq(divideHalfUp(whole, toExact(1), decimals)))
      throw failure('shareOut', 'wrong-argument', 'the amount has more decimals than its shares may have')
    const sum = weights.reduce((total, weight) => total.plus(toExact(weight)), toExact(0))
    const largest = weights.reduce((best, weight, index) => (weight > (weights[best] ?? 0) ? index : best), 0)
    const shares = weights.map((weight) =>
      sum.eq(toExact(0)) ? toExact(0) : divideHalfUp(whole.times(toExact(weight)), sum, decimals),
    )
    const given = shares.reduce((total, share) => total.plus(share), toExact(0))
    return shares.map((share, index) =>
      exactResult('shareOut', index === largest ? share.plus(whole.minus(given)) : share),
    )
  },
  examples: [
    { expression: '$shareOut(10, [1, 1, 1], 2)', result: [3.34, 3.33, 3.33] },
    { expression: '$shareOut(100, [199.5, 0.5], 0)', result: [100, 0] },
    { expression: '$shareOut(5, [0, 0], 2)', result: [5, 0] },
  ],
})

export const sharing: readonly FunctionDefinition[] = [shareOut]
