import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import type { CheckResult, ConnectionFound } from '../engine/connectors/check/check-types.ts'
import { type Between, between } from './support/between.ts'
import { type Ended, jsonOf, type Running, shopProject, start, syncline } from './support/command.ts'

/**
 * `syncline check` as a person meets it when something is wrong: real processes against the stand-ins, with a server in
 * between where the trouble is not one of the systems' own.
 */
let folder: string
let sandbox: Running
let env: Record<string, string>
const servers: Between[] = []
let states = 0

// Each is a process or two, on a machine that may be busy.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 })

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'syncline-doctor-'))
  sandbox = start(['sandbox', '--products', '30', '--json'])
  ;({ env } = JSON.parse(await sandbox.firstLine()) as { env: Record<string, string> })
})

afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.stop()))
})

afterAll(async () => {
  sandbox.child.kill('SIGTERM')
  await sandbox.ended
  await rm(folder, { recursive: true, force: true })
})

interface Answer {
  readonly status: string
  readonly checkedAt: string
  readonly quick?: true
  readonly connections: readonly ConnectionFound[]
  readonly steps: readonly CheckResult[]
}

/** A check with a state of its own, so that no token of another one is used. */
function check(args: readonly string[], more: Readonly<Record<string, string>> = {}): Promise<Ended> {
  const SYNCLINE_STORE = `sqlite:${join(folder, `state-${++states}.db`)}`
  return syncline(['--project', shopProject, 'check', ...args], { env: { ...env, SYNCLINE_STORE, ...more } })
}

async function findings(args: readonly string[], more: Readonly<Record<string, string>> = {}) {
  const ended = await check([...args, '--json'], more)
  const answer = jsonOf(ended) as unknown as Answer
  return { ended, answer, failed: answer.steps.filter(({ status }) => status === 'failed') }
}

async function put(target: string, options: Parameters<typeof between>[1]): Promise<Between> {
  const server = await between(target, options)
  servers.push(server)
  return server
}

const causesOf = (step: CheckResult | undefined): string[] => (step?.causes ?? []).map(({ cause }) => cause)

describe('all is well', () => {
  it('--json has connections with their calls left, and every step', async () => {
    const { ended, answer } = await findings(['--quick'])
    expect(ended.status).toBe(0)
    expect(answer).toMatchObject({
      status: 'ok',
      quick: true,
      connections: [
        { connection: 'brightpearl', connector: 'brightpearl', status: 'ok', quota: { limit: 200, seconds: 60 } },
        { connection: 'norce', connector: 'norce', status: 'ok' },
      ],
    })
    expect(Date.parse(answer.checkedAt)).toBeGreaterThan(Date.parse('2026-01-01'))
    for (const { clockDiffersSeconds } of answer.connections) expect(clockDiffersSeconds).toBe(0)
    expect(answer.connections[0]?.quota?.remaining).toBeLessThan(200)
    expect(answer.steps.every(({ status }) => status === 'ok')).toBe(true)
    // No tables, and one read of each connection.
    expect(answer.steps.filter(({ step }) => /tables|installation/i.test(step))).toEqual([])
  })

  it('names what no table names, with its name beside the id', async () => {
    const { answer, ended } = await findings(['norce'])
    expect(ended.status).toBe(0)
    const unnamed = answer.steps.flatMap((step) => step.unnamed ?? [])
    expect(unnamed).toContainEqual({
      refers: 'norce.priceList.Agreement',
      values: [{ value: 'UK-OUTLET', name: expect.any(String) }],
    })
    const tables = answer.steps.flatMap(({ table }) => table ?? [])
    expect(tables).toContainEqual({
      table: 'warehouses',
      column: 'warehouse',
      refers: 'norce.warehouse.Code',
      named: 2,
      missing: [],
    })
  })
})

