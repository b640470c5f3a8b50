import { styleText } from 'node:util'
import type { Excerpt, Finding } from './finding.ts'
import type { FindingsFormat } from './format.ts'

/** For people: `file:line:column severity code message`, three lines of the file with a caret, and the advice. */
export const text: FindingsFormat = (findings, { colour = false } = {}) => {
  const style: Style = colour
    ? // The caller decides about colour; styleText must not decide again by looking at standard output.
      (format, value) => styleText(format, value, { validateStream: false })
    : (_format, value) => value
  return findings.map((finding) => entry(finding, style)).join('\n')
}

type Style = (format: 'red' | 'yellow' | 'bold' | 'dim', value: string) => string

function entry(finding: Finding, style: Style): string {
  const tone = finding.severity === 'error' ? 'red' : 'yellow'
  const place = `${finding.file}:${finding.line}:${finding.column}`
  const lines = [`${style('bold', place)} ${style(tone, finding.severity)} ${finding.code} ${finding.message}`]
  if (finding.excerpt) lines.push(...excerpt(finding.excerpt, finding, style, tone))
  lines.push(`  ${finding.advice}`)
  return `${lines.join('\n')}\n`
}

const widest = 160

function excerpt(
  { firstLine, lines }: Excerpt,
  { line, column }: Finding,
  style: Style,
  tone: 'red' | 'yellow',
): string[] {
  const width = String(firstLine + lines.length - 1).length
  // A very long line (JSON in one line) is cut to the part around the caret.
  const from = column > widest - 20 ? column - 1 - widest / 2 : 0
  return lines.flatMap((source, index) => {
    const number = firstLine + index
    const gutter = `${number === line ? '>' : ' '} ${String(number).padStart(width)} |`
    const shown = source.slice(from, from + widest).trimEnd()
    const row = `${style('dim', gutter)}${shown === '' ? '' : ` ${shown}`}`
    if (number !== line) return [row]
    // Tabs are kept, so that the caret stands under its character whatever their width.
    const pad = source
      .slice(from, column - 1)
      .replace(/[^\t]/g, ' ')
      .padEnd(column - 1 - from)
    return [row, `${style('dim', `  ${' '.repeat(width)} |`)} ${pad}${style(tone, '^')}`]
  })
}
