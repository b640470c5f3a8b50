import { deepFreeze } from '../deep-freeze.ts'
import type { JsonObject } from '../dsl.generated.ts'
import type { Path, Problem, YamlDocument } from '../origin.ts'

/** A key at the end of a path that is to be left out, or to be read as another. */
export interface KeyCorrection {
  readonly path: Path
  readonly meant?: string
}

/** The document with some keys left out or renamed. Places stay those of the file: paths are translated back. */
export function withKeys(document: YamlDocument, corrections: readonly KeyCorrection[]): YamlDocument {
  const written = new Map<string, string>()
  const apply = (value: unknown, path: Path): unknown => {
    if (Array.isArray(value)) return value.map((entry, index) => apply(entry, [...path, index]))
    if (typeof value !== 'object' || value === null) return value
    const entries: [string, unknown][] = []
    for (const [key, child] of Object.entries(value)) {
      const correction = corrections.find((candidate) => samePath(candidate.path, [...path, key]))
      const taken =
        correction?.meant !== undefined &&
        (correction.meant in value || entries.some(([name]) => name === correction.meant))
      if (correction && (correction.meant === undefined || taken)) continue
      const name = correction?.meant ?? key
      if (name !== key) written.set(JSON.stringify([...path, name]), key)
      entries.push([name, apply(child, [...path, key])])
    }
    return Object.fromEntries(entries)
  }
  const value = deepFreeze(apply(document.value, []) as JsonObject)
  const back = (path: Path): Path => {
    const result: (string | number)[] = []
    for (const step of path) result.push(written.get(JSON.stringify([...result, step])) ?? step)
    return result
  }
  return Object.freeze({
    ...document,
    value,
    at: (path: Path, what?: 'key' | 'value') => document.at(back(path), what),
    inScalar: (path: Path, offset: number) => document.inScalar(back(path), offset),
    finding: (problem: Problem) => document.finding(problem.path ? { ...problem, path: back(problem.path) } : problem),
  })
}

function samePath(a: Path, b: Path): boolean {
  return a.length === b.length && a.every((step, index) => String(step) === String(b[index]))
}