describe('one connection', () => {
  const own = (names: RegExp) => Object.fromEntries(Object.entries(env).filter(([name]) => names.test(name)))
  const state = () => ({ SYNCLINE_STORE: `sqlite:${join(folder, `state-${++states}.db`)}` })
  const run = (args: readonly string[], variables: RegExp) =>
    syncline(['--project', shopProject, ...args], { env: { ...own(variables), ...state() } })

  it.each([
    ['check brightpearl', /^BRIGHTPEARL_/],
    ['check norce', /^NORCE_/],
    ['connect norce --yes', /^NORCE_/],
  ])('%s does not need what only the other connection needs', async (command, variables) => {
    const ended = await run([...command.split(' '), '--json'], variables)
    const answer = jsonOf(ended) as { findings?: unknown; steps: readonly { connection?: string; step: string }[] }
    expect({ status: ended.status, findings: answer.findings }).toEqual({ status: 0, findings: undefined })
    expect(answer.steps.length).toBeGreaterThan(3)
  })

  it('is told what it lacks itself, and nothing of the other', async () => {
    const ended = await run(['check', 'brightpearl'], /^(NORCE_URL|BRIGHTPEARL_(?!ACCOUNT))/)
    expect(ended.status).toBe(2)
    expect(ended.stderr).toContain('BRIGHTPEARL_ACCOUNT is not set')
    expect(ended.stderr).not.toContain('NORCE_')
  })

  it('that the project does not have is named, whatever is missing', async () => {
    const ended = await run(['check', 'brightperl'], /^NONE/)
    expect({ status: ended.status, said: ended.stderr }).toEqual({
      status: 2,
      said: expect.stringContaining('brightpearl'),
    })
    expect(ended.stderr).toContain('no connection brightperl')
  })

  it('is what is asked: a check of all needs what all need', async () => {
    expect((await run(['check'], /^BRIGHTPEARL_/)).status).toBe(2)
  })
})

describe('credentials', () => {
  it('a wrong secret', async () => {
    const { ended, failed } = await findings(['norce'], { NORCE_CLIENT_SECRET: 'not-the-secret-at-all' })
    expect(ended.status).toBe(3)
    expect(failed).toHaveLength(1)
    expect(failed[0]).toMatchObject({
      step: 'The token endpoint gives a token',
      system: true,
      call: { method: 'POST', status: 400, address: `${env.NORCE_URL}/identity/1.0/connect/token` },
    })
    expect(causesOf(failed[0])[0]).toBe('secret-wrong')
    expect(ended.stdout + ended.stderr).not.toContain('not-the-secret-at-all')
  })

  it('a wrong account: its code is named, since a wrong one looks like a wrong secret', async () => {
    const { ended, failed } = await findings(['brightpearl'], { BRIGHTPEARL_ACCOUNT: 'somebodyelse' })
    expect(ended.status).toBe(3)
    expect(causesOf(failed[0])[0]).toBe('secret-wrong')
    expect(failed[0]?.causes?.[0]?.say).toContain('somebodyelse')
  })

  it('a revoked grant', async () => {
    const { ended, failed } = await findings(['brightpearl'], {
      BRIGHTPEARL_SIGN_IN: 'refresh_token',
      BRIGHTPEARL_REFRESH_TOKEN: 'was-taken-back',
    })
    expect(ended.status).toBe(3)
    expect(causesOf(failed[0])[0]).toBe('grant-revoked')
    expect(failed[0]?.causes?.[0]?.fix).toContain('syncline connect')
    expect(ended.stdout).not.toContain('was-taken-back')
  })

  it('a static token that is not accepted', async () => {
    const { ended, failed } = await findings(['brightpearl', '--quick'], {
      BRIGHTPEARL_SIGN_IN: 'staff_token',
      BRIGHTPEARL_STAFF_TOKEN: 'removed-with-its-owner',
    })
    expect(ended.status).toBe(3)
    expect(causesOf(failed[0])[0]).toBe('credentials-not-accepted')
    expect(failed[0]?.call).toMatchObject({ status: 401, requestId: expect.stringMatching(/^[0-9a-f-]{36}$/) })
    expect(ended.stdout).not.toContain('removed-with-its-owner')
  })

  it('a missing right: each service that is refused is named, the others are read', async () => {
    const proxy = await put(env.BRIGHTPEARL_API_URL as string, {
      instead: ({ path }) =>
        /\/(?:order|contact)-service\//.test(path)
          ? {
              status: 403,
              headers: { ruid: 'request-7' },
              body: '{"errors":[{"code":"CMNC-403","message":"Forbidden"}]}',
            }
          : undefined,
    })
    const { ended, failed, answer } = await findings(['brightpearl'], { BRIGHTPEARL_API_URL: proxy.url })
    expect(ended.status).toBe(1)
    const rights = failed.filter(({ step }) => step.startsWith('A real read'))
    for (const step of rights) expect(causesOf(step)[0]).toBe('right-missing')
    expect(rights.map(({ step }) => step)).toEqual(['A real read of orders', 'A real read of contacts'])
    expect(rights[0]?.call).toMatchObject({ status: 403, requestId: 'request-7' })
    expect(answer.steps.find(({ step }) => step === 'A real read of accounting')?.status).toBe('ok')
  })
})

