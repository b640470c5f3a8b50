import { Command, InvalidArgumentError } from 'commander'
import { parseDuration } from '../../config/durations.ts'
import { nameAdvice } from '../../config/nearest-name.ts'
import { watchCalls } from '../../connectors/check/call-watch.ts'
import { checkConnection } from '../../connectors/check/check.ts'
import type { CheckResult, ConnectionFound } from '../../connectors/check/check-types.ts'
import { summarize } from '../../connectors/check/summary.ts'
import { SynclineError } from '../../diagnostics/syncline-error.ts'
import { proxyFromEnv } from '../../http/dispatcher.ts'
import { runSurroundings } from '../../pipeline/assemble.ts'
import { noLinks } from '../../pipeline/map/link-functions.ts'
import { openConnections } from '../../pipeline/open-connections.ts'
import { usedEntities } from '../../pipeline/used-entities.ts'
import { openEngine } from '../engine.ts'
import { checkLines } from '../output/check-lines.ts'
import { hasColour } from '../output/colour.ts'
import { printJson } from '../output/json.ts'
import { answerFindings, loadFor, type Ready, ready } from '../project.ts'
import { stopOnSignals } from '../signals.ts'

interface Options {
  readonly quick?: true
  /** Milliseconds. */
  readonly timeout?: number
  readonly json?: true
}

export function checkCommand(): Command {
  return new Command('check')
    .description('Verify connections step by step, and say of what fails why it probably does and what to do.')
    .argument('[connection]', 'one connection, whatever others lack; default: all of the project')
    .option('--quick', 'only sign-in and one read of each connection, and no tables: for a readiness probe')
    .option('--timeout <duration>', 'how long it may take, such as 5s; default: no limit, with --quick 10s', duration)
    .option('--json', 'print one JSON object with connections and steps')
    .addHelpText(
      'after',
      `
Exit status: 0 all well, 1 something other failed (an id in a table, a right), 2 the settings are wrong, 3 a system could not
be reached or refused the credentials. Warnings leave it 0.

Examples:
  $ syncline check
  $ syncline check shop --json
  $ syncline check --quick --timeout 5s`,
    )
    .action(async (name: string | undefined, options: Options, command: Command) => {
      const loaded = await loadFor(command, 'run', { connection: name })
      const able = ready(loaded)
      if (!able) {
        process.exitCode = answerFindings('check', loaded.findings, options.json)
        return
      }
      process.exitCode = await check(able, name, options)
    })
}

/** How long a quick check may take: less than a probe usually waits. */
const quickMs = 10_000

async function check({ project, assembly }: Ready, name: string | undefined, options: Options): Promise<number> {
  if (name !== undefined && !project.connections.has(name)) {
    throw new SynclineError({
      code: 'unknown-connection',
      message: `The project has no connection ${name}.`,
      advice: nameAdvice(name, project.connections.keys(), 'connections'),
      exitStatus: 2,
    })
  }
  const { quick = false, json = false, timeout = quick ? quickMs : undefined } = options
  const checkedAt = new Date().toISOString()
  const engine = openEngine(project)
  const stopping = stopOnSignals((message) => process.stderr.write(`${message}\n`))
  const deadline = timeout === undefined ? undefined : AbortSignal.timeout(timeout)
  const names = [...project.connections.keys()].filter((one) => name === undefined || one === name)
  const checked: Checked[] = []
  try {
    // A quick check has little time: a system that hangs must not take it from the others.
    if (quick) checked.push(...(await Promise.all(names.map(checkOne))))
    else for (const one of names) checked.push(await checkOne(one))
  } finally {
    stopping.dispose()
    await (deadline?.aborted ? undefined : engine.close())
  }
  const steps = checked.flatMap((one) => one.steps)
  const connections = checked.map((one) => one.connection)
  const exitStatus = exitStatusOf(steps)
  if (json) printJson({ status: worst(connections), checkedAt, ...(quick && { quick }), connections, steps })
  // What was given up may still wait for its next try; the time that was given is over.
  if (deadline?.aborted) endProcess(exitStatus)
  return exitStatus

  async function checkOne(one: string): Promise<Checked> {
    const watch = watchCalls(engine.environment.http, engine.environment.clock.now)
    const opened = await openConnections(project, assembly, { ...engine.environment, http: watch.http }, [one])
    assembly.bind(runSurroundings(opened, noLinks, stopping.stop))
    const connection = opened.get(one)
    if (!connection) throw new Error(`There is no connection ${one}.`)
    const steps: CheckResult[] = []
    const tell = (step: CheckResult): void => {
      steps.push(step)
      if (!json) process.stdout.write(`${checkLines(step, { colour: hasColour(process.stdout) })}\n`)
    }
    const context = {
      watch,
      quick,
      uses: usedEntities(project, one),
      proxy: proxyHost(),
      ...(deadline && { deadline }),
    }
    for await (const step of checkConnection(connection, [...project.tables.values()], stopping.stop, context))
      tell(step)
    const summary = await summarize(connection, steps, watch.calls)
    for (const step of summary.steps) tell(step)
    return { connection: summary.connection, steps }
  }
}

interface Checked {
  readonly connection: ConnectionFound
  readonly steps: readonly CheckResult[]
}

/** Ends the process as soon as what was printed has left it. */
function endProcess(exitStatus: number): void {
  process.stdout.write('', () => process.stderr.write('', () => process.exit(exitStatus)))
}

function exitStatusOf(steps: readonly CheckResult[]): 0 | 1 | 2 | 3 {
  const failed = steps.filter(({ status }) => status === 'failed')
  if (failed.some(({ configuration }) => configuration)) return 2
  if (failed.some(({ system }) => system)) return 3
  return failed.length > 0 ? 1 : 0
}

function worst(connections: readonly ConnectionFound[]): ConnectionFound['status'] {
  const all = connections.map(({ status }) => status)
  return all.includes('failed') ? 'failed' : all.includes('warning') ? 'warning' : 'ok'
}

/** Host and port alone: the address of a proxy may hold a password. */
function proxyHost(): string | undefined {
  const { httpsProxy, httpProxy } = proxyFromEnv(process.env) ?? {}
  const address = httpsProxy ?? httpProxy
  if (address === undefined) return undefined
  return URL.canParse(address) ? new URL(address).host : 'of the environment'
}

function duration(text: string): number {
  const ms = parseDuration(text)
  if (ms === undefined || ms === 0) throw new InvalidArgumentError('Write a number and its unit, such as 5s or 500ms.')
  return ms
}
