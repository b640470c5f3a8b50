import { plus, quotient, times } from './amounts.ts'
import type { OrderRow, Party, PickupPoint, PostalAddress, ShopOrder } from './model.ts'

/** How the push is written where the facts are silent; see `NorceSwitches`. */
export interface OrderRequestForm {
  readonly rowDiscount: 'unit' | 'row' | 'percent' | 'zero'
  readonly pushFees: 'rows' | 'fees'
  readonly feeType: 'number' | 'name'
  readonly pushTimeZone: string
}

/**
 * The OrderRequest of an order [code C1; doc D9]: what the shop pushes, and what `GetOrderRequest` may give.
 *
 * Known: names and nesting; `LineNo` a number, `ClientOrderRef` a text; `CodeValue.Code` has wrong content and `Code2`
 * the code; dates without a zone; unit prices ex VAT after promotions, `UnitVat` beside, rates in per cent.
 * Assumed: the zone of the date (UTC, a switch); freight and fees are rows and `Fees` is empty, as in the samples (a
 * switch turns that round); what `Discount` of a row means (a switch); a missing receiver is null.
 */
export function orderRequest(order: ShopOrder, form: OrderRequestForm): Readonly<Record<string, unknown>> {
  const isFee = (row: OrderRow) => form.pushFees === 'fees' && (row.type === 'Freight' || row.type === 'Invoice')
  return {
    SellTo: clientCustomer(order.buyer),
    BillTo: clientCustomer(order.payer),
    ShipTo: order.shipTo === null ? null : clientCustomer(order.shipTo),
    SalesContactCode: null,
    SalesContactDivision: null,
    DoHold: order.hold,
    ClientOrderRef: String(order.quotationId),
    ErpOrderNo: order.erpOrderNo,
    CustomerOrderRef: order.customerOrderRef,
    CustomerOrderComment: order.comment,
    SubmitDate: localTime(order.orderedAt, form.pushTimeZone),
    CurrencyCode: order.currency.code,
    ReferId: null,
    Payments: order.payments.map((payment) => ({
      PaymentCode: payment.code,
      PaymentMethodCode: payment.methodCode,
      PaymentRef: payment.ref,
      Amount: payment.amount,
      CurrencyCode: order.currency.code,
      AdditionalInfo: [],
      PaymentName: payment.name,
    })),
    Discounts: order.discounts.map(({ type, code, amount }) => ({ Type: type, Code: code, Amount: amount })),
    ShippingAdvice: {
      DeliveryMethodCode: order.deliveryMethod?.code ?? null,
      DoSMSNotify: order.smsNotify,
      PickupStore: order.pickup && pickupStore(order.pickup),
      IsFeeChargedOnce: true,
      IsComplete: order.isComplete,
      ShipAdvisorOrderCode: null,
      TmsReference: null,
    },
    Items: order.rows.filter((row) => !isFee(row)).map((row) => item(row, form)),
    Fees: order.rows.filter(isFee).map((row) => ({
      Type: feeType(row, form),
      Description: row.name,
      Amount: times(row.unitPrice, row.quantity),
      VatRate: row.vatRate,
    })),
    AdditionalInfo: order.infos.map(({ typeId, code, name, value }) => ({
      Id: typeId,
      // By design of the platform: the code is in Code2, this holds the name.
      Code: name === code ? `${name} ` : name,
      Value: value,
      Code2: code,
    })),
    Header: { ApplicationKey: order.application.key },
    OrderType: order.orderType,
    Source: order.source,
    CustomerInvoiceRef: order.customerInvoiceRef,
    DiscountCode: order.discountCode,
  }
}

function feeType(row: OrderRow, { feeType: form }: OrderRequestForm): number | string {
  const isFreight = row.type === 'Freight'
  return form === 'number' ? (isFreight ? 0 : 1) : isFreight ? 'Shipping' : 'Invoice'
}

