import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { chmod, mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { basename, delimiter, dirname, join } from 'node:path'
import type { Command } from 'commander'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parse, stringify } from 'yaml'
import { program } from '../engine/cli/main.ts'
import { uniqueFindings } from '../engine/cli/project.ts'
import { loadProject } from '../engine/config/load-project.ts'
import { compile } from '../engine/expressions/compile.ts'
import { EvaluationError } from '../engine/expressions/function-definition.ts'
import { pureFunctions } from '../engine/expressions/functions/index.ts'
import { type Assembly, assemble } from '../engine/pipeline/assemble.ts'
import { testMappings } from '../engine/pipeline/mapping-tests/test-mappings.ts'
import { type Sandbox, startSandbox } from '../examples/sandbox/start-sandbox.ts'
import { jsonOf, launcher, root, shopProject, start, startProcess, syncline } from './support/command.ts'

/**
 * Every example in the docs is tried. What is done with a block stands behind its language:
 *
 *     yaml file=PATH      a file of the page's own project, which must be without findings and pass its tests
 *     yaml in=PATH        replaces keys of that file; then the same
 *     … gives=CODE        … and exactly these findings come of it (several: separated by commas)
 *     json file=PATH      the same for a schema
 *     json record         the input of the expressions that follow
 *     json answer=COMMAND what that command answers with --json in the ready project: the same keys and kinds of values
 *     jsonata             lines of `expression => result`, or `=> nothing`, or `=> fails CODE`
 *     yaml write=PATH     at this point of the page the reader writes this file, below the page's own folder
 *     sh                  commands that must exist, with their options
 *     sh run              commands that are executed in the page's project, with a sandbox running and its environment
 *     sh run=repository   … in the repository
 *     sh in=FOLDER        … in a folder below the page's own, without a variable, as a new user has it; addresses of the
 *                         sandbox on ports 4010 and 4011 stand for those of the running one
 *     text gives          what the commands directly before it print: each line as it stands; `…` is anything within a
 *                         line, and alone on a line any number of lines
 *     ts, text            for readers; code has tests of its own
 */
interface Block {
  readonly page: string
  readonly line: number
  readonly language: string
  readonly info: Readonly<Record<string, string>>
  readonly text: string
}

const pages = [
  'README.md',
  ...readdirSync(join(root, 'docs')).map((name) => `docs/${name}`),
  'examples/sandbox/README.md',
]
const generated = ['docs/codes.md', 'docs/functions.md', 'docs/commands.md']

function blocksOf(page: string): Block[] {
  const blocks: Block[] = []
  const lines = readFileSync(join(root, page), 'utf8').split('\n')
  let open: { line: number; language: string; info: Record<string, string>; text: string[] } | undefined
  for (const [index, line] of lines.entries()) {
    if (!line.startsWith('```')) {
      open?.text.push(line)
    } else if (open) {
      blocks.push({ page, ...open, text: `${open.text.join('\n')}\n` })
      open = undefined
    } else {
      const [language = '', ...words] = line.slice(3).trim().split(/\s+/)
      const info = Object.fromEntries(words.map((word) => [word.split('=')[0], word.split('=')[1] ?? '']))
      open = { line: index + 1, language, info, text: [] }
    }
  }
  return blocks
}

const languages = new Set(['yaml', 'json', 'jsonata', 'sh', 'ts', 'text'])
const byPage = pages.map((page) => ({ page, blocks: blocksOf(page) }))
const hand = byPage.filter(({ page }) => !generated.includes(page))

it('the docs are read', () => {
  expect(pages.length).toBeGreaterThan(8)
  expect(byPage.flatMap(({ blocks }) => blocks).length).toBeGreaterThan(30)
})

it('every block says what it is', () => {
  for (const { page, line, language, info } of hand.flatMap(({ blocks }) => blocks)) {
    const place = `${page}:${line}`
    expect(languages.has(language), `${place} ${language}`).toBe(true)
    if (language === 'yaml')
      expect(info.file ?? info.in ?? info.write, `${place} yaml file=, in= or write=`).toBeDefined()
    if (info.gives === '') expect({ place, language }).toEqual({ place, language: 'text' })
  }
})

