import { relative } from 'node:path'
import type { OptionDeclaration, OptionValue } from '../../config/dsl.generated.ts'
import { nameAdvice } from '../../config/nearest-name.ts'
import type { MappingSource } from '../../config/project.ts'
import { SynclineError } from '../../diagnostics/syncline-error.ts'
import type { ChosenConnector } from './choose-connectors.ts'
import type { Model } from './model.ts'
import { type Needs, needsOf } from './needs.ts'
import { packageName, slashes } from './package-source.ts'
import type { Plan, PlannedConnection, PlannedOption } from './plan.ts'
import { plannedCredentials, plannedSettings } from './variables.ts'

export interface PlanInput {
  readonly name: string
  readonly root: string
  readonly connectors: readonly ChosenConnector[]
  readonly mappings: readonly ChosenMapping[]
  readonly model: Model
  /** Values of options that somebody chose. */
  readonly options: Readonly<Record<string, OptionValue>>
  /** Take over the rows and options of the model. */
  readonly filled: boolean
}

/** What a project over these connectors consists of: of the model, whatever runs between them. */
export function makePlan({ name, root, connectors, mappings, model, options: chosen, filled }: PlanInput): Plan {
  const packagePath = `node_modules/${packageName}`
  const connections = connectors.map((connector) => plannedConnection(connector, model))
  const usedBy = (uses: (needs: Needs) => boolean): string[] =>
    mappings.filter(({ needs }) => uses(needs)).map(({ source }) => source.name)
  const tables = [...model.project.tables.values()].flatMap((table) => {
    const users = usedBy((needs) => needs.tables.has(table.name))
    return users.length > 0 ? [{ table, usedBy: users, notes: model.notesOf(table.name), filled }] : []
  })
  return {
    name,
    packagePath,
    connections,
    mappings: mappings.map(({ source }) => ({
      name: source.name,
      title: source.document.title,
      path: `${packagePath}/${slashes(relative(root, source.origin.file))}`,
    })),
    tables,
    options: [...optionsOf(mappings)].map(([option, { declaration, usedBy: users }]) =>
      plannedOption(option, declaration, users, { chosen, model, filled }),
    ),
    functions: model.functions.filter((one) => usedBy((needs) => needs.functions.has(one.name)).length > 0),
  }
}

/**
 * The model's mappings whose systems are all among the chosen ones, under the names that the mappings use: those that
 * are asked for with what they need, or all.
 *
 * @throws SynclineError `unknown-mapping`, exit status 2.
 */
export function mappingsBetween(
  connectors: readonly ChosenConnector[],
  { project }: Model,
  names: readonly string[],
): readonly ChosenMapping[] {
  const there = new Set(
    connectors
      .filter(({ name, document }) => project.connections.get(name)?.connector.name === document.connector)
      .map(({ name }) => name),
  )
  const possible = [...project.mappings.values()]
    .map((source) => ({ source, needs: needsOf(source, project) }))
    .filter(({ needs }) => [...needs.connections].every((connection) => there.has(connection)))
  for (const name of names) {
    if (possible.some(({ source }) => source.name === name)) continue
    throw new SynclineError({
      code: 'unknown-mapping',
      message: `No shipped mapping ${name} is between these systems.`,
      advice: nameAdvice(
        name,
        possible.map(({ source }) => source.name),
        'shipped mappings',
      ),
      exitStatus: 2,
    })
  }
  if (names.length === 0) return possible
  const wanted = new Set(names)
  for (const name of wanted) {
    const found = possible.find(({ source }) => source.name === name)
    for (const other of found?.needs.mappings ?? []) wanted.add(other)
  }
  return possible.filter(({ source }) => wanted.has(source.name))
}

export interface ChosenMapping {
  readonly source: MappingSource
  readonly needs: Needs
}

/** The options of mappings, each once. */
export function optionsOf(mappings: readonly ChosenMapping[]) {
  const options = new Map<string, { declaration: OptionDeclaration; usedBy: string[] }>()
  for (const { source } of mappings) {
    for (const [name, declaration] of Object.entries(source.document.options ?? {})) {
      const known = options.get(name)
      if (known) known.usedBy.push(source.name)
      else options.set(name, { declaration, usedBy: [source.name] })
    }
  }
  return options
}

function plannedConnection({ name, path, document }: ChosenConnector, model: Model): PlannedConnection {
  const same = model.project.connections.get(name)?.connector.name === document.connector
  const known = (kind: 'settings' | 'credentials', value: string): string | undefined =>
    same ? model.variable(name, kind, value) : undefined
  return {
    name,
    title: document.title,
    path,
    document,
    settings: plannedSettings(name, document, known),
    credentials: plannedCredentials(name, document, known),
  }
}

function plannedOption(
  name: string,
  declaration: OptionDeclaration,
  usedBy: readonly string[],
  { chosen, model, filled }: Pick<PlanInput, 'model' | 'filled'> & { readonly chosen: PlanInput['options'] },
): PlannedOption {
  const set = chosen[name] ?? (filled ? model.options[name] : undefined)
  const needed = declaration.default === undefined && set === undefined
  return {
    name,
    declaration,
    usedBy,
    value: set ?? (needed ? exampleOf(name, declaration, model) : undefined),
    guessed: needed,
  }
}

/** A value that fits, for an option that has no default and that nobody has chosen. */
export function exampleOf(name: string, declaration: OptionDeclaration, model: Model): OptionValue {
  return model.options[name] ?? declaration.examples?.[0] ?? declaration.enum?.[0] ?? model.project.options[name] ?? ''
}
