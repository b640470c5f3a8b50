import { Command } from 'commander'
import { parseDuration } from '../../config/durations.ts'
import { SynclineError } from '../../diagnostics/syncline-error.ts'
import { reconcileProject } from '../../pipeline/reconcile/reconcile-project.ts'
import { openSpool } from '../../store/spool-sqlite.ts'
import { isoTime } from '../iso-time.ts'
import { hasColour } from '../output/colour.ts'
import { printJson } from '../output/json.ts'
import { createProgress } from '../output/progress.ts'
import { renderLastReconciliations, renderReconciliation } from '../output/reconciliation.ts'
import { answerFindings, chosenMappings, loadFor, printFindings, ready } from '../project.ts'
import { openProjectStore } from '../project-store.ts'
import { withEngine } from '../with-engine.ts'

interface Options {
  readonly repair?: true
  readonly since?: string
  readonly last?: true
  readonly json?: true
}

export function reconcileCommand(): Command {
  return new Command('reconcile')
    .description('Compare both sides of mappings: what is missing, what differs, and links that join nothing.')
    .argument('[mapping...]', 'mappings to compare; default: all of the project')
    .option('--repair', 'write what differs, as the mappings would, and end links that join nothing')
    .option('--since <time>', 'only what changed since then: a date, a time, or a duration such as 30d')
    .option('--last', 'what was found last, from the state; asks no system')
    .option('--json', 'print one JSON object with the differences')
    .addHelpText(
      'after',
      `
Exit status: 0 nothing differs, 1 differences remain, 2 the configuration is wrong, 3 a system could not be reached or
refused the credentials. Without --repair nothing is written to any system.

Examples:
  $ syncline reconcile                        all mappings
  $ syncline reconcile stock prices --repair  two of them, and put right what differs
  $ syncline reconcile orders --since 30d     what changed in 30 days
  $ syncline reconcile --last                 the differences that were found last`,
    )
    .action(async (names: string[], options: Options, command: Command) => {
      process.exitCode = await (options.last ? showLast : reconcile)(names, options, command)
    })
}

async function reconcile(names: readonly string[], options: Options, command: Command): Promise<number> {
  const since = options.since === undefined ? undefined : timeOf(options.since)
  const loaded = await loadFor(command, 'run')
  const able = ready(loaded)
  if (!able) return answerFindings('reconcile', loaded.findings, options.json)
  printFindings(loaded.findings)
  const mappings = chosenMappings(able.project, names)
  const progress = createProgress(process.stderr)
  return withEngine(able.project, async (engine, stopping) => {
    const { exitStatus, ...report } = await reconcileProject({
      ...able,
      mappings,
      since,
      repair: options.repair ?? false,
      environment: engine.environment,
      openSpool: () => openSpool(),
      stop: stopping.stop,
      abort: stopping.abort,
      listener: progress.listen,
    })
    progress.end()
    if (options.json) printJson(report)
    else process.stdout.write(`${renderReconciliation(report, { colour: hasColour(process.stdout) })}\n`)
    return exitStatus
  })
}

async function showLast(names: readonly string[], options: Options, command: Command): Promise<number> {
  if (options.repair || options.since !== undefined) {
    throw new SynclineError({
      code: 'options-conflict',
      message: `--last and ${options.repair ? '--repair' : '--since'} exclude each other.`,
      advice: 'Give one of them.',
      exitStatus: 2,
    })
  }
  // Looking at the state needs no variable but the one that may say where it is.
  const { project, findings } = await loadFor(command, 'validate')
  if (!project) return answerFindings('reconcile', findings, options.json)
  const chosen = chosenMappings(project, names)
  const store = openProjectStore(project, { readOnly: true })
  try {
    const mappings = store.reconciliations.all().filter(({ mapping }) => chosen.includes(mapping))
    const remaining = mappings.reduce((all, each) => all + each.remaining, 0)
    if (options.json) printJson({ mappings, remaining })
    else process.stdout.write(`${renderLastReconciliations(mappings, { colour: hasColour(process.stdout) })}\n`)
    return remaining > 0 ? 1 : 0
  } finally {
    store.close()
  }
}

/** A duration counts back from now. */
function timeOf(text: string): string {
  const duration = parseDuration(text)
  return duration === undefined ? isoTime(text) : new Date(Date.now() - duration).toISOString()
}