describe('links', () => {
  it.each(pages)('%s leads only to what is there', (page) => {
    const text = readFileSync(join(root, page), 'utf8').replace(/```[\s\S]*?```/g, '')
    for (const [, target = ''] of text.matchAll(/\]\(([^)\s]+)\)/g)) {
      if (/^[a-z]+:/.test(target)) continue
      const [path = '', anchor] = target.split('#')
      const file = path === '' ? page : join(dirname(page), path)
      expect(existsSync(join(root, file)), `${page} leads to ${target}`).toBe(true)
      if (anchor) expect(anchorsOf(file), `${page} leads to ${target}`).toContain(anchor)
    }
  })
})

/** As GitHub makes them of headings. */
function anchorsOf(file: string): string[] {
  const headings = readFileSync(join(root, file), 'utf8').matchAll(/^#+ (.+)$/gm)
  return [...headings].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .replace(/\s/g, '-'),
  )
}

let sandbox: Sandbox
let folder: string
/** Free, as the documented one may not be while other tests run. */
let redirectPort: number

beforeAll(async () => {
  sandbox = await startSandbox({ products: 60, speed: 20 })
  folder = await mkdtemp(join(tmpdir(), 'syncline-docs-'))
  redirectPort = await freePort()
  await mkdir(join(folder, 'bin'))
  for (const [name, text] of [
    ['syncline', `exec "${process.execPath}" "${launcher}" "$@"`],
    ['npx', 'exec "$@"'],
    // A browser in which a member of staff agrees at once.
    [
      'browser',
      `exec "${process.execPath}" -e 'fetch(process.argv[1], { method: "POST", body: "decision=approve", headers: { "content-type": "application/x-www-form-urlencoded" } })' "$1"`,
    ],
  ] as const) {
    await writeFile(join(folder, 'bin', name), `#!/bin/sh\n${text}\n`)
    await chmod(join(folder, 'bin', name), 0o755)
  }
})

afterAll(async () => {
  await sandbox?.stop()
  await rm(folder, { recursive: true, force: true })
})

/** A folder like a user's: Syncline as an installed package, and files of their own. */
async function projectFolder(name: string, files: ReadonlyMap<string, string>): Promise<string> {
  const at = join(folder, name)
  await mkdir(join(at, 'node_modules'), { recursive: true })
  await symlink(root, join(at, 'node_modules/syncline'))
  await symlink(join(root, 'examples'), join(at, 'examples'))
  for (const [path, text] of files) {
    await mkdir(dirname(join(at, path)), { recursive: true })
    await writeFile(join(at, path), text)
  }
  return at
}

/** Findings of the whole project, and tests that fail: of all mappings, or of those in one file. */
async function findingsOf(at: string, tested?: string): Promise<{ findings: string[]; failures: string[] }> {
  const { project, findings } = await loadProject({
    file: join(at, 'syncline.yaml'),
    environment: {},
    mode: 'validate',
    currentFolder: at,
  })
  const assembly: Assembly | undefined = project && assemble(project)
  const all = uniqueFindings([...findings, ...(assembly?.findings ?? [])])
  const names = [...(project?.mappings.values() ?? [])]
    .filter(({ origin }) => tested === undefined || origin.file.endsWith(tested))
    .map(({ name }) => name)
  const results = project && all.length === 0 ? await testMappings(project, names) : []
  return {
    findings: all.map(({ code, file, line, message }) => `${code} ${file}:${line} ${message}`),
    failures: results
      .filter(({ passed }) => !passed)
      .map(({ mapping, name, differences }) => `${mapping}: ${name}: ${differences.join('; ')}`),
  }
}

const fileBlocks = (blocks: readonly Block[]): Block[] => blocks.filter(({ info }) => info.file !== undefined)
const filesOf = (blocks: readonly Block[]): Map<string, string> =>
  new Map(fileBlocks(blocks).map(({ info, text }) => [info.file as string, text]))

