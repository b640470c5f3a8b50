import { type Document, isMap, isNode, isScalar, visit } from 'yaml'

/**
 * The text of a project file with the values under `credentials` hidden, so that an excerpt never shows a secret that
 * somebody wrote there. `${NAME}` and `${file:PATH}` stay readable. Lines and columns stay the same.
 */
export function maskSecrets(text: string, documents: readonly Document.Parsed[]): string {
  const units = text.split('')
  const hide = (from: number, to: number) => {
    for (const [start, chunk] of pieces(text, from, to)) {
      for (let i = 0; i < chunk.length; i++) if (/\S/.test(chunk.charAt(i))) units[start + i] = '•'
    }
  }
  for (const document of documents) {
    visit(document, {
      Pair: (_key, pair) => {
        if (!isScalar(pair.key) || pair.key.value !== 'credentials') return
        // Whatever stands there: a value of the wrong type may be a secret all the same.
        const values = isMap(pair.value) ? pair.value.items.map((item) => item.value) : [pair.value]
        for (const value of values) if (isNode(value) && value.range) hide(value.range[0], value.range[1])
      },
    })
  }
  // A file that is no YAML has no values to go by, only lines.
  if (documents.some((document) => document.errors.length > 0)) hideByLines(text, hide)
  return units.join('')
}

/** What is hidden between two offsets: everything but references to files, and to the environment without a default. */
function pieces(text: string, from: number, to: number): [number, string][] {
  const result: [number, string][] = []
  let start = from
  for (const match of text.slice(from, to).matchAll(/\$\{(?:file:[^{}]+|[A-Za-z_][A-Za-z0-9_]*(?::-)?)\}/g)) {
    result.push([start, text.slice(start, from + match.index)])
    start = from + match.index + match[0].length
  }
  result.push([start, text.slice(start, to)])
  return result
}

function hideByLines(text: string, hide: (from: number, to: number) => void): void {
  let offset = 0
  let depth: number | undefined
  for (const line of text.split('\n')) {
    const indent = line.search(/\S/)
    if (depth !== undefined && indent >= 0 && indent <= depth) depth = undefined
    const opening = /\bcredentials["']?\s*:/.exec(line)
    if (depth !== undefined) {
      const key = /^\s*[\w"'-]+\s*:/.exec(line)?.[0].length ?? 0
      hide(offset + key, offset + line.length)
    } else if (opening) {
      hide(offset + opening.index + opening[0].length, offset + line.length)
      depth = indent
    }
    offset += line.length + 1
  }
}
