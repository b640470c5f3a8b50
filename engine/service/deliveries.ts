import { createHash } from 'node:crypto'
import { asList, noKey, receivedRecord } from '../connectors/reading.ts'
import { EvaluationError } from '../expressions/function-definition.ts'
import { isKeyPart, keyText } from '../store/key.ts'
import type { Delivery } from '../store/state-store.ts'
import type { Message } from './message.ts'
import type { Receiver } from './receivers.ts'

/** Why a message is not taken. */
export interface Refused {
  readonly code: string
  /** For the sender. */
  readonly reason: string
}

/** What a message brings: for each of its mappings a record, or ids; or why it is not taken. */
export async function deliveriesOf(
  receiver: Receiver,
  message: Message,
  now: number,
): Promise<readonly Delivery[] | Refused> {
  try {
    return (await refusalOf(receiver, message)) ?? (await read(receiver, message, now))
  } catch (error) {
    if (!(error instanceof EvaluationError)) throw error
    return unfit('it does not have the form that is expected')
  }
}

const unfit = (why: string): Refused => ({
  code: 'message-unfit',
  reason: `The message cannot be used: ${why}.`,
})

async function refusalOf({ event, settings }: Receiver, message: Message): Promise<Refused | undefined> {
  for (const { when, code, say } of event.refuse) {
    const holds = await when.evaluate(message, { settings })
    if (typeof holds !== 'boolean') return unfit(`it cannot be told whether it is refused as ${code}`)
    if (holds) return { code, reason: String((await say.evaluate(message, { settings })) ?? code) }
  }
  return undefined
}

async function read(receiver: Receiver, message: Message, now: number): Promise<readonly Delivery[] | Refused> {
  const { event, settings, mappings, name } = receiver
  const receivedAt = new Date(now).toISOString()
  if (event.takes.kind === 'ids') {
    const ids = asList(await event.takes.ids.evaluate(message, { settings }))
    if (ids.length === 0 || !ids.every(isKeyPart)) return unfit('it names no ids')
    const dueAt = new Date(now + event.gatherMs).toISOString()
    const { find } = event.takes
    return mappings.flatMap((mapping) =>
      [...new Set(ids.map((id) => keyText([id])))].map((key) => ({
        mapping,
        event: name,
        key,
        ...(find !== undefined && { find }),
        receivedAt,
        dueAt,
      })),
    )
  }
  const record = await event.takes.record.evaluate(message, { settings })
  if (typeof record !== 'object' || record === null || Array.isArray(record)) return unfit('it carries no record')
  const given = event.takes.key && (await event.takes.key.evaluate(message, { settings }))
  const key = event.takes.key ? (isKeyPart(given) ? keyText([given]) : noKey) : receivedRecord(event.entity, record).key
  if (key === noKey) return unfit('its record has no key')
  const text = JSON.stringify(record)
  const digest = createHash('sha256').update(text).digest('base64url')
  return mappings.map((mapping) => ({
    mapping,
    event: name,
    key,
    record: text,
    digest,
    receivedAt,
    dueAt: receivedAt,
  }))
}
