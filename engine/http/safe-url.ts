import { isIPv4 } from 'node:net'
import { HttpFailure } from './failure.ts'

/** True for hosts that never leave this machine: 127.0.0.0/8, ::1 and localhost (RFC 6761 §6.3). */
export function isLoopback(hostname: string): boolean {
  const host = hostname.toLowerCase().replace(/\.$/, '')
  return host === 'localhost' || host === '[::1]' || host === '::1' || (isIPv4(host) && host.startsWith('127.'))
}

/**
 * The address, if it may be called: https, or plain http on this machine only, since credentials travel with every
 * call. Throws an HttpFailure of kind `not-sent` otherwise.
 */
export function assertSafeUrl(url: string): URL {
  const refuse = (code: string, message: string): never => {
    throw new HttpFailure({ kind: 'not-sent', code, sent: false, message })
  }
  if (!URL.canParse(url)) {
    return refuse(
      'INVALID_URL',
      'The address is not a complete URL (https://host/path). Check the host settings of the connection.',
    )
  }
  const parsed = new URL(url)
  if (parsed.username || parsed.password) {
    return refuse(
      'UNSAFE_URL',
      `The address on ${parsed.host} holds a user name or password. Put credentials under \`credentials\`.`,
    )
  }
  if (parsed.protocol === 'https:') return parsed
  if (parsed.protocol === 'http:' && isLoopback(parsed.hostname)) return parsed
  if (parsed.protocol === 'http:') {
    return refuse(
      'UNSAFE_URL',
      `${parsed.origin} would be called without encryption. Use https; plain http is for this machine only (127.0.0.1, ::1, localhost).`,
    )
  }
  return refuse('UNSAFE_URL', `"${parsed.protocol}" is no scheme for an API. Use https.`)
}
