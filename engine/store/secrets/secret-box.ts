import type { SecretStore } from '../state-store.ts'
import { StoreError } from '../store-error.ts'
import { seal, unseal } from './seal.ts'
import { newSecretKey, parseSecretKey, type SecretKey, secretKeyText } from './secret-key.ts'

/** Seals what else the state keeps and others must not read, such as records with personal data. */
export interface SecretBox {
  /** @param belongsTo what the text belongs to, such as its key: it opens only for the same. */
  seal(text: string, belongsTo: string): string
  /** @throws StoreError as `SecretStore.get` does; `secret-damaged` when it was changed or belongs to something else. */
  open(sealed: string, belongsTo: string): string
}

/** No connection has this name: the keys of the box are secrets of the project as a whole. */
export const boxOwner = ''

/**
 * A box whose own key is a secret of the store. So a new key for secrets seals that one anew and nothing else, however
 * many records there are.
 */
export function secretBox(secrets: SecretStore): SecretBox {
  const known = new Map<string, SecretKey>()
  let sealing: SecretKey | undefined

  const find = (id: string): SecretKey | undefined => {
    const cached = known.get(id)
    if (cached) return cached
    const text = secrets.get(boxOwner, id)
    if (text === undefined) return undefined
    const key = parseSecretKey(text, 'the state')
    known.set(id, key)
    return key
  }
  /** One that opens now; else a new one, and what the others have sealed waits for the key that opens them. */
  const current = (): SecretKey => {
    for (const id of secrets.names(boxOwner)) {
      try {
        const key = find(id)
        if (key) return key
      } catch (error) {
        if (!(error instanceof StoreError) || !isClosed(error)) throw error
      }
    }
    const key = newSecretKey()
    secrets.set(boxOwner, key.id, secretKeyText(key))
    known.set(key.id, key)
    return key
  }

  return {
    seal: (text, belongsTo) => {
      sealing ??= current()
      const value = seal(text, { connection: boxOwner, name: belongsTo }, sealing)
      return `${sealing.id}:${Buffer.from(value).toString('base64')}`
    },
    open: (sealed, belongsTo) => {
      const [id = '', value = ''] = sealed.split(':')
      const key = find(id)
      const place = { connection: boxOwner, name: belongsTo }
      const text = key && unseal(Buffer.from(value, 'base64'), place, key)
      if (text !== undefined) return text
      throw new StoreError(
        'secret-damaged',
        'Something that the state keeps sealed was changed: it does not open',
        'Put a backup of the state in its place; or discard what does not open, and read it from its system again',
      )
    },
  }
}

const isClosed = ({ code }: StoreError): boolean =>
  code === 'secret-key-lost' || code === 'secret-key-other' || code === 'secret-damaged'
