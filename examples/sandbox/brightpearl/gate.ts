import { randomUUID } from 'node:crypto'
import type { SandboxClock } from '../common/clock.ts'
import type { Faults } from '../common/faults.ts'
import type { SandboxContext } from '../common/server.ts'
import { authenticate, type Credentials, quotaPool } from './authenticate.ts'
import { ApiError, errorBody } from './errors.ts'
import type { Quota } from './quota.ts'
import { reply } from './reply.ts'

export interface GateOptions extends Credentials {
  readonly clock: SandboxClock
  readonly faults: Faults
  readonly quota: Quota
  readonly instanceId: number
}

/** Longest path with query that is read [assumed: 414 was seen, the real limit is not published]. */
const maxUriLength = 8192

/**
 * What stands before every resource: length of the URI, quota, sign-in; and the headers of every answer [rec].
 * Answers the refusal, or undefined when the call may go on.
 */
export function passGate(c: SandboxContext, options: GateOptions): Response | undefined {
  const { clock, faults, quota } = options
  const url = new URL(c.req.url)
  const call = { method: c.req.method, path: url.pathname }
  const header = (name: string) => c.req.header(name)

  if (url.pathname.length + url.search.length > maxUriLength) {
    // Answered by what stands in front of the API, so without its headers [assumed].
    return new Response('Request-URI Too Large', { status: 414, headers: { Date: httpDate(clock) } })
  }
  if (faults.take('outage', call)) return outage(clock)

  c.header('Date', httpDate(clock))
  c.header('Cache-Control', 'no-cache, must-revalidate')
  c.header('Expires', 'Mon, 20 Dec 1998 01:00:00 GMT')
  c.header('Pragma', 'no-cache')
  c.header('Ruid', randomUUID())

  const storm = faults.take('throttle', call) !== undefined
  // Everything that is answered counts, also what is refused below [rec].
  const state = quota.count(quotaPool(header), c.get('arrivedAt'))
  const throttled = storm || !state.allowed
  c.header('Brightpearl-Requests-Remaining', String(throttled ? 0 : state.remaining))
  c.header('Brightpearl-Next-Throttle-Period', String(state.nextPeriodMs))
  if (throttled) {
    c.set('throttled', true)
    return reply(c, 503, {
      response: 'You have sent too many requests. Please wait before sending another request',
    })
  }

  const account = url.pathname.split('/')[2] ?? ''
  const signedIn = faults.take('expiredToken', call)
    ? { refused: 'Authorization token expired' }
    : authenticate(header, account, options)
  if ('refused' in signedIn) {
    // No `WWW-Authenticate`, and not the instance's header either [code, rec].
    c.header('Message-Type', 'api-proxy')
    return reply(c, 401, { response: signedIn.refused }, { escapeEquals: true })
  }
  if (signedIn.as === 'oauth') c.header('Brightpearl-Installed-Integration-Instance-Id', String(options.instanceId))

  const clientError = faults.take('clientError', call)
  if (clientError) {
    const { code = 'CMNC-044', message = 'A fault that was switched on' } = clientError
    return reply(c, 500, errorBody(new ApiError(500, code, message)))
  }
  return undefined
}

/** A genuine outage is told from throttling by its body [code]: no "too many requests" in it. */
export function outage(clock: SandboxClock): Response {
  return new Response('<html><body><h1>503 Service Unavailable</h1></body></html>', {
    status: 503,
    headers: { 'Content-Type': 'text/html', Date: httpDate(clock) },
  })
}

/** The sandbox's time, as in every other time stamp: a client may take it for its cursor. */
export function httpDate(clock: SandboxClock): string {
  return new Date(clock.now()).toUTCString()
}
