import { relative } from 'node:path'
import type { OptionDeclaration, OptionValue } from '../../config/dsl.generated.ts'
import type { ChosenConnector } from './choose-connectors.ts'
import type { Model } from './model.ts'
import { needsOf } from './needs.ts'
import { packageName, slashes } from './package-source.ts'
import type { Plan, PlannedConnection, PlannedOption } from './plan.ts'
import { plannedCredentials, plannedSettings } from './variables.ts'

export interface PlanInput {
  readonly name: string
  readonly root: string
  readonly connectors: readonly ChosenConnector[]
  readonly model: Model
  /** Values of options that somebody chose. */
  readonly options: Readonly<Record<string, OptionValue>>
  /** Take over the rows and options of the model. */
  readonly filled: boolean
}

/** What a project over these connectors consists of: of the model, whatever runs between them. */
export function makePlan({ name, root, connectors, model, options: chosen, filled }: PlanInput): Plan {
  const packagePath = `node_modules/${packageName}`
  const connections = connectors.map((connector) => plannedConnection(connector, model))
  const mappings = mappingsBetween(connectors, model)
  const usedBy = (uses: (needs: ReturnType<typeof needsOf>) => boolean): string[] =>
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
    options: [...optionsOf(connectors, model)].map(([option, { declaration, usedBy: users }]) =>
      plannedOption(option, declaration, users, { chosen, model, filled }),
    ),
    functions: model.functions.filter((one) => usedBy((needs) => needs.functions.has(one.name)).length > 0),
  }
}

/** The model's mappings whose systems are all among the chosen ones, under the names that the mappings use. */
export function mappingsBetween(connectors: readonly ChosenConnector[], { project }: Model) {
  const there = new Set(
    connectors
      .filter(({ name, document }) => project.connections.get(name)?.connector.name === document.connector)
      .map(({ name }) => name),
  )
  return [...project.mappings.values()]
    .map((source) => ({ source, needs: needsOf(source, project) }))
    .filter(({ needs }) => [...needs.connections].every((connection) => there.has(connection)))
}

/** The options of those mappings, each once. */
export function optionsOf(connectors: readonly ChosenConnector[], model: Model) {
  const options = new Map<string, { declaration: OptionDeclaration; usedBy: string[] }>()
  for (const { source } of mappingsBetween(connectors, model)) {
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
