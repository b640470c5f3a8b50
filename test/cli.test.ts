import { chmod, cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { program } from '../engine/cli/main.ts'
import { type Ended, jsonOf, type Running, root, shopProject, start, syncline } from './support/command.ts'

/** The command line as users and other programs meet it: processes, their output and their exit status. */
const commands = ['init', 'run', 'test', 'explain', 'validate', 'check', 'disconnect', 'status', 'sandbox', 'demo']

let folder: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'syncline-cli-'))
})

afterAll(async () => {
  await rm(folder, { recursive: true, force: true })
})

/** A copy of the ready project with the files that it uses, to break something in it. */
async function copyOfShop(name: string): Promise<{ readonly project: string; readonly at: (path: string) => string }> {
  const copy = join(folder, name)
  for (const part of ['connectors', 'schemas', 'mappings', 'examples/shop']) {
    await cp(join(root, part), join(copy, part), {
      recursive: true,
      filter: (path) => !/[\\/]\.(env|syncline)/.test(path),
    })
  }
  return { project: join(copy, 'examples/shop/syncline.yaml'), at: (path) => join(copy, path) }
}

describe('help', () => {
  it.each(commands)('%s shows its options and examples, and knows --json', async (name) => {
    const command = (await program()).commands.find((candidate) => candidate.name() === name)
    let help = ''
    command?.configureOutput({ writeOut: (text) => (help += text) }).outputHelp()
    expect(help).toContain('Examples:\n  $ syncline')
    expect(help).toContain('--json')
  })

  it('names every command and what exit statuses mean', async () => {
    const { status, stdout } = await syncline(['--help'])
    expect(status).toBe(0)
    for (const command of commands) expect(stdout).toMatch(new RegExp(`^ {2}${command} `, 'm'))
    expect(stdout).toContain('Exit status: 0 all well, 1 some records failed, 2 the configuration is wrong, 3')
  })
})

describe('a command line that is wrong', () => {
  it('ends with status 2 and the nearest name', async () => {
    const { status, stdout, stderr } = await syncline(['validat'])
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' })
    expect(stderr).toContain("unknown command 'validat'")
    expect(stderr).toContain('Did you mean validate?')
  })

  it('still answers one JSON object where that was asked for', async () => {
    const ended = await syncline(['run', '--ful', '--json'])
    expect(ended.status).toBe(2)
    expect(jsonOf(ended)).toMatchObject({
      run: null,
      status: 'failed',
      pipelines: [],
      error: { code: 'command-line', message: expect.stringContaining("unknown option '--ful'") },
    })
  })

  it.each([
    [['--since', 'yesterday'], 'not-a-time'],
    [['--since', '2026-02-30'], 'not-a-time'],
    [['--full', '--only', 'X'], 'options-conflict'],
    [['stock', '--only', 'X', '--record', '{}'], 'options-conflict'],
    [['--record', '{}'], 'options-conflict'],
    [['stock', 'prices', '--record', '{}'], 'options-conflict'],
    [['stock', '--record', '[{ "id": 1 }]'], 'command-line'],
    [['stock', '--record', '{ "email": "maja@example.com"'], 'command-line'],
  ])('run %j is refused', async (options, code) => {
    const ended = await syncline(['--project', shopProject, 'run', ...options, '--json'])
    expect(ended.status).toBe(2)
    expect(jsonOf(ended)).toMatchObject({ error: { code } })
    expect(ended.stdout + ended.stderr).not.toContain('maja')
  })
})

