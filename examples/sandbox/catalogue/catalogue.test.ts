import { describe, expect, test } from 'vitest'
import { createManualClock } from '../common/clock.ts'
import { applyChange } from './apply-change.ts'
import { barcode, checkDigit } from './barcodes.ts'
import { bundleStock } from './bundle-stock.ts'
import { createCatalogue } from './create-catalogue.ts'
import { draw } from './random.ts'

const idList = (catalogue: { ids(): Iterable<number> }) => [...catalogue.ids()]

describe('the seed', () => {
  test('gives the same catalogue twice, and another for another seed', () => {
    const all = (seed: number) => {
      const catalogue = createCatalogue({ products: 300, seed })
      return idList(catalogue).map((id) => [catalogue.product(id), [...catalogue.stock(id)], [...catalogue.prices(id)]])
    }
    expect(all(1)).toEqual(all(1))
    expect(all(1)).not.toEqual(all(2))
  })

  test('keeps ids and contents whatever the number of products', () => {
    const small = createCatalogue({ products: 100 })
    const large = createCatalogue({ products: 5000 })
    expect(small.size).toBe(100)
    for (const id of small.ids()) expect(large.product(id)).toEqual(small.product(id))
  })

  test('leaves gaps between ids', () => {
    const catalogue = createCatalogue({ products: 100 })
    expect(idList(catalogue).slice(38, 42)).toEqual([1039, 1040, 1042, 1043])
    expect(catalogue.product(1041)).toBeUndefined()
    expect(catalogue.product(1102)?.id).toBe(1102)
    expect(catalogue.product(1103)).toBeUndefined()
  })

  test('draws evenly', () => {
    const buckets = new Array<number>(10).fill(0)
    for (let item = 0; item < 20_000; item += 1) {
      const bucket = Math.floor(draw(7, item, 3) * 10)
      buckets[bucket] = (buckets[bucket] ?? 0) + 1
    }
    for (const count of buckets) expect(Math.abs(count - 2000)).toBeLessThan(200)
  })
})

describe('the contents', () => {
  const catalogue = createCatalogue({ products: 4000 })
  const products = idList(catalogue).map((id) => catalogue.product(id) ?? expect.unreachable())

  test('have the oddities at their fixed ids', () => {
    expect(catalogue.product(1021)?.sku).toBe('')
    expect(catalogue.product(1023)?.sku).toBe(' MAP-N4 ')
    expect(catalogue.product(1027)?.sku).toHaveLength(32)
    expect([catalogue.product(1028)?.sku, catalogue.product(1029)?.sku]).toEqual(['DUP-100', 'DUP-100'])
    expect(catalogue.product(1007)?.variations).toHaveLength(4)
    expect(catalogue.stock(1033).size).toBe(0)
    expect(catalogue.stock(1034).get(2)).toEqual({ inStock: 0, allocated: 3, inTransit: 10 })
    expect([...catalogue.prices(1038).values()].every((price) => Object.keys(price).length === 0)).toBe(true)
    expect(catalogue.prices(1039).get(7)).toEqual({ '1': '1.6250', '100': '0.9900', '1000': '0.2800' })
    expect(catalogue.product(1036)?.customFields.PCF_WEB).toBeUndefined()
  })

  test('have the kinds in the promised shares', () => {
    const share = (isOne: (product: (typeof products)[number]) => boolean) =>
      products.filter(isOne).length / products.length
    expect(share(({ customFields }) => customFields.PCF_WEB === true)).toBeCloseTo(0.85, 1)
    expect(share(({ status }) => status !== 'LIVE')).toBeCloseTo(0.06, 1)
    expect(share(({ updatedOn }) => updatedOn === null)).toBeCloseTo(0.6, 1)
    expect(share(({ components }) => components !== undefined)).toBeGreaterThan(0.01)
    expect(share(({ stockTracked }) => !stockTracked)).toBeGreaterThan(0.015)
    expect(share(({ id }) => catalogue.stock(id).size === 0)).toBeGreaterThan(0.04)
  })

  test('have one SKU twice only where it is meant', () => {
    const counts = new Map<string, number>()
    for (const { sku } of products) counts.set(sku, (counts.get(sku) ?? 0) + 1)
    expect([...counts].filter(([sku, count]) => sku.trim() !== '' && count > 1)).toEqual([['DUP-100', 2]])
  })

  test('have distinct variants within a group', () => {
    const seen = new Set<string>()
    for (const { groupId, variations } of products.filter(({ groupId }) => groupId > 0)) {
      const variant = `${groupId}:${variations.map(({ optionValueId }) => optionValueId)}`
      expect(seen.has(variant)).toBe(false)
      seen.add(variant)
    }
  })

  test('name only reference data that exists, and components that come before their bundle', () => {
    const { brands, categories, taxCodes, priceLists, warehouses } = catalogue.reference
    const known = (list: readonly { readonly id: number }[], id: number) => list.some((one) => one.id === id)
    for (const product of products) {
      expect(known(brands, product.brandId)).toBe(true)
      expect(product.categoryIds.every((id) => known(categories, id))).toBe(true)
      expect(known(taxCodes, product.taxCodeId)).toBe(true)
      expect((product.components ?? []).every(({ productId }) => catalogue.has(productId))).toBe(true)
      expect([...catalogue.stock(product.id).keys()].every((id) => known(warehouses, id))).toBe(true)
      expect([...catalogue.prices(product.id).keys()]).toEqual(priceLists.map(({ id }) => id))
    }
  })

  test('have prices without minor units in yen, and barcodes that are mostly right', () => {
    let wrong = 0
    for (const { id, ean } of products) {
      const yen = catalogue.prices(id).get(6)?.['1']
      if (yen) expect(yen).toMatch(/^\d+\.0000$/)
      if (ean && Number(ean.at(-1)) !== checkDigit(ean.slice(0, -1))) wrong += 1
    }
    expect(wrong).toBeGreaterThan(1)
    expect(wrong / products.length).toBeLessThan(0.01)
  })
})

