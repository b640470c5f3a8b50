import { readFileSync } from 'node:fs'
import { readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type Ended, jsonOf, type Running, start } from './support/command.ts'
import { type Harbour, startHarbour } from './support/harbour.ts'

let harbour: Harbour
beforeAll(async () => {
  harbour = await startHarbour()
  await writeFile(join(harbour.folder, 'secret.txt'), `${harbour.switches.secret}\n`)
})
afterAll(() => harbour?.close())

const usual = () => ({ ...harbour.switches })
let before: ReturnType<typeof usual>
let running: Running | undefined
beforeEach(() => {
  before = usual()
  harbour.calls.length = 0
})
afterEach(async () => {
  Object.assign(harbour.switches, before)
  running?.child.kill('SIGKILL')
  running = undefined
  await rm(join(harbour.folder, '.syncline'), { recursive: true, force: true })
})

/** The answers that a machine gives. */
const answers = (): string[] => [
  '--set',
  `office=${harbour.url}`,
  '--set',
  'tenant=north',
  '--secret',
  'secret=@secret.txt',
]

function connect(args: readonly string[] = [], env: Readonly<Record<string, string>> = {}): Running {
  // No browser is there to be opened, whatever machine this is.
  running = start(['connect', 'quay', ...args], { cwd: harbour.folder, env: { BROWSER: 'no-browser-here', ...env } })
  return running
}

/** The address that somebody is to open, as soon as it is printed. */
async function address({ child, ended }: Running): Promise<string> {
  let shown = ''
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (data) => {
      shown += String(data)
    })
  const over = ended.then(({ stdout, stderr }) => {
    throw new Error(`It ended before it showed an address. ${stdout}${stderr}`)
  })
  const found = (async () => {
    for (;;) {
      const match = /http:\/\/\S+\/consent\/\S+/.exec(shown)
      if (match && shown.includes(`${match[0]}\n`)) return match[0]
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
  })()
  over.catch(() => {})
  return Promise.race([found, over])
}

/** Where the browser would end: the answer address that the page redirects to. */
async function answerOf(page: string): Promise<string> {
  const { headers } = await fetch(page, { redirect: 'manual' })
  return headers.get('location') ?? ''
}

const steps = (ended: Ended): Record<string, { status: string; found: string[]; failure?: { code: string } }> =>
  Object.fromEntries(
    (jsonOf(ended).steps as { step: string; status: string; found: string[] }[]).map((s) => [s.step, s]),
  )

