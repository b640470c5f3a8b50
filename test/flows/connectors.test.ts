import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { loadProject } from '../../engine/config/load-project.ts'
import { checkConnection } from '../../engine/connectors/check/check.ts'
import type { CompiledEntity } from '../../engine/connectors/compiled-connector.ts'
import type { Connection } from '../../engine/connectors/connection.ts'
import { createHttpClient } from '../../engine/http/client.ts'
import { createGovernors } from '../../engine/http/governors.ts'
import { systemClock, systemTimers } from '../../engine/http/time.ts'
import { assemble, runSurroundings } from '../../engine/pipeline/assemble.ts'
import { noLinks } from '../../engine/pipeline/map/link-functions.ts'
import { openConnections } from '../../engine/pipeline/open-connections.ts'
import { openSqliteStore } from '../../engine/store/sqlite-store.ts'
import { type Shop, shopProject, startShop } from '../support/sandbox.ts'

/** Every entity of the shipped connector files, read from the stand-ins (F15 and what the flows read). */
let at: Shop
let connections: ReadonlyMap<string, Connection>
let tables: Parameters<typeof checkConnection>[1]
const signal = new AbortController().signal
const asked = { priority: 1, signal }

beforeAll(async () => {
  at = await startShop({ products: 700 })
  await at.run({ mappings: ['products'] })
  const { project } = await loadProject({ file: shopProject, environment: at.variables, mode: 'run' })
  if (!project) throw new Error('The ready project has findings.')
  const assembly = assemble(project)
  tables = [...project.tables.values()]
  connections = await openConnections(project, assembly, {
    http: createHttpClient({}),
    governors: createGovernors(),
    store: openSqliteStore({ path: ':memory:' }),
    clock: systemClock,
    timers: systemTimers,
    random: Math.random,
  })
  assembly.bind(runSurroundings(connections, noLinks, signal))
})
afterAll(() => at.stop())

function entity(connection: string, name: string): [Connection, CompiledEntity] {
  const found = connections.get(connection)
  const of = found?.connector.entities.get(name)
  if (!found || !of) throw new Error(`There is no ${connection}.${name}.`)
  return [found, of]
}

async function list(connection: string, name: string, since?: string): Promise<{ keys: string[]; problems: string[] }> {
  const [from, of] = entity(connection, name)
  const keys: string[] = []
  const problems: string[] = []
  for await (const page of from.reading.list(of, { ...asked, ...(since !== undefined && { since }) })) {
    for (const record of page.records) {
      keys.push(record.key)
      for (const problem of record.problems) problems.push(`${problem.path} ${problem.code}`)
    }
  }
  return { keys, problems }
}

describe('reference data', () => {
  it.each([
    ...[
      'warehouse',
      'priceList',
      'taxCode',
      'brand',
      'category',
      'option',
      'channel',
      'orderStatus',
      'shippingMethod',
      'paymentMethod',
      'currency',
      'leadSource',
      'productCustomField',
    ].map((name) => ['brightpearl', name] as const),
    ...[
      'currency',
      'country',
      'skuStatus',
      'paymentMethod',
      'deliveryMethod',
      'priceList',
      'warehouse',
      'category',
      'manufacturer',
      'parametric',
      'culture',
      'application',
    ].map((name) => ['norce', name] as const),
  ])('%s.%s is read whole, each record by its schema', async (connection, name) => {
    const { keys, problems } = await list(connection, name)
    expect(keys.length).toBeGreaterThan(0)
    expect(new Set(keys).size).toBe(keys.length)
    expect(problems).toEqual([])
  })

  it('that a system does not have is told apart from none', async () => {
    const [connection, of] = entity('brightpearl', 'nominalCode')
    const codes = await connection.references.rows(of, asked)
    expect(codes?.map((row) => (row as { code?: unknown }).code)).toContain('4000')
    const [shop, category] = entity('norce', 'category')
    await expect(shop.references.exists(category, 'Code', 'jackets', asked)).resolves.toBe(true)
    await expect(shop.references.exists(category, 'Code', 'no-such-thing', asked)).resolves.toBe(false)
    await expect(shop.references.exists(category, 'DefaultFullNameX', 'x', asked)).resolves.toBeUndefined()
  })
})

