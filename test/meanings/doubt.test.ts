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
keep: { sold: "$default(sold, true)" }
to: window.remark
write: ${write}
fields: { sku: "$default(code, '')", text: "$default(name, '')" }
`
const gone = 'gone: { fields: { note: "\'gone\'" }, restore: { note: "\'back\'" }, atMost: 100% }\n'
const isWrite = ({ method }: Call): boolean => method !== 'GET'
/** SKUs of the rows that were sent, in order. */
const sent = (): string[] =>
  system.calls.filter(isWrite).flatMap(({ body }) => [body].flat().map((row) => (row as { sku: string }).sku))

/** Breaks a run off at once in the middle of its first write, and waits until the target has carried it out. */
async function breakOff(engine: Awaited<ReturnType<MadeUpSystem['engine']>>, holds: () => boolean): Promise<void> {
  const stop = new AbortController()
  system.setDelay((call) => {
    if (!isWrite(call)) return 0
    setTimeout(() => stop.abort(new Error('stopped')), 30)
    return 100
  })
  expect(await engine.run({ stop: stop.signal, abort: stop.signal })).toMatchObject({ stopped: true })
  await expect.poll(holds).toBe(true)
  system.setDelay(() => 0)
}

describe('a write whose outcome is open', () => {
  it('of several records stays open for each of them, until that one is settled', async () => {
    for (let no = 1; no <= 3; no++) system.put({ no })
    const engine = await system.engine({ remarks: remarks('manyOnce') })
    await breakOff(engine, () => system.remarks.size === 3)
    system.calls.length = 0
    // A person looks at one of them, and lets it be sent.
    expect((await engine.run({ only: '1' })).of.remarks).toMatchObject({ created: 1 })
    expect((await engine.run()).of.remarks).toMatchObject({ failed: { undecided: 2 } })
    expect((await engine.run()).of.remarks).toMatchObject({ failed: { undecided: 2 } })
    expect(sent()).toEqual(['A-1'])
  })

  it.each(['many', 'manyKnown'])('is made good, though the source is as it was before (%s)', async (write) => {
    for (let no = 1; no <= 2; no++) system.put({ no })
    const engine = await system.engine({ remarks: remarks(write) })
    await engine.run()
    system.put({ no: 1, name: 'Too early' })
    await breakOff(engine, () => system.remarks.get('A-1')?.text === 'Too early')
    system.put({ no: 1, name: 'Article 1' })
    expect((await engine.run()).of.remarks).toMatchObject({ updated: 1, unchanged: 1 })
    expect(system.remarks.get('A-1')).toMatchObject({ text: 'Article 1' })
    expect((await engine.run({ full: true })).of.remarks).toMatchObject({ updated: 0, unchanged: 2 })
  })

  it('that the target could not be asked about is made good, though the source is as it was before', async () => {
    for (let no = 1; no <= 2; no++) system.put({ no })
    const engine = await system.engine(
      { remarks: remarks('put') },
      { connector: (text) => text.replaceAll('created: status = 201', 'created: body.isNew') },
    )
    await engine.run()
    system.setFault((call) => (isWrite(call) ? { status: 200, body: { isNew: false } } : undefined))
    await engine.run({ full: true })
    system.setFault(() => undefined)
    expect(system.remarks.get('A-1')).toMatchObject({ text: 'Article 1' })
    system.put({ no: 1, name: 'Too early' })
    expect((await engine.run()).of.remarks).toMatchObject({ failed: { 'unexpected-answer': 1 } })
    expect(system.remarks.get('A-1')).toMatchObject({ text: 'Too early' })
    system.put({ no: 1, name: 'Article 1' })
    await engine.run()
    expect(system.remarks.get('A-1')).toMatchObject({ text: 'Article 1' })
  })

  it('holds what the record is now, though it has changed since', async () => {
    system.put({ no: 1 })
    const engine = await system.engine({ remarks: remarks('manyKnown') })
    await breakOff(engine, () => system.remarks.size === 1)
    system.put({ no: 1, name: 'New name' })
    expect((await engine.run()).of.remarks).toMatchObject({ failed: nothing })
    expect(system.remarks.get('A-1')).toMatchObject({ text: 'New name' })
  })
})

describe('a write that says gone, and whose outcome is open', () => {
  it.each(['many', 'manyKnown'])('is made good when the record comes back (%s)', async (write) => {
    for (let no = 1; no <= 2; no++) system.put({ no })
    const engine = await system.engine({ remarks: `${remarks(write)}${gone}` })
    await engine.run()
    system.put({ no: 1, sold: false })
    await breakOff(engine, () => system.remarks.get('A-1')?.note === 'gone')
    system.put({ no: 1, sold: true })
    expect((await engine.run()).of.remarks).toMatchObject({ updated: 1, gone: 0, failed: nothing })
    expect(system.remarks.get('A-1')).toMatchObject({ note: 'back' })
    expect((await engine.run({ full: true })).of.remarks).toMatchObject({ updated: 0, unchanged: 2 })
  })

  it('is not taken as done because the record is there', async () => {
    for (let no = 1; no <= 2; no++) system.put({ no })
    const engine = await system.engine({ remarks: `${remarks('manyKnown')}${gone}` })
    await engine.run()
    system.put({ no: 1, sold: false })
    system.failFirst(1, isWrite, 'drop')
    expect((await engine.run()).of.remarks).toMatchObject({ gone: 1, failed: nothing })
    expect(system.remarks.get('A-1')).toMatchObject({ note: 'gone' })
  })

  it('is not in doubt when it was surely not sent', async () => {
    for (let no = 1; no <= 2; no++) system.put({ no })
    const engine = await system.engine({ remarks: `${remarks('manyOnce')}${gone}` })
    await engine.run()
    system.put({ no: 1, sold: false })
    system.setFault((call) => (isWrite(call) ? 401 : undefined))
    expect(await engine.run()).toMatchObject({ exitStatus: 3 })
    system.setFault(() => undefined)
    expect((await engine.run()).of.remarks).toMatchObject({ gone: 1, failed: nothing })
    expect(system.remarks.get('A-1')).toMatchObject({ note: 'gone' })
  })
})
