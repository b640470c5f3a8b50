import { chmod, readdir, readFile, rename } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { openStore } from '../engine/store/open-store.ts'
import { type Ended, jsonOf, type Running, start, syncline } from './support/command.ts'
import { type RotatingOptions, type RotatingSystem, startRotatingSystem } from './support/rotating-system.ts'

/** Signing in as processes do it: several at once, one that is killed, and what each refusal is told as. */
// Several processes a test, on machines that do other things too.
vi.setConfig({ testTimeout: 120_000 })

let system: RotatingSystem
const started: Running[] = []
afterEach(async () => {
  for (const { child } of started.splice(0)) child.kill('SIGKILL')
  await system.stop()
})

async function begin(options?: RotatingOptions): Promise<void> {
  system = await startRotatingSystem(options)
}

function run(mapping: string, env = system.environment()): Running {
  const running = start(['run', mapping, '--json', '--project', system.project], { cwd: system.folder, env })
  started.push(running)
  return running
}

/** What a command ended with, as its JSON has it. */
function outcome(ended: Ended): { readonly status: number | null; readonly code: unknown; readonly message: unknown } {
  const { error, pipelines } = jsonOf(ended) as {
    error?: { code: string; message: string }
    pipelines?: { error?: { code: string; message: string } }[]
  }
  const said = error ?? pipelines?.find((pipeline) => pipeline.error)?.error
  return { status: ended.status, code: said?.code, message: said?.message }
}

const well = { status: 0, code: undefined, message: undefined }

/** Every byte of the state folder. */
async function stored(): Promise<string> {
  const folder = join(system.folder, '.syncline')
  const files = await readdir(folder)
  return (await Promise.all(files.map((name) => readFile(join(folder, name), 'latin1')))).join()
}

const names = (): readonly string[] => {
  const store = openStore('sqlite:.syncline/state.db', system.folder, { readOnly: true })
  try {
    return store.secrets.names('shop')
  } finally {
    store.close()
  }
}

describe('a refresh token that rotates', () => {
  it('is rotated five times under three processes at once: no failure, and one refresh each time', async () => {
    await begin()
    system.endAccessTokens(4)
    const ended = await Promise.all(['a', 'b', 'c'].map((mapping) => run(mapping).ended))
    expect(ended.map(outcome)).toEqual([well, well, well])
    expect(system.asked).toHaveLength(5)
    expect(new Set(system.asked).size).toBe(5)
    expect(system.reused()).toBe(false)
    // The chain goes on: nobody has lost the newest one.
    system.endAccessToken()
    expect(outcome(await run('a').ended)).toEqual(well)
    expect(system.reused()).toBe(false)
    const written = (await stored()) + ended.map(({ stdout, stderr }) => stdout + stderr).join()
    for (const secret of system.secrets()) expect(written).not.toContain(secret)
  })

  it('gives one access token for many short runs', async () => {
    await begin()
    for (const mapping of ['a', 'b', 'a']) expect(outcome(await run(mapping).ended)).toEqual(well)
    expect(system.asked).toHaveLength(1)
  })

  it('is saved before the first use of what came with it: a process that dies at that moment loses nothing', async () => {
    await begin()
    const first = run('a')
    system.beforePage(() => {
      first.child.kill('SIGKILL')
      return new Promise(() => undefined)
    })
    expect((await first.ended).signal).toBe('SIGKILL')
    system.beforePage(() => undefined)
    system.endAccessToken()
    expect(outcome(await run('a').ended)).toEqual(well)
    expect(system.asked).toHaveLength(2)
    expect(system.reused()).toBe(false)
  })

  it('is asked for by the next process when the one that asks dies', async () => {
    await begin({ grace: true })
    const dying = new Promise<void>((resolve) => {
      // The answer is on its way, and never read.
      system.holdToken(() => resolve())
    })
    const first = run('a')
    const second = dying.then(() => run('b').ended)
    await dying
    first.child.kill('SIGKILL')
    await first.ended
    system.holdToken(undefined)
    expect(outcome(await second)).toEqual(well)
    expect(system.asked).toHaveLength(2)
    expect(system.reused()).toBe(false)
  })
})