describe('a system that nobody wrote code for, connected by its file alone', () => {
  it('says exactly what is missing when nobody can answer, and sends nothing', async () => {
    const ended = await connect(['--json']).ended
    expect(ended.status).toBe(2)
    expect(jsonOf(ended)).toMatchObject({ connection: 'quay', connected: false })
    const missing = (jsonOf(ended).steps as { missing?: object[] }[]).flatMap((step) => step.missing ?? [])
    expect(missing).toEqual([
      { kind: 'setting', name: 'office', about: 'Address of the office. On the sign at the gate.' },
      { kind: 'setting', name: 'tenant', about: 'Name of the quay.' },
    ])
    expect(ended.stderr).toContain('--set office=…')
    expect(harbour.calls).toEqual([])
  })

  it('is authorised in the browser, and the next run needs no variable', async () => {
    const going = connect([...answers(), '--json'])
    const page = await fetch(await address(going))
    expect(page.status).toBe(200)
    expect(await page.text()).toContain('quay is authorised')
    const ended = await going.ended
    expect(ended.stderr).not.toContain(harbour.switches.secret)
    expect(ended).toMatchObject({ status: 0 })
    expect(steps(ended).harbourMaster?.found).toEqual([
      'back: http://127.0.0.1/back',
      'authorised; the refresh token is in the state',
      `api: ${harbour.url} (as the system says)`,
      'book: 42 (as the system says)',
    ])
    const form = harbour.forms.at(-1)
    expect(form?.get('redirect_uri')).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/back$/)
    expect(form?.get('code_verifier')).toMatch(/^[\w-]{43,}$/)
    // Nothing secret stands in the state in clear.
    const state = readFileSync(join(harbour.folder, '.syncline/state.db')).toString('latin1')
    for (const secret of [harbour.switches.secret, 'refresh-', 'access-']) expect(state).not.toContain(secret)

    harbour.calls.length = 0
    const check = await start(['check', '--json'], { cwd: harbour.folder }).ended
    expect(check.stderr).toBe('')
    expect(check.status).toBe(0)
    // The token that connecting has got is used, not another one.
    expect(harbour.calls).toEqual(['GET /north/ships', 'GET /north/berths'])
  })

  it('goes on where it stopped, and asks again only for what is named', async () => {
    const first = await connect([...answers(), '--wait', '200ms', '--json']).ended
    expect(first.status).toBe(3)
    expect(steps(first).harbourMaster).toMatchObject({ status: 'failed', failure: { code: 'authorisation-timed-out' } })
    const second = connect(['--json'])
    await fetch(await address(second))
    const ended = await second.ended
    expect(steps(ended).locker?.found).toEqual(['secret: in the state, sealed'])
    expect(ended.status).toBe(0)

    const third = await connect(['--json']).ended
    expect(steps(third).harbourMaster?.found).toContain('authorised already; the refresh token is in the state')
    const again = connect(['--json', '--again', 'harbourMaster'])
    await fetch(await address(again))
    expect(await again.ended).toMatchObject({ status: 0 })
    expect(await connect(['--again', 'keel']).ended).toMatchObject({ status: 2 })
  })

  it('is stopped by Ctrl-C while it waits; the answers are kept', async () => {
    const going = connect(answers())
    await address(going)
    going.child.kill('SIGINT')
    const ended = await going.ended
    expect(ended).toMatchObject({ status: 1, stderr: '' })
    expect(ended.stdout).toContain('What was answered is kept')
    expect(steps(await connect(['--json', '--wait', '100ms']).ended).quay?.found).toContain('tenant: north')
  })

  it('takes the pasted answer address on a machine without a browser', async () => {
    const going = connect([...answers(), '--no-browser', '--json'])
    const answer = await answerOf(await address(going))
    going.child.stdin?.write(`${answer}\n`)
    expect(await going.ended).toMatchObject({ status: 0 })
  })

  it('takes the other way to sign in, with a secret from standard input', async () => {
    const going = connect([
      '--set',
      `office=${harbour.url}`,
      '--set',
      'tenant=north',
      '--set',
      'signIn=pass',
      '--secret',
      'pass=-',
    ])
    going.child.stdin?.end('open-sesame\n')
    const ended = await going.ended
    expect(ended.status).toBe(0)
    expect(ended.stdout).toContain('pass: A pass for the day')
    expect(ended.stdout).not.toContain('open-sesame')
    expect(ended.stdout).not.toContain('The harbour master')
  })

  it('reads settings from a pasted address', async () => {
    const ended = await connect(['--from', `${harbour.url}/gate/north`, '--json', '--wait', '100ms']).ended
    expect(steps(ended).quay?.found).toEqual([`office: ${harbour.url}`, 'tenant: north', 'waters: salt'])
  })
})

