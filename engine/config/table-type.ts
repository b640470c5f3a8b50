import type { StaticType } from '../expressions/static-type.ts'
import type { Cell } from './dsl.generated.ts'
import type { Table } from './project.ts'

/** The type of a table's row: a closed object. A column that some row (or the default row) lacks may be absent. */
export function rowType({ name, columns, rows, default: fallback }: Table): StaticType {
  const all = fallback === undefined ? rows : [...rows, fallback]
  const title = `table ${name}`
  // Of a table without rows nothing is known but that there is nothing to find in it.
  if (all.length === 0) return { kind: 'object', fields: new Map(), rest: { kind: 'any', optional: true }, title }
  const fields = new Map<string, StaticType>()
  for (const column of columns) {
    fields.set(column, columnType(all.map((row) => row[column])))
  }
  return { kind: 'object', fields, title }
}

function columnType(cells: readonly (Cell | undefined)[]): StaticType {
  const present = cells.filter((cell) => cell !== undefined)
  const type = present
    .map(cellType)
    .reduce<StaticType | undefined>((sum, next) => (sum ? united(sum, next) : next), undefined)
  return { ...(type ?? { kind: 'any' }), ...(present.length < cells.length && { optional: true }) }
}

function cellType(cell: Cell): StaticType {
  if (typeof cell === 'object') {
    const of = cell
      .map(cellType)
      .reduce<StaticType | undefined>((sum, next) => (sum ? united(sum, next) : next), undefined)
    return { kind: 'list', of: of ?? { kind: 'nothing' } }
  }
  return { kind: typeof cell as 'string' | 'number' | 'boolean' }
}

function united(a: StaticType, b: StaticType): StaticType {
  if (a.kind === 'nothing') return b
  if (b.kind === 'nothing') return a
  if (a.kind === 'list' && b.kind === 'list') return { kind: 'list', of: united(a.of, b.of) }
  return a.kind === b.kind ? a : { kind: 'any' }
}
