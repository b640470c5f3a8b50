import { barcode } from './barcodes.ts'
import { fromHundredths, netOf } from './money.ts'
import type { BundleComponent, CatalogueProduct, CustomFieldValue, QuantityPrice, StockFigures } from './types.ts'

/**
 * The first forty products, 1001 to 1040, are the same in every catalogue: one of each oddity that the systems are
 * known for, so that tests and the demo can name them. `examples/sandbox/README.md` lists them.
 */
export interface HandMade {
  readonly product: CatalogueProduct
  readonly stock: ReadonlyMap<number, StockFigures>
  readonly prices: ReadonlyMap<number, QuantityPrice>
}

export const firstId = 1001

interface Sketch {
  readonly sku: string
  readonly name: string
  readonly of?: Partial<CatalogueProduct>
  /** Warehouse id to in stock, allocated, in transit. */
  readonly stock?: Readonly<Record<number, readonly [inStock: number, allocated?: number, inTransit?: number]>>
  /** Gross pence; a number gives the usual lists, a map of list id names each. */
  readonly gross?: number
  readonly prices?: Readonly<Record<number, QuantityPrice>>
  readonly web?: boolean | 'unset'
  readonly customFields?: Readonly<Record<string, CustomFieldValue>>
}

const created = Date.UTC(2024, 1, 5, 9, 12, 44)
const changed = Date.UTC(2025, 4, 18, 13, 3, 27)
const ratePerCent: Readonly<Record<number, number>> = { 1: 0, 7: 20, 8: 0, 9: 5 }

function jacket(colour: number, code: string, size: number, letter: string): Sketch {
  return {
    sku: `TJ-${code}-${letter}`,
    name: 'Trail Jacket',
    of: {
      brandId: 2,
      productTypeId: 2,
      groupId: 501,
      categoryIds: [11],
      seasonIds: [1],
      weightKg: 0.85,
      variations: [
        { optionId: 1, optionValueId: colour },
        { optionId: 2, optionValueId: size },
      ],
    },
    stock: { 2: [40 - size, 6, 5], 5: [8, 1] },
    gross: 8995,
    customFields: { PCF_FABRIC: 'Recycled nylon', PCF_HSCODE: 620193, PCF_ORIGIN: 1 },
  }
}

function trousers(colour: number, length: number, fit: number, code: string): Sketch {
  return {
    sku: `FT-${code}`,
    name: 'Fell Trousers',
    of: {
      brandId: 1,
      productTypeId: 2,
      groupId: 502,
      categoryIds: [12, 10],
      seasonIds: [2],
      variations: [
        { optionId: 1, optionValueId: colour },
        { optionId: 2, optionValueId: 22 },
        { optionId: 3, optionValueId: length },
        { optionId: 4, optionValueId: fit },
      ],
    },
    stock: { 2: [12, 2] },
    gross: 6450,
  }
}

const bundle = (...components: BundleComponent[]): Partial<CatalogueProduct> => ({
  components,
  stockTracked: false,
  categoryIds: [50],
})

