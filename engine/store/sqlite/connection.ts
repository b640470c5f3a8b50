import { DatabaseSync, type SQLInputValue } from 'node:sqlite'
import { StoreError } from '../store-error.ts'
import { type SqlitePlace, storeErrorOf } from './sqlite-error.ts'

export interface ConnectionOptions extends SqlitePlace {
  /** What SQLite opens when it is not the path that messages name. */
  readonly opens?: string
  readonly busyTimeoutMs: number
  readonly readOnly: boolean
  /** A file that is thrown away: SQLite's guards against what could damage it, such as no journal at all, are off. */
  readonly disposable?: boolean
}

/** A prepared statement whose failures are `StoreError`s. */
export interface Statement<Row> {
  /** Number of rows changed. */
  run(...values: SQLInputValue[]): number
  get(...values: SQLInputValue[]): Row | undefined
  all(...values: SQLInputValue[]): readonly Row[]
}

export interface Connection {
  readonly place: SqlitePlace
  exec(sql: string): void
  /** First column of the first row: for pragmas and counts. */
  value(sql: string): unknown
  prepare<Row = never>(sql: string): Statement<Row>
  /**
   * All or none. A nested call is a savepoint: it is kept or lost with the outer one, and when it throws, only its own
   * changes are undone, so that a caller who catches the error does not commit half of it.
   */
  transaction<T>(work: () => T): T
  /**
   * A transaction that also survives a power failure, at the price of one flush to disk: for what cannot be found out
   * again. Inside another transaction it is as durable as that one.
   */
  durably<T>(work: () => T): T
  close(): void
}

export function connect(options: ConnectionOptions): Connection {
  const place: SqlitePlace = { path: options.path, role: options.role }
  const guard = <T>(call: () => T): T => {
    try {
      return call()
    } catch (error) {
      throw storeErrorOf(error, place)
    }
  }
  const database = guard(
    () =>
      new DatabaseSync(options.opens ?? options.path, {
        timeout: options.busyTimeoutMs,
        readOnly: options.readOnly,
        defensive: options.disposable !== true,
      }),
  )
  let depth = 0

  const exec = (sql: string): void => guard(() => database.exec(sql))
  const value = (sql: string): unknown => guard(() => Object.values(database.prepare(sql).get() ?? {})[0])

  const transaction = <T>(work: () => T): T => {
    const [begin, commit, undo] =
      depth === 0
        ? ['BEGIN IMMEDIATE', 'COMMIT', 'ROLLBACK']
        : ['SAVEPOINT nested', 'RELEASE nested', 'ROLLBACK TO nested; RELEASE nested']
    exec(begin)
    depth++
    try {
      const result = work()
      if (isThenable(result)) {
        throw new TypeError('The work of a transaction returned a promise: do what needs await before or after it')
      }
      exec(commit)
      return result
    } catch (error) {
      // SQLite itself has already undone everything after some failures, such as a full disk.
      if (database.isOpen && database.isTransaction) exec(undo)
      throw error
    } finally {
      depth--
    }
  }

  return {
    place,
    exec,
    value,
    prepare: <Row>(sql: string): Statement<Row> => {
      const statement = guard(() => database.prepare(sql))
      return {
        run: (...values) => guard(() => Number(statement.run(...values).changes)),
        get: (...values) => guard(() => statement.get(...values) as Row | undefined),
        all: (...values) => guard(() => statement.all(...values) as readonly unknown[] as readonly Row[]),
      }
    },
    transaction,
    durably: (work) => {
      if (depth > 0) return transaction(work)
      const level = Number(value('PRAGMA synchronous'))
      exec('PRAGMA synchronous = FULL')
      try {
        return transaction(work)
      } finally {
        if (database.isOpen) exec(`PRAGMA synchronous = ${level}`)
      }
    },
    close: () => {
      if (!database.isOpen) return
      if (depth > 0) {
        throw new StoreError(
          'store-failed',
          `The ${place.role} ${place.path} was closed inside a transaction`,
          'This is an error in Syncline: please report it with what you did',
        )
      }
      guard(() => database.close())
    },
  }
}

function isThenable(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function'
}
