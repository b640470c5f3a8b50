import { sum } from '../../pipeline/counts.ts'
import type { RunEvent } from '../../pipeline/run-context.ts'

/** Shows how a run goes on: one line that is written over on a terminal, else a plain line now and then. */
export interface Progress {
  listen(event: RunEvent): void
  end(): void
}

const terminalEveryMs = 150
const plainEveryMs = 5_000

export function createProgress(stream: NodeJS.WriteStream, now: () => number = () => performance.now()): Progress {
  const started = now()
  const lines = new Map<string, string>()
  let last = Number.NEGATIVE_INFINITY
  let shown = 0
  const terminal = stream.isTTY === true

  function draw(force: boolean): void {
    const pause = terminal ? terminalEveryMs : plainEveryMs
    if (!force && now() - last < pause) return
    last = now()
    if (!terminal) {
      for (const line of lines.values()) stream.write(`${line}\n`)
      return
    }
    clear()
    const width = stream.columns ?? 80
    for (const line of lines.values()) stream.write(`${line.slice(0, width - 1)}\n`)
    shown = lines.size
  }

  function clear(): void {
    if (shown > 0) stream.write(`\u001b[${shown}A\u001b[0J`)
    shown = 0
  }

  function print(line: string): void {
    if (terminal) clear()
    stream.write(`${line}\n`)
    if (terminal) draw(true)
  }

  return {
    listen(event) {
      switch (event.type) {
        case 'pipeline-started':
          print(`${event.mapping}: reading ${event.mode === 'full' ? 'everything' : event.mode} (${event.reason})`)
          break
        case 'progress': {
          const { counts } = event
          const seconds = Math.max(0.001, (now() - started) / 1000)
          const written = counts.created + counts.updated
          const done =
            event.phase === 'reading'
              ? `${event.listed} read`
              : `${counts.read} of ${event.listed || counts.read} mapped`
          lines.set(
            event.mapping,
            `  ${event.mapping}: ${done}, ${written} written, ${counts.unchanged} unchanged, ${sum(counts.failed)} failed; ${Math.round((event.phase === 'reading' ? event.listed : counts.read) / seconds)} records/s, ${sum(counts.calls)} calls`,
          )
          draw(false)
          break
        }
        case 'warning':
          print(`${event.mapping}: ${event.message}`)
          break
        case 'pipeline-ended':
          lines.delete(event.mapping)
          print(`${event.mapping}: ended after ${event.report.seconds} s`)
          break
        case 'would-write':
          break
      }
    },
    end() {
      if (terminal) clear()
    },
  }
}
