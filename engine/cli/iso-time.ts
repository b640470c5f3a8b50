import { SynclineError } from '../diagnostics/syncline-error.ts'

/** A date is its midnight in UTC; a time without a zone is UTC too. */
export function isoTime(text: string): string {
  const parts = /^(\d{4}-\d{2}-\d{2})(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?)?$/.exec(text)
  const time = parts ? Date.parse(parts[0] === parts[1] || parts[2] ? text : `${text}Z`) : Number.NaN
  // Date.parse takes the 30th of February for a day of March.
  const isDay = parts ? new Date(`${parts[1]}T00:00:00Z`).toISOString().startsWith(parts[1] as string) : false
  if (Number.isNaN(time) || !isDay) {
    throw new SynclineError({
      code: 'not-a-time',
      message: `--since ${text} is no date or time.`,
      advice: 'Write it like 2026-03-01 or 2026-03-01T08:00:00Z.',
      exitStatus: 2,
    })
  }
  return new Date(time).toISOString()
}
