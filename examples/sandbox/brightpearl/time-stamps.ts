/** Writes and reads the API's time stamps. */
export interface TimeStamps {
  /** Milliseconds and the account's UTC offset: `2022-01-26T09:37:37.000-06:00` [rec]. */
  write(epochMs: number): string
}

export function createTimeStamps(timeZone: string): TimeStamps {
  const offsetAt = createOffsets(timeZone)
  return {
    write(epochMs) {
      const offset = offsetAt(epochMs)
      const sign = offset < 0 ? '-' : '+'
      const pad = (part: number) => String(part).padStart(2, '0')
      const minutes = Math.abs(offset)
      const local = new Date(epochMs + offset * 60_000).toISOString().slice(0, -1)
      return `${local}${sign}${pad(Math.floor(minutes / 60))}:${pad(minutes % 60)}`
    },
  }
}

/**
 * Minutes east of UTC. Asking `Intl` costs more than all else in an answer of 200 products, so it is asked once per
 * quarter of an hour, the finest step at which zones change.
 */
function createOffsets(timeZone: string): (epochMs: number) => number {
  const format = new Intl.DateTimeFormat('en', { timeZone, timeZoneName: 'longOffset' })
  const known = new Map<number, number>()
  const atDay = new Map<number, number>()
  const ask = (epochMs: number): number => {
    const name = format.formatToParts(epochMs).find(({ type }) => type === 'timeZoneName')?.value ?? 'GMT'
    const [, sign, hours, minutes] = /GMT([+-])(\d+):(\d+)/.exec(name) ?? []
    return hours ? (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) : 0
  }
  const remembered = (memory: Map<number, number>, step: number, epochMs: number): number => {
    const key = Math.floor(epochMs / step)
    let offset = memory.get(key)
    if (offset === undefined) {
      offset = ask(key * step)
      memory.set(key, offset)
    }
    return offset
  }
  const day = 86_400_000
  return (epochMs) => {
    // Days are few; only on one with a change are its quarters looked at.
    const offset = remembered(atDay, day, epochMs)
    return offset === remembered(atDay, day, epochMs + day) ? offset : remembered(known, 900_000, epochMs)
  }
}

/**
 * One end of a PERIOD: a date (UTC midnight [rec]) or a time stamp with an offset. Answers undefined when it is
 * neither; a time stamp without offset is refused [assumed], as is one whose `+` arrived as a blank because it was not
 * encoded.
 */
export function parseInstant(text: string): number | undefined {
  if (!/^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:?\d\d))?$/.test(text)) return undefined
  const instant = Date.parse(text.replace(/([+-]\d\d)(\d\d)$/, '$1:$2'))
  return Number.isNaN(instant) ? undefined : instant
}
