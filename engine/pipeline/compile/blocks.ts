import type { Block, Fields, Lets } from '../../config/dsl.generated.ts'
import type { Formula, Scope } from '../../config/expression-compiler.ts'
import { nameAdvice } from '../../config/nearest-name.ts'
import type { Path } from '../../config/origin.ts'
import type { StaticType } from '../../expressions/static-type.ts'
import type { CompiledBlock, CompiledField, CompiledFields } from '../compiled-mapping.ts'
import { any, type Compiling } from './compiling.ts'
import { refuseReserved } from './names.ts'

export function compileBlock(
  compiling: Compiling,
  path: Path,
  raw: Omit<Block, 'if'> & { readonly if?: string | boolean },
  outer: Scope,
  target: StaticType,
): { readonly block: CompiledBlock; readonly scope: Scope } {
  const { compiler } = compiling
  const condition = raw.if === undefined ? undefined : compiler.formula([...path, 'if'], raw.if, outer, 'condition')
  let scope = outer
  if (condition?.whenTrue)
    scope = { ...scope, input: condition.whenTrue.input, variables: condition.whenTrue.variables }
  const each = raw.each === undefined ? undefined : compiler.formula([...path, 'each'], raw.each, scope, 'list')
  if (each) {
    const item: StaticType = each.type.kind === 'list' ? each.type.of : any
    scope = { ...scope, input: item, variables: new Map([...scope.variables, ['item', item]]) }
  }
  const lets = compileLets(compiling, [...path, 'let'], raw.let ?? {}, scope)
  scope = lets.scope
  return {
    block: {
      if: condition,
      each,
      lets: lets.lets,
      fields: compileFields(compiling, [...path, 'fields'], raw.fields, scope, target),
    },
    scope,
  }
}

export function compileLets(
  compiling: Compiling,
  path: Path,
  raw: Lets,
  outer: Scope,
): { readonly lets: CompiledBlock['lets']; readonly scope: Scope } {
  const { compiler } = compiling
  let scope = outer
  const lets = Object.entries(raw).map(([name, value]) => {
    refuseReserved(compiling, [...path, name], name, 'Choose another name.')
    const formula = compiler.formula([...path, name], value, scope)
    const type: StaticType = formula.personal ? { ...formula.type, personal: true } : formula.type
    scope = { ...scope, variables: new Map([...scope.variables, [name, type]]) }
    return { name, value: formula }
  })
  return { lets, scope }
}

export function compileFields(
  compiling: Compiling,
  path: Path,
  raw: Fields,
  scope: Scope,
  target: StaticType,
): CompiledFields {
  const { compiler, report } = compiling
  return new Map(
    Object.entries(raw).map(([name, field]): [string, CompiledField] => {
      const at = [...path, name]
      const into = targetField(compiling, at, name, target)
      if (Array.isArray(field)) {
        if (into.kind !== 'list' && into.kind !== 'any')
          report(at, 'not-a-list-field', `${name} is no list in the target.`, 'Write one value or an object of fields.')
        const of = into.kind === 'list' ? into.of : any
        return [
          name,
          {
            kind: 'list',
            blocks: (field as readonly Block[]).map(
              (block, index) => compileBlock(compiling, [...at, index], block, scope, of).block,
            ),
          },
        ]
      }
      if (typeof field === 'object' && field !== null) {
        if (into.kind !== 'object' && into.kind !== 'any')
          report(
            at,
            'not-an-object-field',
            `${name} is no object in the target.`,
            into.kind === 'list' ? 'Write a list of blocks: - fields: …' : 'Write one expression.',
          )
        return [
          name,
          {
            kind: 'object',
            fields: compileFields(compiling, at, field as Fields, scope, into.kind === 'object' ? into : any),
          },
        ]
      }
      const value = compiler.formula(at, field, scope)
      checkFit(compiling, at, name, value, into)
      return [name, { kind: 'value', value }]
    }),
  )
}

function targetField({ compiler }: Compiling, path: Path, name: string, target: StaticType): StaticType {
  if (target.kind !== 'object') return any
  const field = target.fields.get(name)
  if (field) return field
  if (target.rest) return target.rest
  compiler.report({
    code: 'unknown-target-field',
    message: `${target.title ?? 'The target'} has no field ${name}.`,
    advice: nameAdvice(name, target.fields.keys(), 'fields'),
    path,
    key: true,
  })
  return any
}

function checkFit({ report }: Compiling, path: Path, name: string, value: Formula, into: StaticType): void {
  const { type } = value
  if (type.kind === 'any' || into.kind === 'any' || type.kind === 'nothing') return
  if (type.kind !== into.kind) {
    const fix =
      into.kind === 'string' && type.kind === 'number'
        ? `Write $string(${value.source}).`
        : into.kind === 'number' && type.kind === 'string'
          ? `Write $number(${value.source}).`
          : `Write an expression that gives ${article(into.kind)}.`
    report(
      path,
      'wrong-target-type',
      `${name} is ${article(into.kind)} in the target, and this gives ${article(type.kind)}.`,
      fix,
    )
    return
  }
  if (
    (type.kind === 'string' || type.kind === 'number') &&
    (into.kind === 'string' || into.kind === 'number') &&
    into.values &&
    type.values
  ) {
    const allowed: readonly unknown[] = into.values
    for (const given of type.values) {
      if (!allowed.includes(given))
        report(
          path,
          'value-not-allowed',
          `${name} cannot be ${JSON.stringify(given)} in the target.`,
          nameAdvice(String(given), into.values.map(String), 'values'),
        )
    }
  }
}

function article(kind: StaticType['kind']): string {
  return kind === 'object'
    ? 'an object'
    : kind === 'string'
      ? 'a text'
      : kind === 'boolean'
        ? 'true or false'
        : kind === 'any'
          ? 'anything'
          : kind === 'nothing'
            ? 'nothing'
            : `a ${kind}`
}
