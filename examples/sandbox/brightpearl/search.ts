import { ApiError, refused } from './errors.ts'
import { parseIdSet } from './id-set.ts'
import { parseInstant } from './time-stamps.ts'

/** Types of columns by which filters are read [rec, doc]. */
export type ReportDataType = 'IDSET' | 'INTEGER' | 'BOOLEAN' | 'STRING' | 'SEARCH_STRING' | 'STRING_SET' | 'PERIOD'

/** A cell: text, number, true/false or null; of a PERIOD, milliseconds since 1970 until it is written. */
export type Cell = string | number | boolean | null

export interface Column<Row> {
  readonly name: string
  readonly type: ReportDataType
  /** Default true, both. */
  readonly sortable?: boolean
  readonly filterable?: boolean
  /** Names of the maps under `reference` that explain the column's values. */
  readonly referenceData?: readonly string[]
  value(row: Row): Cell
  /** Where a row has several values of which the cell shows one. */
  values?(row: Row): readonly Cell[]
}

export interface SearchTable<Row> {
  /** The first one is the primary id: default sort, ascending [rec]. */
  readonly columns: readonly Column<Row>[]
  /** Filters that are no columns: they are neither shown nor sorted by. */
  readonly extraFilters?: readonly Column<Row>[]
  /** Rows in ascending order of the primary id. */
  rows(): ArrayLike<Row>
  /** A map of the top-level `reference` for the rows of a page. */
  reference?(name: string, rows: readonly Row[]): Readonly<Record<string, unknown>>
}

export interface SearchSettings {
  readonly unknownFilter: 'reject' | 'ignore'
  readonly filterErrorStatus: 500 | 400
  readonly writeTime: (epochMs: number) => string
}

const maxPageSize = 500

/**
 * Answers one search [rec]: positional rows, `metaData`, and `reference` beside `response`.
 *
 * Known: page size 500 at most and by default, `firstResult` from 1, `columns` as subset and order, `sort` as
 * `column.ASC`. Assumed: a larger page size is cut to 500; a first result below 1, an unknown column, sort or filter
 * is 400; nulls come first in ascending order; both ends of a PERIOD are included; STRING compares case and all.
 */
export function search<Row>(table: SearchTable<Row>, query: URLSearchParams, settings: SearchSettings): unknown {
  const { columns } = table
  const primary = columns[0]
  if (!primary) throw new Error('A search table needs a primary id column.')
  const named = new Map(columns.map((column) => [column.name, column]))

  const filterable = new Map([...named, ...(table.extraFilters ?? []).map((column) => [column.name, column] as const)])
  const shown = query.get('columns')
  const shownColumns = shown === null ? columns : shown.split(',').map((name) => named.get(name) ?? unknownColumn(name))
  const sorting = parseSort(query.get('sort'), named) ?? [{ column: primary, direction: 'ASC' as const }]
  const pageSize = Math.min(maxPageSize, parseCount('pageSize', query.get('pageSize'), maxPageSize))
  const firstResult = parseCount('firstResult', query.get('firstResult'), 1)

  const found = sorted(filtered(table.rows(), parseFilters(query, filterable, settings)), sorting, primary)
  const page = Array.from({ length: Math.max(0, Math.min(pageSize, found.length - firstResult + 1)) }, (_, place) => {
    const row = found[firstResult - 1 + place]
    if (row === undefined) throw new Error('A page reached beyond the rows that were found.')
    return row
  })
  const lastResult = firstResult + page.length - 1

  const cell = (column: Column<Row>, row: Row): Cell => {
    const value = column.value(row)
    return column.type === 'PERIOD' && typeof value === 'number' ? settings.writeTime(value) : value
  }
  return {
    response: {
      results: page.map((row) => shownColumns.map((column) => cell(column, row))),
      metaData: {
        morePagesAvailable: lastResult < found.length && page.length > 0,
        resultsAvailable: found.length,
        resultsReturned: page.length,
        // Absent when the page is empty [rec].
        ...(page.length > 0 && { firstResult, lastResult }),
        columns: shownColumns.map(described),
        sorting: sorting.map(({ column, direction }) => ({ filterable: described(column), direction })),
      },
    },
    reference: page.length > 0 ? references(table, shownColumns, page) : {},
  }
}

function references<Row>(
  table: SearchTable<Row>,
  columns: readonly Column<Row>[],
  page: readonly Row[],
): Readonly<Record<string, unknown>> {
  const names = columns.flatMap(({ referenceData = [] }) => referenceData)
  return Object.fromEntries(names.map((name) => [name, table.reference?.(name, page) ?? {}]))
}

function described<Row>({ name, sortable = true, filterable = true, type, referenceData = [] }: Column<Row>): unknown {
  return {
    name,
    sortable,
    filterable,
    reportDataType: type,
    referenceData,
    isFreeTextSearchable: false,
    required: false,
  }
}

function unknownColumn(name: string): never {
  throw refused(`There is no column ${name}`)
}

function parseCount(name: string, text: string | null, otherwise: number): number {
  if (text === null) return otherwise
  if (!/^[1-9]\d{0,9}$/.test(text)) throw refused(`${name} must be a whole number above 0`)
  return Number(text)
}

