import { createHash } from 'node:crypto'

/**
 * A stand-in for a key that is personal (an e-mail address): the same for the same key, and not readable. It is a
 * pseudonym and not anonymous: who holds both the state and a list of addresses can compare them.
 */
export function privateKey(text: string): string {
  return `#${createHash('sha256').update(`syncline key\n${text}`).digest('base64url').slice(0, 22)}`
}
