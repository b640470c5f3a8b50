import type { FunctionDefinition } from '../function-definition.ts'
import { boolean as booleanType, text as textType } from '../type-algebra.ts'
import { defineFunction } from './define.ts'
import { failure } from './errors.ts'
import { any, number, text, wrongType } from './parameters.ts'

const DATE = '(\\d{4})-(\\d{2})-(\\d{2})'
const TIME = 'T(\\d{2}):(\\d{2})(?::(\\d{2})(?:[.,](\\d{1,9}))?)?(Z|[+-]\\d{2}:?\\d{2})?'
const ISO = new RegExp(`^${DATE}(?:${TIME})?$`)

/** A point in time, by its whole seconds since 1970 and the nanoseconds after them. */
export interface Instant {
  readonly seconds: number
  readonly nanoseconds: number
}

interface IsoParts {
  readonly year: number
  readonly month: number
  readonly day: number
  /** None: a date without a time, or a time without an offset. */
  readonly instant: Instant | undefined
}

/** The parts of a date or time as ISO 8601 writes it (`2026-05-18`, `2026-05-18T14:03:27.000+01:00`); nothing else. */
function partsOf(value: string): IsoParts | undefined {
  const match = ISO.exec(value)
  if (!match) return undefined
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map((part) => Number(part ?? 0)) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ]
  const date = new Date(0)
  date.setUTCFullYear(year, month - 1, day)
  // Date counts on where a month ends: the 30th of February would be the 2nd of March.
  if (date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day) return undefined
  if (hour > 23 || minute > 59 || second > 59) return undefined
  const offset = offsetMinutes(match[8])
  if (Number.isNaN(offset)) return undefined
  const instant: Instant | undefined =
    offset === undefined
      ? undefined
      : {
          seconds: date.getTime() / 1000 + hour * 3600 + (minute - offset) * 60 + second,
          nanoseconds: Number((match[7] ?? '').padEnd(9, '0')),
        }
  return { year, month, day, instant }
}

function offsetMinutes(text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  if (text === 'Z') return 0
  const hours = Number(text.slice(1, 3))
  const minutes = Number(text.slice(-2))
  if (hours > 23 || minutes > 59) return Number.NaN
  return (text.startsWith('-') ? -1 : 1) * (hours * 60 + minutes)
}

/** @throws EvaluationError for a text that is not a time with an offset from UTC */
export function timeOf(functionName: string, name: string, value: string): Instant {
  const instant = partsOf(value)?.instant
  if (instant) return instant
  throw failure(
    functionName,
    'not-an-iso-time',
    `${name} must be an ISO 8601 time with its offset, such as 2026-05-18T14:03:27+01:00`,
  )
}

const isoTime = defineFunction({
  name: 'isoTime',
  summary:
    'A time in one form, in UTC with milliseconds. Takes milliseconds since 1970, or an ISO 8601 time with an offset (finer fractions of a second are cut off).',
  parameters: [any('time')],
  returns: textType,
  evaluate: (value) => {
    if (typeof value !== 'number' && typeof value !== 'string') {
      throw wrongType('isoTime', 'time', 'a number of milliseconds or a text', value)
    }
    if (typeof value === 'string') return new Date(millisecondsOf(timeOf('isoTime', 'time', value))).toISOString()
    if (!Number.isInteger(value)) {
      throw failure('isoTime', 'wrong-argument', 'time must be a whole number of milliseconds')
    }
    const date = new Date(value)
    if (!isWritable(date.getUTCFullYear())) {
      throw failure('isoTime', 'out-of-range', 'time is not within the years 0 to 9999; is it in milliseconds?')
    }
    return date.toISOString()
  },
  examples: [
    { expression: "$isoTime('2026-05-18T14:03:27.000+01:00')", result: '2026-05-18T13:03:27.000Z' },
    { expression: "$isoTime('2026-05-18T13:03:27.1234567Z')", result: '2026-05-18T13:03:27.123Z' },
    { expression: '$isoTime(1779109407000)', result: '2026-05-18T13:03:27.000Z' },
  ],
})

/** ISO 8601 has four digits for a year unless both sides agree on more. */
function isWritable(year: number): boolean {
  return year >= 0 && year <= 9999
}

function millisecondsOf({ seconds, nanoseconds }: Instant): number {
  return seconds * 1000 + Math.floor(nanoseconds / 1e6)
}

const timeAfter = defineFunction({
  name: 'timeAfter',
  summary:
    'True if a is later than b. Both are ISO 8601 times with an offset; compared as texts, times of different offsets would come out wrong.',
  parameters: [text('a'), text('b')],
  returns: booleanType,
  evaluate: (a, b) => {
    const [left, right] = [timeOf('timeAfter', 'a', a), timeOf('timeAfter', 'b', b)]
    return left.seconds - right.seconds > 0 || (left.seconds === right.seconds && left.nanoseconds > right.nanoseconds)
  },
  examples: [
    { expression: "$timeAfter('2026-05-18T14:00:00+02:00', '2026-05-18T13:00:00Z')", result: false },
    { expression: "$timeAfter('2026-05-18T13:00:00.001Z', '2026-05-18T13:00:00Z')", result: true },
    { expression: "$timeAfter('2026-05-18T13:00:00Z', '2026-05-18T15:00:00+02:00')", result: false },
  ],
})

const plusDays = defineFunction({
  name: 'plusDays',
  summary:
    'A date or time so many days later (or earlier, for a negative number), in the form in which it is given: the time of day and the offset stay.',
  parameters: [
    text('time'),
    number('days', { code: 'wrong-argument', be: 'a whole number', test: (value) => Number.isInteger(value) }),
  ],
  returns: textType,
  evaluate: (value, days) => {
    const parts = partsOf(value)
    if (!parts) {
      throw failure('plusDays', 'not-an-iso-time', 'time must be an ISO 8601 date or time, such as 2026-05-18')
    }
    const date = new Date(0)
    date.setUTCFullYear(parts.year, parts.month - 1, parts.day + days)
    if (!isWritable(date.getUTCFullYear())) {
      throw failure('plusDays', 'out-of-range', 'the result is not a date of the years 0 to 9999')
    }
    return date.toISOString().slice(0, 10) + value.slice(10)
  },
  examples: [
    { expression: "$plusDays('2026-02-27', 2)", result: '2026-03-01' },
    { expression: "$plusDays('2026-05-18T14:03:27.000+01:00', -18)", result: '2026-04-30T14:03:27.000+01:00' },
  ],
})

export const times: readonly FunctionDefinition[] = [isoTime, timeAfter, plusDays]
