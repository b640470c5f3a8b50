import { SKU_TYPE } from '../connect/value-enums.ts'
import type { Application, Currency, Sku, Stamp } from '../model.ts'
import { findPrice, type Store } from '../store.ts'
import { minus, perCent, plus, quotient, rounded, times } from './amounts.ts'
import type { ItemDescription, OrderDescription, PromotionDescription } from './description.ts'
import type { AppliedPromotion, OrderRow } from './model.ts'
import type { OrderBook } from './order-book.ts'
import { ORDER_STATUS } from './order-status.ts'
import { vatRateOf } from './vat.ts'

/** What the shop would sell although no product import has brought it yet. */
export interface AssortmentItem {
  readonly name: string
  /** Default `ErpStandard`. */
  readonly type?: string
  /** Currency code to unit price ex VAT. */
  readonly prices: Readonly<Record<string, number>>
  /** Per cent, at home. */
  readonly vatRate?: number
}

export interface RowSource {
  readonly store: Store
  readonly book: OrderBook
  readonly assortment: (partNo: string) => AssortmentItem | undefined
}

export interface RowsOf {
  readonly rows: readonly OrderRow[]
  readonly discounts: readonly { readonly type: string; readonly code: string; readonly amount: number }[]
}

interface Draft {
  readonly partNo: string
  readonly item: ItemDescription
  readonly name: string
  readonly typeId: number | null
  readonly type: string
  readonly typeGroup: OrderRow['typeGroup']
  readonly sku: Sku | undefined
  readonly quantity: number
  readonly original: number
  unitPrice: number
  readonly vatRate: number
  readonly parentLineNo: number | null
  readonly promotions: AppliedPromotion[]
}

const GROUPS: Readonly<Record<string, OrderRow['typeGroup']>> = {
  Freight: 'Fee',
  Invoice: 'Fee',
  EnvironmentalFee: 'AddedFee',
  PackingFee: 'AddedFee',
  CentRounding: 'Fee',
  Insurance: 'Service',
  Service: 'Service',
  Download: 'Virtual',
  License: 'Virtual',
  Virtual: 'Virtual',
  GiftCertificate: 'Virtual',
}

const typeNameOf = (typeId: number): string =>
  typeId === SKU_TYPE.ErpRefurbished
    ? 'Refurbished'
    : (Object.entries(SKU_TYPE).find(([, id]) => id === typeId)?.[0] ?? 'Undefined')

/**
 * The rows of a new order with the shop's amounts: unit prices ex VAT with four decimals after promotions, the VAT of
 * one unit rounded on its own (assumed: to four decimals; the description may say two), the rate in per cent. A fixed
 * discount is shared over the goods rows in proportion, the remainder goes to the largest row.
 * @throws TypeError when a part number has no price anywhere
 */
export function rowsOf(
  order: OrderDescription,
  application: Application,
  currency: Currency,
  shipCountry: string | null,
  stamp: Stamp,
  source: RowSource,
): RowsOf {
  const { store, book } = source
  const draft = (item: ItemDescription): Draft => {
    const sku = store.skus.get(item.partNo)
    const offered = source.assortment(item.partNo)
    const type = item.type ?? (sku === undefined ? (offered?.type ?? 'ErpStandard') : typeNameOf(sku.typeId))
    const quantity = item.quantity ?? 1
    const vatRate = item.vatRate ?? vatRateOf(order, application, shipCountry, sku, offered?.vatRate)
    const price =
      item.price ??
      (item.grossPrice === undefined
        ? (listPrice(store, application, currency, sku, quantity) ?? offered?.prices[currency.code])
        : rounded(quotient(times(item.grossPrice, 100), plus(100, vatRate)), 4))
    if (price === undefined) {
      throw new TypeError(
        `${item.partNo} has no price in ${currency.code} on list ${application.priceListCode}: give the item a "price".`,
      )
    }
    return {
      partNo: item.partNo,
      item,
      name: item.name ?? nameOf(store, sku) ?? offered?.name ?? item.partNo,
      typeId: sku?.typeId ?? (SKU_TYPE as Readonly<Record<string, number>>)[type] ?? null,
      type,
      typeGroup: GROUPS[type] ?? 'Physical',
      sku,
      quantity,
      original: price,
      unitPrice: price,
      vatRate,
      parentLineNo: item.parent ?? null,
      promotions: [],
    }
  }
  const drafts = order.items.map(draft)
  const discounts: RowsOf['discounts'][number][] = []
  for (const promotion of order.promotions ?? []) {
    const off = applyPromotion(promotion, drafts, draft, book.nextId('promotion'))
    if (promotion.code !== undefined) discounts.push({ type: 'DiscountCode', code: promotion.code, amount: off })
  }
  const rate = vatRateOf(order, application, shipCountry, undefined, undefined)
  const extra = (partNo: string, name: string, type: string, price: number, vatRate: number) =>
    drafts.push(draft({ partNo, name, type, price, vatRate }))
  if (order.giftCardBought !== undefined) extra('GIFT-CARD', 'Gift card', 'GiftCertificate', order.giftCardBought, 0)
  if (order.freight !== undefined) extra('FREIGHT', 'Shipping', 'Freight', order.freight, rate)
  if (order.invoiceFee !== undefined) extra('INVOICE-FEE', 'Invoice fee', 'Invoice', order.invoiceFee, rate)

  const decimals = order.vatDecimals ?? 4
  const rowOf = (entry: Draft, index: number): OrderRow => ({
    ...store.tracked(stamp),
    id: book.nextId('row'),
    lineNo: index + 1,
    parentLineNo: entry.parentLineNo,
    typeId: entry.typeId,
    type: entry.type,
    typeGroup: entry.typeGroup,
    partNo: entry.partNo,
    erpPartNo: entry.item.erpPartNo ?? entry.sku?.integrationPartNo ?? entry.partNo,
    name: entry.name,
    manufacturerCode: entry.sku?.variant.manufacturer?.code ?? null,
    internalProductId: entry.sku?.variant.id ?? 12,
    quantity: entry.quantity,
    unitPrice: entry.unitPrice,
    unitPriceOriginal: entry.original,
    unitVat: perCent(entry.unitPrice, entry.vatRate, decimals),
    unitPriceOriginalVat: perCent(entry.original, entry.vatRate, decimals),
    vatRate: entry.vatRate,
    priceListId: store.priceLists.get(application.priceListCode)?.id ?? null,
    priceListName: store.priceLists.get(application.priceListCode)?.name ?? null,
    promotions: entry.promotions,
    comment: entry.item.comment ?? null,
    statusId: ORDER_STATUS.Created,
  })
  const rows = drafts.map(rowOf)
  if (order.roundingRow === true) {
    const total = totalIncVat(rows)
    const off = minus(rounded(total, 0), total)
    if (off !== 0) {
      rows.push(
        rowOf(
          draft({ partNo: 'ROUNDING', name: 'Rounding', type: 'CentRounding', price: off, vatRate: 0 }),
          rows.length,
        ),
      )
    }
  }
  return { rows, discounts }
}

