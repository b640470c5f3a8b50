import { StoreError } from '../store-error.ts'
import type { SecretPlace } from './seal.ts'
import { boxOwner } from './secret-box.ts'

/** Secrets are stored, and there is no key. */
export function keyLost(connections: readonly string[], place: string): StoreError {
  return new StoreError(
    'secret-key-lost',
    `The state holds secrets of ${named(connections)}, and there is no key to open them: SYNCLINE_KEY is not set, and ${place} does not exist`,
    restore(connections),
  )
}

/** What is stored was sealed with another key than the one that is given. */
export function otherKey(connections: readonly string[], place: string): StoreError {
  return new StoreError(
    'secret-key-other',
    `The secrets of ${named(connections)} in the state were sealed with another key than the one in ${place}`,
    restore(connections),
  )
}

/** The key is the right one, and yet it does not open. */
export function damaged({ connection, name }: SecretPlace): StoreError {
  return new StoreError(
    'secret-damaged',
    `The secret ${name} of the connection ${connection} was changed in the state: it does not open with its key`,
    `Put a backup of the state in its place, or forget it with: syncline disconnect ${connection}. Then sign in anew: syncline connect ${connection}`,
  )
}

const restore = (owners: readonly string[]): string => {
  const back = 'Put the right key back: SYNCLINE_KEY, or the key file beside the state'
  const commands = owners.filter((name) => name !== boxOwner).map((name) => `syncline disconnect ${name}`)
  if (commands.length === 0) return `${back}. Nothing was deleted`
  return `${back}. If it is lost, forget what it sealed with: ${commands.join(', ')}; then sign in anew with syncline connect. Nothing was deleted`
}

const named = (owners: readonly string[]): string => {
  const connections = owners.filter((name) => name !== boxOwner)
  if (connections.length === 0) return 'sealed records'
  return `${connections.length === 1 ? 'the connection' : 'the connections'} ${connections.join(', ')}`
}
