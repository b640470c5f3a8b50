import { barcode } from './barcodes.ts'
import { fromHundredths, netOf } from './money.ts'
import { draw, drawOne, drawWhole } from './random.ts'
import { referenceData } from './reference-data.ts'
import type {
  BundleComponent,
  CatalogueProduct,
  CustomFieldValue,
  ProductStatus,
  QuantityPrice,
  StockFigures,
  Variation,
} from './types.ts'

/**
 * Products 41 and up, each derived from the seed and its own index when it is asked for: a catalogue of 100,000 costs
 * no memory until something is changed.
 *
 * They come in blocks of sixteen: a group of six variants, a group of four, and six single products, of which one may
 * be a service or a bundle of two earlier ones of its block.
 */
export interface Bulk {
  sku(index: number): string
  createdOn(index: number): number
  updatedOn(index: number): number | null
  status(index: number): ProductStatus
  product(index: number, id: number): CatalogueProduct
  stock(index: number): ReadonlyMap<number, StockFigures>
  prices(index: number): ReadonlyMap<number, QuantityPrice>
}

const blockSize = 16

/** What a draw is about: each its own stream, so that a change of one rule does not shift the others. */
const salt = {
  line: 1,
  adjective: 2,
  nonLatin: 3,
  status: 4,
  oddSku: 5,
  created: 6,
  updated: 7,
  updatedAt: 8,
  barcode: 9,
  web: 10,
  fabric: 11,
  origin: 12,
  launch: 13,
  weight: 14,
  tax: 15,
  noStock: 16,
  inStock: 17,
  allocated: 27,
  places: 37,
  oversold: 47,
  price: 48,
  hasPrice: 49,
  breaks: 60,
  mpn: 61,
  season: 62,
  quantity: 63,
} as const

interface Line {
  readonly code: string
  readonly noun: string
  readonly categoryIds: readonly number[]
  readonly brandIds: readonly number[]
}

const clothingLines: readonly Line[] = [
  { code: 'JK', noun: 'Jacket', categoryIds: [11], brandIds: [1, 2] },
  { code: 'TR', noun: 'Trousers', categoryIds: [12, 10], brandIds: [1, 2] },
  { code: 'BL', noun: 'Base Layer', categoryIds: [13], brandIds: [1] },
  { code: 'BT', noun: 'Boots', categoryIds: [21], brandIds: [3] },
]

const singleLines: readonly Line[] = [
  { code: 'SK', noun: 'Socks', categoryIds: [22], brandIds: [3] },
  { code: 'PK', noun: 'Pack', categoryIds: [31, 30], brandIds: [4] },
  { code: 'ST', noun: 'Stove', categoryIds: [32], brandIds: [6] },
  { code: 'LP', noun: 'Lamp', categoryIds: [33], brandIds: [5, 6] },
  { code: 'MP', noun: 'Map', categoryIds: [34], brandIds: [5, 8] },
]

const adjectives = ['Alpine', 'Fell', 'Harbour', 'Moor', 'Ridge', 'Storm', 'Tarn', 'Vale'] as const
const nonLatinNames = ['登山用品', 'Походный набор', 'Vindtät tröja', 'Πυξίδα'] as const

interface Slot {
  readonly block: number
  /** Products of one family share name, price and brand. */
  readonly family: number
  readonly kind: 'variant' | 'single' | 'service' | 'bundle'
  /** Place among the variants of its group. */
  readonly variant: number
  readonly fourOptions: boolean
}

function slotOf(index: number): Slot {
  const block = Math.floor(index / blockSize)
  const place = index % blockSize
  const family = block * blockSize
  if (place < 6) return { block, family, kind: 'variant', variant: place, fourOptions: false }
  if (place < 10) {
    return { block, family: family + 1, kind: 'variant', variant: place - 6, fourOptions: block % 10 === 5 }
  }
  const kind = place === 14 && block % 8 === 0 ? 'service' : place === 15 && block % 4 === 1 ? 'bundle' : 'single'
  return { block, family: family + place, kind, variant: 0, fourOptions: false }
}

const colours = [11, 12, 13, 14] as const
const sizes = [21, 22, 23, 24] as const

