import Big from 'big.js'

/** Decimal arithmetic on amounts that are kept as numbers of at most four decimals: never floating point on the way. */

export function plus(...amounts: readonly number[]): number {
  return amounts.reduce((sum, amount) => sum.plus(amount), new Big(0)).toNumber()
}

export function minus(amount: number, less: number): number {
  return new Big(amount).minus(less).toNumber()
}

export function times(amount: number, factor: number): number {
  return new Big(amount).times(factor).toNumber()
}

export function quotient(amount: number, divisor: number): number {
  return new Big(amount).div(divisor).toNumber()
}

/** Half away from zero. */
export function rounded(amount: number, decimals: number): number {
  return new Big(amount).round(decimals, Big.roundHalfUp).toNumber()
}

export function perCent(amount: number, rate: number, decimals: number): number {
  return new Big(amount).times(rate).div(100).round(decimals, Big.roundHalfUp).toNumber()
}

/** Currencies without minor units round to whole ones (ISO 4217; the shop sells in one of them). */
const WITHOUT_MINOR_UNITS: readonly string[] = ['JPY', 'KRW', 'VND', 'CLP', 'ISK', 'HUF']

export function minorUnits(currencyCode: string): number {
  return WITHOUT_MINOR_UNITS.includes(currencyCode) ? 0 : 2
}
