import type { Plan, PlannedConnection, PlannedFile, PlannedTable } from './plan.ts'
import { comment, inline, joined } from './yaml-text.ts'

/** A table to fill in: what each column means, where its values are found, and rows as an example. */
export function tableFile(
  { table, usedBy, notes, filled }: PlannedTable,
  { packagePath, connections }: Pick<Plan, 'packagePath' | 'connections'>,
): PlannedFile {
  const { name, title, key, refers, rows, meanings, default: fallback } = table
  const found = [...refers].map(([column, { connection, entity, field }]) => {
    const of = connections.find((one) => one.name === connection)
    return `${column}: ${field} of ${connection}.${entity} (${entityTitle(of, entity)})`
  })
  const shown = rows.map((row) => `- ${inline(row)}`)
  const asDefault = fallback === undefined ? [] : [`default: ${inline(fallback)}`]
  return {
    path: `tables/${name}.yaml`,
    text: joined([
      `# yaml-language-server: $schema=../${packagePath}/schemas/table.schema.json`,
      `# For ${usedBy.join(', ')}.`,
      ...notes.flatMap((note) => comment(note)),
      ...(found.length > 0
        ? [
            '# Where the values are found; `syncline check` proves that each of them exists, and names what no row has:',
            ...found.map((line) => `#   ${line}`),
          ]
        : []),
      `table: ${name}`,
      ...(title === undefined ? [] : [`title: ${inline(title)}`]),
      `key: ${inline(key.length === 1 ? key[0] : key)}`,
      ...(table.columns.length > 0
        ? ['columns:', ...table.columns.map((column) => `  ${column}: ${inline(meanings[column] ?? column)}`)]
        : []),
      ...(refers.size > 0
        ? ['refers:', ...[...refers].map(([column, to]) => `  ${column}: ${to.connection}.${to.entity}.${to.field}`)]
        : []),
      ...(filled
        ? [...asDefault, 'rows:', ...shown.map((line) => `  ${line}`)]
        : [
            ...(asDefault.length > 0
              ? [
                  '# The row for every key that has none; without it such a record fails:',
                  ...asDefault.map((line) => `#${line}`),
                ]
              : []),
            'rows: []',
            ...(shown.length > 0
              ? ['# Rows of an invented customer, to show the form:', ...shown.map((line) => `#  ${line}`)]
              : []),
          ]),
    ]),
  }
}

/** `priceList` is the price lists where its connector says no more. */
function entityTitle(connection: PlannedConnection | undefined, entity: string): string {
  const title = connection?.document.entities[entity]?.title
  return title ?? `${entity.replace(/([a-z])([A-Z])/g, '$1 $2').toLowerCase()} of ${connection?.title ?? 'the system'}`
}
