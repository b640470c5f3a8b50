import { Hono } from 'hono'
import type { Health } from './health.ts'
import { type Receiving, receive } from './receive.ts'
import type { Receiver } from './receivers.ts'

/**
 * What the service answers: liveness, readiness, and the receivers at `/<connection>/<event>` with, where a secret proves
 * the sender, `/<secret>` behind it. What stands below a receiver's address is the receiver too: some systems append a
 * path of their own.
 */
export function createApp(receivers: ReadonlyMap<string, Receiver>, health: Health, receiving: Receiving): Hono {
  const app = new Hono()
  app.get('/health/live', (context) => context.json({ status: 'ok' }))
  for (const path of ['/health', '/health/ready']) {
    app.get(path, (context) => {
      const { ready, ...state } = health.state()
      return context.json({ status: ready ? 'ok' : 'unavailable', ...state }, ready ? 200 : 503)
    })
  }
  app.all('/:connection/:event/*', (context) => {
    const { connection, event } = context.req.param()
    const receiver = receivers.get(`${connection}.${event}`)
    const [secret] = new URL(context.req.url).pathname.split('/').slice(3)
    const shown = { authorization: context.req.header('authorization'), secret: secret && decoded(secret) }
    if (!receiver) {
      receiving.log('warn', 'message for nobody', { code: 'unknown-event' })
      return context.notFound()
    }
    if (context.req.method !== 'POST') {
      context.header('allow', 'POST')
      return context.json({ error: 'method not allowed' }, 405)
    }
    if (!receiver.verify(shown)) {
      receiving.log('warn', 'message refused', { receiver: receiver.name, code: 'sender-unknown' })
      // Whoever does not know the secret does not learn that there is something.
      if (receiver.event.verify.kind === 'secret') return context.notFound()
      context.header('www-authenticate', 'Basic realm="syncline", charset="UTF-8"')
      return context.json({ error: 'unauthorized' }, 401)
    }
    return receive(receiver, context.req.raw, receiving)
  })
  app.notFound((context) => context.json({ error: 'not found' }, 404))
  app.onError((error, context) => {
    receiving.log('error', 'message not read', { code: 'internal', why: error.name })
    return context.json({ error: 'internal' }, 500)
  })
  return app
}

function decoded(part: string): string | undefined {
  try {
    return decodeURIComponent(part)
  } catch {
    return undefined
  }
}