function variationsOf({ kind, variant, fourOptions, block }: Slot): readonly Variation[] {
  if (kind !== 'variant') return []
  const value = (optionId: number, from: readonly number[], place: number): Variation => ({
    optionId,
    optionValueId: from[place % from.length] ?? 0,
  })
  if (fourOptions) {
    return [
      value(1, colours, block),
      value(2, sizes, 1),
      value(3, [31, 32], variant >> 1),
      value(4, [41, 42], variant & 1),
    ]
  }
  return [value(1, colours, block + (variant % 2)), value(2, sizes, variant >> 1)]
}

const valueCodes = new Map(referenceData.options.flatMap(({ values }) => values.map(({ id, code }) => [id, code])))
const rates = new Map(referenceData.taxCodes.map(({ id, rate = 0 }) => [id, rate]))

const day = 86_400_000
const firstDay = Date.UTC(2024, 0, 8)

export function createBulk(seed: number, idOf: (index: number) => number): Bulk {
  const chance = (item: number, about: number) => draw(seed, item, about)

  const lineOf = ({ family, kind }: Slot): Line =>
    kind === 'service'
      ? { code: 'SV', noun: 'Service', categoryIds: [40], brandIds: [8] }
      : kind === 'bundle'
        ? { code: 'SET', noun: 'Set', categoryIds: [50], brandIds: [8] }
        : drawOne(seed, family, salt.line, kind === 'variant' ? clothingLines : singleLines)

  const skuOf = (index: number): string => {
    const slot = slotOf(index)
    const parts = [lineOf(slot).code, String(slot.family)]
    for (const { optionValueId } of variationsOf(slot)) parts.push(valueCodes.get(optionValueId) ?? '')
    const sku = parts.join('-')
    const odd = chance(index, salt.oddSku)
    if (odd < 0.003) return ''
    if (odd < 0.006) return ` ${sku} `
    if (odd < 0.011) return sku.replace('-', '/')
    if (odd < 0.015) return sku.toLowerCase()
    return sku
  }

  const createdOn = (index: number) =>
    firstDay + drawWhole(seed, index, salt.created, 0, 399) * day + (index % 1440) * 60_000
  const updatedOn = (index: number) =>
    chance(index, salt.updated) < 0.4
      ? createdOn(index) + drawWhole(seed, index, salt.updatedAt, 1, 300) * day + 1234
      : null
  const statusOf = (index: number): ProductStatus => {
    const drawn = chance(index, salt.status)
    return drawn < 0.04 ? 'ARCHIVED' : drawn < 0.06 ? 'DISCONTINUED' : 'LIVE'
  }

  const taxCodeOf = (slot: Slot): number => {
    if (lineOf(slot).code === 'MP') return 8
    const drawn = chance(slot.family, salt.tax)
    return drawn < 0.03 ? 9 : drawn < 0.035 ? 1 : 7
  }

  const nameOf = (slot: Slot): string => {
    const plain = `${drawOne(seed, slot.family, salt.adjective, adjectives)} ${lineOf(slot).noun} ${slot.family}`
    return chance(slot.family, salt.nonLatin) < 0.03
      ? `${drawOne(seed, slot.family, salt.nonLatin + 1000, nonLatinNames)} ${slot.family}`
      : plain
  }

  const componentsOf = (slot: Slot): readonly BundleComponent[] => {
    const start = slot.block * blockSize
    return [
      { productId: idOf(start + 10), quantity: 1 },
      { productId: idOf(start + 11), quantity: drawWhole(seed, slot.family, salt.quantity, 1, 3) },
    ]
  }

  const barcodesOf = (index: number): { readonly ean?: string; readonly upc?: string } => {
    const drawn = chance(index, salt.barcode)
    if (drawn < 0.06) return {}
    if (drawn < 0.09) return { ean: '' }
    if (drawn < 0.1) return { ean: '', upc: barcode(`07${String(index).padStart(9, '0')}`) }
    return { ean: barcode(`502${String(index).padStart(9, '0')}`, { wrong: drawn < 0.102 }) }
  }

  const customFieldsOf = (index: number): Readonly<Record<string, CustomFieldValue>> => {
    const fields: Record<string, CustomFieldValue> = {}
    const web = chance(index, salt.web)
    if (web < 0.93) fields.PCF_WEB = web < 0.85
    if (chance(index, salt.fabric) < 0.3) fields.PCF_FABRIC = 'Cotton'
    if (chance(index, salt.origin) < 0.5) fields.PCF_ORIGIN = drawWhole(seed, index, salt.origin + 1000, 1, 3)
    if (chance(index, salt.launch) < 0.1) fields.PCF_LAUNCH = createdOn(index) - (createdOn(index) % day)
    return fields
  }

  return {
    sku: skuOf,
    createdOn,
    updatedOn,
    status: statusOf,
    product(index, id) {
      const slot = slotOf(index)
      const line = lineOf(slot)
      const name = nameOf(slot)
      const stockTracked = slot.kind === 'variant' || slot.kind === 'single'
      return {
        id,
        sku: skuOf(index),
        name,
        description: `<p>${name}, as the back office describes it.</p>`,
        shortDescription: name,
        brandId: drawOne(seed, slot.family, salt.line + 1000, line.brandIds),
        productTypeId: slot.kind === 'service' ? 3 : slot.kind === 'variant' ? 2 : 1,
        groupId: slot.kind === 'variant' ? 600 + slot.block * 2 + (slot.family % blockSize) : 0,
        variations: variationsOf(slot),
        categoryIds: line.categoryIds,
        taxCodeId: taxCodeOf(slot),
        stockTracked,
        ...(slot.kind === 'bundle' && { components: componentsOf(slot) }),
        status: statusOf(index),
        ...barcodesOf(index),
        ...(chance(index, salt.mpn) < 0.8 && { mpn: `M-${id}` }),
        weightKg: drawWhole(seed, slot.family, salt.weight, 5, 400) / 100,
        dimensions: { length: 40, height: 6, width: 30 },
        customFields: customFieldsOf(index),
        seasonIds: chance(slot.family, salt.season) < 0.5 ? [1] : [2],
        primarySupplierId: 233,
        createdOn: createdOn(index),
        updatedOn: updatedOn(index),
      }
    },
    stock(index) {
      const figures = new Map<number, StockFigures>()
      const { kind } = slotOf(index)
      if (kind === 'service' || kind === 'bundle' || chance(index, salt.noStock) < 0.05) return figures
      const oversold = chance(index, salt.oversold) < 0.01
      for (const { id, share, most } of places) {
        if (chance(index, salt.places + id) >= share) continue
        const inStock = oversold ? 0 : drawWhole(seed, index, salt.inStock + id, 0, most)
        const allocated = oversold ? 2 : Math.floor(inStock * chance(index, salt.allocated + id) * 0.3)
        figures.set(id, { inStock, allocated, inTransit: id === 2 && index % 7 === 0 ? 12 : 0 })
      }
      return figures
    },
    prices(index) {
      const slot = slotOf(index)
      const rate = rates.get(taxCodeOf(slot)) ?? 0
      const gross = drawWhole(seed, slot.family, salt.price, 5, 320) * 100 - 5
      const has = (list: number, share: number) => chance(index, salt.hasPrice + list) < share
      const prices = new Map<number, QuantityPrice>()
      if (has(1, 0.97)) prices.set(1, { '1': fromHundredths(Math.round(gross * 0.4)) })
      if (has(2, 0.97)) prices.set(2, { '1': netOf(gross, rate) })
      if (has(3, 0.97)) prices.set(3, { '1': fromHundredths(gross) })
      if (has(4, 0.7)) prices.set(4, { '1': fromHundredths(Math.round(gross * 0.96)) })
      if (has(5, 0.6)) prices.set(5, { '1': fromHundredths(Math.max(1, Math.round(gross / 8)) * 100) })
      if (has(6, 0.3)) prices.set(6, { '1': fromHundredths(Math.max(1, Math.round(gross * 1.6)) * 100) })
      if (has(7, 0.5)) {
        prices.set(7, {
          '1': netOf(gross, rate),
          '10': netOf(Math.round(gross * 0.92), rate),
          ...(chance(index, salt.breaks) < 0.4 && { '50': netOf(Math.round(gross * 0.85), rate) }),
        })
      }
      if (has(8, 0.2)) prices.set(8, { '1': fromHundredths(Math.round(gross * 1.2)) })
      if (has(9, 0.05)) prices.set(9, { '1': netOf(Math.round(gross * 0.6), rate) })
      return prices
    },
  }
}

const places = [
  { id: 2, share: 0.95, most: 200 },
  { id: 3, share: 0.4, most: 12 },
  { id: 5, share: 0.25, most: 600 },
  { id: 6, share: 0.03, most: 5 },
] as const
