import { nameAdvice } from '../../config/nearest-name.ts'
import type { Path } from '../../config/origin.ts'
import { mainStep } from '../compiled-mapping.ts'
import type { Compiling } from './compiling.ts'

/**
 * Steps that the mapping's examples name must be there. What is given for a step that does not exist would be given to
 * nobody, and an example could pass for another reason than the one it shows.
 */
export function checkExampleSteps({ input, compiler }: Compiling): void {
  const { document, name } = input.source
  const known = (document.steps ?? []).map(({ step }) => step)
  const check = (mapping: string, steps: readonly string[], step: string, path: Path, key: boolean): void => {
    if (steps.includes(step)) return
    compiler.report({
      code: 'unknown-step',
      message: `The mapping ${mapping} has no step ${step}.`,
      advice: nameAdvice(step, steps, 'steps'),
      path,
      key,
    })
  }
  for (const [index, { given, expect, links = {} }] of (document.tests ?? []).entries()) {
    const at: Path = ['tests', index]
    for (const step of Object.keys(given.steps ?? {})) check(name, known, step, [...at, 'given', 'steps', step], true)
    const expected = 'steps' in expect ? (expect.steps ?? {}) : {}
    for (const step of Object.keys(expected)) check(name, known, step, [...at, 'expect', 'steps', step], true)
    for (const [mapping, made] of Object.entries(links)) {
      const of = input.project.mappings.get(mapping)
      if (!of) continue
      const steps = of.document.steps?.map(({ step }) => step) ?? [mainStep]
      for (const [entry, { step }] of made.entries())
        if (step !== undefined) check(mapping, steps, step, [...at, 'links', mapping, entry, 'step'], false)
    }
  }
}