const isStep = ({ language, info }: Block): boolean =>
  info.write !== undefined || (language === 'sh' && (info.run !== undefined || info.in !== undefined))

describe.each(hand.filter(({ blocks }) => blocks.some((block) => isStep(block) || block.info.file !== undefined)))(
  '$page',
  ({ page, blocks }) => {
    const name = basename(page, '.md')
    let at: string

    beforeAll(async () => {
      at = await projectFolder(name, filesOf(blocks))
    })

    it.runIf(fileBlocks(blocks).length > 0)('its files make a project without findings, whose tests pass', async () => {
      expect([...filesOf(blocks).keys()]).toContain('syncline.yaml')
      expect(await findingsOf(at)).toEqual({ findings: [], failures: [] })
    })

    const variants = blocks.filter(({ language, info }) => language === 'yaml' && info.in !== undefined)
    it.each(variants)('line $line', async ({ line, info, text }) => {
      const files = filesOf(blocks)
      const path = info.in as string
      const whole = parse(files.get(path) ?? 'no: file', { uniqueKeys: false }) as Record<string, unknown>
      // Keys that the part leaves out stay.
      const kept = Object.fromEntries(Object.entries(whole).filter(([key]) => !topKeys(text).has(key)))
      const { findings, failures } = await findingsOf(
        await projectFolder(`${name}-${line}`, files.set(path, `${stringify(kept)}${text}`)),
        path,
      )
      const expected = info.gives?.split(',') ?? []
      expect(findings.map((finding) => finding.split(' ')[0]).sort(), findings.join('\n')).toEqual([...expected].sort())
      expect(failures).toEqual([])
    })

    const steps = blocks.filter(isStep)
    it.each(steps)('line $line', async (step) => {
      const { line, info, text } = step
      if (info.write !== undefined) {
        const path = join(at, info.write)
        await mkdir(dirname(path), { recursive: true })
        await writeFile(path, real(text))
        return
      }
      const asNew = info.in !== undefined
      const { status, stdout, stderr } = await startProcess('bash', ['--norc', '-eo', 'pipefail', '-c', real(text)], {
        cwd: info.run === 'repository' ? root : join(at, info.in ?? ''),
        env: {
          ...(asNew ? {} : { ...sandbox.env, SYNCLINE_STORE: `sqlite:${join(folder, `${name}.db`)}` }),
          PATH: `${join(folder, 'bin')}${delimiter}${process.env.PATH}`,
          BROWSER: join(folder, 'bin/browser'),
        },
      }).ended
      expect({ line, status }, `${stdout}\n${stderr}`).toEqual({ line, status: 0 })
      const next = blocks[blocks.indexOf(step) + 1]
      if (next?.info.gives !== '') return
      if (!patternOf(real(next.text)).test(stdout)) expect(stdout, `${page}:${next.line}`).toBe(real(next.text))
    })
  },
)

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo
      server.close(() => resolve(port))
    })
  })
}

/** The documented addresses of the sandbox, as those of the running one. */
function real(text: string): string {
  const { BRIGHTPEARL_API_URL = '', NORCE_URL = '' } = sandbox.env
  return text
    .replaceAll('http://127.0.0.1:4010', BRIGHTPEARL_API_URL)
    .replaceAll('http://127.0.0.1:4011', NORCE_URL)
    .replaceAll('127.0.0.1:8417', `127.0.0.1:${redirectPort}`)
}

/** `…` is anything within a line, and alone on a line any number of lines. */
function patternOf(shown: string): RegExp {
  const lines = shown.trimEnd().split('\n')
  const escaped = lines.map((line) =>
    line.trim() === '…'
      ? '(?:.*\\n)*'
      : `${line
          .trimEnd()
          .replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
          .replaceAll('…', '.*')}[ ]*\\n`,
  )
  return new RegExp(`^${escaped.join('')}\\s*$`)
}

