import type { MappingFile } from '../../config/dsl.generated.ts'
import { parseDuration } from '../../config/durations.ts'
import type { Formula, Scope } from '../../config/expression-compiler.ts'
import { nameAdvice } from '../../config/nearest-name.ts'
import { optionsOf, optionsType } from '../../config/options.ts'
import type { StaticType } from '../../expressions/static-type.ts'
import type { CompiledCondition, CompiledJoin, MappingBase } from '../compiled-mapping.ts'
import { compileTriggers, isFed } from './compile-triggers.ts'
import { any, type Compiling, text } from './compiling.ts'
import { compileCutOff } from './cut-off.ts'
import { compileConditions, compileJoin, entityNamed } from './names.ts'

/** What mappings of both kinds have in common, and what expressions see after it. */
export interface Base {
  /** All but what depends on what is written. Absent where the source is unknown. */
  readonly base: Omit<MappingBase, 'ensure' | 'warn' | 'comparisons' | 'configuration'> | undefined
  readonly scope: Scope
}

/** The reason under which a record of another mapping is skipped. */
export const notTheOwner = 'not-the-owner'

/** The way of a record up to its body: what is read, accepted, joined and kept. */
export function compileBase(compiling: Compiling): Base {
  const { input, compiler, functions } = compiling
  const { document: file, name } = input.source
  const from = entityNamed(compiling, ['from'], file.from)
  const triggers = compileTriggers({
    triggers: file.triggers ?? [],
    from,
    fullFile: typeof file.write === 'object' && (file.write.fullFile ?? false),
    read: file.read ?? 'changes',
    connectors: input.connectors,
    unread: input.project.unread.connections,
    report: (problem) => compiler.report(problem),
  })
  if (from && !from.entity.list && !isFed(triggers)) {
    compiling.report(
      ['from'],
      'not-listed',
      `${from.name} cannot be read as a whole: the connector gives it no list.`,
      'Read from an entity with a list, and join this one.',
    )
  }
  if (file.grace !== undefined && file.read !== 'new') {
    compiling.report(['grace'], 'grace-without-new', 'grace belongs to read: new.', 'Write read: new, or remove grace.')
  }
  if (file.wait !== undefined && isFed(triggers)) {
    compiling.report(
      ['wait'],
      'wait-without-schedule',
      'Whether a condition of wait holds by now is asked by runs, and events alone start this mapping.',
      'Give it a trigger with every or at beside its events.',
    )
  }
  const record: StaticType = from?.entity.type ?? any
  let scope: Scope = {
    input: record,
    variables: new Map<string, StaticType>([
      ['record', record],
      ['options', optionsType(input.source)],
      ['run', { kind: 'object', title: '$run', fields: new Map([['startedAt', text]]) }],
    ]),
    functions,
  }
  const accept = compileConditions(compiling, ['accept'], file.accept, scope)
  scope = accept.reduce((outer, { holds }) => narrowed(outer, holds), scope)
  const { joins, scope: joined } = compileJoins(compiling, file, scope)
  const awaits = compileAwaits(compiling, file, joins)
  scope = awaits.reduce(
    (outer, { join }) => (join.many ? outer : withVariable(outer, join.name, join.entity.entity.type)),
    joined,
  )
  const kept = compileKeep(compiling, file, scope)
  return {
    base: from && {
      name,
      title: file.title,
      from,
      read: file.read ?? 'changes',
      cutOff: compileCutOff(compiling, file, from),
      graceMs: parseDuration(file.grace ?? '') ?? 0,
      accept,
      joins,
      awaits,
      keep: kept.keep,
      wait: kept.wait,
      after: compileAfter(compiling, file.after ?? []),
      triggers,
      priority: file.priority ?? 5,
      options: optionsOf(input.source, input.project),
    },
    scope: kept.scope,
  }
}

function withVariable(scope: Scope, name: string, type: StaticType): Scope {
  return { ...scope, variables: new Map([...scope.variables, [name, type]]) }
}

/** What a condition that held says of all that comes after. */
function narrowed(scope: Scope, { whenTrue }: Formula): Scope {
  if (!whenTrue) return scope
  const variables = new Map(whenTrue.variables)
  variables.set('record', whenTrue.input)
  return { ...scope, input: whenTrue.input, variables }
}

function compileJoins(compiling: Compiling, file: MappingFile, outer: Scope): { joins: CompiledJoin[]; scope: Scope } {
  const joins: CompiledJoin[] = []
  let scope = outer
  for (const [name, declaration] of Object.entries(file.join ?? {})) {
    const compiled = compileJoin(compiling, name, declaration, scope)
    if (compiled) joins.push(compiled)
    const type: StaticType = compiled?.entity.entity.type ?? any
    scope = withVariable(scope, name, declaration.many ? { kind: 'list', of: type } : { ...type, optional: true })
  }
  return { joins, scope }
}

function compileAwaits(
  { input, report }: Compiling,
  file: MappingFile,
  joins: readonly CompiledJoin[],
): MappingBase['awaits'] {
  return Object.entries(file.awaits ?? {}).flatMap(([name, mapping]) => {
    const path = ['awaits', name]
    if (file.join?.[name] === undefined) {
      report(
        path,
        'unknown-join',
        `The mapping has no join ${name}.`,
        nameAdvice(name, Object.keys(file.join ?? {}), 'joins'),
      )
    }
    if (!input.project.mappings.has(mapping) && !input.project.unread.mappings) {
      report(
        path,
        'unknown-mapping',
        `The project has no mapping ${mapping}.`,
        nameAdvice(mapping, input.project.mappings.keys(), 'mappings'),
      )
    }
    const join = joins.find((each) => each.name === name)
    return join ? [{ join, mapping }] : []
  })
}

function compileKeep(
  { compiler }: Compiling,
  file: MappingFile,
  outer: Scope,
): { readonly keep: CompiledCondition[]; readonly wait: CompiledCondition[]; readonly scope: Scope } {
  const names = new Set(Object.keys(file.join ?? {}))
  let scope = outer
  const condition = (path: readonly string[], reason: string, raw: string | boolean): CompiledCondition => {
    const holds = compiler.formula(path, raw, scope, 'condition')
    // What is kept, or waits no more, is known to hold for all that comes after.
    scope = narrowed(scope, holds)
    return { reason, holds, joined: [...holds.uses].some((used) => names.has(used)) }
  }
  const keep = Object.entries(file.keep ?? {}).map(([reason, raw]) => condition(['keep', reason], reason, raw))
  if (file.owns !== undefined) keep.push(condition(['owns'], notTheOwner, file.owns))
  const wait = Object.entries(file.wait ?? {}).map(([reason, raw]) => condition(['wait', reason], reason, raw))
  return { keep, wait, scope }
}

function compileAfter({ input, report }: Compiling, names: readonly string[]): readonly string[] {
  names.forEach((name, index) => {
    if (!input.project.mappings.has(name) && !input.project.unread.mappings) {
      report(
        ['after', index],
        'unknown-mapping',
        `The project has no mapping ${name}.`,
        nameAdvice(name, input.project.mappings.keys(), 'mappings'),
      )
    }
  })
  return names
}
