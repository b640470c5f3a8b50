import type { PriceList, PriceRow, Sku, Stamp } from '../model.ts'
import { findPrice, priceKey, type Store, withSorted } from '../store.ts'
import { type ImportContext, type ImportItem, keepLast, valueOr } from './import-context.ts'
import type { Item } from './item-schema.ts'

const AMOUNTS = [
  ['PriceSale', 'priceSale', 'priceSaleStamp'],
  ['CostPurchase', 'costPurchase', 'costPurchaseStamp'],
  ['CostUnit', 'costUnit', 'costUnitStamp'],
  ['PriceRecommended', 'priceRecommended', 'priceRecommendedStamp'],
  ['PricePrevious', 'pricePrevious', 'pricePreviousStamp'],
  ['PriceCatalog', 'priceCatalog', 'priceCatalogStamp'],
] as const

/**
 * Product/ImportSkuPriceLists.
 *
 * Known: key PartNo + PriceListCode + QuantityBreak; unknown PartNo or PriceListCode is ignored; null and 0 amounts do
 * not overwrite; a field of `IgnoreSkuPriceListFieldsWhenEmpty` that is empty makes the whole row ignored; FullFile
 * deactivates absent prices of the lists present in the import [doc D7, D24].
 * Assumed: a quantity break that is left out or 0 is 1; "empty" is absent, null or 0; a row ignored for that reason is
 * not logged, because it was asked for; a currency other than the list's rejects the row; amounts are rounded to four
 * decimals; a row that was deactivated stays so until `IsActive: true` is sent; a named `IsActive` without a value is
 * stored as false.
 */
export function importSkuPriceLists(rows: readonly ImportItem[], context: ImportContext): void {
  const { store, header, switches } = context
  const seen = new Set<PriceRow>()
  const lists = new Set<PriceList>()
  const breaksMatter = switches.quantityBreaks === 'accept'
  const unique = keepLast(
    rows,
    (item) => `${item.PartNo}\u0000${item.PriceListCode}\u0000${breaksMatter ? quantityBreak(item) : ''}`,
    context,
    (item) => `PartNo ${item.PartNo}, price list ${item.PriceListCode}, quantity break ${quantityBreak(item)}`,
  )
  for (const { item, raw } of unique) {
    const list = store.priceLists.get(item.PriceListCode as string)
    if (list !== undefined) lists.add(list)
    const sku = store.skus.get(item.PartNo as string)
    if (sku === undefined) {
      context.reject(`Sku with part number ${item.PartNo} was not found.`, raw)
      continue
    }
    const refusal = refusalOf(item, list)
    if (refusal !== undefined) context.reject(refusal, raw)
    if (list === undefined) continue
    if (refusal === undefined && !isIgnoredWhenEmpty(item, context)) seen.add(applyPrice(sku, list, item, context))
    else markSeen(sku, list, item, seen)
  }
  if (header.fullFile) deactivateAbsent(store, lists, seen, context)
}

/** `StandardPrice` of a product import: the same rules, but a refusal is a warning, since the SKU itself is imported. */
export function importStandardPrice(sku: Sku, item: Item, raw: unknown, context: ImportContext): void {
  if (item.PartNo !== sku.partNo) {
    context.warn(`StandardPrice of ${sku.partNo} names the part number ${item.PartNo}.`, raw)
    return
  }
  const list = context.store.priceLists.get(item.PriceListCode as string)
  const refusal = refusalOf(item, list)
  if (refusal !== undefined) context.warn(refusal, raw)
  else if (!isIgnoredWhenEmpty(item, context)) applyPrice(sku, list as PriceList, item, context)
}

function refusalOf(item: Item, list: PriceList | undefined): string | undefined {
  if (list === undefined) return `Price list with code ${item.PriceListCode} was not found.`
  if (item.CurrencyCode !== undefined && item.CurrencyCode !== list.currency.code) {
    return `Currency ${item.CurrencyCode} is not the currency ${list.currency.code} of price list ${list.code}.`
  }
  return undefined
}

function quantityBreak(item: Item): number {
  return (item.QuantityBreak as number | undefined) || 1
}

