import type { ConfigCode } from '../diagnostics/codes.ts'
import { declaredValue } from './declared-value.ts'
import type { JsonObject, SignInWay } from './dsl.generated.ts'
import type { Substituted } from './environment.ts'
import { nameAdvice } from './nearest-name.ts'
import { parsePercent } from './percent.ts'
import type { ConnectionConfig, ConnectorSource } from './project.ts'
import type { Path, Problem } from './yaml-file.ts'

export interface ConnectionInput {
  readonly name: string
  /** What stands under the connection's name, with variables replaced. */
  readonly entry: JsonObject
  readonly connector: ConnectorSource
  readonly source: Pick<Substituted, 'fromEnvironment' | 'unknown' | 'variables'>
  /** Whether credentials must be there. */
  readonly signsIn: boolean
  readonly report: (problem: Problem & { readonly code: ConfigCode }) => void
}

/** Checks a connection's settings and credentials against what its connector declares. */
export function createConnection(input: ConnectionInput): ConnectionConfig {
  const { name, entry, connector, source } = input
  const path: Path = ['connections', name]
  const { settings, unset } = readSettings(input, path)
  const signIn = chooseSignIn(input, path, settings.signIn, unset.has('signIn'))
  const { credentials, unknown } = readCredentials(input, path)
  if (input.signsIn && signIn !== undefined) missingCredentials(input, path, signIn, credentials, unknown)
  const share = typeof entry.share === 'string' ? parsePercent(entry.share) : undefined
  if (share === 0 && !source.unknown([...path, 'share'])) {
    input.report({
      code: 'out-of-range',
      message: 'With a share of 0% no call could be made.',
      advice: 'Write at least 1%.',
      path: [...path, 'share'],
    })
  }
  return Object.freeze({
    name,
    connector,
    settings: Object.freeze(settings),
    unset,
    credentials: Object.freeze(credentials),
    signIn,
    share: share || 1,
    path,
  })
}

function entries(value: unknown): [string, unknown][] {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.entries(value) : []
}

function readSettings({ entry, connector, source, report }: ConnectionInput, connection: Path) {
  const declared = connector.document.settings?.properties ?? {}
  const settings: Record<string, string | number | boolean> = {}
  const unset = new Set<string>()
  const wrong = new Set<string>()
  for (const [name, raw] of entries(entry.settings)) {
    const path = [...connection, 'settings', name]
    const declaration = declared[name]
    if (declaration === undefined) {
      report({
        code: 'unknown-setting',
        message: `The connector ${connector.name} has no setting ${name}.`,
        advice: nameAdvice(name, Object.keys(declared), 'settings'),
        path,
        key: true,
      })
    } else if (source.unknown(path)) {
      unset.add(name)
    } else if (typeof raw === 'object') {
      // Its type has a finding of the project's schema already.
      wrong.add(name)
    } else if (raw !== '') {
      const value = declaredValue(declaration, raw, true)
      if ('is' in value) {
        wrong.add(name)
        report({
          code: 'wrong-setting',
          message: `The setting ${name} ${value.is}${shownValue(raw, source.fromEnvironment(path))}.`,
          advice: value.advice,
          path,
        })
      } else {
        settings[name] = value.value as string | number | boolean
      }
    }
  }
  for (const [name, { default: fallback }] of Object.entries(declared)) {
    if (fallback !== undefined && settings[name] === undefined && !unset.has(name) && !wrong.has(name)) {
      settings[name] = fallback
    }
  }
  for (const name of connector.document.settings?.required ?? []) {
    if (declared[name] === undefined || settings[name] !== undefined || unset.has(name) || wrong.has(name)) continue
    const given = entries(entry.settings).some(([key]) => key === name)
    report({
      code: 'missing-setting',
      message: `The setting ${name} is ${given ? 'empty' : 'missing'}: ${declared[name]?.description ?? ''}.`.replace(
        '..',
        '.',
      ),
      advice: given ? 'Give it a value.' : `Add ${name} to the settings of the connection.`,
      path: given ? [...connection, 'settings', name] : [...connection, 'settings'],
      key: !given,
    })
  }
  return { settings, unset }
}

