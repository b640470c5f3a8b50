import { createExpressionCompiler } from '../../config/expression-compiler.ts'
import type { Finding } from '../../diagnostics/finding.ts'
import type { ExpressionFunction } from '../../expressions/compile.ts'
import type { AnyMapping } from '../compiled-mapping.ts'
import { mappingFunctions } from '../map/mapping-functions.ts'
import { compileBase } from './base.ts'
import type { Compiling, MappingInput } from './compiling.ts'
import { checkExampleSteps } from './example-steps.ts'
import { compileFieldsMapping } from './fields-mapping.ts'
import { compileStepsMapping } from './steps-mapping.ts'

/** Compiles a mapping; the mapping is absent where a name that it builds on is unknown. */
export function compileMapping(input: MappingInput): {
  readonly mapping: AnyMapping | undefined
  readonly findings: readonly Finding[]
} {
  const findings: Finding[] = []
  const compiler = createExpressionCompiler(input.source.origin, (finding) => findings.push(finding))
  const functions = new Map<string, ExpressionFunction>(
    mappingFunctions(input.host).map((definition) => [definition.name, definition]),
  )
  for (const [name, definition] of input.functions) functions.set(name, definition)
  const used = new Set<string>()
  const compiling: Compiling = {
    input,
    used,
    compiler: {
      ...compiler,
      formula(...args) {
        const formula = compiler.formula(...args)
        for (const name of formula.uses) used.add(name)
        return formula
      },
    },
    functions,
    report: (path, code, message, advice) => compiler.report({ code, message, advice, path }),
  }
  const mapping = compileBody(compiling)
  checkExampleSteps(compiling)
  return { mapping, findings }
}

function compileBody(compiling: Compiling): AnyMapping | undefined {
  const file = compiling.input.source.document
  const base = compileBase(compiling)
  if (file.steps) return compileStepsMapping(compiling, base)
  const missing = (['to', 'write', 'fields'] as const).filter((key) => file[key] === undefined)
  if (missing.length > 0) {
    compiling.report(
      ['mapping'],
      'mapping-body',
      `The mapping has no ${missing.join(', no ')}.`,
      'Write to, write and fields, or steps.',
    )
    return undefined
  }
  return compileFieldsMapping(compiling, base)
}