function isIgnoredWhenEmpty(item: Item, { header }: ImportContext): boolean {
  for (const field of header.fields.IgnoreSkuPriceListFieldsWhenEmpty) {
    const value = item[field]
    if (value === undefined || value === 0) return true
  }
  return false
}

/** A row that was ignored or rejected is present in the file all the same: FullFile must not deactivate its price. */
function markSeen(sku: Sku, list: PriceList, item: Item, seen: Set<PriceRow>): void {
  const row = findPrice(sku, list, quantityBreak(item))
  if (row !== undefined) seen.add(row)
}

function applyPrice(sku: Sku, list: PriceList, item: Item, context: ImportContext): PriceRow {
  const stamp = context.stamp()
  const fields = context.header.fields.SkuPriceListFieldsThatAreSet
  const qtyBreak = quantityBreak(item)
  const existing = findPrice(sku, list, qtyBreak)
  const row = existing ?? addPrice(context.store, sku, list, qtyBreak, stamp)
  let changed = false
  const assign = <Field extends keyof PriceRow>(field: Field, value: PriceRow[Field]): void => {
    if (row[field] === value) return
    row[field] = value
    changed = true
  }
  for (const [field, property, stampProperty] of AMOUNTS) {
    if (!fields.has(field)) continue
    const amount = roundToFour(valueOr(item, field, 0))
    if (amount === 0 || row[property] === amount) continue
    assign(property, amount)
    assign(stampProperty, stamp)
  }
  if (fields.has('IsPriceDiscountable')) assign('isPriceDiscountable', valueOr(item, 'IsPriceDiscountable', false))
  else if (fields.has('IsPriceDiscountableCreateOnly') && existing === undefined) {
    assign('isPriceDiscountable', valueOr(item, 'IsPriceDiscountable', false))
  }
  if (fields.has('IsActive')) assign('isActive', valueOr(item, 'IsActive', false))
  if (fields.has('PriceRule')) {
    assign('priceRuleId', valueOr<number | null>(item, 'PriceRule', null))
    assign('priceRuleValue', valueOr<number | null>(item, 'PriceRuleValue', null))
  }
  context.wrote(
    'price',
    row,
    priceKey(row),
    existing === undefined ? 'inserted' : changed ? 'changed' : 'unchanged',
    stamp,
  )
  return row
}

export function addPrice(store: Store, sku: Sku, list: PriceList, qtyBreak: number, stamp: Stamp): PriceRow {
  const row: PriceRow = {
    ...store.tracked(stamp),
    sku,
    list,
    qtyBreak,
    priceSale: 0,
    priceSaleStamp: null,
    costPurchase: 0,
    costPurchaseStamp: null,
    costUnit: 0,
    costUnitStamp: null,
    priceRecommended: null,
    priceRecommendedStamp: null,
    pricePrevious: null,
    pricePreviousStamp: null,
    priceCatalog: null,
    priceCatalogStamp: null,
    isPriceDiscountable: true,
    isActive: true,
    priceRuleId: list.defaultPriceRuleId,
    priceRuleValue: null,
  }
  sku.prices = withSorted(
    sku.prices,
    row,
    (other) => other.list.id,
    (other) => other.qtyBreak,
  )
  store.priceCount += 1
  return row
}

function deactivateAbsent(
  store: Store,
  lists: ReadonlySet<PriceList>,
  seen: ReadonlySet<PriceRow>,
  context: ImportContext,
): void {
  for (const sku of store.skus.values()) {
    for (const row of sku.prices) {
      if (!row.isActive || !lists.has(row.list) || seen.has(row)) continue
      row.isActive = false
      context.wrote('price', row, priceKey(row), 'changed', context.stamp())
    }
  }
}

/** Half away from zero on the decimal text, so that 1.00005 becomes 1.0001 whatever its double looks like. */
export function roundToFour(value: number): number {
  const [mantissa, exponent = '0'] = String(value).split('e') as [string, string?]
  const shifted = Number(`${mantissa}e${Number(exponent) + 4}`)
  if (Math.abs(shifted) >= Number.MAX_SAFE_INTEGER) return value
  return Number(`${Math.sign(shifted) * Math.round(Math.abs(shifted))}e-4`)
}
