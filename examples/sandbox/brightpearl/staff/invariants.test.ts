import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createCatalogue } from '../../catalogue/create-catalogue.ts'
import { createManualClock } from '../../common/clock.ts'
import { decimal, sum } from '../back-office/amounts.ts'
import { createBackOffice } from '../back-office/back-office.ts'
import { seedBackOffice } from '../back-office/seed.ts'
import { defaultSwitches } from '../options.ts'
import { createOrder } from '../orders/create-order.ts'
import type { StaffAction } from './actions.ts'
import { createStaff } from './staff.ts'

const inStock = 12
const quantity = fc.integer({ min: 1, max: 6 })
/** Which of the orders of the family, and which of its notes: taken modulo what there is. */
const which = fc.nat({ max: 5 })
const step = fc.oneof(
  fc.record({ do: fc.constant('allocate' as const), which, quantity }),
  fc.record({ do: fc.constant('makeNote' as const), which, quantity }),
  fc.record({ do: fc.constant('ship' as const), which, quantity }),
  fc.record({ do: fc.constant('shipNote' as const), which, quantity }),
  fc.record({ do: fc.constant('deleteNote' as const), which, quantity }),
  fc.record({ do: fc.constant('split' as const), which, quantity }),
  fc.record({ do: fc.constant('invoice' as const), which, quantity }),
  fc.record({ do: fc.constant('cancel' as const), which, quantity }),
  fc.record({ do: fc.constant('release' as const), which, quantity }),
)

const start = (pieces: number, net: string, tax: string) => {
  const clock = createManualClock()
  const catalogue = createCatalogue({ products: 10, clock })
  catalogue.setStock(1001, 2, { inStock, allocated: 0 })
  const office = createBackOffice(clock, catalogue, defaultSwitches)
  seedBackOffice(office)
  const order = createOrder(office, {
    type: 'SO',
    contactId: 7001,
    warehouseId: 2,
    rows: [{ productId: 1001, quantity: decimal(pieces), taxCode: 'T20', net: decimal(net), tax: decimal(tax) }],
  })
  return { catalogue, staff: createStaff(office), id: order.id }
}

test('whatever the staff does, stock adds up, no piece is sent twice, and a split loses no money', () => {
  let done = 0
  fc.assert(
    fc.property(
      quantity,
      fc.integer({ min: 0, max: 99_999 }),
      fc.integer({ min: 0, max: 9999 }),
      fc.array(step, { minLength: 1, maxLength: 25 }),
      (pieces, net, tax, steps) => {
        const { catalogue, staff, id } = start(pieces, (net / 100).toFixed(2), (tax / 100).toFixed(2))
        const family = () => staff.orders({ type: 'SO' }).filter((order) => order.id >= id)
        for (const { do: what, which: chosen, quantity: wanted } of steps) {
          const orders = family()
          const order = orders[chosen % orders.length]?.id ?? id
          const notes = orders.flatMap((one) => one.notes)
          const note = notes[chosen % Math.max(1, notes.length)]?.id ?? 0
          const rows = [{ productId: 1001, quantity: wanted }]
          const action: StaffAction =
            what === 'shipNote'
              ? { action: 'note', note, do: 'ship' }
              : what === 'deleteNote'
                ? { action: 'deleteNote', note }
                : what === 'cancel' || what === 'release'
                  ? { action: what, order }
                  : { action: what, order, rows }
          try {
            staff.do(action)
            done += 1
          } catch {
            // What the account refuses must leave everything as it was, which is checked below.
          }
        }
        const orders = family()
        const notes = orders.flatMap((one) => one.notes)
        const piecesOf = (some: typeof notes) =>
          some.flatMap(({ rows }) => rows).reduce((total, row) => total + row.quantity, 0)
        const reserved = orders
          .flatMap(({ reservation }) => Object.values(reservation?.rows ?? {}))
          .reduce((total, one) => total + one, 0)
        const stock = catalogue.stock(1001).get(2)
        expect(stock?.inStock).toBe(inStock - piecesOf(notes.filter(({ shipped }) => shipped)))
        expect(stock?.allocated).toBe(reserved + piecesOf(notes.filter(({ shipped }) => !shipped)))
        expect(reserved + piecesOf(notes)).toBeLessThanOrEqual(pieces)
        const all = orders.flatMap(({ rows }) => rows)
        expect(sum(all.map((row) => decimal(row.quantity))).toFixed()).toBe(String(pieces))
        expect(sum(all.map((row) => decimal(row.net))).toFixed(2)).toBe((net / 100).toFixed(2))
        expect(sum(all.map((row) => decimal(row.tax))).toFixed(2)).toBe((tax / 100).toFixed(2))
      },
    ),
    { numRuns: 150, seed: 7 },
  )
  // Not everything was refused.
  expect(done).toBeGreaterThan(300)
})
