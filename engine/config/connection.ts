import type { ConfigCode } from '../diagnostics/codes.ts'
import { declaredValue } from './declared-value.ts'
import type { JsonObject } from './dsl.generated.ts'
import type { Substituted } from './environment.ts'
import { nameAdvice } from './nearest-name.ts'
import type { Path, Problem } from './origin.ts'
import { parsePercent } from './percent.ts'
import type { ConnectionConfig, ConnectorSource } from './project.ts'
import { savedValue } from './saved.ts'
import { credentialsIn, credentialsOf, credentialText } from './sign-in-credentials.ts'

export interface ConnectionInput {
  readonly name: string
  /** What stands under the connection's name, with variables replaced. */
  readonly entry: JsonObject
  readonly connector: ConnectorSource
  readonly source: Pick<Substituted, 'fromEnvironment' | 'unknown' | 'variables' | 'files'>
  /** What the state keeps for what the project file leaves out, as texts. */
  readonly saved: {
    readonly settings: Readonly<Record<string, string>>
    readonly credentials: Readonly<Record<string, string>>
  }
  /** Whether credentials must be there, and settings that `syncline connect` asks for. */
  readonly signsIn: boolean
  readonly report: (problem: Problem & { readonly code: ConfigCode }) => void
}

/** Checks a connection's settings and credentials against what its connector declares. */
export function resolveConnection(input: ConnectionInput): ConnectionConfig {
  const { name, entry, connector, source } = input
  const path: Path = ['connections', name]
  const { settings, settingFrom, unset } = readSettings(input, path)
  const signIn = chooseSignIn(input, path, settings.signIn, unset.has('signIn'))
  const { credentials, credentialFrom, unknown } = readCredentials(input, path)
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
    settingFrom: Object.freeze(settingFrom),
    unset,
    credentials: Object.freeze(credentials),
    credentialFrom: Object.freeze(credentialFrom),
    signIn,
    share: share || 1,
    path,
  })
}

function entries(value: unknown): [string, unknown][] {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.entries(value) : []
}

function readSettings({ entry, connector, source, saved, signsIn, report }: ConnectionInput, connection: Path) {
  const declared = connector.document.settings?.properties ?? {}
  const settings: Record<string, string | number | boolean> = {}
  const settingFrom: Record<string, 'project' | 'saved' | 'default'> = {}
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
        settingFrom[name] = 'project'
      }
    }
  }
  for (const [name, declaration] of Object.entries(declared)) {
    if (settings[name] !== undefined || wrong.has(name)) continue
    const kept = savedValue(declaration, saved.settings[name])
    if (kept !== undefined) {
      settings[name] = kept
      settingFrom[name] = 'saved'
      unset.delete(name)
    } else if (declaration.default !== undefined && !unset.has(name)) {
      settings[name] = declaration.default
      settingFrom[name] = 'default'
    }
  }
  const asked = askedBy(connector)
  for (const name of connector.document.settings?.required ?? []) {
    if (declared[name] === undefined || settings[name] !== undefined || unset.has(name) || wrong.has(name)) continue
    // Where there is no state, what it may hold is not known.
    if (!signsIn && asked.has(name)) {
      unset.add(name)
      continue
    }
    const given = entries(entry.settings).some(([key]) => key === name)
    report({
      code: 'missing-setting',
      message: `The setting ${name} is ${given ? 'empty' : 'missing'}: ${declared[name]?.description ?? ''}.`.replace(
        '..',
        '.',
      ),
      advice: `${given ? 'Give it a value' : `Add ${name} to the settings of the connection`}${asked.has(name) ? `, or run syncline connect ${connection.at(-1)}` : ''}.`,
      path: given ? [...connection, 'settings', name] : [...connection, 'settings'],
      key: !given,
    })
  }
  return { settings, settingFrom, unset }
}

/** Settings that `syncline connect` asks for, by the connector file. */
function askedBy({ document }: ConnectorSource): ReadonlySet<string> {
  return new Set(
    (document.connect ?? []).flatMap((step) => [...(step.settings ?? []), ...Object.keys(step.paste?.gives ?? {})]),
  )
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

function readCredentials({ entry, connector, source, saved, report }: ConnectionInput, connection: Path) {
  const declared = connector.document.credentials ?? {}
  const credentials: Record<string, string> = {}
  const credentialFrom: Record<string, 'project' | 'saved'> = {}
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
      credentialFrom[name] = 'project'
    }
  }
  for (const name of Object.keys(declared)) {
    const kept = saved.credentials[name]
    if (kept === undefined || kept === '' || credentials[name] !== undefined) continue
    credentials[name] = kept
    credentialFrom[name] = 'saved'
    unknown.delete(name)
  }
  return { credentials, credentialFrom, unknown }
}

function missingCredentials(
  { entry, connector, source, report }: ConnectionInput,
  connection: Path,
  signIn: string,
  credentials: Readonly<Record<string, string>>,
  unknown: ReadonlySet<string>,
): void {
  const { document } = connector
  const way = document.signIn?.[signIn]
  for (const name of [...(way ? credentialsOf(way).needs : []), ...credentialsIn(document.http.headers)]) {
    if (credentials[name] !== undefined || unknown.has(name)) continue
    const given = entries(entry.credentials).some(([key]) => key === name)
    const path = [...connection, 'credentials', name]
    report({
      code: 'missing-credential',
      message: `The credential ${name} is ${given ? 'empty' : 'missing'}, and the way to sign in "${signIn}" needs it: ${credentialText(document.credentials?.[name])}.`,
      advice: `${credentialAdvice(name, given, source.variables(path), source.files(path))}, or run syncline connect ${connection.at(-1)}.`,
      path: given ? path : [...connection, 'credentials'],
      key: !given,
    })
  }
}

function credentialAdvice(
  name: string,
  given: boolean,
  variables: readonly string[],
  files: readonly string[],
): string {
  if (files.length > 0) return `Put it into the file ${files.join(' or ')}`
  if (variables.length > 0)
    return `Set ${variables.join(' or ')} in the environment, put it into the file .env beside the project file`
  return `${given ? 'Take' : 'Add'} ${name} ${given ? '' : 'to the credentials of the connection, '}from a variable of the environment (${name}: \${NAME}) or from a file (${name}: \${file:PATH})`
}