test('check digits follow GS1', () => {
  expect(barcode('400638133393')).toBe('4006381333931')
  expect(barcode('03600029145')).toBe('036000291452')
})

describe('bundle stock', () => {
  const catalogue = createCatalogue({ products: 40 })

  test('is the least number of complete sets within each warehouse', () => {
    expect([...bundleStock(catalogue, 1013)]).toEqual([
      [2, 4],
      [3, 4],
    ])
  })

  test('goes down into a bundle within a bundle', () => {
    expect([...bundleStock(catalogue, 1015)]).toEqual([
      [2, 4],
      [3, 0],
    ])
  })
})

describe('changes', () => {
  const start = Date.UTC(2026, 0, 15)
  const fresh = () => {
    const clock = createManualClock(start)
    return { clock, catalogue: createCatalogue({ products: 60, clock }) }
  }

  test('of a product are stamped with the clock', () => {
    const { clock, catalogue } = fresh()
    clock.advance(5000)
    catalogue.change(1002, { name: 'Renamed', ean: null })
    expect(catalogue.product(1002)).toMatchObject({ name: 'Renamed', updatedOn: start + 5000 })
    expect(catalogue.product(1002)).not.toHaveProperty('ean')
    expect(catalogue.product(1004)?.updatedOn).toBeNull()
  })

  test('of stock and price leave the product alone unless the switch says otherwise', () => {
    const { catalogue } = fresh()
    catalogue.setStock(1002, 2, { inStock: 3 })
    catalogue.setPrice(1002, 2, {})
    expect(catalogue.stock(1002).get(2)).toEqual({ inStock: 3, allocated: 6, inTransit: 5 })
    expect(catalogue.prices(1002).get(2)).toEqual({})
    expect(catalogue.updatedOn(1002)).toBeNull()

    const touching = createCatalogue({ products: 60, stockTouchesProduct: true, clock: { now: () => start } })
    touching.setStock(1002, 2, null)
    expect(touching.updatedOn(1002)).toBe(start)
    expect(touching.stock(1002).has(2)).toBe(false)
  })

  test('are not yet seen as of a moment before them', () => {
    const { clock, catalogue } = fresh()
    clock.advance(1000)
    catalogue.change(1002, { sku: 'NEW' })
    catalogue.removeProduct(1003)
    const id = catalogue.addProduct({ sku: 'ADDED', name: 'Added' })
    expect(id).toBeGreaterThan(1060)

    const before = catalogue.asOf(start + 999)
    expect([before.sku(1002), before.has(1003), before.has(id)]).toEqual(['TJ-MOS-M', true, false])
    expect([...before.ids()]).toHaveLength(60)
    expect([catalogue.sku(1002), catalogue.has(1003), catalogue.has(id)]).toEqual(['NEW', false, true])
    expect(idList(catalogue)).toContain(id)
    expect([...catalogue.asOf(start + 1000).ids()]).toEqual(idList(catalogue))
  })

  test('come from a body, which is checked', () => {
    const { catalogue } = fresh()
    const { added, touched } = applyChange(catalogue, {
      add: [{ sku: 'X', name: 'X' }],
      change: [{ sku: 'TJ-MOS-S', patch: { status: 'ARCHIVED' } }],
      setStock: [{ productId: 1002, warehouseId: 2, figures: { inStock: 1, allocated: 0 } }],
      remove: [{ productId: 1003 }],
      touch: 3,
    })
    expect(catalogue.sku(added[0] ?? 0)).toBe('X')
    expect(catalogue.status(1001)).toBe('ARCHIVED')
    expect(touched).toEqual([1002, 1004, 1005])
    expect(() => applyChange(catalogue, { chnage: [] })).toThrow('no change "chnage"')
    expect(() => applyChange(catalogue, { change: [{ productId: 1002, patch: { nmae: '' } }] })).toThrow('"nmae"')
    expect(() => applyChange(catalogue, { add: [{ sku: 'Y' }] })).toThrow('needs "sku" and "name"')
    expect(() => applyChange(catalogue, { change: [{ productId: 1002 }] })).toThrow('{ field: value }')
    expect(() => applyChange(catalogue, { remove: [{ productId: 1003 }] })).toThrow('no product 1003')
    expect(() => applyChange(catalogue, { setStock: [{ productId: 1002, warehouseId: 4, figures: null }] })).toThrow(
      'no warehouse 4',
    )
  })
})
