import type { Scope } from '../../config/expression-compiler.ts'
import type { StaticType } from '../../expressions/static-type.ts'
import type { CompiledStep, SteppedMapping } from '../compiled-mapping.ts'
import type { Base } from './base.ts'
import { compileLets } from './blocks.ts'
import { compileComparisons } from './comparisons.ts'
import type { Compiling } from './compiling.ts'
import { configurationOf } from './configuration.ts'
import { compileConditions } from './names.ts'
import { compileStep } from './step.ts'

/** What belongs to a mapping with one write, and says nothing beside steps. */
const ofOneWrite = ['to', 'write', 'fields', 'each', 'createOnly', 'needs', 'siblings', 'gone'] as const

/** The body of a mapping whose records lead to several writes. */
export function compileStepsMapping(compiling: Compiling, { base, scope: outer }: Base): SteppedMapping | undefined {
  const { input, report } = compiling
  const file = input.source.document
  for (const key of ofOneWrite) {
    if (file[key] === undefined) continue
    report([key], 'mapping-body', `${key} says nothing beside steps.`, `Move ${key} into a step, or remove it.`)
  }
  if (file.read === 'all') {
    report(
      ['read'],
      'mapping-body',
      'A mapping with steps reads what changed, or what is new.',
      'Write read: new, or remove it.',
    )
  }
  const { lets, scope } = compileLets(compiling, ['let'], file.let ?? {}, outer)
  const ensure = compileConditions(compiling, ['ensure'], file.ensure, scope)
  const warn = compileConditions(compiling, ['warn'], file.warn, scope)
  const declared = file.steps ?? []
  const names = declared.map(({ step }) => step)
  const steps: CompiledStep[] = []
  const made = new Map<string, StaticType>()
  for (const [index, declaration] of declared.entries()) {
    if (names.indexOf(declaration.step) !== index) {
      report(
        ['steps', index, 'step'],
        'step-twice',
        `Another step is named ${declaration.step}.`,
        'Give the steps different names.',
      )
    }
    const { step, type } = compileStep(compiling, declaration, index, {
      scope: withSteps(scope, made),
      earlier: new Map(steps.map((each) => [each.name, each.to])),
      later: new Set(names.slice(index)),
    })
    if (step) steps.push(step)
    made.set(declaration.step, type)
  }
  if (!base || steps.length < declared.length) return undefined
  return {
    ...base,
    ensure,
    warn,
    lets,
    steps,
    isSettled: !['run', 'linked', 'sourceOf', 'targetOf', 'reference'].some((name) => compiling.used.has(name)),
    comparisons: compileComparisons(compiling),
    configuration: configurationOf(compiling, [
      base.from,
      ...base.joins.map(({ entity }) => entity),
      ...steps.map(({ to }) => to),
    ]),
  }
}

function withSteps(scope: Scope, made: ReadonlyMap<string, StaticType>): Scope {
  const steps: StaticType = { kind: 'object', title: '$steps', fields: new Map(made) }
  return { ...scope, variables: new Map([...scope.variables, ['steps', steps]]) }
}
