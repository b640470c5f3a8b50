import type { MappingFile } from '../config/dsl.generated.ts'
import type { Project, Table } from '../config/project.ts'
import { compileConnector } from '../connectors/compile/compile-connector.ts'
import type { CompiledConnector } from '../connectors/compiled-connector.ts'
import type { Connection } from '../connectors/connection.ts'
import { linkNext, type ReferenceSource, referenceFunctions } from '../connectors/functions.ts'
import type { Finding } from '../diagnostics/finding.ts'
import type { ExpressionFunction } from '../expressions/compile.ts'
import { checkProjectFunction, compileProjectFunction } from '../expressions/compile-project-function.ts'
import { EvaluationError } from '../expressions/function-definition.ts'
import { pureFunctions } from '../expressions/functions/index.ts'
import type { ProjectFunction } from '../expressions/project-function.ts'
import { staticTypeOf } from '../expressions/schema-type.ts'
import type { StaticType } from '../expressions/static-type.ts'
import { required } from '../expressions/type-algebra.ts'
import { compileMapping } from './compile/compile-mapping.ts'
import { twoWriters } from './compile/two-writers.ts'
import { type AnyMapping, mainStep } from './compiled-mapping.ts'
import type { LinkQueries, MadeBy } from './map/link-functions.ts'
import { type MappingHost, mappingFunctions } from './map/mapping-functions.ts'

/** What expressions ask of the running system. Bound when there is one; `test` binds given rows instead. */
export interface Surroundings {
  /** Rows of reference data whose field has the value. */
  rowsOf(connection: string, entity: string, field: string, value: unknown): Promise<readonly unknown[]>
  readonly links: LinkQueries
}

export interface Assembly {
  readonly connectors: ReadonlyMap<string, CompiledConnector>
  readonly mappings: ReadonlyMap<string, AnyMapping>
  readonly findings: readonly Finding[]
  /** Binds what expressions ask of the running system. */
  bind(surroundings: Surroundings): void
}

export interface AssembleOptions {
  /** Other tables than the project's own. */
  readonly tables?: ReadonlyMap<string, Table>
  /** The mappings that are wanted. Default: all. */
  readonly names?: ReadonlySet<string>
  /** The project's connectors, when they are compiled already. What is bound then holds for all who share them. */
  readonly connections?: CompiledConnections
}

/** The connectors of a project, by connection, and what their expressions ask of the running system. */
export interface CompiledConnections {
  readonly connectors: ReadonlyMap<string, CompiledConnector>
  readonly findings: readonly Finding[]
  readonly references: ReferenceSource
  surroundings(): Surroundings
  bind(surroundings: Surroundings): void
}

/** Compiles all connectors, functions and mappings of a project. Needs no network, no state and no secrets. */
export function assemble(
  project: Project,
  { tables = project.tables, names, connections = compileConnections(project) }: AssembleOptions = {},
): Assembly {
  const { connectors, references, surroundings } = connections
  const findings = [...connections.findings]
  const host: MappingHost = {
    tables,
    references,
    mappings: new Map([...project.mappings].map(([name, { document }]) => [name, madeBy(document, connections)])),
    links: {
      isLinked: (...asked) => surroundings().links.isLinked(...asked),
      sourceOf: (...asked) => surroundings().links.sourceOf(...asked),
      targetOf: (...asked) => surroundings().links.targetOf(...asked),
    },
  }
  const own = projectFunctions(project, host)
  findings.push(...own.findings)
  const mappings = new Map<string, AnyMapping>()
  for (const source of project.mappings.values()) {
    if (names && !names.has(source.name)) continue
    const { mapping, findings: found } = compileMapping({ source, project, connectors, host, functions: own.functions })
    findings.push(...found)
    if (mapping) mappings.set(mapping.name, mapping)
  }
  findings.push(...twoWriters(mappings.values(), project.mappings))
  return {
    connectors,
    mappings,
    findings,
    bind: connections.bind,
  }
}

