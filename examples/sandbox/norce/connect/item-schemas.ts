import type { ItemSchema, PropertySchema } from './item-schema.ts'
import {
  CUSTOMER_TYPE,
  PRICE_RULE,
  SALES_AREA,
  SKU_STATUS,
  SKU_TYPE,
  UNIT_MEASUREMENT_TYPE,
  WAREHOUSE_TYPE,
} from './value-enums.ts'

/**
 * Item models of the imports [code C1; doc D6]. `required` only where the contract marks it; what a *create* needs is
 * a rule of the import itself. Lengths are those of the Query columns [doc D18] (that they are checked is assumed).
 */

const string = (max?: number): PropertySchema => (max === undefined ? { kind: 'string' } : { kind: 'string', max })
const required = (max?: number): PropertySchema => ({ ...string(max), required: true }) as PropertySchema
const int: PropertySchema = { kind: 'int' }
const decimal: PropertySchema = { kind: 'decimal' }
const bool: PropertySchema = { kind: 'bool' }
const date: PropertySchema = { kind: 'date' }
const opaque: PropertySchema = { kind: 'opaque' }
const enumOf = (values: Readonly<Record<string, number>>): PropertySchema => ({ kind: 'enum', values })
const arrayOf = (item: ItemSchema): PropertySchema => ({ kind: 'array', item })
const object = (item: ItemSchema): PropertySchema => ({ kind: 'object', item })

const image: ItemSchema = {
  FileTypeName: string(),
  ExternalCode: string(),
  Filename: string(),
  Url: string(),
  LastModified: date,
  Cultures: arrayOf({ CultureCode: required(16), Name: string(), Description: string(), AltText: string() }),
}

const culture: ItemSchema = {
  CultureCode: required(16),
  Name: string(255),
  SubHeader: string(),
  SubDescription: string(),
  DescriptionHeader: string(),
  Description: string(),
  Synonyms: string(500),
  Title: string(),
  Tags: string(),
  MetaTags: string(),
  MetaDescription: string(),
  UniqueUrlName: string(),
  IsUniqueUrlNameManuallyMaintained: bool,
}

const listValue: ItemSchema = {
  Code: string(),
  Value: string(),
  Cultures: opaque,
  Description: string(),
}

const parametricValue: ItemSchema = {
  ParametricCode: required(),
  ValueBoolean: bool,
  ValueDecimal: decimal,
  ValueInteger: int,
  ValueDateTime: date,
  Cultures: arrayOf({ CultureCode: required(16), ValueText: string() }),
  ValueList: object(listValue),
  MultipleValueList: arrayOf(listValue),
}

const flag: ItemSchema = {
  Code: required(),
  IsSet: bool,
  StopDate: date,
  IsCreateOnly: bool,
  IsLimitedUpdate: bool,
}

export const SKU_PRICE_LIST_ITEM: ItemSchema = {
  PartNo: required(50),
  PriceListCode: required(),
  QuantityBreak: int,
  PriceSale: decimal,
  CostPurchase: decimal,
  CostUnit: decimal,
  PriceRecommended: decimal,
  PricePrevious: decimal,
  PriceCatalog: decimal,
  IsPriceDiscountable: bool,
  CurrencyCode: string(),
  IsActive: bool,
  PriceRule: enumOf(PRICE_RULE),
  PriceRuleValue: decimal,
}

const sku: ItemSchema = {
  PartNo: required(50),
  Status: enumOf(SKU_STATUS),
  Type: enumOf(SKU_TYPE),
  IntegrationPartNo: string(50),
  CommodityCode: string(50),
  EanCode: string(50),
  TrackingCode: string(50),
  UnitOfMeasurementType: enumOf(UNIT_MEASUREMENT_TYPE),
  UnitOfMeasurementCount: decimal,
  IsDropShipOnly: bool,
  IsBuyable: bool,
  DiscountClass: string(),
  RecommendedSalesQty: decimal,
  IsRecommendedSalesQtyFixed: bool,
  ActualWeight: decimal,
  VolumeWeight: decimal,
  LogisticWidth: decimal,
  LogisticHeight: decimal,
  LogisticDepth: decimal,
  StandardPrice: object(SKU_PRICE_LIST_ITEM),
  VatRates: arrayOf({ SalesArea: enumOf(SALES_AREA), Rate: decimal }),
  Cultures: arrayOf({ CultureCode: required(16), ErpName: string(255), Comment: string(255) }),
  StartDate: date,
  StopDate: date,
  StructureItems: arrayOf({
    StructurePartNo: string(50),
    PartNo: required(50),
    Quantity: decimal,
    SortOrder: int,
    StandardStructureItemPrice: opaque,
    AdditionalInfo: opaque,
  }),
}

const variant: ItemSchema = {
  ManufacturerPartNo: string(50),
  SortOrderValue: int,
  StockDisplayBreakPoint: int,
  IsDangerousGoods: bool,
  TranslationRequested: date,
  Cultures: arrayOf(culture),
  Skus: arrayOf(sku),
  MainImage: object(image),
  AdditionalImages: arrayOf(image),
  VariantFlags: arrayOf(flag),
  VariantParametrics: arrayOf(parametricValue),
  NonParametricVariantDefinitions: opaque,
  DeliveryMethods: arrayOf({ Code: required(), PackagePercentage: decimal, IsActive: bool }),
}

