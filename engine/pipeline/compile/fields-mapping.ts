import type { Gone, MappingFile } from '../../config/dsl.generated.ts'
import type { Formula, Scope } from '../../config/expression-compiler.ts'
import { nameAdvice } from '../../config/nearest-name.ts'
import { optionsType } from '../../config/options.ts'
import { parsePercent } from '../../config/percent.ts'
import type { CompiledWrite } from '../../connectors/compiled-connector.ts'
import type { StaticType } from '../../expressions/static-type.ts'
import type { CompiledFields, CompiledGone, CompiledMapping, EntityRef } from '../compiled-mapping.ts'
import { usualBreaker } from '../compiled-mapping.ts'
import type { Base } from './base.ts'
import { compileBlock, compileFields } from './blocks.ts'
import { compileComparisons } from './comparisons.ts'
import { any, type Compiling } from './compiling.ts'
import { configurationOf } from './configuration.ts'
import { compileConditions, entityNamed } from './names.ts'

/** The body of a mapping with one write: to, write, fields and what belongs to them. */
export function compileFieldsMapping(compiling: Compiling, { base, scope }: Base): CompiledMapping | undefined {
  const file = compiling.input.source.document
  const to = entityNamed(compiling, ['to'], file.to ?? '')
  const { write, fullFile } = compileWrite(compiling, file, to)
  const siblings = compileSiblings(compiling, file, base?.from)
  const target: StaticType = to?.entity.type ?? any
  const fields = file.fields ?? {}
  const block = compileBlock(
    compiling,
    [],
    { ...(file.each !== undefined && { each: file.each }), ...(file.let && { let: file.let }), fields },
    scope,
    target,
  )
  const createOnly = compileFields(compiling, ['createOnly'], file.createOnly ?? {}, block.scope, target)
  const after: Scope = {
    ...block.scope,
    variables: new Map<string, StaticType>([...block.scope.variables, ['target', target]]),
  }
  const toldCreateOnly =
    write !== undefined &&
    [...createOnly.keys()].every((field) =>
      write.owned.some((owned) => owned.path[0] === field && owned.createOnly !== undefined),
    )
  checkFields(compiling, file, to, createOnly, toldCreateOnly)
  const ensure = compileConditions(compiling, ['ensure'], file.ensure, after)
  const warn = compileConditions(compiling, ['warn'], file.warn, after)
  const needs = compileNeeds(compiling, file.needs ?? {}, target)
  const gone = file.gone && compileGone(compiling, file.gone, target)
  if (!base || !to || !write) return undefined
  return {
    ...base,
    to,
    write,
    fullFile,
    siblings,
    block: block.block,
    createOnly,
    toldCreateOnly,
    ensure,
    warn,
    needs,
    gone,
    comparisons: compileComparisons(compiling),
    configuration: configurationOf(compiling, [base.from, to, ...base.joins.map(({ entity }) => entity)]),
  }
}

function compileWrite(
  { report }: Compiling,
  file: MappingFile,
  to: EntityRef | undefined,
): { readonly write: CompiledWrite | undefined; readonly fullFile: boolean } {
  const options = typeof file.write === 'string' ? { operation: file.write } : (file.write ?? { operation: '' })
  const { operation } = options
  const write = to?.entity.writes.get(operation)
  if (to && !write) {
    report(
      typeof file.write === 'string' ? ['write'] : ['write', 'operation'],
      'unknown-write',
      `${to.name} has no write ${operation}.`,
      nameAdvice(operation, to.entity.writes.keys(), 'writes'),
    )
  }
  const fullFile = 'fullFile' in options && (options.fullFile ?? false)
  if (write && fullFile && !write.fullFile) {
    report(
      ['write', 'fullFile'],
      'no-full-file',
      `The write ${operation} of ${file.to} has no full-file mode.`,
      'Remove fullFile.',
    )
  }
  return { write, fullFile }
}

function compileSiblings(
  { input, compiler, functions, report }: Compiling,
  file: MappingFile,
  from: EntityRef | undefined,
): { readonly by: Formula; readonly find: string } | undefined {
  if (!file.siblings) return undefined
  const { by, find } = file.siblings
  if (from && !from.entity.finds.has(find)) {
    report(
      ['siblings', 'find'],
      'unknown-find',
      `${from.name} has no find ${find}.`,
      nameAdvice(find, from.entity.finds.keys(), 'finds'),
    )
  }
  const record: StaticType = from?.entity.type ?? any
  const variables = new Map<string, StaticType>([
    ['record', record],
    ['options', optionsType(input.source)],
  ])
  return { by: compiler.formula(['siblings', 'by'], by, { input: record, variables, functions }), find }
}

function checkFields(
  { report }: Compiling,
  file: MappingFile,
  to: EntityRef | undefined,
  createOnly: CompiledFields,
  toldCreateOnly: boolean,
): void {
  const fields = file.fields ?? {}
  if (to && createOnly.size > 0 && !toldCreateOnly && !to.entity.get) {
    report(
      ['createOnly'],
      'create-only-unknown',
      `${to.name} neither tells new records from old ones by itself nor can be looked up.`,
      'Move the fields to fields, or give the entity a get in its connector file.',
    )
  }
  for (const key of to?.entity.keyFields ?? []) {
    if (!(key in fields))
      report(
        ['fields'],
        'key-field-missing',
        `The key field ${key} of ${file.to} is not among the fields.`,
        `Add ${key}.`,
      )
  }
  for (const field of createOnly.keys()) {
    if (field in fields)
      report(
        ['createOnly', field],
        'field-twice',
        `${field} stands under fields and under createOnly.`,
        'Keep one of them.',
      )
  }
}

function compileNeeds(
  compiling: Compiling,
  raw: Readonly<Record<string, string>>,
  target: StaticType,
): CompiledMapping['needs'] {
  return Object.entries(raw).flatMap(([name, field]) => {
    const entity = entityNamed(compiling, ['needs', name], name)
    if (target.kind === 'object' && !target.fields.has(field)) {
      compiling.report(
        ['needs', name],
        'unknown-target-field',
        `The target has no field ${field}.`,
        nameAdvice(field, target.fields.keys(), 'fields'),
      )
    }
    if (entity && !entity.entity.get) {
      compiling.report(
        ['needs', name],
        'no-get',
        `${name} cannot be read by its key, so nobody can say whether it is there.`,
        'Give the entity a get in its connector file.',
      )
    }
    if (entity && entity.entity.keyFields.length > 1) {
      compiling.report(
        ['needs', name],
        'composite-key',
        `The key of ${name} has several fields, and one field cannot name it.`,
        'Need an entity with one key field.',
      )
    }
    return entity ? [{ entity, field }] : []
  })
}

function compileGone(compiling: Compiling, gone: Gone, target: StaticType): CompiledGone {
  // A gone record has no source any more: its expressions see what the link kept of the target.
  const scope: Scope = {
    input: target,
    variables: new Map<string, StaticType>([
      ['options', optionsType(compiling.input.source)],
      ['target', target],
    ]),
    functions: compiling.functions,
  }
  return {
    fields: compileFields(compiling, ['gone', 'fields'], gone.fields, scope, target),
    restore: compileFields(compiling, ['gone', 'restore'], gone.restore ?? {}, scope, target),
    atMost: parsePercent(gone.atMost ?? '') ?? usualBreaker.atMost,
    always: gone.always ?? usualBreaker.always,
  }
}
