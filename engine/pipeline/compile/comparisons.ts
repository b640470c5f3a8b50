import type { Comparison } from '../../config/dsl.generated.ts'
import { parseDuration } from '../../config/durations.ts'
import { nameAdvice } from '../../config/nearest-name.ts'
import type { Path } from '../../config/origin.ts'
import type { CompiledComparison } from '../compiled-mapping.ts'
import { compileBase } from './base.ts'
import { compileLets } from './blocks.ts'
import type { Compiling } from './compiling.ts'
import { compileConditions } from './names.ts'

/** The `reconcile` of a mapping: each comparison is read, joined and kept as a mapping is. */
export function compileComparisons(compiling: Compiling): CompiledComparison[] {
  const declared = compiling.input.source.document.reconcile ?? []
  return declared.flatMap((comparison, index) => {
    if (declared.findIndex(({ name }) => name === comparison.name) !== index) {
      compiling.report(
        ['reconcile', index, 'name'],
        'comparison-twice',
        `Another comparison is named ${comparison.name}.`,
        'Give the comparisons different names.',
      )
    }
    return compileComparison(within(compiling, ['reconcile', index], comparison), comparison) ?? []
  })
}

function compileComparison(compiling: Compiling, comparison: Comparison): CompiledComparison | undefined {
  const { base, scope } = compileBase(compiling)
  const { lets, scope: inner } = compileLets(compiling, ['let'], comparison.let ?? {}, scope)
  const expect = compileConditions(compiling, ['expect'], comparison.expect, inner)
  const key = comparison.repair && compiling.compiler.formula(['repair', 'key'], comparison.repair.key, inner, 'list')
  checkRepair(compiling, comparison)
  if (!base) return undefined
  return {
    name: comparison.name,
    source: { ...base, ensure: [], warn: [], comparisons: [], configuration: '' },
    sinceMs: parseDuration(comparison.since ?? ''),
    lets,
    expect,
    repair: comparison.repair && key && { mapping: comparison.repair.mapping, key },
  }
}

function checkRepair({ input: { project }, report }: Compiling, { repair }: Comparison): void {
  if (!repair || project.mappings.has(repair.mapping) || project.unread.mappings) return
  report(
    ['repair', 'mapping'],
    'unknown-mapping',
    `The project has no mapping ${repair.mapping}.`,
    nameAdvice(repair.mapping, project.mappings.keys(), 'mappings'),
  )
}

/** The mapping compiler at work on a part of the file: what it finds is placed there. */
function within({ input, compiler, functions, used }: Compiling, place: Path, comparison: Comparison): Compiling {
  const { mapping, options, from } = input.source.document
  const { join, keep } = comparison
  const document = {
    mapping,
    from: comparison.from ?? from,
    ...(options && { options }),
    ...(join && { join }),
    ...(keep && { keep }),
  }
  const placed: Compiling['compiler'] = {
    formula: (path, ...rest) => compiler.formula([...place, ...path], ...rest),
    text: (path, ...rest) => compiler.text([...place, ...path], ...rest),
    report: (problem) => compiler.report({ ...problem, path: [...place, ...problem.path] }),
  }
  return {
    input: { ...input, source: { ...input.source, document } },
    compiler: placed,
    functions,
    used,
    report: (path, code, message, advice) => placed.report({ code, message, advice, path }),
  }
}
