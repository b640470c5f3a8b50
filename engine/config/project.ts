import type { ConnectorFile, JsonObject, MappingFile, OptionValue, Row } from './dsl.generated.ts'
import type { Origin, Path } from './origin.ts'

/** One customer's configuration, read and checked: frozen, and every value with its place. */
export interface Project {
  readonly name: string
  readonly title: string | undefined
  /** Absolute path of the project file. */
  readonly file: string
  /** Absolute path of its folder, which relative paths start from. */
  readonly folder: string
  readonly origin: Origin
  /** Where the state is, as written, with variables replaced: `openStore(project.store, project.folder)`. */
  readonly store: string
  readonly parkedForMs: number
  /** Under which address the systems reach the receivers. */
  readonly publicUrl: string | undefined
  /** How long a received message is kept after it was processed. */
  readonly keepMessagesMs: number
  readonly undecidedAfterMs: number
  readonly connections: ReadonlyMap<string, ConnectionConfig>
  readonly tables: ReadonlyMap<string, Table>
  readonly mappings: ReadonlyMap<string, MappingSource>
  /** The value of every option that a mapping declares: what the project sets, else the default. */
  readonly options: Readonly<Record<string, OptionValue>>
  readonly functions: ReadonlyMap<string, FunctionSource>
  /** Each connector file once, however many connections use it. */
  readonly connectors: readonly ConnectorSource[]
  /** What could not be read. A name that may stand in it is not to be reported as unknown. */
  readonly unread: Unread
}

export interface Unread {
  /** Connections whose connector file could not be read. */
  readonly connections: ReadonlySet<string>
  /** Whether some table, or some mapping, could not be read. */
  readonly tables: boolean
  readonly mappings: boolean
}

/** A connector with one customer's settings and credentials. */
export interface ConnectionConfig {
  readonly name: string
  readonly connector: ConnectorSource
  /** By the connector's declarations: of the declared type, with defaults. What is not given is absent. */
  readonly settings: Readonly<Record<string, string | number | boolean>>
  /** Where each of them comes from: the project file, the state (what `syncline connect` saved), or the connector. */
  readonly settingFrom: Readonly<Record<string, 'project' | 'saved' | 'default'>>
  /** Settings whose value is not known, since a variable of the environment is missing. Only when validating. */
  readonly unset: ReadonlySet<string>
  /** Secrets by name; empty ones are left out. Never to be logged. */
  readonly credentials: Readonly<Record<string, string>>
  readonly credentialFrom: Readonly<Record<string, 'project' | 'saved'>>
  /** Name of the way to sign in; absent when the connector has none, or when validating and it is not known. */
  readonly signIn: string | undefined
  /** Share of the account's calls, above 0 and up to 1. */
  readonly share: number
  /** Path of the connection in the project file, for findings through `project.origin`. */
  readonly path: Path
}

export interface ConnectorSource {
  /** What the file calls itself. */
  readonly name: string
  readonly document: ConnectorFile
  readonly origin: Origin
  /** The record schemas by entity. An entity whose schema file has findings is absent. */
  readonly entities: ReadonlyMap<string, EntitySchema>
}

export interface EntitySchema {
  readonly schema: JsonObject
  /** Absolute path of the schema file. */
  readonly file: string
  readonly origin: Origin
}

export interface MappingSource {
  readonly name: string
  readonly document: MappingFile
  readonly origin: Origin
}

export interface FunctionSource {
  readonly name: string
  /** JSONata. */
  readonly source: string
  /** Of the project file. */
  readonly origin: Origin
  readonly path: Path
}

export interface Table {
  readonly name: string
  readonly title: string | undefined
  /** Columns of the key, at least one. */
  readonly key: readonly string[]
  readonly refers: ReadonlyMap<string, Reference>
  readonly default: Row | undefined
  readonly rows: readonly Row[]
  /** All columns that a row has, the key's first. */
  readonly columns: readonly string[]
  /** What the file says of its columns. */
  readonly meanings: Readonly<Record<string, string>>
  readonly origin: Origin
}

/** The field of a system's records that a column's values are taken from. */
export interface Reference {
  readonly connection: string
  readonly entity: string
  readonly field: string
}
