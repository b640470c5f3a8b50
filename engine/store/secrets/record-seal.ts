import type { SecretStore } from '../state-store.ts'
import { StoreError } from '../store-error.ts'
import { seal, unseal } from './seal.ts'
import { newSecretKey, parseSecretKey, type SecretKey, secretKeyText } from './secret-key.ts'

/** Seals personal data at rest. */
export interface RecordSeal {
  /** `key`: what the record is about; what is sealed opens with the same one only. */
  seal(record: string, key: string): Uint8Array
  /** @throws StoreError when the key of secrets is lost, or what is stored was changed. */
  open(sealed: Uint8Array, key: string): string
}

/** Under which the key of records stands among the secrets. No connection is called so. */
const place = { connection: '(messages)', name: 'recordKey' } as const

/**
 * Records have a key of their own, which is kept as a secret: when the key of secrets is rotated, it alone is sealed
 * anew, however many records there are.
 */
export function recordSeal(secrets: Pick<SecretStore, 'get' | 'set'>): RecordSeal {
  const kept = (): SecretKey | undefined => {
    const text = secrets.get(place.connection, place.name)
    return text === undefined ? undefined : parseSecretKey(text, 'the key of stored messages')
  }
  const made = (): SecretKey => {
    const key = newSecretKey()
    secrets.set(place.connection, place.name, secretKeyText(key))
    return key
  }
  return {
    seal: (record, key) => seal(record, { connection: 'inbox', name: key }, kept() ?? made()),
    open: (sealed, key) => {
      const recordKey = kept()
      const record = recordKey && unseal(sealed, { connection: 'inbox', name: key }, recordKey)
      if (record !== undefined) return record
      throw new StoreError(
        'secret-damaged',
        recordKey
          ? 'A received message was changed in the state: it does not open with its key'
          : 'The state holds received messages, and the key that opens them is gone',
        'Put a backup of the state in its place, and let the system send its messages again',
      )
    },
  }
}
