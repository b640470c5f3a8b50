import type { DeliveryNote, Invoice, ShopOrder } from './model.ts'

interface NextIds {
  order: number
  quotation: number
  row: number
  person: number
  payment: number
  note: number
  noteRow: number
  package: number
  invoice: number
  invoiceItem: number
  promotion: number
}

/** All orders of the shop, with the indexes that messages and Query look them up by. */
export interface OrderBook {
  readonly orders: ReadonlyMap<number, ShopOrder>
  add(order: ShopOrder): void
  byRef(quotationId: number): ShopOrder | undefined
  /** By the present number: the basket's, later the back office's. */
  byOrderNo(orderNo: string): ShopOrder | undefined
  /** By the number that the back office gave. */
  byErpOrderNo(erpOrderNo: string): ShopOrder | undefined
  bindErpOrderNo(order: ShopOrder, erpOrderNo: string): void
  /** Invoices and credits in the order of their ids. */
  readonly invoices: ReadonlyMap<number, InvoiceEntry>
  addInvoice(order: ShopOrder, invoice: Invoice): void
  invoicesByNo(invoiceNo: string): readonly InvoiceEntry[]
  readonly notes: ReadonlyMap<number, NoteEntry>
  addNote(order: ShopOrder, note: DeliveryNote): void
  notesByNo(noteNo: string): readonly NoteEntry[]
  removeNote(entry: NoteEntry): void
  nextId(kind: keyof NextIds): number
  /** The next basket number that no order has. */
  nextRef(): number
}

export interface InvoiceEntry {
  readonly order: ShopOrder
  readonly invoice: Invoice
}

export interface NoteEntry {
  readonly order: ShopOrder
  readonly note: DeliveryNote
}

export function createOrderBook(): OrderBook {
  const next: NextIds = {
    order: 880_123,
    quotation: 554_871,
    row: 910_001,
    person: 660_010,
    payment: 90_112,
    note: 40_501,
    noteRow: 45_001,
    package: 47_001,
    invoice: 77_120,
    invoiceItem: 78_001,
    promotion: 301,
  }
  const orders = new Map<number, ShopOrder>()
  const byRef = new Map<number, ShopOrder>()
  const byOrderNo = new Map<string, ShopOrder>()
  const byErpOrderNo = new Map<string, ShopOrder>()
  const invoices = new Map<number, InvoiceEntry>()
  const notes = new Map<number, NoteEntry>()
  const invoicesByNo = new Map<string, readonly InvoiceEntry[]>()
  const notesByNo = new Map<string, readonly NoteEntry[]>()
  return {
    orders,
    add(order) {
      orders.set(order.id, order)
      byRef.set(order.quotationId, order)
      byOrderNo.set(order.orderNo, order)
    },
    byRef: (quotationId) => byRef.get(quotationId),
    byOrderNo: (orderNo) => byOrderNo.get(orderNo),
    byErpOrderNo: (erpOrderNo) => byErpOrderNo.get(erpOrderNo),
    bindErpOrderNo(order, erpOrderNo) {
      byOrderNo.delete(order.orderNo)
      order.orderNo = erpOrderNo
      order.erpOrderNo = erpOrderNo
      byOrderNo.set(erpOrderNo, order)
      byErpOrderNo.set(erpOrderNo, order)
    },
    invoices,
    addInvoice(order, invoice) {
      order.invoices.push(invoice)
      const entry = { order, invoice }
      invoices.set(invoice.id, entry)
      invoicesByNo.set(invoice.invoiceNo, [...(invoicesByNo.get(invoice.invoiceNo) ?? []), entry])
    },
    invoicesByNo: (invoiceNo) => invoicesByNo.get(invoiceNo) ?? [],
    notes,
    addNote(order, note) {
      order.notes.push(note)
      const entry = { order, note }
      notes.set(note.id, entry)
      notesByNo.set(note.noteNo, [...(notesByNo.get(note.noteNo) ?? []), entry])
    },
    notesByNo: (noteNo) => notesByNo.get(noteNo) ?? [],
    removeNote({ order, note }) {
      order.notes.splice(order.notes.indexOf(note), 1)
      notes.delete(note.id)
      notesByNo.set(
        note.noteNo,
        (notesByNo.get(note.noteNo) ?? []).filter((entry) => entry.note !== note),
      )
    },
    nextId(kind) {
      next[kind] += 1
      return next[kind] - 1
    },
    nextRef() {
      while (byRef.has(next.quotation)) next.quotation += 1
      next.quotation += 1
      return next.quotation - 1
    },
  }
}
