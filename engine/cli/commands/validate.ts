import { Command, Option } from 'commander'
import { createFinding, type Finding, hasErrors } from '../../diagnostics/finding.ts'
import { github } from '../../diagnostics/github.ts'
import { findingsAsJson } from '../../diagnostics/json.ts'
import { SynclineError } from '../../diagnostics/syncline-error.ts'
import { text } from '../../diagnostics/text.ts'
import { hasColour } from '../output/colour.ts'
import { printJson } from '../output/json.ts'
import { type Loaded, loadFor } from '../project.ts'

interface Options {
  readonly json?: true
  readonly format: 'text' | 'github'
}

export function validateCommand(): Command {
  return new Command('validate')
    .description('Check all files of the project, without network and without secrets; all findings at once.')
    .option('--json', 'print one JSON object with the findings')
    .addOption(new Option('--format <format>', 'how findings are printed').choices(['text', 'github']).default('text'))
    .addHelpText(
      'after',
      `
Examples:
  $ syncline validate
  $ syncline validate --format github     annotations in a pull request
  $ syncline validate --json`,
    )
    .action(async (options: Options, command: Command) => {
      if (options.json) {
        const findings = await findingsOf(command)
        printJson({ findings: findingsAsJson(findings) })
        process.exitCode = hasErrors(findings) ? 2 : 0
        return
      }
      const loaded = await loadFor(command, 'validate')
      print(loaded, options)
      process.exitCode = hasErrors(loaded.findings) ? 2 : 0
    })
}

/** For a machine, a project file that is not there is a finding like others. */
async function findingsOf(command: Command): Promise<readonly Finding[]> {
  try {
    return (await loadFor(command, 'validate')).findings
  } catch (error) {
    if (!(error instanceof SynclineError)) throw error
    const { code, message, advice } = error
    const { project: file = 'syncline.yaml' } = command.optsWithGlobals<{ project?: string }>()
    return [createFinding({ code, message, advice, file, line: 1, column: 1 })]
  }
}

function print({ findings, project }: Loaded, { format }: Options): void {
  if (findings.length > 0) {
    const shown = format === 'github' ? github(findings) : text(findings, { colour: hasColour(process.stdout) })
    process.stdout.write(`${shown}\n`)
  }
  // Every line of the other format is read by a machine.
  if (format !== 'text') return
  const errors = findings.filter(({ severity }) => severity === 'error').length
  process.stdout.write(
    findings.length === 0
      ? `No findings: ${count(project?.mappings.size, 'mapping')}, ${count(project?.tables.size, 'table')}, ${count(project?.connections.size, 'connection')}.\n`
      : `${count(errors, 'error')}, ${count(findings.length - errors, 'warning')}.\n`,
  )
}

function count(number = 0, what: string): string {
  return `${number} ${what}${number === 1 ? '' : 's'}`
}
