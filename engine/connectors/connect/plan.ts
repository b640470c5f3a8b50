import { credentialsIn, credentialsOf } from '../../config/sign-in-credentials.ts'
import type { CompiledConnectStep } from '../compiled-connect.ts'
import { settingsIn } from '../known-settings.ts'
import type { Current } from './connect-types.ts'

/** The steps of a connector file; where it has none, those that follow from what it declares. */
export function planOf({ connector, config }: Current): readonly CompiledConnectStep[] {
  if (connector.connect.length > 0) return connector.connect
  const { document } = config.connector
  const ways = Object.values(document.signIn ?? {})
  const step = (name: string, title: string, parts: Partial<CompiledConnectStep>): CompiledConnectStep => ({
    step: name,
    title,
    if: undefined,
    say: undefined,
    link: undefined,
    paste: undefined,
    settings: [],
    credentials: [],
    do: undefined,
    ...parts,
  })
  const settings = (document.settings?.required ?? []).filter((name) => name !== 'signIn')
  const credentials = Object.keys(document.credentials ?? {})
  return [
    ...(settings.length > 0 ? [step('account', 'The account', { settings })] : []),
    ...(ways.length > 1 ? [step('way', 'The way to sign in', { do: 'choose' })] : []),
    ...(credentials.length > 0 ? [step('credentials', 'Credentials', { credentials })] : []),
    ...(ways.some(({ oauth2 }) => oauth2?.authorise) ? [step('authorise', 'Authorise', { do: 'authorise' })] : []),
    ...(connector.check.length > 0 ? [step('verify', 'Verify', { do: 'verify' })] : []),
  ]
}

/** What the chosen way to sign in cannot do without, and what else it uses. */
export interface Uses {
  /** Settings that are required, or read by the way or by every request. */
  readonly settings: ReadonlySet<string>
  readonly credentials: ReadonlySet<string>
  readonly neededCredentials: ReadonlySet<string>
}

export function usesOf({ config }: Current): Uses {
  const { document } = config.connector
  const way = config.signIn === undefined ? undefined : document.signIn?.[config.signIn]
  const always = credentialsIn(document.http.headers)
  const { needs, reads } = way ? credentialsOf(way) : { needs: always, reads: always }
  return {
    settings: new Set([...(document.settings?.required ?? []), ...settingsIn(JSON.stringify([way, document.http]))]),
    credentials: new Set([...reads, ...always]),
    neededCredentials: new Set([...needs, ...always]),
  }
}
