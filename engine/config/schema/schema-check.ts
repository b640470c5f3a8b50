import type { Finding, Position } from '../../diagnostics/finding.ts'
import type { Path, YamlDocument } from '../origin.ts'
import { withKeys } from './corrected-keys.ts'
import { type PlacedProblem, problemsOf } from './problems.ts'
import { type FileKind, validatorOf } from './validator.ts'
import { lastName } from './wording.ts'

/** Checks a document against the schema of its kind: every mistake in it, each at its place. */
export function checkAgainstSchema(
  kind: FileKind,
  document: YamlDocument,
  { value = document.value, unknown = () => false, hidden = () => false }: SchemaCheckOptions = {},
): Finding[] {
  return schemaProblems(kind, value)
    .filter((problem) => !unknown(problem.path) && !isCut(document, problem))
    .map((problem) => document.finding(hidden(problem.path) && !problem.key ? withoutValue(problem) : problem))
}

/**
 * Checks a document and answers it in a form that fits its schema, so that compilers can go on and all findings come at
 * once: a key that is not known is left out, or read as the key that was meant. Without `usable` that cannot be done.
 */
export function readFitting(
  kind: FileKind,
  document: YamlDocument,
): { readonly findings: readonly Finding[]; readonly usable?: YamlDocument } {
  const findings: Finding[] = []
  let current = document
  for (;;) {
    const problems = schemaProblems(kind, current.value)
    findings.push(...problems.filter((problem) => !isCut(current, problem)).map((problem) => current.finding(problem)))
    // A text that YAML cut has a stand-in in the value, which is no use to anybody.
    if (document.cuts.length > 0 || problems.some(({ code }) => code !== 'unknown-key')) return { findings }
    if (problems.length === 0) return { findings, usable: current }
    current = withKeys(current, problems)
  }
}

export interface SchemaCheckOptions {
  /** The value to check, where it is not the document's own (variables of the environment are replaced). */
  readonly value?: unknown
  /** Paths whose value is not known yet. */
  readonly unknown?: (path: Path) => boolean
  /** Paths whose value may be a secret and is not to be shown. */
  readonly hidden?: (path: Path) => boolean
}

function schemaProblems(kind: FileKind, value: unknown): PlacedProblem[] {
  const validate = validatorOf(kind)
  return validate(value) ? [] : problemsOf(validate.errors ?? [])
}

function withoutValue(problem: PlacedProblem): PlacedProblem {
  const kind = {
    'wrong-type': 'is not of the type that is needed',
    'unknown-value': 'is not one of the allowed values',
  }
  const is = kind[problem.code as keyof typeof kind] ?? 'has not the form that is needed'
  const advice = problem.advice.startsWith('Put it into quotes') ? 'Put it into quotes.' : problem.advice
  return { ...problem, message: `The value of ${lastName(problem.path)} ${is}.`, advice }
}

/** Keys that stand within a text that YAML cut are not meant as keys; the cut itself has a finding. */
function isCut(document: YamlDocument, problem: PlacedProblem): boolean {
  if (document.cuts.length === 0) return false
  const place = document.at(problem.path, problem.key ? 'key' : 'value')
  return document.cuts.some(({ from, to }) => !before(place, from) && before(place, to))
}

function before(a: Position, b: Position): boolean {
  return a.line < b.line || (a.line === b.line && a.column < b.column)
}
