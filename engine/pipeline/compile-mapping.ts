import { createHash } from 'node:crypto'
import type { Block, Conditions, Fields, Gone, Join, Lets } from '../config/dsl.generated.ts'
import {
  createExpressionCompiler,
  type ExpressionCompiler,
  type Formula,
  type Scope,
} from '../config/expression-compiler.ts'
import { nameAdvice } from '../config/nearest-name.ts'
import { optionsOf, optionsType } from '../config/options.ts'
import { parsePercent } from '../config/percent.ts'
import type { MappingSource, Project } from '../config/project.ts'
import type { Path } from '../config/yaml-file.ts'
import type { CompiledConnector } from '../connectors/compiled-connector.ts'
import type { Finding } from '../diagnostics/finding.ts'
import type { ExpressionFunction } from '../expressions/compile.ts'
import { compileProjectFunction } from '../expressions/compile-project-function.ts'
import type { StaticType } from '../expressions/static-type.ts'
import { compileTriggers, isFed } from './compile-triggers.ts'
import type {
  CompiledBlock,
  CompiledCondition,
  CompiledField,
  CompiledFields,
  CompiledGone,
  CompiledJoin,
  CompiledMapping,
  EntityRef,
} from './compiled-mapping.ts'
import { usualBreaker } from './compiled-mapping.ts'
import { type MappingHost, mappingFunctions } from './mapping-functions.ts'

export interface MappingInput {
  readonly source: MappingSource
  readonly project: Project
  readonly connectors: ReadonlyMap<string, CompiledConnector>
  readonly host: MappingHost
}

const text: StaticType = { kind: 'string' }
const any: StaticType = { kind: 'any' }

/** Compiles a mapping; the mapping is absent where a name that it builds on is unknown. */
export function compileMapping(input: MappingInput): {
  readonly mapping: CompiledMapping | undefined
  readonly findings: readonly Finding[]
} {
  const findings: Finding[] = []
  const compiler = createExpressionCompiler(input.source.origin, (finding) => findings.push(finding))
  const functions = new Map<string, ExpressionFunction>(
    mappingFunctions(input.host).map((definition) => [definition.name, definition]),
  )
  for (const { name, source } of input.project.functions.values()) {
    // What is wrong with a function of the project is reported once, in the project file.
    const compiled = compileProjectFunction(name, source)
    if (compiled.function) functions.set(name, compiled.function)
  }
  return { mapping: new MappingCompiler(input, compiler, functions).compile(), findings }
}

class MappingCompiler {
  private readonly input: MappingInput
  private readonly compiler: ExpressionCompiler
  private readonly functions: ReadonlyMap<string, ExpressionFunction>

  constructor(input: MappingInput, compiler: ExpressionCompiler, functions: ReadonlyMap<string, ExpressionFunction>) {
    this.input = input
    this.compiler = compiler
    this.functions = functions
  }

