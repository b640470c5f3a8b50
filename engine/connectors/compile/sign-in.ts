import type { Authorise, OAuth2, SignInWay } from '../../config/dsl.generated.ts'
import { milliseconds } from '../../config/durations.ts'
import type { ExpressionCompiler, Formula, Scope } from '../../config/expression-compiler.ts'
import type { Path } from '../../config/origin.ts'
import { credentialsOf } from '../../config/sign-in-credentials.ts'
import type { CompiledAuthorise } from '../compiled-connect.ts'
import type { CompiledOAuth2, CompiledSignIn } from '../compiled-connector.ts'
import { any } from './connector-compiler.ts'
import { compileValues } from './request.ts'

/** Compiles one way to sign in. `scope`: what its expressions see, which is $settings and $credentials. */
export function compileSignIn(
  name: string,
  way: SignInWay,
  compiler: ExpressionCompiler,
  scope: Scope,
): CompiledSignIn {
  const path = ['signIn', name]
  const { needs, reads } = credentialsOf(way)
  const withToken: Scope = { ...scope, variables: new Map([...scope.variables, ['token', any]]) }
  return {
    name,
    title: way.title,
    when: way.when,
    oauth2: way.oauth2 && compileOAuth2([...path, 'oauth2'], way.oauth2, compiler, scope),
    headers: compileValues(compiler, [...path, 'headers'], way.headers, way.oauth2 ? withToken : scope),
    credentials: needs,
    reads,
  }
}

function compileOAuth2(path: Path, way: OAuth2, compiler: ExpressionCompiler, scope: Scope): CompiledOAuth2 {
  const optional = (key: 'clientSecret' | 'scope' | 'refreshToken'): Formula | undefined =>
    way[key] === undefined ? undefined : compiler.formula([...path, key], way[key], scope)
  const authorise = (at: Path, { address, redirect, query, pkce }: Authorise): CompiledAuthorise => ({
    address: compiler.text([...at, 'address'], address, scope),
    redirect: compiler.formula([...at, 'redirect'], redirect, scope),
    query: compileValues(compiler, [...at, 'query'], query, scope),
    pkce: pkce ?? false,
  })
  return {
    grant: way.grant,
    token: compiler.text([...path, 'token'], way.token, scope),
    clientId: compiler.formula([...path, 'clientId'], way.clientId, scope),
    clientSecret: optional('clientSecret'),
    clientIn: way.clientIn ?? 'body',
    scope: optional('scope'),
    form: compileValues(compiler, [...path, 'form'], way.form, scope),
    refreshToken: optional('refreshToken'),
    rotates: way.rotates ?? false,
    authorise: way.authorise && authorise([...path, 'authorise'], way.authorise),
    saves: compileValues(compiler, [...path, 'saves'], way.saves, { ...scope, input: any }),
    hosts: way.hosts,
    limit: way.limit && {
      requests: way.limit.requests,
      perMs: milliseconds(way.limit.per),
      burst: way.limit.burst ?? 0,
    },
  }
}
