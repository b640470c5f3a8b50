import { isLoopback } from '../../http/safe-url.ts'
import type { TokenFields } from '../../http/token-request.ts'
import type { CompiledOAuth2 } from '../compiled-connector.ts'
import { whenKnown } from '../known-settings.ts'
import type { Current, StepFailure } from './connect-types.ts'
import { settingProblem } from './keeping.ts'

/** The settings that a token's answer tells, or why they are not believed. */
export type Told =
  | { readonly values: Readonly<Record<string, string>>; readonly failure?: undefined }
  | { readonly failure: StepFailure }

/**
 * Calls go where such an address says, with the credentials. So it must lie in the vendor's domains; a loopback host is
 * only taken from a token endpoint that is on one itself, as with stand-ins on this machine.
 */
export async function settingsTold(
  way: CompiledOAuth2,
  fields: TokenFields,
  tokenUrl: string,
  current: Current,
): Promise<Told> {
  const { config } = current
  const values: Record<string, string> = {}
  for (const [name, formula] of way.saves) {
    const value = await whenKnown(formula, config.settings, fields, { credentials: config.credentials })
    if (value === undefined || value === '') continue
    const isAddress = config.connector.document.settings?.properties[name]?.format === 'uri'
    const text = isAddress ? addressOf(String(value)) : String(value)
    if (isAddress && !isAllowed(text, way.hosts, new URL(tokenUrl).hostname)) {
      return {
        failure: {
          code: 'address-outside',
          message: `The token's answer names ${shownHost(text)} for the setting ${name}, which is not within ${(way.hosts ?? [new URL(tokenUrl).hostname]).join(', ')}. Nothing was saved.`,
          advice:
            'Check the address of the sign-in in the settings. If the system has a new domain, it belongs into hosts of the connector file.',
          exitStatus: 3,
        },
      }
    }
    const problem = settingProblem(current, name, text)
    if (problem !== undefined) {
      const message = `The token's answer gives no usable value for the setting ${name}.`
      return { failure: { code: 'wrong-setting', message, advice: problem, exitStatus: 3 } }
    }
    values[name] = text
  }
  return { values }
}

/** A host alone is an address of https, or of http where it is this machine. */
function addressOf(text: string): string {
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(text)) return text
  const host = URL.parse(`https://${text}`)
  return host && isLoopback(host.hostname) ? `http://${text}` : `https://${text}`
}

function isAllowed(address: string, hosts: readonly string[] | undefined, tokenHost: string): boolean {
  const url = URL.parse(address)
  if (url?.username !== '' || url.password !== '') return false
  const host = url.hostname.toLowerCase().replace(/\.$/, '')
  if (isLoopback(host)) return isLoopback(tokenHost)
  if (url.protocol !== 'https:') return false
  return hosts ? hosts.some((domain) => host === domain || host.endsWith(`.${domain}`)) : host === tokenHost
}

/** What is no address is not repeated: it might hold anything. */
const shownHost = (address: string): string => URL.parse(address)?.host || 'something that is no address'
