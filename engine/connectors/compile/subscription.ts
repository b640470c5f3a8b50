import type { Subscribe } from '../../config/dsl.generated.ts'
import type { Path } from '../../config/origin.ts'
import type { StaticType } from '../../expressions/static-type.ts'
import type { CompiledSubscribe } from '../compiled-connector.ts'
import type { CompiledRequest } from '../compiled-request.ts'
import { answer, any, type ConnectorCompiler } from './connector-compiler.ts'
import { eventScope } from './event-scope.ts'
import { compileRequest, type WrittenRequest } from './request.ts'

const text: StaticType = { kind: 'string' }

/** How subscriptions at the system are listed, told apart, made and taken away. */
export function compileSubscription(compiler: ConnectorCompiler, path: Path, declared: Subscribe): CompiledSubscribe {
  const variables = { address: text, base: text }
  const listed = eventScope(compiler, any, variables)
  const request = (name: 'list' | 'create' | 'remove', written: WrittenRequest): CompiledRequest =>
    compileRequest(
      compiler,
      [...path, name],
      written,
      eventScope(compiler, any, { ...variables, ...(name === 'remove' && { subscription: any }) }),
    )
  return {
    list: request('list', declared.list),
    records: compiler.formula(
      [...path, 'list', 'records'],
      declared.list.records,
      eventScope(compiler, answer, variables),
    ),
    same: compiler.formula([...path, 'same'], declared.same, listed, 'condition'),
    ours: compiler.formula([...path, 'ours'], declared.ours, listed, 'condition'),
    create: request('create', declared.create),
    remove: request('remove', declared.remove),
  }
}
