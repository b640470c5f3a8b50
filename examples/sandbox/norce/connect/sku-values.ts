import type { Sku } from '../model.ts'
import type { ImportContext } from './import-context.ts'
import type { Item } from './item-schema.ts'

/** Field, item property, row property, and the default of the item's type. */
const PLAIN_FIELDS = [
  ['IntegrationPartNo', 'IntegrationPartNo', 'integrationPartNo', null],
  ['CommodityCode', 'CommodityCode', 'commodityCode', null],
  ['EanCode', 'EanCode', 'eanCode', null],
  ['TrackingCode', 'TrackingCode', 'trackingCode', null],
  ['UnitOfMeasurementCount', 'UnitOfMeasurementCount', 'unitCount', 0],
  ['IsDropShipOnly', 'IsDropShipOnly', 'isDropShipOnly', null],
  ['IsBuyable', 'IsBuyable', 'isBuyable', false],
  ['ActualWeight', 'ActualWeight', 'actualWeight', null],
  ['StartDate', 'StartDate', 'startDate', null],
  ['StopDate', 'StopDate', 'stopDate', null],
] as const

/** Fields that are kept as they are sent. A named one that is absent is removed, which is its null. */
const EXTRA_FIELDS = [
  'DiscountClass',
  'RecommendedSalesQty',
  'IsRecommendedSalesQtyFixed',
  'VolumeWeight',
  'LogisticWidth',
  'LogisticHeight',
  'LogisticDepth',
  'StructureItems',
] as const

/**
 * Why this SKU cannot be imported, if so.
 *
 * Known: a create needs Status and Type [doc D6]. Assumed: the default 0 of a named enum that the item lacks is no
 * status, type or unit, and the SKU is rejected.
 */
export function skuRefusal(partNo: string, item: Item, isNew: boolean, context: ImportContext): string | undefined {
  const fields = context.header.fields.SkuFieldsThatAreSet
  const statusNamed = fields.has('Status') || (isNew && fields.has('StatusCreateOnly'))
  if (isNew && !(statusNamed && item.Status !== undefined)) {
    return `Sku ${partNo} cannot be created: Status is needed, in the item and in SkuFieldsThatAreSet.`
  }
  if (isNew && !(fields.has('Type') && item.Type !== undefined)) {
    return `Sku ${partNo} cannot be created: Type is needed, in the item and in SkuFieldsThatAreSet.`
  }
  if (statusNamed && item.Status === undefined) return `Sku ${partNo}: Status 0 is not valid.`
  if (fields.has('Type') && item.Type === undefined) return `Sku ${partNo}: Type 0 is not valid.`
  if (fields.has('UnitOfMeasurementType') && item.UnitOfMeasurementType === undefined) {
    return `Sku ${partNo}: UnitOfMeasurementType 0 is not valid.`
  }
  return undefined
}

/**
 * Writes the values of a SKU, except its texts and price.
 * @returns whether a value changed
 */
export function importSkuValues(sku: Sku, item: Item, isNew: boolean, context: ImportContext): boolean {
  const fields = context.header.fields.SkuFieldsThatAreSet
  const stamp = context.stamp()
  let changed = false
  const assign = <Field extends keyof Sku>(field: Field, value: Sku[Field]): void => {
    if (sku[field] === value) return
    sku[field] = value
    changed = true
  }
  const writesStatus = fields.has('Status') || (isNew && fields.has('StatusCreateOnly'))
  if (writesStatus && sku.statusLock === null && sku.statusId !== item.Status) {
    assign('statusId', item.Status as number)
    assign('statusStamp', stamp)
  }
  if (fields.has('Type')) assign('typeId', item.Type as number)
  if (fields.has('UnitOfMeasurementType')) assign('unitId', item.UnitOfMeasurementType as number)
  for (const [field, property, target, whenAbsent] of PLAIN_FIELDS) {
    if (fields.has(field)) assign(target, (item[property] ?? whenAbsent) as never)
  }
  for (const field of EXTRA_FIELDS) {
    if (!fields.has(field)) continue
    const value = item[field]
    if (JSON.stringify(sku.extra?.[field]) === JSON.stringify(value)) continue
    const { [field]: _gone, ...rest } = sku.extra ?? {}
    assign('extra', value === undefined ? rest : { ...rest, [field]: value })
  }
  if (fields.has('VatRate') && importVatRates(sku, item.VatRates as readonly Item[] | undefined, context))
    changed = true
  return changed
}

/** Rates of the areas in the item are written, others stay; a named field without a list clears them all (its default). */
function importVatRates(sku: Sku, rates: readonly Item[] | undefined, { store }: ImportContext): boolean {
  if (rates === undefined) {
    const had = sku.vatRates !== null
    sku.vatRates = null
    return had
  }
  let changed = false
  for (const rate of rates) {
    // Without an area the rate is that of the shop's first one (assumed).
    const area = (rate.SalesArea as number | undefined) ?? store.salesAreas[0]?.id
    if (area === undefined) continue
    const percent = (rate.Rate as number | undefined) ?? null
    if (sku.vatRates?.get(area) === percent) continue
    sku.vatRates ??= new Map()
    sku.vatRates.set(area, percent)
    changed = true
  }
  return changed
}
