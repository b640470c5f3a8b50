import { Command, InvalidArgumentError } from 'commander'
import { parseDuration } from '../../config/durations.ts'
import { nameAdvice } from '../../config/nearest-name.ts'
import { withSaved } from '../../config/saved.ts'
import type { ConnectOptions } from '../../connectors/connect/connect-types.ts'
import { type ConnectReport, connect } from '../../connectors/connect/walk.ts'
import { hasErrors } from '../../diagnostics/finding.ts'
import { findingsAsJson } from '../../diagnostics/json.ts'
import { SynclineError } from '../../diagnostics/syncline-error.ts'
import { givenSecrets, givenSettings } from '../connect/given-options.ts'
import { linesOf } from '../connect/lines.ts'
import { createNobody } from '../connect/nobody.ts'
import { openBrowser } from '../connect/open-browser.ts'
import { ownFindings } from '../connect/own-findings.ts'
import { headLine, resultLines } from '../connect/result-lines.ts'
import { Stopped } from '../connect/stopped.ts'
import { createTerminal } from '../connect/terminal.ts'
import { verifyConnection } from '../connect/verify.ts'
import { openEngine } from '../engine.ts'
import { hasColour } from '../output/colour.ts'
import { printJson } from '../output/json.ts'
import { answerFindings, loadFor, printFindings } from '../project.ts'
import { openProjectStore } from '../project-store.ts'
import { redaction } from '../redaction.ts'
import { savedIn } from '../saved.ts'

interface Options {
  readonly set: readonly string[]
  readonly secret: readonly string[]
  readonly from?: string
  readonly again?: string
  readonly browser: boolean
  readonly wait: number
  readonly yes?: true
  readonly json?: true
  readonly rotateKey?: true
}

export function connectCommand(): Command {
  const more = (value: string, before: readonly string[]): readonly string[] => [...before, value]
  return new Command('connect')
    .description(
      'Make a connection step by step, from no credentials to a real read. It can be stopped and taken up again.',
    )
    .argument('[connection]', 'the connection of the project file')
    .option('--set <name=value>', 'answer for a setting; as often as needed', more, [])
    .option(
      '--secret <name=source>',
      'a secret from a file (name=@FILE) or a line of standard input (name=-)',
      more,
      [],
    )
    .option('--from <address>', 'an address of the system, as you would paste it: settings are read from it')
    .option('--again <step>', 'answer a step again that is done')
    .option('--no-browser', 'only print the address to open; the address that the browser ends on can be pasted')
    .option('--wait <duration>', 'how long to wait until somebody has agreed in the browser', duration, 600_000)
    .option('--yes', 'ask nothing: what is missing ends it with status 2')
    .option('--json', 'ask nothing, and print one JSON object with the steps')
    .option('--rotate-key', 'seal all secrets in the state with a new key, and nothing else')
    .addHelpText(
      'after',
      `
What the project file and its environment give is not asked for. Answers are kept in the state: settings in plain text,
secrets sealed. Without a terminal nothing is asked.

Exit status: 0 connected, 1 stopped, or something other failed, 2 something is missing or wrong in the settings, 3 the
system could not be reached or refused.

Examples:
  $ syncline connect backoffice
  $ syncline connect backoffice --no-browser
  $ syncline connect shop --from https://north.shop.example/admin --secret clientSecret=@secret.txt --yes
  $ syncline connect --rotate-key`,
    )
    .action(async (name: string | undefined, options: Options, command: Command) => {
      process.exitCode = await (options.rotateKey ? rotateKey(command, options) : run(name, options, command))
    })
}

async function rotateKey(command: Command, { json }: Options): Promise<number> {
  const { project, findings } = await loadFor(command, 'validate')
  if (!project) return answerFindings('connect', findings, json)
  const store = openProjectStore(project)
  try {
    const { secrets, key } = store.secrets.rotateKey()
    if (json) printJson({ rotated: secrets, key })
    else process.stdout.write(`${secrets} secrets are sealed with the new key now. ${keyWords[key]}\n`)
    return 0
  } finally {
    store.close()
  }
}

