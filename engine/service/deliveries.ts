import { createHash } from 'node:crypto'
import { noKey, receivedRecord } from '../connectors/read/received-record.ts'
import { asList } from '../expressions/as-list.ts'
import { EvaluationError } from '../expressions/function-definition.ts'
import type { AnyMapping } from '../pipeline/compiled-mapping.ts'
import { recordVariables } from '../pipeline/map/map-record.ts'
import { RecordFailure } from '../pipeline/map/outcome.ts'
import { refuseUnacceptable } from '../pipeline/read/sieve.ts'
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
    return mappings.flatMap(({ name: mapping }) =>
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
  const received = receivedRecord(event.entity, record)
  const given = event.takes.key && (await event.takes.key.evaluate(message, { settings }))
  const key = event.takes.key ? (isKeyPart(given) ? keyText([given]) : noKey) : received.key
  if (key === noKey) return unfit('its record has no key')
  const refusals = await Promise.all(mappings.map((mapping) => unacceptable(mapping, received.value, receivedAt)))
  const takers = mappings.filter((_, index) => refusals[index] === undefined)
  // A message that nobody takes is not kept; one that somebody takes is kept for him.
  const refused = takers.length === 0 ? refusals[0] : undefined
  if (refused) return refused
  const text = JSON.stringify(record)
  const digest = createHash('sha256').update(text).digest('base64url')
  return takers.map(({ name: mapping }) => ({
    mapping,
    event: name,
    key,
    record: text,
    digest,
    receivedAt,
    dueAt: receivedAt,
  }))
}

/** Why a mapping does not take a record at all. What cannot be told here, its run tells. */
async function unacceptable(mapping: AnyMapping, value: unknown, startedAt: string): Promise<Refused | undefined> {
  if (value === undefined) return undefined
  try {
    await refuseUnacceptable(mapping, value, recordVariables(mapping, value, {}, startedAt))
    return undefined
  } catch (error) {
    if (error instanceof RecordFailure) return { code: error.code, reason: error.message }
    if (error instanceof EvaluationError) return undefined
    throw error
  }
}