  compile(): CompiledMapping | undefined {
    const { document: file, name } = this.input.source
    const from = this.entity(['from'], file.from)
    const to = this.entity(['to'], file.to)
    const operation = typeof file.write === 'string' ? file.write : file.write.operation
    const write = to?.entity.writes.get(operation)
    if (to && !write) {
      this.report(
        typeof file.write === 'string' ? ['write'] : ['write', 'operation'],
        'unknown-write',
        `${to.name} has no write ${operation}.`,
        nameAdvice(operation, to.entity.writes.keys(), 'writes'),
      )
    }
    const fullFile = typeof file.write === 'object' && (file.write.fullFile ?? false)
    if (write && fullFile && !write.fullFile) {
      this.report(
        ['write', 'fullFile'],
        'no-full-file',
        `The write ${operation} of ${file.to} has no full-file mode.`,
        'Remove fullFile.',
      )
    }
    const triggers = compileTriggers({
      triggers: file.triggers ?? [],
      from,
      fullFile,
      read: file.read ?? 'changes',
      connectors: this.input.connectors,
      unread: this.input.project.unread.connections,
      report: (problem) => this.compiler.report(problem),
    })
    if (from && !from.entity.list && !isFed(triggers)) {
      this.report(
        ['from'],
        'not-listed',
        `${from.name} cannot be read as a whole: the connector gives it no list.`,
        'Read from an entity with a list, and join this one.',
      )
    }
    const input: StaticType = from?.entity.type ?? any
    const base = new Map<string, StaticType>([
      ['record', input],
      ['options', optionsType(this.input.source)],
      ['run', { kind: 'object', title: '$run', fields: new Map([['startedAt', text]]) }],
    ])
    let scope: Scope = { input, variables: base, functions: this.functions }
    const siblings = file.siblings && {
      by: this.compiler.formula(['siblings', 'by'], file.siblings.by, scope),
      find: file.siblings.find,
    }
    if (file.siblings && from && !from.entity.finds.has(file.siblings.find)) {
      this.report(
        ['siblings', 'find'],
        'unknown-find',
        `${from.name} has no find ${file.siblings.find}.`,
        nameAdvice(file.siblings.find, from.entity.finds.keys(), 'finds'),
      )
    }
    const joins: CompiledJoin[] = []
    for (const [join, declaration] of Object.entries(file.join ?? {})) {
      const compiled = this.join(join, declaration, scope)
      if (compiled) joins.push(compiled)
      const type: StaticType = compiled?.entity.entity.type ?? any
      scope = {
        ...scope,
        variables: new Map([
          ...scope.variables,
          [join, declaration.many ? { kind: 'list', of: type } : { ...type, optional: true }],
        ]),
      }
    }
    const joinNames = new Set(Object.keys(file.join ?? {}))
    const keep: CompiledCondition[] = []
    for (const [reason, condition] of Object.entries(file.keep ?? {})) {
      const holds = this.compiler.formula(['keep', reason], condition, scope, 'condition')
      keep.push({ reason, holds, joined: [...holds.uses].some((used) => joinNames.has(used)) })
      // What is kept is known to hold for all that comes after.
      if (holds.whenTrue) {
        const narrowed = new Map(holds.whenTrue.variables)
        narrowed.set('record', holds.whenTrue.input)
        scope = { ...scope, input: holds.whenTrue.input, variables: narrowed }
      }
    }
    const target: StaticType = to?.entity.type ?? any
    const block = this.block(
      [],
      { ...(file.each !== undefined && { each: file.each }), ...(file.let && { let: file.let }), fields: file.fields },
      scope,
      target,
    )
    const inner = block.scope
    const createOnly = this.fields(['createOnly'], file.createOnly ?? {}, inner, target)
    const after: Scope = { ...inner, variables: new Map<string, StaticType>([...inner.variables, ['target', target]]) }
    const toldCreateOnly =
      write !== undefined &&
      [...createOnly.keys()].every((field) =>
        write.owned.some((owned) => owned.path[0] === field && owned.createOnly !== undefined),
      )
    if (to && createOnly.size > 0 && !toldCreateOnly && !to.entity.get) {
      this.report(
        ['createOnly'],
        'create-only-unknown',
        `${to.name} neither tells new records from old ones by itself nor can be looked up.`,
        'Move the fields to fields, or give the entity a get in its connector file.',
      )
    }
    for (const key of to?.entity.keyFields ?? []) {
      if (!(key in file.fields))
        this.report(
          ['fields'],
          'key-field-missing',
          `The key field ${key} of ${file.to} is not among the fields.`,
          `Add ${key}.`,
        )
    }
    for (const field of createOnly.keys()) {
      if (field in file.fields)
        this.report(
          ['createOnly', field],
          'field-twice',
          `${field} stands under fields and under createOnly.`,
          'Keep one of them.',
        )
    }
    const mapping = from &&
      to &&
      write && {
        name,
        title: file.title,
        from,
        to,
        write,
        fullFile,
        read: file.read ?? 'changes',
        siblings,
        joins,
        keep,
        block: block.block,
        createOnly,
        toldCreateOnly,
        ensure: this.conditions('ensure', file.ensure, after),
        warn: this.conditions('warn', file.warn, after),
        needs: this.needs(file.needs ?? {}, target),
        gone: file.gone && this.gone(file.gone, target),
        after: this.after(file.after ?? []),
        triggers,
        priority: file.priority ?? 5,
        options: optionsOf(this.input.source, this.input.project),
        configuration: this.configuration([from, to, ...joins.map(({ entity }) => entity)]),
      }
    return mapping
  }

