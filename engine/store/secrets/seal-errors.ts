import { StoreError } from '../store-error.ts'
import type { SecretPlace } from './seal.ts'

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

const restore = (connections: readonly string[]): string =>
  `Put the right key back (SYNCLINE_KEY, or the key file beside the state). If it is lost, forget what it sealed with: ${connections.map((name) => `syncline disconnect ${name}`).join(', ')}; then sign in anew with syncline connect. Nothing was deleted`

const named = (connections: readonly string[]): string =>
  `${connections.length === 1 ? 'the connection' : 'the connections'} ${connections.join(', ')}`
