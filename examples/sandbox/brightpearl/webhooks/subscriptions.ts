import type { Read } from '../../common/shape.ts'
import { object, oneOf, optional, type Shape, ShapeError, text, yesNo } from '../../common/shape.ts'
import type { BackOffice } from '../back-office/back-office.ts'
import { createTable, type RecordTable } from '../back-office/history.ts'
import { ApiError, notFound, refused } from '../errors.ts'
import { type ApiRequest, collection, type Route } from '../route.ts'

const quality: Shape<0 | 1> = (value, at = '') => {
  if (typeof value !== 'number') throw new ShapeError('type', at, 'must be 0 or 1')
  if (value !== 0 && value !== 1) throw new ShapeError('value', at, 'must be 0 or 1')
  return value
}

/** [doc, rec] */
const webhookBody = object({
  subscribeTo: text({ least: 1 }),
  httpMethod: oneOf(['GET', 'POST', 'PUT', 'DELETE']),
  uriTemplate: text({ least: 1 }),
  bodyTemplate: optional(text()),
  contentType: optional(text()),
  idSetAccepted: optional(yesNo),
  qualityOfService: optional(quality),
})

type WebhookBody = Read<{ readonly body: typeof webhookBody }>['body']

export interface Subscription {
  readonly id: number
  readonly subscribeTo: string
  readonly httpMethod: 'GET' | 'POST' | 'PUT' | 'DELETE'
  readonly uriTemplate: string
  readonly bodyTemplate?: string
  readonly contentType?: string
  readonly idSetAccepted: boolean
  readonly qualityOfService: 0 | 1
}

/** Events that can be subscribed [doc; the last ones code]. `order.created` and those of contacts cannot [code]. */
const events = [
  'drop-ship-note.created',
  'drop-ship-note.destroyed',
  'drop-ship-note.modified.shipped',
  'goods-in-note.created',
  'quarantine-release.created',
  'goods-out-note.created',
  'goods-out-note.destroyed',
  'goods-out-note.modified',
  'goods-out-note.modified.printed',
  'goods-out-note.modified.picked',
  'goods-out-note.modified.packed',
  'goods-out-note.modified.un-printed',
  'goods-out-note.modified.un-picked',
  'goods-out-note.modified.un-packed',
  'goods-out-note.modified.shipped',
  'order.modified',
  'order.modified.fully-shipped',
  'order.modified.order-status',
  'sales-order.created',
  'product.created',
  'product.modified',
  'product.destroyed',
  'product.modified.on-hand-modified',
]

/** An event, or a prefix of one: `product` subscribes to every product event [doc]. */
export function covers(subscribeTo: string, fullEvent: string): boolean {
  return fullEvent === subscribeTo || fullEvent.startsWith(`${subscribeTo}.`)
}

export function createSubscriptions(office: BackOffice): RecordTable<Subscription> {
  return createTable<Subscription>(office.clock, 201)
}

/**
 * Webhooks: POST, GET (404 when none match), DELETE [rec]; nothing changes one. Every app sees and may delete all of
 * them [code]; the same one twice is two [code]. Assumed: the address must be absolute, http or https (a real account
 * wants a public one); a body template without its method is refused.
 */
export function webhookRoutes(office: BackOffice, subscriptions: RecordTable<Subscription>): readonly Route[] {
  const found = (request: ApiRequest) => {
    const ids = request.idSet()
    const some = subscriptions.all().filter(({ id }) => ids?.has(id) ?? true)
    if (some.length === 0) throw notFound('No Webhook Found')
    return some
  }
  return [
    {
      method: 'POST',
      path: '/integration-service/webhook',
      operation: 'post-webhook',
      handle(request) {
        const body = request.body(webhookBody)
        check(body)
        const id = subscriptions.nextId()
        subscriptions.put(id, {
          id,
          ...body,
          idSetAccepted: body.idSetAccepted ?? false,
          qualityOfService: body.qualityOfService ?? 0,
        })
        office.count('webhooks')
        return { response: id }
      },
    },
    ...collection('/integration-service/webhook', 'get-webhook', (ids) => {
      const some = subscriptions.all().filter(({ id }) => ids?.has(id) ?? true)
      if (some.length === 0) throw notFound('No Webhook Found')
      return { response: some }
    }),
    {
      method: 'DELETE',
      path: '/integration-service/webhook/:ids',
      operation: 'delete-webhook',
      handle(request) {
        for (const { id } of found(request)) subscriptions.remove(id)
        return {}
      },
    },
  ]
}

function check({ subscribeTo, httpMethod, uriTemplate, bodyTemplate, contentType }: WebhookBody): void {
  if (!events.some((event) => covers(subscribeTo, event))) {
    // The recorded text has this spelling.
    throw new ApiError(400, 'INTC-064', `${subscribeTo} either does not exist or cannot be subscribed too`)
  }
  const url = URL.parse(uriTemplate.replace(/\$\{[^}]*\}/g, 'x'))
  if (url?.protocol !== 'https:' && url?.protocol !== 'http:') throw refused('uriTemplate must be an absolute address')
  const withBody = httpMethod === 'POST' || httpMethod === 'PUT'
  if (withBody && (bodyTemplate === undefined || contentType === undefined)) {
    throw refused('bodyTemplate and contentType are required for POST and PUT')
  }
  if (!withBody && (bodyTemplate !== undefined || contentType !== undefined)) {
    throw refused('bodyTemplate and contentType belong to POST and PUT only')
  }
  for (const template of [uriTemplate, bodyTemplate ?? '']) {
    for (const [, name = ''] of template.matchAll(/\$\{([^}]*)\}/g)) {
      if (!(templateVariables as readonly string[]).includes(name))
        throw refused(`There is no template variable ${name}`)
    }
  }
}

/** [rec] */
export const templateVariables = [
  'account-code',
  'resource-type',
  'resource-id',
  'lifecycle-event',
  'full-event',
  'raised-on',
  'brightpearl-version',
] as const
