import type { Context, Hono } from 'hono'
import type { SandboxClock } from '../common/clock.ts'
import type { Faults } from '../common/faults.ts'
import type { SandboxEnv } from '../common/server.ts'
import { answerAuthorize } from './authorize.ts'
import { httpDate, outage } from './gate.ts'
import type { BrightpearlSwitches } from './options.ts'
import { reply } from './reply.ts'
import type { SignIn } from './sign-in.ts'
import { answerToken } from './token-endpoint.ts'

export interface SignInRouteOptions {
  readonly clock: SandboxClock
  readonly faults: Faults
  readonly signIn: SignIn
  readonly account: string
  readonly appRef: string
  readonly switches: BrightpearlSwitches
}

/** The authorisation server: its page, and the token endpoint. Outside of the API: no quota, no throttle headers [rec]. */
export function serveSignIn(app: Hono<SandboxEnv>, options: SignInRouteOptions): void {
  const { clock, faults, signIn, account, appRef, switches } = options

  const authorize = (c: Context<SandboxEnv, '/authorize/:account'>, decision?: string): Response => {
    c.set('operation', 'authorize')
    if (faults.take('outage', { method: c.req.method, path: c.req.path })) return outage(clock)
    c.header('Date', httpDate(clock))
    c.header('Cache-Control', 'no-store')
    const answer = answerAuthorize(
      { account: c.req.param('account'), url: new URL(c.req.url), decision },
      { account, appRef, signIn },
    )
    return 'redirect' in answer ? c.redirect(answer.redirect, 302) : c.html(answer.page, answer.status)
  }
  app.get('/authorize/:account', (c) => authorize(c))
  app.post('/authorize/:account', async (c) => {
    const decision = new URLSearchParams(await c.req.text()).get('decision')
    return authorize(c, decision ?? '')
  })

  app.post('/token/:account', async (c) => {
    c.set('operation', 'post-token')
    const call = { method: 'POST', path: c.req.path }
    if (faults.take('outage', call)) return outage(clock)
    c.header('Cache-Control', 'no-cache, private')
    c.header('Date', httpDate(clock))
    const limited = faults.take('tokenThrottle', call)
    if (limited) {
      c.set('throttled', true)
      c.header('Retry-After', String(limited.retryAfterSeconds ?? Math.ceil(clock.toReal(60_000) / 1000)))
      return reply(c, 429, { error: 'too_many_requests' })
    }
    const { host } = new URL(c.req.url)
    const { status, body } = answerToken(
      {
        account: c.req.param('account'),
        contentType: c.req.header('content-type') ?? '',
        authorization: c.req.header('authorization') !== undefined,
        body: await c.req.text(),
      },
      { ...switches, clock, signIn, account, appRef, apiDomain: signIn.settings().apiDomain ?? host },
    )
    return reply(c, status, body)
  })
}
