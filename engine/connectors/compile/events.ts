import type { EventDeclaration, Subscribe } from '../../config/dsl.generated.ts'
import { parseDuration } from '../../config/durations.ts'
import type { ExpressionCompiler, Formula, Scope } from '../../config/expression-compiler.ts'
import { nameAdvice } from '../../config/nearest-name.ts'
import { parseSize } from '../../config/sizes.ts'
import type { Path } from '../../config/yaml-file.ts'
import type { ExpressionFunction } from '../../expressions/compile.ts'
import type { StaticType } from '../../expressions/static-type.ts'
import type { CompiledEntity, CompiledEvent, CompiledSubscribe } from '../compiled-connector.ts'
import type { CompiledRequest } from '../compiled-request.ts'

export interface EventsInput {
  readonly events: Readonly<Record<string, EventDeclaration>>
  readonly entities: ReadonlyMap<string, CompiledEntity>
  readonly settings: StaticType
  readonly credentials: StaticType
  readonly functions: ReadonlyMap<string, ExpressionFunction>
  readonly compiler: ExpressionCompiler
}

const any: StaticType = { kind: 'any' }
const text: StaticType = { kind: 'string' }
const message: StaticType = {
  kind: 'object',
  title: 'the message',
  fields: new Map<string, StaticType>([
    ['body', any],
    ['headers', any],
  ]),
}

/** Compiles the `events` of a connector file. An event whose entity is unknown has a finding and is left out. */
export function compileEvents(input: EventsInput): ReadonlyMap<string, CompiledEvent> {
  const events = new Map<string, CompiledEvent>()
  for (const [name, declaration] of Object.entries(input.events)) {
    const event = compileEvent(input, name, declaration)
    if (event) events.set(name, event)
  }
  return events
}

