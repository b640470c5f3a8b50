import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Ended, jsonOf, type Running, root, start, syncline } from './support/command.ts'

/**
 * Mistakes that people make and systems have, as the command line answers them: a clear message at the right place, the
 * right exit status, and nothing lost. (State files, missing variables and typing errors are in cli.test.ts.)
 */
let folder: string
let copies = 0

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'syncline-bad-input-'))
})

afterAll(async () => {
  await rm(folder, { recursive: true, force: true })
})

type Edit = readonly [file: string, text: string, by: string]

/** A copy of the ready project with some texts replaced, each of which must be there. */
async function shopWith(...edits: readonly Edit[]): Promise<string> {
  const copy = join(folder, `shop-${copies++}`)
  for (const part of ['connectors', 'schemas', 'mappings', 'examples/shop']) {
    await cp(join(root, part), join(copy, part), {
      recursive: true,
      filter: (path) => !/[\\/]\.(env|syncline)/.test(path),
    })
  }
  for (const [file, text, by] of edits) {
    const before = await readFile(join(copy, file), 'utf8')
    expect(before, file).toContain(text)
    await writeFile(join(copy, file), before.replace(text, by))
  }
  return join(copy, 'examples/shop/syncline.yaml')
}

describe('validate says what is wrong, where, and what to write instead', () => {
  const keep = "  archived: status != 'ARCHIVED'"
  const asKeep = (condition: string): Edit => ['mappings/stock.yaml', keep, `  archived: ${condition}`]

  const cases: readonly [name: string, edit: Edit, code: string, at: string, advice: RegExp][] = [
    [
      'an absent field under $sum',
      asKeep('$sum(stock.weight.magnitude) > 0'),
      'may-be-absent',
      'stock.weight.magnitude',
      /\$total|\$default|\$exists/,
    ],
    ['an absent field under <', asKeep('brandId < 5'), 'may-be-absent', 'brandId', /\$default\(brandId/],
    ['an absent field under $not', asKeep('$not(featured)'), 'may-be-absent', 'featured', /\$default\(featured/],
    ['an absent field under =', asKeep('brandId = 5'), 'may-be-absent', 'brandId', /\$default\(brandId/],
    ['an absent field as a condition', asKeep('featured'), 'may-be-absent', 'featured', /\$default\(featured/],
    ['a text as a condition', asKeep('status'), 'not-a-condition', 'status', /status != ''/],
    ['a text without quotes of its own', asKeep('status != ARCHIVED'), 'unknown-field', 'ARCHIVED', /'ARCHIVED'/],
    ['a comparison with null', asKeep('brandId = null'), 'compared-with-null', '=', /\$exists/],
    ['a clock', asKeep('$now() != status'), 'forbidden-function', '$now', /\$run\.startedAt/],
    [
      'an expression without quotes in a flow map',
      [
        'mappings/products.yaml',
        'brand: { entity: brightpearl.brand, by: brandId }',
        'brand: { entity: brightpearl.brand, by: $firstOf(brandId, collectionId) }',
      ],
      'unquoted-expression',
      '$firstOf(brandId',
      /quotes/,
    ],
    [
      'a column that the table does not have',
      ['mappings/prices.yaml', "{ 'list': priceListId }", "{ 'lst': priceListId }"],
      'unknown-column',
      "{ 'lst'",
      /list/,
    ],
  ]

  let project: string
  let findings: readonly Record<string, string | number>[]

  // Each mistake in a mapping of its own, and all of them in one project: all findings come at once.
  beforeAll(async () => {
    project = await shopWith()
    for (const [index, [, [file, text, by]]] of cases.entries()) {
      const before = await readFile(join(root, file), 'utf8')
      expect(before, file).toContain(text)
      const named = before.replace(/^mapping: .*$/m, `mapping: mistake${index}`).replace(text, by)
      await writeFile(join(project, `../../../mappings/mistake-${index}.yaml`), named)
    }
    const ended = await syncline(['--project', project, 'validate', '--json'])
    expect(ended.status).toBe(2)
    ;({ findings } = jsonOf(ended) as { findings: Record<string, string | number>[] })
  })

  it.each(cases.map((each, index) => [...each, index] as const))('%s', async (_, [, , by], code, at, advice, index) => {
    const file = `mappings/mistake-${index}.yaml`
    const lines = (await readFile(join(project, '../../..', file), 'utf8')).split('\n')
    const here = findings.filter((finding) => String(finding.file).endsWith(file))
    const found = here.find((finding) => finding.code === code)
    expect(found, JSON.stringify(here, null, 1)).toMatchObject({
      severity: 'error',
      advice: expect.stringMatching(advice),
    })
    const line = lines[Number(found?.line) - 1] as string
    expect(by.includes(line.trim()) || line.includes(by.trim()), line).toBe(true)
    expect(line.slice(Number(found?.column) - 1).startsWith(at), `${line}:${found?.column}`).toBe(true)
  })
})

describe('a run', () => {
  let sandbox: Running
  let env: Record<string, string>
  let stores = 0

  beforeAll(async () => {
    sandbox = start(['sandbox', '--products', '60', '--speed', '20', '--json'])
    ;({ env } = JSON.parse(await sandbox.firstLine()) as { env: Record<string, string> })
  })

  afterAll(async () => {
    sandbox.child.kill('SIGTERM')
    await sandbox.ended
  })

  const control = async (address: string | undefined, path: string, body: unknown): Promise<void> => {
    const response = await fetch(`${address}/__sandbox/${path}`, { method: 'POST', body: JSON.stringify(body) })
    expect(response.ok).toBe(true)
  }
  const newStore = (): Record<string, string> => ({ SYNCLINE_STORE: `sqlite:${join(folder, `state-${stores++}.db`)}` })
  const run = (project: string, args: readonly string[], store: Record<string, string>): Promise<Ended> =>
    syncline(['--project', project, ...args], { env: { ...env, ...store } })
  interface Pipeline {
    readonly read: number
    readonly created: number
    readonly gone: number
    readonly complete: boolean
    readonly failed: Record<string, number>
    readonly error?: { readonly code: string }
  }
  const pipelineOf = (ended: Ended): Pipeline => (jsonOf(ended).pipelines as Pipeline[])[0] as Pipeline
  const deadLetters = async (project: string, store: Record<string, string>): Promise<Record<string, string>[]> =>
    jsonOf(await run(project, ['status', '--limit', '1000', '--json'], store)).deadLetters as Record<string, string>[]

  it('with two source records for one target key: the second fails, and says whose the key is', async () => {
    const project = await shopWith()
    const store = newStore()
    const ended = await run(project, ['run', 'products', '--json'], store)
    expect(ended.status).toBe(1)
    expect(pipelineOf(ended).failed).toEqual({ 'key-taken': 1 })
    expect(await deadLetters(project, store)).toMatchObject([
      { code: 'key-taken', message: expect.stringMatching(/belongs to the source record \d+, which had it first/) },
    ])
  })

  it('with a table that lacks a row: only the records that need it fail, and they are kept', async () => {
    const project = await shopWith(
      ['examples/shop/syncline.yaml', 'unlistedBrands: by-name', 'unlistedBrands: fail'],
      ['examples/shop/tables/brands.yaml', '  - { id: 2, code: NORDKAP, name: Nordkap }\n', ''],
    )
    const store = newStore()
    const ended = await run(project, ['run', 'products', '--json'], store)
    expect(ended.status).toBe(1)
    const { failed, created } = pipelineOf(ended)
    expect(failed['table-row-missing']).toBeGreaterThan(0)
    expect(created).toBeGreaterThan(0)
    const letters = (await deadLetters(project, store)).filter(({ code }) => code === 'table-row-missing')
    expect(letters).toHaveLength(failed['table-row-missing'] as number)
    expect(letters[0]?.message).toMatch(/brands/)
    // The hole is filled: a changed table makes the next run a full one, and nothing was lost.
    await writeFile(
      join(project, '../tables/brands.yaml'),
      await readFile(join(root, 'examples/shop/tables/brands.yaml'), 'utf8'),
    )
    const next = await run(project, ['run', 'products', '--json'], store)
    expect(jsonOf(next).pipelines).toMatchObject([{ mode: 'full', reason: expect.stringContaining('table') }])
    const left = (await deadLetters(project, store)).filter(({ message }) => message?.includes('(2)'))
    expect(left).toEqual([])
    expect(pipelineOf(next).created).toBeGreaterThan(0)
  })

  it('with a source record that lacks what the mapping needs: it fails by itself', async () => {
    const project = await shopWith([
      'mappings/products.yaml',
      '  PartNo: $partNo\n',
      '  PartNo: "$lookup($default(customFields, {}), \'PCF_HSCODE\') = 620193 ? $partNo"\n',
    ])
    const ended = await run(project, ['run', 'products', '--json'], newStore())
    expect(ended.status).toBe(1)
    const { failed, created } = pipelineOf(ended)
    expect(Object.keys(failed).some((code) => code === 'key-absent')).toBe(true)
    expect(created).toBeGreaterThan(0)
  })

  it('whose full read breaks off half-way: nothing is taken as gone, and the next run goes on', async () => {
    const project = await shopWith()
    const store = newStore()
    await run(project, ['run', 'products', '--json'], store)
    await control(env.BRIGHTPEARL_API_URL, 'faults', { outage: { path: '*/product-service/product/*' } })
    const broken = await run(project, ['run', 'products', '--full', '--json'], store)
    await control(env.BRIGHTPEARL_API_URL, 'faults', { outage: null })
    expect(broken.status).toBe(3)
    expect(pipelineOf(broken)).toMatchObject({ gone: 0, complete: false, error: { code: 'system-failing' } })
    const next = await run(project, ['run', 'products', '--full', '--json'], store)
    expect(pipelineOf(next)).toMatchObject({ created: 0, gone: 0, complete: true })
  })

  it.each([
    ['BRIGHTPEARL_STAFF_TOKEN', { BRIGHTPEARL_SIGN_IN: 'staff_token' }, 'brightpearl', 'credentials-refused'],
    ['NORCE_CLIENT_SECRET', {}, 'norce', 'client-refused'],
  ])('with a wrong %s ends with status 3, without showing it', async (name, more, connection, code) => {
    const secret = 'surely-not-this-one'
    const project = await shopWith()
    const store = { ...newStore(), ...(more as Record<string, string>), [name]: secret }
    const ended = await run(project, ['run', 'products', '--json'], store)
    expect(ended.status).toBe(3)
    expect(pipelineOf(ended)).toMatchObject({ error: { code } })
    const check = await run(project, ['check', connection, '--json'], store)
    expect(check.status).toBe(3)
    const { steps } = jsonOf(check) as { steps: { status: string; fix?: string }[] }
    expect(steps.find(({ status }) => status === 'failed')?.fix).toMatch(/secret|token/i)
    expect(ended.stdout + ended.stderr + check.stdout + check.stderr).not.toContain(secret)
  })

  // Mostly time between tries, so that they may wait side by side.
  it.concurrent.each(['BRIGHTPEARL_API_URL', 'NORCE_URL'])(
    'whose %s does not answer ends with status 3',
    async (name) => {
      const project = await shopWith()
      const store = { ...newStore(), [name]: 'http://127.0.0.1:9' }
      const [ended, check] = await Promise.all([
        run(project, ['run', 'products', '--only', 'TJ-MOS-S', '--json'], store),
        run(project, ['check', name === 'NORCE_URL' ? 'norce' : 'brightpearl', '--json'], store),
      ])
      expect(ended.status).toBe(3)
      expect(jsonOf(ended)).toMatchObject({ status: 'failed' })
      expect(check.status).toBe(3)
    },
  )
})
