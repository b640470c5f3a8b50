import type {
  CheckStep,
  ConnectorFile,
  EntityDeclaration,
  Job,
  Limit,
  ListRead,
  Read,
  Records,
  Values,
  Write,
} from '../../config/dsl.generated.ts'
import { parseDuration } from '../../config/durations.ts'
import {
  createExpressionCompiler,
  type ExpressionCompiler,
  type Formula,
  type Scope,
} from '../../config/expression-compiler.ts'
import { nameAdvice } from '../../config/nearest-name.ts'
import type { Origin, Path } from '../../config/yaml-file.ts'
import type { Finding } from '../../diagnostics/finding.ts'
import type { ExpressionFunction } from '../../expressions/compile.ts'
import { staticTypeOf } from '../../expressions/schema-type.ts'
import type { StaticType } from '../../expressions/static-type.ts'
import { compileReader, compileWriter, type JsonSchema, SchemaError } from '../../expressions/values/index.ts'
import { type PersonalFields, personalFields } from '../../redaction/personal.ts'
import type {
  CompiledCheckStep,
  CompiledConnector,
  CompiledEntity,
  CompiledJob,
  CompiledLimit,
  CompiledList,
  CompiledOver,
  CompiledRead,
  CompiledRecords,
  CompiledWrite,
  OwnedField,
  Reference,
} from '../compiled-connector.ts'
import type { CompiledRequest, CompiledValues } from '../compiled-request.ts'
import { compileConnect } from './connect.ts'
import { compileEvents } from './events.ts'
import { compileSignIn } from './sign-in.ts'

export interface ConnectorInput {
  readonly document: ConnectorFile
  readonly origin: Origin
  /** Entity schemas, loaded, by entity name. */
  readonly schemas: ReadonlyMap<string, JsonSchema>
  readonly functions: ReadonlyMap<string, ExpressionFunction>
}

const any: StaticType = { kind: 'any' }
const text: StaticType = { kind: 'string' }
const number: StaticType = { kind: 'number' }
const anyList: StaticType = { kind: 'list', of: any }
const answer: StaticType = {
  kind: 'object',
  title: 'the answer',
  fields: new Map<string, StaticType>([
    ['status', number],
    ['headers', any],
    ['body', any],
  ]),
}

/** Compiles a connector file: every expression is checked where it stands, every name that it uses is looked up. */
export function compileConnector(input: ConnectorInput): {
  readonly connector: CompiledConnector
  readonly findings: readonly Finding[]
} {
  const findings: Finding[] = []
  const compiler = createExpressionCompiler(input.origin, (finding) => findings.push(finding))
  return { connector: new ConnectorCompiler(input, compiler).compile(), findings }
}

type Kind = 'list' | 'get' | 'find' | 'write' | 'job' | 'check' | 'base' | 'token'

class ConnectorCompiler {
  private readonly document: ConnectorFile
  private readonly input: ConnectorInput
  private readonly compiler: ExpressionCompiler
  private readonly settings: StaticType
  private readonly credentials: StaticType

  constructor(input: ConnectorInput, compiler: ExpressionCompiler) {
    this.input = input
    this.document = input.document
    this.compiler = compiler
    const required = new Set(input.document.settings?.required ?? [])
    this.settings = {
      kind: 'object',
      title: '$settings',
      fields: new Map(
        Object.entries(input.document.settings?.properties ?? {}).map(([name, setting]): [string, StaticType] => {
          const kind = setting.type === 'integer' ? 'number' : setting.type
          // An optional setting without a default is left out where it is used alone (a header), so it is `any` here:
          // the checker would otherwise ask for a default that there is none of.
          const known = required.has(name) || setting.default !== undefined
          return [name, known ? { kind } : { kind, optional: true }]
        }),
      ),
    }
    this.credentials = {
      kind: 'object',
      title: '$credentials',
      fields: new Map(
        Object.keys(input.document.credentials ?? {}).map((name): [string, StaticType] => [
          name,
          { kind: 'string', optional: true },
        ]),
      ),
    }
  }

