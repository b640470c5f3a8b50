/** Enumerations of item values, name to number [code C1]. In JSON either form may be sent [doc D7]. */

export const SKU_STATUS = { Active: 1, Coming: 2, Expiring: 3, Hidden: 4, Inactive: 5, NotActivated: 6 } as const

/** The deprecated numbers 15–17, 19, 22, 24–32 have no documented names and are refused (assumed). */
export const SKU_TYPE = {
  ErpStandard: 1,
  ErpRefurbished: 2,
  Freight: 3,
  Insurance: 4,
  Download: 7,
  Structure: 8,
  Invoice: 9,
  Service: 11,
  Standard: 14,
  Donations: 18,
  EnvironmentalFee: 20,
  PackingFee: 21,
  License: 33,
  CentRounding: 34,
  SalesTax: 35,
  FreightStructure: 36,
  ManagedStructure: 37,
  ManagedErpPackage: 38,
  ManagedErpPackageWithCalc: 39,
  Virtual: 40,
  PspGiftCard: 41,
  PayLater: 42,
  GiftCardPaymentPlaceHolder: 43,
  Compensation: 44,
} as const

export const UNIT_MEASUREMENT_TYPE = {
  Pieces: 1,
  Hour: 2,
  Kilogram: 3,
  Litre: 4,
  Pair: 5,
  SquareMeter: 6,
  Meter: 7,
  Boxes: 8,
  Rolls: 9,
} as const

export const WAREHOUSE_TYPE = { Warehouse: 1, Store: 2, Transport: 3, Other: 4 } as const

export const PRICE_RULE = {
  CostPlus_PurchaseCost: 1,
  FixedPrice: 2,
  Margin_PurchaseCost: 3,
  UseRecommendedPrice: 4,
  CostPlus_UnitCost: 5,
  Margin_UnitCost: 6,
  UseStandardPrice_PctDiscount: 7,
  Competitive_PurchaseCost: 8,
  Competitive_UnitCost: 9,
  UseStandardPrice_FixedDiscount: 10,
  StructureCalculation: 11,
  UseCatalogPrice: 12,
} as const

export const SALES_AREA = {
  Sweden: 1,
  Norway: 2,
  Denmark: 3,
  Finland: 4,
  UnitedKingdom: 5,
  Estonia: 6,
  Greenland: 7,
  Germany: 8,
  Italy: 9,
  Austria: 10,
  Spain: 11,
  Netherlands: 12,
  Belgium: 13,
  France: 14,
  Switzerland: 15,
  USA: 17,
  Ireland: 18,
  Canada: 19,
  Lithuania: 20,
  Latvia: 21,
  Japan: 22,
  SouthKorea: 23,
  Australia: 24,
  Europe: 25,
  Poland: 26,
  CzechRepublic: 27,
  Russia: 28,
  NoVAT: 29,
  Bulgaria: 36,
  Croatia: 37,
  Cyprus: 38,
  Greece: 39,
  Hungary: 40,
  Luxembourg: 41,
  Malta: 42,
  Portugal: 43,
  Romania: 44,
  Slovakia: 45,
  Slovenia: 46,
} as const

/** 1–6 of the contracts; 101 and 102 are the numbers that the product feed adds for lists [code C8]. */
export const PARAMETRIC_TYPE = {
  Text: 1,
  Integer: 2,
  Decimal: 3,
  Boolean: 4,
  Html: 5,
  Date: 6,
  List: 101,
  MultipleList: 102,
} as const

export const SERIALIZATION_TYPE = { JSON: 0, XML: 1 } as const

export const CUSTOMER_TYPE = { Customer: 1, CompanyContact: 2 } as const
