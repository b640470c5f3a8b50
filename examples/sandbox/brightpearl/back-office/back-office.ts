import type { Catalogue } from '../../catalogue/types.ts'
import type { SandboxClock } from '../../common/clock.ts'
import { createTable, type RecordTable } from './history.ts'
import type {
  Company,
  Contact,
  CustomerPayment,
  GoodsIn,
  GoodsOutNote,
  Order,
  OrderNote,
  PostalAddress,
  Reservation,
} from './model.ts'

/** What happened to one record: `goods-out-note.modified.shipped` of note 64021. */
export interface AccountEvent {
  readonly fullEvent: string
  readonly resourceType: string
  readonly lifecycle: string
  readonly id: number
  readonly at: number
}

const kinds = [
  'salesOrders',
  'purchaseOrders',
  'salesCredits',
  'contacts',
  'postalAddresses',
  'payments',
  'reservations',
  'goodsOutNotes',
  'orderNotes',
  'webhooks',
] as const

export type CreatedKind = (typeof kinds)[number]

/** What the API has made since the counters were reset. The staff's doings do not count. */
export interface CreationCounters {
  readonly created: Readonly<Record<CreatedKind, number>>
  /** POSTs of an order that was there: answered with its id, nothing made. */
  readonly duplicateOrders: number
}

/** The account: its records, and who listens to their changes. */
export interface BackOffice {
  readonly clock: SandboxClock
  readonly catalogue: Catalogue
  readonly addresses: RecordTable<PostalAddress>
  readonly contacts: RecordTable<Contact>
  readonly companies: RecordTable<Company>
  readonly orders: RecordTable<Order>
  readonly orderNotes: RecordTable<OrderNote>
  readonly goodsOut: RecordTable<GoodsOutNote>
  readonly dropShips: RecordTable<GoodsOutNote>
  readonly payments: RecordTable<CustomerPayment>
  readonly goodsIn: RecordTable<GoodsIn>
  /** By order id: at most one each. */
  readonly reservations: Map<number, Reservation>
  readonly settings: BackOfficeSettings
  nextRowId(): number
  nextJournalId(): number
  nextInvoiceReference(): string
  nextEventVersion(): number
  raise(fullEvent: string, id: number): void
  listen(listener: (event: AccountEvent) => void): void
  counters(): CreationCounters
  count(kind: CreatedKind): void
  countDuplicate(): void
  resetCounters(): void
}

export interface BackOfficeSettings {
  /** Does an order with a bundle get rows for its components? */
  readonly bundleRows: 'expand' | 'plain'
  /** Does a second sales credit with the same external reference count as the first one? */
  readonly creditDuplicates: 'create' | 'existing'
  /** Do the rows of a split order name the row that they come from? */
  readonly splitRows: 'bare' | 'linked'
  /** Does GET of a sales order show the external references of rows? The text says as POST, a sample leaves them out. */
  readonly rowExternalRefs: 'shown' | 'hidden'
}

/** The staff member that everything is booked on. */
export const staffId = 4

export function createBackOffice(clock: SandboxClock, catalogue: Catalogue, settings: BackOfficeSettings): BackOffice {
  const listeners: ((event: AccountEvent) => void)[] = []
  const counter = (first: number) => {
    let next = first
    return () => {
      next += 1
      return next - 1
    }
  }
  const none = () => Object.fromEntries(kinds.map((kind) => [kind, 0])) as Record<CreatedKind, number>
  let created = none()
  let duplicateOrders = 0
  const nextInvoice = counter(1001)
  return {
    clock,
    catalogue,
    settings,
    addresses: createTable(clock, 15_120),
    contacts: createTable(clock, 7310),
    companies: createTable(clock, 501),
    orders: createTable(clock, 500_123),
    orderNotes: createTable(clock, 70_001),
    goodsOut: createTable(clock, 64_021),
    dropShips: createTable(clock, 3101),
    payments: createTable(clock, 93_121),
    goodsIn: createTable(clock, 8801),
    reservations: new Map(),
    nextRowId: counter(880_211),
    nextJournalId: counter(311_382),
    nextInvoiceReference: () => `SI-${nextInvoice()}`,
    nextEventVersion: counter(310_442),
    raise(fullEvent, id) {
      const [resourceType = '', lifecycle = ''] = fullEvent.split('.')
      for (const listener of listeners) listener({ fullEvent, resourceType, lifecycle, id, at: clock.now() })
    },
    listen(listener) {
      listeners.push(listener)
    },
    counters: () => ({ created: { ...created }, duplicateOrders }),
    count(kind) {
      created[kind] += 1
    },
    countDuplicate() {
      duplicateOrders += 1
    },
    resetCounters() {
      created = none()
      duplicateOrders = 0
    },
  }
}
