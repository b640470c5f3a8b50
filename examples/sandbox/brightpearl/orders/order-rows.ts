import type { Catalogue } from '../../catalogue/types.ts'
import { defaultNominalCode, nominalCodes } from '../back-office/account-data.ts'
import { type Decimal, decimal, scaleOf, zero } from '../back-office/amounts.ts'
import type { BackOffice } from '../back-office/back-office.ts'
import { freeTextProductId, type OrderRow } from '../back-office/model.ts'
import { refused } from '../errors.ts'

/** A row as a client or the staff asks for it. */
export interface NewRow {
  readonly productId?: number | undefined
  readonly name?: string | undefined
  readonly quantity: Decimal
  readonly taxCode: string
  readonly net: Decimal
  readonly tax: Decimal
  readonly nominalCode?: string | undefined
  readonly externalRef?: string | undefined
  readonly sequence?: number | undefined
}

/**
 * Rows of an order. Net and tax are totals of the row [code] with two decimals at most [doc for legacy rows], none in
 * a currency without minor units [assumed]. The quantity is whole for stock-tracked products and bundles, else it has
 * up to four decimals [doc]; above 0 [assumed]. A row of a name only is free text, product 1000 [rec]. Tax code,
 * product and nominal code must exist [assumed]; the nominal code falls back to contact, product, account [doc].
 * @throws ApiError
 */
export function createRows(
  office: BackOffice,
  rows: readonly NewRow[],
  {
    currencyCode,
    contactNominalCode,
  }: { readonly currencyCode: string; readonly contactNominalCode: string | undefined },
  firstSequence = 10,
): readonly OrderRow[] {
  const { catalogue } = office
  const decimals = decimalsOf(catalogue, currencyCode)
  return rows.flatMap((row, place) => {
    const product = row.productId === undefined ? undefined : catalogue.product(row.productId)
    if (row.productId !== undefined && !product) throw refused(`There is no product ${row.productId}`)
    if (!product && (row.name ?? '') === '') throw refused('A row needs a product or a name')
    const wholePieces = product !== undefined && (product.stockTracked || product.components !== undefined)
    checkQuantity(row.quantity, wholePieces)
    checkAmount(row.net, decimals)
    checkAmount(row.tax, decimals)
    checkTaxCode(catalogue, row.taxCode)
    if (row.nominalCode !== undefined) checkNominalCode(row.nominalCode)
    const sequence = row.sequence ?? firstSequence + place * 10
    const parent: OrderRow = {
      id: office.nextRowId(),
      sequence,
      productId: product?.id ?? freeTextProductId,
      name: row.name ?? product?.name ?? '',
      ...(product && { sku: product.sku }),
      quantity: row.quantity,
      taxCode: row.taxCode,
      net: row.net,
      tax: row.tax,
      nominalCode: row.nominalCode ?? contactNominalCode ?? defaultNominalCode,
      ...(row.externalRef !== undefined && { externalRef: row.externalRef }),
      bundleParent: product?.components !== undefined,
      parentRowId: 0,
      clonedFromId: 0,
    }
    if (!product?.components || office.settings.bundleRows === 'plain') return [parent]
    return [parent, ...componentRows(office, parent)]
  })
}

/**
 * Posting a bundle makes rows for its components [doc for legacy rows, assumed for sales orders], without amounts
 * [assumed]. Of a bundle within a bundle only what is taken from the shelf gets a row [assumed].
 */
function componentRows(office: BackOffice, parent: OrderRow): readonly OrderRow[] {
  const { externalRef: _, ...shared } = parent
  return partsOf(office.catalogue, parent.productId).map(([productId, quantity]) => {
    const component = office.catalogue.product(productId)
    return {
      ...shared,
      id: office.nextRowId(),
      productId,
      name: component?.name ?? '',
      sku: component?.sku ?? '',
      quantity: parent.quantity.times(quantity),
      net: zero,
      tax: zero,
      bundleParent: false,
      parentRowId: parent.id,
    }
  })
}

/** What one bundle is made of, pieces by product. */
export function partsOf(catalogue: Catalogue, bundleId: number, depth = 0): readonly (readonly [number, number])[] {
  const parts = new Map<number, number>()
  for (const { productId, quantity } of catalogue.product(bundleId)?.components ?? []) {
    const nested =
      depth < 5 && catalogue.product(productId)?.components
        ? partsOf(catalogue, productId, depth + 1)
        : [[productId, 1] as const]
    for (const [id, pieces] of nested) parts.set(id, (parts.get(id) ?? 0) + pieces * quantity)
  }
  return [...parts]
}

/** @throws ApiError */
export function checkQuantity(quantity: Decimal, wholePieces: boolean): void {
  if (quantity.lte(zero)) throw refused('The quantity of a row must be above 0')
  if (scaleOf(quantity) > (wholePieces ? 0 : 4)) {
    throw refused(
      wholePieces ? 'The quantity of a stock-tracked product must be whole' : 'A quantity has four decimals at most',
    )
  }
}

/** @throws ApiError */
export function checkAmount(amount: Decimal, decimals: number): void {
  if (scaleOf(amount) > decimals) throw refused(`An amount of a row has ${decimals} decimals at most`)
}

/** @throws ApiError */
export function checkTaxCode(catalogue: Catalogue, code: string): void {
  if (!catalogue.reference.taxCodes.some((one) => one.code === code)) throw refused(`There is no tax code ${code}`)
}

/** @throws ApiError */
export function checkNominalCode(code: string): void {
  if (!nominalCodes.some((one) => one.code === code)) throw refused(`There is no nominal code ${code}`)
}

/** @throws ApiError for a currency that the account does not have. */
export function decimalsOf({ reference }: Catalogue, currencyCode: string): number {
  const currency = reference.currencies.find(({ code }) => code === currencyCode)
  if (!currency) throw refused(`There is no currency ${currencyCode}`)
  return currency.decimals
}

/** A share of an amount, cut to the currency's decimals. */
export function shareOf(amount: Decimal, share: Decimal, whole: Decimal, decimals: number): Decimal {
  return whole.eq(zero) ? decimal(0) : amount.times(share).div(whole).round(decimals, 1)
}
