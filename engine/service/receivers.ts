import type { CompiledEvent } from '../connectors/compiled-connector.ts'
import type { Connection } from '../connectors/connection.ts'
import type { AnyMapping } from '../pipeline/compiled-mapping.ts'
import { createVerification, type Verify } from './verify.ts'

/** Where the messages of one event arrive, and which mappings they are for. */
export interface Receiver {
  /** `connection.event`. */
  readonly name: string
  readonly connection: string
  readonly event: CompiledEvent
  readonly settings: Readonly<Record<string, unknown>>
  /** In the order of the project. */
  readonly mappings: readonly AnyMapping[]
  readonly verify: Verify
  /** Path of its address, with the secret where there is one. */
  readonly path: string
}

/** Where it is received, with the name of the credential in the place of the secret: for people. */
export function shownAddress({ connection, event }: Receiver, base: string): string {
  const [credential] = event.credentials
  const secret = event.verify.kind === 'secret' ? `/<${credential}>` : ''
  return `${base}/${connection}/${event.name}${secret}`
}

/**
 * One receiver for each event that a mapping's triggers name.
 *
 * @throws SynclineError `event-credential` when nobody could prove that he may send.
 */
export async function createReceivers(
  mappings: Iterable<AnyMapping>,
  connections: ReadonlyMap<string, Connection>,
): Promise<ReadonlyMap<string, Receiver>> {
  const fed = new Map<string, { connection: string; event: CompiledEvent; mappings: AnyMapping[] }>()
  for (const mapping of mappings) {
    for (const trigger of mapping.triggers) {
      if (trigger.kind !== 'event') continue
      const name = `${trigger.connection}.${trigger.event.name}`
      const entry = fed.get(name) ?? { connection: trigger.connection, event: trigger.event, mappings: [] }
      if (!entry.mappings.includes(mapping)) entry.mappings.push(mapping)
      fed.set(name, entry)
    }
  }
  const receivers = new Map<string, Receiver>()
  for (const [name, { connection, event, mappings: fedMappings }] of fed) {
    const opened = connections.get(connection)
    if (!opened) throw new Error(`There is no connection ${connection}.`)
    const { verify, secret } = await createVerification(event, opened)
    const path = `/${connection}/${event.name}${secret === undefined ? '' : `/${encodeURIComponent(secret)}`}`
    receivers.set(name, {
      name,
      connection,
      event,
      settings: opened.settings.settings,
      mappings: fedMappings,
      verify,
      path,
    })
  }
  return receivers
}
