import { Command } from 'commander'
import { retryOf } from '../../pipeline/dead-letters.ts'
import { type RunReport, runProject } from '../../pipeline/run-project.ts'
import { openSpool } from '../../store/spool-sqlite.ts'
import type { KeptLetter } from '../../store/state-store.ts'
import { hasColour } from '../output/colour.ts'
import { printJson } from '../output/json.ts'
import { createProgress } from '../output/progress.ts'
import { renderRun } from '../output/run-report.ts'
import { answerFindings, loadFor, ready } from '../project.ts'
import { withEngine } from '../with-engine.ts'
import { expectChoice, type LetterOptions, lettersOf, nameOf, withChoice, withoutRecord } from './choice.ts'

export function retryCommand(): Command {
  return withChoice(
    new Command('retry')
      .description(
        'Try them again, with the mapping as it is now: the source is read again where it can be, else the kept record is taken. A write of which it is not known whether it was done is looked up first.',
      )
      .option('--all', 'every one'),
  ).action(async (options: LetterOptions & { all?: true }, command: Command) => {
    expectChoice(options)
    process.exitCode = await retry(options, command)
  })
}

async function retry(options: LetterOptions, command: Command): Promise<number> {
  const loaded = await loadFor(command, 'run')
  const able = ready(loaded)
  if (!able) return answerFindings('dead-letters', loaded.findings, options.json)
  const progress = createProgress(process.stderr)
  return withEngine(able.project, async (engine, stopping) => {
    const { store } = engine.environment
    const letters = lettersOf(store, options)
    const { given, lost } = retryOf(letters, able.assembly.mappings)
    const report =
      given.size === 0
        ? undefined
        : await runProject({
            ...able,
            mappings: [...given.keys()],
            given,
            options: { full: false, only: undefined, since: undefined, dryRun: false, retry: true },
            environment: engine.environment,
            openSpool: () => openSpool(),
            stop: stopping.stop,
            abort: stopping.abort,
            listener: progress.listen,
          })
    progress.end()
    const left = letters.filter(({ mapping, sourceKey }) => store.deadLetters.get(mapping, sourceKey) !== undefined)
    if (options.json) {
      const { exitStatus: _, ...run } = report ?? { exitStatus: 1 }
      printJson({
        tried: letters.length - lost.length,
        resolved: letters.length - left.length,
        lost: lost.map(withoutRecord),
        run,
      })
    } else print(report, letters, left, lost)
    return report?.exitStatus ?? 1
  })
}

function print(
  report: RunReport | undefined,
  letters: readonly KeptLetter[],
  left: readonly KeptLetter[],
  lost: readonly KeptLetter[],
): void {
  if (report) process.stdout.write(`${renderRun(report, { colour: hasColour(process.stdout) })}\n\n`)
  process.stdout.write(`${letters.length - left.length} of ${letters.length} dead letters are resolved.\n`)
  for (const letter of lost)
    process.stdout.write(
      `${letter.mapping}: ${nameOf(letter)} cannot be tried again: its record is not kept, and cannot be read by its key.\n`,
    )
}
