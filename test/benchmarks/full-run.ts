/**
 * How many calls, how much memory and how much of the quota a full run takes.
 *
 * Method: the sandbox runs in this process, `syncline run --json` in one of its own; calls, throttled answers and rows
 * are counted at the stand-ins; processor time and memory (the highest resident set) are those of the run's process. The sandbox's clock may run
 * faster (`--speed`); the ratio of calls to time stays real. The least possible number of calls follows from the API's
 * limits: 500 rows on a search page, 200 ids in a read of products or prices, 100 in one of stock.
 *
 *   node test/benchmarks/full-run.ts --products 20000 --speed 20
 */
import { spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { startSandbox } from '../../examples/sandbox/start-sandbox.ts'

const { values } = parseArgs({
  options: { products: { type: 'string', default: '2000' }, speed: { type: 'string', default: '20' } },
})
const products = Number(values.products)
const speed = Number(values.speed)
const root = new URL('../../', import.meta.url)

interface Outcome {
  readonly report: {
    readonly status: string
    readonly seconds: number
    readonly pipelines: readonly Record<string, unknown>[]
    readonly quota: unknown
  }
  readonly peakMb: number
  /** User and system time. */
  readonly cpuSeconds: number
}

const folder = await mkdtemp(join(tmpdir(), 'syncline-bench-'))
const sandbox = await startSandbox({ products, speed })
try {
  await measure('first run')
  await measure('second run, nothing changed')
  for (const id of [...sandbox.catalogue.ids()].slice(60, 70)) sandbox.catalogue.change(id, { weightKg: 3.21 })
  await measure('products, after 10 products changed', ['products'])
} finally {
  await sandbox.stop()
  await rm(folder, { recursive: true, force: true })
}

async function measure(title: string, mappings: readonly string[] = []): Promise<void> {
  sandbox.backOffice.log.reset()
  sandbox.shop.log.reset()
  sandbox.shop.state.resetCounters()
  const { report, peakMb, cpuSeconds } = await run(mappings)
  const source = sandbox.backOffice.log.counters()
  const calls = Object.entries(source.byOperation).filter(([name]) => name !== 'post-token')
  const total = calls.reduce((sum, [, { calls: count }]) => sum + count, 0)
  const minutes = Object.values(source.byMinute).map((count) =>
    typeof count === 'number' ? count : (count as { calls: number }).calls,
  )
  const { written } = sandbox.shop.state.counters()
  console.log(`\n## ${title}: ${products} products, sandbox clock × ${speed}`)
  console.log(
    `status ${report.status}, ${report.seconds} s, ${cpuSeconds.toFixed(1)} s of one processor, peak memory ${peakMb} MB`,
  )
  console.log(
    `back office: ${total} calls (${calls.map(([name, { calls: count }]) => `${name} ${count}`).join(', ')}), throttled ${source.throttled}`,
  )
  console.log(`calls by minute of the sandbox clock: ${minutes.join(', ')}`)
  console.log(
    `shop: ${Object.values(sandbox.shop.log.counters().byOperation).reduce((sum, { calls: count }) => sum + count, 0)} calls; rows written: ${JSON.stringify(written)}`,
  )
  console.log(`quota: ${JSON.stringify(report.quota)}`)
  for (const pipeline of report.pipelines) console.log(JSON.stringify(pipeline))
  const kept = (report.pipelines.find(({ mapping }) => mapping === 'prices')?.unchanged ?? undefined) as
    | number
    | undefined
  if (mappings.length === 0 && kept !== undefined) {
    const least = Math.ceil(products / 500) + Math.ceil(products / 200)
    console.log(
      `least possible: ${least} calls to list and read all products, and one for each 200 (prices) and 100 (stock) of those that are kept`,
    )
  }
}

function run(mappings: readonly string[]): Promise<Outcome> {
  const script = `
    const { main } = await import(${JSON.stringify(new URL('engine/cli/main.ts', root).href)})
    process.on('exit', () => {
      const { maxRSS, userCPUTime, systemCPUTime } = process.resourceUsage()
      process.stderr.write('peak ' + Math.round(maxRSS / 1024) + ' cpu ' + (userCPUTime + systemCPUTime) / 1e6)
    })
    await main(['node', 'syncline', '--project', ${JSON.stringify(new URL('examples/shop/syncline.yaml', root).pathname)}, 'run', '--json', ...${JSON.stringify(mappings)}])`
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
      env: { ...process.env, ...sandbox.env, SYNCLINE_STORE: `sqlite:${join(folder, 'state.db')}` },
    })
    let out = ''
    let err = ''
    child.stdout.on('data', (chunk) => {
      out += chunk
    })
    child.stderr.on('data', (chunk) => {
      err += chunk
    })
    child.on('error', reject)
    child.on('exit', () => {
      const used = /peak (\d+) cpu ([\d.]+)/.exec(err)
      if (!used || out === '') reject(new Error(`The run said: ${err}`))
      else
        resolve({ report: JSON.parse(out) as Outcome['report'], peakMb: Number(used[1]), cpuSeconds: Number(used[2]) })
    })
  })
}
