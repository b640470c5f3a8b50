import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { jsonOf, syncline } from './support/command.ts'
import { salesMapping, startTillSystem, type TillSystem } from './support/till-system.ts'

let system: TillSystem
beforeEach(async () => {
  system = await startTillSystem()
})
afterEach(() => system.stop())

/** A project with a state file in which three sales failed for one reason and one for another. */
async function failed(mapping = salesMapping) {
  for (const ref of ['W-1', 'W-2', 'W-3', 'W-4']) system.sell({ ref, email: 'anna@example.com' })
  const { file } = await system.engine({ sales: mapping })
  const isFourth = (body: Record<string, unknown>): boolean => body.ref === 'W-4'
  system.setFault(({ method, path, body }) =>
    method !== 'POST' || path !== '/orders' ? undefined : isFourth(body) ? 409 : 422,
  )
  const run = (...args: string[]) => syncline(['--project', file, ...args])
  expect((await run('run')).status).toBe(1)
  system.setFault(() => undefined)
  system.calls.length = 0
  return { run, file }
}

describe('syncline dead-letters', () => {
  it('lists one reason with its number of records, and shows each with what is needed to act', async () => {
    const { run } = await failed()
    const list = await run('dead-letters')
    expect(list.stdout).toMatch(/3 +sales +refused-here +order/)
    const { groups, letters } = jsonOf(await run('dead-letters', 'list', '--code', 'refused-here', '--json'))
    expect(groups).toMatchObject([{ mapping: 'sales', code: 'refused-here', step: 'order', count: 3 }])
    expect(letters).toHaveLength(3)
    expect(JSON.stringify(letters)).not.toContain('anna@')
    const shown = await run('dead-letters', 'show', '--key', 'W-2')
    expect(shown.stdout).toMatch(/refused-here in the step order/)
    expect(shown.stdout).toMatch(/failed once, first .*\n +request id: R-\d+/)
    expect(shown.stdout).toContain('"email": "[personal]"')
  })

  it('tries them again with the mapping as it is now; what succeeds is resolved', async () => {
    const { run } = await failed()
    const tried = jsonOf(await run('dead-letters', 'retry', '--code', 'refused-here', '--json'))
    expect(tried).toMatchObject({ tried: 3, resolved: 3 })
    expect(
      system
        .made('orders')
        .map(({ ref }) => ref)
        .sort(),
    ).toEqual(['W-1', 'W-2', 'W-3'])
    expect(jsonOf(await run('dead-letters', '--json')).letters).toMatchObject([{ sourceKey: 'W-4', attempts: 1 }])
    // Success by any other way resolves it too.
    expect((await run('run', '--only', 'W-4')).status).toBe(0)
    expect((await run('dead-letters')).stdout).toContain('No dead letters.')
  })

  it('takes the kept record where the source cannot be read again', async () => {
    const { run, file } = await failed()
    const connector = file.replace('syncline.yaml', 'till.yaml')
    const { readFile, writeFile } = await import('node:fs/promises')
    const text = await readFile(connector, 'utf8')
    await writeFile(connector, text.replace(/ {4}get: \{ request: GET \/sales.*\n/, ''))
    expect(jsonOf(await run('dead-letters', 'retry', '--key', 'W-1', '--json'))).toMatchObject({
      tried: 1,
      resolved: 1,
    })
    expect(system.calls.some(({ path }) => path === '/sales')).toBe(false)
    expect(system.made('orders')).toHaveLength(1)
  })

  it('discards only when it is agreed to, and until the record changes', async () => {
    const { run } = await failed()
    expect(await run('dead-letters', 'discard', '--key', 'W-1')).toMatchObject({ status: 2 })
    expect(await run('dead-letters', 'discard')).toMatchObject({ status: 2 })
    expect((await run('dead-letters', 'discard', '--key', 'W-1', '--yes')).stdout).toContain('discarded sales: W-1')
    const full = jsonOf(await run('run', '--full', '--json'))
    expect(full.pipelines).toMatchObject([{ created: 3, skipped: { discarded: 1 } }])
    system.sell({ ref: 'W-1', amount: 11 })
    await run('run', '--full')
    expect(system.made('orders')).toHaveLength(4)
    expect(await run('dead-letters', 'show', '--key', 'W-9')).toMatchObject({ status: 1 })
  })

  it('retries what was discarded when it is asked for', async () => {
    const { run } = await failed()
    await run('dead-letters', 'discard', '--key', 'W-1', '--yes')
    const only = jsonOf(await run('run', '--only', 'W-1', '--json'))
    expect(only.pipelines).toMatchObject([{ created: 1 }])
  })
})

it('syncline explain shows what each step would come to, with nothing written and personal values masked', async () => {
  system.sell({ ref: 'W-1', email: 'anna@example.com', name: 'Anna', payments: [{ no: 'a', amount: 10 }] })
  const { file } = await system.engine({ sales: salesMapping })
  const { outcome } = jsonOf(await syncline(['--project', file, 'explain', 'sales', '--only', 'W-1', '--json']))
  expect(outcome).toMatchObject({
    kind: 'mapped',
    targets: [
      { step: 'buyer', action: 'create', fields: { email: '[personal]' } },
      { step: 'order', action: 'create', key: '(id of order, once it is made)' },
      { step: 'payment', action: 'create', fields: { order: '(id of order, once it is made)' } },
      { step: 'receipt', action: 'create' },
    ],
  })
  expect(system.writes()).toEqual([])
  const shown = await syncline(['--project', file, 'run', '--dry-run'])
  expect(shown.stdout).toContain('step order: would create: (id of order, once it is made)')
  expect(shown.stdout).not.toContain('anna@')
  expect(system.writes()).toEqual([])
})
