import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Call } from '../support/call-server.ts'
import { type MadeUpSystem, startMadeUpSystem } from '../support/made-up-system.ts'
import { nothing } from '../support/nothing.ts'

let system: MadeUpSystem
beforeEach(async () => {
  system = await startMadeUpSystem()
})
afterEach(() => system.stop())

const remarks = (write: string): string => `
mapping: remarks
from: depot.article
to: window.remark
write: ${write}
fields: { sku: "$default(code, '')", text: "$default(name, '')" }
`
const isWrite = ({ method }: Call): boolean => method !== 'GET'
const isLook = ({ method, path }: Call): boolean => method === 'GET' && path.startsWith('/remarks')
/** SKUs of the rows that were sent, in order. */
const sent = (): string[] =>
  system.calls.filter(isWrite).flatMap(({ body }) => (body as { sku: string }[]).map(({ sku }) => sku))

describe('promise 2: a record is never doubled', () => {
  it('what was surely not sent is not in doubt', async () => {
    for (let no = 1; no <= 3; no++) system.put({ no })
    const engine = await system.engine({ remarks: remarks('once') })
    system.setFault((call) => (isWrite(call) ? 401 : undefined))
    expect(await engine.run()).toMatchObject({ exitStatus: 3, of: { remarks: { created: 0 } } })
    system.setFault(() => undefined)
    // Once the credentials are right, everything is sent, without a person looking at each record.
    expect((await engine.run()).of.remarks).toMatchObject({ created: 3, failed: nothing })
  })

  it('of a batch only what is in doubt is looked up; the rest is sent', async () => {
    for (let no = 1; no <= 3; no++) system.put({ no })
    const engine = await system.engine({ remarks: remarks('manyKnown') })
    await engine.run()
    system.put({ no: 4 })
    // The run ends between its write and the look that would settle it.
    system.setFault((call) => (isWrite(call) ? 'drop-after' : isLook(call) ? 500 : undefined))
    expect(await engine.run()).toMatchObject({ exitStatus: 3 })
    expect(system.remarks.has('A-4')).toBe(true)
    system.setFault(() => undefined)
    for (let no = 1; no <= 3; no++) system.put({ no, name: `New ${no}` })
    system.calls.length = 0
    expect((await engine.run()).of.remarks).toMatchObject({ created: 1, updated: 3, failed: nothing })
    expect(sent()).toEqual(['A-1', 'A-2', 'A-3'])
    expect(system.remarks.get('A-2')).toMatchObject({ text: 'New 2' })
    expect(system.calls.filter(isLook).map(({ path }) => path)).toEqual(['/remarks/A-4'])
    system.calls.length = 0
    expect((await engine.run({ full: true })).of.remarks).toMatchObject({ unchanged: 4 })
    expect(system.calls.filter(isLook)).toEqual([])
  })

  describe('by a write that makes records and changes none', () => {
    const connector = (text: string): string =>
      text.replace('$items, repeat: { by: sku } }', '$items, repeat: { by: sku }, makesOnly: true }')
    const mapping = remarks('manyKnown').replace(', text:', ' }\ncreateOnly: { text:')

    it('what a lost write has made is taken as it is: nothing is sent that would not be whole', async () => {
      for (let no = 1; no <= 2; no++) system.put({ no })
      const engine = await system.engine({ remarks: mapping }, { connector })
      // The run ends between its write and the look that would settle it.
      system.setFault((call) =>
        isWrite(call) ? 'drop-after' : isLook(call) && system.remarks.size > 0 ? 500 : undefined,
      )
      await engine.run()
      expect([...system.remarks.keys()]).toEqual(['A-1', 'A-2'])
      system.setFault(() => undefined)
      system.calls.length = 0
      expect((await engine.run()).of.remarks).toMatchObject({ created: 0, updated: 0, unchanged: 2, failed: nothing })
      expect(sent()).toEqual([])
      expect(engine.store.journal.pending('remarks')).toEqual([])
      expect(engine.store.links.isLinked('remarks', '1')).toBe(true)
    })

    it('so is what others have made; what is missing is made', async () => {
      for (let no = 1; no <= 2; no++) system.put({ no })
      const other = await system.engine({ remarks: remarks('manyKnown') })
      await other.run()
      system.put({ no: 3 })
      system.calls.length = 0
      const engine = await system.engine({ remarks: mapping }, { connector })
      expect((await engine.run()).of.remarks).toMatchObject({ created: 1, unchanged: 2, failed: nothing })
      expect(sent()).toEqual(['A-3'])
    })
  })

  it('what was not done is done, once', async () => {
    for (let no = 1; no <= 3; no++) system.put({ no })
    const engine = await system.engine({ remarks: remarks('manyKnown') })
    system.failFirst(1, isWrite, 'drop')
    expect((await engine.run()).of.remarks).toMatchObject({ created: 3, failed: nothing })
    expect(system.remarks.size).toBe(3)
  })

  it('that a record is there proves a creation, and no update', async () => {
    system.put({ no: 1 })
    const engine = await system.engine({ remarks: remarks('manyKnown') })
    await engine.run()
    system.put({ no: 1, name: 'New name' })
    system.failFirst(1, isWrite, 'drop')
    expect((await engine.run()).of.remarks).toMatchObject({ updated: 1, failed: nothing })
    expect(system.remarks.get('A-1')).toMatchObject({ text: 'New name' })
  })

  it('a look that the target refuses leaves the record undecided', async () => {
    for (let no = 1; no <= 2; no++) system.put({ no })
    const engine = await system.engine({ remarks: remarks('manyKnown') })
    system.setFault((call) => (isWrite(call) ? 'drop-after' : call.path === '/remarks/A-2' ? 409 : undefined))
    expect((await engine.run()).of.remarks).toMatchObject({ created: 1, failed: { undecided: 1 } })
    expect(sent()).toEqual(['A-1', 'A-2'])
  })

  it('an answer that cannot be understood says nothing of what was done', async () => {
    system.put({ no: 1 })
    const odd = (text: string): string => text.replaceAll('created: status = 201', 'created: body.isNew')
    const once = await system.engine({ remarks: remarks('once') }, { connector: odd })
    expect((await once.run()).of.remarks).toMatchObject({ failed: { undecided: 1 } })
    system.put({ no: 1, name: 'Changed' })
    await once.run()
    expect(system.writes()).toHaveLength(1)
    const safe = await system.engine({ remarks: remarks('put') }, { connector: odd })
    expect((await safe.run()).of.remarks).toMatchObject({ failed: { 'unexpected-answer': 1 } })
  })

  it('a run that is stopped at once in the middle of a write leaves it to the next one to look', async () => {
    for (let no = 1; no <= 2; no++) system.put({ no })
    const engine = await system.engine({ remarks: remarks('manyKnown') })
    const stop = new AbortController()
    system.setDelay((call) => {
      if (!isWrite(call)) return 0
      setTimeout(() => stop.abort(new Error('stopped')), 30)
      return 100
    })
    const first = await engine.run({ stop: stop.signal, abort: stop.signal })
    expect(first).toMatchObject({ stopped: true, of: { remarks: { created: 0 } } })
    await expect.poll(() => system.remarks.size).toBe(2)
    system.setDelay(() => 0)
    expect((await engine.run()).of.remarks).toMatchObject({ created: 2, failed: nothing })
    expect(sent()).toEqual(['A-1', 'A-2'])
  })
})
