import type { Location, PriceList, Stamp, Warehouse } from '../model.ts'
import { newPriceList, type Store } from '../store.ts'
import { type ImportContext, type ImportItem, items, keepLast, text, valueOr } from './import-context.ts'
import type { Item } from './item-schema.ts'

/** Fields that Query does not show, with the properties that belong to them. */
const EXTRA_FIELDS = {
  TypeCode: ['TypeCode'],
  IsErpIntegrated: ['IsErpIntegrated'],
  DefaultMinMarginPercent: ['DefaultMinMarginPercent'],
  LimitToRecPrice: ['LimitToRecPrice'],
  DefaultSupplementalChargeFixed: ['DefaultSupplementalChargeFixed'],
  DefaultSupplementalChargePercent: ['DefaultSupplementalChargePercent'],
  PriceRules: ['PriceRules'],
  Population: ['Population'],
  InheritStructureCalculationRule: ['InheritStructureCalculationRule'],
} as const

/**
 * Product/ImportPriceLists.
 *
 * Known: key Code; price lists are created if missing, and so are the warehouses and locations nested in them; the
 * currency of a list is fixed [doc D7, D26; code C1].
 * Assumed: a new list needs Name and CurrencyCode; another currency for an existing list, and an unknown parent, are
 * warnings; the warehouses of an item replace those that the list is tied to; the rules of a list and its population
 * are kept but not interpreted.
 */
export function importPriceLists(rows: readonly ImportItem[], context: ImportContext): void {
  const unique = keepLast(
    rows,
    (item) => item.Code as string,
    context,
    (item) => `price list ${item.Code}`,
  )
  for (const { item, raw } of unique) importPriceList(item, raw, context)
}

function importPriceList(item: Item, raw: unknown, context: ImportContext): void {
  const { store, header } = context
  const fields = header.fields.PriceListFieldsThatAreSet
  const code = item.Code as string
  const existing = store.priceLists.get(code)
  const currencyCode = fields.has('CurrencyCode') ? text(item, 'CurrencyCode') : undefined
  const currency = currencyCode === undefined ? undefined : store.currencies.get(currencyCode)
  if (currencyCode !== undefined && currency === undefined) {
    context.reject(`Currency with code ${currencyCode} was not found.`, raw)
    return
  }
  if (existing === undefined && (currency === undefined || !fields.has('Name') || text(item, 'Name') === undefined)) {
    context.reject(
      `Price list ${code} cannot be created: Name and CurrencyCode are needed, in the item and in PriceListFieldsThatAreSet.`,
      raw,
    )
    return
  }
  const stamp = context.stamp()
  const list =
    existing ?? newPriceList(store, store.nextId('priceList'), code, currency as NonNullable<typeof currency>, stamp)
  let changed = false
  const assign = <Field extends keyof PriceList>(field: Field, value: PriceList[Field]): void => {
    if (list[field] === value) return
    list[field] = value
    changed = true
  }
  if (existing === undefined) {
    store.priceLists.set(code, list)
    list.onApplication = !fields.has('DoNotCreateApplicationPriceList')
  } else if (currency !== undefined && currency !== existing.currency) {
    context.warn(
      `Price list ${code} is in ${existing.currency.code}; its currency cannot be changed to ${currency.code}.`,
      raw,
    )
  }
  if (fields.has('Name')) assign('name', valueOr<string | null>(item, 'Name', null))
  if (fields.has('Description')) assign('description', valueOr<string | null>(item, 'Description', null))
  if (fields.has('StartDate')) assign('startDate', valueOr<number | null>(item, 'StartDate', null))
  if (fields.has('EndDate')) assign('endDate', valueOr<number | null>(item, 'EndDate', null))
  if (fields.has('IsPublic')) assign('isPublic', valueOr(item, 'IsPublic', false))
  if (fields.has('IsPrimary')) assign('isPrimary', valueOr(item, 'IsPrimary', false))
  if (fields.has('IsFavorite')) assign('isFavorite', valueOr(item, 'IsFavorite', false))
  if (fields.has('SalesArea')) assign('salesAreaId', valueOr<number | null>(item, 'SalesArea', null))
  if (fields.has('DefaultPriceRule')) {
    assign('defaultPriceRuleId', valueOr(item, 'DefaultPriceRule', 2))
    assign('defaultPriceRuleValue', valueOr<number | null>(item, 'DefaultPriceRuleValue', null))
  }
  if (fields.has('ParentPriceListCode')) {
    const parentCode = text(item, 'ParentPriceListCode')
    const parent = parentCode === undefined ? null : store.priceLists.get(parentCode)
    if (parent === undefined) context.warn(`Price list with code ${parentCode} was not found.`, raw)
    else assign('parent', parent)
  }
  for (const [field, properties] of Object.entries(EXTRA_FIELDS)) {
    if (!fields.has(field)) continue
    for (const property of properties) {
      const value = item[property] ?? null
      if (JSON.stringify(list.extra?.[property] ?? null) === JSON.stringify(value)) continue
      assign('extra', { ...list.extra, [property]: value })
    }
  }
  if (fields.has('Warehouses')) {
    const warehouses = items(item, 'Warehouses').map((entry) => importWarehouse(entry, context))
    const same = warehouses.length === list.warehouses.length && warehouses.every((w) => list.warehouses.includes(w))
    if (!same) assign('warehouses', warehouses)
  }
  context.wrote('priceList', list, code, existing === undefined ? 'inserted' : changed ? 'changed' : 'unchanged', stamp)
}

