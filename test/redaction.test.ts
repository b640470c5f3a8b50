import { cp, mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type Ended, syncline } from './support/command.ts'
import { forbidden, people, secrets, startPeopleSystem, writePeopleProject } from './support/people-system.ts'

/**
 * Every byte that commands print and that they leave on disk, searched for each secret and each personal value, in every
 * form in which they could stand there.
 */
let folder: string
let system: Awaited<ReturnType<typeof startPeopleSystem>>
let project: string
let states = 0
let state: string
let temporary: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'syncline-redaction-'))
  system = await startPeopleSystem()
  project = await writePeopleProject(join(folder, 'project'))
})

beforeEach(async () => {
  system.setMood('well')
  state = join(folder, `state-${++states}`)
  temporary = join(state, 'tmp')
  await mkdir(temporary, { recursive: true })
})

afterAll(async () => {
  await system.stop()
  await rm(folder, { recursive: true, force: true })
})

/** One command; what it printed has been searched already. */
async function run(args: readonly string[], more: Readonly<Record<string, string>> = {}): Promise<Ended> {
  const ended = await syncline(['--project', project, ...args], {
    env: {
      PEOPLE_URL: system.url,
      PEOPLE_SECRET: secrets.clientSecret,
      PEOPLE_KEY: secrets.appKey,
      SYNCLINE_STORE: `sqlite:${join(state, 'state.db')}`,
      TMPDIR: temporary,
      ...more,
    },
  })
  expectClean(`${args.join(' ')} on standard output`, ended.stdout)
  expectClean(`${args.join(' ')} on standard error`, ended.stderr)
  return ended
}

function expectClean(where: string, text: string): void {
  expect({ where, found: forbidden.flatMap((value) => formsOf(value).filter((form) => text.includes(form))) }).toEqual({
    where,
    found: [],
  })
}

function formsOf(value: string): string[] {
  return [
    ...new Set([
      value,
      JSON.stringify(value).slice(1, -1),
      encodeURIComponent(value),
      Buffer.from(value).toString('base64'),
    ]),
  ]
}

/** All files of a folder as one text: bytes as they are, and as UTF-8. */
async function everything(of: string): Promise<string> {
  const texts: string[] = []
  for (const entry of await readdir(of, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue
    const bytes = await readFile(join(entry.parentPath, entry.name))
    texts.push(bytes.toString('latin1'), bytes.toString('utf8'))
  }
  return texts.join('\n')
}

/** Several processes, one after the other, on a machine that may be busy. */
const patience = 180_000

describe('a full run, in which records fail in every way', { timeout: patience }, () => {
  it.each([{}, { SYNCLINE_DEBUG: '1' }])('with %j: nothing is printed or stored in clear', async (more) => {
    const json = await run(['run', 'contacts', '--json'], more)
    expect(json.status).toBe(1)
    const [report] = (JSON.parse(json.stdout) as { pipelines: { created: number; failed: Record<string, number> }[] })
      .pipelines
    // What the test is about did happen: one was written, and each of the others failed in its own way.
    expect(report?.created).toBe(1)
    expect(Object.values(report?.failed ?? {})).toEqual([1, 1, 1, 1])
    expect(system.contacts.get('P-1')).toMatchObject({ email: people[0].mail, fullName: people[0].name })
    await run(['run', 'contacts'], more)
    for (const command of [
      'status',
      'status --json',
      'check',
      'check --json',
      'run --full --dry-run',
      'run --dry-run --json',
    ])
      await run(command.split(' '), more)
    for (const command of ['list', 'list --json', 'show --key 2', 'show --key 2 --json', 'retry --json'])
      await run(['dead-letters', ...command.split(' ')], more)
    const stored = await everything(state)
    expect(stored).toContain('refused-here')
    expectClean('the state', stored)
  })

  it('a mapping with steps, with a write whose outcome stays open', async () => {
    await run(['run', 'letters', '--dry-run'])
    const json = await run(['run', 'letters', '--json'])
    const [report] = (JSON.parse(json.stdout) as { pipelines: { created: number; error: { code: string } }[] })
      .pipelines
    expect(report).toMatchObject({ created: 1, error: { code: 'system-failing' } })
    expect(system.letters.get(1)?.receiver).toBe(people[0].mail)
    await run(['status', '--json'])
    const stored = await everything(state)
    // The open write is settled by an address, of which only the hash is kept.
    expect(stored).toContain('"hash":"#')
    expectClean('the state', stored)
  })

  it('what a killed process leaves of its spool cannot be read', async () => {
    let copied = ''
    system.setOnPut(async () => {
      if (copied !== '') return
      await cp(temporary, join(state, 'copy'), { recursive: true })
      copied = await everything(join(state, 'copy'))
    })
    await run(['run', 'contacts'])
    system.setOnPut(async () => {})
    expect(copied.length).toBeGreaterThan(1000)
    expectClean('the spool', copied)
  })
})

describe('a run that ends early, with answers that repeat what they were sent', { timeout: patience }, () => {
  it.each(['unauthorized', 'broken', 'page'] as const)('%s', async (mood) => {
    system.setMood(mood)
    for (const command of [
      'run',
      'run --json',
      'check',
      'check --json',
      'explain contacts --only 1',
      'status --json',
    ]) {
      const ended = await run(command.split(' '), { SYNCLINE_DEBUG: '1' })
      if (!command.startsWith('status')) expect(ended.status).not.toBe(0)
    }
    expectClean('the state', await everything(state))
  })

  it('a secret that is not taken', async () => {
    const ended = await run(['run'], { PEOPLE_SECRET: 'some-other-secret' })
    expect(ended.status).toBe(3)
    expect(ended.stdout + ended.stderr).not.toContain('some-other-secret')
  })
})

describe('explain', { timeout: patience }, () => {
  it.each(people.map(({ id, mail }) => [id, mail] as const))('masks what is personal: record %i', async (id, mail) => {
    const ended = await run(['explain', 'contacts', '--only', mail])
    expect(ended.stdout).toContain(`source record ${id}`)
    expect(ended.stdout).toContain('[personal]')
    await run(['explain', 'contacts', '--only', mail, '--json'])
  })

  it('shows it when it is asked for, and secrets never', async () => {
    const { stdout } = await syncline(
      ['--project', project, 'explain', 'contacts', '--only', people[0].mail, '--show-personal'],
      {
        env: {
          PEOPLE_URL: system.url,
          PEOPLE_SECRET: secrets.clientSecret,
          PEOPLE_KEY: secrets.appKey,
          SYNCLINE_STORE: 'sqlite::memory:',
        },
      },
    )
    expect(stdout).toContain(people[0].name)
    expect(stdout).toContain(people[0].street)
    for (const secret of Object.values(secrets)) expect(stdout).not.toContain(secret)
  })

  it('a record that is not there is not named by a personal key', async () => {
    const ended = await run(['explain', 'contacts', '--only', 'nobody.at-all@mail.example'])
    expect(ended.status).toBe(1)
    expect(ended.stderr).toContain('has no record [personal]')
  })
})

it('a finding in the project file does not show the secret that stands there', { timeout: patience }, async () => {
  project = await writePeopleProject(join(folder, 'broken'), { broken: true })
  for (const command of ['validate', 'validate --json', 'run --json', 'check']) {
    const ended = await run(command.split(' '))
    expect(ended.status).toBe(2)
    expect(ended.stdout + ended.stderr).toContain('syncline.yaml')
  }
})