  compile(): CompiledConnector {
    const { document } = this
    const entities = new Map<string, CompiledEntity>()
    for (const [name, entity] of Object.entries(document.entities)) {
      entities.set(name, this.entity(name, entity))
    }
    this.checkNames(entities)
    return {
      name: document.connector,
      title: document.title,
      entities,
      signIn: new Map(
        Object.entries(document.signIn ?? {}).map(([name, way]) => [
          name,
          compileSignIn(name, way, this.compiler, this.scope('token')),
        ]),
      ),
      ...compileConnect(document, this.compiler, this.input.functions),
      http: {
        base: this.compiler.text(['http', 'base'], document.http.base, this.scope('base')),
        headers: this.values(['http', 'headers'], document.http.headers, this.scope('base')),
        timeoutMs: milliseconds(document.http.timeout ?? '60s'),
        requestId: this.after(['http', 'requestId'], document.http.requestId, 'get'),
        saves: this.values(['http', 'saves'], document.http.saves, { ...this.scope('base'), input: answer }),
      },
      settings: document.settings?.properties ?? {},
      limits: (document.limits ?? []).map((limit, index) => this.limit(['limits', index], limit)),
      errors: (document.errors ?? []).map((rule, index) => ({
        when: this.compiler.formula(['errors', index, 'when'], rule.when, this.scope('get', answer), 'condition'),
        is: rule.is,
        code: this.after(['errors', index, 'code'], rule.code, 'get'),
        say: this.after(['errors', index, 'say'], rule.say, 'get'),
      })),
      check: (document.check ?? []).map((step, index) => this.checkStep(['check', index], step)),
      events: compileEvents({
        events: document.events ?? {},
        entities,
        settings: this.settings,
        credentials: this.credentials,
        functions: this.input.functions,
        compiler: this.compiler,
      }),
    }
  }

  private checkStep(path: Path, step: CheckStep): CompiledCheckStep {
    const afterwards = this.scope('check', answer)
    return {
      name: step.name,
      do: step.do,
      request:
        step.request === undefined
          ? undefined
          : this.request(path, { request: step.request, query: step.query }, 'check'),
      expect:
        step.expect === undefined
          ? undefined
          : this.compiler.formula([...path, 'expect'], step.expect, afterwards, 'condition'),
      found: this.after([...path, 'found'], step.found, 'check'),
      fix: step.fix,
      severity: step.severity ?? 'error',
      if:
        step.if === undefined
          ? undefined
          : this.compiler.formula([...path, 'if'], step.if, this.scope('base'), 'condition'),
      for: step.for ?? [],
      causes: (step.causes ?? []).map(({ cause, when, say, fix }, index) => ({
        cause,
        when: this.compiler.formula([...path, 'causes', index, 'when'], when, afterwards, 'condition'),
        say: this.compiler.text([...path, 'causes', index, 'say'], say, afterwards),
        fix,
      })),
    }
  }

  /** What expressions of a kind of request may see, before the call or (with the answer as input) after it. */
  private scope(kind: Kind, input: StaticType = any, record: StaticType = any): Scope {
    const variables = new Map<string, StaticType>([['settings', this.settings]])
    const add = (name: string, type: StaticType): void => void variables.set(name, type)
    if (kind === 'token') add('credentials', this.credentials)
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
    return { input, variables, functions: this.input.functions }
  }

  private after(path: Path, raw: unknown, kind: Kind): Formula | undefined {
    return raw === undefined ? undefined : this.compiler.formula(path, raw, this.scope(kind, answer))
  }

  private values(path: Path, values: Values | undefined, scope: Scope): CompiledValues {
    return new Map(
      Object.entries(values ?? {}).map(([name, raw]) => [name, this.compiler.formula([...path, name], raw, scope)]),
    )
  }

