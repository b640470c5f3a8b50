import { textIn } from '../connect/culture-texts.ts'
import type { CategoryLink, Cluster, OnHandRow, PriceRow, Sku, Variant } from '../model.ts'
import { type EntitySet, entityType, type Value } from '../odata/edm.ts'
import type { Store } from '../store.ts'
import type { NorceSwitches } from '../switches.ts'
import { type Tenant, trackingColumns } from './reference-sets.ts'

/**
 * Products: Query's Product is a variant, Query's Variant a cluster [code C9, C13].
 *
 * Known: the columns of Products, ProductSkus and ProductSkuPriceLists [doc D18, D21], expands `Skus` and `Categories`
 * of Products [code C9] and `PriceLists` of ProductSkus [doc D3]. Assumed: the on-hand set's name (an option) with the
 * columns of 3.0 in PascalCase, its expand `OnHands`, and the columns of Variants beyond Id and DefaultName.
 */
export function productSets(
  store: Store,
  { clientId }: Tenant,
  onHandSetName: string,
  switches: () => NorceSwitches,
): EntitySet[] {
  const client = { ClientId: ['Edm.Int32', () => clientId] } as const
  const variantText = (variant: Variant, name: string): string | null =>
    textIn(variant.cultures, store.defaultCulture, name) ?? textIn(variant.cluster.cultures, store.defaultCulture, name)
  const clusterText = (cluster: Cluster, name: string) => textIn(cluster.cultures, store.defaultCulture, name)
  const hasVariants = (cluster: Cluster) => cluster.variants.length > 1 || switches().singleVariantClusters

  const priceType = entityType<PriceRow>(
    'Norce.Products.ClientProductSkuPriceList',
    ['PartNo', 'PriceListId', 'QtyBreak'],
    {
      PartNo: ['Edm.String', (row) => row.sku.partNo],
      PriceListId: ['Edm.Int32', (row) => row.list.id],
      QtyBreak: ['Edm.Int32', (row) => row.qtyBreak],
      ...client,
      CurrencyId: ['Edm.Int32', (row) => row.list.currency.id],
      PriceSale: ['Edm.Decimal', (row) => row.priceSale],
      PriceSaleLastUpdated: ['Edm.DateTimeOffset?', (row) => row.priceSaleStamp?.at ?? null],
      PriceSaleLastUpdatedBy: ['Edm.Int32?', (row) => row.priceSaleStamp?.by ?? null],
      PriceRuleId: ['Edm.Int32?', (row) => row.priceRuleId],
      PriceRuleValue: ['Edm.Decimal?', (row) => row.priceRuleValue],
      CostPurchase: ['Edm.Decimal', (row) => row.costPurchase],
      CostPurchaseLastUpdated: ['Edm.DateTimeOffset?', (row) => row.costPurchaseStamp?.at ?? null],
      CostPurchaseLastUpdatedBy: ['Edm.Int32?', (row) => row.costPurchaseStamp?.by ?? null],
      CostUnit: ['Edm.Decimal', (row) => row.costUnit],
      CostUnitLastUpdated: ['Edm.DateTimeOffset?', (row) => row.costUnitStamp?.at ?? null],
      CostUnitLastUpdatedBy: ['Edm.Int32?', (row) => row.costUnitStamp?.by ?? null],
      SupplementChargePercentage: ['Edm.Decimal?', () => null],
      PriceStandard: ['Edm.Decimal?', () => null],
      PriceRecommended: ['Edm.Decimal?', (row) => row.priceRecommended],
      PriceRecommendedLastUpdated: ['Edm.DateTimeOffset?', (row) => row.priceRecommendedStamp?.at ?? null],
      PriceRecommendedLastUpdatedBy: ['Edm.Int32?', (row) => row.priceRecommendedStamp?.by ?? null],
      PricePrevious: ['Edm.Decimal?', (row) => row.pricePrevious],
      PricePreviousLastUpdated: ['Edm.DateTimeOffset?', (row) => row.pricePreviousStamp?.at ?? null],
      PricePreviousLastUpdatedBy: ['Edm.Int32?', (row) => row.pricePreviousStamp?.by ?? null],
      PriceCatalog: ['Edm.Decimal?', (row) => row.priceCatalog],
      PriceCatalogLastUpdated: ['Edm.DateTimeOffset?', (row) => row.priceCatalogStamp?.at ?? null],
      PriceCatalogLastUpdatedBy: ['Edm.Int32?', (row) => row.priceCatalogStamp?.by ?? null],
      IsPriceDiscountable: ['Edm.Boolean', (row) => row.isPriceDiscountable],
      ChosenSupplierId: ['Edm.Int32?', () => null],
      ChosenSupplierPartNo: ['Edm.String?', () => null],
      ChosenSupplierPriceListId: ['Edm.Int32?', () => null],
      ChosenSupplierQtyBreak: ['Edm.Int32?', () => null],
      IsActive: ['Edm.Boolean', (row) => row.isActive],
      ...trackingColumns,
    },
  )

  const onHandType = entityType<OnHandRow>(
    'Norce.Products.ClientProductSkuOnHand',
    ['PartNo', 'WarehouseId', 'LocationId'],
    {
      PartNo: ['Edm.String', (row) => row.sku.partNo],
      ...client,
      WarehouseId: ['Edm.Int32', (row) => row.location.warehouse.id],
      LocationId: ['Edm.Int32', (row) => row.location.id],
      OnHandValue: ['Edm.Decimal', (row) => row.onHandValue],
      OnHandLastChecked: ['Edm.DateTimeOffset?', (row) => row.onHandChecked?.at ?? null],
      OnHandLastUpdated: ['Edm.DateTimeOffset?', (row) => row.onHandStamp?.at ?? null],
      OnHandLastUpdatedBy: ['Edm.Int32?', (row) => row.onHandStamp?.by ?? null],
      IncomingValue: ['Edm.Decimal?', (row) => row.incomingValue],
      IncomingLastChecked: ['Edm.DateTimeOffset?', (row) => row.incomingChecked?.at ?? null],
      IncomingLastUpdated: ['Edm.DateTimeOffset?', (row) => row.incomingStamp?.at ?? null],
      IncomingLastUpdatedBy: ['Edm.Int32?', (row) => row.incomingStamp?.by ?? null],
      NextDeliveryDate: ['Edm.DateTimeOffset?', (row) => row.nextDeliveryDate],
      NextDeliveryLastChecked: ['Edm.DateTimeOffset?', (row) => row.nextDeliveryChecked?.at ?? null],
      NextDeliveryLastUpdated: ['Edm.DateTimeOffset?', (row) => row.nextDeliveryStamp?.at ?? null],
      NextDeliveryLastUpdatedBy: ['Edm.Int32?', (row) => row.nextDeliveryStamp?.by ?? null],
      IsReturnable: ['Edm.Boolean', () => true],
      LeadTimeDayCount: ['Edm.Int32?', (row) => row.leadTimeDayCount],
      OnOrderValue: ['Edm.Decimal?', (row) => row.onOrderValue],
      MinimumValue: ['Edm.Decimal?', (row) => row.minimumValue],
      MaximumValue: ['Edm.Decimal?', (row) => row.maximumValue],
      IsActive: ['Edm.Boolean', (row) => row.isActive],
      ActiveLastUpdated: ['Edm.DateTimeOffset?', (row) => row.activeStamp?.at ?? null],
      ActiveLastUpdatedBy: ['Edm.Int32?', (row) => row.activeStamp?.by ?? null],
      StoppedDate: ['Edm.DateTimeOffset?', (row) => (row.isActive ? null : (row.activeStamp?.at ?? null))],
      ...trackingColumns,
      ReservationValue: ['Edm.Decimal', () => 0],
    },
  )

  const skuType = entityType<Sku>(
    'Norce.Products.ClientProductSku',
    ['PartNo'],
    {
      PartNo: ['Edm.String', (row) => row.partNo],
      ProductId: ['Edm.Int32', (row) => row.variant.id],
      ...client,
      StatusId: ['Edm.Int32', (row) => row.statusId],
      StatusLastUpdated: ['Edm.DateTimeOffset?', (row) => row.statusStamp.at],
      StatusLastUpdatedBy: ['Edm.Int32?', (row) => row.statusStamp.by],
      TypeId: ['Edm.Int32', (row) => row.typeId],
      IntegrationPartNo: ['Edm.String?', (row) => row.integrationPartNo],
      ErpName: ['Edm.String?', (row) => textIn(row.cultures, store.defaultCulture, 'ErpName')],
      DefaultComment: ['Edm.String?', (row) => textIn(row.cultures, store.defaultCulture, 'Comment')],
      CommodityCode: ['Edm.String?', (row) => row.commodityCode],
      EanCode: ['Edm.String?', (row) => row.eanCode],
      TrackingCode: ['Edm.String?', (row) => row.trackingCode],
      GrossWeight: ['Edm.Decimal?', (row) => row.actualWeight],
      NetWeight: ['Edm.Decimal?', () => null],
      FreightClassId: ['Edm.Int32?', () => null],
      UnitOfMeasurementId: ['Edm.Int32?', (row) => row.unitId],
      UnitOfMeasurementCount: ['Edm.Decimal', (row) => row.unitCount],
      PackageId: ['Edm.Int32?', () => null],
      TrackingCodeTypeId: ['Edm.Int32?', () => null],
      Url: ['Edm.String?', () => null],
      ImagePath: ['Edm.String?', () => null],
      PopulationRuleId: ['Edm.Int32?', () => null],
      LastChecked: ['Edm.DateTimeOffset?', () => null],
      IsDropShipOnly: ['Edm.Boolean?', (row) => row.isDropShipOnly],
      IsPublished: ['Edm.Boolean', () => true],
      PublishedLastUpdated: ['Edm.DateTimeOffset?', () => null],
      PublishedLastUpdatedBy: ['Edm.Int32?', () => null],
      IsBlocked: ['Edm.Boolean', () => false],
      BlockedLastUpdated: ['Edm.DateTimeOffset?', () => null],
      BlockedLastUpdatedBy: ['Edm.Int32?', () => null],
      RecommendedSalesQty: ['Edm.Decimal?', (row) => numberOf(row.extra?.RecommendedSalesQty)],
      LogisticWidth: ['Edm.Decimal?', (row) => numberOf(row.extra?.LogisticWidth)],
      LogisticHeight: ['Edm.Decimal?', (row) => numberOf(row.extra?.LogisticHeight)],
      LogisticDepth: ['Edm.Decimal?', (row) => numberOf(row.extra?.LogisticDepth)],
      IsStatusLocked: ['Edm.Boolean', (row) => row.statusLock !== null],
      StatusLockedDate: ['Edm.DateTimeOffset?', (row) => row.statusLock?.at ?? null],
      StatusLockedBy: ['Edm.Int32?', (row) => row.statusLock?.by ?? null],
      IsBuyable: ['Edm.Boolean', (row) => row.isBuyable],
      StartDate: ['Edm.DateTimeOffset?', (row) => row.startDate],
      EndDate: ['Edm.DateTimeOffset?', (row) => row.stopDate],
      ...trackingColumns,
    },
    {
      PriceLists: [priceType, 'many', (row) => row.prices],
      OnHands: [onHandType, 'many', (row) => row.onHands],
    },
  )

  interface ProductCategory {
    readonly variant: Variant
    readonly link: CategoryLink
    readonly isPrimary: boolean
  }
  const productCategoryType = entityType<ProductCategory>(
    'Norce.Products.ProductCategory',
    ['ProductId', 'CategoryId'],
    {
      ProductId: ['Edm.Int32', (row) => row.variant.id],
      CategoryId: ['Edm.Int32', (row) => row.link.category.id],
      ...client,
      IsPrimary: ['Edm.Boolean', (row) => row.isPrimary],
      SortOrder: ['Edm.Int32', (row) => row.link.sortOrder],
      ProductSortOrder: ['Edm.Int32', () => 0],
      IsActive: ['Edm.Boolean', () => true],
    },
  )

  const productType = entityType<Variant>(
    'Norce.Products.ClientProduct',
    ['Id'],
    {
      Id: ['Edm.Int32', (row) => row.id],
      ...client,
      ManufacturerId: ['Edm.Int32?', (row) => row.manufacturer?.id ?? null],
      ManufacturerPartNo: ['Edm.String?', (row) => row.manufacturerPartNo],
      DefaultName: ['Edm.String?', (row) => variantText(row, 'Name')],
      DefaultSubHeader: ['Edm.String?', (row) => variantText(row, 'SubHeader')],
      DefaultSubDescription: ['Edm.String?', (row) => variantText(row, 'SubDescription')],
      DefaultDescriptionHeader: ['Edm.String?', (row) => variantText(row, 'DescriptionHeader')],
      DefaultDescription: ['Edm.String?', (row) => variantText(row, 'Description')],
      DefaultImagePath: ['Edm.String?', () => null],
      DefaultThumbnailImagePath: ['Edm.String?', () => null],
      DefaultCampaignImagePath: ['Edm.String?', () => null],
      DefaultLargeImagePath: ['Edm.String?', () => null],
      DefaultSynonyms: ['Edm.String?', (row) => variantText(row, 'Synonyms')],
      SortOrderValue: ['Edm.Int32?', (row) => row.sortOrderValue],
      AssortmentId: ['Edm.Int32?', () => null],
      AssortmentLastUpdated: ['Edm.DateTimeOffset?', () => null],
      AssortmentLastUpdatedBy: ['Edm.Int32?', () => null],
      IsVariant: ['Edm.Boolean', (row) => hasVariants(row.cluster)],
      VariantId: ['Edm.Int32?', (row) => (hasVariants(row.cluster) ? row.cluster.id : null)],
      Alias: ['Edm.String?', (row) => row.cluster.alias],
      DefaultTitle: ['Edm.String?', (row) => variantText(row, 'Title')],
      DefaultTags: ['Edm.String?', (row) => variantText(row, 'Tags')],
      DefaultMetaTags: ['Edm.String?', (row) => variantText(row, 'MetaTags')],
      DefaultMetaDescription: ['Edm.String?', (row) => variantText(row, 'MetaDescription')],
      HideInTopList: ['Edm.Boolean', () => false],
      IsActive: ['Edm.Boolean', () => true],
      StoppedDate: ['Edm.DateTimeOffset?', () => null],
      ...trackingColumns,
    },
    {
      Skus: [skuType, 'many', (row) => row.skus],
      Categories: [
        productCategoryType,
        'many',
        (variant) => variant.cluster.categories.map((link, index) => ({ variant, link, isPrimary: index === 0 })),
      ],
    },
  )

  const clusterType = entityType<Cluster>('Norce.Products.ClientVariant', ['Id'], {
    Id: ['Edm.Int32', (row) => row.id],
    ...client,
    DefaultName: ['Edm.String?', (row) => clusterText(row, 'Name')],
    DefaultDescription: ['Edm.String?', (row) => clusterText(row, 'Description')],
    VariantGroupId: ['Edm.Int32?', (row) => row.definitionGroup?.id ?? null],
    IsActive: ['Edm.Boolean', () => true],
    ...trackingColumns,
  })

  const skusOf = (values: readonly Value[]): Sku[] =>
    inOrder(values).flatMap((value) => (typeof value === 'string' ? (store.skus.get(value) ?? []) : []))

  return [
    {
      name: 'Products',
      type: productType,
      rows: () => store.variants.values(),
      find(property, values) {
        if (property !== 'Id') return undefined
        return inOrder(values).flatMap((value) => store.variants.get(value as number) ?? [])
      },
    },
    {
      name: 'ProductSkus',
      type: skuType,
      rows: () => store.sortedSkus(),
      rowsFrom: (from) => skusFrom(store, from),
      find(property, values) {
        if (property === 'PartNo') return skusOf(values)
        if (property !== 'ProductId') return undefined
        return values
          .flatMap((value) => store.variants.get(value as number)?.skus ?? [])
          .sort((a, b) => (a.partNo < b.partNo ? -1 : 1))
      },
    },
    {
      name: 'ProductSkuPriceLists',
      type: priceType,
      rows: () => flatten(store.sortedSkus(), (sku) => sku.prices),
      rowsFrom: (from) => flatten(skusFrom(store, from), (sku) => sku.prices),
      find: (property, values) => (property === 'PartNo' ? flatten(skusOf(values), (sku) => sku.prices) : undefined),
    },
    {
      name: onHandSetName,
      type: onHandType,
      rows: () => flatten(store.sortedSkus(), (sku) => sku.onHands),
      rowsFrom: (from) => flatten(skusFrom(store, from), (sku) => sku.onHands),
      find: (property, values) => (property === 'PartNo' ? flatten(skusOf(values), (sku) => sku.onHands) : undefined),
    },
    {
      name: 'Variants',
      type: clusterType,
      *rows() {
        for (const cluster of store.clusters.values()) if (hasVariants(cluster)) yield cluster
      },
      find(property, values) {
        if (property !== 'Id') return undefined
        return inOrder(values).flatMap((value) => {
          const cluster = store.clusters.get(value as number)
          return cluster !== undefined && hasVariants(cluster) ? cluster : []
        })
      },
    },
  ]
}

function numberOf(value: unknown): number | null {
  return typeof value === 'number' ? value : null
}

function inOrder(values: readonly Value[]): Value[] {
  return [...values].sort((a, b) => (a === b ? 0 : a === null || (b !== null && a < b) ? -1 : 1))
}

function* flatten<Row extends object>(skus: Iterable<Sku>, rows: (sku: Sku) => readonly Row[]): Iterable<Row> {
  for (const sku of skus) yield* rows(sku)
}

/** The SKUs from a part number on, by halving. */
function* skusFrom(store: Store, from: Value): Iterable<Sku> {
  const skus = store.sortedSkus()
  let low = 0
  let high = skus.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((skus[middle] as Sku).partNo < String(from)) low = middle + 1
    else high = middle
  }
  for (; low < skus.length; low += 1) yield skus[low] as Sku
}
