import type { ItemSchema, PropertySchema } from '../connect/item-schema.ts'
import { ORDER_STATUS } from '../orders/order-status.ts'

/** Bodies of the synchronous order messages [code C1; doc D8]; `required` where the documentation marks it. */

const string: PropertySchema = { kind: 'string' }
const text = (max: number): PropertySchema => ({ kind: 'string', max })
const required: PropertySchema = { kind: 'string', required: true }
const int: PropertySchema = { kind: 'int' }
const decimal: PropertySchema = { kind: 'decimal' }
const bool: PropertySchema = { kind: 'bool' }
const date: PropertySchema = { kind: 'date' }
const status: PropertySchema = { kind: 'enumName', values: ORDER_STATUS }
const arrayOf = (item: ItemSchema): PropertySchema => ({ kind: 'array', item })

/** The address of order messages, which is not that of the imports. */
export const ORDER_ADDRESS: ItemSchema = {
  Type: string,
  Line1: text(100),
  Line2: text(100),
  Box: text(100),
  ZipCode: text(50),
  City: text(50),
  Region: text(50),
  Country: text(2),
  CareOf: text(100),
  ShippingPhoneNumber: string,
  Gln: string,
}

export const SEND_ORDER_STATUS: ItemSchema = {
  ClientOrderRef: int,
  ErpOrderNo: text(50),
  OrderStatus: { ...status, required: true } as PropertySchema,
  AccountId: int,
  Infos: arrayOf({ Code: required, Value: string }),
  ItemStatuses: arrayOf({ LineNo: required, ItemStatus: { ...status, required: true } as PropertySchema }),
}

const deliveryNoteItems = arrayOf({
  RowNumber: { kind: 'decimal', required: true },
  ItemNo: text(50),
  Qty: { kind: 'decimal', required: true },
  Description: text(255),
  Comment: string,
})

/** The rows' property is spelt `DeliveryNoteItems` in the contract and `DeliverynoteItems` in a sample: both are read. */
export const CREATE_DELIVERY_NOTE: ItemSchema = {
  DeliveryDate: { ...date, required: true } as PropertySchema,
  NoteNo: { ...text(50), required: true } as PropertySchema,
  OrderNo: { ...text(50), required: true } as PropertySchema,
  BuyerCompanyCode: string,
  BuyerCustomerCode: string,
  DeliveryAddress: { kind: 'object', item: ORDER_ADDRESS },
  DeliveryName: string,
  DeliveryAttention: string,
  DeliveryMode: text(50),
  NoteText: string,
  DivisionCode: string,
  StatusId: int,
  IsPrinted: bool,
  Id: int,
  DeliveryNotePackages: arrayOf({ ParcelNumber: { ...text(255), required: true } as PropertySchema, StatusId: int }),
  DeliveryNoteItems: deliveryNoteItems,
  DeliverynoteItems: deliveryNoteItems,
}

export const CREATE_INVOICE: ItemSchema = {
  ClientOrderRef: { ...int, required: true } as PropertySchema,
  CurrencyCode: required,
  ErpOrderNo: required,
  InvoiceDate: { ...date, required: true } as PropertySchema,
  InvoiceNo: { ...text(50), required: true } as PropertySchema,
  DeliveryDate: date,
  InvoiceDueDate: date,
  InvoiceRoundOff: decimal,
  Vat: decimal,
  Payment: {
    kind: 'object',
    item: { PaymentCode: int, PaymentMethodCode: string, PaymentRef: string, Amount: decimal, CurrencyCode: string },
  },
  Items: arrayOf({
    PartNo: required,
    Quantity: { ...int, required: true } as PropertySchema,
    UnitPrice: { ...decimal, required: true } as PropertySchema,
    LineNo: decimal,
    UnitVat: decimal,
    VatRate: decimal,
    PriceList: string,
    ProductName: string,
    Description: string,
    SalePrice: decimal,
    LineAmount: decimal,
    Discount: decimal,
  }),
  Name: string,
  AddressLine1: string,
  AddressLine2: string,
  ZipCode: string,
  City: string,
  Attention: string,
  CareOf: string,
  Region: string,
  Country: string,
  CountryCode: string,
  Gln: string,
  ApplicationKey: string,
  IsLastInvoiceForOrder: bool,
  CreditedInvoiceNo: string,
  Comment: string,
  GroupCode: string,
  PaymentMethodCode: string,
  PaymentMethodName: string,
  SuppressPspCall: bool,
  CultureCode: string,
  TotalAmount: decimal,
  VatRoundOff: decimal,
}

export const CANCEL_ORDER: ItemSchema = {
  ClientOrderRef: { ...int, required: true } as PropertySchema,
  ErpOrderNo: required,
  Payments: arrayOf({ PaymentRef: required }),
}

const opaque: PropertySchema = { kind: 'opaque' }

const clientCustomer: PropertySchema = {
  kind: 'object',
  item: {
    Company: { kind: 'object', item: { Code: text(50), Name: text(100), VatNo: text(50) } },
    Person: {
      kind: 'object',
      item: {
        CustomerCode: text(50),
        CompanyCode: text(50),
        FirstName: text(50),
        LastName: text(50),
        JobTitle: text(10),
        PrivatePhone: text(50),
        CellPhone: text(50),
        WorkPhone: text(50),
        Email: text(255),
        SSN: text(50),
        Address: { kind: 'object', item: ORDER_ADDRESS },
        IsActive: bool,
      },
    },
  },
}

/** Rows as in the push; a type that the shop does not know is taken (assumed). */
export const CREATE_EXTERNAL_ORDER: ItemSchema = {
  Header: { kind: 'object', item: { ApplicationKey: required }, required: true },
  OrderDate: { ...date, required: true } as PropertySchema,
  SellTo: clientCustomer,
  BillTo: clientCustomer,
  ShipTo: clientCustomer,
  SalesDivisionCode: string,
  SalesContactCode: string,
  DeliveryDivisionCode: string,
  ErpOrderNo: { ...text(50), required: true } as PropertySchema,
  CustomerOrderRef: string,
  CustomerOrderComment: string,
  Invoices: opaque,
  CurrencyCode: required,
  ShippingAdvice: {
    kind: 'object',
    item: {
      DeliveryMethodCode: string,
      DoSMSNotify: bool,
      PickupStore: opaque,
      IsFeeChargedOnce: bool,
      IsComplete: bool,
    },
  },
  Items: arrayOf({
    LineNo: int,
    ParentLineNo: int,
    Type: string,
    TypeGroup: string,
    PartNo: required,
    ErpPartNo: string,
    Description: text(255),
    Quantity: { ...int, required: true } as PropertySchema,
    Quantity2: decimal,
    UnitOfMeasure: string,
    UnitPrice: { ...decimal, required: true } as PropertySchema,
    UnitPriceOriginal: decimal,
    Discount: decimal,
    UnitVat: decimal,
    VatRate: decimal,
    Comment: string,
    AdditionalInfo: opaque,
  }),
  AdditionalInfo: opaque,
  Source: text(255),
}