function compileEvent(input: EventsInput, name: string, declaration: EventDeclaration): CompiledEvent | undefined {
  const { compiler } = input
  const path: Path = ['events', name]
  const ofMessage = scopeOf(input, message)
  const formula = (at: Path, raw: unknown): Formula => compiler.formula([...path, ...at], raw, ofMessage)
  const answer = (kind: 'stored' | 'refused' | 'busy', status: number): CompiledEvent['answer']['stored'] => {
    const declared = declaration.answer?.[kind]
    const scope = kind === 'refused' ? scopeOf(input, message, { reason: text, code: text }) : ofMessage
    return {
      status: declared?.status ?? status,
      body:
        declared?.body === undefined
          ? undefined
          : compiler.formula([...path, 'answer', kind, 'body'], declared.body, scope),
    }
  }
  const entity = input.entities.get(declaration.entity)
  if (!entity) {
    compiler.report({
      code: 'unknown-entity',
      message: `There is no entity ${declaration.entity} here.`,
      advice: nameAdvice(declaration.entity, input.entities.keys(), 'entities'),
      path: [...path, 'entity'],
    })
  }
  const verify = verification(input, [...path, 'verify'], declaration)
  const takes = contents(input, path, declaration, entity, formula)
  const refuse = (declaration.refuse ?? []).map((rule, index) => ({
    when: compiler.formula([...path, 'refuse', index, 'when'], rule.when, ofMessage, 'condition'),
    code: rule.code,
    say: formula(['refuse', index, 'say'], rule.say),
  }))
  const answers = { stored: answer('stored', 200), refused: answer('refused', 422), busy: answer('busy', 503) }
  const subscribe = declaration.subscribe && subscription(input, [...path, 'subscribe'], declaration.subscribe)
  return (
    entity &&
    verify &&
    takes && {
      name,
      title: declaration.title,
      entity,
      verify,
      takes,
      refuse,
      maxBytes: parseSize(declaration.maxBody ?? '1MB') ?? 0,
      gatherMs: parseDuration(declaration.gather ?? '0s') ?? 0,
      answer: answers,
      subscribe,
      credentials: new Set(
        [...JSON.stringify(declaration.verify).matchAll(/\$credentials\.`?([A-Za-z_]\w*)/g)].map(
          (match) => match[1] as string,
        ),
      ),
    }
  )
}

/** Who may send. What proves it must be a credential: a file in git keeps no secret. */
function verification(
  input: EventsInput,
  path: Path,
  { verify }: EventDeclaration,
): CompiledEvent['verify'] | undefined {
  const scope = scopeOf(input, any, { credentials: input.credentials })
  const secret = (at: Path, raw: unknown): Formula => {
    const formula = input.compiler.formula([...path, ...at], raw, scope)
    if (!formula.uses.has('credentials')) {
      input.compiler.report({
        code: 'event-secret',
        message: 'What proves a sender is not taken from the credentials of the connection.',
        advice: 'Declare a credential and write $credentials and its name.',
        path: [...path, ...at],
      })
    }
    return formula
  }
  if (verify.basic) {
    return {
      kind: 'basic',
      user: input.compiler.formula([...path, 'basic', 'user'], verify.basic.user, scope),
      password: secret(['basic', 'password'], verify.basic.password),
    }
  }
  return verify.secret === undefined ? undefined : { kind: 'secret', secret: secret(['secret'], verify.secret) }
}

function contents(
  { compiler }: EventsInput,
  path: Path,
  declaration: EventDeclaration,
  entity: CompiledEntity | undefined,
  formula: (at: Path, raw: unknown) => Formula,
): CompiledEvent['takes'] | undefined {
  const { record, ids, key, find, gather } = declaration
  const report = (code: string, text: string, advice: string, at: Path): undefined =>
    void compiler.report({ code, message: text, advice, path: at })
  if ((record === undefined) === (ids === undefined)) {
    return report(
      'event-contents',
      record === undefined
        ? 'The event says neither where its record stands nor where its ids stand.'
        : 'The event has a record and ids.',
      'Write record where the message is the record itself, and ids where it only names what changed.',
      path,
    )
  }
  if (record !== undefined) {
    for (const [name, value] of Object.entries({ find, gather })) {
      if (value !== undefined)
        report('event-contents', `${name} is for events with ids.`, `Remove ${name}.`, [...path, name])
    }
    return {
      kind: 'record',
      record: formula(['record'], record),
      key: key === undefined ? undefined : formula(['key'], key),
    }
  }
  if (key !== undefined) report('event-contents', 'key is for events with a record.', 'Remove key.', [...path, 'key'])
  if (entity && find !== undefined && !entity.finds.has(find)) {
    report('unknown-find', `${entity.name} has no find ${find}.`, nameAdvice(find, entity.finds.keys(), 'finds'), [
      ...path,
      'find',
    ])
  }
  if (entity && find === undefined && !entity.get) {
    report(
      'no-get',
      `${entity.name} cannot be read by its key, so ids alone are of no use.`,
      'Name a find, or give the entity a get.',
      [...path, 'ids'],
    )
  }
  return { kind: 'ids', ids: formula(['ids'], ids), find }
}

function subscription(input: EventsInput, path: Path, declared: Subscribe): CompiledSubscribe {
  const variables = { address: text, base: text }
  const listed = scopeOf(input, any, variables)
  const request = (
    name: 'list' | 'create' | 'remove',
    from: { readonly request: string; readonly query?: Subscribe['list']['query']; readonly body?: unknown },
  ): CompiledRequest => {
    const scope = scopeOf(input, any, { ...variables, ...(name === 'remove' && { subscription: any }) })
    const at = [...path, name]
    const space = from.request.indexOf(' ')
    const target = from.request.slice(space + 1).trimStart()
    return {
      method: from.request.slice(0, space),
      path: input.compiler.text([...at, 'request'], target, scope, from.request.length - target.length),
      query: new Map(
        Object.entries(from.query ?? {}).map(([field, raw]) => [
          field,
          input.compiler.formula([...at, 'query', field], raw, scope),
        ]),
      ),
      headers: new Map(),
      body: from.body === undefined ? undefined : input.compiler.formula([...at, 'body'], from.body, scope),
    }
  }
  const answer: StaticType = {
    kind: 'object',
    title: 'the answer',
    fields: new Map<string, StaticType>([
      ['status', { kind: 'number' }],
      ['headers', any],
      ['body', any],
    ]),
  }
  return {
    list: request('list', declared.list),
    records: input.compiler.formula(
      [...path, 'list', 'records'],
      declared.list.records,
      scopeOf(input, answer, variables),
    ),
    same: input.compiler.formula([...path, 'same'], declared.same, listed, 'condition'),
    ours: input.compiler.formula([...path, 'ours'], declared.ours, listed, 'condition'),
    create: request('create', declared.create),
    remove: request('remove', declared.remove),
  }
}

function scopeOf(
  { settings, functions }: EventsInput,
  input: StaticType,
  more: Readonly<Record<string, StaticType>> = {},
): Scope {
  return { input, variables: new Map([['settings', settings], ...Object.entries(more)]), functions }
}
