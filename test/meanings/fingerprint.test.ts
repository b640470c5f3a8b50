import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type MadeUpSystem, startMadeUpSystem } from '../support/made-up-system.ts'

let system: MadeUpSystem
beforeEach(async () => {
  system = await startMadeUpSystem()
})
afterEach(() => system.stop())

const remarks = `
mapping: remarks
from: depot.article
join: { figure: { entity: depot.figure, by: "no" } }
to: window.remark
write: put
fields: { sku: "$default(code, '')", text: "$table(\\"words\\", 1).word & $default(name, '') & $string($default($figure.onHand, 0))" }
`
const words = (word: string): Record<string, string> => ({
  words: `table: words\nkey: id\nrows: [ { id: 1, word: ${word} } ]\n`,
})

describe('5.7 fingerprint', () => {
  it('what was changed by hand in the target is not found by a run', async () => {
    system.put({ no: 1 })
    const engine = await system.engine({ remarks }, { tables: words('x') })
    await engine.run()
    system.remarks.set('A-1', { sku: 'A-1', text: 'by hand' })
    expect((await engine.run({ full: true })).of.remarks).toMatchObject({ unchanged: 1, updated: 0 })
    expect(system.remarks.get('A-1')).toMatchObject({ text: 'by hand' })
    // Nothing is read from the target that is not needed.
    expect(system.calls.filter(({ method, path }) => method === 'GET' && path.startsWith('/remarks'))).toEqual([])
  })

  it('each mapping has its own, per target key', async () => {
    system.put({ no: 1 })
    const other = remarks
      .replace('mapping: remarks', 'mapping: other\nowns: true')
      .replace('fields: { sku: "$default(code', "fields: { sku: \"'B' & $default(code")
    const engine = await system.engine({ remarks, other }, { tables: words('x') })
    expect((await engine.run()).of).toMatchObject({ remarks: { created: 1 }, other: { created: 1 } })
    expect([...system.remarks.keys()].sort()).toEqual(['A-1', 'BA-1'])
  })

  it.each<[string, (text: string) => string, Parameters<MadeUpSystem['engine']>[1], 'full' | 'changes']>([
    ['a table', (text) => text, { tables: words('y') }, 'full'],
    ['the mapping', (text) => text.replace("$default(name, '')", "$default(name, '-')"), {}, 'full'],
    [
      'a joined entity of the connector',
      (text) => text,
      {
        connector: (text) =>
          text.replace(
            'batch: 6, records: body }\n  list:',
            "batch: 6, records: body, as: \"{ 'no': no, 'onHand': onHand + 1 }\" }\n  list:",
          ),
      },
      'full',
    ],
    ['its priority and its title', (text) => `${text}title: Remarks\npriority: 2\n`, {}, 'changes'],
    ['nothing', (text) => text, {}, 'changes'],
  ])('a change of %s', async (_, mapping, files, mode) => {
    const store = `${system.folder}/state.db`
    system.put({ no: 1 })
    system.figures.set(1, 3)
    await (await system.engine({ remarks }, { tables: words('x'), store })).run()
    const engine = await system.engine({ remarks: mapping(remarks) }, { tables: words('x'), store, ...files })
    expect((await engine.run()).of.remarks).toMatchObject({
      mode,
      ...(mode === 'full' && { reason: 'the mapping, an option, a table or a function has changed' }),
    })
  })
})
