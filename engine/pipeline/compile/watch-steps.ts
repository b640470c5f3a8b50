import type { EntityRef } from '../compiled-mapping.ts'
import type { Compiling } from './compiling.ts'
import { stepReferences } from './step-references.ts'

export interface StepWatch {
  readonly earlier: ReadonlyMap<string, EntityRef>
  readonly later: ReadonlySet<string>
  /** Gets the names of the earlier steps of which an expression reads more than the key. */
  readonly reads: Set<string>
}

/** The same compiler, which looks at what each expression reads of $steps. */
export function watchSteps(compiling: Compiling, { earlier, later, reads }: StepWatch): Compiling {
  const { compiler, report } = compiling
  const look = (path: readonly (string | number)[], source: string): void => {
    const references = stepReferences(source)
    if (references === 'all') {
      for (const [name, { entity }] of earlier) if (entity.get) reads.add(name)
      return
    }
    for (const { step, field, presence } of references) {
      const entity = earlier.get(step)?.entity
      if (!entity || presence || (field !== undefined && entity.keyFields.includes(field))) continue
      if (entity.get) reads.add(step)
      else if (field !== undefined) {
        report(
          path,
          'no-get',
          `${entity.name} cannot be read by its key, so that of the step ${step} only its key is known.`,
          'Give the entity a get in its connector file.',
        )
      }
    }
  }
  /** A later step is no mistake of the name: it is said what it is, and not that there is none. */
  const usesLater = (path: readonly (string | number)[], source: string): boolean => {
    const references = stepReferences(source)
    const found =
      references === 'all' ? undefined : references.find(({ step }) => !earlier.has(step) && later.has(step))
    if (!found) return false
    report(
      path,
      'step-later',
      `$steps.${found.step} is not there yet: the step is made after, or by, this one.`,
      'Move the step before this one.',
    )
    return true
  }
  return {
    ...compiling,
    compiler: {
      ...compiler,
      formula(path, raw, scope, expects) {
        if (typeof raw === 'string' && usesLater(path, raw)) {
          const variables = new Map([...scope.variables, ['steps', { kind: 'any' } as const]])
          return compiler.formula(path, raw, { ...scope, variables }, expects)
        }
        if (typeof raw === 'string') look(path, raw)
        return compiler.formula(path, raw, scope, expects)
      },
    },
  }
}