  private report(path: Path, code: string, message: string, advice: string): void {
    this.compiler.report({ code, message, advice, path })
  }

  private entity(path: Path, name: string): EntityRef | undefined {
    const [connection = '', entity = ''] = name.split('.')
    const connector = this.input.connectors.get(connection)
    if (!connector) {
      if (!this.input.project.unread.connections.has(connection)) {
        this.report(
          path,
          'unknown-connection',
          `The project has no connection ${connection}.`,
          nameAdvice(connection, this.input.connectors.keys(), 'connections'),
        )
      }
      return undefined
    }
    const found = connector.entities.get(entity)
    if (!found) {
      this.report(
        path,
        'unknown-entity',
        `The connector ${connector.name} has no entity ${entity}.`,
        nameAdvice(entity, connector.entities.keys(), 'entities'),
      )
      return undefined
    }
    return { name, connection, entity: found }
  }

  private join(name: string, join: Join, scope: Scope): CompiledJoin | undefined {
    const path = ['join', name]
    if (['record', 'item', 'options', 'run', 'target'].includes(name)) {
      this.report(path, 'reserved-name', `$${name} has a meaning of its own.`, 'Choose another name for the join.')
    }
    const entity = this.entity([...path, 'entity'], join.entity)
    const by = this.compiler.formula([...path, 'by'], join.by, scope, join.many ? 'list' : 'value')
    if (!entity) return undefined
    if (join.find !== undefined && !entity.entity.finds.has(join.find)) {
      this.report(
        [...path, 'find'],
        'unknown-find',
        `${entity.name} has no find ${join.find}.`,
        nameAdvice(join.find, entity.entity.finds.keys(), 'finds'),
      )
    }
    if (join.find === undefined && !entity.entity.get && entity.entity.cacheMs === undefined) {
      this.report(
        [...path, 'entity'],
        'no-get',
        `${entity.name} cannot be read by its key.`,
        'Name a find, or give the entity a get in its connector file.',
      )
    }
    if (join.find === undefined && entity.entity.keyFields.length > 1) {
      this.report(
        [...path, 'by'],
        'composite-key',
        `The key of ${entity.name} has several fields.`,
        'Join through a find.',
      )
    }
    return { name, entity, by, find: join.find, many: join.many ?? false }
  }

  private conditions(
    section: 'ensure' | 'warn',
    conditions: Conditions | undefined,
    scope: Scope,
  ): CompiledCondition[] {
    return Object.entries(conditions ?? {}).map(([reason, condition]) => ({
      reason,
      holds: this.compiler.formula([section, reason], condition, scope, 'condition'),
      joined: true,
    }))
  }

  private block(
    path: Path,
    raw: Omit<Block, 'if'> & { readonly if?: string | boolean },
    outer: Scope,
    target: StaticType,
  ): { readonly block: CompiledBlock; readonly scope: Scope } {
    const condition =
      raw.if === undefined ? undefined : this.compiler.formula([...path, 'if'], raw.if, outer, 'condition')
    let scope = outer
    if (condition?.whenTrue)
      scope = { ...scope, input: condition.whenTrue.input, variables: condition.whenTrue.variables }
    const each = raw.each === undefined ? undefined : this.compiler.formula([...path, 'each'], raw.each, scope, 'list')
    if (each) {
      const item: StaticType = each.type.kind === 'list' ? each.type.of : any
      scope = { ...scope, input: item, variables: new Map([...scope.variables, ['item', item]]) }
    }
    const lets = this.lets([...path, 'let'], raw.let ?? {}, scope)
    scope = lets.scope
    return {
      block: {
        if: condition,
        each,
        lets: lets.lets,
        fields: this.fields([...path, 'fields'], raw.fields, scope, target),
      },
      scope,
    }
  }

