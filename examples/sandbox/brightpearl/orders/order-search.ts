import {
  orderStatuses,
  orderTypes,
  paymentStatuses,
  shippingStatuses,
  stockStatuses,
} from '../back-office/account-data.ts'
import type { Order, OrderNote } from '../back-office/model.ts'
import type { Cell, Column, ReportDataType, SearchTable } from '../search.ts'

const column = <Row>(
  name: string,
  type: ReportDataType,
  value: (row: Row) => Cell | undefined,
  referenceData?: string,
): Column<Row> => ({
  name,
  type,
  value: (row) => value(row) ?? null,
  ...(referenceData !== undefined && { referenceData: [referenceData] }),
})

const idOf = (table: readonly { readonly id: number; readonly code: string }[], code: string): number =>
  table.find((one) => one.code === code)?.id ?? 0

/** Columns, types and flags [rec]; the filters that are no columns [code], their types assumed. Ids, not codes. */
export function orderTable(rows: readonly Order[]): SearchTable<Order> {
  const names: Readonly<Record<string, (order: Order) => readonly [number, string]>> = {
    orderTypeNames: ({ type }) => [idOf(orderTypes, type), orderTypes.find(({ code }) => code === type)?.label ?? ''],
    orderStatusNames: ({ statusId }) => [
      statusId,
      orderStatuses.find((status) => status.statusId === statusId)?.name ?? '',
    ],
    orderStockStatusNames: ({ derived }) => [
      idOf(stockStatuses, derived.stock),
      stockStatuses.find(({ code }) => code === derived.stock)?.description ?? '',
    ],
    orderPaymentStatusNames: ({ derived }) => [idOf(paymentStatuses, derived.payment), derived.payment],
    orderShippingStatusNames: ({ derived }) => [
      idOf(shippingStatuses, derived.shipping),
      shippingStatuses.find(({ code }) => code === derived.shipping)?.description ?? '',
    ],
  }
  return {
    columns: [
      column('orderId', 'IDSET', ({ id }) => id),
      column('orderTypeId', 'IDSET', ({ type }) => idOf(orderTypes, type), 'orderTypeNames'),
      column('contactId', 'INTEGER', ({ contactId }) => contactId),
      column('orderStatusId', 'INTEGER', ({ statusId }) => statusId, 'orderStatusNames'),
      column(
        'orderStockStatusId',
        'INTEGER',
        ({ derived }) => idOf(stockStatuses, derived.stock),
        'orderStockStatusNames',
      ),
      column('createdOn', 'PERIOD', ({ createdOn }) => createdOn),
      column('createdById', 'INTEGER', ({ createdById }) => createdById),
      column('customerRef', 'STRING', ({ ref }) => ref),
      column(
        'orderPaymentStatusId',
        'INTEGER',
        ({ derived }) => idOf(paymentStatuses, derived.payment),
        'orderPaymentStatusNames',
      ),
      // Null until the first modification [rec].
      column('updatedOn', 'PERIOD', ({ updatedOn }) => updatedOn),
      column('parentOrderId', 'IDSET', ({ parentId }) => parentId),
      column(
        'orderShippingStatusId',
        'INTEGER',
        ({ derived }) => idOf(shippingStatuses, derived.shipping),
        'orderShippingStatusNames',
      ),
      column('externalRef', 'STRING', ({ externalRef }) => externalRef),
      column('installedIntegrationInstanceId', 'INTEGER', ({ instanceId }) => instanceId),
      column('warehouseId', 'IDSET', ({ warehouseId }) => warehouseId),
      column('staffOwnerContactId', 'INTEGER', ({ staffOwnerId }) => staffOwnerId),
      column('taxDate', 'PERIOD', ({ taxDate }) => taxDate),
      column('departmentId', 'INTEGER', () => 0),
      column('deliveryDate', 'PERIOD', ({ deliveryDate }) => deliveryDate),
    ],
    extraFilters: [
      column('placedOn', 'PERIOD', ({ placedOn }) => placedOn),
      column('shippingMethodId', 'IDSET', ({ shippingMethodId }) => shippingMethodId),
      column('projectId', 'IDSET', ({ projectId }) => projectId),
      column('leadSourceId', 'IDSET', ({ leadSourceId }) => leadSourceId),
      column('isClosed', 'BOOLEAN', ({ invoice }) => invoice !== undefined),
      column('externalRefs', 'STRING_SET', ({ externalRef }) => externalRef),
      column('externalRefSearchString', 'SEARCH_STRING', ({ externalRef }) => externalRef),
    ],
    rows: () => rows,
    reference: (name, page) => Object.fromEntries(page.map((order) => names[name]?.(order) ?? [0, ''])),
  }
}

