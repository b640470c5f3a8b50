import type { CustomerAddress } from '../customers/model.ts'
import type { ImportContext } from './import-context.ts'
import { items, text } from './import-context.ts'
import type { Item } from './item-schema.ts'

/** Parts that customers and companies have in common. */

export function addressOf(item: Item): CustomerAddress {
  return {
    CareOf: text(item, 'CareOf') ?? null,
    AddressLine1: text(item, 'AddressLine1') ?? null,
    AddressLine2: text(item, 'AddressLine2') ?? null,
    ZipCode: text(item, 'ZipCode') ?? null,
    City: text(item, 'City') ?? null,
    Region: text(item, 'Region') ?? null,
    CountryCode: text(item, 'CountryCode') ?? null,
    Gln: text(item, 'Gln') ?? null,
    ShippingPhoneNumber: text(item, 'ShippingPhoneNumber') ?? null,
    IsPrimary: item.IsPrimary === true,
    Code: text(item, 'Code') ?? null,
  }
}

export function infosOf(item: Item): ReadonlyMap<string, string | null> {
  return new Map(items(item, 'AdditionalInfo').map((info) => [info.Code as string, text(info, 'Value') ?? null]))
}

/** Flags that are not in the item go, unless `PreserveFlags` is named [inf]. */
export function flagsOf(
  item: Item,
  before: ReadonlyMap<string, boolean>,
  preserve: boolean,
): ReadonlyMap<string, boolean> {
  const given = items(item, 'Flags').map((flag) => [flag.Code as string, flag.IsSet === true] as const)
  return new Map([...(preserve ? before : []), ...given])
}

/** Codes of lists that exist; an unknown one is a warning (assumed). */
export function priceListsOf(item: Item, raw: unknown, context: ImportContext): readonly string[] {
  return items(item, 'PriceLists').flatMap(({ Code }) => {
    if (context.store.priceLists.has(Code as string)) return [Code as string]
    context.warn(`Price list with code ${Code} was not found.`, raw)
    return []
  })
}

/** Codes of what is not switched off. */
export function activeCodes(item: Item, property: string): readonly string[] {
  return items(item, property).flatMap(({ Code, IsActive }) => (IsActive === false ? [] : [Code as string]))
}

/** Equal by value: maps and lists of plain values. */
export function same(a: unknown, b: unknown): boolean {
  return shape(a) === shape(b)
}

function shape(value: unknown): string {
  return JSON.stringify(value, (_, entry: unknown) => (entry instanceof Map ? [...entry] : entry)) ?? 'undefined'
}
