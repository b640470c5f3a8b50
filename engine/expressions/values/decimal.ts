import type { Big as BigNumber } from 'big.js'
import Big from 'big.js'

/**
 * Decimals in expressions are JavaScript numbers that are exact by their shortest text, with at most
 * {@link MAX_DIGITS} significant digits. Every decimal of that many digits survives text → number → text unchanged;
 * with 16 digits some no longer do, so more is refused and never rounded.
 */
const MAX_DIGITS = 15

export type Decimal = BigNumber

/** A constructor of our own: its settings cannot be changed by, and do not change, other users of big.js. */
const Exact = Big()
Exact.strict = false

export type DecimalReading =
  | { readonly ok: true; readonly value: number }
  | { readonly ok: false; readonly code: 'not-a-decimal' | 'too-many-digits' }

const NOT_A_DECIMAL: DecimalReading = { ok: false, code: 'not-a-decimal' }
const TOO_MANY_DIGITS: DecimalReading = { ok: false, code: 'too-many-digits' }

const DECIMAL_TEXT = /^[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?$/

/**
 * The number that a decimal's text says: `"31.5000"` is 31.5.
 * Digits with an optional sign, point and exponent; no blanks, no thousands separators.
 */
export function readDecimalText(text: string): DecimalReading {
  if (!DECIMAL_TEXT.test(text)) return NOT_A_DECIMAL
  const value = Number(text)
  if (!Number.isFinite(value)) return NOT_A_DECIMAL
  // Up to 15 characters cannot hold more than 15 digits, and without an exponent they cannot underflow.
  if (text.length > MAX_DIGITS || value === 0) {
    const digits = significantDigits(text)
    if (digits > MAX_DIGITS) return TOO_MANY_DIGITS
    if (value === 0 && digits > 0) return NOT_A_DECIMAL
  }
  return { ok: true, value: value === 0 ? 0 : value }
}

/** A number as a decimal, if it is one: finite, and at most 15 significant digits. */
export function readDecimalNumber(value: number): DecimalReading {
  if (!Number.isFinite(value)) return NOT_A_DECIMAL
  return hasExactDigits(value) ? { ok: true, value: value === 0 ? 0 : value } : TOO_MANY_DIGITS
}

/** Whether a finite number has at most 15 significant digits by its shortest text. */
export function hasExactDigits(value: number): boolean {
  if (Number.isInteger(value) && value < 1e15 && value > -1e15) return true
  const text = String(value)
  // 15 digits and a point
  if (text.length <= MAX_DIGITS + 1 && text.includes('.') && !text.includes('e')) return true
  return significantDigits(text) <= MAX_DIGITS
}

/** Counts the digits of a decimal's text from the first to the last that is not 0; the exponent does not count. */
function significantDigits(text: string): number {
  let first = -1
  let last = -1
  let position = 0
  for (const character of text) {
    if (character === 'e' || character === 'E') break
    if (character < '0' || character > '9') continue
    if (character !== '0') {
      if (first < 0) first = position
      last = position
    }
    position += 1
  }
  return first < 0 ? 0 : last - first + 1
}

/** For arithmetic. The number must have passed {@link hasExactDigits}. */
export function toExact(value: number): Decimal {
  return new Exact(value)
}

/** The number of an exact result. Too many digits are refused, as is what a number cannot hold. */
export function fromExact(value: Decimal): DecimalReading {
  if (value.c.length > MAX_DIGITS) return TOO_MANY_DIGITS
  const number = value.toNumber()
  if (!Number.isFinite(number) || (number === 0 && value.c[0] !== 0)) return NOT_A_DECIMAL
  return { ok: true, value: number === 0 ? 0 : number }
}

/** Rounding modes by name: ties go away from zero, or to the even neighbour. */
export const ROUND_HALF_UP = 1
export const ROUND_HALF_EVEN = 2

/** The exact quotient, rounded half up (ties away from zero) to `places` decimals. The divisor must not be 0. */
export function divideHalfUp(dividend: Decimal, divisor: Decimal, places: number): Decimal {
  Exact.DP = places
  Exact.RM = ROUND_HALF_UP
  return dividend.div(divisor)
}

/** How many decimals a number's shortest text has: 2 for 31.25, 0 for 1200. */
export function decimalPlaces(value: number): number {
  if (Number.isInteger(value)) return 0
  const text = String(value)
  if (!text.includes('e')) return text.length - text.indexOf('.') - 1
  const exact = toExact(value)
  return Math.max(0, exact.c.length - 1 - exact.e)
}

/** Plain digits, never an exponent; with exactly `places` decimals where given, which must be enough to hold the value. */
export function decimalText(value: number, places?: number): string {
  if (places === undefined) {
    const text = String(value === 0 ? 0 : value)
    return text.includes('e') ? toExact(value).toFixed() : text
  }
  return toExact(value === 0 ? 0 : value).toFixed(places)
}
