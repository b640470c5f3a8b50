import { minus, plus } from './amounts.ts'
import type { Payment, ShopOrder } from './model.ts'

/** What may still be captured: reserved money that was neither taken nor released. */
export function capturable(payment: Payment): number {
  return payment.kind === 'reserved' && !payment.released ? minus(payment.amount, payment.captured) : 0
}

export function refundable(payment: Payment): number {
  return minus(payment.captured, payment.refunded)
}

/**
 * Takes an amount from the reserved payments, all of it or nothing.
 * @returns whether the provider could do it: not when more is asked than is authorised, or capturing has ended
 */
export function capture(order: ShopOrder, amount: number, ref: string | undefined): boolean {
  const from = order.payments.filter(
    (payment) => payment.kind === 'reserved' && (ref === undefined || payment.ref === ref),
  )
  if (order.captureEnded || from.length === 0 || plus(...from.map(capturable)) < amount) return false
  let left = amount
  for (const payment of from) {
    const part = Math.min(left, capturable(payment))
    payment.captured = plus(payment.captured, part)
    left = minus(left, part)
  }
  return true
}

/** The last invoice ends capturing: what is still reserved is given back. */
export function endCapturing(order: ShopOrder): void {
  order.captureEnded = true
  for (const payment of order.payments) if (payment.kind === 'reserved') payment.released = true
}

export function captured(order: ShopOrder): number {
  return plus(...order.payments.map((payment) => payment.captured))
}

export function refunded(order: ShopOrder): number {
  return plus(...order.payments.map((payment) => payment.refunded))
}
