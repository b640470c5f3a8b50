import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Command } from 'commander'
import { loadProject } from '../../config/load-project.ts'
import { packageFile } from '../../config/package-files.ts'
import { hasErrors } from '../../diagnostics/finding.ts'
import { assemble } from '../../pipeline/assemble.ts'
import { sum } from '../../pipeline/counts.ts'
import { type RunReport, runProject } from '../../pipeline/run-project.ts'
import { openSpool } from '../../store/spool-sqlite.ts'
import { createProgress } from '../output/progress.ts'
import { renderRun } from '../output/run-report.ts'
import { openEngine, printFindings } from '../project.ts'
import { stopOnSignals } from '../signals.ts'
import { whole } from './sandbox.ts'

export function demoCommand(): Command {
  return new Command('demo')
    .description('Sync a made-up catalogue between stand-ins of both systems, twice, and show what happened.')
    .option('--products <n>', 'products of the catalogue', whole(1, 1_000_000), 300)
    .addHelpText('after', '\nExamples:\n  $ npm run demo\n  $ syncline demo --products 2000')
    .action(async ({ products }: { products: number }) => {
      process.exitCode = await demo(products)
    })
}

/** Codes of failures that the catalogue's odd products are there to show. */
const meant: Readonly<Record<string, string>> = {
  'key-taken': 'two products have one SKU; the second one fails, so that they do not overwrite each other',
  'price-not-positive': 'a price of 0 would leave the last price standing in the shop; it is refused',
}

async function demo(products: number): Promise<number> {
  const { startSandbox } = await import('../../../examples/sandbox/start-sandbox.ts')
  const folder = await mkdtemp(join(tmpdir(), 'syncline-demo-'))
  const stopping = stopOnSignals((message) => process.stderr.write(`${message}\n`))
  const say = (line = ''): void => void process.stdout.write(`${line}\n`)
  const sandbox = await startSandbox({ products, speed: 20 })
  try {
    say(
      `A sandbox of both systems on this machine: ${products} products, two warehouses' worth of stock, six price lists.`,
    )
    const { project, findings } = await loadProject({
      file: packageFile('examples/shop/syncline.yaml'),
      environment: { ...sandbox.env, SYNCLINE_STORE: `sqlite:${join(folder, 'state.db')}` },
      mode: 'run',
    })
    const assembly = project && assemble(project)
    const all = [...findings, ...(assembly?.findings ?? [])]
    if (!project || !assembly || hasErrors(all)) {
      printFindings(all)
      return 2
    }
    const engine = openEngine(project)
    const run = async (): Promise<RunReport> => {
      const progress = createProgress(process.stderr)
      const report = await runProject({
        project,
        assembly,
        mappings: [...project.mappings.keys()],
        options: { full: false, only: undefined, since: undefined, dryRun: false },
        environment: engine.environment,
        openSpool: () => openSpool(),
        stop: stopping.stop,
        abort: stopping.abort,
        listener: progress.listen,
      })
      progress.end()
      return report
    }
    try {
      say('\nFirst run: everything is new.\n')
      const first = await run()
      say(renderRun(first, { colour: process.stdout.isTTY }))
      const counts = sandbox.shop.state.counts()
      say(
        `\nIn the shop now: ${counts.skus} SKUs in ${counts.clusters} clusters, ${counts.prices} prices, ${counts.onHands} stock figures.`,
      )
      if (stopping.stop.aborted) return first.exitStatus

      const changed = [...sandbox.catalogue.ids()]
        .filter((id) => sandbox.catalogue.stock(id) !== undefined)
        .slice(0, 10)
      for (const id of changed) sandbox.catalogue.setStock(id, 2, { inStock: 123, allocated: 0, inTransit: 0 })
      sandbox.shop.state.resetCounters()
      say(`\nSecond run: the stock of ${changed.length} products has changed.\n`)
      const second = await run()
      say(renderRun(second, { colour: process.stdout.isTTY }))
      const { written } = sandbox.shop.state.counters()
      say(
        `\nRows written in the shop by the second run: ${written.sku} SKUs, ${written.price} prices, ${written.onhand} stock figures.`,
      )
      const codes = new Set(
        [first, second].flatMap(({ pipelines }) => pipelines.flatMap(({ failed }) => Object.keys(failed))),
      )
      say('\nWhat failed is meant to: the catalogue has odd products.')
      for (const code of codes) say(`  ${code}: ${meant[code] ?? 'not meant; please report it'}`)
      const throttled = [first, second]
        .flatMap(({ pipelines }) => pipelines)
        .reduce((count, pipeline) => count + pipeline.throttled, 0)
      const calls = sum(
        first.pipelines.reduce<Record<string, number>>(
          (counts, { calls: own }) => ({
            ...counts,
            ...Object.fromEntries(Object.entries(own).map(([name, count]) => [name, (counts[name] ?? 0) + count])),
          }),
          {},
        ),
      )
      say(`\nCalls of the first run: ${calls}; answers that said "too many requests" in both runs: ${throttled}.`)
      say(
        'Next: look at examples/shop and mappings/, change a line, and run `npx syncline --project examples/shop/syncline.yaml validate`.',
      )
      const failed =
        first.pipelines.some(({ error }) => error) ||
        second.pipelines.some(({ error }) => error) ||
        [...codes].some((code) => !(code in meant))
      return failed ? 1 : 0
    } finally {
      await engine.close()
    }
  } finally {
    stopping.dispose()
    await sandbox.stop()
    await rm(folder, { recursive: true, force: true })
  }
}
