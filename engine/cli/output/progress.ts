import { type Counts, sum } from '../../pipeline/counts.ts'
import type { RunEvent } from '../../pipeline/run-context.ts'

/** Shows how a run goes on: lines that are written over on a terminal, else a plain line now and then. */
export interface Progress {
  listen(event: RunEvent): void
  end(): void
}

const terminalEveryMs = 150
const plainEveryMs = 5_000

export interface ProgressStream {
  readonly isTTY?: boolean
  readonly columns?: number
  write(text: string): unknown
}

/** @param now milliseconds of a clock that only goes forward. */
export function createProgress(stream: ProgressStream, now: () => number = () => performance.now()): Progress {
  const started = new Map<string, number>()
  const mostListed = new Map<string, number>()
  const lines = new Map<string, string>()
  const terminal = stream.isTTY === true && process.env.TERM !== 'dumb'
  // The first plain line comes when something takes long enough to be asked about.
  let last = now()
  let shown = 0

  function draw(force: boolean): void {
    if (!force && now() - last < (terminal ? terminalEveryMs : plainEveryMs)) return
    last = now()
    clear()
    const width = terminal ? (stream.columns ?? 80) - 1 : Number.POSITIVE_INFINITY
    for (const line of lines.values()) stream.write(`${line.slice(0, width)}\n`)
    shown = lines.size
  }

  function clear(): void {
    if (terminal && shown > 0) stream.write(`\u001b[${shown}A\u001b[0J`)
    shown = 0
  }

  function print(line: string): void {
    clear()
    stream.write(`${line}\n`)
    if (terminal) draw(true)
  }

  function secondsOf(mapping: string): number {
    return Math.max(0.001, (now() - (started.get(mapping) ?? now())) / 1000)
  }

  return {
    listen(event) {
      switch (event.type) {
        case 'pipeline-started':
          started.set(event.mapping, now())
          mostListed.delete(event.mapping)
          print(`${event.mapping}: ${modes[event.mode]} (${event.reason})`)
          break
        case 'progress':
          mostListed.set(event.mapping, Math.max(event.listed, mostListed.get(event.mapping) ?? 0))
          lines.set(event.mapping, progressLine(event, mostListed.get(event.mapping) ?? 0, secondsOf(event.mapping)))
          draw(false)
          break
        case 'warning':
          print(`${event.mapping}: ${event.message}`)
          break
        case 'pipeline-ended':
          lines.delete(event.mapping)
          print(`${event.mapping}: ended after ${event.report.seconds.toFixed(1)} s`)
          break
        case 'sides-compared': {
          const { mapping, compared, remaining, seconds } = event
          lines.delete(mapping)
          const found = remaining === 0 ? 'nothing differs' : `${remaining} ${remaining === 1 ? 'differs' : 'differ'}`
          print(`${mapping}: ${compared} compared, ${found}, after ${seconds.toFixed(1)} s`)
          break
        }
        case 'would-write':
          break
      }
    },
    end: clear,
  }
}

const modes = {
  full: 'reading everything',
  changes: 'reading what changed',
  only: 'reading one record',
  since: 'reading what changed since the given time',
  new: 'reading what is new',
  given: 'taking given records',
} as const

/** What was done, and how fast it went so far; how long it will take is not known, so nothing is said about it. */
function progressLine(event: Extract<RunEvent, { type: 'progress' }>, listed: number, seconds: number): string {
  const { mapping, counts, phase } = event
  const records = phase === 'reading' ? listed : counts.read
  const done = phase === 'reading' ? `${listed} read` : `${counts.read} of ${listed} mapped`
  return `  ${mapping}: ${[done, ...outcomes(counts)].join(', ')}; ${Math.round(records / seconds)} records/s, ${sum(counts.calls)} calls, ${Math.round(seconds)} s`
}

/** Only what there is: a line has to fit a terminal. */
function outcomes(counts: Counts): string[] {
  const shown = [
    [counts.created + counts.updated, 'written'],
    [counts.unchanged, 'unchanged'],
    [sum(counts.failed), 'failed'],
  ] as const
  return shown.filter(([count]) => count > 0).map(([count, what]) => `${count} ${what}`)
}