describe('what goes wrong is told apart', () => {
  const failureOf = async (going: Running): Promise<[number | null, string | undefined]> => {
    const ended = await going.ended
    const failed = Object.values(steps(ended)).find(({ status }) => status === 'failed')
    return [ended.status, failed?.failure?.code]
  }

  it('an answer with another state is not used, and the right one still is', async () => {
    const going = connect([...answers(), '--json'])
    const page = await address(going)
    const answer = new URL(await answerOf(page))
    const right = answer.href
    answer.searchParams.set('state', 'made-up')
    const refused = await fetch(answer)
    expect(refused.status).toBe(400)
    expect(await refused.text()).toContain('does not belong to the sign-in')
    expect((await fetch(right)).status).toBe(200)
    const ended = await going.ended
    expect(ended.status).toBe(0)
    expect(ended.stderr).toContain('does not belong to this sign-in')
  })

  it('a pasted answer with another state', async () => {
    const going = connect([...answers(), '--no-browser', '--json'])
    await address(going)
    going.child.stdin?.end('http://127.0.0.1/back?code=1&state=older\n')
    expect(await failureOf(going)).toEqual([3, 'state-mismatch'])
  })

  it('somebody who refuses; the page says so', async () => {
    harbour.switches.consent = 'deny'
    const going = connect([...answers(), '--json'])
    const page = await fetch(await address(going))
    expect(page.status).toBe(400)
    expect(await page.text()).toContain('Access was not granted')
    expect(await failureOf(going)).toEqual([3, 'authorisation-refused'])
  })

  it('a wrong secret, which can be given anew', async () => {
    await writeFile(join(harbour.folder, 'wrong.txt'), 'another one')
    const going = connect([...answers().slice(0, 4), '--secret', 'secret=@wrong.txt', '--json'])
    await fetch(await address(going))
    expect(await failureOf(going)).toEqual([3, 'client-refused'])
    const right = connect(['--secret', 'secret=@secret.txt', '--json'])
    await fetch(await address(right))
    expect(await failureOf(right)).toEqual([0, undefined])
  })

  it.each([
    ['evil.example', 'another domain'],
    ['harbour.example.evil.example', 'a domain that only begins like it'],
    ['evilharbour.example', 'a domain that only ends like it'],
    ['http://office.harbour.example', 'plain http'],
    ['user:pass@office.harbour.example', 'a user name in it'],
  ])('a host of the API that is not the vendor’s (%s, %s): nothing is saved', async (host) => {
    harbour.switches.apiHost = host
    const going = connect([...answers(), '--json'])
    expect(await (await fetch(await address(going))).text()).toContain('Not connected')
    expect(await failureOf(going)).toEqual([3, 'address-outside'])
    harbour.switches.apiHost = undefined
    const check = await start(['check', '--json'], { cwd: harbour.folder }).ended
    expect(check.stdout).toContain('syncline connect quay')
  })

  it('an answer without a refresh token', async () => {
    harbour.switches.refreshToken = false
    const going = connect([...answers(), '--json'])
    await fetch(await address(going))
    expect(await failureOf(going)).toEqual([3, 'authorisation-failed'])
  })

  it('a right that is missing, by the read that needs it', async () => {
    harbour.switches.mayReadBerths = false
    const going = connect([...answers(), '--json'])
    await fetch(await address(going))
    const ended = await going.ended
    expect(ended.status).not.toBe(0)
    expect(JSON.stringify(steps(ended).look)).toContain('The right to read berths is missing.')
  })

  it('no network: nobody listens at the address', async () => {
    const args = [
      '--set',
      'office=http://127.0.0.1:9',
      '--set',
      'tenant=north',
      '--set',
      'signIn=pass',
      '--secret',
      'pass=@secret.txt',
    ]
    const ended = await connect([...args, '--json']).ended
    expect(ended.status).toBe(3)
    expect(JSON.stringify(steps(ended).look)).toContain('ECONNREFUSED')
  })

  it('settings that contradict each other, before the first call; also by validate', async () => {
    const going = connect([...answers(), '--set', 'waters=sweet', '--json'])
    expect(await failureOf(going)).toEqual([2, 'settings-contradict'])
    expect(harbour.calls).toEqual([])
    const env = { OFFICE: harbour.url, TENANT: 'north', WATERS: 'sweet' }
    const validate = await start(['validate'], { cwd: harbour.folder, env }).ended
    expect(validate.status).toBe(2)
    expect(validate.stdout + validate.stderr).toContain('there is no sweet water at north')
  })

  it('an answer that the project file contradicts', async () => {
    const ended = await connect(answers(), { TENANT: 'south' }).ended
    expect(ended.status).toBe(2)
    expect(ended.stderr).toContain('in the project file')
    expect(harbour.calls).toEqual([])
  })

  it.each([
    [['--set', 'tenant=North']],
    [['--set', 'tenannt=north']],
    [['--set', 'tenant']],
    [['--secret', 'secret=plain']],
    [['--secret', 'secret=@none.txt']],
    [['--secret', 'secrett=@secret.txt']],
    [['--wait', 'long']],
  ])('a wrong command line: %j', async (args) => {
    const ended = await connect([...args, '--json']).ended
    expect(ended.status).toBe(2)
    expect(ended.stdout + ended.stderr).not.toContain('plain')
    expect(jsonOf(ended)).toMatchObject({ connected: false })
  })

  it('a connection that is not there', async () => {
    const ended = await start(['connect', 'quai'], { cwd: harbour.folder }).ended
    expect(ended).toMatchObject({ status: 2, stdout: '' })
    expect(ended.stderr).toContain('Write quay.')
  })
})

it('--rotate-key seals everything with a new key', async () => {
  const going = connect([...answers(), '--json'])
  await fetch(await address(going))
  await going.ended
  const file = join(harbour.folder, '.syncline')
  const keys = async (): Promise<string> => readFile(join(file, 'state.db.key'), 'utf8')
  const old = await keys()
  const ended = await start(['connect', '--rotate-key', '--json'], { cwd: harbour.folder }).ended
  expect(jsonOf(ended)).toEqual({ rotated: 3, key: 'file' })
  expect(await keys()).not.toBe(old)
  expect(await start(['check'], { cwd: harbour.folder }).ended).toMatchObject({ status: 0 })
})
