import type { ConnectorFile } from '../../config/dsl.generated.ts'
import { milliseconds } from '../../config/durations.ts'
import { createExpressionCompiler } from '../../config/expression-compiler.ts'
import type { Origin } from '../../config/origin.ts'
import type { Finding } from '../../diagnostics/finding.ts'
import type { ExpressionFunction } from '../../expressions/compile.ts'
import type { JsonSchema } from '../../expressions/values/index.ts'
import type { CompiledConnector, CompiledEntity } from '../compiled-connector.ts'
import { compileCheckStep } from './check-step.ts'
import { compileConnect } from './connect.ts'
import { answer, createConnectorCompiler } from './connector-compiler.ts'
import { compileEntity } from './entity.ts'
import { compileEvents } from './events.ts'
import { checkNames } from './known-names.ts'
import { compileLimit } from './limit.ts'
import { compileSignIn } from './sign-in.ts'

export interface ConnectorInput {
  readonly document: ConnectorFile
  readonly origin: Origin
  /** Entity schemas, loaded, by entity name. */
  readonly schemas: ReadonlyMap<string, JsonSchema>
  readonly functions: ReadonlyMap<string, ExpressionFunction>
}

/** Compiles a connector file: every expression is checked where it stands, every name that it uses is looked up. */
export function compileConnector({ document, origin, schemas, functions }: ConnectorInput): {
  readonly connector: CompiledConnector
  readonly findings: readonly Finding[]
} {
  const findings: Finding[] = []
  const compiler = createConnectorCompiler(
    document,
    functions,
    createExpressionCompiler(origin, (finding) => findings.push(finding)),
  )
  const entities = new Map<string, CompiledEntity>()
  for (const [name, entity] of Object.entries(document.entities))
    entities.set(name, compileEntity(compiler, document.connector, name, entity, schemas.get(name) ?? {}))
  checkNames(compiler, document, entities)
  const { http } = document
  const base = compiler.scope('base')
  const connector: CompiledConnector = {
    name: document.connector,
    title: document.title,
    entities,
    signIn: new Map(
      Object.entries(document.signIn ?? {}).map(([name, way]) => [
        name,
        compileSignIn(name, way, compiler, compiler.scope('token')),
      ]),
    ),
    ...compileConnect(document, compiler, functions),
    http: {
      base: compiler.text(['http', 'base'], http.base, base),
      headers: compiler.values(['http', 'headers'], http.headers, base),
      timeoutMs: milliseconds(http.timeout ?? '60s'),
      requestId: compiler.after(['http', 'requestId'], http.requestId, 'get'),
      saves: compiler.values(['http', 'saves'], http.saves, { ...base, input: answer }),
    },
    settings: document.settings?.properties ?? {},
    limits: (document.limits ?? []).map((limit, index) => compileLimit(compiler, ['limits', index], limit)),
    errors: (document.errors ?? []).map((rule, index) => ({
      when: compiler.formula(['errors', index, 'when'], rule.when, compiler.scope('get', answer), 'condition'),
      is: rule.is,
      code: compiler.after(['errors', index, 'code'], rule.code, 'get'),
      say: compiler.after(['errors', index, 'say'], rule.say, 'get'),
    })),
    check: (document.check ?? []).map((step, index) => compileCheckStep(compiler, ['check', index], step)),
    events: compileEvents(document.events ?? {}, entities, compiler),
  }
  return { connector, findings }
}