  private request(
    path: Path,
    from: { request: string; query?: Values | undefined; headers?: Values | undefined; body?: unknown },
    kind: Kind,
    record?: StaticType,
  ): CompiledRequest {
    const scope = this.scope(kind, any, record)
    const space = from.request.indexOf(' ')
    const target = from.request.slice(space + 1).trimStart()
    return {
      method: from.request.slice(0, space),
      path: this.compiler.text([...path, 'request'], target, scope, from.request.length - target.length),
      query: this.values([...path, 'query'], from.query, scope),
      headers: this.values([...path, 'headers'], from.headers, scope),
      body: from.body === undefined ? undefined : this.compiler.formula([...path, 'body'], from.body, scope),
    }
  }

  private limit(path: Path, limit: Limit): CompiledLimit {
    const before = (key: 'scope' | 'requests' | 'per' | 'concurrent'): Formula | undefined =>
      limit[key] === undefined ? undefined : this.compiler.formula([...path, key], limit[key], this.scope('base'))
    return {
      scope: this.compiler.formula([...path, 'scope'], limit.scope, this.scope('base')),
      requests: before('requests'),
      per: before('per'),
      remaining: this.after([...path, 'remaining'], limit.remaining, 'get'),
      resets: this.after([...path, 'resets'], limit.resets, 'get'),
      retryAfter: this.after([...path, 'retryAfter'], limit.retryAfter, 'get'),
      unitMs: limit.unit === 'ms' ? 1 : 1000,
      concurrent: before('concurrent'),
    }
  }

  private entity(name: string, entity: EntityDeclaration): CompiledEntity {
    const path = ['entities', name]
    const schema = this.input.schemas.get(name) ?? {}
    const type = staticTypeOf(schema, `${this.document.connector}.${name}`)
    const keyFields = typeof entity.key === 'string' ? [entity.key] : [...entity.key]
    for (const field of keyFields) this.expectField([...path, 'key'], type, field)
    return {
      name,
      schema,
      type,
      keyFields,
      ...this.converters([...path, 'schema'], schema),
      clears: clearedFields(schema),
      refers: referencesOf(schema),
      personal: this.personal(path, schema, keyFields),
      label:
        entity.label === undefined
          ? undefined
          : this.compiler.formula([...path, 'label'], entity.label, {
              input: type,
              variables: new Map(),
              functions: this.input.functions,
            }),
      only: entity.only,
      cacheMs: entity.cache === undefined ? undefined : milliseconds(entity.cache),
      list: entity.list && this.list([...path, 'list'], entity.list),
      get: entity.get && this.read([...path, 'get'], 'get', entity.get, 'get', type),
      finds: new Map(
        Object.entries(entity.find ?? {}).map(([find, read]) => [
          find,
          this.read([...path, 'find', find], find, read, 'find', type),
        ]),
      ),
      writes: new Map(
        Object.entries(entity.write ?? {}).map(([write, raw]) => [
          write,
          this.write([...path, 'write', write], write, raw, name, type),
        ]),
      ),
    }
  }

  /** Keys stand in clear in the state, in messages and in reports, so they must not be personal. */
  private personal(path: Path, schema: JsonSchema, keyFields: readonly string[]): PersonalFields {
    const personal = personalFields(schema)
    for (const field of keyFields) {
      if (!personal.holds(field)) continue
      this.compiler.report({
        code: 'personal-key',
        message: `The key field ${field} is marked as personal, and keys stand in clear in the state and in messages.`,
        advice: 'Make an id or a code of the system the key, and look records up by the personal field with a find.',
        path: [...path, 'key'],
      })
    }
    return personal
  }

  /** What reads and writes records of the schema; a schema that cannot be used is a finding. */
  private converters(path: Path, schema: JsonSchema): Pick<CompiledEntity, 'reader' | 'writer'> {
    try {
      return { reader: compileReader(schema), writer: compileWriter(schema) }
    } catch (error) {
      if (!(error instanceof SchemaError)) throw error
      this.compiler.report({
        code: 'unusable-schema',
        message: `${error.message} (at ${error.path || 'the top'} of the schema)`,
        advice: error.advice,
        path,
      })
      return { reader: compileReader({}), writer: compileWriter({}) }
    }
  }

