import type { ConnectorFile, OptionDeclaration, OptionValue } from '../../config/dsl.generated.ts'
import type { Table } from '../../config/project.ts'

/** What a new project will consist of, before any text is made of it. */
export interface Plan {
  /** Name of the project, fit for the project file. */
  readonly name: string
  /** How files of the project name the folder of the package, such as `node_modules/syncline`. */
  readonly packagePath: string
  readonly connections: readonly PlannedConnection[]
  readonly mappings: readonly PlannedMapping[]
  readonly tables: readonly PlannedTable[]
  readonly options: readonly PlannedOption[]
  readonly functions: readonly PlannedFunction[]
}

/** A file that is to be made, by its path in the project. */
export interface PlannedFile {
  readonly path: string
  readonly text: string
}

export interface PlannedConnection {
  readonly name: string
  /** The system's name for people. */
  readonly title: string
  /** Path of the connector file, as the project file names it. */
  readonly path: string
  readonly document: ConnectorFile
  readonly settings: readonly PlannedValue[]
  readonly credentials: readonly PlannedValue[]
}

/** A setting or a credential of a connection. */
export interface PlannedValue {
  readonly name: string
  readonly description: string
  /** Where a person finds it. */
  readonly where: string | undefined
  /** The variable that it is read from. Absent: the project file only shows that it could be set. */
  readonly variable: string | undefined
  /** The connector demands a value, and has none itself. */
  readonly required: boolean
  /** A run needs a value with the way to sign in that is taken when none is chosen. */
  readonly needed: boolean
  readonly fallback: string | number | boolean | undefined
  readonly allowed: readonly (string | number)[]
  readonly example: string | number | boolean | undefined
  /** The ways to sign in that read it; empty when there is nothing to choose. */
  readonly ways: readonly string[]
}

export interface PlannedMapping {
  readonly name: string
  readonly title: string | undefined
  /** As the project file names it. */
  readonly path: string
}

export interface PlannedTable {
  readonly table: Table
  readonly usedBy: readonly string[]
  /** What the model says of the table at the top of its file. */
  readonly notes: readonly string[]
  /** Whether the model's rows are taken over, or only shown as an example. */
  readonly filled: boolean
}

export interface PlannedOption {
  readonly name: string
  readonly declaration: OptionDeclaration
  readonly usedBy: readonly string[]
  /** Absent: the default holds. */
  readonly value: OptionValue | undefined
  /** The value is only an example: nobody chose it, and there is no default. */
  readonly guessed: boolean
}

export interface PlannedFunction {
  readonly name: string
  /** Its lines in a project file, below `functions:`. */
  readonly lines: readonly string[]
}
