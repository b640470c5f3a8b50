import type { CompiledAnswer } from '../connectors/compiled-connector.ts'
import type { Clock } from '../http/time.ts'
import type { InboxStore } from '../store/state-store.ts'
import { StoreError } from '../store/store-error.ts'
import { deliveriesOf } from './deliveries.ts'
import type { Log } from './log.ts'
import { type Message, readMessage } from './message.ts'
import type { Receiver } from './receivers.ts'

export interface Receiving {
  readonly inbox: InboxStore
  readonly clock: Clock
  readonly log: Log
  /** Nothing is taken any more. */
  readonly closing: () => boolean
  /** Told of the mappings that have something to do. */
  readonly arrived: (mappings: readonly string[]) => void
}

/** Stores a message durably, and only then answers; in the form that the connector file declares. */
export async function receive(receiver: Receiver, request: Request, receiving: Receiving): Promise<Response> {
  const { inbox, clock, log, arrived } = receiving
  const { event, settings } = receiver
  const told = { receiver: receiver.name }
  const refuse = async (message: Message, code: string, reason: string, status?: number): Promise<Response> => {
    log('warn', 'message refused', { ...told, code })
    const declared = event.answer.refused
    return answer({ ...declared, status: status ?? declared.status }, message, { settings, reason, code }, log)
  }
  const busy = (message: Message): Promise<Response> =>
    answer(event.answer.busy, message, { settings }, log, busyHeaders)

  const unread: Message = { body: undefined, headers: {} }
  if (receiving.closing()) return busy(unread)
  const message = await readMessage(request, event.maxBytes)
  if ('status' in message) return refuse(unread, message.code, message.reason, message.status)
  const deliveries = await deliveriesOf(receiver, message, clock.now())
  if ('code' in deliveries) return refuse(message, deliveries.code, deliveries.reason)
  try {
    const delivered = inbox.put(deliveries)
    const counts = { stored: 0, gathered: 0, duplicate: 0 }
    for (const what of delivered) counts[what] += 1
    log('info', 'message stored', { ...told, ...counts })
    if (counts.stored > 0) arrived(receiver.mappings.map(({ name }) => name))
  } catch (error) {
    const code = error instanceof StoreError ? error.code : 'internal'
    log('error', 'message not stored', { ...told, code, why: error instanceof Error ? error.message : 'unknown' })
    return busy(message)
  }
  return answer(event.answer.stored, message, { settings }, log)
}

const busyHeaders = { 'retry-after': '10' }

async function answer(
  { status, body }: CompiledAnswer,
  message: Message,
  variables: Readonly<Record<string, unknown>>,
  log: Log,
  headers: Readonly<Record<string, string>> = {},
): Promise<Response> {
  let value: unknown
  try {
    value = await body?.evaluate(message, variables)
  } catch {
    // What counts is the status: the message is kept, or it is not.
    log('warn', 'answer without a body', { code: 'answer-unfit' })
  }
  if (value === undefined) return new Response(null, { status, headers })
  return new Response(JSON.stringify(value), { status, headers: { 'content-type': 'application/json', ...headers } })
}