  private lets(path: Path, raw: Lets, outer: Scope): { readonly lets: CompiledBlock['lets']; readonly scope: Scope } {
    let scope = outer
    const lets = Object.entries(raw).map(([name, value]) => {
      if (['record', 'item', 'options', 'run', 'target'].includes(name)) {
        this.report([...path, name], 'reserved-name', `$${name} has a meaning of its own.`, 'Choose another name.')
      }
      const formula = this.compiler.formula([...path, name], value, scope)
      scope = { ...scope, variables: new Map([...scope.variables, [name, formula.type]]) }
      return { name, value: formula }
    })
    return { lets, scope }
  }

  private fields(path: Path, raw: Fields, scope: Scope, target: StaticType): CompiledFields {
    return new Map(
      Object.entries(raw).map(([name, field]): [string, CompiledField] => {
        const at = [...path, name]
        const into = this.targetField(at, name, target)
        if (Array.isArray(field)) {
          if (into.kind !== 'list' && into.kind !== 'any')
            this.report(
              at,
              'not-a-list-field',
              `${name} is no list in the target.`,
              'Write one value or an object of fields.',
            )
          const of = into.kind === 'list' ? into.of : any
          return [
            name,
            {
              kind: 'list',
              blocks: (field as readonly Block[]).map(
                (block, index) => this.block([...at, index], block, scope, of).block,
              ),
            },
          ]
        }
        if (typeof field === 'object' && field !== null) {
          if (into.kind !== 'object' && into.kind !== 'any')
            this.report(
              at,
              'not-an-object-field',
              `${name} is no object in the target.`,
              into.kind === 'list' ? 'Write a list of blocks: - fields: …' : 'Write one expression.',
            )
          return [
            name,
            { kind: 'object', fields: this.fields(at, field as Fields, scope, into.kind === 'object' ? into : any) },
          ]
        }
        const value = this.compiler.formula(at, field, scope)
        this.checkFit(at, name, value, into)
        return [name, { kind: 'value', value }]
      }),
    )
  }

  private targetField(path: Path, name: string, target: StaticType): StaticType {
    if (target.kind !== 'object') return any
    const field = target.fields.get(name)
    if (field) return field
    if (target.rest) return target.rest
    this.compiler.report({
      code: 'unknown-target-field',
      message: `${target.title ?? 'The target'} has no field ${name}.`,
      advice: nameAdvice(name, target.fields.keys(), 'fields'),
      path,
      key: true,
    })
    return any
  }

  /** Types that can never fit, and constants that the target does not know. */
  private checkFit(path: Path, name: string, value: Formula, into: StaticType): void {
    const { type } = value
    if (type.kind === 'any' || into.kind === 'any' || type.kind === 'nothing') return
    if (type.kind !== into.kind) {
      const fix =
        into.kind === 'string' && type.kind === 'number'
          ? `Write $string(${value.source}).`
          : into.kind === 'number' && type.kind === 'string'
            ? `Write $number(${value.source}).`
            : `Write an expression that gives ${article(into.kind)}.`
      this.report(
        path,
        'wrong-target-type',
        `${name} is ${article(into.kind)} in the target, and this gives ${article(type.kind)}.`,
        fix,
      )
      return
    }
    if (
      (type.kind === 'string' || type.kind === 'number') &&
      (into.kind === 'string' || into.kind === 'number') &&
      into.values &&
      type.values
    ) {
      const allowed: readonly unknown[] = into.values
      for (const given of type.values) {
        if (!allowed.includes(given))
          this.report(
            path,
            'value-not-allowed',
            `${name} cannot be ${JSON.stringify(given)} in the target.`,
            nameAdvice(String(given), into.values.map(String), 'values'),
          )
      }
    }
  }

