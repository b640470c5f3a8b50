import { readFileSync } from 'node:fs'
import { Command, CommanderError } from 'commander'
import { packageFile } from '../config/package-files.ts'
import { SynclineError } from '../diagnostics/syncline-error.ts'
import { withoutPersonal } from '../redaction/text.ts'
import { StoreError } from '../store/store-error.ts'
import { commands } from './commands.ts'
import { printEmptyAnswer } from './output/json.ts'
import { guardOutput } from './redaction.ts'

/** The command line; one file for each command. `names`: those that are wanted. Default: all. */
export async function program(names: readonly string[] = Object.keys(commands)): Promise<Command> {
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
  for (const name of names) {
    const command = await commands[name]?.()
    if (command) syncline.addCommand(command.exitOverride().showHelpAfterError('(add --help for the options)'))
  }
  return syncline
}

/** The commands that the words may mean. Help, and what is no command, may speak of all of them. */
function mentioned(words: readonly string[]): readonly string[] | undefined {
  const found = Object.keys(commands).filter((name) => words.includes(name))
  return found.length === 0 || words.some((word) => ['help', '--help', '-h'].includes(word)) ? undefined : found
}

export async function main(argv: readonly string[]): Promise<void> {
  for (const stream of [process.stdout, process.stderr]) stream.on('error', ignoreLostReader)
  guardOutput([process.stdout, process.stderr])
  try {
    await (await program(mentioned(argv.slice(2)))).parseAsync(argv)
  } catch (error) {
    process.exitCode = report(error, argv)
  }
}

/** A reader that went away (`syncline status | head`, a closed terminal) is no failure, and the work goes on. */
function ignoreLostReader(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE' && error.code !== 'EIO') throw error
}

/** Says what ended a command, and gives its exit status. */
function report(error: unknown, argv: readonly string[]): number {
  // Commander has said it already; what was wrong is the command line.
  const ended = error instanceof CommanderError ? usage(error) : described(error)
  if (ended === undefined) return 0
  if (!(error instanceof CommanderError))
    process.stderr.write(withoutPersonal(`syncline: ${ended.message}\n${ended.advice}\n`))
  if (argv.includes('--json')) {
    const { code, advice } = ended
    const message = withoutPersonal(ended.message)
    printEmptyAnswer(argv.find((word) => Object.hasOwn(commands, word)) ?? '', { error: { code, message, advice } })
  }
  return ended.exitStatus
}

interface Ended {
  readonly code: string
  readonly message: string
  readonly advice: string
  readonly exitStatus: number
}

/** Help and version end commander too; they are no failure. */
function usage({ exitCode, message }: CommanderError): Ended | undefined {
  if (exitCode === 0) return undefined
  const advice = 'Add --help for the options.'
  return { code: 'command-line', message: message.replace(/^error: /, ''), advice, exitStatus: 2 }
}

function described(error: unknown): Ended {
  if (error instanceof SynclineError) return error
  if (error instanceof StoreError)
    return { code: error.code, message: `${error.message}.`, advice: `${error.advice}.`, exitStatus: 2 }
  const text = !(error instanceof Error)
    ? String(error)
    : process.env.SYNCLINE_DEBUG
      ? (error.stack ?? error.message)
      : error.message
  return {
    code: 'internal',
    message: `this is a mistake of Syncline itself: ${text}`,
    advice: 'Run it again with SYNCLINE_DEBUG=1 and report what it prints.',
    exitStatus: 70,
  }
}