describe('wrong environment', () => {
  it('a host and a scope of two environments: found before anything is sent', async () => {
    const ended = await check(['norce', '--json'], {
      NORCE_URL: 'https://nordvik.api-se.playground.norce.tech',
      NORCE_SCOPE: 'prod',
    })
    expect(ended.status).toBe(2)
    expect(jsonOf(ended)).toMatchObject({
      status: 'failed',
      steps: [],
      findings: [{ message: expect.stringContaining('playground'), line: expect.any(Number) }],
    })
  })

  it('a scope in which the client is not valid', async () => {
    const { ended, failed } = await findings(['norce'], { NORCE_SCOPE: 'playground' })
    expect(ended.status).not.toBe(0)
    expect(failed).toHaveLength(1)
    expect(`${failed[0]?.found} ${failed[0]?.causes?.[0]?.say}`).toContain('playground')
  })

  it('a token that is refused at once though it was just given; the answer that repeats it is not shown', async () => {
    let seen = ''
    const proxy = await put(env.BRIGHTPEARL_API_URL as string, {
      instead: ({ path, headers }) => {
        if (!path.startsWith('/public-api/')) return undefined
        seen = String(headers.authorization).replace('Bearer ', '')
        return { status: 401, body: JSON.stringify({ response: `Invalid instance token: ${seen}` }) }
      },
    })
    const { ended, failed } = await findings(['brightpearl', '--quick'], { BRIGHTPEARL_API_URL: proxy.url })
    expect(ended.status).toBe(3)
    expect(causesOf(failed[0])).toEqual(['wrong-environment', 'token-refused-at-once'])
    expect(seen.length).toBeGreaterThan(10)
    expect(ended.stdout + ended.stderr).not.toContain(seen)
  })

  it('a host that answers with a page for people', async () => {
    const proxy = await put(env.NORCE_URL as string, {
      instead: ({ path }) =>
        path.includes('/identity/')
          ? undefined
          : { status: 200, headers: { 'content-type': 'text/html' }, body: '<!doctype html><title>Sign in</title>' },
    })
    const { ended, failed } = await findings(['norce', '--quick'], { NORCE_URL: proxy.url })
    expect(ended.status).toBe(3)
    expect(causesOf(failed[0])).toContain('page-for-people')
  })
})

describe('clock', () => {
  /** The clock of the process is as many milliseconds fast. */
  const fast = async (ms: number): Promise<Record<string, string>> => {
    const file = join(folder, `fast-${ms}.mjs`)
    await writeFile(file, `const now = Date.now.bind(Date)\nDate.now = () => now() + ${ms}\n`)
    return { NODE_OPTIONS: `--import ${pathToFileURL(file).href}` }
  }

  it('that differs is a warning while all goes well', async () => {
    const ended = await check(['norce', '--quick'], await fast(600_000))
    expect(ended.status).toBe(0)
    expect(ended.stdout).toMatch(/^warning norce: Clock: .*10 minutes fast/m)
    const slow = await findings(['norce', '--quick'], await fast(-90_000))
    expect(slow.answer.status).toBe('warning')
    expect(slow.answer.connections[0]?.clockDiffersSeconds).toBeLessThan(-85)
  })

  it('that differs is the likeliest cause where credentials are refused', async () => {
    const proxy = await put(env.NORCE_URL as string, {
      instead: ({ path }) => (path.includes('/identity/') ? undefined : { status: 401 }),
      headers: { date: () => new Date(Date.now() - 900_000).toUTCString() },
    })
    const { ended, failed } = await findings(['norce', '--quick'], { NORCE_URL: proxy.url })
    expect(ended.status).toBe(3)
    expect(causesOf(failed[0])[0]).toBe('clock-differs')
    expect(failed[0]?.causes?.[0]?.say).toContain('15 minutes fast')
  })
})

