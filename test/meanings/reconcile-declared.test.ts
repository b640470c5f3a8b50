import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type MadeUpSystem, startMadeUpSystem } from '../support/made-up-system.ts'

let system: MadeUpSystem
beforeEach(async () => {
  system = await startMadeUpSystem()
})
afterEach(() => system.stop())

const remarks = (comparison: string): string => `
mapping: remarks
options: { least: { type: integer, default: 2, description: Least number } }
from: depot.article
to: window.remark
write: put
fields: { sku: "$default(code, '')", text: "$default(name, '')" }
reconcile:
${comparison}
`
const figures = `
  - name: figures
    join: { figure: { entity: depot.figure, by: "no" } }
    keep:
      too-small: no >= $options.least
      no-figure: $exists($figure)
    let: { wanted: "$length($default(name, ''))" }
    expect:
      figure-differs: { that: "$default($figure.onHand, 0) = $wanted", say: "$string($default($figure.onHand, 0)) & ' there, ' & $string($wanted) & ' here'" }
      odd: $default($figure.onHand, 0) < 100
`

describe('a declared comparison', () => {
  it('says what does not hold, with its amounts, of the records that are kept', async () => {
    for (let no = 1; no <= 9; no++) system.put({ no })
    for (let no = 1; no <= 8; no++) system.figures.set(no, no === 5 ? 500 : 9)
    const engine = await system.engine({ remarks: remarks(figures) })
    await engine.run()
    system.calls.length = 0
    const report = await engine.reconcile()
    expect(report).toMatchObject({ exitStatus: 1, remaining: 2 })
    expect(report.mappings[0]).toMatchObject({
      skipped: { 'too-small': 1, 'no-figure': 1 },
      found: { 'figure-differs': 1, odd: 1 },
      differences: [
        { comparison: 'figures', reason: 'figure-differs', key: '5', label: 'A-5', say: '500 there, 9 here' },
        { comparison: 'figures', reason: 'odd', key: '5', repairable: false },
      ],
    })
    // The figures of eight records in two calls of six, and one read of the source for both comparisons.
    expect(system.calls.filter(({ path }) => path.startsWith('/figures/'))).toHaveLength(2)
    expect(system.calls.filter(({ path }) => path === '/search')).toHaveLength(2)
    expect(system.writes()).toEqual([])
  })

  it('is repaired by running another mapping for its records, and tried again', async () => {
    const made = `
mapping: members
from: depot.article
read: new
keep: { good: "no != 4" }
to: window.member
write: import
fields: { sku: "$default(code, '')", label: "$default(name, '')" }
`
    const missing = `
  - name: without-member
    join: { member: { entity: window.member, by: code } }
    keep: { has-code: $exists(code) }
    expect: { no-member: $exists($member) }
    repair: { mapping: members, key: "no" }
`
    for (let no = 1; no <= 5; no++) system.put({ no })
    const engine = await system.engine({ members: made, remarks: remarks(missing) })
    await engine.run()
    system.members.delete('A-2')
    engine.store.links.remove('members', 'main', ['A-2'])
    const first = await engine.reconcile({ mappings: ['remarks'] })
    expect(first.mappings[0]?.differences.map(({ key, reason }) => `${reason} ${key}`)).toEqual([
      'no-member 2',
      'no-member 4',
    ])
    const report = await engine.reconcile({ mappings: ['remarks'], repair: true })
    expect(report.mappings[0]).toMatchObject({
      found: { 'no-member': 2 },
      repaired: 1,
      remaining: 1,
      differences: [{ key: '4', reason: 'no-member' }],
    })
    expect(report.exitStatus).toBe(1)
    expect(system.members.get('A-2')).toMatchObject({ label: 'Article 2' })
    expect(engine.store.reconciliations.all()).toMatchObject([{ mapping: 'remarks', repaired: 1, remaining: 1 }])
  })

  it('reads only the time before that it names', async () => {
    for (let no = 1; no <= 3; no++) system.put({ no })
    for (const article of system.articles.values()) article.made = '2020-01-01T00:00:00.000Z'
    system.put({ no: 3 })
    const engine = await system.engine({
      remarks: remarks('  - { name: recent, since: 7d, expect: { never: no > 100 } }'),
    })
    await engine.run()
    const { mappings } = await engine.reconcile()
    expect(mappings[0]?.differences.map(({ key }) => key)).toEqual(['3'])
  })

  it('tells what it cannot compare, and goes on', async () => {
    for (let no = 1; no <= 3; no++) system.put({ no, name: no === 2 ? 'two' : String(no) })
    const engine = await system.engine({
      remarks: remarks('  - { name: numbers, expect: { small: "$number($default(name, \'0\')) < 3" } }'),
    })
    await engine.run()
    const { mappings } = await engine.reconcile()
    expect(mappings[0]).toMatchObject({ compared: 6, found: { small: 1, 'not-compared': 1 }, remaining: 2 })
    expect(Object.values(mappings[0]?.failed ?? {})).toEqual([1])
  })
})
