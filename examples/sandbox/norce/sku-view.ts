import type { CultureText, Sku } from './model.ts'
import type { Store } from './store.ts'
import { formatQueryInstant } from './wire-time.ts'

/** One SKU with all that hangs on it, in Connect's words, as `GET /__sandbox/sku/{partNo}` shows it. */
export interface SkuView {
  readonly PartNo: string
  readonly StatusId: number
  readonly IsStatusLocked: boolean
  readonly TypeId: number
  readonly EanCode: string | null
  readonly CommodityCode: string | null
  readonly IntegrationPartNo: string | null
  readonly TrackingCode: string | null
  readonly UnitOfMeasurementType: number | null
  readonly UnitOfMeasurementCount: number
  readonly IsBuyable: boolean
  readonly IsDropShipOnly: boolean | null
  readonly ActualWeight: number | null
  readonly StartDate: string | null
  readonly StopDate: string | null
  /** Sales area id to per cent. */
  readonly VatRates: Readonly<Record<string, number | null>>
  /** Culture to field to text. */
  readonly Cultures: CultureView
  readonly Extra: Readonly<Record<string, unknown>>
  readonly Variant: {
    readonly Id: number
    readonly ManufacturerCode: string | null
    readonly ManufacturerName: string | null
    readonly ManufacturerPartNo: string | null
    readonly Cultures: CultureView
    readonly Parametrics: Readonly<Record<string, unknown>>
    readonly Flags: Readonly<Record<string, boolean>>
    readonly Extra: Readonly<Record<string, unknown>>
    readonly Writes: number
  }
  readonly Cluster: {
    readonly Id: number
    readonly Code: string | null
    readonly Cultures: CultureView
    /** Codes, the primary one first. */
    readonly Categories: readonly string[]
    readonly Parametrics: Readonly<Record<string, unknown>>
    readonly VariantDefinitionGroup: string | null
    readonly Flags: Readonly<Record<string, boolean>>
    readonly Extra: Readonly<Record<string, unknown>>
    /** Part numbers of every variant of the cluster. */
    readonly PartNos: readonly string[]
    readonly Writes: number
  }
  readonly Prices: readonly PriceView[]
  readonly OnHands: readonly OnHandView[]
  readonly Updated: string | null
  /** Writes to the SKU's own row since the counters were reset; prices and places count theirs. */
  readonly Writes: number
}

export type CultureView = Readonly<Record<string, Readonly<Record<string, string | boolean | null>>>>

export interface PriceView {
  readonly PriceListCode: string
  readonly QuantityBreak: number
  readonly CurrencyCode: string
  readonly PriceSale: number
  readonly CostPurchase: number
  readonly CostUnit: number
  readonly PriceRecommended: number | null
  readonly PricePrevious: number | null
  readonly PriceCatalog: number | null
  readonly IsPriceDiscountable: boolean
  readonly IsActive: boolean
  readonly Writes: number
}

export interface OnHandView {
  readonly WarehouseCode: string
  readonly LocationCode: string
  readonly OnhandValue: number
  readonly IncomingValue: number | null
  readonly NextDeliveryDate: string | null
  readonly LeadTimeDayCount: number | null
  readonly MinimumValue: number | null
  readonly MaximumValue: number | null
  readonly IsActive: boolean
  readonly Infos: Readonly<Record<string, string | null>>
  readonly Writes: number
}

export function skuView(store: Store, sku: Sku): SkuView {
  const { variant } = sku
  const { cluster } = variant
  return {
    PartNo: sku.partNo,
    StatusId: sku.statusId,
    IsStatusLocked: sku.statusLock !== null,
    TypeId: sku.typeId,
    EanCode: sku.eanCode,
    CommodityCode: sku.commodityCode,
    IntegrationPartNo: sku.integrationPartNo,
    TrackingCode: sku.trackingCode,
    UnitOfMeasurementType: sku.unitId,
    UnitOfMeasurementCount: sku.unitCount,
    IsBuyable: sku.isBuyable,
    IsDropShipOnly: sku.isDropShipOnly,
    ActualWeight: sku.actualWeight,
    StartDate: instant(sku.startDate),
    StopDate: instant(sku.stopDate),
    VatRates: Object.fromEntries(sku.vatRates ?? []),
    Cultures: cultureView(sku.cultures ?? []),
    Extra: { ...sku.extra },
    Variant: {
      Id: variant.id,
      ManufacturerCode: variant.manufacturer?.code ?? null,
      ManufacturerName: variant.manufacturer?.name ?? null,
      ManufacturerPartNo: variant.manufacturerPartNo,
      Cultures: cultureView(variant.cultures),
      Parametrics: Object.fromEntries(variant.parametrics ?? []),
      Flags: flagView(variant.flags),
      Extra: { ...variant.extra },
      Writes: store.writesOf(variant),
    },
    Cluster: {
      Id: cluster.id,
      Code: cluster.code,
      Cultures: cultureView(cluster.cultures),
      Categories: cluster.categories.map(({ category }) => category.code),
      Parametrics: Object.fromEntries(cluster.parametrics ?? []),
      VariantDefinitionGroup: cluster.definitionGroup?.code ?? null,
      Flags: flagView(cluster.flags),
      Extra: { ...cluster.extra },
      PartNos: cluster.variants.flatMap((other) => other.skus.map(({ partNo }) => partNo)),
      Writes: store.writesOf(cluster),
    },
    Prices: sku.prices.map((row) => ({
      PriceListCode: row.list.code,
      QuantityBreak: row.qtyBreak,
      CurrencyCode: row.list.currency.code,
      PriceSale: row.priceSale,
      CostPurchase: row.costPurchase,
      CostUnit: row.costUnit,
      PriceRecommended: row.priceRecommended,
      PricePrevious: row.pricePrevious,
      PriceCatalog: row.priceCatalog,
      IsPriceDiscountable: row.isPriceDiscountable,
      IsActive: row.isActive,
      Writes: store.writesOf(row),
    })),
    OnHands: sku.onHands.map((row) => ({
      WarehouseCode: row.location.warehouse.code,
      LocationCode: row.location.code,
      OnhandValue: row.onHandValue,
      IncomingValue: row.incomingValue,
      NextDeliveryDate: instant(row.nextDeliveryDate),
      LeadTimeDayCount: row.leadTimeDayCount,
      MinimumValue: row.minimumValue,
      MaximumValue: row.maximumValue,
      IsActive: row.isActive,
      Infos: { ...row.infos },
      Writes: store.writesOf(row),
    })),
    Updated: instant(sku.updated?.at ?? null),
    Writes: store.writesOf(sku),
  }
}

function instant(ticks: number | null): string | null {
  return ticks === null ? null : formatQueryInstant(ticks)
}

function cultureView(texts: readonly CultureText[]): CultureView {
  return Object.fromEntries(texts.map(({ culture, values }) => [culture, { ...values }]))
}

function flagView(flags: ReadonlyMap<string, { readonly isSet: boolean }> | null): Readonly<Record<string, boolean>> {
  return Object.fromEntries([...(flags ?? [])].map(([code, { isSet }]) => [code, isSet]))
}
