import type { Item } from '../connect/item-schema.ts'
import type { Stamp } from '../model.ts'
import { plus } from '../orders/amounts.ts'
import type { DeliveryNote, OrderRow, ShopOrder } from '../orders/model.ts'
import { type OrderDesk, setOrderStatus, setRowStatus, touchedByChild } from '../orders/order-desk.ts'
import { isOrderStatus, ORDER_STATUS } from '../orders/order-status.ts'
import { millisecondsFromTicks } from '../wire-time.ts'
import { orderAddressOf } from './create-external-order.ts'
import { itemsOf, MessageError, rowOfLine, textOf, unknownOrder } from './find-order.ts'

/** Delivered, cancelled, ready for pick-up, picked up, reserved [code C1; doc D8]. */
const PACKAGE_STATUSES: readonly number[] = [4, 6, 11, 12, 20]

/**
 * CreateDeliveryNote. `OrderNo` is the order's present number. The sum per row moves the status: 8 while something is
 * missing, then 4 [inf; switches]. Assumed: a note without rows, a quantity that is not above 0, an unknown line, a part
 * number that is not the line's, and a status that does not exist are refused; more than was ordered is taken; a row is
 * complete when its sum reaches what was ordered, cancelled rows need nothing; a cancelled order takes notes and stays cancelled.
 */
export function createDeliveryNote(item: Item, desk: OrderDesk, stamp: Stamp): string {
  const { book } = desk
  const noteNo = item.NoteNo as string
  const order = book.byOrderNo(item.OrderNo as string)
  if (order === undefined) throw unknownOrder(desk, item.OrderNo as string)
  const statusId = item.StatusId as number | undefined
  if (statusId !== undefined && !isOrderStatus(statusId)) throw new MessageError(`There is no status ${statusId}.`)
  const entries = [...itemsOf(item, 'DeliveryNoteItems'), ...itemsOf(item, 'DeliverynoteItems')]
  if (entries.length === 0) throw new MessageError('DeliveryNoteItems is required.')
  const rows = entries.map(({ RowNumber, ItemNo, Qty, Comment }) => {
    if (!((Qty as number) > 0)) throw new MessageError(`Row ${RowNumber}: Qty must be above 0.`)
    return {
      id: book.nextId('noteRow'),
      row: rowOfLine(order, RowNumber as number, textOf(ItemNo)),
      quantity: Qty as number,
      comment: (Comment as string | undefined) ?? null,
    }
  })
  const packages = itemsOf(item, 'DeliveryNotePackages').map(({ ParcelNumber, StatusId = 4 }) => {
    if (!PACKAGE_STATUSES.includes(StatusId as number))
      throw new MessageError(`A package cannot have status ${StatusId}.`)
    return { id: book.nextId('package'), parcelNumber: ParcelNumber as string, statusId: StatusId as number }
  })
  const note: DeliveryNote = {
    ...desk.store.tracked(stamp),
    id: book.nextId('note'),
    noteNo,
    deliveryDate: millisecondsFromTicks(item.DeliveryDate as number),
    deliveryMode: (item.DeliveryMode as string | undefined) ?? null,
    noteText: (item.NoteText as string | undefined) ?? null,
    deliveryName: (item.DeliveryName as string | undefined) ?? null,
    deliveryAttention: (item.DeliveryAttention as string | undefined) ?? null,
    address: item.DeliveryAddress === undefined ? null : orderAddressOf(item.DeliveryAddress as Item),
    statusId: statusId ?? null,
    rows,
    packages,
  }
  const first = book.notesByNo(noteNo).find((entry) => entry.order === order)
  if (first !== undefined) {
    const { repeatedNoteNo } = desk.switches()
    if (repeatedNoteNo === 'refuse') throw new MessageError(`There is a delivery note ${noteNo} already.`)
    if (repeatedNoteNo === 'replace') book.removeNote(first)
  }
  book.addNote(order, note)
  touchedByChild(desk, order, stamp)
  if (desk.switches().deliveryNoteMovesStatus) moveStatus(order, desk, stamp)
  return noteNo
}

export function deliveredQuantity(order: ShopOrder, row: OrderRow): number {
  return plus(
    ...order.notes.flatMap((note) => note.rows.filter((part) => part.row === row).map((part) => part.quantity)),
  )
}

function moveStatus(order: ShopOrder, desk: OrderDesk, stamp: Stamp): void {
  if (order.statusId === ORDER_STATUS.Cancelled) return
  const physicalOnly = desk.switches().deliveryCompleteness === 'physicalRows'
  let complete = true
  for (const row of order.rows) {
    if (row.statusId === ORDER_STATUS.Cancelled) continue
    const delivered = deliveredQuantity(order, row)
    if (delivered >= row.quantity) setRowStatus(row, ORDER_STATUS.Delivered, stamp)
    else if (delivered > 0) setRowStatus(row, ORDER_STATUS.PartlyDelivered, stamp)
    if (delivered < row.quantity && (!physicalOnly || row.typeGroup === 'Physical')) complete = false
  }
  setOrderStatus(desk, order, complete ? ORDER_STATUS.Delivered : ORDER_STATUS.PartlyDelivered, stamp, false)
}