/** What a mapping makes, by its file: whether it compiles is another matter. */
function madeBy({ steps, to }: MappingFile, { connectors }: CompiledConnections): readonly MadeBy[] {
  const key = (name: string): StaticType => {
    const [connection = '', entity = ''] = name.split('.')
    const target = connectors.get(connection)?.entities.get(entity)
    if (target?.type.kind !== 'object') return { kind: 'any' }
    const { fields } = target.type
    return {
      kind: 'object',
      title: `the key of ${name}`,
      fields: new Map(target.keyFields.map((field) => [field, required(fields.get(field) ?? { kind: 'any' })])),
    }
  }
  if (steps) return steps.map((each) => ({ step: each.step, key: key(each.to) }))
  return to === undefined ? [] : [{ step: mainStep, key: key(to) }]
}

/** Compiles the connectors of a project. */
export function compileConnections(project: Project): CompiledConnections {
  const findings: Finding[] = []
  let bound: Surroundings | undefined
  const surroundings = (): Surroundings => {
    if (!bound) throw new EvaluationError('not-bound', 'Reference data and links are only there in a run.')
    return bound
  }
  const types = new Map<string, StaticType>()
  for (const connection of project.connections.values()) {
    for (const [name, { schema }] of connection.connector.entities)
      types.set(`${connection.name}.${name}`, staticTypeOf(schema, `${connection.name}.${name}`))
  }
  const references = (connection: string | undefined): ReferenceSource => ({
    typeOf: (entity) => types.get(connection === undefined ? entity : `${connection}.${entity}`),
    names: () =>
      [...types.keys()].flatMap((name) =>
        connection === undefined
          ? [name]
          : name.startsWith(`${connection}.`)
            ? [name.slice(connection.length + 1)]
            : [],
      ),
    rowsOf: (entity, field, value) => {
      const [from = '', name = ''] = connection === undefined ? entity.split('.') : [connection, entity]
      return surroundings().rowsOf(from, name, field, value)
    },
  })
  const connectors = new Map<string, CompiledConnector>()
  const reported = new Set<unknown>()
  for (const connection of project.connections.values()) {
    const functions = new Map<string, ExpressionFunction>(
      [...pureFunctions, linkNext, ...referenceFunctions(references(connection.name))].map((definition) => [
        definition.name,
        definition,
      ]),
    )
    const { connector, findings: found } = compileConnector({
      document: connection.connector.document,
      origin: connection.connector.origin,
      schemas: new Map([...connection.connector.entities].map(([name, { schema }]) => [name, schema])),
      functions,
    })
    connectors.set(connection.name, connector)
    // Two connections of one connector have the same findings.
    if (!reported.has(connection.connector)) findings.push(...found)
    reported.add(connection.connector)
  }
  return {
    connectors,
    findings,
    references: references(undefined),
    surroundings,
    bind(next) {
      bound = next
    },
  }
}

/** The project's functions, compiled once for all mappings. */
function projectFunctions(
  project: Project,
  host: MappingHost,
): { readonly functions: ReadonlyMap<string, ProjectFunction>; readonly findings: readonly Finding[] } {
  const own = new Map<string, ProjectFunction>()
  const compiled = [...project.functions.values()].map((source) => ({
    source,
    ...compileProjectFunction(source.name, source.source),
  }))
  for (const { source, function: made } of compiled) if (made) own.set(source.name, made)
  const functions = new Map<string, ExpressionFunction>([
    ...mappingFunctions(host).map((definition) => [definition.name, definition] as const),
    ...own,
  ])
  const findings = compiled.flatMap(({ source, function: made, problems }) =>
    [...problems, ...(made ? checkProjectFunction(made, { variables: new Map(), functions }) : [])].map(
      ({ code, severity, message, advice, offset }) =>
        source.origin.finding({ code, severity, message, advice, path: source.path, offset }),
    ),
  )
  return { functions: own, findings }
}

/** Surroundings of a real run. */
export function runSurroundings(
  connections: ReadonlyMap<string, Connection>,
  links: LinkQueries,
  signal: AbortSignal,
): Surroundings {
  return {
    links,
    async rowsOf(name, entityName, field, value) {
      const connection = connections.get(name)
      const entity = connection?.connector.entities.get(entityName)
      if (!connection || !entity)
        throw new EvaluationError('unknown-entity', `There is no entity ${name}.${entityName}.`)
      return connection.references.lookupAll(entity, field, value, { priority: 1, signal })
    },
  }
}
