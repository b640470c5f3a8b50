import type { EventDelivery, EventHub, EventTargets } from '../events/event-hub.ts'
import { EVENT_TYPES, type EventType, orderEvent } from '../events/event-types.ts'
import type { MessageDesk, ReceivedMessage } from '../messages/endpoint.ts'
import type { Application } from '../model.ts'
import type { OrderPush, PushAttempt, PushState, PushTarget } from '../push/push.ts'
import type { NorceSwitches } from '../switches.ts'
import { checkedOrder } from './description.ts'
import type { ShopOrder } from './model.ts'
import { type OrderDesk, stampBy } from './order-desk.ts'
import { orderRequest } from './order-request.ts'
import { type OrderView, orderView, orderViews } from './order-view.ts'
import { applicationOf, placeOrder, type ShopFloor } from './place-order.ts'
import { type RandomOrders, randomOrders } from './random-orders.ts'
import { applyOrderAction, type OrderAction } from './shop-actions.ts'

/** The shop's side of orders for tests and the demo: placing them, meddling, and looking in. */
export interface NorceShop {
  /**
   * Places one order as a customer would (see `OrderDescription`) and lets the shop push and announce it.
   * @throws TypeError that says what in the description is not understood or not there
   */
  place(description: unknown): OrderView
  /** Many orders with every oddity, the same for the same seed. Answers their basket numbers. */
  placeRandom(bulk: RandomOrders): { readonly refs: readonly number[] }
  act(ref: number, action: OrderAction): OrderView
  order(ref: number): OrderView | undefined
  orders(): readonly OrderView[]
  /** What is, or would be, pushed. */
  orderRequest(ref: number): Readonly<Record<string, unknown>> | undefined
  messages(): readonly ReceivedMessage[]
  messageCounts(): ReturnType<MessageDesk['counts']>
  pushTarget(): PushTarget | null
  /** User and password left out stay as they are. Orders placed before are not pushed by it. */
  setPushTarget(target: Partial<PushTarget> | null): void
  /** Pushes again: these, all that nobody took, or all that have no number of the back office. Answers how many. */
  pushNow(refs: readonly number[] | 'untaken' | 'unacknowledged'): number
  pushStates(): readonly PushState[]
  pushAttempts(): readonly PushAttempt[]
  pushesOf(ref: number): readonly PushAttempt[]
  eventTargets(): EventTargets
  setEventTargets(targets: EventTargets): void
  events(): readonly EventDelivery[]
  /** Fires an event by hand, true or not. */
  fire(type: EventType, fields: Readonly<Record<string, unknown>>): void
  /** Customers and companies that the shop itself makes or changes: items of the imports, every field given is set. */
  putCustomers(items: PutCustomers): { readonly customers: readonly number[]; readonly companies: readonly number[] }
  /** Resolves when no push and no event is under way or waits for its next try. */
  idle(): Promise<void>
}

export interface PutCustomers {
  readonly customers?: readonly Readonly<Record<string, unknown>>[]
  readonly companies?: readonly Readonly<Record<string, unknown>>[]
}

export interface ShopParts {
  readonly desk: OrderDesk
  readonly floor: ShopFloor
  readonly push: OrderPush
  readonly hub: EventHub
  readonly messages: MessageDesk
  readonly shopAccountId: number
  readonly pushDefaults: { readonly user: string; readonly password: string }
  /** Part numbers that an application sells, for random orders. */
  soldPartNos(application: Application): readonly string[]
  putCustomers: NorceShop['putCustomers']
  switches(): NorceSwitches
}

export function createShop(parts: ShopParts): NorceShop {
  const { desk, floor, push, hub, messages } = parts
  const { book } = desk
  const mustExist = (ref: number): ShopOrder => {
    const order = book.byRef(ref)
    if (order === undefined) throw new TypeError(`There is no order ${ref} in the shop.`)
    return order
  }
  const place = (value: unknown): ShopOrder => {
    const description = checkedOrder(value)
    const order = placeOrder(description, floor)
    if (description.event !== false) desk.announce(orderEvent('OrderReceivedEvent', order))
    if (order.payments.some(({ kind }) => kind === 'direct'))
      desk.announce(orderEvent('OrderPaymentReceivedEvent', order))
    push.placed(order, description.push ?? true)
    return order
  }
  return {
    place: (value) => orderView(place(value)),
    placeRandom: (bulk) => ({
      refs: randomOrders(bulk, (application) => parts.soldPartNos(applicationOf(floor, application))).map(
        (description) => place(description).quotationId,
      ),
    }),
    act(ref, action) {
      const order = mustExist(ref)
      applyOrderAction(desk, order, action, stampBy(desk, parts.shopAccountId))
      return orderView(order)
    },
    order(ref) {
      const order = book.byRef(ref)
      return order && orderView(order)
    },
    orders: () => orderViews(book),
    orderRequest(ref) {
      const order = book.byRef(ref)
      return order && orderRequest(order, parts.switches())
    },
    messages: () => messages.received(),
    messageCounts: () => messages.counts(),
    pushTarget: () => push.target(),
    setPushTarget(target) {
      if (target?.url == null) push.setTarget(null)
      else push.setTarget({ ...parts.pushDefaults, ...push.target(), ...target, url: target.url })
    },
    pushNow(refs) {
      const taken = new Set(push.states().flatMap(({ ref, state }) => (state === 'taken' ? [ref] : [])))
      const chosen =
        refs === 'untaken'
          ? [...book.orders.values()].filter(({ quotationId }) => !taken.has(quotationId))
          : refs === 'unacknowledged'
            ? [...book.orders.values()].filter(({ erpOrderNo }) => erpOrderNo === null)
            : refs.map(mustExist)
      push.pushNow(chosen)
      return chosen.length
    },
    pushStates: () => push.states(),
    pushAttempts: () => push.attempts(),
    pushesOf: (ref) => push.attempts().filter((attempt) => attempt.ref === ref),
    eventTargets: () => hub.targets(),
    setEventTargets: (targets) => hub.setTargets(targets),
    events: () => hub.deliveries(),
    fire(type, fields) {
      if (!EVENT_TYPES.includes(type))
        throw new TypeError(`There is no event "${type}". Known: ${EVENT_TYPES.join(', ')}.`)
      hub.announce({ type, applicationId: floor.defaultApplicationId, fields })
    },
    putCustomers: parts.putCustomers,
    async idle() {
      await push.idle()
      await hub.idle()
    },
  }
}
