import { styleText } from 'node:util'

/** Columns of text: the first to the left, numbers to the right. Widths count what a terminal shows. */
export function renderTable(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  { colour = false } = {},
): string {
  const widths = head.map((title, column) => Math.max(title.length, ...rows.map((row) => (row[column] ?? '').length)))
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, column) =>
        column === 0 || Number.isNaN(Number(cell.replace(/[s,]/g, '')))
          ? cell.padEnd(widths[column] ?? 0)
          : cell.padStart(widths[column] ?? 0),
      )
      .join('  ')
      .trimEnd()
  const title = line(head)
  return [colour ? styleText('bold', title, { validateStream: false }) : title, ...rows.map(line)].join('\n')
}