describe('calls', () => {
  it('that others have used are told', async () => {
    const proxy = await put(env.BRIGHTPEARL_API_URL as string, { headers: { 'brightpearl-requests-remaining': '3' } })
    const { ended, answer } = await findings(['brightpearl', '--quick'], { BRIGHTPEARL_API_URL: proxy.url })
    expect(ended.status).toBe(0)
    const step = answer.steps.find(({ step: name }) => name === 'Calls left')
    expect(step?.status).toBe('warning')
    expect(causesOf(step)).toEqual(['throttled-by-others'])
    expect(answer.connections[0]?.quota).toMatchObject({ limit: 200, remaining: 3, ours: 1, others: 196 })
  })
})

describe('no network', () => {
  it.each([
    ['nothing listens', 'http://127.0.0.1:9', 'connection-refused'],
    ['no such host', 'https://no-such-host.invalid', 'host-unknown'],
  ])('%s', async (_, url, cause) => {
    const { ended, failed } = await findings(['norce', '--quick', '--timeout', '2s'], { NORCE_URL: url })
    expect(ended.status).toBe(3)
    expect(causesOf(failed[0])[0]).toBe(cause)
    expect(failed[0]?.call?.failure).toBeDefined()
  })

  it('a host that speaks no TLS', async () => {
    const { ended, failed } = await findings(['norce', '--quick', '--timeout', '2s'], {
      NORCE_URL: (env.NORCE_URL as string).replace('http:', 'https:'),
    })
    expect(ended.status).toBe(3)
    expect(causesOf(failed[0])).toContain('tls-refused')
  })

  it('a proxy that does not let it through is named without its password', async () => {
    const { ended, failed } = await findings(['norce', '--quick', '--timeout', '2s'], {
      NORCE_URL: 'https://no-such-host.invalid',
      HTTPS_PROXY: 'http://user:proxy-password@127.0.0.1:9',
    })
    expect(ended.status).toBe(3)
    expect(causesOf(failed[0])[0]).toBe('proxy-refused')
    expect(failed[0]?.causes?.[0]?.say).toContain('127.0.0.1:9')
    expect(ended.stdout + ended.stderr).not.toContain('proxy-password')
  })

  it('a system that never answers: the check ends in its time, whatever is waited for', async () => {
    const proxy = await put(env.NORCE_URL as string, { instead: () => 'hang' })
    const { ended, failed } = await findings(['norce', '--quick', '--timeout', '700ms'], { NORCE_URL: proxy.url })
    expect(ended.status).toBe(3)
    expect(failed[0]?.found).toContain('time of the check was over')
    expect(causesOf(failed[0])).toEqual(['no-answer'])
  })

  it('a system that never answers takes no time from the others', async () => {
    const proxy = await put(env.BRIGHTPEARL_API_URL as string, { instead: () => 'hang' })
    const { ended, answer } = await findings(['--quick', '--timeout', '8s'], { BRIGHTPEARL_AUTH_URL: proxy.url })
    expect(ended.status).toBe(3)
    expect(answer.connections.map(({ status }) => status)).toEqual(['failed', 'ok'])
  })
})

it('a person reads what was found, the likely cause, what to do, and which call it was', async () => {
  const { stdout } = await check(['norce'], { NORCE_CLIENT_SECRET: 'not-the-secret-at-all' })
  expect(stdout).toMatch(
    /^failed {2}norce: The token endpoint gives a token: .+\n {8}Likely cause: .+ \(secret-wrong\)\n {10}\S.+\n(?: {8}.*\n| {10}.*\n)* {8}Call: POST http:\S+, status 400\n/m,
  )
  expect(stdout).toMatch(/^skipped norce: A real read of Query Core: /m)
})

it.each(['0s', 'soon'])('--timeout %s is refused', async (time) => {
  const ended = await check(['--timeout', time, '--json'])
  expect(ended.status).toBe(2)
  expect(jsonOf(ended)).toMatchObject({ status: 'failed', connections: [], steps: [], error: { code: 'command-line' } })
})
