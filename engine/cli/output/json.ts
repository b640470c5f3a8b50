/** What a command answers under --json when it came to nothing: the same keys as ever, empty. */
const emptyAnswers: Readonly<Record<string, object>> = {
  reconcile: { mappings: [], remaining: null },
  run: { run: null, status: 'failed', pipelines: [] },
  test: { passed: 0, failed: 0, tests: [] },
  validate: { findings: [] },
  check: { status: 'failed', connections: [], steps: [] },
  disconnect: { connection: null, forgotten: { secrets: [], identities: [] }, stays: [] },
  connect: { connection: null, connected: false, steps: [] },
  init: { created: [], kept: [] },
  serve: { receivers: {}, health: null },
  'dead-letters': { groups: [], letters: [] },
  webhooks: { subscriptions: [] },
}

let answered = false

/** Prints the one JSON object that standard output holds under --json. */
export function printJson(value: object): void {
  answered = true
  process.stdout.write(`${JSON.stringify(value)}\n`)
}

/** The same for what holds a secret that was asked for: bytes pass the guard of the streams as they are. */
export function printUnhidden(value: object): void {
  answered = true
  process.stdout.write(Buffer.from(`${JSON.stringify(value)}\n`))
}

/** The answer of a command that was ended before it had one: by findings, or by an error. */
export function printEmptyAnswer(
  command: string,
  reason: { readonly findings: object } | { readonly error: object },
): void {
  if (!answered) printJson({ ...emptyAnswers[command], ...reason })
}
