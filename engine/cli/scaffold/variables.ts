import type { ConnectorFile, SignInWay } from '../../config/dsl.generated.ts'
import type { PlannedValue } from './plan.ts'

/** `shop` and `clientSecret` make `SHOP_CLIENT_SECRET`. */
export function variableName(connection: string, name: string): string {
  return [connection, name]
    .map((word) =>
      word
        .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
        .replace(/[^A-Za-z0-9]+/g, '_')
        .toUpperCase(),
    )
    .join('_')
}

/** The variable that a model reads a setting or credential from, where it has an opinion. */
export type KnownVariable = (kind: 'settings' | 'credentials', name: string) => string | undefined

/**
 * What a connection is asked for, by its connector file alone. A setting gets a variable when it differs from account
 * to account: it is required, has no default, is an address, or is one of several allowed values. The others are for
 * fine tuning.
 */
export function plannedSettings(connection: string, document: ConnectorFile, known: KnownVariable): PlannedValue[] {
  const demanded = new Set(document.settings?.required ?? [])
  return Object.entries(document.settings?.properties ?? {})
    .map(([name, declaration]): PlannedValue => {
      const { description, where, default: fallback, enum: allowed = [], format, examples } = declaration
      const varies = demanded.has(name) || fallback === undefined || format === 'uri' || allowed.length > 0
      const required = demanded.has(name) && fallback === undefined
      const reading = readers(document, 'settings', name)
      return {
        name,
        description,
        where,
        variable: known('settings', name) ?? (varies ? variableName(connection, name) : undefined),
        required,
        needed: required || (fallback === undefined && reading.byUsual),
        fallback,
        allowed,
        example: examples?.[0],
        ways: fallback === undefined && !required ? reading.ways : [],
      }
    })
    .sort((a, b) => rank(a) - rank(b))
}

/** What must be given first, what may stay as it is last; else in the order of the connector file. */
function rank({ needed, variable }: PlannedValue): number {
  return needed ? 0 : variable === undefined ? 2 : 1
}

export function plannedCredentials(connection: string, document: ConnectorFile, known: KnownVariable): PlannedValue[] {
  return Object.entries(document.credentials ?? {}).map(([name, declaration]): PlannedValue => {
    const { ways, byUsual } = readers(document, 'credentials', name)
    const { description, where } = typeof declaration === 'string' ? { description: declaration } : declaration
    return {
      name,
      description,
      where,
      variable: known('credentials', name) ?? variableName(connection, name),
      required: false,
      needed: byUsual,
      fallback: undefined,
      allowed: [],
      example: undefined,
      ways,
    }
  })
}

/** The ways to sign in whose expressions read a setting or credential; `byUsual`: the one that is taken unchosen does. */
function readers(document: ConnectorFile, kind: 'settings' | 'credentials', name: string) {
  const reads = (value: unknown): boolean =>
    new RegExp(`\\$${kind}\\.\`?${name}\\b`).test(JSON.stringify(value ?? null))
  const ways = Object.entries(document.signIn ?? {})
  const usual = document.settings?.properties.signIn?.default ?? ways[0]?.[0]
  return {
    ways: ways.length > 1 ? ways.filter(([, way]) => reads(way)).map(([way]) => way) : [],
    byUsual:
      (kind === 'credentials' && reads(document.http.headers)) ||
      ways.some(([way, declared]) => way === usual && reads(withoutOutcome(declared))),
  }
}

/** Where a person authorises, the refresh token is what comes of it, and nothing that is given. */
function withoutOutcome(way: SignInWay): SignInWay {
  if (way.oauth2?.grant !== 'authorization_code') return way
  const { refreshToken: _, ...oauth2 } = way.oauth2
  return { ...way, oauth2 }
}
