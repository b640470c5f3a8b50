/** How a command is told to stop: at the first signal in good order, at the second at once. */
export interface Stopping {
  readonly stop: AbortSignal
  readonly abort: AbortSignal
  dispose(): void
}

/** What is under way may take so long after the first signal. */
const graceMs = 30_000
/** Ctrl-C reaches the whole process group, and the launcher passes it on too: within this time it is one signal. */
const echoMs = 250

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

export function stopOnSignals(say: (message: string) => void): Stopping {
  const stop = new AbortController()
  const abort = new AbortController()
  let grace: NodeJS.Timeout | undefined
  let last = Number.NEGATIVE_INFINITY
  const onSignal = (signal: NodeJS.Signals): void => {
    const now = performance.now()
    if (now - last < echoMs) return
    last = now
    if (stop.signal.aborted) {
      say(`${signal} again: stopping at once. What was not confirmed is sent again by the next run.`)
      abort.abort(new Error('stopped at once'))
      return
    }
    say(`${signal}: finishing what is under way, then stopping. A second signal stops at once.`)
    stop.abort(new Error('stopped'))
    grace = setTimeout(() => abort.abort(new Error('stopped after the grace period')), graceMs)
    grace.unref()
  }
  for (const signal of signals) process.on(signal, onSignal)
  return {
    stop: stop.signal,
    abort: abort.signal,
    dispose() {
      clearTimeout(grace)
      for (const signal of signals) process.off(signal, onSignal)
    },
  }
}