function topKeys(yaml: string): ReadonlySet<string> {
  return new Set([...yaml.matchAll(/^(\w+):/gm)].map(([, key]) => key as string))
}

describe('expressions', () => {
  const functions = new Map(pureFunctions.map((definition) => [definition.name, definition]))

  async function evaluated(source: string, record: unknown): Promise<unknown> {
    const { expression, problems } = compile({
      source,
      input: { kind: 'any' },
      variables: new Map(),
      functions,
      expects: 'value',
    })
    if (!expression) throw new Error(problems.map(({ message }) => message).join('; '))
    try {
      return await expression.evaluate(record, {})
    } catch (error) {
      if (error instanceof EvaluationError) return `fails ${error.code}`
      throw error
    }
  }

  const lines = hand.flatMap(({ blocks }) => {
    let record: unknown = {}
    return blocks.flatMap(({ page, line, language, info, text }) => {
      if (language === 'json' && info.record !== undefined) record = JSON.parse(text)
      if (language !== 'jsonata') return []
      const input = record
      return text
        .trimEnd()
        .split('\n')
        .map((example, index) => ({ place: `${page}:${line + 1 + index}`, example, input }))
    })
  })

  it.each(lines)('$place $example', async ({ example, input }) => {
    const [source = '', result = ''] = example.split(/\s+=>\s+/)
    const value = await evaluated(source, input)
    if (result === 'nothing') expect(value).toBeUndefined()
    else if (result.startsWith('fails ')) expect(value).toBe(result)
    else expect(JSON.parse(JSON.stringify(value))).toEqual(JSON.parse(result))
  })
})

