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

describe('files', () => {
  const fromFile = (path: string) => edited('syncline.yaml', ['${SHOP_KEY}', `\${file:${path}}`])
  const environment = { SHOP_URL: 'https://shop.example' }

  test.each([
    ['one', 'k 1\n', 'k 1'],
    ['no', 'k1', 'k1'],
    ["Windows' own", 'k1\r\n', 'k1'],
    ['only one of two', ' k1 \n\n', ' k1 \n'],
  ])('give what is in them, without %s line break at the end', async (_, content, key) => {
    const { project, findings } = await loadChanged(
      { ...fromFile('secrets/key'), 'secrets/key': content },
      { environment },
    )
    expect(findings).toEqual([])
    expect(project?.connections.get('shop')?.credentials).toEqual({ key })
  })

  test('may be named by an absolute path, and be part of a text', async () => {
    const folder = await writeProject({ secret: 'abc\n' })
    const files = edited('syncline.yaml', ['${SHOP_KEY}', `"x-\${file:${join(folder, 'secret')}}-\${A}"`])
    const { project } = await loadChanged(files, { environment: { ...environment, A: 'a' } })
    expect(project?.connections.get('shop')?.credentials).toEqual({ key: 'x-abc-a' })
  })

  test('that are missing are a finding which says where they are used; validate needs none', async () => {
    const { findings } = await loadChanged(fromFile('secrets/key'), { environment })
    expect(findings).toMatchObject([
      {
        code: 'missing-file',
        file: 'syncline.yaml',
        message: 'The file secrets/key does not exist; connections.shop.credentials.key is read from it.',
      },
    ])
    expect(text(findings)).toContain('key: ${file:secrets/key}')
    const validated = await loadChanged(fromFile('secrets/key'), { environment: {}, mode: 'validate' })
    expect(validated.findings).toEqual([])
  })

  test('that cannot be read say why', async () => {
    const not = async (changes: Record<string, string | Uint8Array>) =>
      (await loadChanged({ ...fromFile('secrets'), ...changes }, { environment })).findings.map(
        ({ message }) => message,
      )
    expect(await not({ 'secrets/x': '' })).toEqual([expect.stringContaining('The file secrets is a folder;')])
    expect(await not({ secrets: Uint8Array.of(0xff) })).toEqual([
      expect.stringContaining('The file secrets is not UTF-8;'),
    ])
  })

  test('without a path are no reference', async () => {
    const { findings } = await loadChanged(fromFile(''), { environment })
    expect(findings.map(({ code }) => code)).toEqual(['wrong-variable'])
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
    'in a setting from a file': [
      { ...edited('syncline.yaml', ['page: ${SHOP_PAGE:-50}', 'page: ${file:page}']), page: secret },
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
