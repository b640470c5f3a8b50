import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { root, syncline } from './support/command.ts'

/** No container engine is at hand where the tests run, so the recipes are read: what they promise stands in them. */
interface Instruction {
  readonly name: string
  readonly text: string
}

let instructions: Instruction[]
/** The last stage: what is shipped. */
let runtime: Instruction[]

const all = (name: string, from = runtime): string[] =>
  from.filter((instruction) => instruction.name === name).map(({ text }) => text)
const only = (name: string): string => {
  const found = all(name)
  expect(found, name).toHaveLength(1)
  return found[0] as string
}

beforeAll(async () => {
  const text = await readFile(join(root, 'Dockerfile'), 'utf8')
  instructions = text
    .replace(/^#.*\n/gm, '')
    .replace(/\\\n/g, ' ')
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => {
      const [name = '', ...rest] = line.trim().split(/\s+/)
      return { name, text: rest.join(' ') }
    })
  runtime = instructions.slice(instructions.findLastIndex(({ name }) => name === 'FROM'))
})

describe('the image', () => {
  it('is built in stages, each on the Node that the engine needs', () => {
    const images = all('FROM', instructions)
    expect(images.length).toBeGreaterThan(1)
    for (const image of images) expect(image).toMatch(/^node:24-slim AS \w+$/)
  })

  it('installs exactly what the lockfile says, and leaves tools and platform packages behind', () => {
    const commands = all('RUN', instructions).join('\n')
    expect(commands).toContain('npm ci ')
    expect(commands).not.toMatch(/npm (i|install) /)
    expect(commands).toContain('npm prune --omit=dev --omit=optional')
  })

  it('runs as a user without rights, and writes under /data only', () => {
    expect(only('USER')).toBe('node')
    expect(only('VOLUME')).toBe('/data')
    expect(all('RUN').join('\n')).toContain('chown node:node /data')
    expect(only('ENV')).toContain('SYNCLINE_STORE=sqlite:/data/')
    expect(only('ENV')).toContain('TMPDIR=/data')
    // What the user may write does not follow after the user is set.
    const after = runtime.slice(runtime.findIndex(({ name }) => name === 'USER'))
    expect(after.some(({ name }) => name === 'RUN' || name === 'COPY')).toBe(false)
  })

  it('starts without a shell, so that signals reach the engine', () => {
    expect(JSON.parse(only('ENTRYPOINT'))).toEqual(['node', '/app/bin/syncline.cjs'])
    expect(JSON.parse(only('CMD'))).toEqual(['--help'])
    expect(only('STOPSIGNAL')).toBe('SIGTERM')
  })

  it('asks our own command for its health, and that command answers in the working folder', async () => {
    const [, command = ''] = only('HEALTHCHECK').split(' CMD ')
    const [node, bin, ...args] = JSON.parse(command) as string[]
    expect([node, bin]).toEqual(['node', '/app/bin/syncline.cjs'])
    const cwd = join(root, only('WORKDIR').replace('/app/', ''))
    const { status } = await syncline(args, { cwd, env: { SYNCLINE_STORE: 'sqlite::memory:' } })
    expect(status).toBe(0)
  })

  it('copies everything that the engine looks for beside itself', async () => {
    const copied = all('COPY').map((text) => text.split(' ').at(-1))
    for (const part of [
      'package.json',
      'bin',
      'dist',
      'schemas',
      'connectors',
      'mappings',
      'examples/shop',
      'examples/scaffold',
    ]) {
      expect(copied.some((to) => to === `/app/${part}` || (to === '/app/' && part === 'package.json'))).toBe(true)
    }
  })

  it('takes nothing private into the build', async () => {
    const ignored = (await readFile(join(root, '.dockerignore'), 'utf8')).split('\n')
    expect(ignored).toEqual(expect.arrayContaining(['.git', '**/node_modules', '**/.env', '**/*.db', '**/.syncline']))
  })
})

describe.each([
  ['compose.yaml', 'demo'],
  ['examples/container/compose.yaml', 'serve'],
  ['examples/container/compose.yaml', 'syncline'],
])('%s', (file, name) => {
  it('keeps the root read-only and the state on a volume, without rights beyond need', async () => {
    const compose = parse(await readFile(join(root, file), 'utf8'), { merge: true })
    expect(compose.services[name]).toMatchObject({
      read_only: true,
      tmpfs: ['/tmp'],
      volumes: expect.arrayContaining(['data:/data']),
      cap_drop: ['ALL'],
      security_opt: ['no-new-privileges:true'],
      stop_grace_period: '40s',
    })
    expect(compose.volumes).toHaveProperty('data')
  })
})

it('the compose file of the repository runs the demo', async () => {
  const { services } = parse(await readFile(join(root, 'compose.yaml'), 'utf8'))
  expect(services.demo).toMatchObject({ build: '.', command: ['demo'] })
})

it('the recipe for a project of your own starts the service where it can be reached, and asks whether it lives', async () => {
  const { services } = parse(await readFile(join(root, 'examples/container/compose.yaml'), 'utf8'), { merge: true })
  const { command, healthcheck, ports } = services.serve
  expect(ports).toEqual(['127.0.0.1:8080:8080'])
  const args = command.map((word: string) => word.replace(/\$\{\w+:-(.*)\}/, '$1'))
  // The command is one that this version understands: it gets as far as the project's own variables.
  const { status, stderr } = await syncline([...args, '--port', '0'], { cwd: join(root, 'examples/shop') })
  expect(status, stderr).toBe(2)
  expect(stderr).not.toMatch(/unknown (command|option)|error: /)
  expect(healthcheck.test.at(-1)).toContain('http://127.0.0.1:8080/health/live')
  expect(services.syncline).toMatchObject({ command: ['run'], profiles: ['command'], restart: 'no' })
})