const sketches: readonly Sketch[] = [
  jacket(11, 'MOS', 21, 'S'),
  jacket(11, 'MOS', 22, 'M'),
  jacket(11, 'MOS', 23, 'L'),
  jacket(12, 'SLA', 21, 'S'),
  jacket(12, 'SLA', 22, 'M'),
  jacket(12, 'SLA', 23, 'L'),
  trousers(12, 31, 41, 'SLA-M-R-SL'),
  trousers(12, 31, 42, 'SLA-M-R-RX'),
  trousers(12, 32, 41, 'SLA-M-LG-SL'),
  trousers(13, 32, 42, 'RUS-M-LG-RX'),
  // 1011: non-Latin name
  {
    sku: 'HL-300',
    name: 'ヘッドランプ 300',
    of: { brandId: 6, categoryIds: [33] },
    stock: { 2: [10, 3], 3: [4] },
    gross: 3900,
  },
  // 1012: non-Latin name and SKU
  { sku: 'ВРВ-8', name: 'Верёвка 8 мм', of: { brandId: 7, categoryIds: [30] }, stock: { 2: [55, 0, 20] }, gross: 4990 },
  // 1013: bundle; warehouse 2 has 7 lamps and 9 batteries (4 sets), warehouse 3 has 4 lamps and 40 batteries (4 sets)
  {
    sku: 'SET-LAMP',
    name: 'Lamp set',
    of: { brandId: 6, ...bundle({ productId: 1011, quantity: 1 }, { productId: 1014, quantity: 2 }) },
    gross: 4400,
  },
  {
    sku: 'BAT-AAA4',
    name: 'Batteries AAA, four',
    of: { brandId: 5, categoryIds: [33] },
    stock: { 2: [9], 3: [40] },
    gross: 500,
  },
  // 1015: bundle within a bundle; the stove is in warehouse 2 only
  {
    sku: 'SET-CAMP',
    name: 'Camp set',
    of: { brandId: 6, ...bundle({ productId: 1013, quantity: 1 }, { productId: 1016, quantity: 1 }) },
    gross: 11900,
  },
  { sku: 'STOVE-1', name: 'Stove', of: { brandId: 6, categoryIds: [32] }, stock: { 2: [6, 1] }, gross: 7900 },
  // 1017, 1018: services, not stock-tracked
  {
    sku: 'SRV-REPAIR',
    name: 'Repair, per hour',
    of: { brandId: 8, productTypeId: 3, categoryIds: [40], stockTracked: false },
    gross: 3600,
  },
  {
    sku: 'GIFT-50',
    name: 'Gift card 50',
    of: { brandId: 8, productTypeId: 3, categoryIds: [40], stockTracked: false, taxCodeId: 1 },
    gross: 5000,
  },
  // 1019, 1020: no longer current
  {
    sku: 'PACK-2019',
    name: 'Day pack 2019',
    of: { brandId: 4, categoryIds: [31], status: 'ARCHIVED' },
    stock: { 2: [0] },
    gross: 4500,
  },
  {
    sku: 'PACK-2022',
    name: 'Day pack 2022',
    of: { brandId: 4, categoryIds: [31], status: 'DISCONTINUED' },
    stock: { 2: [3] },
    gross: 4750,
  },
  // 1021 to 1029: SKUs as people type them
  { sku: '', name: 'Sample without a SKU', of: { brandId: 8, categoryIds: [30] }, stock: { 2: [1] }, gross: 1000 },
  {
    sku: '   ',
    name: 'Sample with a blank SKU',
    of: { brandId: 8, categoryIds: [30] },
    stock: { 2: [1] },
    gross: 1000,
  },
  {
    sku: ' MAP-N4 ',
    name: 'Map, northern sheet 4',
    of: { brandId: 5, categoryIds: [34], taxCodeId: 8 },
    stock: { 2: [80] },
    gross: 899,
  },
  {
    sku: 'map-n5',
    name: 'Map, northern sheet 5 (first print)',
    of: { brandId: 5, categoryIds: [34], taxCodeId: 8 },
    stock: { 2: [2] },
    gross: 699,
  },
  {
    sku: 'MAP-N5',
    name: 'Map, northern sheet 5',
    of: { brandId: 5, categoryIds: [34], taxCodeId: 8 },
    stock: { 2: [60] },
    gross: 899,
  },
  {
    sku: 'SOCK/2-PACK',
    name: 'Socks, two pairs',
    of: { brandId: 3, categoryIds: [22] },
    stock: { 2: [120, 15], 5: [300] },
    gross: 1299,
  },
  {
    sku: 'EXTRA-LONG-STOCK-KEEPING-UNIT-32',
    name: 'Socks, long',
    of: { brandId: 3, categoryIds: [22] },
    stock: { 2: [40] },
    gross: 1499,
  },
  { sku: 'DUP-100', name: 'Laces, 100 cm', of: { brandId: 3, categoryIds: [22] }, stock: { 2: [70] }, gross: 350 },
  {
    sku: 'DUP-100',
    name: 'Laces, 100 cm (old entry)',
    of: { brandId: 3, categoryIds: [22] },
    stock: { 2: [5] },
    gross: 300,
  },
  // 1030 to 1032: barcodes
  {
    sku: 'CUP-1',
    name: 'Cup',
    of: { brandId: 5, categoryIds: [32], ean: barcode('501234500103', { wrong: true }) },
    stock: { 2: [33] },
    gross: 899,
  },
  {
    sku: 'BOOK-1',
    name: 'Guide to the fells',
    of: { brandId: 8, categoryIds: [34], taxCodeId: 8, isbn: barcode('978123456789') },
    stock: { 2: [21] },
    gross: 1800,
  },
  {
    sku: 'FLASK-1',
    name: 'Flask',
    of: { brandId: 5, categoryIds: [32], upc: barcode('01234500103') },
    stock: { 2: [18] },
    gross: 2250,
  },
  // 1033, 1034: no figure at all; more promised than there is
  { sku: 'NEW-1', name: 'Tent, not yet delivered', of: { brandId: 4, categoryIds: [30] }, gross: 29900 },
  {
    sku: 'OVERSOLD-1',
    name: 'Boots, oversold',
    of: { brandId: 3, categoryIds: [21] },
    stock: { 2: [0, 3, 10], 3: [2] },
    gross: 12900,
  },
  // 1035, 1036: not for the shop
  {
    sku: 'INT-1',
    name: 'Carrier bags',
    of: { brandId: 8, categoryIds: [90] },
    stock: { 2: [5000] },
    gross: 10,
    web: false,
  },
  {
    sku: 'INT-2',
    name: 'Till rolls',
    of: { brandId: 8, categoryIds: [90] },
    stock: { 2: [40] },
    gross: 250,
    web: 'unset',
  },
  // 1037 to 1040: prices: zero; none at all; a gross price that divides badly; a reduced rate
  {
    sku: 'FREE-1',
    name: 'Sticker',
    of: { brandId: 8, categoryIds: [30] },
    stock: { 2: [900] },
    prices: { 2: { '1': '0.0000' }, 3: { '1': '0.0000' } },
  },
  { sku: 'NOPRICE-1', name: 'Whistle', of: { brandId: 5, categoryIds: [30] }, stock: { 2: [75] }, prices: {} },
  {
    sku: 'SCREW-1',
    name: 'Tent peg',
    of: { brandId: 4, categoryIds: [30] },
    stock: { 2: [4000, 200] },
    prices: {
      1: { '1': '0.4100' },
      2: { '1': '1.6250' },
      3: { '1': '1.9500' },
      7: { '1': '1.6250', '100': '0.9900', '1000': '0.2800' },
    },
  },
  {
    sku: 'CHILD-1',
    name: 'Child carrier',
    of: { brandId: 4, categoryIds: [31], taxCodeId: 9 },
    stock: { 2: [7] },
    gross: 13650,
  },
]

