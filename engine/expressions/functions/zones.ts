import { DateTime, IANAZone } from 'luxon'
import type { FunctionDefinition } from '../function-definition.ts'
import { text as textType } from '../type-algebra.ts'
import { defineFunction } from './define.ts'
import { failure } from './errors.ts'
import { text } from './parameters.ts'
import { timeOf } from './time.ts'

const zone = () =>
  text('zone', {
    code: 'wrong-argument',
    be: 'a time zone of the IANA database, such as Europe/Stockholm',
    test: (value) => typeof value === 'string' && IANAZone.isValidZone(value),
  })

const LOCAL = /^\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}(?::\d{2}(?:[.,]\d{1,9})?)?)?$/

/** Some systems write finer fractions of a second than a time in JavaScript has. */
const shortened = (value: string): string => value.replace(/([.,]\d{3})\d+/, '$1')

const inZone = defineFunction({
  name: 'inZone',
  summary:
    'A time with its offset, of a time that was written without one by the clocks of a time zone. One that has an offset is left as it is. Where clocks are put forward an hour does not exist, and the time is that much later; where they are put back an hour comes twice, and the first is meant.',
  parameters: [text('time'), zone()],
  returns: textType,
  evaluate: (value, name) => {
    if (!LOCAL.test(value)) {
      timeOf('inZone', 'time', value)
      return value
    }
    const time = DateTime.fromISO(shortened(value), { zone: name })
    if (!time.isValid) throw failure('inZone', 'not-an-iso-time', 'time is not a date of the calendar')
    const [first] = time.getPossibleOffsets()
    return (first ?? time).toISO({ suppressMilliseconds: true })
  },
  examples: [
    { expression: "$inZone('2026-03-19T09:44:48.613', 'Europe/Stockholm')", result: '2026-03-19T09:44:48.613+01:00' },
    { expression: "$inZone('2026-10-25T02:30:00', 'Europe/Stockholm')", result: '2026-10-25T02:30:00+02:00' },
    { expression: "$inZone('2026-03-29T02:30:00', 'Europe/Stockholm')", result: '2026-03-29T03:30:00+02:00' },
    { expression: "$inZone('2026-03-19T09:44:48Z', 'Europe/Stockholm')", result: '2026-03-19T09:44:48Z' },
  ],
})

const localTime = defineFunction({
  name: 'localTime',
  summary: 'What the clocks of a time zone show at a time, without an offset: the form that some systems take.',
  parameters: [text('time'), zone()],
  returns: textType,
  evaluate: (value, name) => {
    timeOf('localTime', 'time', value)
    return DateTime.fromISO(shortened(value)).setZone(name).toISO({ includeOffset: false, suppressMilliseconds: true })
  },
  examples: [
    { expression: "$localTime('2026-05-20T15:05:00Z', 'Europe/Stockholm')", result: '2026-05-20T17:05:00' },
    { expression: "$localTime('2026-01-01T00:30:00.000+01:00', 'UTC')", result: '2025-12-31T23:30:00' },
  ],
})

export const zones: readonly FunctionDefinition[] = [inZone, localTime]
