import { expect, test } from 'vitest'
import type { LoadProjectInput } from './load-project.ts'
import { edited, loadChanged } from './testing/project-files.ts'

const connector = 'connectors/shop.yaml'

const saved = (
  settings: Record<string, string>,
  credentials: Record<string, string> = {},
): NonNullable<LoadProjectInput['saved']> =>
  function keep({ connections }) {
    expect(connections).toEqual(['shop'])
    return { settings: () => settings, credentials: () => credentials }
  }

test('what the project file leaves to a variable that is not set is taken from the state, and is then no finding', async () => {
  const { project, findings } = await loadChanged(
    {},
    { environment: {}, saved: saved({ url: 'https://saved.example', mode: 'prod' }, { key: 's-1' }) },
  )
  expect(findings).toEqual([])
  expect(project?.connections.get('shop')).toMatchObject({
    settings: { url: 'https://saved.example', page: 50, mode: 'prod' },
    settingFrom: { url: 'saved', page: 'project', mode: 'saved' },
    unset: new Set(),
    credentials: { key: 's-1' },
    credentialFrom: { key: 'saved' },
  })
})

test('an empty setting is taken from the state too, converted to the declared type', async () => {
  const { project } = await loadChanged(edited('syncline.yaml', ['${SHOP_PAGE:-50}', '${SHOP_PAGE:-}']), {
    saved: saved({ page: '20' }),
  })
  expect(project?.connections.get('shop')?.settings.page).toBe(20)
})

test('the project file wins', async () => {
  const { project } = await loadChanged({}, { saved: saved({ url: 'https://saved.example' }, { key: 's-1' }) })
  expect(project?.connections.get('shop')).toMatchObject({
    settings: { url: 'https://shop.example' },
    settingFrom: { url: 'project', mode: 'default' },
    credentials: { key: 'k-123' },
    credentialFrom: { key: 'project' },
  })
})

test('what no longer fits its declaration is as if it were not saved', async () => {
  const { findings } = await loadChanged({}, { environment: { SHOP_KEY: 'k' }, saved: saved({ mode: 'lab' }) })
  expect(findings.map(({ code, advice }) => `${code} ${advice}`)).toEqual([
    'missing-variable Set SHOP_URL in the environment, or put it into the file .env beside the project file, or run syncline connect shop.',
  ])
})

test('a wrong address of the state is a finding, and no state is asked', async () => {
  const asked: string[] = []
  const { findings } = await loadChanged(edited('syncline.yaml', ['mappings:', 'store: file.db\nmappings:']), {
    saved: ({ store }) => {
      asked.push(store)
      return { settings: () => ({}), credentials: () => ({}) }
    },
  })
  expect(findings.map(({ code }) => code)).toEqual(['wrong-store'])
  expect(asked).toEqual([])
})

test('a setting that a step of connect asks for may be left out while only files are checked', async () => {
  const files = {
    ...edited('syncline.yaml', ['      url: ${SHOP_URL}\n', '']),
    ...edited(connector, ['http:\n', 'connect: [ { step: account, title: Account, settings: [url] } ]\nhttp:\n']),
  }
  const checked = await loadChanged(files, { mode: 'validate' })
  expect(checked.findings).toEqual([])
  expect(checked.project?.connections.get('shop')?.unset).toEqual(new Set(['url']))
  const run = await loadChanged(files, { mode: 'run' })
  expect(run.findings.map(({ code, advice }) => `${code} ${advice}`)).toEqual([
    'missing-setting Add url to the settings of the connection, or run syncline connect shop.',
  ])
})
