import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseEnv } from 'node:util'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { parse } from 'yaml'
import { type Ended, jsonOf, type Running, start, startProcess, syncline } from './support/command.ts'

/** New projects, as users make them: by the real command, and then used by the others. */
let base: string

// Each test is several processes, and validate and test of all shipped mappings are among them.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 })

beforeAll(async () => {
  base = await mkdtemp(join(tmpdir(), 'syncline-init-'))
})

afterAll(async () => {
  await rm(base, { recursive: true, force: true })
})

const init = (args: readonly string[], cwd = base): Promise<Ended> => syncline(['init', ...args], { cwd })
const read = (...path: string[]): Promise<string> => readFile(join(base, ...path), 'utf8')
/** Variables that a project file reads. */
const variablesOf = (project: string): string[] => [
  ...new Set([...project.matchAll(/\$\{(\w+)/g)].map(([, name]) => name as string).filter((name) => name !== 'NAME')),
]
/** Variables that an example environment explains, also those that are commented out. */
const explained = (example: string): string[] =>
  [...example.matchAll(/^#?([A-Z][A-Z0-9_]*)=/gm)].map(([, name]) => name as string)

interface Answer {
  readonly created: string[]
  readonly kept: string[]
  readonly tables: string[]
  readonly mappings: string[]
  readonly variables: { name: string; connection: string; secret: boolean }[]
  readonly guessed: string[]
  readonly findings: unknown[]
  readonly next: { do: string; run: string[] }[]
}

describe('a new project', () => {
  let answer: Answer
  const at = (path: string): Promise<string> => read('my-shop', path)

  beforeAll(async () => {
    const ended = await init(['my-shop', '--yes', '--json'])
    expect(ended).toMatchObject({ status: 0, stderr: '' })
    answer = jsonOf(ended) as unknown as Answer
  })

  it('has everything that a repository of a customer needs', () => {
    expect(answer.kept).toEqual([])
    expect(answer.created).toEqual(
      expect.arrayContaining([
        'syncline.yaml',
        'tables/warehouses.yaml',
        '.env.example',
        '.gitignore',
        '.dockerignore',
        '.github/workflows/mappings.yml',
        'Dockerfile',
        'compose.yaml',
        'package.json',
        'README.md',
      ]),
    )
  })

  it('is without findings at once, without a variable, and its mappings pass their tests', async () => {
    expect(answer.findings).toEqual([])
    const cwd = join(base, 'my-shop')
    const validate = await syncline(['validate', '--json'], { cwd })
    expect({ status: validate.status, answer: jsonOf(validate) }).toEqual({ status: 0, answer: { findings: [] } })
    const test = await syncline(['test', '--json'], { cwd })
    expect(test.status).toBe(0)
    expect(jsonOf(test)).toMatchObject({ failed: 0, passed: expect.any(Number) })
  })

  it('lists what is not set yet as a next step, and refuses to run without it', async () => {
    const names = answer.variables.map(({ name }) => name)
    expect(names).toEqual(expect.arrayContaining(['BRIGHTPEARL_ACCOUNT', 'NORCE_URL', 'NORCE_CLIENT_SECRET']))
    expect(answer.next.some(({ do: what }) => names.every((name) => what.includes(name)))).toBe(true)
    const run = await syncline(['run', '--json'], { cwd: join(base, 'my-shop') })
    expect(run.status).toBe(2)
  })

  it('uses the tables of its mappings, with every column explained and no row of another customer', async () => {
    expect(answer.tables.length).toBeGreaterThan(5)
    for (const name of answer.tables) {
      const text = await at(`tables/${name}.yaml`)
      const table = parse(text) as { rows: unknown[]; columns: Record<string, string>; key: string | string[] }
      expect(table.rows, name).toEqual([])
      expect(Object.keys(table.columns), name).toEqual(expect.arrayContaining([table.key].flat()))
      // An example shows the form, and fits as soon as its lines are no comments any more.
      const shown = text.replace(/^rows: \[\]$/m, 'rows:').replace(/^# {2}- /gm, '  - ')
      expect((parse(shown) as { rows: unknown[] }).rows.length, name).toBeGreaterThan(0)
    }
  })

  it('explains every variable that it reads, and keeps secrets out of its own files', async () => {
    const project = await at('syncline.yaml')
    const example = await at('.env.example')
    // The key of the state is read by the engine itself.
    expect(explained(example).sort()).toEqual([...variablesOf(project), 'SYNCLINE_KEY'].sort())
    const { connections } = parse(project) as { connections: Record<string, { credentials: Record<string, string> }> }
    for (const { credentials } of Object.values(connections))
      for (const value of Object.values(credentials)) expect(value).toMatch(/^\$\{[A-Z_]+:-\}$/)
    const active = Object.keys(parseEnv(example))
    expect(active.sort()).toEqual(answer.variables.map(({ name }) => name).sort())
    const ignored = await at('.gitignore')
    for (const line of ['.env', '.syncline/', 'node_modules/', '*.db']) expect(ignored.split('\n')).toContain(line)
    for (const line of ['**/.env', '**/.syncline', 'node_modules', '**/*.db'])
      expect((await at('.dockerignore')).split('\n')).toContain(line)
  })

  it('checks pull requests without secrets, and runs in a container without rights', async () => {
    const workflow = parse(await at('.github/workflows/mappings.yml')) as {
      on: string[]
      jobs: { check: { steps: { run?: string }[] } }
    }
    expect(workflow.on).toEqual(['pull_request'])
    const commands = workflow.jobs.check.steps.flatMap(({ run }) => run ?? [])
    expect(commands).toEqual(
      expect.arrayContaining([
        'npm ci',
        expect.stringContaining('syncline validate --format github'),
        expect.stringContaining('syncline test'),
      ]),
    )
    expect(JSON.stringify(workflow)).not.toContain('secrets.')
    expect(parse(await at('compose.yaml'))).toMatchObject({
      services: { syncline: { read_only: true, cap_drop: ['ALL'], volumes: ['data:/data'] } },
    })
    expect(await at('Dockerfile')).toMatch(/^USER node$/m)
    const left = [...answer.created].map(async (path) => ({ path, text: await at(path) }))
    for (const { path, text } of await Promise.all(left)) expect(text, path).not.toMatch(/\{\{\w+\}\}/)
  })

  it('names an example that stands where only the customer can know', async () => {
    expect(answer.guessed).toEqual(['culture'])
    const own = jsonOf(await init(['own-option', '--yes', '--json', '--option', 'culture=sv-SE'])) as unknown as Answer
    expect(own.guessed).toEqual([])
    expect(await read('own-option', 'syncline.yaml')).toMatch(/^ {2}culture: sv-SE$/m)
  })

  it('has only the mappings that are asked for, and what these need', async () => {
    const some = jsonOf(await init(['some', '--yes', '--json', '--mapping', 'stock'])) as unknown as Answer
    expect(some).toMatchObject({
      mappings: ['products', 'stock'],
      tables: ['brands', 'categories', 'options', 'warehouses'],
      findings: [],
    })
    const { functions } = parse(await read('some', 'syncline.yaml')) as { functions: Record<string, string> }
    expect(Object.keys(functions).sort()).toEqual(['bundleParts', 'inShop', 'isBundle', 'sku'])
  })

  it('made a second time changes nothing and lists all as kept', async () => {
    const before = await Promise.all(answer.created.map(at))
    const again = await init(['my-shop', '--yes', '--json'])
    expect(again.status).toBe(0)
    expect(jsonOf(again)).toMatchObject({ created: [], kept: answer.created })
    expect(await Promise.all(answer.created.map(at))).toEqual(before)
  })
})

it('keeps every file that is there, and says so', async () => {
  const folder = join(base, 'kept')
  await mkdir(join(folder, 'tables'), { recursive: true })
  const own = {
    'README.md': '# Ours\n',
    'package.json': '{ "name": "ours" }',
    'tables/brands.yaml': 'not even a table',
  }
  for (const [path, text] of Object.entries(own)) await writeFile(join(folder, path), text)
  const ended = await init(['kept', '--yes'])
  for (const [path, text] of Object.entries(own)) {
    expect(await read('kept', path)).toBe(text)
    expect(ended.stdout).toMatch(new RegExp(`^Kept as they were:[\\s\\S]*^ {2}${path}$`, 'm'))
  }
  // What does not fit together with the new files is found at once.
  expect(ended.status).toBe(2)
  expect(ended.stderr).toContain('tables/brands.yaml')
})

describe('a refusal leaves nothing half-written', () => {
  it.each([
    [['--connector', 'norse'], 'unknown-connector', 'Write norce.'],
    [['--connector', 'no/such/file.yaml'], 'unknown-connector', 'Correct the file or its path.'],
    [['--connector', 'norce', '--connector', 'norce'], 'duplicate-connection', '--connector norce2=norce'],
    [['--option', 'cultur=sv-SE'], 'unknown-option', 'Write culture.'],
    [['--option', 'culture=swedish'], 'wrong-option', 'sv-SE'],
    [['--option', 'buffer=some'], 'wrong-option', 'a whole number'],
    [['--mapping', 'prises'], 'unknown-mapping', 'Write prices.'],
    [['--name', 'My Shop'], 'wrong-format', 'lower case'],
  ])('%j', async (args, code, advice) => {
    const ended = await init(['refused', '--yes', '--json', ...args])
    expect(ended.status).toBe(2)
    expect(jsonOf(ended)).toMatchObject({ created: [], error: { code, advice: expect.stringContaining(advice) } })
    expect(await readdir(base)).not.toContain('refused')
  })

  it('where a file stands in the way', async () => {
    await writeFile(join(base, 'a-file'), 'mine')
    expect(jsonOf(await init(['a-file', '--yes', '--json']))).toMatchObject({ error: { code: 'cannot-write' } })
    // Found only after the first files were made.
    await mkdir(join(base, 'in-the-way'))
    await writeFile(join(base, 'in-the-way', 'tables'), 'no folder')
    const ended = await init(['in-the-way', '--yes', '--json'])
    expect(ended.status).toBe(2)
    expect(jsonOf(ended)).toMatchObject({ error: { code: 'cannot-write' } })
    expect(await readdir(join(base, 'in-the-way'), { recursive: true })).toEqual(['tables'])
  })
})

describe('systems that nobody ever heard of', () => {
  const connector = `connector: letter-box
title: A letter box
settings:
  required: [address, number]
  properties:
    address: { type: string, format: uri, description: Address of the box, examples: [https://box.example] }
    number: { type: integer, description: "Number of the box, as on its lid", examples: [7] }
    deskName: { type: string, description: Name of the desk }
    kind: { type: string, enum: [blue, red], default: blue, description: Its colour }
    pace: { type: integer, default: 3, description: Letters a minute }
    signIn: { type: string, enum: [stamp, seal], default: stamp, description: The way to sign in }
credentials:
  stampCode: Code of the stamp
  waxSeal: The seal
signIn:
  stamp: { title: For everybody, headers: { x-stamp: $credentials.stampCode, x-desk: $settings.deskName } }
  seal: { title: For letters of weight, headers: { x-seal: $credentials.waxSeal } }
http: { base: "{$settings.address}/{$settings.number}" }
entities:
  letter:
    title: A letter
    schema: letter.json
    key: no
    list: { request: GET /letters, records: body }
    write: { put: { request: "PUT /letters/{$record.no}", repeat: safe } }
`
  const schema = {
    type: 'object',
    additionalProperties: false,
    required: ['no'],
    properties: { no: { type: 'string' }, text: { type: 'string' } },
  }

  beforeAll(async () => {
    await mkdir(join(base, 'systems'))
    await writeFile(join(base, 'systems/box.yaml'), connector)
    await writeFile(join(base, 'systems/letter.json'), JSON.stringify(schema))
  })

  it('give a project by their files alone, asked for what the files say', async () => {
    const ended = await init([
      'post',
      '--yes',
      '--json',
      '--connector',
      'systems/box.yaml',
      '--connector',
      'other=./systems/box.yaml',
    ])
    expect(ended).toMatchObject({ status: 0, stderr: '' })
    const answer = jsonOf(ended) as unknown as Answer
    expect(answer).toMatchObject({ connections: ['letterBox', 'other'], mappings: [], tables: [], findings: [] })
    expect(answer.variables).toEqual(
      ['LETTER_BOX', 'OTHER'].flatMap((prefix) => [
        { name: `${prefix}_ADDRESS`, connection: prefix === 'OTHER' ? 'other' : 'letterBox', secret: false },
        { name: `${prefix}_NUMBER`, connection: prefix === 'OTHER' ? 'other' : 'letterBox', secret: false },
        { name: `${prefix}_DESK_NAME`, connection: prefix === 'OTHER' ? 'other' : 'letterBox', secret: false },
        { name: `${prefix}_STAMP_CODE`, connection: prefix === 'OTHER' ? 'other' : 'letterBox', secret: true },
      ]),
    )
    const { connections } = parse(await read('post', 'syncline.yaml')) as { connections: Record<string, unknown> }
    expect(connections.letterBox).toEqual({
      connector: '../systems/box.yaml',
      settings: {
        address: '${LETTER_BOX_ADDRESS}',
        number: '${LETTER_BOX_NUMBER}',
        deskName: '${LETTER_BOX_DESK_NAME:-}',
        kind: '${LETTER_BOX_KIND:-}',
        signIn: '${LETTER_BOX_SIGN_IN:-}',
      },
      credentials: { stampCode: '${LETTER_BOX_STAMP_CODE:-}', waxSeal: '${LETTER_BOX_WAX_SEAL:-}' },
    })
    const example = await read('post', '.env.example')
    for (const text of [
      '# Number of the box, as on its lid (such as 7)\nLETTER_BOX_NUMBER=\n',
      '# Its colour (one of blue, red)\n#LETTER_BOX_KIND=blue\n',
      '#   seal: For letters of weight\n',
      '# Code of the stamp (for stamp)\nLETTER_BOX_STAMP_CODE=\n',
      '# The seal (for seal)\n#LETTER_BOX_WAX_SEAL=\n',
    ])
      expect(example).toContain(text)
    expect((await syncline(['validate'], { cwd: join(base, 'post') })).status).toBe(0)
  })

  it('show what can be read and written, so that a first mapping can be made of it', async () => {
    const readme = await read('post', 'README.md')
    expect(readme).toContain('| `letterBox.letter` | A letter | yes | put |')
    const [, beginning = ''] = /```yaml\n([\s\S]*?)```/.exec(readme) ?? []
    const mapping = beginning.replace(/^ {2}# each field.*$/m, '  no: no\n  text: "$default(text, \'\')"')
    await mkdir(join(base, 'post/mappings'))
    await writeFile(join(base, 'post/mappings/first.yaml'), mapping)
    const project = await read('post', 'syncline.yaml')
    await writeFile(join(base, 'post/syncline.yaml'), project.replace(/^mappings: .*$/m, 'mappings: [mappings/*.yaml]'))
    const ended = await syncline(['validate'], { cwd: join(base, 'post') })
    expect(ended).toMatchObject({ status: 0, stdout: 'No findings: 1 mapping, 0 tables, 2 connections.\n' })
  })

  it('beside a shipped one get none of the mappings that need another', async () => {
    const answer = jsonOf(
      await init(['half', '--yes', '--json', '--connector', 'norce', '--connector', 'systems/box.yaml']),
    ) as unknown as Answer
    expect(answer).toMatchObject({ connections: ['norce', 'letterBox'], mappings: [], tables: [], findings: [] })
    const renamed = jsonOf(
      await init(['renamed', '--yes', '--json', '--connector', 'erp=brightpearl', '--connector', 'norce']),
    ) as unknown as Answer
    expect(renamed).toMatchObject({ mappings: [], findings: [] })
    expect(renamed.variables.map(({ name }) => name)).toContain('ERP_ACCOUNT')
  })
})

describe('against the sandbox', () => {
  let sandbox: Running
  let env: Record<string, string>

  beforeAll(async () => {
    sandbox = start(['sandbox', '--products', '60', '--speed', '60', '--json'])
    ;({ env } = JSON.parse(await sandbox.firstLine()) as { env: Record<string, string> })
  })

  afterAll(async () => {
    sandbox.child.kill('SIGTERM')
    await sandbox.ended
  })

  it('a filled project reads every variable that the sandbox gives, and runs', async () => {
    await init(['filled', '--yes', '--filled'])
    const cwd = join(base, 'filled')
    // What only the service reads, and a key of one's own, need not stand in the project file.
    const given = Object.keys(env).filter((name) => !/^SYNCLINE_(?!STORE)/.test(name))
    expect(variablesOf(await read('filled', 'syncline.yaml'))).toEqual(expect.arrayContaining(given))
    const run = async (...args: string[]): Promise<Record<string, unknown>> => {
      const ended = await syncline([...args, '--json'], { cwd, env })
      // Some of the catalogue's odd records fail.
      expect([0, 1], `${args.join(' ')}: ${ended.stderr}`).toContain(ended.status)
      return jsonOf(ended)
    }
    expect(await run('validate')).toEqual({ findings: [] })
    expect(await run('test')).toMatchObject({ failed: 0 })
    const { steps } = (await run('check')) as { steps: { status: string }[] }
    expect(steps.filter(({ status }) => status === 'failed')).toEqual([])
    type Pipelines = { pipelines: { mapping: string; created: number; updated: number; complete: boolean }[] }
    const dry = (await run('run', '--dry-run')) as unknown as Pipelines
    expect(dry).toMatchObject({ dryRun: true })
    const first = (await run('run')) as unknown as Pipelines
    expect(first.pipelines.map(({ mapping }) => mapping)).toEqual(
      expect.arrayContaining(['products', 'prices', 'stock']),
    )
    for (const pipeline of first.pipelines) {
      expect(pipeline, pipeline.mapping).not.toHaveProperty('error')
      if (!['products', 'prices', 'stock'].includes(pipeline.mapping)) continue
      expect(pipeline.complete, pipeline.mapping).toBe(true)
      expect(pipeline.created).toBeGreaterThan(30)
    }
    const second = (await run('run')) as unknown as Pipelines
    for (const { created, updated } of second.pipelines)
      expect({ created, updated }).toEqual({ created: 0, updated: 0 })
  })

  it('an empty project says which rows its tables lack, and fails nothing else', async () => {
    await init(['empty', '--yes'])
    const cwd = join(base, 'empty')
    expect((await syncline(['check', '--json'], { cwd, env })).status).toBe(0)
    const state = { SYNCLINE_STORE: `sqlite:${join(base, 'empty.db')}` }
    const ended = await syncline(['run', 'products', 'stock', '--json'], { cwd, env: { ...env, ...state } })
    const { pipelines } = jsonOf(ended) as { pipelines: { mapping: string; failed: Record<string, number> }[] }
    for (const { failed } of pipelines)
      expect(Object.keys(failed).filter((code) => !['table-row-missing', 'key-taken'].includes(code))).toEqual([])
    expect(pipelines.find(({ mapping }) => mapping === 'products')?.failed).toHaveProperty('table-row-missing')
  })
})

it('the made project can be installed, and is used by the commands that its next steps name', async () => {
  await init(['installed', '--yes'])
  const cwd = join(base, 'installed')
  const install = await startProcess('npm', ['install', '--no-audit', '--no-fund', '--ignore-scripts'], { cwd }).ended
  expect(install.status, install.stderr).toBe(0)
  const { dependencies } = JSON.parse(await read('installed', 'package.json')) as {
    dependencies: Record<string, string>
  }
  expect(dependencies.syncline).toMatch(/^file:/)
  for (const command of ['validate', 'test'])
    expect((await startProcess('npx', ['--no-install', 'syncline', command], { cwd }).ended).status).toBe(0)
})
