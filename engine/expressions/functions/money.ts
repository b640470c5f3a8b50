import type { FunctionDefinition } from '../function-definition.ts'
import { number as numberType } from '../type-algebra.ts'
import { divideHalfUp, ROUND_HALF_UP, toExact } from '../values/decimal.ts'
import { exactResult } from './arithmetic.ts'
import { minorUnitsOf } from './currencies.ts'
import { defineFunction } from './define.ts'
import { number, places, text } from './parameters.ts'

const ratePercent = number('ratePercent', {
  code: 'wrong-argument',
  be: 'a rate in percent of 0 or more, such as 25',
  test: (value) => (value as number) >= 0,
})

const currencyCode = text('currencyCode', {
  code: 'unknown-currency',
  be: 'a currency code of ISO 4217 in capitals, such as EUR',
  test: (value) => minorUnitsOf(value as string) !== undefined,
})

const withoutVat = defineFunction({
  name: 'withoutVat',
  summary:
    'The net of a gross amount: gross / (1 + rate / 100), rounded half up to so many decimals. The rate is in percent.',
  parameters: [number('gross'), ratePercent, places()],
  returns: numberType,
  evaluate: (gross, rate, decimals) => {
    const percent = toExact(rate).plus(100)
    return exactResult('withoutVat', divideHalfUp(toExact(gross).times(100), percent, decimals))
  },
  examples: [
    { expression: '$withoutVat(75, 20, 4)', result: 62.5 },
    { expression: '$withoutVat(1.95, 20, 4)', result: 1.625 },
    { expression: '$withoutVat(99, 25.5, 4)', result: 78.8845 },
    { expression: '$withoutVat(10, 0, 4)', result: 10 },
  ],
})

const withVat = defineFunction({
  name: 'withVat',
  summary: 'The gross of a net amount: net × (1 + rate / 100), exact and not rounded. The rate is in percent.',
  parameters: [number('net'), ratePercent],
  returns: numberType,
  evaluate: (net, rate) => exactResult('withVat', toExact(net).times(toExact(rate).plus(100)).times(toExact(0.01))),
  examples: [
    { expression: '$withVat(62.5, 20)', result: 75 },
    { expression: '$withVat(1.625, 25.5)', result: 2.039375 },
    { expression: '$withVat(10, 0)', result: 10 },
  ],
})

const minorUnits = defineFunction({
  name: 'minorUnits',
  summary: 'How many decimals the amounts of a currency have, by ISO 4217. Fails for a code that it does not have.',
  parameters: [currencyCode],
  returns: { kind: 'number', values: [0, 2, 3] },
  evaluate: (code) => minorUnitsOf(code),
  examples: [
    { expression: "$minorUnits('EUR')", result: 2 },
    { expression: "$minorUnits('JPY')", result: 0 },
    { expression: "$minorUnits('KWD')", result: 3 },
    { expression: "$minorUnits('HUF')", result: 2 },
  ],
})

const roundMoney = defineFunction({
  name: 'roundMoney',
  summary: "An amount rounded half up (a tie goes away from zero) to its currency's decimals by ISO 4217.",
  parameters: [number('amount'), currencyCode],
  returns: numberType,
  evaluate: (amount, code) => exactResult('roundMoney', toExact(amount).round(minorUnitsOf(code), ROUND_HALF_UP)),
  examples: [
    { expression: "$roundMoney(2.345, 'GBP')", result: 2.35 },
    { expression: "$roundMoney(1234.5, 'JPY')", result: 1235 },
    { expression: "$roundMoney(-0.0005, 'KWD')", result: -0.001 },
  ],
})

export const money: readonly FunctionDefinition[] = [withoutVat, withVat, minorUnits, roundMoney]
