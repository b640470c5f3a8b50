import type { Item } from '../connect/item-schema.ts'
import type { Stamp } from '../model.ts'
import { type OrderDesk, setOrderStatus, setRowStatus, touchedByChild } from '../orders/order-desk.ts'
import { ORDER_STATUS, type OrderStatusName } from '../orders/order-status.ts'
import { itemsOf, MessageError, orderOfRefs, rowOfLine, textOf } from './find-order.ts'

/**
 * SendOrderStatus. The first one that brings an `ErpOrderNo` binds it: `OrderNo` becomes that number [doc D8, D12].
 * Assumed: without `ItemStatuses` all rows take the order's status, with them only those named; a number that another
 * order has is refused; an info of an unknown type is not stored; an account that is not named is the integration's.
 */
export function sendOrderStatus(item: Item, desk: OrderDesk, stamp: Stamp): string {
  const order = orderOfRefs(desk, item)
  const erpOrderNo = textOf(item.ErpOrderNo)
  const rows = itemsOf(item, 'ItemStatuses').map(({ LineNo, ItemStatus }) => {
    if (!/^\d+$/.test(LineNo as string)) throw new MessageError(`ItemStatuses: the LineNo "${LineNo}" is no number.`)
    return { row: rowOfLine(order, Number(LineNo), undefined), statusId: ORDER_STATUS[ItemStatus as OrderStatusName] }
  })
  if (erpOrderNo !== undefined && order.erpOrderNo === null) {
    const other = desk.book.byErpOrderNo(erpOrderNo)
    if (other !== undefined) throw new MessageError(`Order ${other.quotationId} has the number ${erpOrderNo} already.`)
    desk.book.bindErpOrderNo(order, erpOrderNo)
    order.updated = stamp
  }
  for (const { Code, Value } of itemsOf(item, 'Infos')) {
    const type = desk.store.orderInfoTypes.get(Code as string)
    if (type === undefined) continue
    const value = (Value as string | undefined) ?? ''
    const info = order.infos.find(({ typeId }) => typeId === type.id)
    if (info === undefined) order.infos.push({ typeId: type.id, code: type.code, name: type.name, value, stamp })
    else {
      info.value = value
      info.stamp = stamp
    }
    touchedByChild(desk, order, stamp)
  }
  for (const { row, statusId } of rows) {
    setRowStatus(row, statusId, stamp)
    touchedByChild(desk, order, stamp)
  }
  setOrderStatus(desk, order, ORDER_STATUS[item.OrderStatus as OrderStatusName], stamp, rows.length === 0)
  return `${item.OrderStatus}`
}
