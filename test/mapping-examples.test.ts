import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { loadProject } from '../engine/config/load-project.ts'
import { testMappings } from '../engine/pipeline/mapping-tests/test-mappings.ts'
import { salesMapping, writeProject } from './support/till-system.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'examples-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

/** What `syncline test` says of one example in a mapping with steps. */
async function differences(example: string, more = ''): Promise<readonly string[]> {
  const file = await writeProject(folder, 'http://127.0.0.1:1', {
    sales: `${salesMapping}${more}tests:\n  - name: one\n    ${example.trim().replaceAll('\n', '\n    ')}\n`,
  })
  const { project, findings } = await loadProject({ file, environment: {}, mode: 'validate' })
  if (!project) throw new Error('No project.')
  expect(findings.map(({ code, message }) => `${code} ${message}`)).toEqual([])
  const [result] = await testMappings(project, ['sales'])
  return result?.differences ?? ['no result']
}

const sale = 'given: { record: { ref: W-1, email: a@example.com, amount: 10, payments: [ { no: a, amount: 10 } ] }'

describe('examples of a mapping with steps', () => {
  it('may say for each step what it makes or comes to', async () => {
    expect(
      await differences(`${sale}, steps: { buyer: { id: 7 } } }
expect:
  steps:
    buyer: found
    order: [ { ref: W-1, buyer: 7, amount: 10 } ]
    payment: [ { ref: W-1-a } ]
    receipt: [ { order: 1 } ]`),
    ).toEqual([])
  })

  it('say what differs', async () => {
    expect(
      await differences(`${sale} }
expect:
  steps:
    buyer: found
    order: [ { ref: W-2, amount: 10 } ]
    payment: skipped
    receipt: [ ]`),
    ).toEqual([
      'buyer: expected found, came created',
      'order[0].ref: expected "W-2", came "W-1"',
      'payment: expected skipped, came created',
      'receipt: expected 0 records, came 1 (created)',
    ])
  })

  it('give what later steps see of a record that a step makes', async () => {
    expect(
      await differences(`${sale}, steps: { payment: [ { id: 70, ref: x } ] } }
expect: { steps: { receipt: [ { ref: W-1 } ] } }`),
    ).toEqual([])
  })

  it('may expect what fails, what is skipped, and warnings', async () => {
    const staff = salesMapping.includes('find:') ? 'ensure: { too-much: amount <= 5 }\n' : ''
    expect(await differences(`${sale} }\nexpect: { failed: too-much }`, staff)).toEqual([])
    expect(await differences(`${sale} }\nexpect: { steps: { buyer: [ {} ] } }`, staff)).toEqual([
      expect.stringContaining('failed (too-much'),
    ])
    expect(
      await differences('given: { record: { ref: W-1, amount: 1, state: open } }\nexpect: { skipped: not-open }'),
    ).toEqual([])
    expect(
      await differences(
        'given: { record: { ref: W-1, amount: 1 } }\nexpect: { waits: too-little }',
        'wait: { too-little: amount > 5 }\n',
      ),
    ).toEqual([])
    expect(await differences(`${sale} }\nexpect: { waits: too-little }`, 'wait: { too-little: amount > 5 }\n')).toEqual(
      ['expected: waits (too-little), came: steps buyer, order, payment, receipt'],
    )
    expect(await differences(`${sale} }\nexpect: { warned: [ much ] }`, 'warn: { much: amount < 5 }\n')).toEqual([])
    expect(
      await differences(
        'given: { record: { ref: W-1, amount: 1 } }\nexpect: { steps: { receipt: skipped, payment: no item } }',
      ),
    ).toEqual([])
  })

  it('may say what mappings have made before', async () => {
    const linked =
      "keep: { known: \"$default($sourceOf('sales', 7, 'order'), '') = 'W-0'\", target: \"$default($targetOf('sales', 'order', ref).id, 0) = 7\" }\n"
    const given = `links: { sales: [ { step: order, source: W-0, target: { id: 7 } }, { step: order, source: W-1, target: { id: 7 } } ] }
given: { record: { ref: W-1, amount: 1 } }`
    const file = await writeProject(folder, 'http://127.0.0.1:1', {
      sales: salesMapping
        .replace(/keep: .*\n/, linked)
        .concat(
          `tests:\n  - name: one\n    ${given.replaceAll('\n', '\n    ')}\n    expect: { steps: { order: [ { ref: W-1 } ] } }\n`,
        ),
    })
    const { project } = await loadProject({ file, environment: {}, mode: 'validate' })
    expect(project && (await testMappings(project, ['sales']))).toMatchObject([{ differences: [] }])
  })
})
