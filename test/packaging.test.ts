import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { cp, lstat, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, join, sep } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { jsonOf, launcher, root, shopProject, start, startProcess, syncline } from './support/command.ts'

/** The launcher and the packed package, as they meet machines with an older Node. */
let folder: string
/** Makes the Node that runs the launcher believe that it is an old one. It is not passed on to another Node. */
let oldNode: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'syncline-packaging-'))
  oldNode = join(folder, 'old-node.cjs')
  await writeFile(
    oldNode,
    "Object.defineProperty(process, 'versions', { value: Object.assign({}, process.versions, { node: '20.19.4' }) })\n",
  )
})

afterAll(async () => {
  await rm(folder, { recursive: true, force: true })
})

/** A real older Node on the PATH, where the machine has one. */
function olderNode(): string | undefined {
  return (process.env.PATH ?? '')
    .split(delimiter)
    .filter((path) => path !== '' && !path.includes(`node_modules${sep}`))
    .map((path) => join(path, 'node'))
    .find(
      (path) =>
        existsSync(path) &&
        Number(execFileSync(path, ['-p', 'process.versions.node'], { encoding: 'utf8' }).split('.')[0]) < 24,
    )
}

const asOld = (args: readonly string[], { bin = launcher, cwd = root, env = {} } = {}) =>
  startProcess(process.execPath, ['-r', oldNode, bin, ...args], { cwd, env })

/** Macs bring their own Node 24; no platform package is installed there. */
const bundled = existsSync(
  join(root, 'node_modules', `node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`),
)

