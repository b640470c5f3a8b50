import type { ConfigCode } from '../diagnostics/codes.ts'
import type { Finding } from '../diagnostics/finding.ts'
import type { Row, TableFile } from './dsl.generated.ts'
import { fieldsOf } from './entity-schema.ts'
import { nameAdvice, nearestName } from './nearest-name.ts'
import type { Path, Problem, YamlDocument } from './origin.ts'
import type { ConnectionConfig, Reference, Table } from './project.ts'

type Found = Problem & { readonly code: ConfigCode }

/** The table of a document that fits the schema. What may be wrong with its rows says `checkTable`. */
export function createTable(document: YamlDocument): Table {
  const file = document.value as TableFile
  const key = typeof file.key === 'string' ? Object.freeze([file.key]) : file.key
  const refers = new Map<string, Reference>()
  for (const [column, target] of Object.entries(file.refers ?? {})) {
    const [connection = '', entity = '', field = ''] = target.split('.')
    refers.set(column, Object.freeze({ connection, entity, field }))
  }
  const rows = file.default === undefined ? file.rows : [...file.rows, file.default]
  return Object.freeze({
    name: file.table,
    title: file.title,
    key,
    refers,
    default: file.default,
    rows: file.rows,
    columns: Object.freeze([...new Set([...key, ...Object.keys(file.columns ?? {}), ...rows.flatMap(Object.keys)])]),
    meanings: file.columns ?? {},
    origin: document,
  })
}

/** What is wrong with a table's columns, keys and references. */
export function checkTable(
  table: Table,
  connections: ReadonlyMap<string, ConnectionConfig>,
  unread: ReadonlySet<string>,
): Finding[] {
  const problems = [...misspeltColumns(table), ...keys(table), ...references(table, connections, unread)]
  return problems.map((problem) => table.origin.finding(problem))
}

/**
 * A column of a few rows whose name is nearly that of another, which exactly those rows lack, is a typing error; a
 * column that some rows lack is none.
 */
function* misspeltColumns({ rows, key }: Table): Generator<Found> {
  const count = new Map<string, number>()
  for (const column of rows.flatMap(Object.keys)) count.set(column, (count.get(column) ?? 0) + 1)
  for (const [index, row] of rows.entries()) {
    for (const column of Object.keys(row)) {
      const often = count.get(column) ?? 0
      const absent = [...count.keys()].filter((other) => !(other in row) && (count.get(other) ?? 0) > often)
      const meant = nearestName(column, absent)
      if (meant === undefined || key.includes(column) || rows.some((other) => column in other && meant in other))
        continue
      yield {
        code: 'unknown-column',
        message: `The other rows have a column ${meant}, and this one has ${column}.`,
        advice: `Write ${meant}.`,
        path: ['rows', index, column],
        key: true,
      }
    }
  }
}

function* keys({ rows, key, origin, default: fallback }: Table): Generator<Found> {
  const seen = new Map<string, number>()
  for (const [index, row] of rows.entries()) {
    const path: Path = ['rows', index]
    const incomplete = key.filter((column) => row[column] === undefined || typeof row[column] === 'object')
    for (const column of incomplete) yield withoutKey(row, column, path)
    if (incomplete.length > 0) continue
    // As in the state, a number and its text are one key.
    const text = JSON.stringify(key.map((column) => String(row[column])))
    const first = seen.get(text)
    if (first === undefined) {
      seen.set(text, index)
      continue
    }
    const shown = key.map((column) => `${column} ${String(row[column])}`).join(', ')
    yield {
      code: 'duplicate-row',
      message: `A row with the key ${shown} stands on line ${origin.at(['rows', first]).line} already.`,
      advice: 'Remove one of the two rows, or add a column to the key.',
      path,
    }
  }
  for (const column of key) {
    if (fallback?.[column] !== undefined) {
      yield {
        code: 'unknown-column',
        message: `The default row has the key column ${column}, but it stands for every key that has no row.`,
        advice: 'Remove the column from the default row.',
        path: ['default', column],
        key: true,
      }
    }
  }
}

function withoutKey(row: Row, column: string, path: Path): Found {
  if (row[column] !== undefined) {
    return {
      code: 'key-column-missing',
      message: `The column ${column} is part of the key, so it cannot hold a list.`,
      advice: 'Write one value; for several keys write several rows.',
      path: [...path, column],
    }
  }
  const near = nearestName(column, Object.keys(row))
  return {
    code: 'key-column-missing',
    message: `The row lacks the key column ${column}.`,
    advice: near === undefined ? `Add ${column}.` : `Write ${column} instead of ${near}, or add it.`,
    path,
  }
}

function* references(
  { refers, columns, rows }: Table,
  connections: ReadonlyMap<string, ConnectionConfig>,
  unread: ReadonlySet<string>,
): Generator<Found> {
  for (const [column, { connection: name, entity, field }] of refers) {
    const path: Path = ['refers', column]
    if (rows.length > 0 && !columns.includes(column)) {
      yield {
        code: 'unknown-column',
        message: `No row has the column ${column}.`,
        advice: nameAdvice(column, columns, 'columns'),
        path,
        key: true,
      }
    }
    if (unread.has(name)) continue
    const connection = connections.get(name)
    if (!connection) {
      yield {
        code: 'unknown-connection',
        message: `The project has no connection ${name}.`,
        advice: nameAdvice(name, connections.keys(), 'connections'),
        path,
      }
      continue
    }
    const { document, entities, name: connector } = connection.connector
    const declared = Object.keys(document.entities)
    if (!declared.includes(entity)) {
      yield {
        code: 'unknown-reference',
        message: `The connector ${connector} has no entity ${entity}.`,
        advice: nameAdvice(entity, declared, `entities of ${name}`),
        path,
        offset: name.length + 1,
      }
      continue
    }
    const schema = entities.get(entity)
    if (schema && !fieldsOf(schema).includes(field)) {
      yield {
        code: 'unknown-reference',
        message: `The entity ${name}.${entity} has no field ${field}.`,
        advice: nameAdvice(field, fieldsOf(schema), `fields of ${entity}`),
        path,
        offset: name.length + entity.length + 2,
      }
    }
  }
}
