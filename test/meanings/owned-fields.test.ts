import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type MadeUpSystem, startMadeUpSystem } from '../support/made-up-system.ts'
import { nothing } from '../support/nothing.ts'

let system: MadeUpSystem
beforeEach(async () => {
  system = await startMadeUpSystem()
})
afterEach(() => system.stop())

const members = `
mapping: members
from: depot.article
siblings: { by: group, find: group }
to: window.member
write: import
fields:
  sku: "$default(code, '')"
  cluster: "$exists(group) ? 'C' & $string(group) : 'alone ' & $default(code, '')"
  label: name
  weight: weight
`

describe('5.4 owned fields and batches', () => {
  it('a batch names the fields that its records have, and none that one of them lacks', async () => {
    for (const no of [1, 2, 3]) system.put({ no, weight: `${no}.5` })
    for (const no of [4, 5]) system.put({ no, weight: null })
    system.put({ no: 6, name: null, weight: null })
    for (const [sku, weight] of [
      ['A-4', 44],
      ['A-6', 66],
    ] as const)
      system.members.set(sku, { sku, weight, label: 'kept' })
    const engine = await system.engine({ members })
    const { of } = await engine.run()
    expect(of.members).toMatchObject({ created: 6, failed: nothing })
    expect(system.imports().map(({ fields, skus }) => [fields.member, skus])).toEqual([
      [
        ['label', 'weight'],
        ['A-1', 'A-2', 'A-3'],
      ],
      [['label'], ['A-4', 'A-5']],
      [undefined, ['A-6']],
    ])
    // What a record lacks is not written with a default.
    expect(system.members.get('A-4')).toMatchObject({ label: 'Article 4', weight: 44 })
    expect(system.members.get('A-6')).toEqual({ sku: 'A-6', cluster: 'alone A-6', label: 'kept', weight: 66 })
  })

  it('siblings travel in one item, unchanged ones too, when only one changed', async () => {
    for (const no of [1, 2, 3]) system.put({ no, group: 7, weight: '1' })
    system.put({ no: 4, group: 8, weight: '1' })
    const engine = await system.engine({ members })
    await engine.run()
    system.calls.length = 0
    for (const article of system.articles.values()) article.made = '2020-01-01T00:00:00.000Z'
    system.put({ no: 2, name: 'New name' })
    const { of } = await engine.run()
    expect(of.members).toMatchObject({ mode: 'changes', read: 1, updated: 1, unchanged: 0 })
    expect(system.imports().map(({ items }) => items)).toEqual([
      [
        {
          cluster: 'C7',
          members: [
            { sku: 'A-1', label: 'Article 1', weight: 1 },
            { sku: 'A-2', label: 'New name', weight: 1 },
            { sku: 'A-3', label: 'Article 3', weight: 1 },
          ],
        },
      ],
    ])
  })

  it('records without what they would share do not travel together', async () => {
    for (const no of [1, 2, 3]) system.put({ no })
    const engine = await system.engine({
      members: members.replace(/cluster: .*/, 'cluster: "$exists(group) ? $string(group)"'),
    })
    expect((await engine.run()).of.members).toMatchObject({ created: 3, failed: nothing })
    expect(system.imports().map(({ items }) => items.length)).toEqual([3])
  })

  it('entries of one record that differ in their fields fail it: the target would write defaults into some', async () => {
    const prices = (...amounts: string[]) => amounts.map((amount) => ({ list: 'EUR', amount }))
    system.put({ no: 1, prices: prices('1', '1') })
    system.put({ no: 2, prices: prices('1', '2') })
    system.put({ no: 3, prices: prices('2', '2') })
    system.put({ no: 4, prices: [] })
    const engine = await system.engine({
      members: members.replace(
        'weight: weight',
        'parts: [ { each: $record.prices, fields: { name: list, amount: "amount > 1 ? amount" } } ]',
      ),
    })
    const { of } = await engine.run()
    expect(of.members).toMatchObject({ created: 3, failed: { 'uneven-fields': 1 } })
    expect(engine.store.deadLetters.keysOf('members')).toEqual(['2'])
    expect(system.imports().map(({ fields, skus }) => [fields.part, skus])).toEqual([
      [['name'], ['A-1']],
      [['amount', 'name'], ['A-3']],
      [undefined, ['A-4']],
    ])
  })

  it('a batch holds as many items as the connection says, however many records they have', async () => {
    for (let no = 1; no <= 20; no++) system.put({ no, group: Math.ceil(no / 2), weight: '1' })
    const engine = await system.engine({ members }, { batch: 4 })
    await engine.run()
    expect(system.imports().map(({ items, skus }) => [items.length, skus.length])).toEqual([
      [4, 8],
      [4, 8],
      [2, 4],
    ])
    expect(system.members.size).toBe(20)
  })
})