  private needs(raw: Readonly<Record<string, string>>, target: StaticType): CompiledMapping['needs'] {
    return Object.entries(raw).flatMap(([name, field]) => {
      const entity = this.entity(['needs', name], name)
      if (target.kind === 'object' && !target.fields.has(field)) {
        this.report(
          ['needs', name],
          'unknown-target-field',
          `The target has no field ${field}.`,
          nameAdvice(field, target.fields.keys(), 'fields'),
        )
      }
      if (entity && !entity.entity.get) {
        this.report(
          ['needs', name],
          'no-get',
          `${name} cannot be read by its key, so nobody can say whether it is there.`,
          'Give the entity a get in its connector file.',
        )
      }
      if (entity && entity.entity.keyFields.length > 1) {
        this.report(
          ['needs', name],
          'composite-key',
          `The key of ${name} has several fields, and one field cannot name it.`,
          'Need an entity with one key field.',
        )
      }
      return entity ? [{ entity, field }] : []
    })
  }

  private gone(gone: Gone, target: StaticType): CompiledGone {
    // A gone record has no source any more: its expressions see what the link kept of the target.
    const scope: Scope = {
      input: target,
      variables: new Map<string, StaticType>([
        ['options', optionsType(this.input.source)],
        ['target', target],
      ]),
      functions: this.functions,
    }
    return {
      fields: this.fields(['gone', 'fields'], gone.fields, scope, target),
      restore: this.fields(['gone', 'restore'], gone.restore ?? {}, scope, target),
      atMost: parsePercent(gone.atMost ?? '') ?? usualBreaker.atMost,
      always: gone.always ?? usualBreaker.always,
    }
  }

  private after(names: readonly string[]): readonly string[] {
    names.forEach((name, index) => {
      if (!this.input.project.mappings.has(name) && !this.input.project.unread.mappings) {
        this.report(
          ['after', index],
          'unknown-mapping',
          `The project has no mapping ${name}.`,
          nameAdvice(name, this.input.project.mappings.keys(), 'mappings'),
        )
      }
    })
    return names
  }

  /** All that decides what the mapping makes of a record: another hash makes the next run a full one. */
  private configuration(entities: readonly (EntityRef | undefined)[]): string {
    const { project, source } = this.input
    const { tests: _, title: __, triggers: ___, priority: ____, ...mapping } = source.document
    const functions = [...project.functions.values()].map(({ name, source: text }) => [name, text])
    const options = optionsOf(source, project)
    const words = new Set(JSON.stringify([mapping, functions, options]).split(/[^\p{L}\p{N}_-]+/u))
    const tables = [...project.tables.values()]
      .filter((table) => words.has(table.name))
      .map(({ name, rows, default: fallback }) => [name, rows, fallback])
    return createHash('sha256')
      .update(JSON.stringify([mapping, functions, tables, options, entities.map((ref) => ref && this.declared(ref))]))
      .digest('base64url')
      .slice(0, 22)
  }

  /** What the connector file says of an entity, and of those that it is read through. */
  private declared({ entity, connection }: EntityRef): unknown {
    const declarations = this.input.project.connections.get(connection)?.connector.document.entities ?? {}
    const through = [entity.list, entity.get, ...entity.finds.values()].flatMap((read) => read?.over?.entity ?? [])
    return [entity.schema, declarations[entity.name], through.map((name) => declarations[name])]
  }
}

function article(kind: StaticType['kind']): string {
  return kind === 'object'
    ? 'an object'
    : kind === 'string'
      ? 'a text'
      : kind === 'boolean'
        ? 'true or false'
        : kind === 'any'
          ? 'anything'
          : kind === 'nothing'
            ? 'nothing'
            : `a ${kind}`
}
