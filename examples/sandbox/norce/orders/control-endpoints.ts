import { Hono } from 'hono'
import { jsonReply } from '../../common/json.ts'
import type { SandboxContext, SandboxEnv } from '../../common/server.ts'
import type { EventTargets } from '../events/event-hub.ts'
import type { EventType } from '../events/event-types.ts'
import type { PushTarget } from '../push/push.ts'
import type { NorceShop } from './shop.ts'
import type { OrderAction } from './shop-actions.ts'

/**
 * What a test does with orders from outside, below `/__sandbox`: ours, not the vendor's.
 */
export function orderControls(shop: NorceShop): Hono<SandboxEnv> {
  const control = new Hono<SandboxEnv>()
  const tried = async (work: () => unknown): Promise<Response> => {
    try {
      return jsonReply((await work()) ?? {})
    } catch (error) {
      if (!(error instanceof TypeError || error instanceof SyntaxError)) throw error
      return jsonReply({ error: error.message }, { status: 400 })
    }
  }
  const refOf = (c: SandboxContext): number => {
    const ref = Number(c.req.param('ref'))
    if (shop.order(ref) === undefined) throw new TypeError(`There is no order ${c.req.param('ref')} in the shop.`)
    return ref
  }
  control.get('/orders', () => jsonReply(shop.orders()))
  control.post('/orders', (c) =>
    tried(async () => {
      const body: unknown = await c.req.json()
      if (Array.isArray(body)) return body.map((order) => shop.place(order))
      const isBulk = typeof body === 'object' && body !== null && 'count' in body
      return isBulk ? shop.placeRandom(body as Parameters<NorceShop['placeRandom']>[0]) : shop.place(body)
    }),
  )
  control.get('/orders/:ref', (c) =>
    tried(() => ({
      ...shop.order(refOf(c)),
      orderRequest: shop.orderRequest(refOf(c)),
      pushes: shop.pushesOf(refOf(c)),
    })),
  )
  control.post('/orders/:ref', (c) => tried(async () => shop.act(refOf(c), (await c.req.json()) as OrderAction)))
  control.get('/messages', () => jsonReply({ counts: shop.messageCounts(), entries: shop.messages() }))
  control.get('/pushes', () => jsonReply({ orders: shop.pushStates(), attempts: shop.pushAttempts() }))
  control.post('/pushes', (c) =>
    tried(async () => {
      const { refs } = (await c.req.json()) as { refs?: readonly number[] | 'untaken' | 'unacknowledged' }
      return { pushed: shop.pushNow(refs ?? 'untaken') }
    }),
  )
  control.get('/push-target', () => jsonReply({ url: shop.pushTarget()?.url ?? null }))
  control.post('/push-target', (c) =>
    tried(async () => {
      shop.setPushTarget((await c.req.json()) as Partial<PushTarget> | null)
      return { url: shop.pushTarget()?.url ?? null }
    }),
  )
  control.get('/event-targets', () => jsonReply(shop.eventTargets()))
  control.post('/event-targets', (c) =>
    tried(async () => {
      shop.setEventTargets((await c.req.json()) as EventTargets)
      return shop.eventTargets()
    }),
  )
  control.get('/events', () => jsonReply(shop.events()))
  control.post('/events', (c) =>
    tried(async () => {
      const { type, fields } = (await c.req.json()) as { type: EventType; fields?: Readonly<Record<string, unknown>> }
      shop.fire(type, fields ?? {})
    }),
  )
  control.post('/customers', (c) =>
    tried(async () => shop.putCustomers((await c.req.json()) as Parameters<NorceShop['putCustomers']>[0])),
  )
  return control
}