/** @returns how much the promotion took off, ex VAT */
function applyPromotion(
  promotion: PromotionDescription,
  drafts: Draft[],
  draft: (item: ItemDescription) => Draft,
  id: number,
): number {
  const { code, name, percent, amount, freeItem, partNos } = promotion
  const note = (entry: Draft, appliedAmount: number) =>
    entry.promotions.push({ id, name: name ?? code ?? 'Promotion', discountCode: code ?? null, appliedAmount })
  if (freeItem !== undefined) {
    const entry = draft({ partNo: freeItem })
    const off = times(entry.original, entry.quantity)
    entry.unitPrice = 0
    note(entry, off)
    drafts.push(entry)
    return off
  }
  const chosen = drafts.filter((entry) => partNos === undefined || partNos.includes(entry.partNo))
  if (percent !== undefined) {
    return plus(
      ...chosen.map((entry) => {
        const unitOff = minus(entry.unitPrice, rounded(times(entry.unitPrice, quotient(100 - percent, 100)), 4))
        entry.unitPrice = minus(entry.unitPrice, unitOff)
        const off = times(unitOff, entry.quantity)
        note(entry, off)
        return off
      }),
    )
  }
  if (amount === undefined) throw new TypeError('A promotion needs "percent", "amount" or "freeItem".')
  return shareDiscount(amount, chosen, note)
}

/** What four decimals of a unit price cannot express is left: the discount applied is what the rows say. */
function shareDiscount(amount: number, chosen: readonly Draft[], note: (entry: Draft, off: number) => void): number {
  const worth = (entry: Draft) => times(entry.unitPrice, entry.quantity)
  const total = plus(...chosen.map(worth))
  if (total === 0) return 0
  const wanted = Math.min(amount, total)
  const bySize = [...chosen].sort((a, b) => worth(a) - worth(b))
  let left = wanted
  let applied = 0
  for (const [index, entry] of bySize.entries()) {
    const share = index === bySize.length - 1 ? left : rounded(times(wanted, quotient(worth(entry), total)), 4)
    const unitOff = rounded(quotient(share, entry.quantity), 4)
    const off = times(Math.min(unitOff, entry.unitPrice), entry.quantity)
    entry.unitPrice = minus(entry.unitPrice, Math.min(unitOff, entry.unitPrice))
    note(entry, off)
    left = minus(left, off)
    applied = plus(applied, off)
  }
  return applied
}

function listPrice(
  store: Store,
  application: Application,
  currency: Currency,
  sku: Sku | undefined,
  quantity: number,
): number | undefined {
  const list = store.priceLists.get(application.priceListCode)
  if (sku === undefined || list === undefined || list.currency !== currency) return undefined
  const breaks = sku.prices.filter((row) => row.list === list && row.isActive && row.qtyBreak <= Math.max(1, quantity))
  const best = breaks.at(-1)
  return best === undefined ? undefined : findPrice(sku, list, best.qtyBreak)?.priceSale
}

function nameOf(store: Store, sku: Sku | undefined): string | null {
  const texts = (cultures: readonly { readonly culture: string; readonly values: Record<string, unknown> }[] | null) =>
    cultures?.find(({ culture }) => culture === store.defaultCulture)?.values
  const erpName = texts(sku?.cultures ?? null)?.ErpName
  const name = texts(sku?.variant.cultures ?? null)?.Name ?? texts(sku?.variant.cluster.cultures ?? null)?.Name
  const found = erpName ?? name
  return typeof found === 'string' && found !== '' ? found : null
}

export function totalExVat(rows: readonly OrderRow[]): number {
  return plus(...rows.map((row) => times(row.unitPrice, row.quantity)))
}

export function totalIncVat(rows: readonly OrderRow[]): number {
  return plus(...rows.map((row) => times(plus(row.unitPrice, row.unitVat), row.quantity)))
}
