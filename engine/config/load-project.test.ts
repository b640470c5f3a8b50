import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { loadProject } from './load-project.ts'
import { optionsOf, optionsType } from './options.ts'
import { rowType } from './table-type.ts'
import { edited, goodEnvironment, goodProject, loadChanged, writeProject } from './testing/project-files.ts'

describe('loadProject', () => {
  test('answers the whole project, typed and with defaults', async () => {
    const { project, folder } = await loadChanged()
    expect(project).toMatchObject({
      name: 'demo',
      title: undefined,
      file: join(folder, 'syncline.yaml'),
      folder,
      store: 'sqlite:.syncline/state.db',
      parkedForMs: 7 * 24 * 3_600_000,
      undecidedAfterMs: 3_600_000,
      options: { culture: 'sv-SE', buffer: 0 },
    })
    const shop = project?.connections.get('shop')
    expect(shop).toMatchObject({
      name: 'shop',
      settings: { url: 'https://shop.example', page: 50, mode: 'stage' },
      credentials: { key: 'k-123' },
      signIn: 'key',
      share: 1,
      path: ['connections', 'shop'],
    })
    expect(shop?.connector.name).toBe('shop')
    expect(shop?.connector.entities.get('item')?.file).toBe(join(folder, 'schemas/item.schema.json'))
    expect(project?.tables.get('places')).toMatchObject({
      key: ['code'],
      columns: ['code', 'from', 'buffer'],
      default: undefined,
      rows: [{ code: 'MAIN' }, { code: 'STORE' }],
    })
    expect(project?.tables.get('places')?.refers.get('from')).toEqual({
      connection: 'shop',
      entity: 'item',
      field: 'id',
    })
    expect(project?.mappings.get('items')?.document.write).toBe('put')
    expect(project?.functions.get('sku')).toMatchObject({
      source: 'function($p) { $trim($p.sku) }',
      path: ['functions', 'sku'],
    })
    expect(project?.unread).toEqual({ connections: new Set(), tables: false, mappings: false })
  })

  test('is frozen', async () => {
    const { project, findings } = await loadChanged()
    const parts = [
      project,
      findings,
      project?.options,
      project?.connections.get('shop'),
      project?.tables.get('places')?.rows[0],
    ]
    for (const part of parts) expect(Object.isFrozen(part)).toBe(true)
  })

  test('reports the mistakes of all files at once', async () => {
    const { findings } = await loadChanged({
      ...edited('syncline.yaml', ['page:', 'pge:']),
      ...edited('connectors/shop.yaml', ['default: 100', 'default: x']),
      ...edited('tables/places.yaml', ['code: STORE', 'code: MAIN']),
      ...edited('mappings/items.yaml', ['write: put', 'wrte: put']),
      'mappings/other.yaml': 'mapping: "other',
    })
    expect(findings.map(({ file, code }) => `${file} ${code}`)).toEqual([
      'connectors/shop.yaml wrong-declaration',
      'mappings/items.yaml unknown-key',
      'mappings/other.yaml yaml-syntax',
      'syncline.yaml unknown-setting',
      'tables/places.yaml duplicate-row',
    ])
  })

  test('reads a misspelt key as the one that was meant, so that compilers find what else is wrong', async () => {
    const { project, findings } = await loadChanged(
      edited('mappings/items.yaml', ['fields:\n  sku', 'feilds:\n  sku'], ['write: put', 'write: put\nnonsense: 1']),
    )
    expect(findings.map(({ code, line }) => `${code} ${line}`)).toEqual(['unknown-key 8', 'unknown-key 9'])
    const mapping = project?.mappings.get('items')
    expect(mapping?.document.fields).toEqual({ sku: '$sku($record)' })
    expect(mapping?.document).not.toHaveProperty('nonsense')
    expect(mapping?.origin.at(['fields', 'sku'])).toEqual({ line: 10, column: 8 })
    expect(mapping?.origin.inScalar(['fields', 'sku'], 5)).toEqual({ line: 10, column: 13 })
    expect(
      mapping?.origin.finding({ code: 'x', message: 'm', advice: 'a', path: ['fields', 'sku'], key: true }),
    ).toMatchObject({
      file: 'mappings/items.yaml',
      line: 10,
      column: 3,
    })
  })

  test('says which names may stand in what could not be read', async () => {
    const broken = await loadChanged({
      'connectors/shop.yaml': 'connector: "',
      'tables/places.yaml': 'table: "',
      'mappings/items.yaml': 'mapping: "',
    })
    expect(broken.project?.unread).toEqual({ connections: new Set(['shop']), tables: true, mappings: true })
    expect(broken.findings.map(({ code }) => code)).toEqual(['yaml-syntax', 'yaml-syntax', 'yaml-syntax'])
  })

  test('has no project when the project file cannot be read', async () => {
    const { project, findings } = await loadChanged({ 'syncline.yaml': 'project: [' })
    expect(project).toBeUndefined()
    expect(findings.map(({ code, file }) => `${code} ${file}`)).toEqual(['yaml-syntax syncline.yaml'])
    const missing = await loadProject({ file: '/nowhere/syncline.yaml', environment: {}, mode: 'validate' })
    expect(missing.project).toBeUndefined()
    expect(missing.findings).toMatchObject([
      { code: 'file-not-readable', file: '/nowhere/syncline.yaml', line: 1, column: 1 },
    ])
  })

  test('reads files outside of the project folder, each once, and one connector for two connections', async () => {
    const folder = await writeProject({ 'syncline.yaml': undefined })
    const file = join(folder, 'customers/one/syncline.yaml')
    await mkdir(dirname(file), { recursive: true })
    await writeFile(
      file,
      `project: one
connections:
  shop: { connector: ../../connectors/shop.yaml, settings: { url: "http://127.0.0.1:8080" }, credentials: { key: a }, share: 80% }
  second: { connector: ../../connectors/shop.yaml, settings: { url: "https://b.example" }, credentials: { key: b } }
mappings: [ ../../mappings/items.yaml, ../../mappings/*.yaml ]
options: { culture: sv-SE }
`,
    )
    const { project, findings } = await loadProject({ file, environment: {}, mode: 'run', currentFolder: folder })
    expect(findings).toEqual([])
    expect(project?.connectors).toHaveLength(1)
    expect(project?.connections.get('second')?.connector).toBe(project?.connections.get('shop')?.connector)
    expect(project?.connections.get('shop')?.share).toBe(0.8)
    expect([...(project?.mappings.keys() ?? [])]).toEqual(['items'])
  })

  test('reads several tables of one file', async () => {
    const { project, findings } = await loadChanged({
      'tables/places.yaml': `${goodProject['tables/places.yaml']}---\ntable: rates\nkey: [market, code]\nrows: [ { market: SE, code: T1, rate: 25 } ]\n`,
    })
    expect(findings).toEqual([])
    expect(project?.tables.get('rates')?.origin.at(['rows', 0, 'rate'])).toEqual({ line: 10, column: 39 })
  })

  test('converts settings of the environment to their declared types', async () => {
    const environment = { ...goodEnvironment, SHOP_PAGE: '25' }
    const settings = (await loadChanged({}, { environment })).project?.connections.get('shop')?.settings
    expect(settings?.page).toBe(25)
  })

  test('takes an empty setting for one that is not given', async () => {
    const files = edited('syncline.yaml', ['${SHOP_PAGE:-50}', '"${SHOP_PAGE:-}"'])
    expect((await loadChanged(files)).project?.connections.get('shop')?.settings.page).toBe(100)
  })

  test('is content with a credential that the chosen way to sign in does not use', async () => {
    const { project, findings } = await loadChanged()
    expect(findings).toEqual([])
    expect(project?.connections.get('shop')?.credentials).not.toHaveProperty('other')
  })

  test('lets columns be absent in some rows', async () => {
    const { findings } = await loadChanged(edited('tables/places.yaml', [', buffer: 0', '']))
    expect(findings).toEqual([])
  })
})

