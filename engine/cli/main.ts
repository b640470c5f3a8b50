import { readFileSync } from 'node:fs'
import { Command, CommanderError } from 'commander'
import { packageFile } from '../config/package-files.ts'
import { SynclineError } from '../diagnostics/syncline-error.ts'
import { StoreError } from '../store/store-error.ts'
import { checkCommand } from './commands/check.ts'
import { demoCommand } from './commands/demo.ts'
import { explainCommand } from './commands/explain.ts'
import { runCommand } from './commands/run.ts'
import { sandboxCommand } from './commands/sandbox.ts'
import { statusCommand } from './commands/status.ts'
import { testCommand } from './commands/test.ts'
import { validateCommand } from './commands/validate.ts'

/** The whole command line; one file for each command. */
export function program(): Command {
  const { version } = JSON.parse(readFileSync(packageFile('package.json'), 'utf8')) as { version: string }
  const syncline = new Command('syncline')
    .description('Syncs two systems by the mapping and connector files of a project.')
    .version(version)
    .option('--project <file>', 'project file; default: syncline.yaml in this folder or the nearest above it')
    .showHelpAfterError('(add --help for the options)')
    .exitOverride()
    .addHelpText(
      'after',
      `
Exit status: 0 all well, 1 some records failed, 2 the configuration is wrong, 3 a system could not be reached or
refused the credentials.

Examples:
  $ syncline validate
  $ syncline run stock --dry-run
  $ syncline --project examples/shop/syncline.yaml check`,
    )
  for (const command of [
    runCommand,
    testCommand,
    explainCommand,
    validateCommand,
    checkCommand,
    statusCommand,
    sandboxCommand,
    demoCommand,
  ]) {
    syncline.addCommand(command().exitOverride().showHelpAfterError('(add --help for the options)'))
  }
  return syncline
}

export async function main(argv: readonly string[]): Promise<void> {
  // A reader that went away (`syncline status | head`) is no failure.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0)
    throw error
  })
  try {
    await program().parseAsync(argv)
  } catch (error) {
    process.exitCode = report(error)
  }
}

/** Says what ended a command, and gives its exit status. */
function report(error: unknown): number {
  // Commander has said it already; what was wrong is the command line.
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2
  if (error instanceof SynclineError || error instanceof StoreError) {
    process.stderr.write(`syncline: ${error.message}\n${error.advice}\n`)
    return error instanceof SynclineError ? error.exitStatus : 2
  }
  const text =
    error instanceof Error
      ? process.env.SYNCLINE_DEBUG
        ? (error.stack ?? error.message)
        : error.message
      : String(error)
  process.stderr.write(
    `syncline: this is a mistake of Syncline itself: ${text}\nRun it again with SYNCLINE_DEBUG=1 and report what it prints.\n`,
  )
  return 70
}
