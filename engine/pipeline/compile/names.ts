import type { Join, SaidConditions } from '../../config/dsl.generated.ts'
import type { Formula, Scope } from '../../config/expression-compiler.ts'
import { nameAdvice } from '../../config/nearest-name.ts'
import type { Path } from '../../config/origin.ts'
import { isBuiltin } from '../../expressions/is-builtin.ts'
import type { CompiledCondition, CompiledJoin, EntityRef } from '../compiled-mapping.ts'
import type { Compiling } from './compiling.ts'

/** Variables with a meaning of their own: no join and no let may have such a name. */
export const reservedNames: ReadonlySet<string> = new Set([
  'record',
  'item',
  'options',
  'run',
  'target',
  'steps',
  'found',
])

/**
 * A name of a let or a join that means something already. Where a let or a join that is named like a function gives
 * nothing, `$name` would be that function; and inside, nobody could call it any more.
 */
export function refuseReserved(
  { functions, report }: Pick<Compiling, 'functions' | 'report'>,
  path: Path,
  name: string,
  advice: string,
): void {
  if (reservedNames.has(name)) report(path, 'reserved-name', `$${name} has a meaning of its own.`, advice)
  else if (functions.has(name) || isBuiltin(name)) report(path, 'reserved-name', `$${name} is a function.`, advice)
}

/** The entity that a file names as `connection.entity`; a name that does not exist is reported. */
export function entityNamed({ input, report }: Compiling, path: Path, name: string): EntityRef | undefined {
  const [connection = '', entity = ''] = name.split('.')
  const connector = input.connectors.get(connection)
  if (!connector) {
    if (!input.project.unread.connections.has(connection)) {
      report(
        path,
        'unknown-connection',
        `The project has no connection ${connection}.`,
        nameAdvice(connection, input.connectors.keys(), 'connections'),
      )
    }
    return undefined
  }
  const found = connector.entities.get(entity)
  if (!found) {
    report(
      path,
      'unknown-entity',
      `The connector ${connector.name} has no entity ${entity}.`,
      nameAdvice(entity, connector.entities.keys(), 'entities'),
    )
    return undefined
  }
  return { name, connection, entity: found }
}

export function compileJoin(compiling: Compiling, name: string, join: Join, scope: Scope): CompiledJoin | undefined {
  const { compiler, report } = compiling
  const path = ['join', name]
  refuseReserved(compiling, path, name, 'Choose another name for the join.')
  const entity = entityNamed(compiling, [...path, 'entity'], join.entity)
  const by = compiler.formula([...path, 'by'], join.by, scope, join.many ? 'list' : 'value')
  if (!entity) return undefined
  if (join.find !== undefined && !entity.entity.finds.has(join.find)) {
    report(
      [...path, 'find'],
      'unknown-find',
      `${entity.name} has no find ${join.find}.`,
      nameAdvice(join.find, entity.entity.finds.keys(), 'finds'),
    )
  }
  if (join.find === undefined && !entity.entity.get && entity.entity.cacheMs === undefined) {
    report(
      [...path, 'entity'],
      'no-get',
      `${entity.name} cannot be read by its key.`,
      'Name a find, or give the entity a get in its connector file.',
    )
  }
  if (join.find === undefined && entity.entity.keyFields.length > 1) {
    report([...path, 'by'], 'composite-key', `The key of ${entity.name} has several fields.`, 'Join through a find.')
  }
  return { name, entity, by, find: join.find, many: join.many ?? false }
}

export function compileConditions(
  compiling: Compiling,
  path: Path,
  conditions: SaidConditions | undefined,
  scope: Scope,
): CompiledCondition[] {
  return Object.entries(conditions ?? {}).map(([reason, condition]) => {
    const at = [...path, reason]
    if (typeof condition !== 'object')
      return { reason, holds: compiling.compiler.formula(at, condition, scope, 'condition'), joined: true }
    const holds = compiling.compiler.formula([...at, 'that'], condition.that, scope, 'condition')
    return { reason, holds, say: compileSay(compiling, [...at, 'say'], condition.say, scope), joined: true }
  })
}

/** What a message says must hold no personal data, and the message goes into logs, reports and the state. */
function compileSay({ compiler, report }: Compiling, path: Path, raw: string, scope: Scope): Formula {
  const say = compiler.formula(path, raw, scope)
  const { kind } = say.type
  if (kind !== 'string' && kind !== 'any')
    report(path, 'say-not-text', 'What a condition says is a text.', `Write $string(…), or 'the words' & $string(…).`)
  if (say.personal)
    report(
      path,
      'say-personal',
      'This reads a field that its schema marks as personal, and messages hold no personal data.',
      'Name amounts, counts, numbers and codes only.',
    )
  return say
}
