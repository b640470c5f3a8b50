import { PARAMETRIC_TYPE, SALES_AREA, WAREHOUSE_TYPE } from './connect/value-enums.ts'
import { type CustomerBook, createCustomerBook } from './customers/model.ts'
import type {
  Application,
  Category,
  Cluster,
  Culture,
  Currency,
  ListValue,
  Location,
  Manufacturer,
  OnHandRow,
  Parametric,
  PaymentMethod,
  PriceList,
  PriceRow,
  Sku,
  Stamp,
  Tracked,
  Variant,
  VariantGroup,
  Warehouse,
} from './model.ts'
import type { NorceReferenceData } from './reference-data.ts'

/** Kinds of rows that are counted apart. */
export type RowKind =
  | 'cluster'
  | 'variant'
  | 'sku'
  | 'price'
  | 'onhand'
  | 'priceList'
  | 'warehouse'
  | 'manufacturer'
  | 'customer'
  | 'company'

export interface WriteCounters {
  /** Rows written since the reset, whether or not a value differed. */
  readonly written: Readonly<Record<RowKind, number>>
  /** Of these, writes that altered a value or made a row. */
  readonly changed: Readonly<Record<RowKind, number>>
  /** Different rows among `written`. */
  readonly distinct: Readonly<Record<RowKind, number>>
}

/** One write to one row, for counting at the sink. */
export interface WriteRecord {
  readonly kind: RowKind
  /** E.g. `210455-M`, `210455-M / SE-WEB / 1`, `210455-M / CW1 / MAIN`. */
  readonly key: string
  readonly action: 'inserted' | 'changed' | 'unchanged'
  /** Null for changes that were made in the shop itself. */
  readonly jobId: number | null
  /** Ticks, see `wire-time.ts`. */
  readonly at: number
}

const KINDS: readonly RowKind[] = [
  'cluster',
  'variant',
  'sku',
  'price',
  'onhand',
  'priceList',
  'warehouse',
  'manufacturer',
  'customer',
  'company',
]

/** How many of the newest writes are kept one by one; the counters count all. */
const KEPT_WRITES = 50_000

/** Everything in the shop, with the indexes that imports and Query look rows up by. */
export interface Store {
  readonly currencies: ReadonlyMap<string, Currency>
  readonly cultures: ReadonlyMap<string, Culture>
  /** Its texts fill Query's `Default…` columns. */
  readonly defaultCulture: string
  readonly categories: ReadonlyMap<string, Category>
  readonly parametrics: ReadonlyMap<string, Parametric>
  readonly salesAreas: readonly { readonly id: number; readonly code: string }[]
  readonly countries: readonly string[]
  readonly vatCodes: readonly { readonly name: string; readonly ratePercent: number }[]
  readonly paymentMethods: ReadonlyMap<string, PaymentMethod>
  readonly deliveryMethods: ReadonlyMap<string, { readonly id: number; readonly code: string; readonly name: string }>
  readonly applications: readonly Application[]
  /** Code to type. */
  readonly orderInfoTypes: ReadonlyMap<string, { readonly id: number; readonly code: string; readonly name: string }>
  readonly manufacturers: Map<string, Manufacturer>
  readonly variantGroups: Map<string, VariantGroup>
  readonly priceLists: Map<string, PriceList>
  readonly warehouses: Map<string, Warehouse>
  readonly clusters: Map<number, Cluster>
  readonly clustersByCode: Map<string, Cluster>
  readonly variants: Map<number, Variant>
  /** By {@link pairKey}. */
  readonly variantsByPair: Map<string, Variant>
  readonly skus: Map<string, Sku>
  priceCount: number
  onHandCount: number
  readonly installed: Stamp
  readonly customers: CustomerBook
  /** Told of every row that is made or changed. */
  onWrite: ((kind: RowKind, row: Tracked) => void) | null

  nextId(
    kind: 'cluster' | 'variant' | 'manufacturer' | 'priceList' | 'warehouse' | 'location' | 'group' | 'value',
  ): number
  tracked(stamp: Stamp): Tracked
  /** Sorted by part number (by code unit); the order in which Query lists. */
  sortedSkus(): readonly Sku[]
  addSku(sku: Sku): void
  removeSku(sku: Sku): void
  /** Counts a write; moves `updated` when a value changed on a row that is not new. */
  noteWrite(
    kind: RowKind,
    row: Tracked,
    key: string,
    action: WriteRecord['action'],
    stamp: Stamp,
    jobId: number | null,
  ): void
  counters(): WriteCounters
  writes(): readonly WriteRecord[]
  /** Writes to this row since the reset. */
  writesOf(row: Tracked): number
  resetCounters(): void
}

/** The key of a variant: manufacturer code and manufacturer part number, case kept. */
export function pairKey(manufacturerCode: string, manufacturerPartNo: string): string {
  return `${manufacturerCode}\u0000${manufacturerPartNo}`
}

