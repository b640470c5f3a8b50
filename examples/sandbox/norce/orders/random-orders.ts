import { draw, drawOne, drawWhole } from '../../catalogue/random.ts'
import type { AddressDescription, ItemDescription, OrderDescription, PaymentDescription } from './description.ts'

/** Orders in bulk: the body of `POST /__sandbox/orders` with a `count`. */
export interface RandomOrders {
  readonly count: number
  /** Same seed and same assortment, same orders. Default 1. */
  readonly seed?: number
  /** Ids or names of markets to draw from. Default: the application of the client. */
  readonly applications?: readonly (number | string)[]
  /** What is bought. Default: what the shop sells. */
  readonly partNos?: readonly string[]
  /** Default true; `false` gives plain orders: few rows, one reserved payment, no promotions, home addresses. */
  readonly odd?: boolean
  /** `false`: none of them is pushed by itself. */
  readonly push?: boolean
}

const salt = {
  application: 1,
  rows: 2,
  promotion: 3,
  payment: 4,
  freight: 5,
  giftCard: 6,
  address: 7,
  company: 8,
  guest: 9,
  delivery: 10,
  hold: 11,
  comment: 12,
  vat: 13,
  rounding: 14,
  vatDecimals: 15,
  part: 100,
  quantity: 200,
  price: 300,
  rate: 400,
} as const

const FOREIGN: readonly AddressDescription[] = [
  { line1: '5 rue de l’Église', zipCode: '75011', city: 'Paris', country: 'FR' },
  { line1: 'Karl Johans gate 5', zipCode: '0154', city: 'Oslo', country: 'NO' },
  { line1: '350 5th Ave', careOf: 'Front desk', zipCode: '10118', city: 'New York', region: 'NY', country: 'US' },
  { line1: 'Mannerheimintie 5', zipCode: '00100', city: 'Helsinki', country: 'FI' },
]

const PEOPLE = [
  { firstName: 'Maja', lastName: 'Lind', email: 'maja.lind@example.com', cellPhone: '+46701234567' },
  { firstName: 'Åsa', lastName: 'Öberg', email: 'Asa.Oberg@example.com' },
  { firstName: '花子', lastName: '山田', email: 'hanako@example.com' },
  { firstName: 'Иван', lastName: 'Петров', email: 'ivan@example.com', phone: '+358401234567' },
  { firstName: 'Conor', lastName: "O'Neill", email: 'conor@example.com' },
] as const

/**
 * Descriptions of so many orders, every kind of oddity among them; each depends on the seed and its own number only.
 * @param sold what an application sells; undefined is that of the client
 */
export function randomOrders(
  { count, seed = 1, applications, partNos, odd = true, push }: RandomOrders,
  sold: (application: number | string | undefined) => readonly string[],
): readonly OrderDescription[] {
  if (!Number.isSafeInteger(count) || count < 1) throw new TypeError('"count" must be a whole number above 0.')
  const partsOf = new Map<number | string | undefined, readonly string[]>()
  return Array.from({ length: count }, (_, index) => {
    const application = applications && drawOne(seed, index, salt.application, applications)
    const parts = partNos ?? partsOf.get(application) ?? sold(application)
    partsOf.set(application, parts)
    if (parts.length === 0) {
      throw new TypeError('The shop sells nothing there yet: give "partNos", or run products and prices.')
    }
    return {
      ...(application !== undefined && { application }),
      ...(push !== undefined && { push }),
      ...(odd ? oddOrder(seed, index, parts) : plainOrder(seed, index, parts)),
    }
  })
}

function plainOrder(seed: number, index: number, parts: readonly string[]): OrderDescription {
  return {
    customer: guest(seed, index),
    items: itemsOf(seed, index, parts, drawWhole(seed, index, salt.rows, 1, 3), 3),
    freight: 4.125,
  }
}

