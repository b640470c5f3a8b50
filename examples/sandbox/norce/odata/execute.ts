import { formatQueryInstant } from '../wire-time.ts'
import type { EdmProperty, EntitySet, EntityType, Value } from './edm.ts'
import { compileFilter, type FilterExpression, lowerBound, requiredValues } from './filter.ts'
import type { Expansion, QueryOptions } from './options.ts'

/** Server cap of one page [doc D3]; a larger `$top` is quietly cut down to it [code C9]. */
export const PAGE_SIZE = 500

export interface WireForm {
  readonly idsAsStrings: 'none' | 'int64' | 'all'
}

export interface Page {
  readonly value: readonly Readonly<Record<string, unknown>>[]
  /** `$skip` of the next page; undefined on the last one. */
  readonly nextSkip: number | undefined
}

/**
 * Answers a query on a set.
 * Known: pages of at most 500, a next link while there is more [doc D3]. Assumed: with `$top` there is no next link,
 * also when the `$top` was cut down; without `$orderby` rows come in the order of the key.
 */
export function queryPage(set: EntitySet, options: QueryOptions, form: WireForm): Page {
  const { filter, orderBy, skip } = options
  const size = Math.min(options.top ?? PAGE_SIZE, PAGE_SIZE)
  const wanted = options.top === undefined ? skip + size + 1 : skip + size
  const matches = filter === undefined ? () => true : compileFilter(filter)
  const inKeyOrder = followsKey(orderBy, set.type)
  let found: object[] = []
  if (wanted > 0) {
    for (const row of candidates(set, filter)) {
      if (!matches(row)) continue
      found.push(row)
      if (inKeyOrder && found.length === wanted) break
    }
  }
  if (!inKeyOrder) found = sorted(found, orderBy, set.type)
  const page = found.slice(skip, skip + size)
  const more = options.top === undefined && found.length > skip + size
  return {
    value: page.map((row) => project(row, set.type, options.select, options.expand, form)),
    nextSkip: more ? skip + size : undefined,
  }
}

function candidates(set: EntitySet, filter: FilterExpression | undefined): Iterable<object> {
  if (filter === undefined) return set.rows()
  for (const property of set.type.properties.keys()) {
    const values = requiredValues(filter, property)
    const found = values === undefined ? undefined : set.find?.(property, values)
    if (found !== undefined) return found
  }
  const from = lowerBound(filter, set.type.key[0] as string)
  return from === undefined || set.rowsFrom === undefined ? set.rows() : set.rowsFrom(from)
}

/** Rows come in the order of the key: an order that is a beginning of it needs no sorting. */
function followsKey(orderBy: QueryOptions['orderBy'], type: EntityType): boolean {
  return orderBy.every((order, index) => !order.descending && order.property === type.key[index])
}

function sorted(rows: object[], orderBy: QueryOptions['orderBy'], type: EntityType): object[] {
  const orders = [...orderBy, ...type.key.map((property) => ({ property, descending: false }))].map((order) => ({
    read: (type.properties.get(order.property) as EdmProperty).read,
    direction: order.descending ? -1 : 1,
  }))
  return rows.sort((a, b) => {
    for (const { read, direction } of orders) {
      const difference = compareValues(read(a), read(b))
      if (difference !== 0) return difference * direction
    }
    return 0
  })
}

/** Null sorts before every value, as in SQL Server. */
function compareValues(a: Value, b: Value): number {
  if (a === b) return 0
  if (a === null) return -1
  if (b === null) return 1
  return a < b ? -1 : 1
}

export function project(
  row: object,
  type: EntityType,
  select: readonly string[] | undefined,
  expand: readonly Expansion[],
  form: WireForm,
): Readonly<Record<string, unknown>> {
  const result: Record<string, unknown> = {}
  for (const name of select ?? type.properties.keys()) {
    const property = type.properties.get(name) as EdmProperty
    result[name] = wireValue(name, property, property.read(row), form)
  }
  for (const { name, navigation, filter, select: nestedSelect, expand: nested } of expand) {
    const rows = navigation.read(row)
    const kept = filter === undefined ? rows : rows.filter(compileFilter(filter))
    const values = kept.map((child) => project(child, navigation.target, nestedSelect, nested, form))
    result[name] = navigation.collection ? values : (values[0] ?? null)
  }
  return result
}

function wireValue(name: string, property: EdmProperty, value: Value, form: WireForm): unknown {
  if (typeof value !== 'number') return value
  if (property.type === 'Edm.DateTimeOffset') return formatQueryInstant(value)
  const asString =
    (form.idsAsStrings !== 'none' && property.type === 'Edm.Int64') ||
    (form.idsAsStrings === 'all' && property.type === 'Edm.Int32' && /Id$/.test(name))
  return asString ? String(value) : value
}

/** The part of `@odata.context` after the set's name: `(Id,Name,Skus(PartNo))`. */
export function contextSuffix(select: readonly string[] | undefined, expand: readonly Expansion[]): string {
  if (select === undefined && expand.length === 0) return ''
  const expanded = expand.map((each) => `${each.name}${contextSuffix(each.select, each.expand) || '()'}`)
  return `(${[...(select ?? []), ...expanded].join(',')})`
}
