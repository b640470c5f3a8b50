import type { NorceSwitches } from '../switches.ts'
import { HeaderError, type ImportHeader, type ImportName, parseImportHeader } from './header.ts'
import type { ImportItem } from './import-context.ts'
import { checkItem, type ItemSchema } from './item-schema.ts'
import {
  COMPANY_ITEM,
  CUSTOMER_ITEM,
  PRICE_LIST_ITEM,
  PRODUCT_ITEM,
  SKU_ONHAND_ITEM,
  SKU_PRICE_LIST_ITEM,
} from './item-schemas.ts'
import type { AcceptedImport } from './jobs.ts'

export const IMPORTS: Readonly<Record<ImportName, ItemSchema>> = {
  ImportProducts: PRODUCT_ITEM,
  ImportSkuPriceLists: SKU_PRICE_LIST_ITEM,
  ImportPriceLists: PRICE_LIST_ITEM,
  ImportOnhands: SKU_ONHAND_ITEM,
  ImportCustomers: CUSTOMER_ITEM,
  ImportCompanies: COMPANY_ITEM,
}

/** The import of a path below the base, e.g. `Product/ImportOnhands`; its case does not matter. */
export function importOfPath(path: string): ImportName | undefined {
  return (Object.keys(IMPORTS) as ImportName[]).find((name) => {
    const folder = name === 'ImportCustomers' || name === 'ImportCompanies' ? 'Customer' : 'Product'
    return `${folder}/${name}`.toLowerCase() === path.toLowerCase()
  })
}

export interface ImportRequest {
  readonly importName: ImportName
  readonly contentType: string | undefined
  readonly header: string | undefined
  readonly body: string
  /** System accounts that exist. */
  readonly accountIds: readonly number[]
  readonly switches: NorceSwitches
}

export type ImportReading =
  | { readonly accepted: AcceptedImport; readonly total: number }
  | { readonly status: 400 | 413 | 415; readonly message: string }

/**
 * Reads an import call.
 *
 * Known: 400 for a missing or unreadable header and an unreadable body; a JSON array of items; items that fail the
 * schema are counted and described, the rest goes on [doc D6, D7; inf]. Assumed: 400 for an account that does not
 * exist, 413 and 415 for size and content type, and the wording of the messages.
 */
export function readImport(request: ImportRequest): ImportReading {
  const { importName, body, switches } = request
  const mediaType = request.contentType?.split(';')[0]?.trim().toLowerCase()
  if (mediaType === 'application/xml') return refuse(400, 'XML is not supported by the sandbox; send JSON.')
  if (mediaType !== 'application/json') return refuse(415, 'The content type must be application/json.')
  if (switches.maxBodyBytes !== null && Buffer.byteLength(body) > switches.maxBodyBytes) {
    return refuse(413, 'The request is too large.')
  }
  let header: ImportHeader
  try {
    header = parseImportHeader(importName, request.header)
  } catch (error) {
    if (error instanceof HeaderError) return refuse(400, error.message)
    throw error
  }
  if (!request.accountIds.includes(header.accountId)) {
    return refuse(400, `X-StormConnect-Header: account ${header.accountId} does not exist.`)
  }
  let entries: unknown
  try {
    entries = JSON.parse(body)
  } catch {
    return refuse(400, 'The request body could not be deserialized.')
  }
  if (!Array.isArray(entries)) return refuse(400, 'The request body must be an array.')
  if (switches.maxItems !== null && entries.length > switches.maxItems) {
    return refuse(400, `An import may hold at most ${switches.maxItems} items.`)
  }
  return { accepted: checkItems(importName, header, entries), total: entries.length }
}

export function checkItems(importName: ImportName, header: ImportHeader, entries: readonly unknown[]): AcceptedImport {
  const rows: ImportItem[] = []
  const invalid: { message: string; raw: unknown }[] = []
  for (const [index, raw] of entries.entries()) {
    const item = checkItem(raw, IMPORTS[importName])
    if (typeof item === 'string') invalid.push({ message: `Item ${index + 1}: ${item}`, raw })
    else rows.push({ item, raw })
  }
  return { importName, header, rows, invalid }
}

/** The job response [doc D6]; `OK` and the description are assumed literals. */
export function jobResponse(jobId: number, total: number, { invalid }: AcceptedImport): unknown {
  return {
    StatusCode: 'OK',
    Description: 'Job created',
    JobId: String(jobId),
    ValidationSummary: {
      NrOfItemsInTotal: total,
      NrOfValidationFailures: invalid.length,
      Messages: invalid.map(({ message }) => message),
    },
  }
}

function refuse(status: 400 | 413 | 415, message: string): ImportReading {
  return { status, message }
}
