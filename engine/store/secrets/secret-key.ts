import { createHmac, randomBytes } from 'node:crypto'
import { StoreError } from '../store-error.ts'

/** A key that seals secrets. `bytes` is secret itself; `id` is not: it says which key opens what. */
export interface SecretKey {
  readonly id: string
  readonly bytes: Uint8Array
}

const keyLength = 32

export function newSecretKey(): SecretKey {
  return keyOf(randomBytes(keyLength))
}

/**
 * Reads a key from its text: 32 bytes in Base64 (44 characters, of either alphabet), as `openssl rand -base64 32` prints
 * them.
 *
 * @param place where the text stands, as a message names it.
 * @throws StoreError `secret-key-format`. The message does not repeat the text.
 */
export function parseSecretKey(text: string, place: string): SecretKey {
  const trimmed = text.trim()
  const bytes = Buffer.from(trimmed, 'base64')
  // Buffer ignores what is no Base64 and takes a text that is cut off: only what is written back the same is a key.
  const same = bytes.toString('base64url') === trimmed.replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '')
  if (bytes.length === keyLength && same) return keyOf(bytes)
  const given = trimmed === '' ? 'is empty' : same ? `is ${bytes.length} bytes long` : 'is no Base64'
  throw new StoreError(
    'secret-key-format',
    `The key in ${place} ${given}; a key is 32 bytes, written in Base64 (44 characters)`,
    'Make one with: openssl rand -base64 32. If secrets are stored already, put back the key that sealed them',
  )
}

/** The text that `parseSecretKey` reads. */
export function secretKeyText(key: SecretKey): string {
  return Buffer.from(key.bytes).toString('base64')
}

function keyOf(bytes: Uint8Array): SecretKey {
  const id = createHmac('sha256', bytes).update('syncline key id').digest('hex').slice(0, 16)
  return Object.freeze({ id, bytes })
}