describe('what a refusal is told as', () => {
  it('a grant that was revoked', async () => {
    await begin()
    expect(outcome(await run('a').ended)).toEqual(well)
    system.revoke()
    const ended = outcome(await run('a').ended)
    expect(ended).toMatchObject({ status: 3, code: 'grant-revoked' })
    expect(ended.message).toContain('authorise the app again with syncline connect shop')
    // Nothing is thrown away: somebody may find that it was a mistake of the system.
    expect(names()).toEqual(['accessToken', 'refreshToken'])
  })

  it('a client secret that was changed in the system', async () => {
    await begin()
    const env = system.environment()
    expect(outcome(await run('a', env).ended)).toEqual(well)
    system.changeClientSecret()
    system.endAccessToken()
    const ended = outcome(await run('a', env).ended)
    expect(ended).toMatchObject({ status: 3, code: 'client-refused' })
    expect(ended.message).toMatch(/were accepted at 20\S+Z, so they were changed in the system since/)
  })

  it('a key that is lost, in a run and in a check, and all is well when it is back', async () => {
    await begin()
    expect(outcome(await run('a').ended)).toEqual(well)
    await rename(system.keyFile, `${system.keyFile}.away`)
    const lost = outcome(await run('a').ended)
    expect(lost).toMatchObject({ status: 2, code: 'secret-key-lost' })
    expect(lost.message).toContain('secrets of the connection shop')
    const check = await syncline(['check', '--json', '--project', system.project], { env: system.environment() })
    expect(check.stdout + check.stderr).toContain('secret-key-lost')
    expect(check.status).toBe(2)
    expect(names()).toEqual(['accessToken', 'refreshToken'])
    await rename(`${system.keyFile}.away`, system.keyFile)
    expect(outcome(await run('a').ended)).toEqual(well)
    expect(system.asked).toHaveLength(1)
  })

  it('a key file that others can read', async () => {
    await begin()
    expect(outcome(await run('a').ended)).toEqual(well)
    await chmod(system.keyFile, 0o644)
    const ended = outcome(await run('a').ended)
    expect(ended).toMatchObject({ status: 2, code: 'secret-key-exposed' })
    expect(ended.message).toContain('state.db.key can be read or written by others than its owner (mode 0644)')
  })

  it('a SYNCLINE_KEY that is none, and one that is another', async () => {
    await begin()
    expect(outcome(await run('a').ended)).toEqual(well)
    const withKey = async (key: string) => outcome(await run('a', { ...system.environment(), SYNCLINE_KEY: key }).ended)
    expect(await withKey('too-short')).toMatchObject({ status: 2, code: 'secret-key-format' })
    const other = Buffer.alloc(32, 7).toString('base64')
    expect(await withKey(other)).toMatchObject({ status: 2, code: 'secret-key-other' })
    expect(system.asked).toHaveLength(1)
  })
})

describe('syncline disconnect', () => {
  const disconnect = (name: string, ...more: string[]) =>
    syncline(['disconnect', name, ...more, '--project', system.project], {
      cwd: system.folder,
      env: system.environment(),
    })

  it('forgets what the state keeps, and says what the project file still gives', async () => {
    await begin()
    expect(outcome(await run('a').ended)).toEqual(well)
    // It is the way out of a lost key, so it needs none.
    await rename(system.keyFile, `${system.keyFile}.away`)
    const ended = await disconnect('shop', '--json')
    expect(ended.status).toBe(0)
    expect(jsonOf(ended)).toEqual({
      connection: 'shop',
      forgotten: { secrets: ['accessToken', 'refreshToken'], identities: [] },
      stays: [
        { credential: 'clientSecret', file: 'syncline.yaml', line: 5 },
        { credential: 'refreshToken', file: 'syncline.yaml', line: 5 },
      ],
    })
    expect(names()).toEqual([])
    const again = await disconnect('shop')
    expect(again.stdout).toBe(
      'The state keeps nothing of the connection shop.\nThe project file still gives, from the environment, from files or as text:\n  clientSecret (syncline.yaml:5)\n  refreshToken (syncline.yaml:5)\n',
    )
  })

  it('knows no connection of another name', async () => {
    await begin()
    const ended = await disconnect('shpo', '--json')
    expect(ended.status).toBe(2)
    expect(jsonOf(ended)).toMatchObject({
      connection: null,
      error: { code: 'unknown-connection', advice: 'Write shop. The connections are shop.' },
    })
  })
})
