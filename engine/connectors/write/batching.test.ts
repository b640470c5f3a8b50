import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { CompiledWrite } from '../compiled-connector.ts'
import { createBatcher } from './batching.ts'
import { type OutgoingRecord, ownedNames, unevenField } from './owned-fields.ts'

const write = {
  together: 'code',
  owned: [
    { list: 'Product', path: ['sku'], update: 'Variants', createOnly: undefined },
    { list: 'Product', path: ['name'], update: 'Name', createOnly: 'NameCreateOnly' },
    { list: 'Sku', path: ['ean'], update: 'Ean', createOnly: undefined },
    { list: 'Culture', path: ['texts', 'title'], update: 'Title', createOnly: undefined },
  ],
} as unknown as CompiledWrite

function record(fields: Record<string, unknown>, createOnly: string[] = []): OutgoingRecord {
  return { key: String(fields.sku), fields, createOnly: new Set(createOnly) }
}

describe('5.4 owned fields and batches', () => {
  it('names only the fields that are present, each in its list', () => {
    expect(ownedNames(write, record({ sku: 'a', code: 'c', ean: '1' }))).toEqual({
      Product: ['Variants'],
      Sku: ['Ean'],
    })
  })

  it('names a field by its createOnly name when only a new record gets it', () => {
    expect(ownedNames(write, record({ sku: 'a', name: 'n' }, ['name']))).toEqual({
      Product: ['NameCreateOnly', 'Variants'],
    })
  })

  it('takes an empty list for present, since it clears', () => {
    expect(ownedNames(write, record({ sku: 'a', texts: [{ title: 't' }] })).Culture).toEqual(['Title'])
    expect(ownedNames(write, record({ sku: 'a', ean: '' })).Sku).toEqual(['Ean'])
  })

  it('finds a field that some entries of a list lack, where the target would write its default', () => {
    expect(unevenField(write, record({ sku: 'a', texts: [{ title: 't' }, {}] }))?.path).toEqual(['texts', 'title'])
    expect(unevenField(write, record({ sku: 'a', texts: [{ title: 't' }, { title: 'u' }] }))).toBeUndefined()
    expect(unevenField(write, record({ sku: 'a', texts: [] }))).toBeUndefined()
  })

  it('cuts batches by the set of fields, keeps what travels together in one item, and loses nothing', () => {
    const anyRecord = fc.record({ code: fc.constantFrom('x', 'y', 'z'), ean: fc.boolean(), name: fc.boolean() })
    fc.assert(
      fc.property(
        fc.array(fc.array(anyRecord, { minLength: 1, maxLength: 4 }), { maxLength: 12 }),
        fc.integer({ min: 1, max: 4 }),
        (groups, size) => {
          const batcher = createBatcher(write, size)
          let number = 0
          const sent = groups.map((group) =>
            group.map(({ ean, name }) => {
              const sku = `s${number++}`
              return record({ sku, code: 'c', ...(ean && { ean: '1' }), ...(name && { name: 'n' }) })
            }),
          )
          const batches = [...sent.flatMap((group) => batcher.add(group)), ...batcher.flush()]
          for (const { items, owned } of batches) {
            expect(items.length).toBeLessThanOrEqual(size)
            for (const one of items.flat()) expect(ownedNames(write, one)).toEqual(owned)
          }
          const keys = batches.flatMap(({ items }) => items.flat().map(({ key }) => key))
          expect(keys.sort()).toEqual(
            sent
              .flat()
              .map(({ key }) => key)
              .sort(),
          )
          // Records of one group with the same fields are in one item.
          for (const group of sent) {
            for (const a of group) {
              for (const b of group) {
                if (JSON.stringify(ownedNames(write, a)) !== JSON.stringify(ownedNames(write, b))) continue
                expect(batches.some(({ items }) => items.some((item) => item.includes(a) && item.includes(b)))).toBe(
                  true,
                )
              }
            }
          }
        },
      ),
    )
  })
})