export function createStore(reference: NorceReferenceData, installed: Stamp): Store {
  const nextIds = {
    cluster: 901,
    variant: 4021,
    manufacturer: 1,
    priceList: 1,
    warehouse: 1,
    location: 1,
    group: 1,
    value: 1,
  }
  let period = 0
  let written = zeros()
  let changed = zeros()
  let distinct = zeros()
  let writes: WriteRecord[] = []
  let sorted: Sku[] | null = null

  const tracked = (stamp: Stamp): Tracked => ({ created: stamp, updated: null, writes: 0, period: -1 })
  const take = (kind: keyof typeof nextIds, wanted?: number): number => {
    const id = wanted ?? nextIds[kind]
    nextIds[kind] = Math.max(nextIds[kind], id + 1)
    return id
  }

  const currencies = byCode(
    reference.currencies.map((currency, index) => ({
      id: currency.id ?? index + 1,
      code: currency.code,
      name: currency.name ?? currency.code,
      exchangeRate: currency.exchangeRate ?? 1,
    })),
  )
  const primary = reference.cultures.find((culture) => culture.isPrimary === true) ?? reference.cultures[0]
  if (primary === undefined) throw new TypeError('referenceData.cultures must name at least one culture, e.g. sv-SE.')

  const store: Store = {
    currencies,
    cultures: byCode(reference.cultures.map(({ code }) => ({ code, isPrimary: code === primary.code }))),
    defaultCulture: primary.code,
    categories: categoriesOf(reference),
    parametrics: parametricsOf(reference, () => take('value')),
    salesAreas: (reference.salesAreas ?? ['Sweden']).map((code) => ({ id: SALES_AREA[code], code })),
    countries: reference.countries ?? ['SE'],
    vatCodes: reference.vatCodes ?? [],
    paymentMethods: byCode(numbered(reference.paymentMethods ?? [])),
    deliveryMethods: byCode(numbered(reference.deliveryMethods ?? [])),
    applications: (reference.applications ?? []).map(({ priceList, culture, currency, ...application }) => {
      const known = currencies.get(currency)
      if (known === undefined) {
        throw new TypeError(`referenceData: application ${application.id} names the unknown currency ${currency}.`)
      }
      return { ...application, currency: known, priceListCode: priceList, cultureCode: culture }
    }),
    orderInfoTypes: byCode((reference.orderInfoTypes ?? []).map((type, index) => ({ ...type, id: index + 7 }))),
    manufacturers: byCode(
      reference.manufacturers.map(({ id, code, name }) => ({
        ...tracked(installed),
        id: take('manufacturer', id),
        code,
        name,
      })),
    ),
    variantGroups: byCode(
      (reference.variantGroups ?? []).map(({ code, name, types }) => ({
        id: take('group'),
        code,
        name,
        types: types.map((type) => ({ code: type.code, name: type.name, parametricCode: type.parametric })),
      })),
    ),
    priceLists: new Map(),
    warehouses: new Map(),
    clusters: new Map(),
    clustersByCode: new Map(),
    variants: new Map(),
    variantsByPair: new Map(),
    skus: new Map(),
    priceCount: 0,
    onHandCount: 0,
    installed,
    customers: createCustomerBook(),
    onWrite: null,
    nextId: (kind) => take(kind),
    tracked,
    sortedSkus() {
      sorted ??= [...store.skus.values()].sort((a, b) => (a.partNo < b.partNo ? -1 : 1))
      return sorted
    },
    addSku(sku) {
      store.skus.set(sku.partNo, sku)
      sku.variant.skus = [...sku.variant.skus, sku]
      sorted = null
    },
    removeSku(sku) {
      store.skus.delete(sku.partNo)
      sorted = null
      store.priceCount -= sku.prices.length
      store.onHandCount -= sku.onHands.length
      sku.variant.skus = without(sku.variant.skus, sku)
    },
    noteWrite(kind, row, key, action, stamp, jobId) {
      if (action === 'changed') row.updated = stamp
      written[kind] += 1
      if (action !== 'unchanged') changed[kind] += 1
      if (row.period === period) row.writes += 1
      else {
        row.period = period
        row.writes = 1
        distinct[kind] += 1
      }
      writes.push({ kind, key, action, jobId, at: stamp.at })
      if (writes.length > KEPT_WRITES * 2) writes = writes.slice(-KEPT_WRITES)
      if (action !== 'unchanged') store.onWrite?.(kind, row)
    },
    counters: () => ({ written: { ...written }, changed: { ...changed }, distinct: { ...distinct } }),
    writes: () => writes.slice(-KEPT_WRITES),
    writesOf: (row) => (row.period === period ? row.writes : 0),
    resetCounters() {
      period += 1
      written = zeros()
      changed = zeros()
      distinct = zeros()
      writes = []
    },
  }
  installWarehouses(store, reference, take)
  installPriceLists(store, reference, take)
  return store
}

type Take = (kind: 'warehouse' | 'location' | 'priceList', wanted?: number) => number

