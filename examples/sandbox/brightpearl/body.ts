import { type Shape, ShapeError } from '../common/shape.ts'
import { type Decimal, decimal, scaleOf } from './back-office/amounts.ts'
import { ApiError, refused } from './errors.ts'
import { parseInstant } from './time-stamps.ts'

/** What a request brought besides its path. */
export interface RequestBody {
  readonly contentType: string
  readonly text: string
}

/**
 * Reads a JSON body. None at all: 400 CMNC-010 [doc]; a text that is no JSON, or a value of a wrong JSON type: 500
 * CMNU-003 [code]. Assumed: another content type is 415; an unknown field, a missing one and a value that does not fit
 * are 400, with the code of the resource where one is known.
 * @throws ApiError
 */
export function readBody<Value>(
  { contentType, text }: RequestBody,
  shape: Shape<Value>,
  codes: Readonly<Record<string, string>> = {},
): Value {
  if (text.trim() === '') throw new ApiError(400, 'CMNC-010', 'You have not supplied a JSON body')
  if (!/^application\/(json|json-patch\+json)\s*(;|$)/i.test(contentType)) {
    throw new ApiError(415, 'CMNC-400', 'The body must be application/json')
  }
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw new ApiError(500, 'CMNU-003', 'The body is not JSON')
  }
  try {
    return shape(value)
  } catch (error) {
    if (!(error instanceof ShapeError)) throw error
    if (error.kind === 'type') throw new ApiError(500, 'CMNU-003', error.message)
    throw new ApiError(400, codes[`${error.kind} ${error.at}`] ?? 'CMNC-400', error.message)
  }
}

/** A number or a decimal text: both are accepted for amounts and quantities [doc, rec]. */
export function decimalOf(decimals: number, { above }: { readonly above?: number } = {}): Shape<Decimal> {
  return (value, at = '') => {
    const readable =
      typeof value === 'number' ? Number.isFinite(value) : /^-?\d{1,12}(\.\d{1,12})?$/.test(String(value))
    if (typeof value !== 'number' && typeof value !== 'string') throw new ShapeError('type', at, 'must be a decimal')
    if (!readable) throw new ShapeError('type', at, 'must be a decimal')
    const read = decimal(value)
    if (scaleOf(read) > decimals) throw new ShapeError('value', at, `must have at most ${decimals} decimals`)
    if (above !== undefined && read.lte(above)) throw new ShapeError('value', at, `must be above ${above}`)
    return read
  }
}

/** A date, which is midnight in UTC [rec], or a time stamp with its offset, in milliseconds since 1970. */
export const instant: Shape<number> = (value, at = '') => {
  if (typeof value !== 'string') throw new ShapeError('type', at, 'must be a text')
  const read = parseInstant(value)
  if (read === undefined) throw new ShapeError('value', at, 'must be a date, or a time stamp with an offset')
  return read
}

/** Holds an amount to the decimals of its currency. @throws ApiError [assumed] */
export function fitCurrency(what: string, value: Decimal, decimals: number): Decimal {
  if (scaleOf(value) > decimals) throw refused(`${what} has more decimals than its currency`)
  return value
}
