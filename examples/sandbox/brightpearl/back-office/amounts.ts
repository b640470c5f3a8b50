import type { Big as BigNumber } from 'big.js'
import Big from 'big.js'

/** Decimal amounts and quantities: money never passes through floating point. */
export type Decimal = BigNumber

export const zero: Decimal = new Big(0)

export function decimal(value: string | number): Decimal {
  return new Big(value)
}

export function sum(values: readonly Decimal[]): Decimal {
  return values.reduce((total, value) => total.plus(value), zero)
}

/** How many decimals the value needs: 2 for `1.50` written as text too, since trailing zeros say nothing. */
export function scaleOf(value: Decimal): number {
  return Math.max(0, value.c.length - 1 - value.e)
}

/** Half away from zero, to so many decimals. */
export function rounded(value: Decimal, decimals: number): Decimal {
  return value.round(decimals, Big.roundHalfUp)
}
