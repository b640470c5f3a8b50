import {
  ACCOUNT_FIELDS,
  COMPANY_FIELDS,
  CUSTOMER_FIELDS,
  IMAGE_CULTURE_FIELDS,
  PRICE_LIST_FIELDS,
  PRICE_LIST_PRICE_RULE_FIELDS,
  PRODUCT_CULTURE_FIELDS,
  PRODUCT_FIELDS,
  SKU_CULTURE_FIELDS,
  SKU_FIELDS,
  SKU_ONHAND_FIELDS,
  SKU_PRICE_LIST_FIELDS,
  SKU_STRUCTURE_ITEM_FIELDS,
  VARIANT_CULTURE_FIELDS,
  VARIANT_FIELDS,
  WAREHOUSE_FIELDS,
  WAREHOUSE_LOCATION_FIELDS,
} from './field-enums.ts'
import { SERIALIZATION_TYPE } from './value-enums.ts'

/** The imports that the stand-in answers. */
export type ImportName =
  | 'ImportProducts'
  | 'ImportSkuPriceLists'
  | 'ImportPriceLists'
  | 'ImportOnhands'
  | 'ImportCustomers'
  | 'ImportCompanies'

/** A parsed header: every field list as a set of field names; a list that was not sent is an empty set. */
export interface ImportHeader {
  readonly accountId: number
  readonly fullFile: boolean
  /** Field names by the list's property, e.g. `fields.SkuFieldsThatAreSet.has('Status')`. */
  readonly fields: Readonly<Record<FieldList, ReadonlySet<string>>>
}

const FIELD_LISTS = {
  ProductFieldsThatAreSet: PRODUCT_FIELDS,
  ProductCultureFieldsThatAreSet: PRODUCT_CULTURE_FIELDS,
  VariantFieldsThatAreSet: VARIANT_FIELDS,
  VariantCultureFieldsThatAreSet: VARIANT_CULTURE_FIELDS,
  SkuFieldsThatAreSet: SKU_FIELDS,
  SkuCultureFieldsThatAreSet: SKU_CULTURE_FIELDS,
  SkuPriceListFieldsThatAreSet: SKU_PRICE_LIST_FIELDS,
  IgnoreSkuPriceListFieldsWhenEmpty: SKU_PRICE_LIST_FIELDS,
  SkuStructureItemFieldsThatAreSet: SKU_STRUCTURE_ITEM_FIELDS,
  ImageCultureFieldsThatAreSet: IMAGE_CULTURE_FIELDS,
  SkuOnhandFieldsThatAreSet: SKU_ONHAND_FIELDS,
  PriceListFieldsThatAreSet: PRICE_LIST_FIELDS,
  WarehouseFieldsThatAreSet: WAREHOUSE_FIELDS,
  WarehouseLocationFieldsThatAreSet: WAREHOUSE_LOCATION_FIELDS,
  PriceListPriceRuleFieldsThatAreSet: PRICE_LIST_PRICE_RULE_FIELDS,
  AccountFieldsThatAreSet: ACCOUNT_FIELDS,
  CompanyFieldsThatAreSet: COMPANY_FIELDS,
  CustomerFieldsThatAreSet: CUSTOMER_FIELDS,
} as const

/** One header for both imports [code C1]; no FullFile. */
const customerHeader = {
  fullFile: false,
  lists: ['AccountFieldsThatAreSet', 'CompanyFieldsThatAreSet', 'CustomerFieldsThatAreSet'],
} as const

type FieldList = keyof typeof FIELD_LISTS

/** Header object per import [code C1; doc D7]. ImportPriceLists has no FullFile. */
const HEADERS: Readonly<Record<ImportName, { fullFile: boolean; lists: readonly FieldList[] }>> = {
  ImportProducts: {
    fullFile: true,
    lists: [
      'ProductFieldsThatAreSet',
      'ProductCultureFieldsThatAreSet',
      'VariantFieldsThatAreSet',
      'VariantCultureFieldsThatAreSet',
      'SkuFieldsThatAreSet',
      'SkuCultureFieldsThatAreSet',
      'SkuPriceListFieldsThatAreSet',
      'IgnoreSkuPriceListFieldsWhenEmpty',
      'SkuStructureItemFieldsThatAreSet',
      'ImageCultureFieldsThatAreSet',
    ],
  },
  ImportSkuPriceLists: {
    fullFile: true,
    lists: ['SkuPriceListFieldsThatAreSet', 'IgnoreSkuPriceListFieldsWhenEmpty'],
  },
  ImportOnhands: { fullFile: true, lists: ['SkuOnhandFieldsThatAreSet'] },
  ImportPriceLists: {
    fullFile: false,
    lists: [
      'PriceListFieldsThatAreSet',
      'WarehouseFieldsThatAreSet',
      'WarehouseLocationFieldsThatAreSet',
      'PriceListPriceRuleFieldsThatAreSet',
    ],
  },
  ImportCustomers: customerHeader,
  ImportCompanies: customerHeader,
}

