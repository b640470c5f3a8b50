import type { ConnectorFile, Values } from '../../config/dsl.generated.ts'
import type { ExpressionCompiler, Formula, Scope } from '../../config/expression-compiler.ts'
import type { Path } from '../../config/origin.ts'
import type { ExpressionFunction } from '../../expressions/compile.ts'
import type { StaticType } from '../../expressions/static-type.ts'
import type { CompiledRequest, CompiledValues } from '../compiled-request.ts'
import { compileRequest, compileValues, type WrittenRequest } from './request.ts'

/** What an expression belongs to, which decides what it may see. */
export type Kind = 'list' | 'get' | 'find' | 'write' | 'job' | 'check' | 'base' | 'token'

/** What every part of one connector file is compiled with. */
export interface ConnectorCompiler extends ExpressionCompiler {
  readonly settings: StaticType
  readonly credentials: StaticType
  readonly functions: ReadonlyMap<string, ExpressionFunction>
  /** What expressions of a kind of request may see, before the call or (with the answer as input) after it. */
  scope(kind: Kind, input?: StaticType, record?: StaticType): Scope
  /** An expression over the answer, where there is one. */
  after(path: Path, raw: unknown, kind: Kind): Formula | undefined
  values(path: Path, values: Values | undefined, scope: Scope): CompiledValues
  request(path: Path, written: WrittenRequest, kind: Kind, record?: StaticType): CompiledRequest
}

export const any: StaticType = { kind: 'any' }
const text: StaticType = { kind: 'string' }
const number: StaticType = { kind: 'number' }
const anyList: StaticType = { kind: 'list', of: any }

export const answer: StaticType = {
  kind: 'object',
  title: 'the answer',
  fields: new Map<string, StaticType>([
    ['status', number],
    ['headers', any],
    ['body', any],
  ]),
}

export function createConnectorCompiler(
  document: ConnectorFile,
  functions: ReadonlyMap<string, ExpressionFunction>,
  compiler: ExpressionCompiler,
): ConnectorCompiler {
  const settings = settingsType(document)
  const credentials = credentialsType(document)

  function scope(kind: Kind, input: StaticType = any, record: StaticType = any): Scope {
    const variables = new Map<string, StaticType>([['settings', settings]])
    const add = (name: string, type: StaticType): void => void variables.set(name, type)
    if (kind === 'token') add('credentials', credentials)
    if (kind !== 'base' && kind !== 'token')
      add('operation', { kind: 'string', values: ['list', 'get', 'find', 'write', 'check'] })
    if (kind === 'list') {
      add('next', { ...any, optional: true })
      add('size', number)
      add('since', text)
      add('query', any)
    }
    if (kind === 'get' || kind === 'find') {
      add('next', { ...any, optional: true })
      // Never empty: no request is made for no ids.
      add('ids', any)
      add('input', any)
    }
    if (kind === 'write' || kind === 'job') {
      add('record', record)
      add('records', { kind: 'list', of: record })
      add('items', anyList)
      add('owned', any)
      add('full', { kind: 'boolean' })
      add('found', anyList)
    }
    if (kind === 'job') add('job', any)
    return { input, variables, functions }
  }

  return {
    ...compiler,
    settings,
    credentials,
    functions,
    scope,
    after: (path, raw, kind) => (raw === undefined ? undefined : compiler.formula(path, raw, scope(kind, answer))),
    values: (path, values, of) => compileValues(compiler, path, values, of),
    request: (path, written, kind, record) => compileRequest(compiler, path, written, scope(kind, any, record)),
  }
}

function settingsType({ settings }: ConnectorFile): StaticType {
  const required = new Set(settings?.required ?? [])
  return {
    kind: 'object',
    title: '$settings',
    fields: new Map(
      Object.entries(settings?.properties ?? {}).map(([name, setting]): [string, StaticType] => {
        const kind = setting.type === 'integer' ? 'number' : setting.type
        // An optional setting without a default is left out where it is used alone (a header), so it is `any` here:
        // the checker would otherwise ask for a default that there is none of.
        const known = required.has(name) || setting.default !== undefined
        return [name, known ? { kind } : { kind, optional: true }]
      }),
    ),
  }
}

function credentialsType({ credentials }: ConnectorFile): StaticType {
  return {
    kind: 'object',
    title: '$credentials',
    fields: new Map(
      Object.keys(credentials ?? {}).map((name): [string, StaticType] => [name, { kind: 'string', optional: true }]),
    ),
  }
}
