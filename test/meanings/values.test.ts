import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type MadeUpSystem, startMadeUpSystem } from '../support/made-up-system.ts'
import { nothing } from '../support/nothing.ts'

let system: MadeUpSystem
beforeEach(async () => {
  system = await startMadeUpSystem()
})
afterEach(() => system.stop())

const mapping = (to: string, write: string, fields: string): string => `
mapping: mapped
from: depot.article
to: window.${to}
write: ${write}
fields: { sku: "$default(code, '')", ${fields} }
`
const bodies = (): unknown[] => system.calls.filter(({ method }) => method === 'PUT').map(({ body }) => body)

describe('5.1 absent', () => {
  it('an owned field that gives nothing is not sent, and what the target has stays', async () => {
    system.put({ no: 1, name: null })
    system.remarks.set('A-1', { sku: 'A-1', text: 'kept' })
    const engine = await system.engine({ mapped: mapping('remark', 'put', 'text: name') })
    await engine.run()
    expect(bodies()).toEqual([{ sku: 'A-1' }])
    expect(system.remarks.get('A-1')).toEqual({ sku: 'A-1', text: 'kept' })
  })

  it('unless the schema says that absence clears: then it is null in a body', async () => {
    system.put({ no: 1, barcode: '73500' })
    const engine = await system.engine({ mapped: mapping('remark', 'put', 'barcode: barcode') })
    await engine.run()
    system.put({ no: 1, barcode: null })
    expect((await engine.run({ dryRun: true })).of.mapped?.wouldWrite?.[0]?.fields).toEqual({
      sku: 'A-1',
      barcode: null,
    })
    expect((await engine.run()).of.mapped).toMatchObject({ updated: 1 })
    expect(bodies()).toEqual([
      { sku: 'A-1', barcode: '73500' },
      { sku: 'A-1', barcode: null },
    ])
    expect((await engine.run()).of.mapped).toMatchObject({ unchanged: 1 })
  })

  it('and is named where a header names what is written, so that batches are not cut by it', async () => {
    system.put({ no: 1, barcode: '73500', name: null })
    system.put({ no: 2 })
    system.members.set('A-1', { sku: 'A-1', label: 'kept' })
    system.members.set('A-2', { sku: 'A-2', barcode: 'old', note: 'kept' })
    const engine = await system.engine({ mapped: mapping('member', 'import', 'barcode: barcode') })
    await engine.run()
    expect(system.imports().map(({ fields, skus }) => [fields.member, skus])).toEqual([[['barcode'], ['A-1', 'A-2']]])
    expect(system.members.get('A-1')).toMatchObject({ barcode: '73500', label: 'kept' })
    expect(system.members.get('A-2')).toMatchObject({ barcode: '', note: 'kept' })
  })

  it('a field that the mapping does not own is never cleared', async () => {
    system.put({ no: 1 })
    system.members.set('A-1', { sku: 'A-1', barcode: 'of the shop' })
    const engine = await system.engine({ mapped: mapping('member', 'import', 'label: name') })
    await engine.run()
    expect(system.members.get('A-1')).toMatchObject({ barcode: 'of the shop', label: 'Article 1' })
  })

  it.each([
    ['keep', 'keep: { heavy: weight > 1 }'],
    ['ensure', 'ensure: { labelled: "$target.text != \'x\'" }'],
    ['$not', 'keep: { unsold: "$not(sold)" }'],
    ['=', 'keep: { sold: sold = true }'],
  ])('a comparison of what may be absent is a finding before anything runs (%s)', async (_, line) => {
    const engine = await system.engine({ mapped: `${mapping('remark', 'put', 'text: name')}${line}\n` })
    await expect(engine.run()).rejects.toThrow('may-be-absent')
    expect(system.calls).toEqual([])
  })
})

describe('5.2 decimals', () => {
  it('are compared as numbers, not as texts, and equal ones are unchanged', async () => {
    system.put({ no: 1, weight: '9' })
    system.put({ no: 2, weight: '10' })
    const engine = await system.engine({
      mapped: mapping('member', 'import', 'weight: weight').replace(
        'to:',
        'keep: { heavy: "$default(weight, 0) > 9.5" }\nto:',
      ),
    })
    expect((await engine.run()).of.mapped).toMatchObject({ created: 1, skipped: { heavy: 1 } })
    expect(system.members.get('A-2')?.weight).toBe(10)
    system.put({ no: 2, weight: '10.0000' })
    expect((await engine.run()).of.mapped).toMatchObject({ unchanged: 1, updated: 0 })
  })
})

describe('5.3 lists', () => {
  const prices = `
mapping: prices
from: depot.article
each: prices
to: window.price
write: import
fields: { sku: "$default($record.code, '')", list: list, amount: amount }
`
  it('a list of none, one and many makes none, one and many', async () => {
    const row = (list: string) => ({ list, amount: '1' })
    for (const no of [1, 2, 3, 4]) system.members.set(`A-${no}`, { sku: `A-${no}` })
    system.put({ no: 1 })
    system.put({ no: 2, prices: [] })
    // Some systems give one alone, without its list.
    system.put({ no: 3, prices: row('EUR') as never })
    system.put({ no: 4, prices: [row('EUR'), row('SEK')] })
    const engine = await system.engine({ prices })
    expect((await engine.run()).of.prices).toMatchObject({
      created: 3,
      skipped: { 'nothing-to-send': 2 },
      failed: nothing,
    })
    expect([...system.prices.keys()]).toEqual(['A-3 EUR', 'A-4 EUR', 'A-4 SEK'])
  })
})
