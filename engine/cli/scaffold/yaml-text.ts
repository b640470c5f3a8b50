import { stringify } from 'yaml'

const width = 118

/** A plain value or a row as YAML on one line. */
export function inline(value: unknown): string {
  return stringify(value, { collectionStyle: 'flow', lineWidth: 0, flowCollectionPadding: true }).trimEnd()
}

/** Comment lines of at most 118 characters. */
export function comment(text: string, indent = '', mark = '# '): string[] {
  const lines: string[] = []
  let line = ''
  for (const word of text.trim().split(/\s+/)) {
    if (line !== '' && indent.length + mark.length + line.length + 1 + word.length > width) {
      lines.push(line)
      line = ''
    }
    line = line === '' ? word : `${line} ${word}`
  }
  if (line !== '') lines.push(line)
  return lines.map((each) => `${indent}${mark}${each}`)
}

export function joined(lines: readonly string[]): string {
  return `${lines.join('\n')}\n`
}
