/** Order and row statuses, one enumeration for both [code C1; doc D8, D17]. */
export const ORDER_STATUS = {
  Created: 0,
  Allocation: 1,
  Confirmed: 2,
  BackOrder: 3,
  Delivered: 4,
  Invoiced: 5,
  Cancelled: 6,
  CreditControl: 7,
  PartlyDelivered: 8,
  Acknowledged: 9,
  ErpConfirmed: 10,
  ReadyForPickup: 11,
  PickedUp: 12,
  NotPickedUp: 13,
  OnHold: 14,
  WaitingForCancel: 15,
  WaitingForOnHoldRemoved: 16,
  CancelError: 17,
  AcknowledgementError: 18,
  ReadyForReservation: 19,
  Reserved: 20,
} as const

export type OrderStatusName = keyof typeof ORDER_STATUS

const NAMES = new Map<number, OrderStatusName>(
  Object.entries(ORDER_STATUS).map(([name, id]) => [id, name as OrderStatusName]),
)

/** The name of a status that the stand-in keeps. */
export function orderStatusName(id: number): OrderStatusName {
  return NAMES.get(id) as OrderStatusName
}

export function isOrderStatus(id: number): boolean {
  return NAMES.has(id)
}
