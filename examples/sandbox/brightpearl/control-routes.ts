import { Hono } from 'hono'
import { jsonReply } from '../common/json.ts'
import type { SandboxEnv } from '../common/server.ts'
import { list, object, oneOf, optional, type Shape, text, yesNo } from '../common/shape.ts'
import type { SignIn } from './sign-in.ts'

export interface ControlOptions {
  readonly signIn: SignIn
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
 * `/__sandbox/sign-in` shows and changes the authorisation server; `{"revoke": true}` takes the consent back.
 */
export function serveControls(api: Hono<SandboxEnv>, { signIn }: ControlOptions): Hono<SandboxEnv> {
  const app = new Hono<SandboxEnv>()
  // The secret is not shown: who sets it knows it.
  const shown = () => {
    const { clientSecret: _, ...settings } = signIn.settings()
    return { ...settings, counters: signIn.counters() }
  }
  app.get('/__sandbox/sign-in', () => jsonReply(shown()))
  app.post('/__sandbox/sign-in', async (c) =>
    answer(c.req.raw, signInChanges, ({ revoke, ...changes }) => {
      signIn.set(changes)
      if (revoke) signIn.revoke()
      return shown()
    }),
  )
  app.post('/__sandbox/reset-counters', (c) => {
    signIn.resetCounters()
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
