import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Command } from 'commander'
import { loadProject } from '../../config/load-project.ts'
import { packageFile } from '../../config/package-files.ts'
import { hasErrors } from '../../diagnostics/finding.ts'
import { type Assembly, assemble } from '../../pipeline/assemble.ts'
import { sum } from '../../pipeline/counts.ts'
import { type RunReport, runProject } from '../../pipeline/run-project.ts'
import { openSpool } from '../../store/spool-sqlite.ts'
import { type Engine, openEngine } from '../engine.ts'
import { hasColour } from '../output/colour.ts'
import { printJson } from '../output/json.ts'
import { createProgress } from '../output/progress.ts'
import { renderRun, renderRunTable } from '../output/run-report.ts'
import { printFindings, type Ready } from '../project.ts'
import { type Stopping, stopOnSignals } from '../signals.ts'
import { whole } from './sandbox.ts'

export function demoCommand(): Command {
  return new Command('demo')
    .description('Sync a made-up catalogue between stand-ins of both systems, three times, and show what happened.')
    .option('--products <n>', 'products of the catalogue', whole(20, 1_000_000), 300)
    .option('--json', 'print one JSON object with the reports and what stands in the shop')
    .addHelpText('after', '\nExamples:\n  $ syncline demo\n  $ syncline demo --products 2000 --json')
    .action(async (options: { products: number; json?: true }) => {
      process.exitCode = await demo(options)
    })
}

/** Codes of failures that the catalogue's odd products are there to show. */
const meant: Readonly<Record<string, string>> = {
  'key-taken': 'two products have one SKU; the second one fails, so that they do not overwrite each other',
  'price-not-positive': 'a price of 0 would leave the last price standing in the shop; it is refused',
}

const changedProducts = 10
/** The sandbox's clock runs so much faster, so that nobody waits for an account's minute of calls. */
const speed = 20

async function demo({ products, json }: { readonly products: number; readonly json?: true }): Promise<number> {
  const { startSandbox } = await import('../../../examples/sandbox/start-sandbox.ts')
  const folder = await mkdtemp(join(tmpdir(), 'syncline-demo-'))
  const stopping = stopOnSignals((message) => process.stderr.write(`${message}\n`))
  // Under --json standard output is one object, so the story goes where progress goes.
  const out = json ? process.stderr : process.stdout
  const say = (text = ''): void => void out.write(`${text}\n`)
  const colour = hasColour(out)
  const sandbox = await startSandbox({ products, speed })
  try {
    const able = await load({ ...sandbox.env, SYNCLINE_STORE: `sqlite:${join(folder, 'state.db')}` })
    if (!able) return 2
    say(`Both systems are played by stand-ins on this machine, with ${products} made-up products.`)
    const engine = openEngine(able.project)
    try {
      const run = (): Promise<DemoRun> => runAndCount(able, engine, stopping, sandbox.shop.state)
      say('\nFirst run: everything is new.\n')
      const first = await run()
      const shop = sandbox.shop.state.counts()
      say(renderRun(first.report, { colour }))
      say(
        `\nIn the shop now: ${shop.skus} SKUs in ${shop.clusters} clusters, ${shop.prices} prices, ${shop.onHands} stock figures.`,
      )
      const runs = [first]
      if (!stopping.stop.aborted) {
        say('\nSecond run: nothing has changed, so nothing is written.\n')
        const second = await run()
        say(renderRunTable(second.report, { colour }))
        runs.push(second)
      }
      if (!stopping.stop.aborted) {
        const changed = [...sandbox.catalogue.ids()].filter((id) => sandbox.catalogue.stock(id) !== undefined)
        for (const id of changed.slice(0, changedProducts))
          sandbox.catalogue.setStock(id, 2, { inStock: 123, allocated: 0, inTransit: 0 })
        say(`\nThird run: the stock of ${changedProducts} products has changed.\n`)
        const third = await run()
        say(renderRunTable(third.report, { colour }))
        say(`\nRows that the third run wrote in the shop: ${third.rows}.`)
        runs.push(third)
      }
      const problems = problemsOf(runs)
      say(`\n${conclusion(runs, problems)}`)
      if (json) printJson({ runs: runs.map(({ report, rows }) => ({ ...report, rowsWritten: rows })), shop, problems })
      return problems.length > 0 || stopping.stop.aborted ? 1 : 0
    } finally {
      await engine.close()
    }
  } finally {
    stopping.dispose()
    await sandbox.stop()
    await rm(folder, { recursive: true, force: true })
  }
}