export const handMade: readonly HandMade[] = sketches.map((sketch, index) => {
  const id = firstId + index
  const { web = true, customFields = {} } = sketch
  const product: CatalogueProduct = {
    id,
    sku: sketch.sku,
    name: sketch.name,
    description: `<p>${sketch.name}, as the back office describes it.</p>`,
    shortDescription: sketch.name,
    brandId: 8,
    productTypeId: 1,
    groupId: 0,
    variations: [],
    categoryIds: [30],
    taxCodeId: 7,
    stockTracked: true,
    status: 'LIVE',
    // Barcode of its own only where the product is not about barcodes.
    ...(sketch.of?.isbn || sketch.of?.upc ? { ean: '' } : { ean: barcode(`50123450${id}`) }),
    mpn: `M-${id}`,
    weightKg: 0.4,
    dimensions: { length: 40, height: 6, width: 30 },
    customFields: { ...(web !== 'unset' && { PCF_WEB: web }), ...customFields },
    seasonIds: [],
    primarySupplierId: 233,
    createdOn: created + index * 60_000,
    updatedOn: index % 2 === 0 ? changed + index * 60_000 : null,
    ...sketch.of,
  }
  return {
    product,
    stock: new Map(
      Object.entries(sketch.stock ?? {}).map(([warehouse, [inStock, allocated = 0, inTransit = 0]]) => [
        Number(warehouse),
        { inStock, allocated, inTransit },
      ]),
    ),
    prices: new Map(
      Object.entries(sketch.prices ?? usualPrices(sketch.gross ?? 0, ratePerCent[product.taxCodeId] ?? 0)).map(
        ([list, price]) => [Number(list), price],
      ),
    ),
  }
})

function usualPrices(gross: number, rate: number): Readonly<Record<number, QuantityPrice>> {
  return {
    1: { '1': fromHundredths(Math.round(gross * 0.4)) },
    2: { '1': netOf(gross, rate) },
    3: { '1': fromHundredths(gross) },
    4: { '1': fromHundredths(Math.round(gross * 0.96)) },
    5: { '1': fromHundredths(Math.max(1, Math.round(gross / 8)) * 100) },
    6: { '1': fromHundredths(Math.max(1, Math.round(gross * 1.6)) * 100) },
    7: { '1': netOf(gross, rate), '10': netOf(Math.round(gross * 0.92), rate) },
    8: { '1': fromHundredths(Math.round(gross * 1.2)) },
  }
}
