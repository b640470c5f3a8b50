import { Hono } from 'hono'
import { jsonReply } from '../common/json.ts'
import type { SandboxEnv } from '../common/server.ts'
import { anything, list, object, oneOf, optional, type Shape, text, yesNo } from '../common/shape.ts'
import type { RecordTable } from './back-office/history.ts'
import type { SignIn } from './sign-in.ts'
import type { Staff } from './staff/staff.ts'
import type { Deliveries } from './webhooks/deliver.ts'
import type { Subscription } from './webhooks/subscriptions.ts'

export interface ControlOptions {
  readonly signIn: SignIn
  readonly staff: Staff
  readonly subscriptions: RecordTable<Subscription>
  readonly deliveries: Deliveries
}

const signInChanges = object({
  clientSecret: optional(text({ least: 1 })),
  redirectUris: optional(list(text())),
  loopbackRedirects: optional(yesNo),
  consent: optional(oneOf(['page', 'approve', 'deny'])),
  apiDomain: optional(text()),
  revoke: optional(yesNo),
})

/**
 * Control endpoints of this stand-in alone, in front of everything else: without credentials, not logged, not counted.
 * `/__sandbox/sign-in` shows and changes the authorisation server; `/staff` does what the back office's staff does;
 * `/orders`, `/contacts`, `/account` and `/webhooks` show what there is.
 */
export function serveControls(
  api: Hono<SandboxEnv>,
  { signIn, staff, subscriptions, deliveries }: ControlOptions,
): Hono<SandboxEnv> {
  const app = new Hono<SandboxEnv>()
  // The secret is not shown: who sets it knows it.
  const shown = () => {
    const { clientSecret: _, ...settings } = signIn.settings()
    return { ...settings, counters: signIn.counters() }
  }
  const numberOf = (value: string | undefined) => (value === undefined ? undefined : Number(value))

  app.get('/__sandbox/sign-in', () => jsonReply(shown()))
  app.post('/__sandbox/sign-in', (c) =>
    answer(c.req.raw, signInChanges, ({ revoke, ...changes }) => {
      signIn.set(changes)
      if (revoke) signIn.revoke()
      return shown()
    }),
  )
  app.post('/__sandbox/staff', (c) => answer(c.req.raw, anything, (body) => ({ results: staff.act(body) })))
  app.get('/__sandbox/orders', (c) => {
    const { id, externalRef, ref, type, parentId } = c.req.query()
    return jsonReply(staff.orders({ id: numberOf(id), externalRef, ref, type, parentId: numberOf(parentId) }))
  })
  app.get('/__sandbox/contacts', (c) => {
    const { id, email } = c.req.query()
    return jsonReply(staff.contacts({ id: numberOf(id), email }))
  })
  app.get('/__sandbox/account', () => jsonReply(staff.account()))
  app.get('/__sandbox/webhooks', () => jsonReply({ subscriptions: subscriptions.all(), deliveries: deliveries.list() }))
  app.post('/__sandbox/reset-counters', (c) => {
    signIn.resetCounters()
    staff.resetCounters()
    return api.fetch(c.req.raw, c.env)
  })
  app.all('*', (c) => api.fetch(c.req.raw, c.env))
  return app
}

async function answer<Body>(request: Request, shape: Shape<Body>, apply: (body: Body) => unknown): Promise<Response> {
  try {
    return jsonReply(apply(shape(await request.json())))
  } catch (error) {
    return jsonReply({ error: error instanceof Error ? error.message : '' }, { status: 400 })
  }
}
