import { nameAdvice } from '../../config/nearest-name.ts'
import type { Table } from '../../config/project.ts'
import { rowType } from '../../config/table-type.ts'
import { type Argument, EvaluationError, type FunctionDefinition } from '../../expressions/function-definition.ts'
import type { StaticType } from '../../expressions/static-type.ts'

export interface TableHost {
  readonly tables: ReadonlyMap<string, Table>
}

const any: StaticType = { kind: 'any' }
const text: StaticType = { kind: 'string' }

export function tableFunctions(host: TableHost): readonly FunctionDefinition[] {
  return [table(host), rows(host), keyOf(host)]
}

type Check = ReturnType<NonNullable<FunctionDefinition['check']>>

function tableOf(host: TableHost, name: unknown): Table {
  const found = host.tables.get(String(name))
  if (!found) throw new EvaluationError('unknown-table', `The project has no table ${String(name)}.`)
  return found
}

function checkTableName(host: TableHost, [name]: readonly Argument[]): Check {
  if (typeof name?.literal !== 'string' || host.tables.has(name.literal)) return undefined
  return {
    code: 'unknown-table',
    argument: 0,
    message: `The project has no table ${name.literal}.`,
    advice: nameAdvice(name.literal, host.tables.keys(), 'tables'),
  }
}

function typeOfRow(host: TableHost, name: Argument | undefined): StaticType {
  const found = typeof name?.literal === 'string' ? host.tables.get(name.literal) : undefined
  return found ? rowType(found) : any
}

/** Columns that an object names must be columns of the table. */
function checkColumns(host: TableHost, name: Argument | undefined, where: Argument | undefined): Check {
  const found = typeof name?.literal === 'string' ? host.tables.get(name.literal) : undefined
  if (!found || where?.type.kind !== 'object') return undefined
  // Of a table without rows no column is known for certain, and none is missed.
  if (found.rows.length === 0 && found.default === undefined) return undefined
  const row = rowType(found)
  const columns = row.kind === 'object' ? row.fields : new Map<string, StaticType>()
  for (const column of where.type.fields.keys()) {
    if (!columns.has(column))
      return {
        code: 'unknown-column',
        argument: 1,
        message: `The table ${found.name} has no column ${column}.`,
        advice: nameAdvice(column, columns.keys(), 'columns'),
      }
  }
  return undefined
}

/** A number and its text name the same row: systems disagree about which an id is. */
function same(a: unknown, b: unknown): boolean {
  return a === b || String(a) === String(b)
}

function matches(row: Readonly<Record<string, unknown>>, where: Readonly<Record<string, unknown>>): boolean {
  return Object.entries(where).every(([column, value]) => row[column] !== undefined && same(row[column], value))
}

