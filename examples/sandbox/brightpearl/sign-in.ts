import { randomUUID } from 'node:crypto'
import type { SandboxClock } from '../common/clock.ts'
import { createTokens, type Tokens } from './tokens.ts'

/** What the account's staff and the app's owner can change while a client is connected. */
export interface SignInSettings {
  readonly clientSecret: string
  /** Registered addresses: a client's must be identical to one of them [doc]. */
  readonly redirectUris: readonly string[]
  /** Also any address on this machine, whatever its port and path? A help for local clients [assumed]. */
  readonly loopbackRedirects: boolean
  /** Who answers: the page with its buttons, or at once. */
  readonly consent: 'page' | 'approve' | 'deny'
  /** `api_domain` of the token answer; undefined: the stand-in's own host and port. */
  readonly apiDomain: string | undefined
}

/** How often what happened at the authorisation server, so that a test sees one refresh where it expects one. */
export interface SignInCounters {
  readonly codes: number
  readonly exchanges: number
  readonly refreshes: number
  readonly clientCredentials: number
  readonly refused: number
}

export interface SignIn {
  readonly tokens: Tokens
  settings(): SignInSettings
  set(changes: Partial<SignInSettings>): void
  counters(): SignInCounters
  count(what: keyof SignInCounters): void
  resetCounters(): void
  /** Is the address one that the app may be sent back to? */
  accepts(redirectUri: string): boolean
  issueCode(redirectUri: string): string
  /** Uses a code up. Answers the address that it was given for, or undefined when unknown, used or expired. */
  redeemCode(code: string): string | undefined
  /** The consent is taken back: no code, access token or refresh token given so far works any more. */
  revoke(): void
}

export interface SignInOptions extends SignInSettings {
  readonly clock: SandboxClock
  readonly refreshToken: string
  readonly tokenLifeMs: number
  readonly codeLifeMs: number
  readonly rotateRefreshTokens: boolean
}

const noCounts: SignInCounters = { codes: 0, exchanges: 0, refreshes: 0, clientCredentials: 0, refused: 0 }

export function createSignIn(options: SignInOptions): SignIn {
  const { clock, refreshToken, tokenLifeMs, codeLifeMs, rotateRefreshTokens } = options
  const tokens = createTokens({ clock, refreshToken, lifeMs: tokenLifeMs, rotate: rotateRefreshTokens })
  const codes = new Map<string, { readonly redirectUri: string; readonly end: number }>()
  let counts = noCounts
  let settings: SignInSettings = {
    clientSecret: options.clientSecret,
    redirectUris: options.redirectUris,
    loopbackRedirects: options.loopbackRedirects,
    consent: options.consent,
    apiDomain: options.apiDomain,
  }
  return {
    tokens,
    settings: () => settings,
    set(changes) {
      settings = { ...settings, ...changes }
    },
    counters: () => counts,
    count(what) {
      counts = { ...counts, [what]: counts[what] + 1 }
    },
    resetCounters() {
      counts = noCounts
    },
    accepts: (redirectUri) =>
      settings.redirectUris.includes(redirectUri) || (settings.loopbackRedirects && isLoopback(redirectUri)),
    issueCode(redirectUri) {
      const code = randomUUID()
      codes.set(code, { redirectUri, end: clock.now() + codeLifeMs })
      return code
    },
    redeemCode(code) {
      const found = codes.get(code)
      codes.delete(code)
      return found && found.end > clock.now() ? found.redirectUri : undefined
    },
    revoke() {
      codes.clear()
      tokens.revokeAll()
    },
  }
}

function isLoopback(address: string): boolean {
  const url = URL.parse(address)
  return url?.protocol === 'http:' && ['127.0.0.1', 'localhost', '[::1]'].includes(url.hostname) && url.hash === ''
}
