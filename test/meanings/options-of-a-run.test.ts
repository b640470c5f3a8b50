import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type MadeUpSystem, startMadeUpSystem } from '../support/made-up-system.ts'

/** `syncline run MAPPING --option NAME=VALUE`: another value for one run, which leaves no trace but what it wrote. */
let system: MadeUpSystem
beforeEach(async () => {
  system = await startMadeUpSystem()
})
afterEach(() => system.stop())

const remarks = `
mapping: remarks
options:
  greeting: { type: string, default: Hello, description: What stands before the name }
  notBefore: { type: string, default: "2026-01-01T00:00:00Z", description: The cut-off }
cutOff: notBefore
from: depot.article
to: window.remark
write: put
fields: { sku: "$default(code, '')", text: "$options.greeting & ' ' & $default(name, '')" }
`
const others = `
mapping: members
from: depot.article
to: window.member
write: import
fields: { sku: "$default(code, '')", label: "$default(name, '')" }
`
const age = (): void => {
  for (const article of system.articles.values()) article.made = '2026-02-01T00:00:00.000Z'
}

describe('an option of one run', () => {
  it('makes it read everything, is told in the report, and leaves the cursor where it was', async () => {
    for (let no = 1; no <= 3; no++) system.put({ no })
    const engine = await system.engine({ remarks })
    await engine.run()
    age()
    const cursors = engine.store.cursors.all()
    const report = await engine.run({ set: { greeting: 'Bye' } })
    expect(report).toMatchObject({ options: { greeting: 'Bye' }, exitStatus: 0 })
    expect(report.of.remarks).toMatchObject({
      updated: 3,
      reason: expect.stringContaining('greeting set for this run only'),
    })
    expect(engine.store.cursors.all()).toEqual(cursors)
    // The next run goes on where the one before stopped, with the project's own value: neither full nor confused.
    const next = await engine.run()
    expect(next.options).toBeUndefined()
    expect(next.of.remarks).toMatchObject({
      mode: 'changes',
      read: 0,
      reason: expect.stringContaining('changes since'),
    })
    expect((await engine.run({ full: true })).of.remarks).toMatchObject({ updated: 3 })
    expect((await engine.run({ full: true })).of.remarks).toMatchObject({ updated: 0, unchanged: 3 })
  })

  it('overrides a cut-off once: what is older is read and written, and stays', async () => {
    system.put({ no: 1 })
    system.put({ no: 2, made: '2025-06-01T00:00:00.000Z', changed: null })
    const engine = await system.engine({ remarks })
    expect((await engine.run()).of.remarks).toMatchObject({ read: 1, created: 1 })
    const once = await engine.run({ set: { notBefore: '2025-01-01T00:00:00Z' } })
    expect(once.of.remarks).toMatchObject({ created: 1, unchanged: 1 })
    age()
    expect((await engine.run({ full: true })).of.remarks).toMatchObject({ updated: 0, gone: 0, failed: {} })
  })

  it('before any other run is no first run: that one reads everything', async () => {
    system.put({ no: 1 })
    const engine = await system.engine({ remarks })
    await engine.run({ set: { greeting: 'Bye' } })
    expect(engine.store.cursors.all()).toEqual([])
    expect((await engine.run()).of.remarks).toMatchObject({ reason: expect.stringContaining('first run'), updated: 1 })
  })

  it('counts with --only, and is nothing to mappings that do not have it', async () => {
    for (let no = 1; no <= 2; no++) system.put({ no })
    const engine = await system.engine({ remarks, members: others })
    await engine.run()
    age()
    const [first] = system.articles.values()
    const only = await engine.run({ mappings: ['remarks'], only: String(first?.code), set: { greeting: 'Bye' } })
    expect(only.of.remarks).toMatchObject({ mode: 'only' })
    const both = await engine.run({ set: { greeting: 'Bye' } })
    expect(both.of.members).toMatchObject({ mode: 'changes', reason: expect.stringContaining('changes since') })
  })

  it('is refused when no mapping of the run has it, before anything is asked', async () => {
    const engine = await system.engine({ remarks })
    system.calls.length = 0
    await expect(engine.run({ set: { greting: 'Bye' } })).rejects.toMatchObject({ code: 'unknown-option' })
    expect(system.calls).toEqual([])
  })
})
