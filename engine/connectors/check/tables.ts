import type { Table } from '../../config/project.ts'
import { EvaluationError } from '../../expressions/function-definition.ts'
import type { CompiledEntity } from '../compiled-connector.ts'
import type { Connection } from '../connection.ts'
import { CallFailure, isSystemFailure } from '../failure.ts'
import type { Row } from '../references.ts'
import type { TableFound, UnnamedFound } from './check-types.ts'

export interface TableOutcome {
  readonly ok: boolean
  readonly found: string
  readonly system?: true
  readonly table?: TableFound
  readonly unnamed?: UnnamedFound
}

/**
 * Every id and code that a table names must exist in the system. What the system has and no table names is told too: a
 * warehouse that nobody names sells nothing. Where a table has a default row, that covers what it does not name.
 */
export async function* checkTables(
  connection: Connection,
  tables: readonly Table[],
  signal: AbortSignal,
): AsyncGenerator<TableOutcome, void, void> {
  const references = new Map<string, ReferredField>()
  for (const table of tables) {
    for (const [column, { connection: of, entity: name, field }] of table.refers) {
      const entity = of === connection.name ? connection.connector.entities.get(name) : undefined
      if (!entity) continue
      const where = `table ${table.name}, column ${column}`
      const refers = [of, name, field].join('.')
      try {
        const known = references.get(refers)
        const rows = known?.rows ?? (await connection.references.rows(entity, { priority: 1, signal, fresh: true }))
        if (rows === undefined) {
          yield { ok: false, found: `${where}: ${name} cannot be read` }
          continue
        }
        const referred = known ?? referredField(entity, field, rows)
        references.set(refers, referred)
        yield ofColumn(where, table, column, refers, referred)
      } catch (error) {
        if (!(error instanceof CallFailure)) throw error
        yield { ok: false, found: `${where}: ${error.message}`, ...(isSystemFailure(error) && { system: true }) }
      }
    }
  }
  for (const [refers, referred] of references) {
    const unnamed = await unnamedOf(refers, referred)
    if (unnamed) yield unnamed
  }
  if (references.size === 0) yield { ok: true, found: 'no table names ids of this system' }
}

/** A field that tables refer to, with what the system has, and what tables name. */
interface ReferredField {
  readonly entity: CompiledEntity
  readonly field: string
  readonly rows: readonly Row[]
  readonly live: ReadonlyMap<string, Row>
  readonly named: Set<string>
  covered: boolean
}

function referredField(entity: CompiledEntity, field: string, rows: readonly Row[]): ReferredField {
  const live = new Map(rows.flatMap((row) => (row[field] === undefined ? [] : [[String(row[field]), row] as const])))
  return { entity, field, rows, live, named: new Set(), covered: false }
}

function ofColumn(where: string, table: Table, column: string, refers: string, referred: ReferredField): TableOutcome {
  const { entity, field, rows, live } = referred
  if (live.size === 0 && rows.length > 0)
    return { ok: false, found: `${where}: no ${entity.name} of the system has the field ${field}` }
  const values = new Set(table.rows.flatMap((row) => row[column] ?? []).map(String))
  for (const value of values) referred.named.add(value)
  referred.covered ||= table.default !== undefined
  const missing = [...values].filter((value) => !live.has(value))
  return {
    ok: missing.length === 0,
    found:
      missing.length === 0
        ? `${where}: all ${values.size} exist`
        : `${where}: there is no ${entity.name} with ${field} ${missing.join(', ')}`,
    table: { table: table.name, column, refers, named: values.size, missing },
  }
}

/** Names that are listed one by one. */
const listed = 8

async function unnamedOf(
  refers: string,
  { entity, field, live, named, covered }: ReferredField,
): Promise<TableOutcome | undefined> {
  if (covered) return undefined
  const values: { value: string; name?: string }[] = []
  for (const [value, row] of live) {
    if (named.has(value)) continue
    const name = await nameOf(entity, row)
    values.push({ value, ...(name !== undefined && name !== value && { name }) })
  }
  if (values.length === 0) return undefined
  const some = values.slice(0, listed).map(({ value, name }) => (name === undefined ? value : `${value} (${name})`))
  const more = values.length > listed ? ` and ${values.length - listed} more` : ''
  return {
    ok: true,
    found: `no table names ${entity.name} ${field} ${some.join(', ')}${more}`,
    unnamed: { refers, values },
  }
}

async function nameOf({ label }: CompiledEntity, row: Row): Promise<string | undefined> {
  try {
    const name = await label?.evaluate(row, {})
    return name === undefined ? undefined : String(name)
  } catch (error) {
    if (error instanceof EvaluationError) return undefined
    throw error
  }
}
