import { styleText } from 'node:util'

/** Columns of text: numbers to the right, everything else to the left. */
export function renderTable(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  { colour = false } = {},
): string {
  const shown = rows.map((row) => row.map(printable))
  const widths = head.map((title, column) => Math.max(title.length, ...shown.map((row) => row[column]?.length ?? 0)))
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, column) => {
        const width = widths[column] ?? 0
        return isNumber(cell) ? cell.padStart(width) : cell.padEnd(width)
      })
      .join('  ')
      .trimEnd()
  const title = line(head)
  return [colour ? styleText('bold', title, { validateStream: false }) : title, ...shown.map(line)].join('\n')
}

/** Texts of systems may hold what a terminal would take for commands. */
function printable(text: string): string {
  return text.replace(/\p{Cc}+/gu, ' ')
}

function isNumber(text: string): boolean {
  return /^\d+(\.\d+)?$/.test(text)
}
