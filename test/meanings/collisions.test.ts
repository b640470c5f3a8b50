import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type MadeUpSystem, startMadeUpSystem } from '../support/made-up-system.ts'
import { nothing } from '../support/nothing.ts'

let system: MadeUpSystem
beforeEach(async () => {
  system = await startMadeUpSystem()
})
afterEach(() => system.stop())

const remarks = `
mapping: remarks
from: depot.article
to: window.remark
write: put
fields: { sku: "$default(code, '')", text: "$default(name, '')" }
`
const gone = 'gone: { fields: { text: "\'gone\'" } }\n'

describe('5.9 collisions', () => {
  it('of two new records with one key the first has it, in this run and in later ones', async () => {
    for (const no of [1, 2, 3]) system.put({ no, code: no === 3 ? 'B' : 'A' })
    const engine = await system.engine({ remarks })
    const { of, exitStatus } = await engine.run()
    expect(exitStatus).toBe(1)
    expect(of.remarks).toMatchObject({ created: 2, failed: { 'key-taken': 1 } })
    expect(engine.store.deadLetters.get('remarks', '2')).toMatchObject({
      code: 'key-taken',
      message: expect.stringContaining('source record 1'),
    })
    expect(system.remarks.get('A')).toMatchObject({ text: 'Article 1' })
    expect((await engine.run({ full: true })).of.remarks).toMatchObject({ unchanged: 2, failed: { 'key-taken': 1 } })
  })

  it('a renamed record that takes the key of another is no reason to touch either', async () => {
    for (const no of [1, 2]) system.put({ no })
    const engine = await system.engine({ remarks: `${remarks}${gone}` })
    await engine.run()
    system.put({ no: 1, code: 'A-2', name: 'Renamed' })
    const { of } = await engine.run()
    expect(of.remarks).toMatchObject({ gone: 0, updated: 0, failed: { 'key-changed': 1 } })
    expect([...system.remarks.values()].map(({ text }) => text)).toEqual(['Article 1', 'Article 2'])
  })

  it('a renamed record whose new form fails does not retire its old one', async () => {
    system.put({ no: 1 })
    const engine = await system.engine({
      remarks: `${remarks}${gone}ensure: { named: "$default($target.text, '') != 'nameless'" }\n`,
    })
    await engine.run()
    system.put({ no: 1, code: 'NEW', name: 'nameless' })
    expect((await engine.run()).of.remarks).toMatchObject({ gone: 0, failed: { named: 1 } })
    expect(system.remarks.get('A-1')).toMatchObject({ text: 'Article 1' })
  })

  it.each(['', gone])('a key is free when its record has left the source (%s)', async (block) => {
    for (let no = 1; no <= 4; no++) system.put({ no })
    const engine = await system.engine({ remarks: `${remarks}${block}` })
    await engine.run()
    system.articles.delete(1)
    system.put({ no: 21, code: 'A-1', name: 'Its successor' })
    // A read of changes does not know what has left.
    expect((await engine.run()).of.remarks).toMatchObject({ failed: { 'key-taken': 1 } })
    expect((await engine.run({ full: true })).of.remarks).toMatchObject({ updated: 1, gone: 0, failed: nothing })
    expect(system.remarks.get('A-1')).toMatchObject({ text: 'Its successor' })
    expect(engine.store.deadLetters.keysOf('remarks')).toEqual([])
    // It has changed hands for good.
    system.put({ no: 1, name: 'The old one' })
    expect((await engine.run({ full: true })).of.remarks).toMatchObject({ unchanged: 4, failed: { 'key-taken': 1 } })
  })

  it('keys of several fields are compared as a whole', async () => {
    for (const no of [1, 2]) {
      system.put({
        no,
        prices: [
          { list: 'EUR', amount: '1' },
          { list: 'SEK', amount: '2' },
        ],
      })
      system.members.set(`A-${no}`, { sku: `A-${no}` })
    }
    system.put({
      no: 2,
      prices: [
        { list: 'EUR', amount: '1' },
        { list: 'EUR', amount: '3' },
      ],
    })
    const engine = await system.engine({
      prices: `
mapping: prices
from: depot.article
each: prices
to: window.price
write: import
fields: { sku: "$default($record.code, '')", list: list, amount: amount }
`,
    })
    expect((await engine.run()).of.prices).toMatchObject({ created: 2, failed: { 'key-twice': 1 } })
    expect([...system.prices.keys()]).toEqual(['A-1 EUR', 'A-1 SEK'])
  })
})