/** The header cannot be used; the caller answers 400 with the message. */
export class HeaderError extends Error {
  override readonly name = 'HeaderError'
}

const UNREADABLE = 'X-StormConnect-Header is missing or could not be deserialized.'

/**
 * Reads `X-StormConnect-Header`: one line of JSON.
 *
 * Known: it is required; enum fields by number or by name. Assumed: an unknown property, an unknown or differently
 * spelt field name and a wrong type are refused with 400 rather than ignored, so that a slip in a client shows at once;
 * `IgnoreSkuPriceListFieldsWhenEmpty` must be a part of `SkuPriceListFieldsThatAreSet` (the rule is documented, the 400
 * is assumed).
 * @throws HeaderError
 */
export function parseImportHeader(importName: ImportName, text: string | undefined): ImportHeader {
  if (text === undefined || text.trim() === '') throw new HeaderError(UNREADABLE)
  if (text.trimStart().startsWith('<')) {
    throw new HeaderError('X-StormConnect-Header in XML is not supported by the sandbox; send JSON.')
  }
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw new HeaderError(UNREADABLE)
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new HeaderError(UNREADABLE)

  const shape = HEADERS[importName]
  const fields = Object.fromEntries(Object.keys(FIELD_LISTS).map((list) => [list, new Set<string>()])) as Record<
    FieldList,
    Set<string>
  >
  let accountId: number | undefined
  let fullFile = false

  for (const [key, entry] of Object.entries(value)) {
    if (key === 'AccountId') {
      if (!isInt32(entry)) throw invalid(key, 'an integer')
      accountId = entry
    } else if (key === 'FullFile' && shape.fullFile) {
      if (typeof entry !== 'boolean') throw invalid(key, 'true or false')
      fullFile = entry
    } else if (key === 'SupplierId') {
      if (entry !== null && !isInt32(entry)) throw invalid(key, 'an integer or null')
    } else if (key === 'JobId') {
      if (entry !== null && typeof entry !== 'string') throw invalid(key, 'a string; do not send it')
    } else if (key === 'StorageName') {
      if (entry !== null && entry !== '') {
        throw new HeaderError('StorageName (import from a stored file) is not supported by the sandbox.')
      }
    } else if (key === 'SerializationType') {
      const number = typeof entry === 'string' ? SERIALIZATION_TYPE[entry as keyof typeof SERIALIZATION_TYPE] : entry
      if (number === 1) throw new HeaderError('SerializationType 1 (XML) is not supported by the sandbox.')
      if (number !== 0) throw invalid(key, '0 (JSON) or 1 (XML)')
    } else if (shape.lists.includes(key as FieldList)) {
      readFieldList(key as FieldList, entry, fields[key as FieldList])
    } else {
      throw new HeaderError(
        `X-StormConnect-Header could not be deserialized: '${key}' is no property of the header of ${importName}.`,
      )
    }
  }
  if (accountId === undefined) throw new HeaderError('X-StormConnect-Header: AccountId is required.')
  for (const name of fields.IgnoreSkuPriceListFieldsWhenEmpty) {
    if (!fields.SkuPriceListFieldsThatAreSet.has(name)) {
      throw new HeaderError(
        `X-StormConnect-Header: ${name} is in IgnoreSkuPriceListFieldsWhenEmpty but not in SkuPriceListFieldsThatAreSet.`,
      )
    }
  }
  if (fields.SkuFieldsThatAreSet.has('PartNoCreateWhenMissing')) {
    throw new HeaderError('The field PartNoCreateWhenMissing is not supported by the sandbox.')
  }
  return { accountId, fullFile, fields }
}

function readFieldList(list: FieldList, entry: unknown, into: Set<string>): void {
  if (entry === null) return
  if (!Array.isArray(entry)) throw invalid(list, 'an array of field names or numbers')
  const names: Readonly<Record<string, number>> = FIELD_LISTS[list]
  for (const field of entry as unknown[]) {
    const name =
      typeof field === 'number'
        ? Object.keys(names).find((candidate) => names[candidate] === field)
        : typeof field === 'string' && Object.hasOwn(names, field)
          ? field
          : undefined
    if (name === undefined) {
      throw new HeaderError(
        `X-StormConnect-Header could not be deserialized: ${JSON.stringify(field)} is no value of ${list}.`,
      )
    }
    into.add(name)
  }
}

function isInt32(value: unknown): value is number {
  return Number.isInteger(value) && Math.abs(value as number) < 2 ** 31
}

function invalid(key: string, wanted: string): HeaderError {
  return new HeaderError(`X-StormConnect-Header could not be deserialized: ${key} must be ${wanted}.`)
}
