import type { Catalogue } from '../catalogue/types.ts'
import type { SandboxClock } from '../common/clock.ts'
import type { FaultSettings, Faults } from '../common/faults.ts'
import type { BackOfficeSettings } from './back-office/back-office.ts'
import type { WebhookSettings } from './webhooks/deliver.ts'

/**
 * Marks used in this folder. They say how sure a behaviour is:
 * - [rec] seen in a recorded live exchange, [doc] in the vendor's documentation, [code] in the code of real clients
 * - [assumed] nothing was found; what stands here is a choice, made so that a careless client fails rather than passes
 */
export interface BrightpearlOptions extends Partial<BrightpearlSwitches> {
  readonly catalogue: Catalogue
  readonly clock: SandboxClock
  /** Default: any free port. */
  readonly port?: number
  readonly account: string
  /** The app reference: header `brightpearl-app-ref` and OAuth `client_id` alike [doc]. */
  readonly appRef: string
  readonly devRef: string
  readonly clientSecret: string
  /** The refresh token that a consent given earlier has left. */
  readonly refreshToken: string
  /** The token of a private staff app. */
  readonly staffToken: string
  readonly faults?: Faults | FaultSettings
}

export interface BrightpearlSwitches extends BackOfficeSettings, WebhookSettings {
  /** Calls a minute and pool [doc]. */
  readonly quota: number
  /** `minute`: aligned to the clock minute, as recorded [rec]. `rolling`: as the documentation says [doc]. */
  readonly quotaWindow: 'minute' | 'rolling'
  /** Life of an access token, in sandbox milliseconds. Default seven days [rec]. */
  readonly tokenLifeMs: number
  /** Is a refresh token revoked once it was used? Not documented; default yes, the harder case. */
  readonly rotateRefreshTokens: boolean
  /** Is the grant `client_credentials` offered? Not documented anywhere, but said to exist on accounts; default yes. */
  readonly clientCredentials: boolean
  /** Registered redirect addresses of the app. */
  readonly redirectUris: readonly string[]
  /** May the app also be sent back to any address on this machine? Not the vendor's rule; default yes. */
  readonly loopbackRedirects: boolean
  /** Is the authorisation answered on the page, or at once? Default the page. */
  readonly consent: 'page' | 'approve' | 'deny'
  /** Life of an authorisation code, in sandbox milliseconds. Not documented; default ten minutes. */
  readonly codeLifeMs: number
  /** Must the exchange of a code carry the secret? So for confidential apps [doc]. */
  readonly confidentialApp: boolean
  /** How long each answer takes, in sandbox milliseconds. */
  readonly latencyMs: number
  /** IANA name of the account's time zone: time stamps carry its offset [rec]. */
  readonly timeZone: string
  /** The OAuth instance id, in the header of every answer [rec]. */
  readonly instanceId: number
  /** `api_domain` of the token answer [rec]; default: the stand-in's own host and port. */
  readonly apiDomain: string | undefined
  /** Bundles, non-tracked and unknown ids in an availability request: left out [doc], or the whole request 400 [code]. */
  readonly availabilityOfOthers: 'ignore' | 'reject'
  /** A search filter or parameter that does not exist. Nothing is known; default `reject`. */
  readonly unknownFilter: 'reject' | 'ignore'
  /** Status of CMNC-018: 500 as recorded [rec], 400 as a newer client expects [code]. */
  readonly filterErrorStatus: 500 | 400
  /** A product GET that finds nothing: 404 CMNC-404, or 200 with an empty list. Nothing is known for products. */
  readonly noProductFound: 'not-found' | 'empty'
}

export const defaultSwitches: BrightpearlSwitches = {
  quota: 200,
  quotaWindow: 'minute',
  tokenLifeMs: 604_800_000,
  rotateRefreshTokens: true,
  clientCredentials: true,
  redirectUris: [],
  loopbackRedirects: true,
  consent: 'page',
  codeLifeMs: 600_000,
  confidentialApp: true,
  latencyMs: 0,
  timeZone: 'Europe/London',
  instanceId: 27,
  apiDomain: undefined,
  availabilityOfOthers: 'ignore',
  unknownFilter: 'reject',
  filterErrorStatus: 500,
  noProductFound: 'not-found',
  bundleRows: 'expand',
  creditDuplicates: 'create',
  splitRows: 'bare',
  rowExternalRefs: 'shown',
  webhookGatherMs: 1000,
  webhookRetryMs: [30_000, 120_000, 600_000],
  webhookTimeoutMs: 5000,
}