describe('options', () => {
  test('of a mapping are those that it declares', async () => {
    const { project } = await loadChanged({
      'mappings/more.yaml':
        'mapping: more\noptions: { only: { type: array, items: { type: integer }, default: [1], description: D } }\nfrom: shop.item\nto: shop.item\nwrite: put\nfields: { sku: sku }\n',
    })
    const [items, more] = [project?.mappings.get('items'), project?.mappings.get('more')]
    if (!project || !items || !more) throw new Error('not loaded')
    expect(optionsOf(items, project)).toEqual({ culture: 'sv-SE', buffer: 0 })
    expect(optionsOf(more, project)).toEqual({ only: [1] })
    expect(optionsType(items)).toEqual({
      kind: 'object',
      title: 'options',
      fields: new Map([
        ['culture', { kind: 'string' }],
        ['buffer', { kind: 'number' }],
      ]),
    })
    expect(optionsType(more)).toMatchObject({ fields: new Map([['only', { kind: 'list', of: { kind: 'number' } }]]) })
  })

  test('take numbers from the environment', async () => {
    const files = edited('syncline.yaml', ['culture: sv-SE', 'culture: sv-SE\n  buffer: ${BUFFER}'])
    const { project } = await loadChanged(files, { environment: { ...goodEnvironment, BUFFER: '3' } })
    expect(project?.options.buffer).toBe(3)
  })
})

describe('rowType', () => {
  async function typeOf(table: string) {
    const loaded = (await loadChanged({ 'tables/places.yaml': table })).project?.tables.get('places')
    if (!loaded) throw new Error('no table')
    return rowType(loaded)
  }

  test('is a closed object whose columns may be absent where a row lacks them', async () => {
    expect(
      await typeOf(
        'table: places\nkey: code\nrows:\n  - { code: A, n: 1, l: [1] }\n  - { code: B, n: 2, l: [x], extra: true }\n',
      ),
    ).toEqual({
      kind: 'object',
      title: 'table places',
      fields: new Map([
        ['code', { kind: 'string' }],
        ['n', { kind: 'number' }],
        ['l', { kind: 'list', of: { kind: 'any' } }],
        ['extra', { kind: 'boolean', optional: true }],
      ]),
    })
  })

  test('counts the default row, which has no key', async () => {
    const type = await typeOf('table: places\nkey: code\ndefault: { n: none }\nrows:\n  - { code: A, n: 1 }\n')
    expect(type).toMatchObject({
      fields: new Map([
        ['code', { kind: 'string', optional: true }],
        ['n', { kind: 'any' }],
      ]),
    })
  })

  test('knows nothing of a table without rows', async () => {
    expect(await typeOf('table: places\nkey: code\nrows: []\n')).toMatchObject({
      rest: { kind: 'any', optional: true },
    })
  })
})
