import { paymentTable } from '../accounting/payments.ts'
import { companyTable, contactTable } from '../contacts/contact-search.ts'
import { orderNoteTable, orderTable, salesOrderTable } from '../orders/order-search.ts'
import type { Route } from '../route.ts'
import { type SearchSettings, type SearchTable, search } from '../search.ts'
import { goodsInTable } from '../warehouse/goods-in.ts'
import { goodsOutTable } from '../warehouse/goods-out-routes.ts'
import type { BackOffice } from './back-office.ts'
import type { RecordTable } from './history.ts'

export interface OfficeSearchOptions {
  readonly settings: SearchSettings
  /** The moment that the index shows for a search of this path; undefined: the present. */
  readonly indexedAt: (path: string) => number | undefined
}

/** Searches over what the account's people make. GET sees a record at once, its index may lag behind. */
export function officeSearchRoutes(office: BackOffice, { settings, indexedAt }: OfficeSearchOptions): readonly Route[] {
  const route = <Value>(
    path: string,
    records: RecordTable<Value>,
    table: (rows: readonly Value[]) => SearchTable<Value>,
  ): Route => ({
    method: 'GET',
    path,
    operation: path.slice(path.lastIndexOf('/') + 1),
    messageType: 'bulk-data-search',
    handle({ query }) {
      const at = indexedAt(path)
      return search(table(at === undefined ? records.all() : records.asOf(at)), query, settings)
    },
  })
  return [
    route('/order-service/order-search', office.orders, orderTable),
    route('/order-service/sales-order-search', office.orders, salesOrderTable),
    route('/order-service/order-note-search', office.orderNotes, orderNoteTable),
    route('/contact-service/contact-search', office.contacts, (rows) => contactTable(office, rows)),
    route('/contact-service/company-search', office.companies, companyTable),
    route('/warehouse-service/goods-note/goods-out-search', office.goodsOut, (rows) => goodsOutTable(office, rows)),
    route('/warehouse-service/goods-in-search', office.goodsIn, (rows) => goodsInTable(office, rows)),
    route('/accounting-service/customer-payment-search', office.payments, (rows) => paymentTable(office, rows)),
  ]
}
