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

const stepped = `mapping: items
from: shop.item
steps:
  - step: buyer
    to: shop.item
    write: put
    onFail: continue
    fields: { id: id, sku: $sku($record) }
    ensure: { has-sku: $exists(sku), not-old: id > 10 }
  - step: note
    if: id > 5
    to: shop.item
    write: put
    fields: { id: id }
`

describe('a mapping that extends one with steps', () => {
  const stepsOf = async (own: string) => {
    const files = {
      ...extending(`mapping: items\nextends: ../shipped/items.yaml\n${own}`),
      'shipped/items.yaml': stepped,
    }
    const { 'syncline.yaml': _, ...changed } = files
    const { project, findings } = await loadChanged(changed)
    const mapping = project?.mappings.get('items')
    return {
      mapping,
      findings: findings.filter(({ code }) => code !== 'unknown-option'),
      steps: mapping?.document.steps,
    }
  }

  test('changes a step by its name, entry by entry, and leaves the others and their order', async () => {
    const { steps, findings } = await stepsOf(`steps:
  - step: last
    to: shop.item
    write: put
    fields: { id: id }
  - step: note
    if: false
  - step: buyer
    onFail: null
    fields: { sku: "'X'" }
    ensure: { not-old: null, is-even: id % 2 = 0 }
`)
    expect(findings).toEqual([])
    expect(steps).toEqual([
      {
        step: 'buyer',
        to: 'shop.item',
        write: 'put',
        fields: { id: 'id', sku: "'X'" },
        ensure: { 'has-sku': '$exists(sku)', 'is-even': 'id % 2 = 0' },
      },
      { step: 'note', if: false, to: 'shop.item', write: 'put', fields: { id: 'id' } },
      { step: 'last', to: 'shop.item', write: 'put', fields: { id: 'id' } },
    ])
  })

  test('has every place of a step where it is written', async () => {
    const { mapping } = await stepsOf(`steps:
  - step: last
    to: shop.item
    write: put
    fields: { id: id }
  - step: buyer
    fields: { sku: "'X'" }
`)
    const place = (...path: (string | number)[]) => {
      const { file, line } = mapping?.origin.finding({ code: 'x', message: 'x', advice: 'x', path }) ?? {}
      return `${file?.split('/').slice(-2).join('/')}:${line}`
    }
    expect(place('steps', 0, 'fields', 'sku')).toBe('mappings/mine.yaml:9')
    expect(place('steps', 0, 'fields', 'id')).toBe('shipped/items.yaml:8')
    expect(place('steps', 1, 'if')).toBe('shipped/items.yaml:11')
    expect(place('steps', 2, 'to')).toBe('mappings/mine.yaml:5')
    expect(mapping?.origin.at(['steps', 2, 'step'])).toMatchObject({ line: 4 })
  })

  test('is told what a step lacks that the base does not have, where it is written', async () => {
    const { findings } = await stepsOf('steps:\n  - step: byer\n    fields: { sku: sku }\n')
    expect(findings).toMatchObject([{ code: 'missing-key', file: expect.stringContaining('mine.yaml'), line: 4 }])
  })
})
