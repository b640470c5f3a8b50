import { Command } from 'commander'
import { isObject } from '../../config/json-object.ts'
import { overrideOptions } from '../../config/override-options.ts'
import type { Project } from '../../config/project.ts'
import { SynclineError } from '../../diagnostics/syncline-error.ts'
import { sum } from '../../pipeline/counts.ts'
import type { Given } from '../../pipeline/read/plan-types.ts'
import type { RunOptions } from '../../pipeline/run-context.ts'
import { runProject } from '../../pipeline/run-project.ts'
import { openSpool } from '../../store/spool-sqlite.ts'
import { isoTime } from '../iso-time.ts'
import { hasColour } from '../output/colour.ts'
import { printJson } from '../output/json.ts'
import { createProgress } from '../output/progress.ts'
import { renderRun } from '../output/run-report.ts'
import { answerFindings, chosenMappings, loadFor, printFindings, ready } from '../project.ts'
import { withEngine } from '../with-engine.ts'

interface Options {
  readonly full?: true
  readonly only?: string
  readonly since?: string
  readonly record?: string
  readonly dryRun?: true
  readonly option: readonly string[]
  readonly json?: true
}

export function runCommand(): Command {
  return new Command('run')
    .description('Run mappings once: read what changed, map it, write what differs.')
    .argument('[mapping...]', 'mappings to run; default: all of the project')
    .option('--full', 'read everything, whatever the cursor says; needed for records that are gone from the source')
    .option('--only <key>', 'one record, by the key that a person knows, such as a SKU')
    .option('--since <time>', 'what changed since then: an ISO 8601 date or time; does not move the cursor')
    .option('--record <json>', 'one record as a message would carry it, for the one mapping that is named')
    .option(
      '--option <name=value>',
      'another value of an option, for this run only; as often as needed; does not move the cursor',
      (pair: string, before: readonly string[]) => [...before, pair],
      [],
    )
    .option('--dry-run', 'go up to the write, say what would be written, and change nothing')
    .option('--json', 'print one JSON object with the outcomes')
    .addHelpText(
      'after',
      `
Examples:
  $ syncline run                              all mappings, what changed since the last run
  $ syncline run stock --full                 all stock figures
  $ syncline run products --only TJ-MOSS-L    one product
  $ syncline run payments --record '{ … }'    a message that never came, told by a person who has looked
  $ syncline run prices --dry-run             what would be written
  $ syncline run orders --option notBefore=2026-01-01T00:00:00Z   with another cut-off, once`,
    )
    .action(async (names: string[], options: Options, command: Command) => {
      process.exitCode = await run(names, options, command)
    })
}

async function run(names: readonly string[], options: Options, command: Command): Promise<number> {
  const asked = runOptions(options)
  const given = options.record === undefined ? undefined : givenTo(names, options.record)
  const values = givenOptions(options.option)
  let override: RunOptions['override']
  const adjust = (project: Project): Project => {
    const overridden = overrideOptions(project, values, chosenMappings(project, names))
    override = overridden.values
    return overridden.project
  }
  const loaded = await loadFor(command, 'run', options.option.length > 0 ? { adjust } : {})
  const able = ready(loaded)
  if (!able) return answerFindings('run', loaded.findings, options.json)
  printFindings(loaded.findings)
  const mappings = chosenMappings(able.project, names)
  const progress = createProgress(process.stderr)
  return withEngine(able.project, async (engine, stopping) => {
    const { exitStatus, ...report } = await runProject({
      ...able,
      mappings,
      options: override ? { ...asked, override } : asked,
      ...(given && { given }),
      environment: engine.environment,
      openSpool: () => openSpool(),
      stop: stopping.stop,
      abort: stopping.abort,
      listener: progress.listen,
    })
    progress.end()
    if (options.json) printJson(report)
    else {
      process.stdout.write(`${renderRun({ ...report, exitStatus }, { colour: hasColour(process.stdout) })}\n`)
      if (!report.dryRun && report.pipelines.some(({ failed }) => sum(failed) > 0))
        process.stdout.write('`syncline status` lists the records that failed, with their reasons.\n')
    }
    return exitStatus
  })
}

function givenTo(names: readonly string[], text: string): ReadonlyMap<string, Given> {
  const [mapping] = names
  if (mapping === undefined || names.length > 1) {
    throw new SynclineError({
      code: 'options-conflict',
      message: '--record is for one mapping.',
      advice: 'Name the mapping that takes the record.',
      exitStatus: 2,
    })
  }
  const value = objectIn(text)
  if (value) return new Map([[mapping, { records: [{ value }] }]])
  // The text is not repeated: it may hold personal data.
  throw new SynclineError({
    code: 'command-line',
    message: 'What stands behind --record is not one JSON object.',
    advice: 'Give an object in the shape of the entity that the mapping reads, in single quotes.',
    exitStatus: 2,
  })
}

function objectIn(text: string): object | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return isObject(value) ? value : undefined
  } catch {
    return undefined
  }
}

function givenOptions(pairs: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    pairs.map((pair) => {
      const equals = pair.indexOf('=')
      if (equals > 0) return [pair.slice(0, equals), pair.slice(equals + 1)]
      throw new SynclineError({
        code: 'command-line',
        message: `--option ${pair} names no value.`,
        advice: 'Give --option NAME=VALUE.',
        exitStatus: 2,
      })
    }),
  )
}

function runOptions({ full, only, since, record, dryRun }: Options): RunOptions {
  const given = [
    full && '--full',
    only !== undefined && '--only',
    since !== undefined && '--since',
    record !== undefined && '--record',
  ].filter((name) => name)
  if (given.length > 1) {
    throw new SynclineError({
      code: 'options-conflict',
      message: `${given.join(' and ')} exclude each other.`,
      advice: 'Give one of them.',
      exitStatus: 2,
    })
  }
  return {
    full: full ?? false,
    only,
    since: since === undefined ? undefined : isoTime(since),
    dryRun: dryRun ?? false,
    atOnce: true,
  }
}
