import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { json } from '../diagnostics/json.ts'
import { text } from '../diagnostics/text.ts'
import { loadProject } from './load-project.ts'
import { edited, loadChanged, writeProject } from './testing/project-files.ts'

describe('variables of the environment', () => {
  test('stand for what is set, and defaults for what is not set or empty', async () => {
    const files = edited('syncline.yaml', ['project: demo', 'project: demo\ntitle: "${A}-${B:-b}-${C:-c}-${D:-}."'])
    const environment = { SHOP_URL: 'https://shop.example', SHOP_KEY: 'k', A: 'a', C: '' }
    const { project, findings } = await loadChanged(files, { environment })
    expect(findings).toEqual([])
    expect(project?.title).toBe('a-b-c-.')
  })

  test('leave any other dollar sign alone, and take two for one', async () => {
    const files = edited('syncline.yaml', ['project: demo', "project: demo\ntitle: '$5 a$b $$x $${A} $'"])
    expect((await loadChanged(files)).project?.title).toBe('$5 a$b $x ${A} $')
  })

  test('are not read in functions, where $ is code', async () => {
    const files = edited('syncline.yaml', ['function($p) { $trim($p.sku) }', 'function($p) { $$.a & $p }'])
    expect((await loadChanged(files)).project?.functions.get('sku')?.source).toBe('function($p) { $$.a & $p }')
  })

  test('come from the .env file beside the project file, too; what is set already wins', async () => {
    const env = 'SHOP_URL=https://from.file.example # comment\nSHOP_KEY="from file"\nSHOP_PAGE=7\n'
    const { project, findings } = await loadChanged({ '.env': env }, { environment: { SHOP_KEY: 'set' } })
    expect(findings).toEqual([])
    const shop = project?.connections.get('shop')
    expect(shop?.settings).toMatchObject({ url: 'https://from.file.example', page: 7 })
    expect(shop?.credentials).toEqual({ key: 'set' })
  })

  test('may be missing when validating: the values are then not known', async () => {
    const { project, findings } = await loadChanged({}, { mode: 'validate', environment: {} })
    expect(findings).toEqual([])
    const shop = project?.connections.get('shop')
    expect(shop?.settings).toEqual({ page: 50, mode: 'stage' })
    expect([...(shop?.unset ?? [])]).toEqual(['url'])
    expect(shop?.credentials).toEqual({})
  })

  test('a .env that cannot be read is a finding', async () => {
    const folder = await writeProject()
    await mkdir(join(folder, '.env'))
    const { findings } = await loadProject({
      file: join(folder, 'syncline.yaml'),
      environment: { SHOP_URL: 'https://a.example', SHOP_KEY: 'k' },
      mode: 'run',
      currentFolder: folder,
    })
    expect(findings.map(({ code, file, line }) => `${code} ${file}:${line}`)).toEqual([
      'file-not-readable syncline.yaml:1',
    ])
  })
})

describe('secrets', () => {
  const secret = 'S3CR3T'
  /** Files with a secret in them, and another mistake next to it. */
  const cases: Readonly<Record<string, Parameters<typeof loadChanged>>> = {
    'in a setting from the environment': [
      {},
      { environment: { SHOP_URL: secret, SHOP_KEY: secret, SHOP_PAGE: secret } },
    ],
    'in the share': [
      edited('syncline.yaml', ['    settings:', '    share: ${A}\n    settings:']),
      { environment: { SHOP_URL: 'https://a.example', SHOP_KEY: 'k', A: secret } },
    ],
    'in an option': [
      edited('syncline.yaml', ['culture: sv-SE', 'buffer: ${A}']),
      { environment: { SHOP_URL: 'https://a.example', SHOP_KEY: 'k', A: secret } },
    ],
    'in the store': [
      edited('syncline.yaml', ['functions:', 'store: ${A}\nfunctions:']),
      { environment: { SHOP_URL: 'https://a.example', SHOP_KEY: 'k', A: `db://u:${secret}@h` } },
    ],
    'written in the file, above a mistake': [
      edited('syncline.yaml', ['${SHOP_KEY}', secret], ['mappings:', 'mapings:']),
    ],
    'written in the file as a default': [
      edited('syncline.yaml', ['${SHOP_KEY}', `\${SHOP_KEY:-${secret}}`], ['mappings:', 'mapings:']),
    ],
    'as a number': [edited('syncline.yaml', ['${SHOP_KEY}', '73912345'])],
    'as a list': [edited('syncline.yaml', ['key: ${SHOP_KEY}', `key: [${secret}]`])],
    'beside a mistake of YAML': [edited('syncline.yaml', ['${SHOP_KEY}', `${secret}\n      other: "${secret}`])],
    'in a text that YAML cuts': [
      edited('syncline.yaml', [
        '    credentials:\n      key: ${SHOP_KEY}',
        `    credentials: { key: a${secret}(b, c) }`,
      ]),
    ],
    'over lines': [edited('syncline.yaml', ['key: ${SHOP_KEY}', `key: |\n        ${secret}\n      othr: x`])],
  }

  test.each(Object.entries(cases))('do not appear in findings: %s', async (_name, [files, given]) => {
    const { findings } = await loadChanged(files, given)
    expect(findings.length).toBeGreaterThan(0)
    const shown = text(findings) + json(findings)
    expect(shown).not.toContain(secret)
    expect(shown).not.toContain('73912345')
  })

  test('names of variables stay readable in excerpts', async () => {
    const { findings } = await loadChanged({}, { environment: {} })
    expect(text(findings)).toContain('key: ${SHOP_KEY}')
  })
})
