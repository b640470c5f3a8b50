import { pino, stdTimeFunctions } from 'pino'
import type { Log, LogFields } from '../../service/log.ts'

/** One JSON object a line, for machines. It goes through the guarded stream, as everything that is printed. */
export function jsonLog(write: (line: string) => void): Log {
  const log = pino(
    {
      base: null,
      timestamp: stdTimeFunctions.isoTime,
      formatters: { level: (level) => ({ level }) },
      messageKey: 'what',
    },
    { write },
  )
  return (level, what, fields = {}) => log[level](fields, what)
}

/** One line for people: the time, what happened, and its fields; counts of 0 are left out. */
export function readableLog(write: (line: string) => void, now: () => Date = () => new Date()): Log {
  return (level, what, fields = {}) => {
    const mark = level === 'info' ? '' : `${level}: `
    write(`${now().toISOString()} ${[`${mark}${what}`, ...words(fields)].join(' ')}\n`)
  }
}

function words(fields: LogFields): string[] {
  return Object.entries(fields).flatMap(([name, value]) => {
    if (value === 0) return []
    if (typeof value !== 'object')
      return [`${name}=${typeof value === 'string' && /\s/.test(value) ? JSON.stringify(value) : value}`]
    const counts = Object.entries(value)
    return counts.length === 0 ? [] : [`${name}=${counts.map(([code, count]) => `${code}:${count}`).join(',')}`]
  })
}
