import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { type MadeUpEngine, type MadeUpSystem, startMadeUpSystem } from '../support/made-up-system.ts'

let system: MadeUpSystem
beforeEach(async () => {
  system = await startMadeUpSystem()
})
afterEach(() => system.stop())

const members = `
mapping: members
from: depot.article
keep: { named: "$exists(name)" }
to: window.member
write: import
fields: { sku: "$default(code, '')", cluster: "$default(code, '')", label: "$default(name, '')", weight: weight }
createOnly: { note: "'made by us'" }
gone: { fields: { active: false } }
`
const prices = `
mapping: prices
from: depot.article
each: prices
to: window.price
write: import
fields: { sku: "$default($record.code, '')", list: list, amount: amount, active: true }
needs: { window.member: sku }
after: [members]
`
const remarks = (write: string, more = ''): string => `
mapping: remarks
from: depot.article
to: window.remark
write: ${write}
fields: { sku: "$default(code, '')", text: "$default(name, '')" }
${more}
`

async function settled(mappings: Readonly<Record<string, string>>, articles = 7): Promise<MadeUpEngine> {
  for (let no = 1; no <= articles; no++)
    system.put({ no, weight: `${no}.50`, prices: [{ list: 'EUR', amount: `${no}.00` }] })
  const engine = await system.engine(mappings)
  const { exitStatus } = await engine.run()
  expect(exitStatus).toBe(0)
  system.calls.length = 0
  return engine
}

/** Mapping, reason and key of each difference. */
function told(report: Awaited<ReturnType<MadeUpEngine['reconcile']>>): string[] {
  return report.mappings.flatMap(({ differences }) =>
    differences.map(({ mapping, reason, key }) => `${mapping} ${reason} ${key}`),
  )
}

