/** What one step of a connection's check found. A stable shape: `syncline check --json` prints it. */
export interface CheckResult {
  readonly connection: string
  readonly step: string
  readonly status: 'ok' | 'warning' | 'failed' | 'skipped'
  /** What was found, or what went wrong. */
  readonly found: string
  /** Failed since the system could not be reached or refused the credentials. */
  readonly system?: true
  /** Failed since the project's settings are wrong. */
  readonly configuration?: true
  /** What to do, when it is not ok. */
  readonly fix?: string
  /** The call that decided it, when it is not ok. */
  readonly call?: FailedCall
  /** Why it probably failed, the likeliest first. */
  readonly causes?: readonly Cause[]
  /** What was found of one column of a table. */
  readonly table?: TableFound
  /** What the system has and no table names; information. */
  readonly unnamed?: UnnamedFound
}

export interface FailedCall {
  readonly method: string
  /** Host and path, without the query. */
  readonly address: string
  readonly status?: number
  /** What went wrong with the connection, when there was no answer. */
  readonly failure?: string
  /** The system's own number of the request, for its support. */
  readonly requestId?: string
}

export interface Cause {
  /** One of `causeCodes`, or one of the connector file's own. */
  readonly cause: string
  readonly say: string
  readonly fix: string
}

export interface TableFound {
  readonly table: string
  readonly column: string
  /** `connection.entity.field` */
  readonly refers: string
  /** Different values in the column. */
  readonly named: number
  /** Values that the system does not have. */
  readonly missing: readonly string[]
}

export interface UnnamedFound {
  /** `connection.entity.field` */
  readonly refers: string
  readonly values: readonly { readonly value: string; readonly name?: string }[]
}

/** What is left of an account's calls, as its answers say. */
export interface QuotaFound {
  /** Calls in a period that the account allows, and the period in seconds. */
  readonly limit?: number
  readonly seconds?: number
  readonly remaining?: number
  readonly resetsInSeconds?: number
  /** Calls that this check made in the period. */
  readonly ours: number
  /** Calls of the period that were not made by this check. */
  readonly others?: number
}

/** A connection as a whole, after its steps. */
export interface ConnectionFound {
  readonly connection: string
  readonly connector: string
  readonly status: 'ok' | 'warning' | 'failed'
  readonly quota?: QuotaFound
  /** Our clock less the system's, seconds; only when its answers had a date. */
  readonly clockDiffersSeconds?: number
}