  private list(path: Path, list: ListRead): CompiledList {
    const over = this.over(path, list)
    if (!over && (list.request === undefined || list.records === undefined)) {
      this.compiler.report({
        code: 'list-without-request',
        message: 'This list has neither `over` nor a request with records.',
        advice: 'Write request and records, or over and ids.',
        path,
      })
    }
    return {
      over,
      request: list.request === undefined ? undefined : this.request(path, { ...list, request: list.request }, 'list'),
      size: list.size,
      records: this.records([...path, 'records'], list.records, 'list'),
      as: list.as === undefined ? undefined : this.shape([...path, 'as'], list.as, 'list'),
      next: this.after([...path, 'next'], list.next, 'list'),
      follow: this.after([...path, 'follow'], list.follow, 'list'),
      since: (list.since ?? []).map((values, index) =>
        this.values([...path, 'since', index], values, this.scope('list')),
      ),
      overlapMs: milliseconds(list.overlap ?? '0s'),
      floorMs: milliseconds(list.floor ?? '5m'),
    }
  }

  private read(path: Path, name: string, read: Read, kind: 'get' | 'find', type: StaticType): CompiledRead {
    const over = this.over(path, read)
    // A find leaves the reading of what it found to the get; the get itself has nobody.
    if ((kind === 'get' || !over) && (read.request === undefined || read.records === undefined)) {
      this.compiler.report({
        code: 'read-without-request',
        message:
          kind === 'get'
            ? 'This get has no request with records.'
            : 'This read has neither `over` nor a request with records.',
        advice: kind === 'get' ? 'Write request and records.' : 'Write request and records, or over and ids.',
        path,
      })
    }
    const ofRecord = this.scope(kind, type)
    return {
      name,
      over,
      request: read.request === undefined ? undefined : this.request(path, { ...read, request: read.request }, kind),
      batch: read.batch ?? 1,
      records: this.records([...path, 'records'], read.records, kind),
      as: read.as === undefined ? undefined : this.shape([...path, 'as'], read.as, kind),
      where:
        read.where === undefined
          ? undefined
          : this.compiler.formula([...path, 'where'], read.where, ofRecord, 'condition'),
      by: read.by === undefined ? undefined : this.compiler.formula([...path, 'by'], read.by, ofRecord),
      next: this.after([...path, 'next'], read.next, kind),
      follow: this.after([...path, 'follow'], read.follow, kind),
      settlesMs: milliseconds(read.settles ?? '0s'),
    }
  }

  private shape(path: Path, as: unknown, kind: Kind): Formula {
    const scope = this.scope(kind)
    return this.compiler.formula(path, as, { ...scope, variables: new Map([...scope.variables, ['answer', answer]]) })
  }

  private over(path: Path, read: { over?: string; ids?: unknown }): CompiledOver | undefined {
    if (read.over === undefined) return undefined
    const [entity = '', find] = read.over.split('.')
    return {
      entity,
      find,
      ids: this.compiler.formula([...path, 'ids'], read.ids ?? 'id', {
        input: any,
        variables: new Map(),
        functions: this.input.functions,
      }),
    }
  }

  private records(path: Path, records: Records | undefined, kind: Kind): CompiledRecords | undefined {
    if (records === undefined) return undefined
    const formula = (raw: unknown, at: Path): Formula => this.compiler.formula(at, raw, this.scope(kind, answer))
    return typeof records === 'string'
      ? { kind: 'list', list: formula(records, path) }
      : {
          kind: 'columnar',
          columns: formula(records.columns, [...path, 'columns']),
          rows: formula(records.rows, [...path, 'rows']),
        }
  }