describe('the launcher', () => {
  it('can be parsed by old versions of Node: no syntax newer than ES2018, and no import of the engine before the check', async () => {
    const text = await readFile(launcher, 'utf8')
    expect(text.startsWith('#!/usr/bin/env node\n')).toBe(true)
    const code = text.replace(/\/\/.*$/gm, '')
    expect(code).not.toMatch(/\?\.|\?\?|\bclass\b|\bawait\b|`|^import\b|node:/m)
  })

  it.runIf(bundled)('hands over to the Node that is installed beside it, with status and output', async () => {
    const { status, stdout, stderr } = await asOld(['--project', shopProject, 'validate']).ended
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
    expect(stdout).toContain('No findings')
    expect((await asOld(['no-such-command']).ended).status).toBe(2)
  })

  const older = olderNode()
  it.runIf(bundled && older !== undefined)('hands over under the older Node of this machine', async () => {
    const { status, stdout } = await syncline(['--version'], { node: older as string })
    expect(status).toBe(0)
    expect(stdout.trim()).toBe(JSON.parse(await readFile(join(root, 'package.json'), 'utf8')).version)
  })

  it.runIf(bundled).each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)(
    'passes %s on, and the exit status back',
    async (signal) => {
      const sandbox = asOld(['sandbox', '--products', '10', '--json'])
      const { env } = JSON.parse(await sandbox.firstLine()) as { env: Record<string, string> }
      sandbox.child.kill(signal)
      expect(await sandbox.ended).toMatchObject({ status: 0, signal: null })
      await expect(fetch(`${env.NORCE_URL}/`)).rejects.toThrow()
    },
  )

  it('says in two plain lines which Node is needed when none is installed beside it', async () => {
    const alone = join(folder, 'alone', 'bin')
    await mkdir(alone, { recursive: true })
    await cp(launcher, join(alone, 'syncline.cjs'))
    const { status, stdout, stderr } = await asOld(['--help'], { bin: join(alone, 'syncline.cjs') }).ended
    expect({ status, stdout }).toEqual({ status: 78, stdout: '' })
    expect(stderr.trimEnd().split('\n')).toEqual([
      expect.stringContaining('syncline needs Node 24 or newer; this is Node 20.19.4'),
      expect.stringContaining('Install Node 24'),
    ])
  })

  it('does not hand over for ever', async () => {
    const { status, stderr } = await asOld(['--help'], { env: { SYNCLINE_LAUNCHED: '1' } }).ended
    expect(status).toBe(78)
    expect(stderr).toContain('needs Node 24')
  })
})

describe('the packed package, installed elsewhere', () => {
  let installed: string
  let bin: string

  beforeAll(async () => {
    await npm(['pack', '--silent', '--pack-destination', folder], root)
    const tarball = (await readdir(folder)).find((name) => name.endsWith('.tgz')) as string
    installed = join(folder, 'elsewhere')
    await mkdir(installed)
    await writeFile(join(installed, 'package.json'), '{ "private": true }')
    await npm(['install', '--prefer-offline', '--no-audit', '--no-fund', join(folder, tarball)], installed)
    bin = join(installed, 'node_modules/syncline/bin/syncline.cjs')
  })

  it('holds what is needed to run, and nothing that is private or only for its makers', async () => {
    const files = await readdir(join(installed, 'node_modules/syncline'), { recursive: true })
    expect(files).toEqual(
      expect.arrayContaining([
        'README.md',
        'CHANGELOG.md',
        'LICENSE',
        'examples/shop/.env.example',
        'docs/mappings.md',
      ]),
    )
    expect(files.filter((file) => /\.ts$|\.test\.|\.env$|\.db$|(^|\/)testing(\/|$)|\.syncline/.test(file))).toEqual([])
  })

  it('validates its own ready project, through npx, without a variable', async () => {
    const project = 'node_modules/syncline/examples/shop/syncline.yaml'
    const ended = await startProcess('npx', ['--no-install', 'syncline', '--project', project, 'validate', '--json'], {
      cwd: installed,
    }).ended
    expect(ended.status).toBe(0)
    expect(jsonOf(ended)).toEqual({ findings: [] })
  })

  it('makes a project beside it that installs the same package and is without findings', async () => {
    const made = await startProcess('npx', ['--no-install', 'syncline', 'init', 'shop', '--yes', '--json'], {
      cwd: installed,
    }).ended
    expect(made.status, made.stderr).toBe(0)
    expect(jsonOf(made)).toMatchObject({ kept: [], findings: [] })
    const cwd = join(installed, 'shop')
    const { dependencies } = JSON.parse(await readFile(join(cwd, 'package.json'), 'utf8'))
    expect(dependencies.syncline).toMatch(/^file:\.\.\/\.\.\/syncline-.*\.tgz$/)
    // Until then it led to the package beside it; now it has one of its own.
    await npm(['install', '--prefer-offline', '--no-audit', '--no-fund'], cwd)
    expect((await lstat(join(cwd, 'node_modules/syncline'))).isSymbolicLink()).toBe(false)
    const validate = await startProcess('npx', ['--no-install', 'syncline', 'validate', '--json'], { cwd }).ended
    expect({ status: validate.status, answer: jsonOf(validate) }).toEqual({ status: 0, answer: { findings: [] } })
  })

  it.runIf(bundled)('runs under an old Node', async () => {
    const { status, stdout } = await asOld(['--version'], { bin, cwd: installed }).ended
    expect(status).toBe(0)
    expect(stdout).toMatch(/^\d+\.\d+\.\d+\n$/)
  })

  it('brings the sandbox and the demo along', async () => {
    const ended = await start(['demo', '--products', '40', '--json'], { cwd: installed, bin }).ended
    expect(ended.status).toBe(0)
    expect(jsonOf(ended)).toMatchObject({
      problems: [],
      runs: [{ rowsWritten: expect.any(Number) }, { rowsWritten: 0 }, {}],
    })
  })
})

async function npm(args: readonly string[], cwd: string): Promise<void> {
  const { status, stderr, stdout } = await startProcess('npm', args, { cwd }).ended
  if (status !== 0) throw new Error(`npm ${args.join(' ')} ended with ${status}: ${stderr}${stdout}`)
}
