import { dirname, resolve } from 'node:path'
import type { ConfigCode } from '../diagnostics/codes.ts'
import type { Finding } from '../diagnostics/finding.ts'
import { deepFreeze } from './deep-freeze.ts'
import { extendSteps, placesOf, type StepPlace } from './extend-steps.ts'
import { isObject } from './json-object.ts'
import { mergeSections } from './merge-sections.ts'
import type { Path, Problem, YamlDocument } from './origin.ts'

/** Sections that are merged entry by entry; an entry of null takes the base's away. Of `steps` see `extendSteps`. Everything else is taken whole. */
const mergedSections = [
  'options',
  'accept',
  'join',
  'awaits',
  'keep',
  'wait',
  'let',
  'fields',
  'createOnly',
  'needs',
  'ensure',
  'warn',
]
const maxDepth = 5

/** Reads a mapping file's YAML; `from` places the finding when it cannot be read. */
export type ReadYaml = (file: string, from: (problem: Problem) => Finding) => Promise<YamlDocument | undefined>

/**
 * A mapping with what it leaves out taken from the mapping that it `extends`. Every place stays where it is written:
 * in the mapping's own file, or in the base's.
 */
export async function extendMapping(
  own: YamlDocument,
  read: ReadYaml,
  report: (finding: Finding) => void,
  depth = 1,
): Promise<YamlDocument | undefined> {
  const value = own.value
  if (!isObject(value) || typeof value.extends !== 'string') return own
  const path: Path = ['extends']
  if (depth > maxDepth) {
    report(
      own.finding({
        code: 'extends-too-deep' satisfies ConfigCode,
        message: `More than ${maxDepth} mappings extend one another, or they do so in a circle.`,
        advice: 'Extend the mapping that holds the fields directly.',
        path,
      }),
    )
    return undefined
  }
  const file = resolve(dirname(own.file), value.extends)
  const found = await read(file, (problem) => own.finding({ ...problem, path }))
  const base = found && (await extendMapping(found, read, report, depth + 1))
  if (!base) return undefined
  // What YAML cut in the base is a finding there already; with its stand-ins nothing can be made.
  if (!isObject(base.value) || base.cuts.length > 0) return undefined
  const steps = extendSteps(base.value.steps, value.steps)
  const merged = merge(base.value, value)
  return overlay(own, base, steps ? { ...merged, steps: steps.steps } : merged, steps?.places)
}

function merge(base: Record<string, unknown>, own: Record<string, unknown>): Record<string, unknown> {
  const merged = mergeSections(base, own, mergedSections)
  // Of `gone` the fields are merged too: a mapping may change what is written and keep the breaker.
  return isObject(base.gone) && isObject(own.gone)
    ? { ...merged, gone: mergeSections(base.gone, own.gone, ['fields']) }
    : merged
}

function overlay(
  own: YamlDocument,
  base: YamlDocument,
  value: Record<string, unknown>,
  steps: readonly StepPlace[] | undefined,
): YamlDocument {
  const of = (path: Path): { readonly document: YamlDocument; readonly path: Path } => {
    const there = placesOf(path, steps)
    return there.own && (!there.base || stands(own.value, there.own) || !stands(base.value, there.base))
      ? { document: own, path: there.own }
      : { document: base, path: there.base ?? path }
  }
  return {
    file: own.file,
    value: deepFreeze(value),
    cuts: own.cuts,
    at: (path, what) => {
      const there = of(path)
      return there.document.at(there.path, what)
    },
    inScalar: (path, offset) => {
      const there = of(path)
      return there.document.inScalar(there.path, offset)
    },
    finding: (problem) => {
      const there = of(problem.path ?? [])
      return problem.path ? there.document.finding({ ...problem, path: there.path }) : own.finding(problem)
    },
    *scalars(path) {
      yield* own.scalars(path)
    },
  }
}

function stands(value: unknown, path: Path): boolean {
  let current = value
  for (const step of path) {
    if (typeof current !== 'object' || current === null || !(step in current)) return false
    current = (current as Record<string | number, unknown>)[step]
  }
  return true
}
