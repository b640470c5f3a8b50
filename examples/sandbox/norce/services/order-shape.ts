import { plus, quotient, times } from '../orders/amounts.ts'
import type { DeliveryNote, Invoice, OrderRow, Party, ShopOrder } from '../orders/model.ts'
import { orderStatusName } from '../orders/order-status.ts'
import { totalExVat, totalIncVat } from '../orders/rows.ts'

/** The form of dates in answers of Services: `/Date(1773913488613+0000)/` [code C2, C4, C10]. */
export function microsoftDate(ms: number | null): string | null {
  return ms === null ? null : `/Date(${ms}+0000)/`
}

/** 25 per cent is 1.25 [doc D22; code C4]. */
const factor = (perCent: number): number => plus(1, quotient(perCent, 100))

/**
 * An Order of Services [code C3]. The totals are here, and only here. Assumed: `UnitPrice` is after discounts and
 * `UnitDiscount` what was taken off; the names of countries are their codes; `DropPoint` is the code of the pick-up point.
 */
export function servicesOrder(order: ShopOrder): Readonly<Record<string, unknown>> {
  return {
    Id: order.id,
    QuotationId: order.quotationId,
    OrderNo: order.orderNo,
    OrderDate: microsoftDate(order.orderedAt),
    Status: orderStatusName(order.statusId),
    Source: order.source,
    Currency: order.currency.code,
    SellTo: customerData(order.buyer, order),
    BillTo: customerData(order.payer, order),
    ShipTo: order.shipTo && customerData(order.shipTo, order),
    OrderTotalIncVat: totalIncVat(order.rows),
    OrderTotalExVat: totalExVat(order.rows),
    PaymentMethod: order.paymentMethod?.name ?? null,
    DeliveryMethod: order.deliveryMethod?.name ?? null,
    TypeId: order.orderType,
    DeliveryMark: order.customerOrderRef,
    DropPoint: order.pickup?.code ?? null,
    Items: order.rows.map(orderItem),
    DeliveryNotes: order.notes.map((note) => deliveryNote(order, note)),
    Info: order.infos.map(({ code, name, value }) => ({ Code: code, Name: name, Description: null, Value: value })),
  }
}

function orderItem(row: OrderRow): Readonly<Record<string, unknown>> {
  return {
    RowNumber: row.lineNo,
    PartNo: row.partNo,
    Name: row.name,
    QtyOrdered: row.quantity,
    UnitPrice: row.unitPrice,
    UnitDiscount: plus(row.unitPriceOriginal, -row.unitPrice),
    RowAmount: times(row.unitPrice, row.quantity),
    VatRate: factor(row.vatRate),
    ImageKey: null,
    Type: row.typeId ?? 1,
    Status: orderStatusName(row.statusId),
    Info: [],
    ParentRowNumber: row.parentLineNo,
    PriceRecommended: null,
    PriceCatalog: null,
    PriceStandard: null,
  }
}

function deliveryNote(order: ShopOrder, note: DeliveryNote): Readonly<Record<string, unknown>> {
  return {
    Id: note.id,
    NoteNo: note.noteNo,
    DeliveryDate: microsoftDate(note.deliveryDate),
    NoteText: note.noteText,
    DeliveryMode: note.deliveryMode,
    OrderNo: order.orderNo,
    OrderDate: microsoftDate(order.orderedAt),
    Items: note.rows.map(({ id, row, quantity, comment }) => ({
      Id: id,
      RowNumber: row.lineNo,
      ItemNo: row.partNo,
      ItemDescription: row.name,
      QtyOrdered: row.quantity,
      QtyDelivered: quantity,
      QtyBackordered: 0,
      Comment: comment,
      TrackingCodes: [],
      Status: orderStatusName(row.statusId),
    })),
    Packages: note.packages.map(({ id, parcelNumber, statusId }) => ({
      Id: id,
      ParcelNumber: parcelNumber,
      Status: statusId,
    })),
    DivisionCode: null,
    Status: note.statusId === null ? null : orderStatusName(note.statusId),
    Info: [],
  }
}

/** An Invoice of Services [code C3]: here, unlike in Query, a credit names what it credits. */
export function servicesInvoice(order: ShopOrder, invoice: Invoice): Readonly<Record<string, unknown>> {
  const exVat = plus(...invoice.items.map(({ unitPrice, quantity }) => times(unitPrice, quantity)))
  const vat = plus(...invoice.items.map(({ unitVat, quantity }) => times(unitVat, quantity)))
  return {
    Id: invoice.id,
    InvoiceNo: invoice.invoiceNo,
    InvoiceDate: microsoftDate(invoice.invoiceDate),
    InvoiceDueDate: microsoftDate(invoice.dueDate),
    InvoiceText: null,
    OrderId: order.id,
    OrderNo: order.orderNo,
    OrderDate: microsoftDate(order.orderedAt),
    Source: order.source,
    DeliveryDate: microsoftDate(invoice.deliveryDate),
    DeliveryMethod: order.deliveryMethod?.name ?? null,
    PaymentMethod: order.paymentMethod?.name ?? null,
    BillTo: customerData(order.payer, order),
    OrderFreight: 0,
    InvoiceCharge: 0,
    InvoiceAmountExVat: exVat,
    VatAmount: vat,
    Items: invoice.items.map(({ lineNo, partNo, name, quantity, unitPrice, vatRate }) => ({
      RowNumber: lineNo,
      PartNo: partNo,
      Name: name,
      Qty: quantity,
      UnitPrice: unitPrice,
      VatRate: vatRate === null ? null : factor(vatRate),
    })),
    Info: [],
    InvoiceNoPsp: null,
    CreditedInvoiceNo: invoice.creditedInvoiceNo,
    IsDebit: invoice.isDebit,
    GroupByKey: null,
    Comment: invoice.comment,
  }
}

function customerData({ company, person, address }: Party, order: ShopOrder): Readonly<Record<string, unknown>> {
  return {
    Company: company && { Id: company.companyId, No: company.code, Name: company.name, OrgNo: company.orgNo },
    Customer: person && {
      Id: person.customerId,
      No: person.customerCode,
      FirstName: person.firstName,
      LastName: person.lastName,
      SSN: person.ssn,
      Email: person.email,
      Phone: person.phone,
      CellPhone: person.cellPhone,
    },
    Address: address && {
      Line1: address.line1,
      Line2: address.line2,
      CareOf: address.careOf,
      City: address.city,
      ZipCode: address.zipCode,
      Country: address.country,
      CountryCode: address.country,
      Region: address.region,
      ShippingPhoneNumber: address.shippingPhone,
      GlobalLocationNo: address.gln,
    },
    DropPointCode: order.pickup?.isDropPoint === true ? order.pickup.code : null,
  }
}