describe('a project that is wrong', () => {
  it('is not found: a finding for validate, an error for others', async () => {
    const options = { cwd: folder }
    const validate = await syncline(['--project', 'nowhere.yaml', 'validate', '--json'], options)
    expect(validate.status).toBe(2)
    expect(jsonOf(validate)).toEqual({
      findings: [
        {
          code: 'project-not-found',
          severity: 'error',
          message: 'The project file nowhere.yaml does not exist.',
          file: 'nowhere.yaml',
          line: 1,
          column: 1,
          advice: 'Correct the path behind --project.',
        },
      ],
    })
    const run = await syncline(['run', '--json'], options)
    expect(run.status).toBe(2)
    expect(jsonOf(run)).toMatchObject({ run: null, error: { code: 'project-not-found' } })
  })

  it('has a typing error in a key, in a table name and in a path: all three are found, each at its place', async () => {
    const { project, at } = await copyOfShop('typing-errors')
    const stock = await readFile(at('mappings/stock.yaml'), 'utf8')
    await writeFile(
      at('mappings/stock.yaml'),
      stock
        .replace('\npriority: 3', '\npriorty: 3')
        .replace("$rows('warehouses')", "$rows('warehouse')")
        .replace("archived: status != 'ARCHIVED'", "archived: stauts != 'ARCHIVED'"),
    )
    const ended = await syncline(['--project', project, 'validate', '--json'])
    expect(ended.status).toBe(2)
    const { findings } = jsonOf(ended) as { findings: Record<string, unknown>[] }
    const lineOf = (text: string): number => stock.slice(0, stock.indexOf(text)).split('\n').length
    for (const [name, line, nearest] of [
      ['priorty', lineOf('priority: 3'), 'priority'],
      ['warehouse', lineOf("$rows('warehouses')"), 'warehouses'],
      ['stauts', lineOf("status != 'ARCHIVED'"), 'status'],
    ] as const) {
      const found = findings.find((finding) => finding.line === line)
      expect(found, `${name} in line ${line}`).toMatchObject({ severity: 'error', file: at('mappings/stock.yaml') })
      expect(`${found?.message} ${found?.advice}`).toContain(nearest)
      expect(Object.keys(found ?? {})).toEqual(['code', 'severity', 'message', 'file', 'line', 'column', 'advice'])
    }
    const human = await syncline(['--project', project, 'validate'])
    expect(human.status).toBe(2)
    expect(human.stdout).toContain('stauts')
    expect(human.stdout).not.toContain('\u001b')
    const annotations = await syncline(['--project', project, 'validate', '--format', 'github'])
    expect(annotations.stdout).toMatch(/^::error file=/)
    // A run refuses it too, before anything is sent.
    const run = await syncline(['--project', project, 'run', '--json'])
    expect(run.status).toBe(2)
    expect(jsonOf(run)).toMatchObject({ run: null, pipelines: [], findings: expect.any(Array) })
  })

  it('lacks a variable: nothing for validate and test, a finding that names it for run and check', async () => {
    const validate = await syncline(['--project', shopProject, 'validate', '--json'])
    expect(validate.status).toBe(0)
    expect(jsonOf(validate)).toEqual({ findings: [] })
    for (const command of ['run', 'check']) {
      const ended = await syncline(['--project', shopProject, command, '--json'])
      expect(ended.status).toBe(2)
      const { findings } = jsonOf(ended) as { findings: { message: string; file: string; line: number }[] }
      const one = findings.find(({ message }) => message.includes('BRIGHTPEARL_ACCOUNT'))
      expect(one).toMatchObject({ file: 'examples/shop/syncline.yaml', line: expect.any(Number) })
    }
  })
})

describe('mapping tests', () => {
  it('run without network and secrets, all or one mapping', async () => {
    const ended = await syncline(['--project', shopProject, 'test', 'stock', '--json'])
    expect(ended.status).toBe(0)
    const { passed, failed, tests } = jsonOf(ended) as { passed: number; failed: number; tests: { mapping: string }[] }
    expect(failed).toBe(0)
    expect(passed).toBe(tests.length)
    expect(new Set(tests.map(({ mapping }) => mapping))).toEqual(new Set(['stock']))
  })

  it('that fail say what differs and end with status 1', async () => {
    const { project, at } = await copyOfShop('failing-test')
    const stock = await readFile(at('mappings/stock.yaml'), 'utf8')
    await writeFile(at('mappings/stock.yaml'), stock.replace('OnhandValue: 33', 'OnhandValue: 34'))
    const { status, stdout } = await syncline(['--project', project, 'test', 'stock'])
    expect(status).toBe(1)
    expect(stdout).toMatch(
      /failed stock: a negative figure is shown as none|failed stock: two warehouses are one place/,
    )
    expect(stdout).toMatch(/OnhandValue.*34.*33/)
  })
})