function installWarehouses(store: Store, reference: NorceReferenceData, take: Take): void {
  for (const { id, code, name, type = 'Warehouse', locations } of reference.warehouses) {
    const warehouse: Warehouse = {
      ...store.tracked(store.installed),
      id: take('warehouse', id),
      code,
      name,
      typeId: WAREHOUSE_TYPE[type],
      leadTimeDayCount: null,
      locations: new Map(),
    }
    for (const [index, entry] of locations.entries()) {
      const location: Location = {
        ...store.tracked(store.installed),
        id: take('location', entry.id),
        warehouse,
        code: entry.code,
        name: entry.name,
        isStandard: entry.isStandard ?? index === 0,
        isIncludedInStockCalculation: true,
        leadTimeDayCount: null,
      }
      warehouse.locations.set(entry.code, location)
    }
    store.warehouses.set(code, warehouse)
  }
}

function installPriceLists(store: Store, reference: NorceReferenceData, take: Take): void {
  for (const entry of reference.priceLists) {
    const currency = store.currencies.get(entry.currency)
    if (currency === undefined) {
      throw new TypeError(
        `referenceData: price list ${entry.code} names the currency ${entry.currency}, which is not in currencies.`,
      )
    }
    const list: PriceList = {
      ...newPriceList(store, take('priceList', entry.id), entry.code, currency, store.installed),
      name: entry.name,
      isPrimary: entry.isPrimary ?? false,
      isActive: entry.isActive ?? true,
      salesAreaId: entry.salesArea === undefined ? null : SALES_AREA[entry.salesArea],
      warehouses: [...store.warehouses.values()],
      onApplication: true,
    }
    store.priceLists.set(entry.code, list)
  }
}

export function newPriceList(store: Store, id: number, code: string, currency: Currency, stamp: Stamp): PriceList {
  return {
    ...store.tracked(stamp),
    id,
    code,
    name: null,
    description: null,
    currency,
    startDate: null,
    endDate: null,
    isPublic: true,
    isPrimary: false,
    isFavorite: false,
    isActive: true,
    salesAreaId: null,
    parent: null,
    defaultPriceRuleId: 2,
    defaultPriceRuleValue: null,
    warehouses: [],
    onApplication: false,
    extra: null,
  }
}

function categoriesOf(reference: NorceReferenceData): Map<string, Category> {
  const categories = new Map<string, Category>()
  for (const [index, { id, code, name, parent, isActive = true }] of reference.categories.entries()) {
    const above = parent === undefined ? undefined : categories.get(parent)
    if (parent !== undefined && above === undefined) {
      throw new TypeError(`referenceData: category ${code} names the parent ${parent}, which does not stand before it.`)
    }
    const fullName = above === undefined ? name : `${above.fullName} - ${name}`
    categories.set(code, { id: id ?? 301 + index, code, name, fullName, isActive })
  }
  return categories
}

function parametricsOf(reference: NorceReferenceData, nextValueId: () => number): Map<string, Parametric> {
  return byCode(
    reference.parametrics.map(({ id, code, name, type, values = [] }, index) => ({
      id: id ?? index + 1,
      code,
      name,
      typeId: PARAMETRIC_TYPE[type],
      values: byCode<ListValue>(values.map((value) => ({ id: nextValueId(), code: value.code, value: value.value }))),
    })),
  )
}

function byCode<T extends { readonly code: string }>(entries: readonly T[]): Map<string, T> {
  return new Map(entries.map((entry) => [entry.code, entry]))
}

function numbered<T extends { readonly id?: number }>(entries: readonly T[]): (T & { readonly id: number })[] {
  return entries.map((entry, index) => ({ ...entry, id: entry.id ?? index + 1 }))
}

function zeros(): Record<RowKind, number> {
  return Object.fromEntries(KINDS.map((kind) => [kind, 0])) as Record<RowKind, number>
}

export function without<T>(list: readonly T[], entry: T): readonly T[] {
  return list.filter((other) => other !== entry)
}

/** The price row of a key, if there is one. A SKU has few of them: a look along the list is quicker than a map. */
export function findPrice(sku: Sku, list: PriceList, qtyBreak: number): PriceRow | undefined {
  return sku.prices.find((row) => row.list === list && row.qtyBreak === qtyBreak)
}

export function findOnHand(sku: Sku, location: Location): OnHandRow | undefined {
  return sku.onHands.find((row) => row.location === location)
}

/** A list that is sorted by two numbers, with one row more. */
export function withSorted<T>(
  rows: readonly T[],
  row: T,
  first: (row: T) => number,
  second: (row: T) => number,
): readonly T[] {
  const position = rows.findIndex(
    (other) => first(other) > first(row) || (first(other) === first(row) && second(other) > second(row)),
  )
  return position < 0 ? [...rows, row] : rows.toSpliced(position, 0, row)
}

export const priceKey = (row: PriceRow): string => `${row.sku.partNo} / ${row.list.code} / ${row.qtyBreak}`
export const onHandKey = (row: OnHandRow): string =>
  `${row.sku.partNo} / ${row.location.warehouse.code} / ${row.location.code}`