describe('records of both sides', () => {
  it('that agree are no difference, and are read in batches with nothing written', async () => {
    const engine = await settled({ members, prices })
    const report = await engine.reconcile()
    expect(report).toMatchObject({ exitStatus: 0, remaining: 0, repair: false })
    expect(report.mappings).toMatchObject([
      { mapping: 'members', compared: 7, found: {}, failed: {}, remaining: 0 },
      { mapping: 'prices', compared: 7, found: {}, failed: {}, remaining: 0 },
    ])
    expect(system.writes()).toEqual([])
    // Both mappings share one read of the source; the window gives ten records in a call.
    expect(system.calls.filter(({ path }) => path === '/search')).toHaveLength(1)
    expect(system.calls.filter(({ path }) => path === '/members')).toHaveLength(1)
    expect(system.calls.filter(({ path }) => path === '/prices')).toHaveLength(1)
  })

  it('that were changed or removed in the target are found field by field, and nothing is written', async () => {
    const engine = await settled({ members, prices })
    Object.assign(system.members.get('A-2') ?? {}, { label: 'by hand', weight: 9, title: 'not ours' })
    system.members.delete('A-3')
    system.prices.delete('A-5 EUR')
    Object.assign(system.prices.get('A-6 EUR') ?? {}, { active: false })
    const report = await engine.reconcile()
    expect(report).toMatchObject({ exitStatus: 1, remaining: 4 })
    expect(report.mappings[0]).toMatchObject({
      found: { differs: 1, missing: 1 },
      differences: [
        {
          reason: 'differs',
          comparison: 'records',
          key: 'A-2',
          label: 'A-2',
          repairable: true,
          fields: [
            { field: 'label', expected: 'Article 2', found: 'by hand' },
            { field: 'weight', expected: 2.5, found: 9 },
          ],
        },
        { reason: 'missing', key: 'A-3' },
      ],
    })
    expect(told(report)).toEqual([
      'members differs A-2',
      'members missing A-3',
      'prices differs ["A-6","EUR"]',
      'prices missing ["A-5","EUR"]',
    ])
    expect(system.writes()).toEqual([])
  })

  it('are put right by --repair, with nothing else written, and then agree', async () => {
    const engine = await settled({ members, prices })
    Object.assign(system.members.get('A-2') ?? {}, { label: 'by hand', note: 'theirs' })
    system.members.delete('A-3')
    system.prices.delete('A-3 EUR')
    const [cursor] = engine.store.cursors.all()
    const report = await engine.reconcile({ repair: true })
    expect(report).toMatchObject({ exitStatus: 0, remaining: 0 })
    expect(report.mappings).toMatchObject([
      { mapping: 'members', found: { differs: 1, missing: 1 }, repaired: 2, remaining: 0, differences: [] },
      { mapping: 'prices', found: { missing: 1 }, repaired: 1, remaining: 0 },
    ])
    expect(system.imports().flatMap(({ skus }) => skus)).toEqual(['A-2', 'A-3'])
    expect(system.imports('prices').flatMap(({ skus }) => skus)).toEqual(['A-3'])
    // What the target owns stays; what was not there is a new record, with what only a new one gets.
    expect(system.members.get('A-2')).toMatchObject({ label: 'Article 2', note: 'theirs' })
    expect(system.members.get('A-3')).toMatchObject({ note: 'made by us' })
    expect(engine.store.cursors.all()[0]).toEqual(cursor)
    system.calls.length = 0
    expect(await engine.reconcile({ repair: true })).toMatchObject({ exitStatus: 0, remaining: 0 })
    expect((await engine.run()).of).toMatchObject({ members: { updated: 0 }, prices: { updated: 0 } })
    expect(system.writes()).toEqual([])
  })

  it('and a field that its schema marks as personal is masked, on the screen and in the state', async () => {
    for (let no = 1; no <= 2; no++) system.put({ no, name: `Maja ${no}` })
    const engine = await system.engine({ remarks: remarks('put') }, { personal: ['article.name', 'remark.text'] })
    await engine.run()
    Object.assign(system.remarks.get('A-2') ?? {}, { text: 'Lena 2' })
    const report = await engine.reconcile()
    expect(report.mappings[0]?.differences).toMatchObject([
      { key: 'A-2', fields: [{ field: 'text', expected: '[personal]', found: '[personal]' }] },
    ])
    expect(JSON.stringify([report, engine.store.reconciliations.all()])).not.toMatch(/Maja|Lena/)
  })

  it('are found though no link knows them', async () => {
    for (let no = 1; no <= 3; no++) system.put({ no })
    const engine = await system.engine({ members })
    const report = await engine.reconcile()
    expect(told(report)).toEqual(['members missing A-1', 'members missing A-2', 'members missing A-3'])
    expect(await engine.reconcile({ repair: true })).toMatchObject({ exitStatus: 0, remaining: 0 })
    expect([...system.members.keys()]).toEqual(['A-1', 'A-2', 'A-3'])
  })

  it('that changed since a time are compared alone, and no link is asked for then', async () => {
    const engine = await settled({ members })
    for (const article of system.articles.values()) article.made = '2020-01-01T00:00:00.000Z'
    system.put({ no: 2, name: 'new' })
    system.members.delete('A-3')
    system.articles.delete(4)
    const report = await engine.reconcile({ since: new Date(Date.now() - 60_000).toISOString() })
    expect(told(report)).toEqual(['members differs A-2'])
    expect(report.mappings[0]).toMatchObject({ compared: 1 })
  })

  it('that cannot be mapped or wait are told as such, and stop no other', async () => {
    const strict = members.replace('createOnly:', 'ensure: { light: "$default(weight, 0) < 100" }\ncreateOnly:')
    const engine = await settled({ members: strict, prices })
    system.put({ no: 1, weight: '500' })
    system.put({ no: 8, prices: [{ list: 'EUR', amount: '1' }], weight: '700' })
    const report = await engine.reconcile()
    expect(report.mappings).toMatchObject([
      { compared: 6, failed: { light: 2 }, remaining: 0 },
      { compared: 7, parked: 1, remaining: 0 },
    ])
  })

  it('whose target cannot be read by its key are said not to be compared', async () => {
    const engine = await system.engine(
      { remarks: remarks('many') },
      {
        connector: (text) =>
          text
            .replace(/ {4}get: \{ request: "GET \/remarks.*\n/, '')
            .replace(/ {4}find:\n {6}sku: \{ request: "GET \/remarks.*\n/, '')
            .replace(/ {6}manyKnown.*\n/, ''),
      },
    )
    expect(await engine.reconcile()).toMatchObject({
      exitStatus: 0,
      mappings: [{ compared: 0, notCompared: 'window.remark cannot be read by its key' }],
    })
  })
})

describe('links that join nothing', () => {
  it('are told as gone by a repair, where the mapping says how', async () => {
    const engine = await settled({ members })
    system.articles.delete(2)
    system.put({ no: 3, name: null })
    const report = await engine.reconcile()
    expect(told(report)).toEqual(['members not-gone A-2', 'members not-gone A-3'])
    expect(await engine.reconcile({ repair: true })).toMatchObject({ exitStatus: 0, remaining: 0 })
    expect(system.members.get('A-2')).toMatchObject({ active: false })
    expect(system.members.get('A-3')).toMatchObject({ active: false })
    expect(await engine.reconcile()).toMatchObject({ exitStatus: 0 })
  })

  it('are ended by a repair when one of the two sides is not there', async () => {
    const engine = await settled({ remarks: remarks('put') })
    system.articles.delete(2)
    system.remarks.delete('A-3')
    system.articles.delete(3)
    const report = await engine.reconcile()
    expect(told(report)).toEqual(['remarks orphan-link A-2', 'remarks orphan-link A-3'])
    expect(report.mappings[0]?.differences[1]?.say).toBe('source record 3 is not there, the target record is not there')
    expect(await engine.reconcile({ repair: true })).toMatchObject({ exitStatus: 0, remaining: 0 })
    expect(engine.store.links.byTarget('remarks', 'main', 'A-2')).toBeUndefined()
    expect(engine.store.links.byTarget('remarks', 'main', 'A-1')).toMatchObject({ state: 'live' })
    expect(system.writes()).toEqual([])
  })

  it('are not looked for when the source was not read to its end, and what was known before stays', async () => {
    const engine = await settled({ members })
    system.articles.delete(2)
    expect(await engine.reconcile()).toMatchObject({ exitStatus: 1, remaining: 1 })
    system.setFault(({ path }) => (path.startsWith('/articles/') ? 503 : undefined))
    const report = await engine.reconcile({ repair: true })
    expect(report).toMatchObject({ exitStatus: 3, remaining: 0 })
    expect(report.mappings[0]?.error).toMatchObject({ exitStatus: 3 })
    expect(engine.store.reconciliations.all()).toMatchObject([{ mapping: 'members', remaining: 1 }])
  })
})

describe('a mapping with a cut-off', () => {
  const from = (time: string) => ({
    remarks: remarks('put').replace(
      'to: window',
      `options: { notBefore: { type: string, default: "${time}", description: The cut-off } }\ncutOff: notBefore\nto: window`,
    ),
  })

  it('is compared from there on, and its older links are orphans only where the source has no record', async () => {
    system.put({ no: 1, made: '2025-12-31T12:00:00.000Z', changed: null })
    system.put({ no: 2, made: '2026-01-02T12:00:00.000Z', changed: null })
    system.put({ no: 3, made: '2026-02-02T12:00:00.000Z', changed: null })
    const folder = await mkdtemp(join(tmpdir(), 'syncline-cut-off-'))
    onTestFinished(() => rm(folder, { recursive: true, force: true }))
    const store = join(folder, 'state.db')
    const engine = await system.engine(from('2026-01-01T00:00:00Z'), { store })
    await engine.run()
    system.calls.length = 0
    const report = await engine.reconcile()
    expect(report).toMatchObject({ exitStatus: 0, remaining: 0, mappings: [{ compared: 2 }] })
    expect(system.calls.filter(({ path }) => path === '/search')).toHaveLength(2)
    expect(system.calls.map(({ path }) => path)).not.toContain('/articles/1')

    // The cut-off moves on: the record before it is there all the same.
    const later = await system.engine(from('2026-02-01T00:00:00Z'), { store })
    expect(await later.reconcile()).toMatchObject({ exitStatus: 0, mappings: [{ compared: 1 }] })
    system.articles.delete(2)
    expect(told(await later.reconcile())).toEqual(['remarks orphan-link A-2'])
  })
})

describe('a write that must not be done twice', () => {
  it('is looked up once more before a missing record is made', async () => {
    const engine = await settled({ remarks: remarks('manyKnown') })
    system.remarks.delete('A-2')
    const report = await engine.reconcile({ repair: true })
    expect(report).toMatchObject({ exitStatus: 0, remaining: 0 })
    expect(system.writes()).toEqual(['POST /remarks'])
    expect(system.remarks.get('A-2')).toMatchObject({ text: 'Article 2' })
  })

  it('and is not sent when the record is there by then', async () => {
    const engine = await settled({ remarks: remarks('manyKnown') })
    const lost = system.remarks.get('A-2')
    system.remarks.delete('A-2')
    let asked = 0
    system.setFault(({ method, path }) => {
      // The target shows it again after the comparison: its index had lagged.
      if (method === 'GET' && path === '/remarks/A-2' && ++asked === 2 && lost) system.remarks.set('A-2', lost)
      return undefined
    })
    expect(await engine.reconcile({ repair: true })).toMatchObject({ exitStatus: 0, remaining: 0 })
    expect(system.writes()).toEqual([])
    expect(engine.store.links.byTarget('remarks', 'main', 'A-2')).toMatchObject({ state: 'live' })
  })

  it('is not used to put right what differs; it is only told', async () => {
    const engine = await settled({ remarks: remarks('manyKnown') })
    Object.assign(system.remarks.get('A-2') ?? {}, { text: 'by hand' })
    const report = await engine.reconcile({ repair: true })
    expect(report).toMatchObject({ exitStatus: 1, remaining: 1 })
    expect(report.mappings[0]?.differences).toMatchObject([{ reason: 'differs', repairable: false }])
    expect(system.writes()).toEqual([])
  })

  it('and that cannot be looked up makes no missing record', async () => {
    const engine = await settled({ remarks: remarks('once') })
    system.remarks.delete('A-2')
    const report = await engine.reconcile({ repair: true })
    expect(report).toMatchObject({ exitStatus: 1, remaining: 1 })
    expect(report.mappings[0]?.differences).toMatchObject([{ reason: 'missing', repairable: false }])
    expect(system.writes()).toEqual([])
  })
})