function table(host: TableHost): FunctionDefinition {
  const indexes = new Map<string, Map<string, Readonly<Record<string, unknown>>>>()
  const indexOf = (found: Table): Map<string, Readonly<Record<string, unknown>>> => {
    const known = indexes.get(found.name)
    if (known) return known
    const index = new Map(
      found.rows.map((row) => [
        JSON.stringify(found.key.map((column) => String(row[column]))),
        row as Readonly<Record<string, unknown>>,
      ]),
    )
    indexes.set(found.name, index)
    return index
  }
  return {
    name: 'table',
    summary:
      'The one row of a table with the key: a value, or an object of the key columns. A key that has no row fails the record, unless the table has a default row.',
    parameters: [
      { name: 'table', type: text, absent: 'refuses' },
      { name: 'key', type: any, absent: 'refuses' },
    ],
    returns: ([name]) => typeOfRow(host, name),
    check: (args) => {
      const unknown = checkTableName(host, args)
      if (unknown) return unknown
      const [name, key] = args
      const found = typeof name?.literal === 'string' ? host.tables.get(name.literal) : undefined
      if (!found || !key) return undefined
      if (found.key.length > 1 && (key.type.kind === 'string' || key.type.kind === 'number')) {
        return {
          code: 'table-key',
          argument: 1,
          message: `The key of the table ${found.name} has the columns ${found.key.join(', ')}.`,
          advice: `Write { ${found.key.map((column) => `'${column}': …`).join(', ')} }.`,
        }
      }
      if (key.type.kind === 'object') {
        const fields = key.type.fields
        const missing = found.key.filter((column) => !fields.has(column))
        const extra = [...fields.keys()].filter((column) => !found.key.includes(column))
        if (missing.length > 0 || extra.length > 0) {
          return {
            code: 'table-key',
            argument: 1,
            message: `The key of the table ${found.name} is ${found.key.join(', ')}.`,
            advice: `Write { ${found.key.map((column) => `'${column}': …`).join(', ')} }, or use $rows('${found.name}', …) for other columns.`,
          }
        }
      }
      return undefined
    },
    call: ([name, key]) => {
      const found = tableOf(host, name)
      const parts =
        typeof key === 'object' && key !== null && !Array.isArray(key)
          ? found.key.map((column) => (key as Record<string, unknown>)[column])
          : [key]
      const row = parts.every((part) => part !== undefined && typeof part !== 'object')
        ? indexOf(found).get(JSON.stringify(parts.map(String)))
        : undefined
      if (row) return row
      if (found.default)
        return { ...found.default, ...Object.fromEntries(found.key.map((column, index) => [column, parts[index]])) }
      const shown = found.key
        .map((column, index) => `${column} ${parts[index] === undefined ? '(absent)' : String(parts[index])}`)
        .join(', ')
      throw new EvaluationError(
        'table-row-missing',
        `The table ${found.name} has no row for ${shown}. Add the row, or a default row.`,
      )
    },
    examples: [],
  }
}

function rows(host: TableHost): FunctionDefinition {
  return {
    name: 'rows',
    summary: 'The rows of a table: all, or those whose columns have the given values. None is an empty list.',
    parameters: [
      { name: 'table', type: text, absent: 'refuses' },
      { name: 'where', type: any, absent: 'refuses', optional: true },
    ],
    returns: ([name]) => ({ kind: 'list', of: typeOfRow(host, name) }),
    check: (args) => checkTableName(host, args) ?? checkColumns(host, args[0], args[1]),
    call: ([name, where]) => {
      const found = tableOf(host, name)
      return where === undefined
        ? [...found.rows]
        : found.rows.filter((row) =>
            matches(row as Readonly<Record<string, unknown>>, where as Readonly<Record<string, unknown>>),
          )
    },
    examples: [],
  }
}

function keyOf(host: TableHost): FunctionDefinition {
  return {
    name: 'keyOf',
    summary:
      'The key of the one row whose columns have the given values, for a table read from right to left; fails when there is none or more than one. Only for tables with one key column.',
    parameters: [
      { name: 'table', type: text, absent: 'refuses' },
      { name: 'where', type: any, absent: 'refuses' },
    ],
    returns: ([name]) => {
      const found = typeof name?.literal === 'string' ? host.tables.get(name.literal) : undefined
      const row = found && rowType(found)
      return (row?.kind === 'object' && row.fields.get(found?.key[0] ?? '')) || any
    },
    check: (args) => checkTableName(host, args) ?? checkColumns(host, args[0], args[1]),
    call: ([name, where]) => {
      const found = tableOf(host, name)
      const fitting = found.rows.filter((row) =>
        matches(row as Readonly<Record<string, unknown>>, where as Readonly<Record<string, unknown>>),
      )
      if (fitting.length !== 1) {
        throw new EvaluationError(
          'table-row-missing',
          `The table ${found.name} has ${fitting.length === 0 ? 'no row' : `${fitting.length} rows`} with ${Object.keys(where as object).join(', ')} as asked, where one is needed.`,
        )
      }
      return (fitting[0] as Readonly<Record<string, unknown>>)[found.key[0] as string]
    },
    examples: [],
  }
}
