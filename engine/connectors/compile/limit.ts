import type { Limit } from '../../config/dsl.generated.ts'
import type { Formula } from '../../config/expression-compiler.ts'
import type { Path } from '../../config/origin.ts'
import type { CompiledLimit } from '../compiled-connector.ts'
import type { ConnectorCompiler } from './connector-compiler.ts'

/** What the system allows, and how its answers tell what is left. */
export function compileLimit(compiler: ConnectorCompiler, path: Path, limit: Limit): CompiledLimit {
  const before = (key: 'scope' | 'requests' | 'per' | 'concurrent'): Formula | undefined =>
    limit[key] === undefined ? undefined : compiler.formula([...path, key], limit[key], compiler.scope('base'))
  return {
    scope: compiler.formula([...path, 'scope'], limit.scope, compiler.scope('base')),
    requests: before('requests'),
    per: before('per'),
    remaining: compiler.after([...path, 'remaining'], limit.remaining, 'get'),
    resets: compiler.after([...path, 'resets'], limit.resets, 'get'),
    retryAfter: compiler.after([...path, 'retryAfter'], limit.retryAfter, 'get'),
    unitMs: limit.unit === 'ms' ? 1 : 1000,
    concurrent: before('concurrent'),
  }
}
