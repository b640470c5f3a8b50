import type { CheckStep } from '../../config/dsl.generated.ts'
import type { Path } from '../../config/origin.ts'
import type { CompiledCheckStep } from '../compiled-connector.ts'
import { answer, type ConnectorCompiler } from './connector-compiler.ts'

/** A step of `syncline check`, with the causes that its answers tell of. */
export function compileCheckStep(compiler: ConnectorCompiler, path: Path, step: CheckStep): CompiledCheckStep {
  const afterwards = compiler.scope('check', answer)
  return {
    name: step.name,
    do: step.do,
    request:
      step.request === undefined
        ? undefined
        : compiler.request(path, { request: step.request, query: step.query }, 'check'),
    expect:
      step.expect === undefined
        ? undefined
        : compiler.formula([...path, 'expect'], step.expect, afterwards, 'condition'),
    found: compiler.after([...path, 'found'], step.found, 'check'),
    fix: step.fix,
    severity: step.severity ?? 'error',
    if:
      step.if === undefined
        ? undefined
        : compiler.formula([...path, 'if'], step.if, compiler.scope('base'), 'condition'),
    for: step.for ?? [],
    causes: (step.causes ?? []).map(({ cause, when, say, fix }, index) => ({
      cause,
      when: compiler.formula([...path, 'causes', index, 'when'], when, afterwards, 'condition'),
      say: compiler.text([...path, 'causes', index, 'say'], say, afterwards),
      fix,
    })),
  }
}
