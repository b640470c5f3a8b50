import { Command, Option } from 'commander'
import { hasErrors } from '../../diagnostics/finding.ts'
import { github } from '../../diagnostics/github.ts'
import { findingsAsJson } from '../../diagnostics/json.ts'
import { text } from '../../diagnostics/text.ts'
import { printJson } from '../output/json.ts'
import { loadFor } from '../project.ts'

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
    .action(async (options: { json?: true; format: 'text' | 'github' }, command: Command) => {
      const { findings, project } = await loadFor(command, 'validate')
      if (options.json) printJson({ findings: findingsAsJson(findings) })
      else if (findings.length > 0)
        process.stdout.write(
          `${options.format === 'github' ? github(findings) : text(findings, { colour: process.stdout.isTTY })}\n`,
        )
      if (!options.json && options.format === 'text') {
        const errors = findings.filter(({ severity }) => severity === 'error').length
        process.stdout.write(
          findings.length === 0
            ? `No findings: ${project?.mappings.size ?? 0} mappings, ${project?.tables.size ?? 0} tables, ${project?.connections.size ?? 0} connections.\n`
            : `${errors} errors, ${findings.length - errors} warnings.\n`,
        )
      }
      process.exitCode = hasErrors(findings) ? 2 : 0
    })
}
