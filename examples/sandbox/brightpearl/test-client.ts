import { createCatalogue } from '../catalogue/create-catalogue.ts'
import type { Catalogue } from '../catalogue/types.ts'
import { createManualClock, type ManualClock } from '../common/clock.ts'
import type { BrightpearlOptions } from './options.ts'
import { type RunningBrightpearl, startBrightpearl } from './start-brightpearl.ts'

export interface Answer {
  readonly status: number
  readonly headers: Headers
  // biome-ignore lint/suspicious/noExplicitAny: a test looks into bodies of every shape.
  readonly body: any
}

export interface TestClient {
  readonly server: RunningBrightpearl
  readonly clock: ManualClock
  readonly catalogue: Catalogue
  /** A call by a signed-in private app; `path` starts at the service. */
  get(path: string, init?: RequestInit): Promise<Answer>
  /** A call with nothing added. */
  raw(path: string, init?: RequestInit): Promise<Answer>
  token(form: Readonly<Record<string, string>> | string, headers?: Readonly<Record<string, string>>): Promise<Answer>
}

export const secrets = {
  account: 'acme',
  appRef: 'acme-sync',
  devRef: 'acme-dev',
  clientSecret: 's3cr3t+value/with=specials',
  refreshToken: 'first+refresh/token=',
  staffToken: 'staff/token=',
} as const

export const privateApp = {
  'brightpearl-app-ref': secrets.appRef,
  'brightpearl-staff-token': secrets.staffToken,
} as const

/** A stand-in on a clock that stands still, with a catalogue of so many products, and a plain client for it. */
export async function startTest(
  options: Partial<BrightpearlOptions> & { readonly products?: number } = {},
): Promise<TestClient> {
  const clock = createManualClock(Date.UTC(2026, 0, 15, 12, 0, 0))
  const catalogue = options.catalogue ?? createCatalogue({ products: options.products ?? 60, clock })
  const server = await startBrightpearl({ clock, ...secrets, ...options, catalogue })
  const raw = async (path: string, init: RequestInit = {}): Promise<Answer> => {
    const response = await fetch(server.url + path, init)
    const text = await response.text()
    return { status: response.status, headers: response.headers, body: parsed(text) }
  }
  return {
    server,
    clock,
    catalogue,
    raw,
    get: (path, init = {}) =>
      raw(`/public-api/${secrets.account}${path}`, { ...init, headers: { ...privateApp, ...init.headers } }),
    token: (form, headers = {}) =>
      raw(`/token/${secrets.account}`, {
        method: 'POST',
        body: typeof form === 'string' ? form : new URLSearchParams(form).toString(),
        headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
      }),
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
