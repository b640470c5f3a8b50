import type { Values } from '../../config/dsl.generated.ts'
import type { ExpressionCompiler, Scope } from '../../config/expression-compiler.ts'
import type { Path } from '../../config/origin.ts'
import type { CompiledRequest, CompiledValues } from '../compiled-request.ts'

/** A request as a connector file writes it: method and path, and what goes with it. */
export interface WrittenRequest {
  readonly request: string
  readonly query?: Values | undefined
  readonly headers?: Values | undefined
  readonly body?: unknown
}

export function compileRequest(
  compiler: ExpressionCompiler,
  path: Path,
  written: WrittenRequest,
  scope: Scope,
): CompiledRequest {
  const { request, query, headers, body } = written
  const space = request.indexOf(' ')
  const target = request.slice(space + 1).trimStart()
  return {
    method: request.slice(0, space),
    path: compiler.text([...path, 'request'], target, scope, request.length - target.length),
    query: compileValues(compiler, [...path, 'query'], query, scope),
    headers: compileValues(compiler, [...path, 'headers'], headers, scope),
    body: body === undefined ? undefined : compiler.formula([...path, 'body'], body, scope),
  }
}

/** Named values, an expression each: a query, headers, a form. */
export function compileValues(
  compiler: ExpressionCompiler,
  path: Path,
  values: Values | undefined,
  scope: Scope,
): CompiledValues {
  return new Map(
    Object.entries(values ?? {}).map(([name, raw]) => [name, compiler.formula([...path, name], raw, scope)]),
  )
}
