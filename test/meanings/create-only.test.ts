import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type MadeUpSystem, startMadeUpSystem } from '../support/made-up-system.ts'

let system: MadeUpSystem
beforeEach(async () => {
  system = await startMadeUpSystem()
})
afterEach(() => system.stop())

const mapping = (to: string, write: string, text: string): string => `
mapping: made
from: depot.article
to: window.${to}
write: ${write}
fields: { sku: "$default(code, '')", ${text}: "$default(name, '')" }
createOnly: { note: "'from the depot'" }
`
const looks = (): string[] =>
  system.calls.filter(({ method, path }) => method === 'GET' && path.startsWith('/remarks')).map(({ path }) => path)
const bodies = (): unknown[] => system.calls.filter(({ method }) => method === 'PUT').map(({ body }) => body)

describe('5.8 create-only', () => {
  it('a target that decides what is new is told, always, and nothing is looked up', async () => {
    for (const no of [1, 2]) system.put({ no })
    system.members.set('A-2', { sku: 'A-2', note: 'of the shop' })
    const engine = await system.engine({ made: mapping('member', 'import', 'label') })
    await engine.run()
    expect(system.imports().map(({ fields }) => fields.member)).toEqual([['label', 'noteNew']])
    expect(system.members.get('A-1')).toMatchObject({ label: 'Article 1', note: 'from the depot' })
    expect(system.members.get('A-2')).toMatchObject({ label: 'Article 2', note: 'of the shop' })
    system.put({ no: 1, name: 'New name' })
    await engine.run()
    expect(system.members.get('A-1')).toMatchObject({ label: 'New name', note: 'from the depot' })
    expect(system.calls.some(({ path }) => path === '/members')).toBe(false)
  })

  it('else the link decides', async () => {
    system.put({ no: 1 })
    const engine = await system.engine({ made: mapping('remark', 'put', 'text') })
    await engine.run()
    expect(bodies()).toEqual([{ sku: 'A-1', text: 'Article 1', note: 'from the depot' }])
    system.calls.length = 0
    system.put({ no: 1, name: 'New name' })
    await engine.run()
    expect(bodies()).toEqual([{ sku: 'A-1', text: 'New name' }])
    expect(looks()).toEqual([])
  })

  it('else it is looked up, once', async () => {
    system.put({ no: 1 })
    system.remarks.set('A-1', { sku: 'A-1', note: 'of the shop' })
    const engine = await system.engine({ made: mapping('remark', 'put', 'text') })
    system.setFault(({ method }) => (method === 'PUT' ? 422 : undefined))
    await engine.run()
    expect(looks()).toEqual(['/remarks/A-1'])
    system.setFault(() => undefined)
    system.put({ no: 1 })
    expect((await engine.run()).of.made).toMatchObject({ updated: 1 })
    expect(looks()).toEqual(['/remarks/A-1'])
    expect(system.remarks.get('A-1')).toEqual({ sku: 'A-1', text: 'Article 1', note: 'of the shop' })
  })

  it('a record that cannot be looked up is not taken for a new one', async () => {
    for (const no of [1, 2]) system.put({ no })
    system.remarks.set('A-1', { sku: 'A-1', note: 'of the shop' })
    const engine = await system.engine({ made: mapping('remark', 'put', 'text') })
    system.setFault(({ method, path }) => (method === 'GET' && path === '/remarks/A-1' ? 409 : undefined))
    expect((await engine.run()).of.made).toMatchObject({ created: 1, failed: { unreadable: 1 } })
    expect(system.remarks.get('A-1')).toEqual({ sku: 'A-1', note: 'of the shop' })
  })

  it('a record that comes back is no new one', async () => {
    system.put({ no: 1, sold: true })
    const engine = await system.engine({
      made: `${mapping('remark', 'put', 'text').replace('to:', 'keep: { sold: "$default(sold, false)" }\nto:')}gone: { fields: { text: "'gone'" } }\n`,
    })
    await engine.run()
    system.remarks.set('A-1', { ...system.remarks.get('A-1'), note: 'of the shop' })
    system.put({ no: 1, sold: false })
    await engine.run()
    expect(system.remarks.get('A-1')).toMatchObject({ text: 'gone', note: 'of the shop' })
    system.put({ no: 1, sold: true })
    expect((await engine.run()).of.made).toMatchObject({ updated: 1 })
    expect(system.remarks.get('A-1')).toMatchObject({ text: 'Article 1', note: 'of the shop' })
  })
})
