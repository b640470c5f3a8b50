import type { Item } from '../connect/item-schema.ts'
import type { OrderRow, ShopOrder } from '../orders/model.ts'
import type { OrderDesk } from '../orders/order-desk.ts'

/** The message is refused; the caller answers with the status. Bodies of refusals are assumed. */
export class MessageError extends Error {
  override readonly name = 'MessageError'
  readonly status: 400 | 500
  constructor(message: string, status: 400 | 500 = 400) {
    super(message)
    this.status = status
  }
}

/**
 * The order of `ClientOrderRef`, `ErpOrderNo` or both. Assumed: two references that name different orders, or a number
 * that is not the order's, are refused.
 */
export function orderOfRefs(desk: OrderDesk, item: Item): ShopOrder {
  const ref = item.ClientOrderRef as number | undefined
  const erpOrderNo = textOf(item.ErpOrderNo)
  if (ref === undefined && erpOrderNo === undefined) {
    throw new MessageError('ClientOrderRef or ErpOrderNo is required.')
  }
  const order = ref === undefined ? desk.book.byErpOrderNo(erpOrderNo as string) : desk.book.byRef(ref)
  if (order === undefined) throw unknownOrder(desk, ref === undefined ? (erpOrderNo as string) : String(ref))
  if (erpOrderNo !== undefined && order.erpOrderNo !== null && order.erpOrderNo !== erpOrderNo) {
    throw new MessageError(`Order ${order.quotationId} has the number ${order.erpOrderNo}, not ${erpOrderNo}.`)
  }
  return order
}

export function unknownOrder(desk: OrderDesk, reference: string): MessageError {
  return new MessageError(`Order ${reference} was not found.`, desk.switches().unknownOrderStatus)
}

/** The row of a line number. Assumed: an unknown line, or another part number than the row's, is refused. */
export function rowOfLine(order: ShopOrder, lineNo: number, partNo: string | undefined): OrderRow {
  const row = order.rows.find((candidate) => candidate.lineNo === lineNo)
  if (row === undefined) throw new MessageError(`Order ${order.quotationId} has no line ${lineNo}.`)
  if (partNo !== undefined && partNo !== row.partNo) {
    throw new MessageError(`Line ${lineNo} of order ${order.quotationId} is ${row.partNo}, not ${partNo}.`)
  }
  return row
}

export function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}

export function itemsOf(item: Item, property: string): readonly Item[] {
  return (item[property] as readonly Item[] | undefined) ?? []
}