/** A value that came from the environment may be a secret that somebody put into the wrong variable. */
function shownValue(raw: unknown, fromEnvironment: boolean): string {
  if (fromEnvironment) return ' (its value comes from the environment)'
  return typeof raw === 'object' ? '' : `: ${JSON.stringify(raw)}`
}

function chooseSignIn(
  { connector, entry, report }: ConnectionInput,
  connection: Path,
  chosen: unknown,
  unset: boolean,
): string | undefined {
  const ways = Object.keys(connector.document.signIn ?? {})
  const [first, second] = ways
  if (unset || first === undefined) return undefined
  if (chosen === undefined && second === undefined) return first
  if (typeof chosen === 'string' && ways.includes(chosen)) return chosen
  // What the declaration of the setting refuses has its finding already.
  const given = entries(entry.settings).find(([key, value]) => key === 'signIn' && value !== '' && value !== null)
  if (chosen === undefined && given) return undefined
  const what = `ways to sign in of the connector ${connector.name}`
  report({
    code: 'unknown-sign-in',
    message:
      chosen === undefined
        ? 'No way to sign in is chosen.'
        : `The connector ${connector.name} has no way to sign in of that name.`,
    advice: `Set signIn. ${nameAdvice(given ? String(chosen) : '', ways, what)}`,
    path: [...connection, 'settings', 'signIn'],
  })
  return undefined
}

function readCredentials({ entry, connector, source, report }: ConnectionInput, connection: Path) {
  const declared = connector.document.credentials ?? {}
  const credentials: Record<string, string> = {}
  /** Credentials that have a finding already, or are not known yet. */
  const unknown = new Set<string>()
  for (const [name, value] of entries(entry.credentials)) {
    const path = [...connection, 'credentials', name]
    if (declared[name] === undefined) {
      report({
        code: 'unknown-credential',
        message: `The connector ${connector.name} has no credential ${name}.`,
        advice: nameAdvice(name, Object.keys(declared), 'credentials'),
        path,
        key: true,
      })
    } else if (source.unknown(path) || typeof value !== 'string') {
      unknown.add(name)
    } else if (value !== '') {
      credentials[name] = value
    }
  }
  return { credentials, unknown }
}

function missingCredentials(
  { entry, connector, source, report }: ConnectionInput,
  connection: Path,
  signIn: string,
  credentials: Readonly<Record<string, string>>,
  unknown: ReadonlySet<string>,
): void {
  const { document } = connector
  for (const name of credentialsIn([neededOf(document.signIn?.[signIn]), document.http.headers])) {
    if (credentials[name] !== undefined || unknown.has(name)) continue
    const given = entries(entry.credentials).some(([key]) => key === name)
    const variables = source.variables([...connection, 'credentials', name])
    report({
      code: 'missing-credential',
      message: `The credential ${name} is ${given ? 'empty' : 'missing'}, and the way to sign in "${signIn}" needs it: ${document.credentials?.[name] ?? 'not declared by the connector'}.`,
      advice:
        variables.length > 0
          ? `Set ${variables.join(' or ')} in the environment, or put it into the file .env beside the project file.`
          : `${given ? 'Take' : 'Add'} ${name} ${given ? '' : 'to the credentials of the connection, '}from a variable of the environment: ${name}: \${NAME}.`,
      path: given ? [...connection, 'credentials', name] : [...connection, 'credentials'],
      key: !given,
    })
  }
}

/** A way to sign in without what may be left out: a public client that refreshes a token has no secret (RFC 6749 §2.1, §6). */
function neededOf(way: SignInWay | undefined): unknown {
  if (way?.oauth2?.grant !== 'refresh_token') return way
  const { clientSecret: _, ...oauth2 } = way.oauth2
  return { ...way, oauth2 }
}

/** Names of the credentials that the expressions below a value read. */
function credentialsIn(value: unknown): Set<string> {
  const names = new Set<string>()
  for (const [, name] of JSON.stringify(value ?? null).matchAll(/\$credentials\.`?([A-Za-z_]\w*)/g)) {
    if (name !== undefined) names.add(name)
  }
  return names
}
