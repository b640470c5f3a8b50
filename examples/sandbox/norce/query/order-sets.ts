import { EXTERNAL_ORDER } from '../messages/create-external-order.ts'
import { type EntitySet, entityType, type Value } from '../odata/edm.ts'
import { plus, times } from '../orders/amounts.ts'
import type { DeliveredRow, InvoicedItem, OrderInfo, OrderRow, Party, ShopOrder } from '../orders/model.ts'
import type { InvoiceEntry, NoteEntry, OrderBook } from '../orders/order-book.ts'
import type { Store } from '../store.ts'
import { ticksFromMilliseconds } from '../wire-time.ts'
import { type Tenant, trackingColumns } from './reference-sets.ts'

interface RowOf {
  readonly order: ShopOrder
  readonly row: OrderRow
}

interface PersonOf {
  readonly order: ShopOrder
  readonly party: Party
}

interface ItemOf extends InvoiceEntry {
  readonly item: InvoicedItem
}

/**
 * Orders: no payments, no unit VAT, no total and no application key are here [doc D17; code C9].
 *
 * Known: the columns of Order, OrderItem, CustomerInfo, Invoice, InvoiceItem, DeliveryNote and its rows [doc D17]; the
 * expands Items, Payer, Buyer, ShipTo, Infos and `Invoices?$expand=*` [code C10]; `OrderItems` is no set [code C9]; the
 * header's VatRate is 0, shipping is a row and FreightCost [code C9]. Assumed: the set `DeliveryNotes` and its expands
 * `Items` and `Packages` (its name is an option, a switch takes it away); a credit is an invoice of type 2; customer
 * codes are null where the person or company has none; delivery address columns other than zip code and country.
 */