function oddOrder(seed: number, index: number, parts: readonly string[]): OrderDescription {
  const chance = (what: number) => draw(seed, index, what)
  const rows = chance(salt.rows) < 0.05 ? 10 : drawWhole(seed, index, salt.rows, 1, 4)
  const isCompany = chance(salt.company) < 0.15
  const promotion = chance(salt.promotion)
  const freight = chance(salt.freight)
  const payment = chance(salt.payment)
  const hasGiftCard = chance(salt.giftCard) < 0.05
  const delivery = chance(salt.delivery)
  const payments: readonly PaymentDescription[] =
    payment < 0.6
      ? [{ method: 'CARD' }]
      : payment < 0.75
        ? [{ method: 'PAYPAL' }]
        : payment < 0.85
          ? [{ method: 'INVOICE' }]
          : payment < 0.93
            ? [{ method: 'CARD', amount: 1 }, { method: 'SWISH' }]
            : []
  return {
    customer: guest(seed, index),
    ...(isCompany && {
      company: {
        name: `Berg Bygg ${index} AB`,
        vatNo: `SE5566778${index % 10}01`,
        orgNo: `556677-88${index % 10}${index % 7}`,
      },
      customerOrderRef: `PO-${seed}-${index}`,
    }),
    ...(chance(salt.address) < 0.15 && { shipTo: drawOne(seed, index, salt.address + 50, FOREIGN) }),
    ...(chance(salt.address) > 0.95 && { shipTo: null }),
    items: itemsOf(seed, index, parts, rows, 12),
    ...(promotion < 0.12 && { promotions: [{ code: 'TEN', percent: 10 }] }),
    ...(promotion >= 0.12 && promotion < 0.2 && { promotions: [{ code: 'FIVEOFF', amount: 5 }] }),
    ...(promotion >= 0.2 &&
      promotion < 0.25 && { promotions: [{ code: 'GIFT', freeItem: drawOne(seed, index, salt.part + 90, parts) }] }),
    ...(freight < 0.9 && { freight: freight < 0.15 ? 0 : 4.125 }),
    ...(payments[0]?.method === 'INVOICE' && { invoiceFee: 1.95 }),
    ...(hasGiftCard && { giftCardBought: 25 }),
    ...(chance(salt.giftCard) > 0.95 && payments.length === 1 && { giftCardUsed: 1 }),
    payments,
    ...(delivery < 0.1 && { deliveryMethod: 'COLLECT', pickup: 'STORE' }),
    ...(delivery > 0.85 && {
      deliveryMethod: 'PICKUP-POINT',
      pickup: {
        code: 'DP-77',
        name: 'Corner shop',
        address: { line1: '7 Corner', zipCode: 'BS2 0AA', city: 'Bristol', country: 'GB' },
      },
      sms: true,
    }),
    ...(chance(salt.hold) < 0.04 && { hold: true }),
    ...(chance(salt.comment) < 0.2 && { comment: 'Leave at the door — “gate 2”', infos: { GIFT: 'gift' } }),
    ...(chance(salt.rounding) < 0.05 && { roundingRow: true }),
    ...(chance(salt.vatDecimals) < 0.3 && { vatDecimals: 2 }),
  }
}

function guest(seed: number, index: number): NonNullable<OrderDescription['customer']> {
  if (draw(seed, index, salt.guest) < 0.4) return drawOne(seed, index, salt.guest + 50, PEOPLE)
  return { firstName: 'Guest', lastName: `Nr ${index}`, email: `guest.${seed}.${index}@example.com` }
}

/** Different part numbers, a few of them in large quantities, and some at prices with four decimals or a reduced rate. */
function itemsOf(
  seed: number,
  index: number,
  parts: readonly string[],
  rows: number,
  most: number,
): readonly ItemDescription[] {
  const chosen = new Set<string>()
  for (let row = 0; row < rows; row += 1) chosen.add(drawOne(seed, index, salt.part + row, parts))
  return [...chosen].map((partNo, row) => ({
    partNo,
    quantity:
      draw(seed, index, salt.quantity + row) < 0.02 && most > 3
        ? 1000
        : drawWhole(seed, index, salt.quantity + row, 1, Math.min(most, 4)),
    ...(most > 3 &&
      draw(seed, index, salt.price + row) < 0.1 && {
        price: drawWhole(seed, index, salt.price + row + 50, 1, 999_999) / 10_000,
      }),
  }))
}