describe('reads', () => {
  it('list all SKUs of the shop by keyset pages, and those changed since though their Updated is empty', async () => {
    const { keys } = await list('norce', 'sku')
    expect([...keys].sort()).toEqual([...at.shop.state.partNos()].sort())
    expect(keys.length).toBeGreaterThan(500)
    expect((await list('norce', 'sku', '2020-01-01T00:00:00Z')).keys.length).toBe(keys.length)
    expect((await list('norce', 'sku', '2100-01-01T00:00:00Z')).keys).toEqual([])
  })

  it('make the page smaller when the system finds it too heavy', async () => {
    at.shop.faults.set({ clientError: { count: 2, path: '*/ProductSkus' } })
    const { keys } = await list('norce', 'sku')
    expect(keys.length).toBe(at.shop.state.counts().skus)
  })

  it('list products over their search rows, once each, in the order of their keys', async () => {
    const { keys, problems } = await list('brightpearl', 'product')
    expect(problems).toEqual([])
    expect(keys).toEqual([...at.catalogue.ids()].sort((a, b) => a - b).map(String))
  })

  it('put what a search holds beside its rows into them', async () => {
    const [connection, row] = entity('brightpearl', 'productRow')
    const id = [...at.catalogue.ids()].find(
      (candidate) => (at.catalogue.product(candidate)?.categoryIds.length ?? 0) > 1,
    ) as number
    const { byValue } = await connection.reading.find(row, 'sku', [at.catalogue.sku(id)], asked)
    const rows = [...byValue.values()].flat().map(({ value }) => value as { productId: number; categoryIds: number[] })
    expect(rows.find(({ productId }) => productId === id)?.categoryIds).toEqual(at.catalogue.product(id)?.categoryIds)
  })

  it('find a product by its SKU, exactly', async () => {
    const [connection, product] = entity('brightpearl', 'product')
    const id = [...at.catalogue.ids()].find(
      (candidate) => (at.catalogue.sku(candidate) ?? '').trim().length > 4,
    ) as number
    const sku = at.catalogue.sku(id) as string
    const found = await connection.reading.find(product, 'sku', [sku], asked)
    expect([...found.byValue.values()].flat().map(({ key }) => key)).toContain(String(id))
    expect((await connection.reading.find(product, 'sku', [`${sku}-NOT`], asked)).byValue.size).toBe(0)
  })
})

describe('check', () => {
  it.each(['brightpearl', 'norce'])(
    'verifies the connection %s step by step, and every id that a table names',
    async (name) => {
      const steps = []
      for await (const step of checkConnection(connections.get(name) as Connection, tables, signal)) steps.push(step)
      expect(steps.filter(({ status }) => status !== 'ok')).toEqual([])
      expect(steps.length).toBeGreaterThan(5)
    },
  )

  it('names the id that does not exist, and what to do', async () => {
    const broken = tables.map((table) =>
      table.name === 'warehouses'
        ? { ...table, rows: [...table.rows, { warehouse: 'NOWHERE', location: 'X', from: [404] }] }
        : table,
    )
    const failed = []
    for (const connection of connections.values()) {
      for await (const step of checkConnection(connection, broken as typeof tables, signal))
        if (step.status === 'failed') failed.push(step)
    }
    expect(failed.map(({ found }) => found)).toEqual([
      'table warehouses, column from: there is no warehouse with id 404',
      'table warehouses, column warehouse: there is no warehouse with Code NOWHERE',
    ])
    for (const { fix } of failed) expect(fix).toMatch(/Correct the rows/)
  })
})