async function load(environment: Readonly<Record<string, string>>): Promise<Ready | undefined> {
  const { project, findings } = await loadProject({
    file: packageFile('examples/shop/syncline.yaml'),
    environment,
    mode: 'run',
  })
  const assembly: Assembly | undefined = project && assemble(project)
  const all = [...findings, ...(assembly?.findings ?? [])]
  if (project && assembly && !hasErrors(all)) return { project, assembly }
  printFindings(all)
  return undefined
}

interface DemoRun {
  readonly report: RunReport
  /** Counted where they arrive, not where they were sent. */
  readonly rows: number
}

interface ShopState {
  counters(): { readonly written: object }
  resetCounters(): void
}

async function runAndCount(able: Ready, engine: Engine, stopping: Stopping, shop: ShopState): Promise<DemoRun> {
  const progress = createProgress(process.stderr)
  shop.resetCounters()
  const report = await runProject({
    ...able,
    mappings: [...able.project.mappings.keys()],
    options: { full: false, only: undefined, since: undefined, dryRun: false },
    environment: engine.environment,
    openSpool: () => openSpool(),
    stop: stopping.stop,
    abort: stopping.abort,
    listener: progress.listen,
  })
  progress.end()
  return { report, rows: sum(shop.counters().written as Record<string, number>) }
}

/** What should not have happened. */
function problemsOf(runs: readonly DemoRun[]): string[] {
  const problems = runs.flatMap(({ report }, index) =>
    report.pipelines.flatMap(({ mapping, error, failed }) => [
      ...(error ? [`run ${index + 1}, ${mapping}: ${error.code}: ${error.message}`] : []),
      ...Object.keys(failed)
        .filter((code) => !(code in meant))
        .map((code) => `run ${index + 1}, ${mapping}: records failed with ${code}`),
    ]),
  )
  const [first, second, third] = runs
  if (first?.rows === 0) problems.push('run 1 wrote nothing')
  if (second && second.rows !== 0) problems.push(`run 2 wrote ${second.rows} rows though nothing had changed`)
  if (third && third.rows === 0) problems.push('run 3 wrote nothing though stock had changed')
  return problems
}

function conclusion(runs: readonly DemoRun[], problems: readonly string[]): string {
  const pipelines = runs.flatMap(({ report }) => report.pipelines)
  const codes = new Set(pipelines.flatMap(({ failed }) => Object.keys(failed)))
  const throttled = pipelines.reduce((count, pipeline) => count + pipeline.throttled, 0)
  const calls = runs.map(({ report }) => report.pipelines.reduce((count, pipeline) => count + sum(pipeline.calls), 0))
  const lines = [`Calls: ${calls.join(', ')}; answers that said "too many requests": ${throttled}.`]
  const explained = [...codes].filter((code) => code in meant)
  if (explained.length > 0) {
    lines.push('Some records failed, as they should: the catalogue has odd products.')
    for (const code of explained) lines.push(`  ${code}: ${meant[code]}`)
  }
  if (problems.length > 0)
    lines.push('This should not have happened; please report it:', ...problems.map((p) => `  ${p}`))
  lines.push('Next: look at examples/shop and mappings/, change a line, and run')
  lines.push('  npx syncline --project examples/shop/syncline.yaml test')
  return lines.join('\n')
}
