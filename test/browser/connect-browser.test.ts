import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Browser, chromium, type Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startSandbox } from '../../examples/sandbox/start-sandbox.ts'
import { type Running, root, shopProject, start } from '../support/command.ts'

/** A Chromium that is on this machine; none is fetched. */
const executablePath = [
  process.env.CHROMIUM_PATH,
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
].find((path) => path && existsSync(path))

/** The browser step with a real browser: whoever agrees sees what happened, and so does the terminal. */
describe.skipIf(executablePath === undefined)('the browser step of syncline connect', () => {
  let browser: Browser
  let sandbox: Awaited<ReturnType<typeof startSandbox>>
  let folder: string
  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: executablePath as string, args: ['--no-sandbox'] })
    sandbox = await startSandbox({ products: 5, seed: 1, speed: 1 })
    folder = await mkdtemp(join(tmpdir(), 'connect-browser-'))
  })
  afterAll(async () => {
    await browser?.close()
    await sandbox?.stop()
    if (folder) await rm(folder, { recursive: true, force: true })
  })

  function connect(state: string): Running {
    const { BRIGHTPEARL_AUTH_URL = '', BRIGHTPEARL_CLIENT_SECRET = '' } = sandbox.env
    const settings = [
      'account=sandbox',
      'appRef=sandbox-app',
      'devRef=sandbox-dev',
      'redirectUri=http://127.0.0.1/back',
    ]
    return start(
      ['--project', shopProject, 'connect', 'brightpearl', '--json', ...settings.flatMap((pair) => ['--set', pair])],
      {
        cwd: root,
        env: {
          BROWSER: 'no-browser-here',
          SYNCLINE_STORE: `sqlite:${join(folder, state)}`,
          BRIGHTPEARL_AUTH_URL,
          BRIGHTPEARL_CLIENT_SECRET,
        },
      },
    )
  }

  async function open(going: Running): Promise<Page> {
    let shown = ''
    going.child.stderr?.on('data', (data) => {
      shown += String(data)
    })
    let address: string | undefined
    while (address === undefined) {
      await new Promise((resolve) => setTimeout(resolve, 50))
      address = /(http:\/\/\S+\/authorize\/\S+)\n/.exec(shown)?.[1]
    }
    const page = await browser.newPage()
    await page.goto(address)
    return page
  }

  it('whoever approves sees that it is connected, and the terminal goes on to a real read', async () => {
    const going = connect('approved.db')
    const page = await open(going)
    await page.click('#approve')
    await page.waitForURL('http://127.0.0.1:*/back?*')
    expect(await page.title()).toBe('Connected')
    expect(await page.textContent('p')).toBe(
      'brightpearl is authorised. You can close this window; the terminal goes on.',
    )
    const ended = await going.ended
    const { steps } = JSON.parse(ended.stdout) as { steps: { step: string; status: string; found: string[] }[] }
    expect(steps.find(({ step }) => step === 'authorise')).toMatchObject({ status: 'done' })
    expect(steps.find(({ step }) => step === 'verify')).toBeDefined()
  })

  it('whoever denies sees that nothing was connected', async () => {
    const going = connect('denied.db')
    const page = await open(going)
    await page.click('#deny')
    await page.waitForURL('http://127.0.0.1:*/back?*')
    expect(await page.title()).toBe('Not connected')
    expect(await page.textContent('p')).toContain('Access was not granted')
    expect(await going.ended).toMatchObject({ status: 3 })
  })
})
