import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Command, InvalidArgumentError } from 'commander'
import { SynclineError } from '../../diagnostics/syncline-error.ts'
import { printJson } from '../output/json.ts'
import { stopOnSignals } from '../signals.ts'

interface Options {
  readonly port?: number
  readonly products: number
  readonly seed: number
  readonly speed: number
  readonly pushUrl?: string
  readonly json?: true
}

export function sandboxCommand(): Command {
  return new Command('sandbox')
    .description('Start stand-ins of both systems on this machine, and print the environment to use them.')
    .option(
      '--port <n>',
      'port of the first stand-in, the second takes the next; default: any free ports',
      whole(1, 65_534),
    )
    .option('--products <n>', 'products of the catalogue', whole(0, 1_000_000), 300)
    .option('--seed <n>', 'another seed gives another catalogue', whole(0, 2 ** 31 - 1), 1)
    .option('--speed <x>', 'how many times faster the clock of the sandbox runs', positive, 1)
    .option('--push-url <url>', 'where the shop pushes its orders to; default: nowhere, until it is told')
    .option('--json', 'print one JSON object with the environment, as soon as it listens')
    .addHelpText(
      'after',
      `
Examples:
  $ syncline sandbox --products 1000
  $ syncline sandbox --port 4010 > sandbox.env &     in the background, then, as soon as the file is written:
  $ . ./sandbox.env && syncline run                  the ready project against it`,
    )
    .action(async (options: Options) => {
      const stopping = stopOnSignals(() => {})
      try {
        await sandbox(options, stopping.stop)
      } finally {
        stopping.dispose()
      }
    })
}

async function sandbox({ json, ...options }: Options, stop: AbortSignal): Promise<void> {
  const { startSandbox } = await import('../../../examples/sandbox/start-sandbox.ts')
  const running = await startSandbox(options).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EADDRINUSE') throw error
    throw new SynclineError({
      code: 'port-in-use',
      message: `Port ${options.port} or the next one is taken.`,
      advice: 'Give another --port, or none.',
      exitStatus: 1,
    })
  })
  // What a run remembers of one sandbox is wrong for the next one, so its state begins and ends with it.
  const folder = await mkdtemp(join(tmpdir(), 'syncline-sandbox-'))
  try {
    const env = { ...running.env, SYNCLINE_STORE: `sqlite:${join(folder, 'state.db')}` }
    if (json) {
      printJson({ env })
    } else {
      for (const [name, value] of Object.entries(env)) process.stdout.write(`export ${name}='${value}'\n`)
      process.stderr.write(`The sandbox listens, with ${options.products} products. Stop it with Ctrl-C.\n`)
    }
    if (!stop.aborted) await once(stop, 'abort')
  } finally {
    await running.stop()
    await rm(folder, { recursive: true, force: true })
  }
}

export function whole(least: number, most: number): (text: string) => number {
  return (text) => {
    const number = Number(text)
    if (!Number.isInteger(number) || number < least || number > most)
      throw new InvalidArgumentError(`Give a whole number from ${least} to ${most}.`)
    return number
  }
}

function positive(text: string): number {
  const number = Number(text)
  if (!(number > 0 && number <= 10_000)) throw new InvalidArgumentError('Give a number above 0.')
  return number
}
