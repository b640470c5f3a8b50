import { describe, expect, test } from 'vitest'
import { loadChanged } from './testing/project-files.ts'

const base = `mapping: items
from: shop.item
keep: { has-sku: $exists(sku), not-old: id > 10 }
to: shop.item
write: put
fields:
  id: id
  sku: $sku($record)
gone: { fields: { sku: "'gone'" }, atMost: 2% }
tests: [ { name: one, given: { record: { id: 1 } }, expect: [] } ]
`

const extending = (text: string) => ({
  'mappings/items.yaml': undefined,
  'shipped/items.yaml': base,
  'mappings/mine.yaml': text,
  'syncline.yaml': undefined,
})

async function load(text: string) {
  const { 'syncline.yaml': _, ...files } = extending(text)
  const loaded = await loadChanged(files)
  // The good project sets an option that only the mapping left out here declares.
  return { ...loaded, findings: loaded.findings.filter(({ code }) => code !== 'unknown-option') }
}

describe('a mapping that extends another', () => {
  test('says anew only what differs, entry by entry, and takes away with null', async () => {
    const { project, findings } = await load(`mapping: items
extends: ../shipped/items.yaml
title: Ours
keep: { not-old: null, is-even: id % 2 = 0 }
fields: { sku: "'X' & $sku($record)" }
gone: { fields: { id: id } }
`)
    expect(findings).toEqual([])
    expect(project?.mappings.get('items')?.document).toMatchObject({
      from: 'shop.item',
      write: 'put',
      title: 'Ours',
      keep: { 'has-sku': '$exists(sku)', 'is-even': 'id % 2 = 0' },
      fields: { id: 'id', sku: "'X' & $sku($record)" },
      gone: { fields: { sku: "'gone'", id: 'id' }, atMost: '2%' },
      tests: [{ name: 'one' }],
    })
    expect(project?.mappings.get('items')?.document.keep).not.toHaveProperty('not-old')
  })

  test('has every place where it is written: in its own file or in the base', async () => {
    const { project } = await load('mapping: items\nextends: ../shipped/items.yaml\nfields: { sku: sku }\n')
    const origin = project?.mappings.get('items')?.origin
    expect(origin?.finding({ code: 'x', message: 'x', advice: 'x', path: ['fields', 'sku'] })).toMatchObject({
      file: expect.stringContaining('mine.yaml'),
      line: 3,
    })
    expect(
      origin?.finding({ code: 'x', message: 'x', advice: 'x', path: ['keep', 'has-sku'], offset: 0 }),
    ).toMatchObject({ file: expect.stringContaining('shipped/items.yaml'), line: 3 })
  })

  test('is told when its base is not there, or when something is missing after all', async () => {
    const missing = await load('mapping: items\nextends: ../shipped/none.yaml\n')
    expect(missing.findings).toMatchObject([
      { code: 'file-not-readable', file: expect.stringContaining('mine.yaml'), line: 2 },
    ])
    const bare = await load('mapping: items\nfields: { sku: sku }\n')
    expect(bare.findings.map(({ code }) => code)).toContain('missing-key')
  })
})
