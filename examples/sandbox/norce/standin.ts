import type { SandboxClock } from '../common/clock.ts'
import type { Faults } from '../common/faults.ts'
import type { RequestLog } from '../common/request-log.ts'
import type { Jobs } from './connect/jobs.ts'
import type { EventTargets } from './events/event-hub.ts'
import type { MessageDesk } from './messages/endpoint.ts'
import type { Application } from './model.ts'
import type { OrderDesk } from './orders/order-desk.ts'
import type { AssortmentItem } from './orders/rows.ts'
import type { NorceShop } from './orders/shop.ts'
import type { PushTarget } from './push/push.ts'
import type { NorceReferenceData } from './reference-data.ts'
import type { Store } from './store.ts'
import type { NorceSwitches } from './switches.ts'

export interface NorceOptions {
  readonly clock?: SandboxClock
  /** Default: any free port. */
  readonly port?: number
  readonly clientId: string
  readonly clientSecret: string
  /** Environments that the client may name, separated by blanks. Default `stage`. */
  readonly scope?: string
  /** The application that the client may reach. */
  readonly applicationId: number
  /** The system account of the integration: `AccountId` of headers, `UpdatedBy` of rows. */
  readonly accountId: number
  /** More accounts that exist. */
  readonly otherAccountIds?: readonly number[]
  /** Account of changes that are made in the shop. Default 45. */
  readonly shopAccountId?: number
  /** The merchant's `ClientId` on every row. Default 1017. */
  readonly tenantId?: number
  /** Default: the shop of the demo. */
  readonly referenceData?: NorceReferenceData
  readonly faults?: Faults
  readonly log?: RequestLog
  readonly switches?: Partial<NorceSwitches>
  /** From acceptance to the end of a job, in sandbox milliseconds, when no other job is in front. Default 2000. */
  readonly jobDelayMs?: number
  /** In addition for each item of a job, in sandbox milliseconds. Default 1. */
  readonly jobItemMs?: number
  /** Life of a token in sandbox seconds. Default 3600. */
  readonly tokenSeconds?: number
  /** Token requests: per minute and address, and the burst on top. Default 3 and 20. */
  readonly tokenLimit?: { readonly perMinute: number; readonly burst: number }
  /** Query's name of the on-hand set, which is not confirmed. Default `ProductSkuOnHands`. */
  readonly onHandSetName?: string
  /** Query's name of the set of delivery notes, which is not confirmed. Default `DeliveryNotes`. */
  readonly deliveryNoteSetName?: string
  /** From an invoice message to the provider's result, in sandbox milliseconds. Default 3000. */
  readonly captureDelayMs?: number
  /** Where orders are pushed to. Default: nowhere, until it is set. */
  readonly push?: PushTarget
  /** User and password of a target that is set without them. */
  readonly pushDefaults?: { readonly user: string; readonly password: string }
  /** Where events go. Default: nowhere. */
  readonly events?: EventTargets
  /** What the shop sells although no import has brought it yet, so that orders can be placed at once. */
  readonly assortment?: Assortment
  /** How long every answer takes, in sandbox milliseconds. Default 0. */
  readonly latencyMs?: number
}

export interface Assortment {
  readonly partNos: () => readonly string[]
  readonly item: (partNo: string) => AssortmentItem | undefined
}

export interface Standin {
  readonly clock: SandboxClock
  readonly options: NorceOptions
  readonly store: Store
  readonly jobs: Jobs
  readonly faults: Faults
  readonly log: RequestLog
  readonly accountIds: readonly number[]
  readonly applications: readonly Application[]
  readonly desk: OrderDesk
  readonly messages: MessageDesk
  readonly shop: NorceShop
  switches: NorceSwitches
}