interface Sort<Row> {
  readonly column: Column<Row>
  readonly direction: 'ASC' | 'DESC'
}

/** `column.ASC` or `column.DESC` [doc, code], several separated by commas [code]. Other delimiters: 400 [assumed]. */
function parseSort<Row>(
  text: string | null,
  named: ReadonlyMap<string, Column<Row>>,
): readonly Sort<Row>[] | undefined {
  return text?.split(',').map((part) => {
    const match = /^(\w+)\.(ASC|DESC)$/.exec(part)
    const column = match?.[1] === undefined ? undefined : named.get(match[1])
    if (!column || column.sortable === false) throw refused(`Cannot sort by ${part}`)
    return { column, direction: match?.[2] === 'DESC' ? 'DESC' : 'ASC' }
  })
}

type Filter<Row> = (row: Row) => boolean

const pageParameters = new Set(['pageSize', 'firstResult', 'columns', 'sort'])

function parseFilters<Row>(
  query: URLSearchParams,
  named: ReadonlyMap<string, Column<Row>>,
  { unknownFilter, filterErrorStatus }: SearchSettings,
): readonly Filter<Row>[] {
  const filters: Filter<Row>[] = []
  for (const [name, text] of query) {
    if (pageParameters.has(name)) continue
    const column = named.get(name)
    if (!column || column.filterable === false) {
      if (unknownFilter === 'ignore') continue
      throw refused(`There is no filter ${name}`)
    }
    const test = testOf(column.type, text)
    if (!test) {
      // A client's mistake, recorded as 500 [rec]: clients must look at the code before they retry.
      throw new ApiError(
        filterErrorStatus,
        'CMNC-018',
        `The filter ${name}=${text} cannot be parsed as: ${column.type}`,
      )
    }
    const { values } = column
    filters.push(values ? (row) => values(row).some(test) : (row) => test(column.value(row)))
  }
  return filters
}

/** The test that a filter's text stands for, or undefined when it cannot be parsed as the column's type. */
function testOf(type: ReportDataType, text: string): ((cell: Cell) => boolean) | undefined {
  switch (type) {
    case 'IDSET': {
      const set = idSetOf(text)
      return set && ((cell) => typeof cell === 'number' && set.has(cell))
    }
    case 'INTEGER':
      return /^-?\d{1,15}$/.test(text) ? (cell) => cell === Number(text) : undefined
    case 'BOOLEAN':
      return text === 'true' || text === 'false' ? (cell) => cell === (text === 'true') : undefined
    case 'STRING':
      return (cell) => cell === text
    case 'SEARCH_STRING': {
      const sought = text.toLowerCase()
      return (cell) => typeof cell === 'string' && cell.toLowerCase().includes(sought)
    }
    case 'STRING_SET': {
      // Several values at once [doc]; that a comma stands between them is assumed.
      const wanted = new Set(text.split(','))
      return (cell) => typeof cell === 'string' && wanted.has(cell)
    }
    case 'PERIOD':
      return periodTest(text)
  }
}

function idSetOf(text: string): { has(id: number): boolean } | undefined {
  try {
    return parseIdSet(text)
  } catch (error) {
    // In a filter a bad set is a filter that cannot be parsed, not a bad path [rec: the error names IDSET].
    if (error instanceof ApiError) return undefined
    throw error
  }
}

/** `from/to`, `from/` [code], `/to` [assumed]. One instant without a slash cannot be parsed [assumed]. */
function periodTest(text: string): ((cell: Cell) => boolean) | undefined {
  const ends = text.split('/')
  if (ends.length !== 2 || text === '/') return undefined
  const [from, to] = ends.map((end) => (end === '' ? null : parseInstant(end)))
  if (from === undefined || to === undefined) return undefined
  // Null never matches: what was never changed has no `updatedOn` [rec].
  return (cell) => typeof cell === 'number' && (from === null || cell >= from) && (to === null || cell <= to)
}

function filtered<Row>(rows: ArrayLike<Row>, filters: readonly Filter<Row>[]): ArrayLike<Row> {
  if (filters.length === 0) return rows
  const kept: Row[] = []
  for (let place = 0; place < rows.length; place += 1) {
    const row = rows[place] as Row
    if (filters.every((passes) => passes(row))) kept.push(row)
  }
  return kept
}

function sorted<Row>(rows: ArrayLike<Row>, sorting: readonly Sort<Row>[], primary: Column<Row>): ArrayLike<Row> {
  // Rows come in this order: a full read of 100,000 products must not sort them for every page.
  if (sorting.length === 1 && sorting[0]?.column === primary && sorting[0].direction === 'ASC') return rows
  const keyed = Array.from(rows, (row) => ({ row, keys: sorting.map(({ column }) => column.value(row)) }))
  keyed.sort((a, b) => {
    for (const [place, { direction }] of sorting.entries()) {
      const order = compareCells(a.keys[place] ?? null, b.keys[place] ?? null)
      if (order !== 0) return direction === 'DESC' ? -order : order
    }
    return 0
  })
  return keyed.map(({ row }) => row)
}

function compareCells(a: Cell, b: Cell): number {
  if (a === b) return 0
  if (a === null) return -1
  if (b === null) return 1
  return a < b ? -1 : 1
}
