import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import type { SecretKey } from './secret-key.ts'

/** What a secret belongs to. It is authenticated with it: a secret that is moved to another place does not open. */
export interface SecretPlace {
  readonly connection: string
  readonly name: string
}

const cipher = 'aes-256-gcm'
const nonceLength = 12
const tagLength = 16

/** AES-256-GCM with a random nonce: nonce, tag and cipher text behind one another. */
export function seal(text: string, place: SecretPlace, key: SecretKey): Uint8Array {
  const nonce = randomBytes(nonceLength)
  const sealing = createCipheriv(cipher, key.bytes, nonce, { authTagLength: tagLength })
  sealing.setAAD(belonging(place, key))
  const body = Buffer.concat([sealing.update(text, 'utf8'), sealing.final()])
  return Buffer.concat([nonce, sealing.getAuthTag(), body])
}

/** The text; undefined when it was changed, cut, moved to another place, or sealed with another key. */
export function unseal(sealed: Uint8Array, place: SecretPlace, key: SecretKey): string | undefined {
  if (sealed.length < nonceLength + tagLength) return undefined
  const opening = createDecipheriv(cipher, key.bytes, sealed.subarray(0, nonceLength), { authTagLength: tagLength })
  opening.setAAD(belonging(place, key))
  opening.setAuthTag(sealed.subarray(nonceLength, nonceLength + tagLength))
  try {
    return Buffer.concat([opening.update(sealed.subarray(nonceLength + tagLength)), opening.final()]).toString('utf8')
  } catch {
    return undefined
  }
}

function belonging({ connection, name }: SecretPlace, { id }: SecretKey): Buffer {
  return Buffer.from(JSON.stringify(['syncline secret 1', id, connection, name]))
}
