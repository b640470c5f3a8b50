import type { CompiledEvent } from '../connectors/compiled-connector.ts'
import type { Connection } from '../connectors/connection.ts'
import type { Receiver } from './receivers.ts'

/** What expressions of `subscribe` see of our addresses. */
export interface Addresses {
  /** Where the event is received. Of an event that no mapping uses: nowhere, so that no subscription is the same. */
  readonly address: string
  /** Below which the connection's events are received; ends with a slash. */
  readonly base: string
}

export function addressesOf(
  event: CompiledEvent,
  connection: Connection,
  { receivers, publicUrl }: { readonly receivers: ReadonlyMap<string, Receiver>; readonly publicUrl: string },
): Addresses {
  const receiver = receivers.get(`${connection.name}.${event.name}`)
  return { address: receiver ? `${publicUrl}${receiver.path}` : '', base: `${publicUrl}/${connection.name}/` }
}
