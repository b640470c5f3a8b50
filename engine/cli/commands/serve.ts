import { Command, InvalidArgumentError } from 'commander'
import { shownAddress } from '../../service/receivers.ts'
import { startService } from '../../service/start-service.ts'
import { openSpool } from '../../store/spool-sqlite.ts'
import { openEngine } from '../engine.ts'
import { printUnhidden } from '../output/json.ts'
import { jsonLog, readableLog } from '../output/service-log.ts'
import { answerFindings, loadFor, printFindings, ready } from '../project.ts'
import { publicUrlOf } from '../public-url.ts'
import { stopOnSignals } from '../signals.ts'

interface Options {
  readonly port: number
  readonly host: string
  readonly publicUrl?: string
  readonly json?: true
}

export function serveCommand(): Command {
  return new Command('serve')
    .description('Receive messages and run the schedules of the mappings, until it is told to stop.')
    .option('--port <n>', 'port to listen on; 0: any that is free', port, 8080)
    .option('--host <host>', 'address to listen on; in a container 0.0.0.0', '127.0.0.1')
    .option('--public-url <url>', 'under which address the systems reach the receivers')
    .option('--json', 'print one JSON object as soon as it listens, and log JSON lines to standard error')
    .addHelpText(
      'after',
      `
Liveness is at /health/live, readiness at /health/ready. SIGTERM lets what is under way end, and exits with 0. One
service may use a state at a time.

Examples:
  $ syncline serve
  $ syncline serve --host 0.0.0.0 --port 8080 --public-url https://sync.example.com --json`,
    )
    .action(async (options: Options, command: Command) => {
      process.exitCode = await serve(options, command)
    })
}

async function serve({ port, host, publicUrl, json }: Options, command: Command): Promise<number> {
  const loaded = await loadFor(command, 'run')
  const able = ready(loaded)
  if (!able) return answerFindings('serve', loaded.findings, json)
  if (!json) printFindings(loaded.findings)
  const base = publicUrlOf(publicUrl, able.project)
  const write = (line: string): void => void process.stderr.write(line)
  const log = json ? jsonLog(write) : readableLog(write)
  const engine = openEngine(able.project)
  const stopping = stopOnSignals((message) => log('info', 'stopping', { message }))
  try {
    const service = await startService({
      ...able,
      environment: engine.environment,
      openSpool: () => openSpool(),
      host,
      port,
      log,
      stop: stopping.stop,
      abort: stopping.abort,
    })
    const addresses = (from: string): Record<string, string> =>
      Object.fromEntries([...service.receivers.values()].map(({ name, path }) => [name, `${from}${path}`]))
    const health = `${service.url}/health`
    if (json) {
      // Whoever asks for the addresses needs them whole: a system sends to them.
      printUnhidden({
        receivers: addresses(service.url),
        ...(base !== undefined && { publicReceivers: addresses(base) }),
        health,
      })
    } else {
      // What proves a sender is not shown: a terminal is seen, and kept, by others.
      for (const receiver of service.receivers.values())
        process.stdout.write(`${receiver.name}: ${shownAddress(receiver, base ?? service.url)}\n`)
      process.stdout.write(`health: ${health}\n`)
    }
    log('info', 'listening', { url: service.url, receivers: service.receivers.size })
    if ((await service.ended) === 'lost') {
      log('error', 'lock lost', { message: 'Another process serves this state now.' })
      return 1
    }
    log('info', 'stopped')
    return 0
  } finally {
    stopping.dispose()
    await engine.close()
  }
}

function port(text: string): number {
  const number = Number(text)
  if (!/^\d+$/.test(text) || number > 65_535) throw new InvalidArgumentError('It must be a number from 0 to 65535.')
  return number
}
