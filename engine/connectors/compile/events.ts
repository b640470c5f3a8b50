import type { EventDeclaration } from '../../config/dsl.generated.ts'
import { milliseconds } from '../../config/durations.ts'
import type { Formula } from '../../config/expression-compiler.ts'
import { nameAdvice } from '../../config/nearest-name.ts'
import type { Path } from '../../config/origin.ts'
import { parseSize } from '../../config/sizes.ts'
import type { StaticType } from '../../expressions/static-type.ts'
import type { CompiledEntity, CompiledEvent } from '../compiled-connector.ts'
import { any, type ConnectorCompiler } from './connector-compiler.ts'
import { eventScope } from './event-scope.ts'
import { compileSubscription } from './subscription.ts'

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
export function compileEvents(
  declared: Readonly<Record<string, EventDeclaration>>,
  entities: ReadonlyMap<string, CompiledEntity>,
  compiler: ConnectorCompiler,
): ReadonlyMap<string, CompiledEvent> {
  const events = new Map<string, CompiledEvent>()
  for (const [name, declaration] of Object.entries(declared)) {
    const event = compileEvent(compiler, entities, name, declaration)
    if (event) events.set(name, event)
  }
  return events
}

function compileEvent(
  compiler: ConnectorCompiler,
  entities: ReadonlyMap<string, CompiledEntity>,
  name: string,
  declaration: EventDeclaration,
): CompiledEvent | undefined {
  const path: Path = ['events', name]
  const ofMessage = eventScope(compiler, message)
  const formula = (at: Path, raw: unknown): Formula => compiler.formula([...path, ...at], raw, ofMessage)
  const answer = (kind: 'stored' | 'refused' | 'busy', status: number): CompiledEvent['answer']['stored'] => {
    const declared = declaration.answer?.[kind]
    const scope = kind === 'refused' ? eventScope(compiler, message, { reason: text, code: text }) : ofMessage
    return {
      status: declared?.status ?? status,
      body:
        declared?.body === undefined
          ? undefined
          : compiler.formula([...path, 'answer', kind, 'body'], declared.body, scope),
    }
  }
  const entity = entities.get(declaration.entity)
  if (!entity) {
    compiler.report({
      code: 'unknown-entity',
      message: `There is no entity ${declaration.entity} here.`,
      advice: nameAdvice(declaration.entity, entities.keys(), 'entities'),
      path: [...path, 'entity'],
    })
  }
  const verify = verification(compiler, [...path, 'verify'], declaration)
  const takes = contents(compiler, path, declaration, entity, formula)
  const refuse = (declaration.refuse ?? []).map((rule, index) => ({
    when: compiler.formula([...path, 'refuse', index, 'when'], rule.when, ofMessage, 'condition'),
    code: rule.code,
    say: formula(['refuse', index, 'say'], rule.say),
  }))
  const answers = { stored: answer('stored', 200), refused: answer('refused', 422), busy: answer('busy', 503) }
  const subscribe =
    declaration.subscribe && compileSubscription(compiler, [...path, 'subscribe'], declaration.subscribe)
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
      gatherMs: milliseconds(declaration.gather ?? '0s'),
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
  compiler: ConnectorCompiler,
  path: Path,
  { verify }: EventDeclaration,
): CompiledEvent['verify'] | undefined {
  const scope = eventScope(compiler, any, { credentials: compiler.credentials })
  const secret = (at: Path, raw: unknown): Formula => {
    const formula = compiler.formula([...path, ...at], raw, scope)
    if (!formula.uses.has('credentials')) {
      compiler.report({
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
      user: compiler.formula([...path, 'basic', 'user'], verify.basic.user, scope),
      password: secret(['basic', 'password'], verify.basic.password),
    }
  }
  return verify.secret === undefined ? undefined : { kind: 'secret', secret: secret(['secret'], verify.secret) }
}

function contents(
  compiler: ConnectorCompiler,
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
