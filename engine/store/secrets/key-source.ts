import { newSecretKey, type SecretKey } from './secret-key.ts'

/** Where the key is that seals secrets. It is never in the store. */
export interface KeySource {
  /** As a message names it: `SYNCLINE_KEY`, or a file. */
  readonly place: string
  /**
   * The keys of now: the first one seals, all of them open. None when no key was made yet.
   *
   * @throws StoreError when there is a key that cannot be read or must not be used.
   */
  keys(): readonly SecretKey[]
  /** The key that seals; it is made, durably, when there is none. */
  make(): SecretKey
  /**
   * The key that is to take the place of the one of now. When it returns, the keys of now still open: with a key file,
   * both are in it. Called within the transaction that then seals everything with it.
   */
  next(): { readonly key: SecretKey; readonly from: KeyRotation['key'] }
  /** Drops keys that seal nothing any more, but never the first. Called within a transaction of its own. */
  drop(used: ReadonlySet<string>): void
}

/** How a key was changed. */
export interface KeyRotation {
  /** How many secrets were sealed anew. */
  readonly secrets: number
  /** Where the new key is. `environment`: SYNCLINE_NEW_KEY, which has to be set as SYNCLINE_KEY from now on. */
  readonly key: 'file' | 'environment'
  /** Where the old key was, as `KeySource.place`. */
  readonly was: string
}

/** A key that ends with the process, for a state that does. */
export function memoryKey(): KeySource {
  let keys: readonly SecretKey[] = []
  const add = (): SecretKey => {
    const key = newSecretKey()
    keys = [key, ...keys]
    return key
  }
  return {
    place: 'memory',
    keys: () => keys,
    make: () => keys[0] ?? add(),
    next: () => ({ key: add(), from: 'file' }),
    drop: (used) => {
      keys = keys.filter(({ id }, index) => index === 0 || used.has(id))
    },
  }
}