function importWarehouse(item: Item, context: ImportContext): Warehouse {
  const { store, header } = context
  const fields = header.fields.WarehouseFieldsThatAreSet
  const stamp = context.stamp()
  const code = item.Code as string
  const existing = store.warehouses.get(code)
  const warehouse = existing ?? addWarehouse(store, code, stamp)
  let changed = false
  const assign = <Field extends keyof Warehouse>(field: Field, value: Warehouse[Field]): void => {
    if (warehouse[field] === value) return
    warehouse[field] = value
    changed = true
  }
  // The default of the enum, 0, is no warehouse type: the type is left alone then (assumed).
  if (fields.has('Type') && item.Type !== undefined) assign('typeId', item.Type as number)
  if (fields.has('Name')) assign('name', valueOr<string | null>(item, 'Name', null))
  if (fields.has('LeadTimeDayCount')) assign('leadTimeDayCount', valueOr<number | null>(item, 'LeadTimeDayCount', null))
  context.wrote(
    'warehouse',
    warehouse,
    code,
    existing === undefined ? 'inserted' : changed ? 'changed' : 'unchanged',
    stamp,
  )
  for (const entry of items(item, 'Locations')) importLocation(warehouse, entry, context)
  return warehouse
}

function addWarehouse(store: Store, code: string, stamp: Stamp): Warehouse {
  const warehouse: Warehouse = {
    ...store.tracked(stamp),
    id: store.nextId('warehouse'),
    code,
    name: null,
    typeId: 1,
    leadTimeDayCount: null,
    locations: new Map(),
  }
  store.warehouses.set(code, warehouse)
  return warehouse
}

function importLocation(warehouse: Warehouse, item: Item, context: ImportContext): void {
  const { store, header } = context
  const fields = header.fields.WarehouseLocationFieldsThatAreSet
  const stamp = context.stamp()
  const code = item.Code as string
  const existing = warehouse.locations.get(code)
  const location: Location = existing ?? {
    ...store.tracked(stamp),
    id: store.nextId('location'),
    warehouse,
    code,
    name: null,
    isStandard: warehouse.locations.size === 0,
    isIncludedInStockCalculation: true,
    leadTimeDayCount: null,
  }
  warehouse.locations.set(code, location)
  let changed = false
  const assign = <Field extends keyof Location>(field: Field, value: Location[Field]): void => {
    if (location[field] === value) return
    location[field] = value
    changed = true
  }
  if (fields.has('Name')) assign('name', valueOr<string | null>(item, 'Name', null))
  if (fields.has('LeadTimeDayCount')) assign('leadTimeDayCount', valueOr<number | null>(item, 'LeadTimeDayCount', null))
  if (fields.has('IsIncludedInStockCalculation')) {
    assign('isIncludedInStockCalculation', valueOr(item, 'IsIncludedInStockCalculation', false))
  }
  const action = existing === undefined ? 'inserted' : changed ? 'changed' : 'unchanged'
  context.wrote('warehouse', location, `${warehouse.code} / ${code}`, action, stamp)
}