function item(row: OrderRow, form: OrderRequestForm): Readonly<Record<string, unknown>> {
  return {
    LineNo: row.lineNo,
    ParentLineNo: row.parentLineNo,
    Type: row.type,
    TypeGroup: row.typeGroup,
    PartNo: row.partNo,
    ErpPartNo: row.erpPartNo,
    InternalProductId: row.internalProductId,
    Description: row.name,
    Quantity: Math.trunc(row.quantity),
    UnitOfMeasure: 'st',
    UnitPrice: row.unitPrice,
    UnitPriceOriginal: row.unitPriceOriginal,
    Discount: rowDiscount(row, form),
    UnitVat: row.unitVat,
    UnitPriceOriginalVat: row.unitPriceOriginalVat,
    PriceListNo: row.priceListId,
    VatRate: row.vatRate,
    Comment: row.comment,
    AdditionalInfo: [],
    PriceLists:
      row.typeGroup === 'Fee' || row.priceListName === null
        ? []
        : [
            {
              PriceListName: row.priceListName,
              QtyBreak: 1,
              UnitPrice: row.unitPriceOriginal,
              IsStandardPriceList: true,
              IsActive: true,
            },
          ],
    Promotions: row.promotions.map(({ id, name, discountCode, appliedAmount }) => ({
      Id: id,
      Name: name,
      DiscountCode: discountCode,
      AppliedAmount: appliedAmount,
    })),
    ManufacturerCode: row.manufacturerCode,
    Quantity2: row.quantity,
  }
}

function rowDiscount(row: OrderRow, { rowDiscount: form }: OrderRequestForm): number {
  const unit = plus(row.unitPriceOriginal, -row.unitPrice)
  if (form === 'zero' || unit === 0) return 0
  if (form === 'unit') return unit
  return form === 'row'
    ? times(unit, row.quantity)
    : Number(times(100, quotient(unit, row.unitPriceOriginal)).toFixed(4))
}

function clientCustomer({ company, person, address }: Party): Readonly<Record<string, unknown>> {
  return {
    Company: company && {
      Code: company.code,
      Name: company.name,
      VatNo: company.vatNo,
      OrgNo: null,
      Address: null,
      IsActive: false,
    },
    Person: person && {
      CustomerCode: person.customerCode,
      CompanyCode: null,
      FirstName: person.firstName,
      LastName: person.lastName,
      JobTitle: null,
      PrivatePhone: person.phone,
      CellPhone: person.cellPhone,
      WorkPhone: person.workPhone,
      Email: person.email,
      SSN: person.ssn,
      Address: address && orderAddress(address),
      AdditionalInfo: null,
      IsActive: null,
    },
  }
}

function pickupStore({ code, name, isDropPoint, address }: PickupPoint): Readonly<Record<string, unknown>> {
  return {
    Code: code,
    Name: name,
    AdditionalInfo: [],
    IsDropPoint: isDropPoint,
    Address: address && orderAddress(address),
  }
}

function orderAddress(address: PostalAddress): Readonly<Record<string, unknown>> {
  return {
    Type: null,
    Line1: address.line1,
    Line2: address.line2,
    Box: address.box,
    ZipCode: address.zipCode,
    City: address.city,
    Region: address.region,
    Country: address.country,
    CareOf: address.careOf,
    ShippingPhoneNumber: address.shippingPhone,
    Gln: address.gln,
  }
}

/** `2026-03-19T09:44:48.613`: the wall clock of the zone, without saying which. */
export function localTime(ms: number, timeZone: string): string {
  const parts = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hourCycle: 'h23',
  }).formatToParts(ms)
  const part = (type: string) => parts.find((entry) => entry.type === type)?.value ?? ''
  const fraction = String(((ms % 1000) + 1000) % 1000).padStart(3, '0')
  const whole = `${part('year')}-${part('month')}-${part('day')}T${part('hour')}:${part('minute')}:${part('second')}`
  const shown = fraction.replace(/0+$/, '')
  return shown === '' ? whole : `${whole}.${shown}`
}
