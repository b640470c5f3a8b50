/** A small entity data model: what an OData answer can show and a query can name. */

export type EdmType = 'Edm.Int32' | 'Edm.Int64' | 'Edm.Decimal' | 'Edm.String' | 'Edm.Boolean' | 'Edm.DateTimeOffset'

/** Date-times are ticks, see `wire-time.ts`. */
export type Value = string | number | boolean | null

export interface EdmProperty {
  readonly type: EdmType
  readonly nullable: boolean
  readonly read: (row: object) => Value
}

export interface EdmNavigation {
  readonly target: EntityType
  readonly collection: boolean
  readonly read: (row: object) => readonly object[]
}

export interface EntityType {
  readonly name: string
  readonly key: readonly string[]
  readonly properties: ReadonlyMap<string, EdmProperty>
  readonly navigations: ReadonlyMap<string, EdmNavigation>
}

/** A set of rows, listed in the order of its key. */
export interface EntitySet {
  readonly name: string
  readonly type: EntityType
  rows(): Iterable<object>
  /** Rows whose first key property is at least `from`, in the order of the key; absent where there is no index. */
  readonly rowsFrom?: (from: Value) => Iterable<object>
  /** Rows by the value of a property; absent or undefined where there is no index for it. */
  readonly find?: (property: string, values: readonly Value[]) => Iterable<object> | undefined
}

type PropertyShape<Row> = readonly [type: `${EdmType}` | `${EdmType}?`, read: (row: Row) => Value]
type NavigationShape<Row> = readonly [target: EntityType, kind: 'one' | 'many', read: (row: Row) => readonly object[]]

/**
 * Defines an entity type over rows of one TypeScript type. A type with a question mark is nullable.
 * The rows of a set are of that type by construction, which is why the erasure here is safe.
 */
export function entityType<Row extends object>(
  name: string,
  key: readonly string[],
  properties: Readonly<Record<string, PropertyShape<Row>>>,
  navigations: Readonly<Record<string, NavigationShape<Row>>> = {},
): EntityType {
  return {
    name,
    key,
    properties: new Map(
      Object.entries(properties).map(([property, [type, read]]) => [
        property,
        {
          type: type.replace('?', '') as EdmType,
          nullable: type.endsWith('?'),
          read: read as (row: object) => Value,
        },
      ]),
    ),
    navigations: new Map(
      Object.entries(navigations).map(([navigation, [target, kind, read]]) => [
        navigation,
        { target, collection: kind === 'many', read: read as (row: object) => readonly object[] },
      ]),
    ),
  }
}

/** The query cannot be answered; the caller answers with the status and OData's error body. */
export class QueryError extends Error {
  override readonly name = 'QueryError'
  readonly status: 400 | 404 | 500
  constructor(message: string, status: 400 | 404 | 500 = 400) {
    super(message)
    this.status = status
  }
}

export function invalidQuery(message: string): QueryError {
  return new QueryError(`The query specified in the URI is not valid. ${message}`)
}

export function unknownProperty(name: string, type: EntityType): QueryError {
  return invalidQuery(`Could not find a property named '${name}' on type '${type.name}'.`)
}