describe('against the sandbox', () => {
  let sandbox: Running
  let env: Record<string, string>

  /** The control endpoint of the back office's stand-in. */
  const faults = async (body: unknown): Promise<void> => {
    const response = await fetch(`${env.BRIGHTPEARL_API_URL}/__sandbox/faults`, {
      method: 'POST',
      body: JSON.stringify(body),
    })
    expect(response.ok).toBe(true)
  }
  const shop = (args: readonly string[], more: Readonly<Record<string, string>> = {}): Promise<Ended> =>
    syncline(['--project', shopProject, ...args], { env: { ...env, ...more } })
  const stateFile = (name: string): string => `sqlite:${join(folder, name)}`

  beforeAll(async () => {
    sandbox = start(['sandbox', '--products', '100', '--speed', '20', '--json'])
    ;({ env } = JSON.parse(await sandbox.firstLine()) as { env: Record<string, string> })
  })

  afterAll(async () => {
    sandbox.child.kill('SIGTERM')
    const { status, stdout } = await sandbox.ended
    expect(status).toBe(0)
    expect(stdout.trim().split('\n')).toHaveLength(1)
  })

  it('the environment is that of the ready project', async () => {
    const example = await readFile(join(root, 'examples/shop/.env.example'), 'utf8')
    const names = [...example.matchAll(/^#? ?([A-Z][A-Z_]+)=/gm)].map(([, name]) => name as string)
    // What an account does not give and the defaults leave out, a person adds.
    const ours = ['BRIGHTPEARL_INSTALLATION_ID', 'NORCE_APPLICATIONS', 'SYNCLINE_KEY']
    expect([...Object.keys(env), ...ours].sort()).toEqual([...names].sort())
  })

  it('check walks through every step', async () => {
    const ended = await shop(['check', '--json'])
    expect(ended.status).toBe(0)
    const { steps } = jsonOf(ended) as {
      steps: { connection: string; status: string; found: string; causes?: { cause: string }[] }[]
    }
    expect(new Set(steps.map(({ connection }) => connection))).toEqual(new Set(['brightpearl', 'norce']))
    // What no table names is told, and is nothing wrong; the stand-ins' clock runs faster, and that is seen.
    const wrong = steps.filter(({ status }) => !['ok', 'info'].includes(status))
    expect(wrong.filter(({ causes }) => causes?.[0]?.cause !== 'clock-differs')).toEqual([])
    const one = await shop(['check', 'norce'])
    expect(one.stdout).not.toContain('brightpearl:')
    expect(ended.stdout).not.toContain(env.NORCE_CLIENT_SECRET)
  })

  it('wrong credentials end check and run with status 3, and say what to do', async () => {
    const wrong = { NORCE_CLIENT_SECRET: 'not-the-secret', SYNCLINE_STORE: stateFile('wrong.db') }
    const check = await shop(['check', 'norce'], wrong)
    expect(check.status).toBe(3)
    expect(check.stdout).toMatch(/^failed {2}norce: The token endpoint gives a token/m)
    const run = await shop(['run', 'products', '--json'], wrong)
    expect(run.status).toBe(3)
    expect(jsonOf(run)).toMatchObject({ pipelines: [{ mapping: 'products', error: { exitStatus: 3 } }] })
    for (const { stdout, stderr } of [check, run]) expect(stdout + stderr).not.toContain('not-the-secret')
  })

  it('an option of one run is checked, and told', async () => {
    const dry = await shop(['run', 'stock', '--option', 'buffer=2', '--dry-run', '--json'])
    expect(jsonOf(dry)).toMatchObject({ options: { buffer: 2 }, dryRun: true })
    const told = await shop(['run', 'stock', '--option', 'buffer=2', '--dry-run'])
    expect(told.stdout).toContain('For this run only: buffer = 2.')
    for (const [given, said] of [
      ['bufer=2', 'Write buffer.'],
      ['buffer=two', 'is not a whole number'],
      ['buffer', '--option NAME=VALUE'],
    ] as const) {
      const refused = await shop(['run', 'stock', '--option', given, '--json'])
      expect([refused.status, refused.stdout + refused.stderr]).toEqual([2, expect.stringContaining(said)])
    }
  })

  it('a dry run shows records field by field, and changes nothing', async () => {
    const dry = await shop(['run', 'products', '--dry-run'])
    expect(dry.stdout).toContain('products: would create:')
    expect(dry.stdout).toMatch(/^ {6}PartNo: "/m)
    expect(dry.stdout).toContain('Dry run: nothing was changed.')
    const status = await shop(['status', '--json'])
    expect(jsonOf(status)).toMatchObject({ runs: [], cursors: [], deadLetters: [], parked: [] })
  })

  it('run answers one JSON object with what became of every record, and the second run writes nothing', async () => {
    const first = await shop(['run', 'products', 'prices', 'stock', '--json'])
    // Some of the catalogue's odd records fail.
    expect(first.status).toBe(1)
    const answer = jsonOf(first) as { pipelines: Record<string, unknown>[] }
    expect(answer).toMatchObject({ run: expect.any(String), status: 'partial' })
    for (const pipeline of answer.pipelines) {
      expect(pipeline).toMatchObject({
        mapping: expect.stringMatching(/^(products|prices|stock)$/),
        read: 100,
        created: expect.any(Number),
        updated: 0,
        unchanged: 0,
        skipped: expect.objectContaining({ archived: expect.any(Number) }),
        parked: 0,
        failed: expect.any(Object),
        calls: { brightpearl: expect.any(Number), norce: expect.any(Number) },
        throttled: 0,
        seconds: expect.any(Number),
      })
    }
    const second = jsonOf(await shop(['run', 'products', 'prices', 'stock', '--json'])) as {
      pipelines: Record<string, number>[]
    }
    for (const { created, updated } of second.pipelines)
      expect({ created, updated }).toEqual({ created: 0, updated: 0 })
  })

  it('status shows what stands in the state, without source records', async () => {
    const ended = await shop(['status', '--json'])
    expect(ended.status).toBe(0)
    const status = jsonOf(ended) as { runs: unknown[]; cursors: unknown[]; deadLetters: Record<string, unknown>[] }
    expect(status.runs).toHaveLength(2)
    expect(status.cursors).toHaveLength(3)
    expect(status.deadLetters.length).toBeGreaterThan(0)
    for (const letter of status.deadLetters) {
      expect(letter).toMatchObject({ code: expect.any(String), message: expect.any(String) })
      expect(letter).not.toHaveProperty('record')
    }
    const human = await shop(['status'])
    expect(human.stdout).toMatch(/^Dead letters \(\d+\)$/m)
  })

  it('explain shows each value of a record and where it is written', async () => {
    const ended = await shop(['explain', 'stock', '--only', 'TJ-MOS-S', '--json'])
    expect(ended.status).toBe(0)
    expect(jsonOf(ended)).toMatchObject({
      mapping: 'stock',
      label: 'TJ-MOS-S',
      outcome: { kind: 'mapped' },
      values: expect.arrayContaining([
        expect.objectContaining({ section: 'keep', name: 'archived', value: true, line: expect.any(Number) }),
        expect.objectContaining({ section: 'field', name: 'PartNo', value: 'TJ-MOS-S' }),
      ]),
    })
    const unknown = await shop(['explain', 'stock', '--only', 'NO-SUCH-SKU', '--json'])
    expect(unknown.status).toBe(1)
    expect(jsonOf(unknown)).toMatchObject({ error: { code: 'record-not-found' } })
  })

  it('a name of no mapping is refused with the nearest', async () => {
    const ended = await shop(['run', 'stok', '--json'])
    expect(ended.status).toBe(2)
    expect(jsonOf(ended)).toMatchObject({
      run: null,
      error: { code: 'unknown-mapping', advice: expect.stringContaining('Write stock.') },
    })
  })

  it('is stopped by one Ctrl-C, even if it arrives twice; the next run goes on', async () => {
    const own = { SYNCLINE_STORE: stateFile('stopped.db') }
    await faults({ slow: { ms: 400 } })
    const run = start(['--project', shopProject, 'run', '--json'], { env: { ...env, ...own } })
    await new Promise<void>((resolve) => {
      run.child.stderr?.on('data', (data) => {
        if (String(data).includes('reading everything')) resolve()
      })
    })
    run.child.kill('SIGINT')
    run.child.kill('SIGINT')
    const stopped = await run.ended
    await faults({ slow: null })
    expect(stopped.stderr.match(/finishing what is under way/g)).toHaveLength(1)
    expect(stopped.status).toBe(1)
    expect(jsonOf(stopped)).toMatchObject({ stopped: true })
    const next = jsonOf(await shop(['run', 'products', '--json'], own))
    expect(next).toMatchObject({ pipelines: [{ mapping: 'products', mode: 'full', complete: true }] })
  })

  it('two runs of one mapping at the same time are refused', async () => {
    const own = { SYNCLINE_STORE: stateFile('twice.db') }
    await faults({ slow: { ms: 700, count: 3 } })
    const runs = await Promise.all([shop(['run', 'stock', '--json'], own), shop(['run', 'stock', '--json'], own)])
    await faults({ slow: null })
    const refused = runs.map(jsonOf).filter((answer) => (answer.error as { code?: string })?.code === 'already-running')
    expect(refused).toHaveLength(1)
  })

  it('a reader that goes away is no failure', async () => {
    const run = start(['--project', shopProject, 'test'], { env })
    run.child.stdout?.destroy()
    const { status, stderr } = await run.ended
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
  })

  describe('a state file that cannot be used ends with status 2 and says what to do', () => {
    it('read-only', async () => {
      const file = join(folder, 'read-only.db')
      await shop(['run', 'products', '--only', 'TJ-MOS-S', '--json'], { SYNCLINE_STORE: `sqlite:${file}` })
      await chmod(file, 0o444)
      const ended = await shop(['run', '--json'], { SYNCLINE_STORE: `sqlite:${file}` })
      expect(ended.status).toBe(2)
      expect(jsonOf(ended)).toMatchObject({ run: null, error: { code: 'store-read-only' } })
    })

    it('corrupt', async () => {
      const file = join(folder, 'corrupt.db')
      await writeFile(file, 'this is no database, whatever its name says'.repeat(100))
      const ended = await shop(['run'], { SYNCLINE_STORE: `sqlite:${file}` })
      expect({ status: ended.status, stdout: ended.stdout }).toEqual({ status: 2, stdout: '' })
      expect(ended.stderr).toContain(file)
      expect(ended.stderr).not.toContain('    at ')
    })

    it('from a newer version', async () => {
      const file = join(folder, 'newer.db')
      await shop(['run', 'products', '--only', 'TJ-MOS-S', '--json'], { SYNCLINE_STORE: `sqlite:${file}` })
      const database = new DatabaseSync(file)
      database.exec('PRAGMA user_version = 999')
      database.close()
      const ended = await shop(['status', '--json'], { SYNCLINE_STORE: `sqlite:${file}` })
      expect(ended.status).toBe(2)
      expect(jsonOf(ended)).toMatchObject({ error: { code: 'store-newer' } })
    })
  })
})

it('a port that is taken is said plainly', async () => {
  const one = start(['sandbox', '--json'])
  const { env } = JSON.parse(await one.firstLine()) as { env: Record<string, string> }
  const { port } = new URL(env.BRIGHTPEARL_API_URL as string)
  const other = await syncline(['sandbox', '--port', port, '--json'])
  expect(other.status).toBe(1)
  expect(jsonOf(other)).toMatchObject({ error: { code: 'port-in-use' } })
  one.child.kill('SIGINT')
  expect((await one.ended).status).toBe(0)
})
