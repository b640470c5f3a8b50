/**
 * Time on Norce's wire.
 *
 * Inside the stand-in an instant of a row is a number of 100-nanosecond ticks since 2010-01-01T00:00:00Z. That unit is
 * what Query prints (7 fractional digits), so an instant that was printed and sent back in a `$filter` compares equal to
 * the stored one; and until the year 2038 it is an exact integer in a double.
 */

const EPOCH_MS = Date.UTC(2010, 0, 1)
const TICKS_PER_SECOND = 10_000_000

/**
 * Instant of a row, in ticks, from milliseconds since 1970.
 * Assumed: rounded to 1/300 s like SQL Server's `datetime`, which explains the fractions seen in answers
 * (`.2866667`, `.6133333`, `.353`).
 */
export function ticksFromMilliseconds(ms: number): number {
  return Math.round((Math.round(((ms - EPOCH_MS) * 300) / 1000) * TICKS_PER_SECOND) / 300)
}

/** Milliseconds since 1970 of an instant in ticks. */
export function millisecondsFromTicks(ticks: number): number {
  return EPOCH_MS + Math.round((ticks / TICKS_PER_SECOND) * 1000)
}

const QUERY_INSTANT = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,7}))?)?(Z|[+-]\d\d:\d\d)?$/

/**
 * Ticks of an ISO date-time, or undefined when it is not one.
 * @param zoneRequired Query's literals need `Z` or an offset; dates in Connect items come without a zone and are taken
 *   as UTC (assumed: the zone is not known).
 */
export function parseTicks(text: string, zoneRequired: boolean): number | undefined {
  const match = QUERY_INSTANT.exec(text)
  if (match === null) return undefined
  const [, year, month, day, hour, minute, second = '0', fraction = '', zone] = match
  if (zone === undefined && zoneRequired) return undefined
  const [y, mo, d, h, mi, s] = [year, month, day, hour, minute, second].map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ]
  const wholeMs = Date.UTC(y, mo - 1, d, h, mi, s)
  const check = new Date(wholeMs)
  if (check.getUTCMonth() !== mo - 1 || check.getUTCDate() !== d || h > 23 || mi > 59 || s > 59) return undefined
  let offsetMinutes = 0
  if (zone !== undefined && zone !== 'Z') {
    const sign = zone.startsWith('-') ? -1 : 1
    offsetMinutes = sign * (Number(zone.slice(1, 3)) * 60 + Number(zone.slice(4, 6)))
  }
  const seconds = (wholeMs - EPOCH_MS) / 1000 - offsetMinutes * 60
  return seconds * TICKS_PER_SECOND + Number(fraction.padEnd(7, '0'))
}

/** UTC with `Z`, up to 7 fractional digits, trailing zeros trimmed [code C9]. */
export function formatQueryInstant(ticks: number): string {
  const seconds = Math.floor(ticks / TICKS_PER_SECOND)
  const fraction = ticks - seconds * TICKS_PER_SECOND
  const whole = new Date(EPOCH_MS + seconds * 1000).toISOString().slice(0, 19)
  const digits = fraction === 0 ? '' : `.${String(fraction).padStart(7, '0').replace(/0+$/, '')}`
  return `${whole}${digits}Z`
}

/** Job times: ISO without a zone, fraction trimmed [code C1]. */
export function formatJobTime(ms: number): string {
  return new Date(ms)
    .toISOString()
    .slice(0, 23)
    .replace(/\.?0+$/, '')
}

/** A .NET time span such as `00:00:02.5830000` [code C1]; whole seconds carry no fraction. */
export function formatTimeSpan(ms: number): string {
  const whole = Math.floor(ms / 1000)
  const pad = (value: number) => String(value).padStart(2, '0')
  const clock = `${pad(Math.floor(whole / 3600))}:${pad(Math.floor(whole / 60) % 60)}:${pad(whole % 60)}`
  const fraction = Math.round((ms - whole * 1000) * 10_000)
  return fraction === 0 ? clock : `${clock}.${String(fraction).padStart(7, '0')}`
}
