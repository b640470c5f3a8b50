import type { CredentialDeclaration, OAuth2, SignInWay } from './dsl.generated.ts'

/** Of the credentials that a way to sign in reads: those without which it cannot, and all. */
export function credentialsOf(way: SignInWay): {
  readonly needs: ReadonlySet<string>
  readonly reads: ReadonlySet<string>
} {
  const { oauth2, ...rest } = way
  const optional = optionalIn(oauth2?.grant)
  const needed = Object.entries(oauth2 ?? {}).filter(([key]) => !optional.includes(key))
  return { needs: credentialsIn([rest, needed]), reads: credentialsIn(way) }
}

/**
 * A public client that has a code or a refresh token has no secret (RFC 6749 §2.1, §4.1.3, §6); and the first refresh
 * token of an app that a person authorises comes from `syncline connect`.
 */
function optionalIn(grant: OAuth2['grant'] | undefined): readonly string[] {
  if (grant === 'authorization_code') return ['clientSecret', 'refreshToken']
  return grant === 'refresh_token' ? ['clientSecret'] : []
}

/** Names of the credentials that the expressions below a value read. */
export function credentialsIn(value: unknown): ReadonlySet<string> {
  const found = JSON.stringify(value ?? null).matchAll(/\$credentials\.`?([A-Za-z_]\w*)/g)
  return new Set([...found].map((match) => match[1] as string))
}

/** What a credential is, in words. */
export function credentialText(declaration: CredentialDeclaration | undefined): string {
  return typeof declaration === 'object' ? declaration.description : (declaration ?? 'not declared by the connector')
}
