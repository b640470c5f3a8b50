import type { CompiledEvent, CompiledSubscribe } from '../connectors/compiled-connector.ts'
import type { Connection } from '../connectors/connection.ts'
import { asList } from '../expressions/as-list.ts'
import { type Addresses, addressesOf } from './addresses.ts'
import type { Receiver } from './receivers.ts'

/**
 * A subscription of a system, or one that it lacks.
 * - `right`: an event that the mappings use, at our address.
 * - `missing`: there is none for an event that the mappings use.
 * - `stale`: it points at this installation, and nothing needs it; also the second of two that are the same.
 * - `foreign`: somebody else's. Never touched.
 * - `by-hand`: an event whose system offers no way to subscribe: a person sets it up there.
 */
export interface Subscription {
  readonly connection: string
  readonly event: string | undefined
  readonly state: 'right' | 'missing' | 'stale' | 'foreign' | 'by-hand'
  /** As the system lists it. May hold the secrets of others: it is not to be shown. */
  readonly listed?: unknown
}

export interface SubscriptionsInput {
  readonly connections: ReadonlyMap<string, Connection>
  /** Of the events that the mappings use. */
  readonly receivers: ReadonlyMap<string, Receiver>
  /** Without a slash at its end. */
  readonly publicUrl: string
  readonly signal: AbortSignal
}

/**
 * Compares the subscriptions of all systems with what the mappings need.
 *
 * @throws CallFailure when a system cannot be asked.
 */
export async function listSubscriptions(input: SubscriptionsInput): Promise<readonly Subscription[]> {
  const all: Subscription[] = []
  for (const connection of input.connections.values()) {
    const events = [...connection.connector.events.values()]
    const used = events.filter((event) => input.receivers.has(`${connection.name}.${event.name}`))
    for (const event of used)
      if (!event.subscribe) all.push({ connection: connection.name, event: event.name, state: 'by-hand' })
    const subscribing = events.filter(subscribes)
    if (subscribing.length === 0) continue
    const listed = await listAll(connection, subscribing, input)
    all.push(...(await compare(connection, subscribing, listed, input)))
  }
  return all
}

export type Subscribing = CompiledEvent & { readonly subscribe: CompiledSubscribe }

export function subscribes(event: CompiledEvent): event is Subscribing {
  return event.subscribe !== undefined
}

/** What the system lists, each once: the events of a system mostly share one list. */
async function listAll(
  connection: Connection,
  events: readonly Subscribing[],
  input: SubscriptionsInput,
): Promise<readonly unknown[]> {
  const listed = new Map<string, unknown>()
  const asked = new Set<string>()
  for (const event of events) {
    const { list, records } = event.subscribe
    const query = [...list.query].map(([name, { source }]) => [name, source])
    const question = JSON.stringify([list.method, list.path.source, query, records.source])
    if (asked.has(question)) continue
    asked.add(question)
    const variables = { ...addressesOf(event, connection, input) }
    const answer = await connection.caller.call(list, variables, {
      operation: 'list',
      priority: 1,
      signal: input.signal,
      repeatable: true,
    })
    if (answer.meaning !== 'ok') continue
    const { status, headers, body } = answer
    const found = await records.evaluate(
      { status, headers, body },
      { settings: connection.settings.settings, ...variables },
    )
    asList(found).forEach((each, index) => {
      // Two that are alike are two: only a second list gives the same ones again.
      const text = JSON.stringify(each)
      const same = asList(found)
        .slice(0, index)
        .filter((other) => JSON.stringify(other) === text).length
      listed.set(`${same} ${text}`, each)
    })
  }
  return [...listed.values()]
}

async function compare(
  connection: Connection,
  events: readonly Subscribing[],
  listed: readonly unknown[],
  input: SubscriptionsInput,
): Promise<readonly Subscription[]> {
  const told = { connection: connection.name }
  const used = events.filter((event) => input.receivers.has(`${connection.name}.${event.name}`))
  const served = new Set<string>()
  const compared: Subscription[] = []
  for (const each of listed) {
    // Several events may need one subscription; each of them is served by it.
    const right = await among(used, (event) => holds(event.subscribe.same, each, addressesOf(event, connection, input)))
    const fresh = right.filter(({ name }) => !served.has(name))
    for (const { name } of fresh) served.add(name)
    if (fresh.length > 0) {
      compared.push(...fresh.map(({ name }) => ({ ...told, event: name, state: 'right' as const, listed: each })))
      continue
    }
    const ours =
      right.length > 0
        ? right
        : await among(events, (event) => holds(event.subscribe.ours, each, addressesOf(event, connection, input)))
    compared.push({ ...told, event: undefined, state: ours.length > 0 ? 'stale' : 'foreign', listed: each })
  }
  for (const { name } of used) if (!served.has(name)) compared.push({ ...told, event: name, state: 'missing' })
  return compared

  function holds(formula: CompiledSubscribe['same'], each: unknown, addresses: Addresses): Promise<boolean> {
    return (
      formula
        .evaluate(each, { settings: connection.settings.settings, ...addresses })
        .then((value) => value === true)
        // A foreign subscription may have another form; what is not surely ours is not.
        .catch(() => false)
    )
  }
}

async function among<T>(values: readonly T[], test: (value: T) => Promise<boolean>): Promise<readonly T[]> {
  const results = await Promise.all(values.map(test))
  return values.filter((_, index) => results[index])
}
