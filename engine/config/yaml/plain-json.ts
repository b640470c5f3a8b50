import type { YamlDocument } from '../origin.ts'
import { maxDepth } from './yaml-nodes.ts'

/**
 * The value of a text that is plain JSON, else undefined. JSON is YAML too, but the many entity schemas are read ten
 * times faster as what they are. Only a text that its value gives back, but for white space, is taken: then nothing in
 * it could be read in another way (a key that stands twice, an escape, a number that is not exact). All others, and
 * those in which something is wrong, are left to YAML, which knows the places.
 */
export function plainJson(text: string): object | undefined {
  // YAML has its own mind about tabs.
  if (!/^\s*\{/.test(text) || text.includes('\t')) return undefined
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return undefined
  }
  if (!isPlain(value, 1) || JSON.stringify(value) !== withoutSpace(text)) return undefined
  return value as object
}

function withoutSpace(text: string): string {
  return text.replace(/("(?:[^"\\]|\\.)*")|\s+/g, '$1')
}

/** YAML's limits: of nesting, of the length of a key, and of the digits of a number. */
function isPlain(value: unknown, depth: number): boolean {
  if (typeof value === 'number') return value.toString().replace(/e.*$|\D/g, '').length <= 15
  if (typeof value !== 'object' || value === null) return true
  if (depth > maxDepth) return false
  if (Array.isArray(value)) return value.every((entry) => isPlain(entry, depth + 1))
  return Object.entries(value).every(
    ([key, entry]) =>
      key !== '' && key !== '<<' && key !== '__proto__' && key.length < 1000 && isPlain(entry, depth + 1),
  )
}

/** A document whose places are looked for only when somebody asks for one. */
export function placedLater(file: string, value: unknown, placed: () => YamlDocument): YamlDocument {
  let found: YamlDocument | undefined
  const document = (): YamlDocument => {
    found ??= placed()
    return found
  }
  return Object.freeze<YamlDocument>({
    file,
    value,
    cuts: [],
    at: (...asked) => document().at(...asked),
    inScalar: (...asked) => document().inScalar(...asked),
    scalars: (...asked) => document().scalars(...asked),
    finding: (problem) => document().finding(problem),
  })
}