describe('commands', () => {
  const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    scripts: Record<string, string>
  }
  const lines = hand
    .flatMap(({ blocks }) => blocks)
    .filter(({ language }) => language === 'sh')
    .flatMap(({ page, line, text }) =>
      text
        .replace(/\\\n\s*/g, ' ')
        .split('\n')
        .flatMap((command) => command.replace(/\s#.*$/, '').split(/&&|\|\|?|;|\s&$/))
        .map((command) => command.trim().replace(/^(?:[A-Z_]+=\S+\s+)*(?:npx (?:--\S+ )*)?/, ''))
        .filter((command) => /^(syncline|npm run) /.test(command))
        .map((command) => ({ page, line, command })),
    )

  it.each(lines)('$page:$line $command', async ({ command }) => {
    const words = command.replace(/\s[<>].*$/, '').split(/\s+/)
    if (words[0] === 'npm') {
      expect(scripts).toHaveProperty(words[2] as string)
      return
    }
    const parsed = await program()
    const within = (command: Command): Command[] => [command, ...command.commands.flatMap(within)]
    for (const each of within(parsed)) quiet(each)
    await parsed.parseAsync(words.slice(1), { from: 'user' })
  })

  /** Parses as ever, and does nothing. */
  function quiet(command: Command): void {
    if (command.commands.length === 0) command.action(() => {})
    command.exitOverride((error) => {
      if (error.exitCode !== 0) throw error
    })
    command.configureOutput({ writeOut: () => {}, writeErr: () => {} })
  }
})

/** Objects whose keys are data, and keys that are there only sometimes. */
const openObjects = new Set(['skipped', 'warned', 'failed', 'calls', 'record', 'joins', 'report', 'quota'])

/** Where a value lacks what the example has, or has it as another kind. Lists: each of the first entries. */
function unlike(example: unknown, real: unknown, path: string): string[] {
  const kind = (value: unknown): string => (Array.isArray(value) ? 'list' : value === null ? 'null' : typeof value)
  if (kind(example) !== kind(real)) return [`${path} is ${kind(real)}, not ${kind(example)}`]
  if (Array.isArray(example) && Array.isArray(real))
    return real.length === 0 ? [] : unlike(example[0], real[0], `${path}[0]`)
  if (kind(example) !== 'object' || openObjects.has(path.split('.').at(-1) ?? '')) return []
  return Object.entries(example as object).flatMap(([key, value]) =>
    unlike(value, (real as Record<string, unknown>)[key], `${path}.${key}`),
  )
}

describe('answers', () => {
  const blocks = hand.flatMap(({ blocks }) => blocks).filter(({ info }) => info.answer !== undefined)
  const words: Readonly<Record<string, readonly string[]>> = {
    run: ['run'],
    test: ['test'],
    check: ['check'],
    explain: ['explain', 'stock', '--only', 'TJ-MOS-S'],
    reconcile: ['reconcile', 'stock'],
    status: ['status'],
    disconnect: ['disconnect', 'brightpearl'],
    'dead-letters': ['dead-letters'],
    webhooks: ['webhooks', '--public-url', 'https://sync.example.com'],
  }

  it('of every command with --json are shown', () => {
    expect(blocks.map(({ info }) => info.answer).sort()).toEqual(
      [...Object.keys(words), 'sandbox', 'serve', 'validate'].sort(),
    )
  })

  async function answerOf(command: string): Promise<unknown> {
    if (command === 'sandbox') {
      const running = start(['sandbox', '--products', '0', '--json'])
      const line = await running.firstLine()
      running.child.kill('SIGTERM')
      await running.ended
      return JSON.parse(line)
    }
    if (command === 'serve') {
      const env = { ...sandbox.env, SYNCLINE_STORE: `sqlite:${join(folder, 'served.db')}` }
      const running = start(['--project', shopProject, 'serve', '--port', '0', '--json'], { env })
      const line = await running.firstLine()
      running.child.kill('SIGTERM')
      expect((await running.ended).status).toBe(0)
      return JSON.parse(line)
    }
    const env = { ...sandbox.env, SYNCLINE_STORE: `sqlite:${join(folder, 'answers.db')}` }
    if (command === 'validate') {
      const bad = await projectFolder('answers', new Map([['syncline.yaml', 'project: bad\nmapings: []\n']]))
      return jsonOf(await syncline(['validate', '--json'], { cwd: bad }))
    }
    const args = words[command] as readonly string[]
    return jsonOf(await syncline(['--project', shopProject, ...args, '--json'], { env }))
  }

  it('are as they are shown', async () => {
    // In the order of the page: what a run leaves behind, status shows.
    for (const { page, line, info, text } of blocks) {
      const place = `${page}:${line}`
      expect(unlike(JSON.parse(text), await answerOf(info.answer as string), place), place).toEqual([])
    }
    // A process for each command, one after the other.
  }, 600_000)
})

describe('every key of the configuration files', () => {
  it.each([
    ['project', 'docs/configuration.md'],
    ['table', 'docs/configuration.md'],
    ['mapping', 'docs/mappings.md'],
    ['connector', 'docs/connectors.md'],
  ])('of a %s stands on %s', (name, page) => {
    const text = readFileSync(join(root, page), 'utf8')
    const schema: unknown = JSON.parse(readFileSync(join(root, `schemas/${name}.schema.json`), 'utf8'))
    const keys = keysOf(schema)
    expect(keys.size).toBeGreaterThan(5)
    // As a key in an example, or named in the text.
    const missing = [...keys].filter((key) => !new RegExp(`[\`.]${key}\`|(?:^|[\\s{])${key}:(?:\\s|$)`, 'm').test(text))
    expect(missing).toEqual([])
  })

  function keysOf(schema: unknown, keys = new Set<string>()): Set<string> {
    if (typeof schema !== 'object' || schema === null) return keys
    for (const [word, inner] of Object.entries(schema)) {
      if (word === 'examples' || word === 'default') continue
      if (word === 'properties') for (const key of Object.keys(inner as object)) keys.add(key)
      for (const part of word === 'properties' || word === '$defs' ? Object.values(inner as object) : [inner])
        keysOf(part, keys)
    }
    return keys
  }
})

it('pages that are not linked are not found: every page of docs/ stands in the README', async () => {
  const readme = readFileSync(join(root, 'README.md'), 'utf8')
  for (const name of await readdir(join(root, 'docs'))) expect(readme).toContain(`docs/${name}`)
})