export function orderSets(
  book: OrderBook,
  store: Store,
  { clientId }: Tenant,
  deliveryNoteSetName: string | undefined,
): EntitySet[] {
  const client = { ClientId: ['Edm.Int32', () => clientId] } as const
  const countryId = (code: string | null | undefined): number | null => {
    const index = code == null ? -1 : store.countries.indexOf(code)
    return index < 0 ? null : index + 1
  }
  const ticks = (ms: number | null): number | null => (ms === null ? null : ticksFromMilliseconds(ms))
  const created = (row: { readonly created: { readonly at: number } }) => row.created.at

  const infoType = entityType<{ readonly order: ShopOrder; readonly info: OrderInfo }>(
    'Norce.Orders.OrderInfo',
    ['OrderId', 'TypeId'],
    {
      OrderId: ['Edm.Int64', ({ order }) => order.id],
      TypeId: ['Edm.Int32', ({ info }) => info.typeId],
      Value: ['Edm.String?', ({ info }) => info.value],
      Updated: ['Edm.DateTimeOffset?', ({ info }) => info.stamp.at],
      UpdatedBy: ['Edm.Int32?', ({ info }) => info.stamp.by],
      ...client,
    },
  )

  const invoiceItemType = entityType<ItemOf>('Norce.Orders.InvoiceItem', ['Id'], {
    Id: ['Edm.Int64', ({ item }) => item.id],
    InvoiceId: ['Edm.Int64', ({ invoice }) => invoice.id],
    LineNumber: ['Edm.Decimal?', ({ item }) => item.lineNo],
    StatusId: ['Edm.Int32', () => 5],
    PartNo: ['Edm.String', ({ item }) => item.partNo],
    ProductName: ['Edm.String?', ({ item }) => item.name],
    Quantity: ['Edm.Int32', ({ item }) => Math.trunc(item.quantity)],
    Quantity2: ['Edm.Decimal', ({ item }) => item.quantity],
    CurrencyId: ['Edm.Int32', ({ invoice }) => invoice.currency.id],
    VatRate: ['Edm.Decimal?', ({ item }) => item.vatRate],
    PriceSale: ['Edm.Decimal', ({ item }) => item.unitPrice],
    DiscountPercentage: ['Edm.Decimal', () => 0],
    DiscountAmount: ['Edm.Decimal', () => 0],
    LineAmount: ['Edm.Decimal', ({ item }) => times(item.unitPrice, item.quantity)],
    DeliveryDate: ['Edm.DateTimeOffset?', ({ invoice }) => ticks(invoice.deliveryDate)],
    ...client,
  })

  const itemType = entityType<RowOf>(
    'Norce.Orders.OrderItem',
    ['Id'],
    {
      Id: ['Edm.Int64', ({ row }) => row.id],
      OrderId: ['Edm.Int64', ({ order }) => order.id],
      LineNumber: ['Edm.Decimal', ({ row }) => row.lineNo],
      ParentLineNumber: ['Edm.Decimal?', ({ row }) => row.parentLineNo],
      StatusId: ['Edm.Int32', ({ row }) => row.statusId],
      PartNo: ['Edm.String', ({ row }) => row.partNo],
      ExternalPartNo: ['Edm.String?', () => null],
      ProductName: ['Edm.String', ({ row }) => row.name],
      StockUnitOfMeasurementCount: ['Edm.Decimal', () => 1],
      PriceUnitOfMeasurementCount: ['Edm.Decimal', () => 1],
      WarehouseId: [
        'Edm.Int32?',
        ({ row }) => (row.typeGroup === 'Physical' ? (firstWarehouse(store)?.id ?? null) : null),
      ],
      LocationId: ['Edm.Int32?', ({ row }) => (row.typeGroup === 'Physical' ? firstLocation(store) : null)],
      QtyOrdered: ['Edm.Decimal', ({ row }) => row.quantity],
      CurrencyId: ['Edm.Int32', ({ order }) => order.currency.id],
      VatRate: ['Edm.Decimal', ({ row }) => row.vatRate],
      CostUnit: ['Edm.Decimal', () => 0],
      PriceSale: ['Edm.Decimal', ({ row }) => row.unitPrice],
      DiscountPercentage: ['Edm.Decimal', () => 0],
      DiscountAmount: ['Edm.Decimal', () => 0],
      LineAmount: ['Edm.Decimal', ({ row }) => times(row.unitPrice, row.quantity)],
      DeliveryMode: ['Edm.String?', ({ order }) => order.deliveryMethod?.code ?? null],
      IsPartDelivery: ['Edm.Boolean', ({ order }) => !order.isComplete],
      ExpectedDeliveryDate: ['Edm.DateTimeOffset?', () => null],
      ConfirmedDeliveryDate: ['Edm.DateTimeOffset?', () => null],
      SalesRepContactId: ['Edm.Int32?', () => null],
      LedgerAccount: ['Edm.String?', () => null],
      Department: ['Edm.String?', () => null],
      Centre: ['Edm.String?', () => null],
      TransId: ['Edm.Int32', () => 0],
      ExternalStatusText: ['Edm.String?', () => null],
      Created: ['Edm.DateTimeOffset', ({ row }) => created(row)],
      CreatedBy: ['Edm.Int32', ({ row }) => row.created.by],
      Updated: ['Edm.DateTimeOffset?', ({ row }) => row.updated?.at ?? null],
      UpdatedBy: ['Edm.Int32?', ({ row }) => row.updated?.by ?? null],
      LineNumberString: ['Edm.String', ({ row }) => String(row.lineNo)],
      PriceRecommended: ['Edm.Decimal?', () => null],
      PriceCatalog: ['Edm.Decimal?', () => null],
      PriceStandard: ['Edm.Decimal?', () => null],
      ...client,
    },
    {
      InvoiceItem: [
        invoiceItemType,
        'many',
        ({ order, row }) =>
          order.invoices.flatMap((invoice) =>
            invoice.items.filter((item) => item.row === row).map((item) => ({ order, invoice, item })),
          ),
      ],
      // Rows have no infos of their own here.
      Infos: [infoType, 'many', () => []],
    },
  )

  const personType = entityType<PersonOf>('Norce.Orders.CustomerInfo', ['Id'], {
    Id: ['Edm.Int64', ({ party }) => party.infoId],
    FirstName: ['Edm.String?', ({ party }) => party.person?.firstName ?? null],
    LastName: ['Edm.String?', ({ party }) => party.person?.lastName ?? null],
    EmailAddress: ['Edm.String?', ({ party }) => party.person?.email ?? null],
    PhoneNumber: ['Edm.String?', ({ party }) => party.person?.phone ?? null],
    CellPhoneNumber: ['Edm.String?', ({ party }) => party.person?.cellPhone ?? null],
    RowId: ['Edm.String?', () => null],
    Created: ['Edm.DateTimeOffset', ({ order }) => created(order)],
    CreatedBy: ['Edm.Int32', ({ order }) => order.created.by],
    CompanyName: ['Edm.String?', ({ party }) => party.company?.name ?? null],
    CareOf: ['Edm.String?', ({ party }) => party.address?.careOf ?? null],
    AddressLine1: ['Edm.String?', ({ party }) => party.address?.line1 ?? null],
    AddressLine2: ['Edm.String?', ({ party }) => party.address?.line2 ?? null],
    ZipCode: ['Edm.String?', ({ party }) => party.address?.zipCode ?? null],
    City: ['Edm.String?', ({ party }) => party.address?.city ?? null],
    Region: ['Edm.String?', ({ party }) => party.address?.region ?? null],
    CountryId: ['Edm.Int32?', ({ party }) => countryId(party.address?.country)],
    ...client,
    ShippingPhoneNumber: ['Edm.String?', ({ party }) => party.address?.shippingPhone ?? null],
    Gln: ['Edm.String?', ({ party }) => party.address?.gln ?? null],
  })

  const delivery = (order: ShopOrder) => (order.shipTo ?? order.payer).address
  const freight = (order: ShopOrder) =>
    plus(...order.rows.filter((row) => row.type === 'Freight').map((row) => times(row.unitPrice, row.quantity)))
  const fees = (order: ShopOrder) =>
    plus(...order.rows.filter((row) => row.type === 'Invoice').map((row) => times(row.unitPrice, row.quantity)))
  const orderType = entityType<ShopOrder>(
    'Norce.Orders.Order',
    ['Id'],
    {
      Id: ['Edm.Int64', (order) => order.id],
      ...client,
      ApplicationId: ['Edm.Int32?', (order) => order.application.id],
      QuotationId: ['Edm.Int64?', (order) => (order.orderType === EXTERNAL_ORDER ? null : order.quotationId)],
      OrderNo: ['Edm.String', (order) => order.orderNo],
      OrderDate: ['Edm.DateTimeOffset', (order) => ticksFromMilliseconds(order.orderedAt)],
      BuyerCompanyCode: ['Edm.String?', (order) => order.buyer.company?.code ?? null],
      BuyerCompanyId: ['Edm.Int32?', (order) => order.buyer.company?.companyId ?? null],
      BuyerCustomerCode: ['Edm.String?', (order) => order.buyer.person?.customerCode ?? null],
      BuyerCustomerId: ['Edm.Int32?', (order) => order.buyer.person?.customerId ?? null],
      PayerCompanyCode: ['Edm.String?', (order) => order.payer.company?.code ?? null],
      PayerCompanyId: ['Edm.Int32?', (order) => order.payer.company?.companyId ?? null],
      PayerCustomerCode: ['Edm.String?', (order) => order.payer.person?.customerCode ?? null],
      PayerCustomerId: ['Edm.Int32?', (order) => order.payer.person?.customerId ?? null],
      ResellerCompanyCode: ['Edm.String?', () => null],
      ResellerCompanyId: ['Edm.Int32?', () => null],
      ResellerCustomerCode: ['Edm.String?', () => null],
      ResellerCustomerId: ['Edm.Int32?', () => null],
      GroupCode: ['Edm.String?', () => null],
      StatusId: ['Edm.Int32', (order) => order.statusId],
      SalesRepContactId: ['Edm.Int32?', () => null],
      Source: ['Edm.String?', (order) => order.source],
      DeliveryTerms: ['Edm.String?', () => null],
      DeliveryMode: ['Edm.String?', (order) => order.deliveryMethod?.code ?? null],
      DeliveryDate: ['Edm.DateTimeOffset?', () => null],
      IsPartDelivery: ['Edm.Boolean', (order) => !order.isComplete],
      PaymentTerms: ['Edm.String?', (order) => order.paymentMethod?.code ?? null],
      CurrencyId: ['Edm.Int32', (order) => order.currency.id],
      VatRate: ['Edm.Decimal', () => 0],
      CashDiscount: ['Edm.Decimal', () => 0],
      LineDiscount: ['Edm.Decimal', () => 0],
      FreightCost: ['Edm.Decimal', freight],
      OrderFee: ['Edm.Decimal', fees],
      DeliveryAttention: ['Edm.String?', (order) => fullName(order.shipTo ?? order.payer)],
      DeliveryCareOf: ['Edm.String?', (order) => delivery(order)?.careOf ?? null],
      DeliveryAddressLine1: ['Edm.String?', (order) => delivery(order)?.line1 ?? null],
      DeliveryAddressLine2: ['Edm.String?', (order) => delivery(order)?.line2 ?? null],
      DeliveryZipCode: ['Edm.String?', (order) => delivery(order)?.zipCode ?? null],
      DeliveryCity: ['Edm.String?', (order) => delivery(order)?.city ?? null],
      DeliveryRegion: ['Edm.String?', (order) => delivery(order)?.region ?? null],
      DeliveryCountryId: ['Edm.Int32?', (order) => countryId(delivery(order)?.country)],
      PaymentMethodId: ['Edm.Int32?', (order) => order.paymentMethod?.id ?? null],
      IsForgotten: ['Edm.Boolean', () => false],
      ...trackingColumns,
    },
    {
      Items: [itemType, 'many', (order) => order.rows.map((row) => ({ order, row }))],
      Payer: [personType, 'one', (order) => [{ order, party: order.payer }]],
      Buyer: [personType, 'one', (order) => [{ order, party: order.buyer }]],
      ShipTo: [personType, 'one', (order) => (order.shipTo === null ? [] : [{ order, party: order.shipTo }])],
      Infos: [infoType, 'many', (order) => order.infos.map((info) => ({ order, info }))],
    },
  )

  const invoiceType = entityType<InvoiceEntry>(
    'Norce.Orders.Invoice',
    ['Id'],
    {
      Id: ['Edm.Int64', ({ invoice }) => invoice.id],
      ...client,
      InvoiceNo: ['Edm.String', ({ invoice }) => invoice.invoiceNo],
      TypeId: ['Edm.Int32', ({ invoice }) => (invoice.isDebit ? 1 : 2)],
      ReferenceOrderId: ['Edm.Int64', ({ order }) => order.id],
      ReferenceNoPsp: ['Edm.String?', () => null],
      BuyerCompanyId: ['Edm.Int32?', ({ order }) => order.buyer.company?.companyId ?? null],
      BuyerCustomerId: ['Edm.Int32?', ({ order }) => order.buyer.person?.customerId ?? null],
      PayerCompanyId: ['Edm.Int32?', ({ order }) => order.payer.company?.companyId ?? null],
      PayerCustomerId: ['Edm.Int32?', ({ order }) => order.payer.person?.customerId ?? null],
      GroupCode: ['Edm.String?', () => null],
      DeliveryDate: ['Edm.DateTimeOffset?', ({ invoice }) => ticks(invoice.deliveryDate)],
      InvoiceDate: ['Edm.DateTimeOffset', ({ invoice }) => ticks(invoice.invoiceDate)],
      InvoiceDueDate: ['Edm.DateTimeOffset?', ({ invoice }) => ticks(invoice.dueDate)],
      Source: ['Edm.String?', ({ order }) => order.source],
      Quantity: ['Edm.Decimal', ({ invoice }) => plus(...invoice.items.map((item) => item.quantity))],
      CurrencyId: ['Edm.Int32', ({ invoice }) => invoice.currency.id],
      CurrencyRate: ['Edm.Decimal', () => 1],
      CashDiscount: ['Edm.Decimal', () => 0],
      Created: ['Edm.DateTimeOffset', ({ invoice }) => invoice.created.at],
      CreatedBy: ['Edm.Int32', ({ invoice }) => invoice.created.by],
      Updated: ['Edm.DateTimeOffset?', ({ invoice }) => invoice.updated?.at ?? null],
      UpdatedBy: ['Edm.Int32?', ({ invoice }) => invoice.updated?.by ?? null],
    },
    { Items: [invoiceItemType, 'many', (entry) => entry.invoice.items.map((item) => ({ ...entry, item }))] },
  )

  const sets: EntitySet[] = [
    {
      name: 'Orders',
      type: orderType,
      rows: () => book.orders.values(),
      find(property, values) {
        const found = (one: (value: Value) => ShopOrder | undefined) =>
          [...new Set(values.flatMap((value) => one(value) ?? []))].sort((a, b) => a.id - b.id)
        if (property === 'Id') return found((value) => book.orders.get(Number(value)))
        if (property === 'QuotationId') {
          return values.includes(null) ? undefined : found((value) => book.byRef(Number(value)))
        }
        if (property === 'OrderNo') return found((value) => book.byOrderNo(String(value)))
        return undefined
      },
    },
    {
      name: 'Invoices',
      type: invoiceType,
      rows: () => book.invoices.values(),
      find: (property, values) =>
        property === 'InvoiceNo'
          ? byId(
              values.flatMap((value) => book.invoicesByNo(String(value))),
              'invoice',
            )
          : undefined,
    },
  ]
  if (deliveryNoteSetName === undefined) return sets
  return [...sets, deliveryNoteSet(deliveryNoteSetName, book, client, countryId)]
}

