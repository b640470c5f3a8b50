import { declaredValue } from './declared-value.ts'
import type { SettingDeclaration } from './dsl.generated.ts'
import type { Path } from './origin.ts'
import type { ConnectionConfig } from './project.ts'

/** What the state keeps of the connections: what `syncline connect` was given or found out. */
export interface Saved {
  /** Settings as texts, by name. */
  readonly settings: (connection: string) => Readonly<Record<string, string>>
  /** Secrets by name. Never to be logged. */
  readonly credentials: (connection: string) => Readonly<Record<string, string>>
}

export const noneSaved: Saved = { settings: () => ({}), credentials: () => ({}) }

/** Whether the value at a path of the project file may be left out, since it is saved. */
export function isSaved(saved: Saved, path: Path): boolean {
  const [connections, connection, part, name] = path
  if (connections !== 'connections' || typeof connection !== 'string' || typeof name !== 'string') return false
  if (part === 'settings') return saved.settings(connection)[name] !== undefined
  return part === 'credentials' && saved.credentials(connection)[name] !== undefined
}

/** A saved text as its declaration types it; nothing when that has changed since, so that it does not fit any more. */
export function savedValue(
  declaration: SettingDeclaration,
  text: string | undefined,
): string | number | boolean | undefined {
  const value = text === undefined ? undefined : declaredValue(declaration, text, true)
  return value && 'value' in value ? (value.value as string | number | boolean) : undefined
}

/** A connection with what has been saved since it was read. */
export function withSaved(config: ConnectionConfig, saved: Saved): ConnectionConfig {
  const { settings: declared, credentials: secrets, signIn: ways } = config.connector.document
  const settings = { ...config.settings }
  const settingFrom = { ...config.settingFrom }
  const keptSettings = saved.settings(config.name)
  for (const [name, declaration] of Object.entries(declared?.properties ?? {})) {
    const kept = settingFrom[name] === 'project' ? undefined : savedValue(declaration, keptSettings[name])
    if (kept === undefined) continue
    settings[name] = kept
    settingFrom[name] = 'saved'
  }
  const credentials = { ...config.credentials }
  const credentialFrom = { ...config.credentialFrom }
  const keptSecrets = saved.credentials(config.name)
  for (const name of Object.keys(secrets ?? {})) {
    if (credentialFrom[name] === 'project') continue
    const kept = keptSecrets[name]
    if (kept) {
      credentials[name] = kept
      credentialFrom[name] = 'saved'
    } else {
      delete credentials[name]
      delete credentialFrom[name]
    }
  }
  const chosen = String(settings.signIn)
  const signIn = ways && Object.hasOwn(ways, chosen) ? chosen : config.signIn
  const unset = new Set([...config.unset].filter((name) => settings[name] === undefined))
  return Object.freeze({ ...config, settings, settingFrom, credentials, credentialFrom, signIn, unset })
}
