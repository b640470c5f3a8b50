/**
 * The field enums of the `…FieldsThatAreSet` lists, name to number, as the official contracts have them [code C1].
 * A header may name a field by number or by name [doc D7].
 */

export const PRODUCT_FIELDS = {
  ManufacturerCode: 0,
  ManufacturerName: 1,
  Alias: 2,
  Code: 3,
  Variants: 4,
  Cultures: 5,
  Categories: 6,
  MainImage: 7,
  AdditionalImages: 8,
  Family: 9,
  ProductParametrics: 10,
  ProductParametricsCreateOnly: 11,
  VariantDefinitionGroup: 12,
  VariantDefinitionGroupCreateOnly: 13,
  Assortment: 14,
  CategoriesCreateOnly: 15,
  CategoriesLimitedUpdate: 16,
  AdditionalImagesCleanup: 17,
  ParametricsCleanup: 18,
  ImagesAndFilesCleanup: 19,
} as const

export const PRODUCT_CULTURE_FIELDS = {
  Name: 0,
  NameCreateOnly: 1,
  SubHeader: 2,
  SubDescription: 3,
  DescriptionHeader: 4,
  Description: 5,
  DescriptionCreateOnly: 6,
  Synonyms: 7,
  Title: 8,
  Tags: 9,
  MetaTags: 10,
  MetaDescription: 11,
  NameLimitedUpdate: 12,
  UniqueUrlName: 13,
  IsUniqueUrlNameManuallyMaintained: 14,
  UniqueUrlNameCreateOnly: 15,
} as const

export const VARIANT_FIELDS = {
  ManufacturerPartNo: 0,
  SortOrderValue: 1,
  StockDisplayBreakPoint: 2,
  IsDangerousGoods: 3,
  Cultures: 4,
  Skus: 5,
  MainImage: 6,
  AdditionalImages: 7,
  VariantParametrics: 8,
  VariantParametricsCreateOnly: 9,
  NonParametricVariantDefinitions: 10,
  NonParametricVariantDefinitionsCreateOnly: 11,
  DeliveryMethods: 12,
  DeliveryMethodsCreateOnly: 13,
  AdditionalImagesCleanup: 14,
  ParametricsCleanup: 15,
  TranslationRequested: 16,
  ImagesAndFilesCleanup: 17,
} as const

export const VARIANT_CULTURE_FIELDS = {
  CultureCode: 0,
  Name: 1,
  NameCreateOnly: 2,
  NameLimitedUpdate: 3,
  UniqueUrlName: 4,
  IsUniqueUrlNameManuallyMaintained: 5,
  UniqueUrlNameCreateOnly: 6,
  SubHeader: 7,
  SubDescription: 8,
  DescriptionHeader: 9,
  Description: 10,
  DescriptionCreateOnly: 11,
  Synonyms: 12,
  Title: 13,
  Tags: 14,
  MetaTags: 15,
  MetaDescription: 16,
} as const

/** 0 and 17 are unused. */
export const SKU_FIELDS = {
  Status: 1,
  Type: 2,
  IntegrationPartNo: 3,
  CommodityCode: 4,
  EanCode: 5,
  TrackingCode: 6,
  UnitOfMeasurementType: 7,
  UnitOfMeasurementCount: 8,
  IsDropShipOnly: 9,
  IsBuyable: 10,
  DiscountClass: 11,
  RecommendedSalesQty: 12,
  IsRecommendedSalesQtyFixed: 13,
  ActualWeight: 14,
  VolumeWeight: 15,
  LogisticWidth: 16,
  LogisticHeight: 18,
  LogisticDepth: 19,
  StandardPrice: 20,
  VatRate: 21,
  StatusCreateOnly: 22,
  StartDate: 23,
  StopDate: 24,
  StructureItems: 25,
  PartNoCreateWhenMissing: 26,
} as const

export const SKU_CULTURE_FIELDS = { ErpName: 0, ErpNameCreateOnly: 1, Comment: 2, CommentCreateOnly: 3 } as const

export const SKU_PRICE_LIST_FIELDS = {
  PriceSale: 3,
  CostPurchase: 4,
  CostUnit: 5,
  PriceRecommended: 6,
  PricePrevious: 7,
  PriceCatalog: 8,
  IsPriceDiscountable: 9,
  IsActive: 10,
  IsPriceDiscountableCreateOnly: 11,
  PriceRule: 12,
  FullfileResetInheritance: 13,
} as const

export const SKU_ONHAND_FIELDS = {
  OnhandValue: 3,
  IncomingValue: 4,
  NextDeliveryDate: 5,
  LeadTimeDayCount: 6,
  OnOrderValue: 7,
  MinimumValue: 8,
  MaximumValue: 9,
  IsActive: 10,
  Infos: 11,
} as const

export const PRICE_LIST_FIELDS = {
  Name: 0,
  CurrencyCode: 1,
  StartDate: 2,
  EndDate: 3,
  IsPublic: 4,
  IsPrimary: 5,
  TypeCode: 6,
  Warehouses: 7,
  DefaultPriceRule: 8,
  Description: 9,
  IsErpIntegrated: 10,
  DoNotCreateApplicationPriceList: 11,
  SalesArea: 12,
  DefaultMinMarginPercent: 13,
  LimitToRecPrice: 14,
  ParentPriceListCode: 15,
  DefaultSupplementalChargeFixed: 16,
  DefaultSupplementalChargePercent: 17,
  PriceRules: 18,
  PriceRulesCleanup: 19,
  PriceRulesLimitedUpdate: 20,
  Population: 21,
  PopulationCleanup: 22,
  IsFavorite: 23,
  InheritStructureCalculationRule: 24,
} as const

export const WAREHOUSE_FIELDS = { Type: 0, Name: 1, LeadTimeDayCount: 2 } as const
export const WAREHOUSE_LOCATION_FIELDS = { Name: 0, LeadTimeDayCount: 1, IsIncludedInStockCalculation: 2 } as const
export const PRICE_LIST_PRICE_RULE_FIELDS = {
  Type: 0,
  Value: 1,
  LimitToRecPrice: 2,
  SupplementalChargeFixed: 3,
  SupplementalChargePercent: 4,
} as const
export const SKU_STRUCTURE_ITEM_FIELDS = { SortOrder: 0, StandardStructureItemPrice: 1, AdditionalInfo: 2 } as const
export const IMAGE_CULTURE_FIELDS = { Name: 0, Description: 1, AltText: 2 } as const