function deliveryNoteSet(
  name: string,
  book: OrderBook,
  client: { readonly ClientId: readonly ['Edm.Int32', () => number] },
  countryId: (code: string | null | undefined) => number | null,
): EntitySet {
  type NoteRow = NoteEntry & { readonly delivered: DeliveredRow }
  type NotePackage = NoteEntry & { readonly parcel: NoteEntry['note']['packages'][number] }
  const rowType = entityType<NoteRow>('Norce.Orders.DeliveryNoteItem', ['Id'], {
    Id: ['Edm.Int64', ({ delivered }) => delivered.id],
    DeliveryNoteId: ['Edm.Int64', ({ note }) => note.id],
    LineNumber: ['Edm.Decimal', ({ delivered }) => delivered.row.lineNo],
    PartNo: ['Edm.String', ({ delivered }) => delivered.row.partNo],
    ExternalPartNo: ['Edm.String?', () => null],
    ProductName: ['Edm.String', ({ delivered }) => delivered.row.name],
    QtyOrdered: ['Edm.Decimal', ({ delivered }) => delivered.row.quantity],
    Quantity: ['Edm.Decimal', ({ delivered }) => delivered.quantity],
    QtyBackOrdered: ['Edm.Decimal', () => 0],
    IsPartDelivery: ['Edm.Boolean', ({ delivered }) => delivered.quantity < delivered.row.quantity],
    VatRate: ['Edm.Decimal', ({ delivered }) => delivered.row.vatRate],
    NoteText: ['Edm.String?', ({ delivered }) => delivered.comment],
    OrderItemId: ['Edm.Int64', ({ delivered }) => delivered.row.id],
    ...client,
  })
  const packageType = entityType<NotePackage>('Norce.Orders.DeliveryNotePackage', ['Id'], {
    Id: ['Edm.Int64', ({ parcel }) => parcel.id],
    DeliveryNoteId: ['Edm.Int64', ({ note }) => note.id],
    ShippingNo: ['Edm.String', ({ parcel }) => parcel.parcelNumber],
    StatusId: ['Edm.Int32', ({ parcel }) => parcel.statusId],
    ...client,
  })
  const noteType = entityType<NoteEntry>(
    'Norce.Orders.DeliveryNote',
    ['Id'],
    {
      Id: ['Edm.Int64', ({ note }) => note.id],
      ...client,
      NoteNo: ['Edm.String', ({ note }) => note.noteNo],
      SupplierId: ['Edm.Int32?', () => null],
      TypeId: ['Edm.Int32', () => 1],
      ReferenceOrderId: ['Edm.Int64', ({ order }) => order.id],
      GroupCode: ['Edm.String?', () => null],
      DeliveryName: ['Edm.String?', ({ note }) => note.deliveryName],
      DeliveryAttention: ['Edm.String?', ({ note }) => note.deliveryAttention],
      DeliveryCareOf: ['Edm.String?', ({ note }) => note.address?.careOf ?? null],
      DeliveryAddressLine1: ['Edm.String?', ({ note }) => note.address?.line1 ?? null],
      DeliveryAddressLine2: ['Edm.String?', ({ note }) => note.address?.line2 ?? null],
      DeliveryZipCode: ['Edm.String?', ({ note }) => note.address?.zipCode ?? null],
      DeliveryCity: ['Edm.String?', ({ note }) => note.address?.city ?? null],
      DeliveryRegion: ['Edm.String?', ({ note }) => note.address?.region ?? null],
      DeliveryCountryId: ['Edm.Int32?', ({ note }) => countryId(note.address?.country)],
      DeliveryDate: ['Edm.DateTimeOffset', ({ note }) => ticksFromMilliseconds(note.deliveryDate)],
      Quantity: ['Edm.Decimal', ({ note }) => plus(...note.rows.map((row) => row.quantity))],
      Volume: ['Edm.Decimal?', () => null],
      Weight: ['Edm.Decimal?', () => null],
      IsPrinted: ['Edm.Boolean', () => false],
      DeliveryTerms: ['Edm.String?', () => null],
      DeliveryMode: ['Edm.String?', ({ note }) => note.deliveryMode],
      Source: ['Edm.String?', ({ order }) => order.source],
      DeliveryMark: ['Edm.String?', () => null],
      NoteText: ['Edm.String?', ({ note }) => note.noteText],
      Created: ['Edm.DateTimeOffset', ({ note }) => note.created.at],
      CreatedBy: ['Edm.Int32', ({ note }) => note.created.by],
      Updated: ['Edm.DateTimeOffset?', ({ note }) => note.updated?.at ?? null],
      UpdatedBy: ['Edm.Int32?', ({ note }) => note.updated?.by ?? null],
    },
    {
      Items: [rowType, 'many', (entry) => entry.note.rows.map((delivered) => ({ ...entry, delivered }))],
      Packages: [packageType, 'many', (entry) => entry.note.packages.map((parcel) => ({ ...entry, parcel }))],
    },
  )
  return {
    name,
    type: noteType,
    rows: () => book.notes.values(),
    find: (property, values) =>
      property === 'NoteNo'
        ? byId(
            values.flatMap((value) => book.notesByNo(String(value))),
            'note',
          )
        : undefined,
  }
}

function byId<Kind extends 'invoice' | 'note', Entry extends { readonly [K in Kind]: { readonly id: number } }>(
  entries: Entry[],
  kind: Kind,
): Entry[] {
  return entries.sort((a, b) => a[kind].id - b[kind].id)
}

function fullName(party: Party): string | null {
  const name = [party.person?.firstName, party.person?.lastName].filter((part) => part != null && part !== '').join(' ')
  return name === '' ? (party.company?.name ?? null) : name
}

function firstWarehouse(store: Store) {
  return store.warehouses.values().next().value
}

function firstLocation(store: Store): number | null {
  return firstWarehouse(store)?.locations.values().next().value?.id ?? null
}
