import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { contradictionFindings } from '../../engine/connectors/contradictions.ts'
import { startSandbox } from '../../examples/sandbox/start-sandbox.ts'
import { type Answers, answered, loadShop, openMemory } from '../support/connecting.ts'

let sandbox: Awaited<ReturnType<typeof startSandbox>>
let shop: Awaited<ReturnType<typeof loadShop>>
beforeAll(async () => {
  sandbox = await startSandbox({ products: 5, seed: 1, speed: 1 })
  shop = await loadShop({})
})
afterAll(() => sandbox?.stop())

/** The ready project with an empty environment: everything is answered, without a person. */
const connect = (connection: string, answers: Answers, store = openMemory()) =>
  answered(shop, connection, answers, store)

describe('the back office', () => {
  const privateApp = (): Answers => ({
    settings: {
      account: 'sandbox',
      apiUrl: sandbox.env.BRIGHTPEARL_API_URL,
      signIn: 'staff_token',
      appRef: 'sandbox-app',
    },
    secrets: { staffToken: sandbox.env.BRIGHTPEARL_STAFF_TOKEN },
  })

  it.each([
    ['authorization_code', ['account', 'appRef', 'devRef']],
    ['refresh_token', ['account', 'appRef', 'devRef', 'refreshToken']],
    ['client_credentials', ['account', 'appRef', 'devRef', 'clientSecret']],
    ['staff_token', ['account', 'appRef', 'staffToken']],
  ])('%s: asks for what this way to sign in needs', async (signIn, names) => {
    const { steps, exitStatus } = await connect('brightpearl', { settings: { signIn } })
    expect(steps.flatMap(({ missing = [] }) => missing.map(({ name }) => name))).toEqual(names)
    expect(exitStatus).toBe(2)
  })

  it.each([
    ['https://euw1.brightpearlapp.com/p.php?p=report', undefined, 'https://euw1.brightpearlconnect.com'],
    ['use1.brightpearlapp.com', undefined, 'https://use1.brightpearlconnect.com'],
    ['https://euw1.brightpearlapp.com/in?clients_id=nordic', 'nordic', 'https://euw1.brightpearlconnect.com'],
    ['https://ws-eu1.brightpearl.com/public-api/nordic/order', 'nordic', 'https://ws-eu1.brightpearl.com'],
  ])('the account context is read from %s', async (from, account, apiUrl) => {
    const store = openMemory()
    await connect('brightpearl', { from }, store)
    expect(store.identities.get('brightpearl')).toEqual({ ...(account !== undefined && { account }), apiUrl })
  })

  it('the address of the sign-in page tells no data centre', async () => {
    const store = openMemory()
    await connect('brightpearl', { from: 'https://login.brightpearlapp.com/' }, store)
    expect(store.identities.get('brightpearl')).toEqual({})
  })

  it('a pasted address of another data centre than the project file names is found', async () => {
    const set = await loadShop({ BRIGHTPEARL_API_URL: 'https://euw1.brightpearlconnect.com' })
    const { failure, exitStatus } = await answered(
      set,
      'brightpearl',
      { from: 'use1.brightpearlapp.com' },
      openMemory(),
    )
    expect(failure?.code).toBe('set-by-project')
    expect(exitStatus).toBe(2)
  })

  it('a private app is verified with real reads; a wrong account is told', async () => {
    const store = openMemory()
    const right = await connect('brightpearl', privateApp(), store)
    expect(right.step('verify')?.checks?.find(({ step }) => step.includes('products'))?.status).toBe('ok')
    const wrong = await connect('brightpearl', { settings: { account: 'another' } }, store)
    expect(wrong.connected).toBe(false)
    expect(wrong.causes.length).toBeGreaterThan(0)
  })

  it('the host of the back office is not that of the API: found before the first call', async () => {
    const { failure } = await connect('brightpearl', { settings: { apiUrl: 'https://euw1.brightpearlapp.com' } })
    expect(failure?.code).toBe('settings-contradict')
  })
})

describe('the shop', () => {
  const client = () => ({ clientId: sandbox.env.NORCE_CLIENT_ID, clientSecret: sandbox.env.NORCE_CLIENT_SECRET })
  const environment = () => ({ url: sandbox.env.NORCE_URL, scope: 'stage', applicationId: '1301', accountId: '71' })

  it('is verified with a read of each service', async () => {
    const store = openMemory()
    const first = await connect('norce', { settings: environment(), secrets: client() }, store)
    expect(first).toMatchObject({ connected: true, exitStatus: 0 })
    expect(first.step('verify')?.checks?.length).toBeGreaterThan(4)
    expect(await connect('norce', {}, store)).toMatchObject({ connected: true })
  })

  it.each([
    [
      'https://nordvik.admin-se.playground.norce.tech/orders',
      'https://nordvik.api-se.playground.norce.tech',
      'playground',
    ],
    ['nordvik.admin-se.stage.norce.tech', 'https://nordvik.api-se.stage.norce.tech', 'stage'],
    ['https://nordvik.admin-se.norce.tech/', 'https://nordvik.api-se.norce.tech', 'prod'],
  ])('host and scope are read from %s', async (from, url, scope) => {
    const store = openMemory()
    await connect('norce', { from }, store)
    expect(store.identities.get('norce')).toEqual({ url, scope })
  })

  it.each([
    ['https://nordvik.api-se.norce.tech', 'playground'],
    ['https://nordvik.api-se.playground.norce.tech', 'prod'],
    ['https://nordvik.api-se.stage.norce.tech', 'prod'],
    ['https://nordvik.admin-se.norce.tech', 'prod'],
  ])('%s with the scope %s is found before the first call, by connect and in the files', async (url, scope) => {
    const { failure, exitStatus } = await connect('norce', {
      settings: { ...environment(), url, scope },
      secrets: client(),
    })
    expect([failure?.code, exitStatus]).toEqual(['settings-contradict', 2])
    const set = await loadShop({ NORCE_URL: url, NORCE_SCOPE: scope })
    const findings = await contradictionFindings(set.project, set.assembly.connectors)
    expect(findings.map(({ code }) => code)).toEqual(['settings-contradict'])
  })

  it.each([
    ['a wrong secret', { secrets: { clientSecret: 'another' } }, 'secret-wrong'],
    ['a wrong scope', { settings: { scope: 'prod' } }, 'wrong-environment'],
  ] as const)('%s is told', async (_, { settings = {}, secrets = {} }: Answers, cause) => {
    const { exitStatus, causes } = await connect('norce', {
      settings: { ...environment(), ...settings },
      secrets: { ...client(), ...secrets },
    })
    expect(exitStatus).toBe(3)
    expect(causes).toContain(cause)
  })
})