/** Columns [doc]: codes where order-search has ids. Their types and flags are assumed, as are filters beyond those named. */
export function salesOrderTable(rows: readonly Order[]): SearchTable<Order> {
  const sales = rows.filter(({ type }) => type === 'SO')
  return {
    columns: [
      column('salesOrderId', 'IDSET', ({ id }) => id),
      column('customerId', 'IDSET', ({ contactId }) => contactId),
      column('orderStatusId', 'IDSET', ({ statusId }) => statusId),
      column('orderStockStatus', 'STRING', ({ derived }) => derived.stock),
      column('createdOn', 'PERIOD', ({ createdOn }) => createdOn),
      column('createdById', 'IDSET', ({ createdById }) => createdById),
      column('customerRef', 'STRING', ({ ref }) => ref),
      column('orderPaymentStatus', 'STRING', ({ derived }) => derived.payment),
      column('updatedOn', 'PERIOD', ({ updatedOn }) => updatedOn),
      column('orderShippingStatus', 'STRING', ({ derived }) => derived.shipping),
      column('externalRef', 'STRING', ({ externalRef }) => externalRef),
      column('installedIntegrationInstanceId', 'INTEGER', ({ instanceId }) => instanceId),
      column('warehouseId', 'IDSET', ({ warehouseId }) => warehouseId),
      column('staffOwnerId', 'IDSET', ({ staffOwnerId }) => staffOwnerId),
      column('taxDate', 'PERIOD', ({ taxDate }) => taxDate),
      column('channelId', 'IDSET', ({ channelId }) => channelId),
      column('deliveryDate', 'PERIOD', ({ deliveryDate }) => deliveryDate),
    ],
    extraFilters: [
      {
        name: 'productIds',
        type: 'IDSET',
        value: ({ rows: [first] }) => first?.productId ?? null,
        values: ({ rows: all }) => all.map(({ productId }) => productId),
      },
      column('isHistoricalOrder', 'BOOLEAN', () => false),
      column('customerRefs', 'STRING_SET', ({ ref }) => ref),
      column('externalRefs', 'STRING_SET', ({ externalRef }) => externalRef),
    ],
    rows: () => sales,
  }
}

/** Columns [code]; types assumed. */
export function orderNoteTable(rows: readonly OrderNote[]): SearchTable<OrderNote> {
  return {
    columns: [
      // The primary id is the note's, though the order's column stands first in the list.
      column('noteId', 'IDSET', ({ id }) => id),
      column('orderId', 'IDSET', ({ orderId }) => orderId),
      column('contactId', 'INTEGER', ({ contactId }) => contactId),
      column('noteText', 'SEARCH_STRING', ({ text }) => text),
      column('isPublic', 'BOOLEAN', ({ isPublic }) => isPublic),
      column('dateAdded', 'PERIOD', ({ addedOn }) => addedOn),
      column('addedBy', 'INTEGER', ({ addedBy }) => addedBy),
      column('orderStatusId', 'INTEGER', ({ orderStatusId }) => orderStatusId),
    ],
    rows: () => rows,
  }
}
