import type { Location, OnHandRow, Sku, Stamp } from '../model.ts'
import { findOnHand, onHandKey, type Store, withSorted } from '../store.ts'
import { type ImportContext, type ImportItem, items, keepLast, valueOr } from './import-context.ts'
import type { Item } from './item-schema.ts'

/**
 * Product/ImportOnhands.
 *
 * Known: key PartNo + WarehouseCode + LocationCode, values are absolute, unknown part numbers and places are ignored,
 * FullFile deactivates absent records of the places present in the import [doc D5–D7; code C1].
 * Assumed: a row that was deactivated stays so until `IsActive: true` is sent; a named `IsActive` without a value is
 * stored as false; `Updated` moves only when a value differs, the "checked" instants always.
 */
export function importOnhands(rows: readonly ImportItem[], context: ImportContext): void {
  const { store, header } = context
  const seen = new Set<OnHandRow>()
  const places = new Set<Location>()
  const unique = keepLast(
    rows,
    (item) => `${item.PartNo}\u0000${item.WarehouseCode}\u0000${item.LocationCode}`,
    context,
    (item) => `PartNo ${item.PartNo}, warehouse ${item.WarehouseCode}, location ${item.LocationCode}`,
  )
  for (const { item, raw } of unique) {
    const warehouse = store.warehouses.get(item.WarehouseCode as string)
    const location = warehouse?.locations.get(item.LocationCode as string)
    if (location !== undefined) places.add(location)
    const sku = store.skus.get(item.PartNo as string)
    if (sku === undefined) {
      context.reject(`Sku with part number ${item.PartNo} was not found.`, raw)
    } else if (warehouse === undefined) {
      context.reject(`Warehouse with code ${item.WarehouseCode} was not found.`, raw)
    } else if (location === undefined) {
      context.reject(`Location with code ${item.LocationCode} was not found in warehouse ${warehouse.code}.`, raw)
    } else {
      seen.add(applyOnHand(sku, location, item, context))
    }
  }
  if (header.fullFile) deactivateAbsent(store, places, seen, context)
}

function applyOnHand(sku: Sku, location: Location, item: Item, context: ImportContext): OnHandRow {
  const stamp = context.stamp()
  const fields = context.header.fields.SkuOnhandFieldsThatAreSet
  const existing = findOnHand(sku, location)
  const row = existing ?? addOnHand(context.store, sku, location, stamp)
  let changed = false
  const assign = <Field extends keyof OnHandRow>(field: Field, value: OnHandRow[Field]): boolean => {
    if (row[field] === value) return false
    row[field] = value
    changed = true
    return true
  }
  if (fields.has('OnhandValue')) {
    row.onHandChecked = stamp
    if (assign('onHandValue', valueOr(item, 'OnhandValue', 0)) || existing === undefined) row.onHandStamp = stamp
  }
  if (fields.has('IncomingValue')) {
    row.incomingChecked = stamp
    if (assign('incomingValue', valueOr<number | null>(item, 'IncomingValue', null))) row.incomingStamp = stamp
  }
  if (fields.has('NextDeliveryDate')) {
    row.nextDeliveryChecked = stamp
    if (assign('nextDeliveryDate', valueOr<number | null>(item, 'NextDeliveryDate', null)))
      row.nextDeliveryStamp = stamp
  }
  if (fields.has('LeadTimeDayCount')) {
    assign('leadTimeDayCount', valueOr<number | null>(item, 'LeadTimeDayCount', null))
  }
  if (fields.has('OnOrderValue')) assign('onOrderValue', valueOr<number | null>(item, 'OnOrderValue', null))
  if (fields.has('MinimumValue')) assign('minimumValue', valueOr<number | null>(item, 'MinimumValue', null))
  if (fields.has('MaximumValue')) assign('maximumValue', valueOr<number | null>(item, 'MaximumValue', null))
  if (fields.has('IsActive') && assign('isActive', valueOr(item, 'IsActive', false))) row.activeStamp = stamp
  if (fields.has('Infos')) {
    const infos = items(item, 'Infos')
    const next =
      infos.length === 0
        ? null
        : Object.fromEntries(infos.map((info) => [info.Code as string, valueOr<string | null>(info, 'Value', null)]))
    if (JSON.stringify(next) !== JSON.stringify(row.infos)) assign('infos', next)
  }
  context.wrote(
    'onhand',
    row,
    onHandKey(row),
    existing === undefined ? 'inserted' : changed ? 'changed' : 'unchanged',
    stamp,
  )
  return row
}

export function addOnHand(store: Store, sku: Sku, location: Location, stamp: Stamp): OnHandRow {
  const row: OnHandRow = {
    ...store.tracked(stamp),
    sku,
    location,
    onHandValue: 0,
    onHandChecked: null,
    onHandStamp: null,
    incomingValue: null,
    incomingChecked: null,
    incomingStamp: null,
    nextDeliveryDate: null,
    nextDeliveryChecked: null,
    nextDeliveryStamp: null,
    leadTimeDayCount: null,
    onOrderValue: null,
    minimumValue: null,
    maximumValue: null,
    isActive: true,
    activeStamp: null,
    infos: null,
  }
  sku.onHands = withSorted(
    sku.onHands,
    row,
    (other) => other.location.warehouse.id,
    (other) => other.location.id,
  )
  store.onHandCount += 1
  return row
}

function deactivateAbsent(
  store: Store,
  places: ReadonlySet<Location>,
  seen: ReadonlySet<OnHandRow>,
  context: ImportContext,
): void {
  for (const sku of store.skus.values()) {
    for (const row of sku.onHands) {
      if (!row.isActive || !places.has(row.location) || seen.has(row)) continue
      const stamp = context.stamp()
      row.isActive = false
      row.activeStamp = stamp
      context.wrote('onhand', row, onHandKey(row), 'changed', stamp)
    }
  }
}