export const PRODUCT_ITEM: ItemSchema = {
  ManufacturerCode: string(),
  ManufacturerName: string(),
  Alias: string(),
  Code: string(),
  Variants: arrayOf(variant),
  Cultures: arrayOf(culture),
  Categories: arrayOf({ SortOrder: int, Code: required() }),
  MainImage: object(image),
  AdditionalImages: arrayOf(image),
  Family: object({ Code: required(), Name: string() }),
  ProductFlags: arrayOf(flag),
  ProductParametrics: arrayOf(parametricValue),
  VariantDefinitionGroup: object({
    Code: required(),
    Name: string(),
    Types: arrayOf({ Code: required(), Name: string(), SortOrder: int, ParametricCode: string() }),
  }),
  AssortmentCode: string(),
}

export const SKU_ONHAND_ITEM: ItemSchema = {
  PartNo: required(50),
  WarehouseCode: required(),
  LocationCode: required(),
  OnhandValue: decimal,
  IncomingValue: decimal,
  NextDeliveryDate: date,
  LeadTimeDayCount: int,
  OnOrderValue: decimal,
  MinimumValue: decimal,
  MaximumValue: decimal,
  IsActive: bool,
  Infos: arrayOf({ Code: required(), Value: string() }),
}

export const PRICE_LIST_ITEM: ItemSchema = {
  Code: required(),
  Name: string(50),
  CurrencyCode: string(),
  StartDate: date,
  EndDate: date,
  IsPrimary: bool,
  IsPublic: bool,
  IsFavorite: bool,
  TypeCode: string(),
  Warehouses: arrayOf({
    Code: required(),
    Type: enumOf(WAREHOUSE_TYPE),
    Name: string(),
    LeadTimeDayCount: int,
    Locations: arrayOf({
      Code: required(),
      Name: string(),
      IsIncludedInStockCalculation: bool,
      LeadTimeDayCount: int,
    }),
  }),
  DefaultPriceRule: enumOf(PRICE_RULE),
  DefaultPriceRuleValue: decimal,
  Description: string(),
  IsErpIntegrated: bool,
  SalesArea: enumOf(SALES_AREA),
  DefaultMinMarginPercent: decimal,
  LimitToRecPrice: bool,
  ParentPriceListCode: string(),
  DefaultSupplementalChargeFixed: decimal,
  DefaultSupplementalChargePercent: decimal,
  PriceRules: opaque,
  Population: opaque,
  InheritStructureCalculationRule: opaque,
}

/** The address of customer imports, which is not that of order messages. */
const address: ItemSchema = {
  CareOf: string(100),
  AddressLine1: string(255),
  AddressLine2: string(255),
  ZipCode: string(50),
  City: string(50),
  Region: string(100),
  CountryCode: string(),
  Gln: string(50),
  ShippingPhoneNumber: string(),
  IsPrimary: bool,
  Code: string(),
  IsValidated: bool,
}

const info: ItemSchema = { Code: required(), Value: string() }

export const CUSTOMER_ITEM: ItemSchema = {
  Type: enumOf(CUSTOMER_TYPE),
  ApplicationKey: string(),
  Id: int,
  Code: string(50),
  EmailAddress: string(255),
  SocialSecurityNumber: string(),
  Title: string(),
  FirstName: string(100),
  MiddleName: string(),
  LastName: string(),
  PhoneNumber: string(),
  CellPhoneNumber: string(),
  IsActive: bool,
  InvoiceAddress: object(address),
  DeliveryAddresses: arrayOf(address),
  Accounts: arrayOf({
    ApplicationKey: string(),
    LoginName: required(),
    Password: string(),
    Status: int,
    Roles: { kind: 'list', of: string() },
  }),
  AdditionalInfo: arrayOf(info),
  Flags: arrayOf(flag),
  PriceLists: arrayOf({ Code: required(), IsExclusive: bool }),
  IsCompanyListDelta: bool,
  Companies: arrayOf({
    Id: int,
    Code: string(50),
    OrganizationNo: string(50),
    Name: string(100),
    IsPrimary: bool,
  }),
  CrmId: string(),
}

/** `ApplicationKey` is documented as required, the contract has it nullable: the stricter one is taken. */
export const COMPANY_ITEM: ItemSchema = {
  ApplicationKey: required(),
  Id: int,
  Code: string(50),
  OrganizationNo: string(50),
  Name: string(100),
  EmailAddress: string(255),
  PhoneNumber: string(),
  LogoImage: opaque,
  ParentCompanyCode: string(50),
  IsActive: bool,
  InvoiceAddress: object(address),
  IsCustomerListDelta: bool,
  DeliveryAddresses: arrayOf(address),
  AdditionalInfo: arrayOf(info),
  Contacts: opaque,
  Customers: opaque,
  DeliveryMethods: arrayOf({ Code: required(), IsActive: bool }),
  Discounts: opaque,
  Flags: arrayOf(flag),
  PaymentMethods: arrayOf({ Code: required(), IsActive: bool, InvoiceCaptureSettingsCode: string() }),
  PriceLists: arrayOf({ Code: required(), IsExclusive: bool }),
  VatNo: string(50),
  UseInvoiceAddressAsDeliveryAddress: bool,
}