  private write(path: Path, name: string, write: Write, entity: string, type: StaticType): CompiledWrite {
    const scope = this.scope('write', any, type)
    const before = (key: 'item'): Formula | undefined =>
      write[key] === undefined ? undefined : this.compiler.formula([...path, key], write[key], scope)
    const afterwards = (key: 'id' | 'created' | 'refused'): Formula | undefined =>
      write[key] === undefined
        ? undefined
        : this.compiler.formula(
            [...path, key],
            write[key],
            this.scope('write', answer, type),
            key === 'created' ? 'condition' : 'value',
          )
    if (write.together !== undefined) this.expectField([...path, 'together'], type, write.together)
    const back = write.readBack
    const [backEntity, backFind] = back ? (back.find.includes('.') ? back.find.split('.') : [entity, back.find]) : []
    return {
      name,
      request: this.request(path, write, 'write', type),
      batched: write.batch !== undefined && write.batch !== 1,
      batch: this.compiler.formula([...path, 'batch'], write.batch ?? 1, this.scope('base')),
      concurrent: this.compiler.formula([...path, 'concurrent'], write.concurrent ?? 1, this.scope('base')),
      together: write.together,
      item: before('item'),
      owned: this.owned([...path, 'owned'], write.owned ?? {}, type),
      id: afterwards('id'),
      created: afterwards('created'),
      makesOnly: write.makesOnly ?? false,
      fullFile: write.fullFile ?? false,
      repeat:
        typeof write.repeat === 'string'
          ? write.repeat
          : {
              by: write.repeat.by,
              value:
                write.repeat.value === undefined
                  ? this.naturalField([...path, 'repeat', 'by'], type, write.repeat.by)
                  : this.compiler.formula([...path, 'repeat', 'value'], write.repeat.value, {
                      ...scope,
                      input: type,
                    }),
            },
      refused: afterwards('refused'),
      job: write.job && this.job([...path, 'job'], write.job, type),
      readBack: back && {
        entity: backEntity as string,
        find: backFind as string,
        by: back.by,
        applied: this.compiler.formula([...path, 'readBack', 'applied'], back.applied, scope, 'condition'),
      },
    }
  }

  /** Without a value the find is named after the field that it looks for. */
  private naturalField(path: Path, type: StaticType, field: string): undefined {
    this.expectField(path, type, field)
  }

  private owned(path: Path, owned: NonNullable<Write['owned']>, type: StaticType): OwnedField[] {
    return Object.entries(owned).flatMap(([list, fields]) =>
      Object.entries(fields).map(([field, name]): OwnedField => {
        this.expectField([...path, list, field], type, field)
        return {
          list,
          path: field.split('.'),
          update: typeof name === 'string' ? name : name.update,
          createOnly: typeof name === 'string' ? undefined : name.createOnly,
        }
      }),
    )
  }

  private job(path: Path, job: Job, type: StaticType): CompiledJob {
    const scope = this.scope('job', answer, type)
    const formula = (key: 'id' | 'done' | 'ok', expects: 'value' | 'condition'): Formula =>
      this.compiler.formula([...path, key], job[key], scope, expects)
    const entry = (key: 'record' | 'text' | 'say' | 'is' | 'code'): Formula | undefined =>
      job.row?.[key] === undefined
        ? undefined
        : this.compiler.formula([...path, 'row', key], job.row[key], { ...scope, input: any })
    return {
      id: formula('id', 'value'),
      poll: this.request([...path, 'poll'], job.poll, 'job', type),
      everyMs: milliseconds(job.poll.every ?? '2s'),
      forMs: milliseconds(job.poll.for ?? '30m'),
      done: formula('done', 'condition'),
      ok: formula('ok', 'condition'),
      failures:
        job.failures === undefined ? undefined : this.compiler.formula([...path, 'failures'], job.failures, scope),
      applied: job.applied === undefined ? undefined : this.compiler.formula([...path, 'applied'], job.applied, scope),
      log: job.log && {
        request: this.request([...path, 'log'], job.log, 'job', type),
        rows: this.compiler.formula([...path, 'log', 'rows'], job.log.rows, scope),
      },
      row: job.row && {
        record: entry('record'),
        text: entry('text'),
        say: entry('say'),
        is: entry('is') as Formula,
        code: entry('code'),
      },
    }
  }