const keyWords = {
  environment: 'Set SYNCLINE_KEY to the value of SYNCLINE_NEW_KEY, and remove SYNCLINE_NEW_KEY.',
  file: 'The key file holds it; the old key is gone.',
}

async function run(name: string | undefined, options: Options, command: Command): Promise<number> {
  const { project, assembly, findings } = await loadFor(command, 'validate')
  if (name === undefined || (project && !project.connections.has(name))) {
    throw new SynclineError({
      code: 'unknown-connection',
      message: name === undefined ? 'No connection is named.' : `The project has no connection ${name}.`,
      advice: nameAdvice(name ?? '', project?.connections.keys() ?? [], 'connections'),
      exitStatus: 2,
    })
  }
  if (!project || !assembly) return refused(name, options, findings)
  const own = ownFindings(project, name, findings)
  const config = project.connections.get(name)
  const connector = assembly.connectors.get(name)
  if (hasErrors(own) || !config || !connector) return refused(name, options, own)
  const engine = openEngine(project)
  const stopping = new AbortController()
  const stop = (): void => stopping.abort(new Stopped())
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, stop)
  const { json = false, browser, yes } = options
  const out = json ? process.stderr : process.stdout
  const colour = hasColour(out)
  const open = browser ? openBrowser : undefined
  const asks = process.stdin.isTTY === true && !yes && !json
  const lines = linesOf(process.stdin)
  const terminal = asks ? createTerminal({ input: process.stdin, output: out, colour, open, stop }) : undefined
  const say = (line: string): void => void out.write(`${line}\n`)
  try {
    const given: ConnectOptions['given'] = {
      settings: givenSettings(options.set),
      secrets: await givenSecrets(options.secret, lines),
      from: options.from,
    }
    const report = await connect({
      name,
      again: options.again,
      given,
      person: terminal ?? createNobody({ say, open, lines: browser ? undefined : lines }),
      current: () => {
        const saved = savedIn(engine.environment.store, [name])
        return { config: withSaved(config, saved), connector }
      },
      verify: (current) => verifyConnection(current, project, assembly, engine, stopping.signal),
      environment: engine.environment,
      waitMs: options.wait,
      signal: stopping.signal,
      hide: (secret) => redaction.secret(secret),
      began: (step) => say(headLine(step, colour)),
      ended: (result) => {
        const text = resultLines(result, colour)
        if (text !== '') say(text)
      },
    })
    if (json) printJson({ connection: name, ...report })
    say(closing(name, report))
    return report.exitStatus
  } catch (error) {
    if (!(error instanceof Stopped)) throw error
    say(`\nStopped. What was answered is kept: syncline connect ${name} goes on where it stopped.`)
    if (json) printJson({ connection: name, connected: false, stopped: true, steps: [] })
    return 1
  } finally {
    terminal?.close()
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.off(signal, stop)
    process.stdin.destroy()
    await engine.close()
  }
}

function refused(name: string, { json }: Options, findings: Parameters<typeof printFindings>[0]): number {
  if (json) printJson({ connection: name, connected: false, steps: [], findings: findingsAsJson(findings) })
  else printFindings(findings)
  return 2
}

function closing(name: string, { connected, steps, exitStatus }: ConnectReport): string {
  if (connected) return `\n${name} is connected. Next: syncline check, then syncline run --dry-run.`
  if (steps.some(({ status }) => status === 'missing'))
    return `\n${name} is not connected yet: give what is missing, or run syncline connect ${name} at a terminal.`
  const steady = steps.filter(({ status }) => status === 'done').map(({ step }) => step)
  return `\n${name} is not connected (status ${exitStatus}). What was answered is kept; syncline connect ${name} goes on${steady.length > 0 ? `, and --again <step> asks again (${steady.join(', ')})` : ''}.`
}

function duration(text: string): number {
  const ms = parseDuration(text)
  if (ms === undefined) throw new InvalidArgumentError('Give a duration, such as 10m.')
  return ms
}
