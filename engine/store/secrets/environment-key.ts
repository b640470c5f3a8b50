import { StoreError } from '../store-error.ts'
import type { KeySource } from './key-source.ts'
import { parseSecretKey, type SecretKey } from './secret-key.ts'

export const keyVariable = 'SYNCLINE_KEY'
export const newKeyVariable = 'SYNCLINE_NEW_KEY'

/** The variables of the environment that hold keys. */
export type KeyEnvironment = Readonly<Record<string, string | undefined>>

/**
 * The key in `SYNCLINE_KEY`. A rotation goes to the one in `SYNCLINE_NEW_KEY`.
 *
 * @throws StoreError `secret-key-format`.
 */
export function environmentKey(text: string, environment: KeyEnvironment): KeySource {
  const key = parseSecretKey(text, keyVariable)
  return {
    place: keyVariable,
    keys: () => {
      // A rotation that is tried again finds what it has sealed with the new key already.
      const next = newKey(environment)
      return next ? [key, next] : [key]
    },
    make: () => key,
    next: () => {
      const next = newKey(environment)
      if (next && next.id !== key.id) return { key: next, from: 'environment' }
      throw new StoreError(
        'secret-new-key-missing',
        next
          ? `${newKeyVariable} is the key that ${keyVariable} has already`
          : `The key comes from ${keyVariable}, which Syncline cannot change, and no new key is given in ${newKeyVariable}`,
        `Make a key (openssl rand -base64 32), set it as ${newKeyVariable} beside the old ${keyVariable}, and try again; afterwards set it as ${keyVariable}`,
      )
    },
    drop: () => {},
  }
}

/** The key in `SYNCLINE_NEW_KEY`, if there is one. */
export function newKey(environment: KeyEnvironment): SecretKey | undefined {
  const text = environment[newKeyVariable]
  return text ? parseSecretKey(text, newKeyVariable) : undefined
}