  /** A dotted field must exist in the entity's schema; lists on the way are passed through. */
  private expectField(path: Path, type: StaticType, field: string): void {
    let current = type
    for (const part of field.split('.')) {
      if (current.kind === 'list') current = current.of
      if (current.kind === 'any') return
      const next = current.kind === 'object' ? current.fields.get(part) : undefined
      if (!next) {
        const known = current.kind === 'object' ? [...current.fields.keys()] : []
        this.compiler.report({
          code: 'unknown-field',
          message: `The entity's schema has no field ${part}.`,
          advice: nameAdvice(part, known, 'fields'),
          path,
        })
        return
      }
      current = next
    }
  }

  private checkNames(entities: ReadonlyMap<string, CompiledEntity>): void {
    const expectEntity = (path: Path, name: string): CompiledEntity | undefined => {
      const entity = entities.get(name)
      if (!entity) this.unknown(path, 'entity', name, [...entities.keys()])
      return entity
    }
    const expectRead = (path: Path, over: CompiledOver | undefined): void => {
      if (!over) return
      const entity = expectEntity([...path, 'over'], over.entity)
      if (entity && over.find !== undefined && !entity.finds.has(over.find))
        this.unknown([...path, 'over'], 'find', over.find, [...entity.finds.keys()])
    }
    for (const entity of entities.values()) {
      const path = ['entities', entity.name]
      expectRead([...path, 'list'], entity.list?.over)
      for (const find of entity.finds.values()) expectRead([...path, 'find', find.name], find.over)
      if (entity.only !== undefined && !entity.finds.has(entity.only))
        this.unknown([...path, 'only'], 'find', entity.only, [...entity.finds.keys()])
      for (const write of entity.writes.values()) {
        const at = [...path, 'write', write.name]
        if (typeof write.repeat === 'object' && !entity.finds.has(write.repeat.by))
          this.unknown([...at, 'repeat', 'by'], 'find', write.repeat.by, [...entity.finds.keys()])
        const back = write.readBack
        const asked = back && expectEntity([...at, 'readBack', 'find'], back.entity)
        if (asked && back && !asked.finds.has(back.find))
          this.unknown([...at, 'readBack', 'find'], 'find', back.find, [...asked.finds.keys()])
      }
      for (const reference of entity.refers) expectEntity([...path, 'schema'], reference.entity)
    }
    for (const [index, { for: needed = [] }] of (this.document.check ?? []).entries())
      for (const [at, name] of needed.entries()) expectEntity(['check', index, 'for', at], name)
  }

  private unknown(path: Path, what: string, name: string, known: readonly string[]): void {
    this.compiler.report({
      code: `unknown-${what}`,
      message: `There is no ${what} ${name} here.`,
      advice: nameAdvice(name, known, what === 'entity' ? 'entities' : `${what}s`),
      path,
    })
  }
}

/** Fields of the record itself that are marked `x-absent: clears`. */
function clearedFields(schema: JsonSchema): ReadonlySet<string> {
  const properties = typeof schema === 'object' ? Object.entries(schema.properties ?? {}) : []
  return new Set(
    properties.flatMap(([name, property]) =>
      (property as Readonly<Record<string, unknown>>)['x-absent'] === 'clears' ? [name] : [],
    ),
  )
}

/** Fields marked `x-refers: entity.field`, with their path; lists on the way are passed through. */
function referencesOf(schema: JsonSchema, path: readonly string[] = []): Reference[] {
  if (typeof schema !== 'object') return []
  const own = typeof schema['x-refers'] === 'string' ? schema['x-refers'].split('.') : undefined
  const here: Reference[] = own ? [{ path, entity: own[0] as string, field: own[1] as string }] : []
  const properties = Object.entries((schema.properties ?? {}) as Record<string, JsonSchema>)
  return [
    ...here,
    ...properties.flatMap(([name, property]) => referencesOf(property, [...path, name])),
    ...(schema.items === undefined ? [] : referencesOf(schema.items as JsonSchema, path)),
  ]
}

/** The schema has checked the form of every duration before. */
function milliseconds(duration: string): number {
  return parseDuration(duration) ?? 0
}
