import type { Formula, Variables } from '../config/expression-compiler.ts'
import type { BucketLimit } from '../http/token-bucket.ts'
import type { TokenEndpoint } from '../http/token-request.ts'
import { valuesOf } from './call/values.ts'
import type { CompiledOAuth2 } from './compiled-connector.ts'
import type { CompiledValues } from './compiled-request.ts'

export interface ConnectionValues {
  readonly settings: Variables
  readonly credentials: Variables
}

/** A token endpoint with one customer's values, and the refresh token that was configured. */
export interface ConfiguredEndpoint extends TokenEndpoint {
  readonly refreshToken?: string
  readonly limit?: BucketLimit
}

/** Rejects with EvaluationError when the settings do not fit an expression. */
export async function tokenEndpoint(way: CompiledOAuth2, values: ConnectionValues): Promise<ConfiguredEndpoint> {
  const scope = scopeOf(values)
  const clientSecret = await textOf(way.clientSecret, scope)
  const asked = await textOf(way.scope, scope)
  const refreshToken = await textOf(way.refreshToken, scope)
  return {
    tokenUrl: await way.token.render(undefined, scope, (piece) => piece),
    clientId: (await textOf(way.clientId, scope)) ?? '',
    clientIn: way.clientIn,
    extra: await textsOf(way.form, values),
    ...(clientSecret !== undefined && { clientSecret }),
    ...(asked !== undefined && { scope: asked }),
    ...(refreshToken !== undefined && { refreshToken }),
    ...(way.limit && { limit: way.limit }),
  }
}

export const scopeOf = ({ settings, credentials }: ConnectionValues): Variables => ({ settings, credentials })

/** A text, or nothing when it is nothing or empty. */
export async function textOf(formula: Formula | undefined, scope: Variables): Promise<string | undefined> {
  const value = formula && (await formula.evaluate(undefined, scope))
  return value === undefined || value === '' ? undefined : String(value)
}

export async function textsOf(from: CompiledValues, values: ConnectionValues): Promise<Record<string, string>> {
  const found = await valuesOf(from, scopeOf(values))
  return Object.fromEntries(Object.entries(found).map(([name, value]) => [name, String(value)]))
}
