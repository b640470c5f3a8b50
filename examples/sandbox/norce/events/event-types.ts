import type { ShopOrder } from '../orders/model.ts'

/** Types of events that the stand-in fires or can be told to fire [doc D16]. */
export const EVENT_TYPES = [
  'OrderReceivedEvent',
  'OrderConfirmedEvent',
  'OrderDeliveredEvent',
  'OrderPartlyDeliveredEvent',
  'OrderCancelledEvent',
  'OrderReadyForPickupEvent',
  'OrderPaymentReceivedEvent',
  'InvoiceCaptureCompletedEvent',
  'CustomerChangedNotification',
  'CompanyChangedNotification',
  'SkuChangedNotification',
  'SkuPriceChangedNotification',
  'SkuOnHandBreakPointNotification',
  'JobCompletedEvent',
] as const

export type EventType = (typeof EVENT_TYPES)[number]

export interface ShopEvent {
  readonly type: EventType
  readonly applicationId: number | null
  readonly fields: Readonly<Record<string, unknown>>
}

export type Announce = (event: ShopEvent) => void

/** Received has the basket's number only; the others name the order too [doc D16]. */
export function orderEvent(type: EventType, order: ShopOrder): ShopEvent {
  const person = order.buyer.person
  const reference =
    type === 'OrderReceivedEvent'
      ? { ClientOrderRef: String(order.quotationId), Email: person?.email ?? null }
      : { OrderId: order.id, OrderNo: order.orderNo, ClientOrderRef: String(order.quotationId) }
  return {
    type,
    applicationId: order.application.id,
    fields: {
      ...reference,
      CellPhone: person?.cellPhone ?? null,
      FirstName: person?.firstName ?? null,
      LastName: person?.lastName ?? null,
      Source: order.source,
      ...(type === 'OrderReadyForPickupEvent' && { DropPointCode: order.pickup?.code ?? null }),
    },
  }
}
