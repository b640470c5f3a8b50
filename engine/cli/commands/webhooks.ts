import { Argument, Command } from 'commander'
import { CallFailure, isSystemFailure } from '../../connectors/failure.ts'
import { SynclineError } from '../../diagnostics/syncline-error.ts'
import { openConnections } from '../../pipeline/open-connections.ts'
import { describeSubscription } from '../../service/describe-subscription.ts'
import { createReceivers, type Receiver, shownAddress } from '../../service/receivers.ts'
import { listSubscriptions, type Subscription, type SubscriptionsInput } from '../../service/subscriptions.ts'
import { syncSubscriptions } from '../../service/sync-subscriptions.ts'
import { hasColour } from '../output/colour.ts'
import { printJson } from '../output/json.ts'
import { renderTable } from '../output/table.ts'
import { answerFindings, loadFor, ready } from '../project.ts'
import { publicUrlOf } from '../public-url.ts'
import { withEngine } from '../with-engine.ts'

interface Options {
  readonly publicUrl?: string
  readonly dryRun?: true
  readonly json?: true
}

export function webhooksCommand(): Command {
  return new Command('webhooks')
    .description("Show the systems' subscriptions for the events that the mappings use, or make them match.")
    .addArgument(
      new Argument('[action]', 'list shows them; sync makes what is missing, and removes what of ours is stale')
        .choices(['list', 'sync'])
        .default('list'),
    )
    .option('--public-url <url>', 'under which address the systems reach the receivers')
    .option('--dry-run', 'with sync: say what would be done, and change nothing')
    .option('--json', 'print one JSON object')
    .addHelpText(
      'after',
      `
Subscriptions of others are never touched. Exit status 1 when something is missing or stale, or was refused.

Examples:
  $ syncline webhooks --public-url https://sync.example.com
  $ syncline webhooks sync --dry-run
  $ syncline webhooks sync`,
    )
    .action(async (action: 'list' | 'sync', options: Options, command: Command) => {
      process.exitCode = await webhooks(action, options, command)
    })
}

async function webhooks(action: 'list' | 'sync', options: Options, command: Command): Promise<number> {
  const loaded = await loadFor(command, 'run')
  const able = ready(loaded)
  if (!able) return answerFindings('webhooks', loaded.findings, options.json)
  const publicUrl = publicUrlOf(options.publicUrl, able.project)
  if (publicUrl === undefined) {
    throw new SynclineError({
      code: 'no-public-url',
      message: 'It is not known under which address the systems reach the receivers.',
      advice: 'Add --public-url, or service.publicUrl to the project file.',
      exitStatus: 2,
    })
  }
  return withEngine(able.project, async (engine, stopping) => {
    const connections = await openConnections(able.project, able.assembly, engine.environment)
    const receivers = await createReceivers(able.assembly.mappings.values(), connections)
    const input: SubscriptionsInput = { connections, receivers, publicUrl, signal: stopping.stop }
    const shown = shownBy(receivers, publicUrl)
    if (action === 'list' || options.dryRun) return show(await listSubscriptions(input), shown, action, options)
    const { created, removed, failed, after } = await syncSubscriptions(input)
    if (options.json) {
      printJson({
        subscriptions: after.map(shown),
        created: created.map(shown),
        removed: removed.map(shown),
        failed: failed.map(({ subscription, code, message }) => ({ ...shown(subscription), code, message })),
      })
    } else {
      process.stdout.write(`${table(after.map(shown))}\n${created.length} created, ${removed.length} removed.\n`)
      for (const { message } of failed) process.stderr.write(`${message}\n`)
    }
    return failed.length > 0 || after.some(isWrong) ? 1 : 0
  }).catch((error: unknown) => {
    throw error instanceof CallFailure ? notListed(error) : error
  })
}

function show(
  subscriptions: readonly Subscription[],
  shown: (subscription: Subscription) => Shown,
  action: 'list' | 'sync',
  { json }: Options,
): number {
  const missing = subscriptions.filter(({ state }) => state === 'missing')
  const stale = subscriptions.filter(({ state }) => state === 'stale')
  if (json) {
    printJson({
      subscriptions: subscriptions.map(shown),
      ...(action === 'sync' && { dryRun: true, created: missing.map(shown), removed: stale.map(shown) }),
    })
  } else {
    process.stdout.write(`${table(subscriptions.map(shown))}\n`)
    if (action === 'sync')
      process.stdout.write(`${missing.length} would be created, ${stale.length} would be removed.\n`)
    else if (missing.length + stale.length > 0) process.stdout.write('`syncline webhooks sync` makes them match.\n')
  }
  return missing.length + stale.length > 0 ? 1 : 0
}

function notListed(failure: CallFailure): SynclineError {
  const { code, message, connection } = failure
  const advice = `Check the connection with \`syncline check ${connection}\`.`
  return new SynclineError({ code, message, advice, exitStatus: isSystemFailure(failure) ? 3 : 1 }, { cause: failure })
}

const isWrong = ({ state }: Subscription): boolean => state === 'missing' || state === 'stale'

interface Shown {
  readonly connection: string
  readonly event: string | null
  readonly state: Subscription['state']
  /** Where the event is received; the name of a credential stands for its value. */
  readonly address?: string
  readonly listed?: Readonly<Record<string, string>>
}

function shownBy(receivers: ReadonlyMap<string, Receiver>, publicUrl: string): (subscription: Subscription) => Shown {
  return ({ connection, event, state, listed }) => {
    const receiver = receivers.get(`${connection}.${event}`)
    return {
      connection,
      event: event ?? null,
      state,
      ...(receiver && { address: shownAddress(receiver, publicUrl) }),
      ...(listed !== undefined && { listed: describeSubscription(listed) }),
    }
  }
}

const meanings: Readonly<Record<Subscription['state'], string>> = {
  right: 'right',
  missing: 'missing',
  stale: 'stale, ours',
  foreign: 'foreign',
  'by-hand': 'set up by hand',
}

function table(subscriptions: readonly Shown[]): string {
  if (subscriptions.length === 0) return 'No mapping uses an event, and no system has a subscription.'
  const words = ({ address, listed }: Shown): string =>
    Object.entries(listed ?? {})
      .map(([name, value]) => `${name}=${value}`)
      .join(' ') ||
    (address ?? '')
  return renderTable(
    ['connection', 'event', 'state', 'as listed, or to be set up'],
    subscriptions.map((each) => [each.connection, each.event ?? '-', meanings[each.state], words(each)]),
    { colour: hasColour(process.stdout) },
  )
}
