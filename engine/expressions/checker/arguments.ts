import type { AstNode } from '../ast.ts'
import type { Span } from '../source-text.ts'
import type { StaticType } from '../static-type.ts'
import { describe, memberOf } from '../type-algebra.ts'
import { listAsValue, mayBeAbsent, written } from './findings.ts'
import type { Builtin, BuiltinParameter, Checker, Scope, Value } from './types.ts'
import { mayBeNothing } from './value.ts'

/** An argument as written, or the value in hand where it is left out. */
export interface Given {
  readonly value: Value
  /** Where to report; of an argument that is not written, the function's name. */
  readonly node: AstNode
}

export function checkCount(
  checker: Checker,
  name: string,
  parameters: readonly { readonly name: string; readonly optional?: boolean }[],
  given: number,
  span: Span,
  scope: Scope,
  many = false,
): boolean {
  const needed = parameters.filter((parameter) => parameter.optional !== true).length
  if (given >= needed && (many || given <= parameters.length)) return true
  const names = parameters.map((parameter) => (parameter.optional ? `${parameter.name}?` : parameter.name)).join(', ')
  checker.report(
    {
      code: 'wrong-number-of-arguments',
      severity: 'error',
      message: `${name} takes ${countText(needed, parameters.length)}, and is given ${given}.`,
      advice: `Write ${name}(${names}).`,
    },
    span,
    scope,
  )
  return false
}

function countText(needed: number, most: number): string {
  if (most === 0) return 'no arguments'
  const counts = needed === most ? String(most) : `${needed} to ${most}`
  return `${counts} argument${most === 1 ? '' : 's'}`
}

/** Returns whether nothing as this argument makes the result nothing. */
export function checkBuiltinArgument(
  checker: Checker,
  builtin: Builtin,
  parameter: BuiltinParameter,
  { value, node }: Given,
  scope: Scope,
): boolean {
  const span = () => scope.code.text.whole(node)
  const name = `$${builtin.name}`
  if (parameter.list) {
    checkListArgument(checker, name, parameter.list.of, { value, node }, scope)
    return false
  }
  if (parameter.absent === 'finding' && mayBeNothing(value) && value.type.kind !== 'list') {
    checker.report(mayBeAbsent(node, value.type, `${name} answers nothing`, scope), span(), scope)
    return false
  }
  if (value.type.kind === 'list' && parameter.kinds.length > 0 && !parameter.kinds.includes('list')) {
    checker.report(listAsValue(node, value.type, name, scope), span(), scope)
    return false
  }
  if (!accepts(parameter.kinds, value.type)) {
    reportWrongType(checker, name, parameter.name, kindsText(parameter.kinds), { value, node }, scope)
  }
  return parameter.absent === 'passes' && mayBeNothing(value)
}

export function accepts(kinds: readonly string[], type: StaticType): boolean {
  return kinds.length === 0 || type.kind === 'any' || type.kind === 'nothing' || kinds.includes(type.kind)
}

export function checkListArgument(
  checker: Checker,
  name: string,
  of: readonly string[],
  { value, node }: Given,
  scope: Scope,
): void {
  const parts = value.parts
  if (parts) {
    for (const part of parts) {
      if (!accepts(of, memberOf(part.value.type))) {
        reportWrongType(checker, name, 'list', `a list of ${kindsText(of)}`, part, scope)
        return
      }
    }
    return
  }
  if (!accepts(of, memberOf(value.type))) {
    reportWrongType(checker, name, 'list', `a list of ${kindsText(of)}`, { value, node }, scope)
  }
}

export function kindsText(kinds: readonly string[]): string {
  const names: Record<string, string> = {
    string: 'a text',
    number: 'a number',
    boolean: 'true or false',
    object: 'an object',
    list: 'a list',
    function: 'a function',
  }
  return kinds.map((kind) => names[kind] ?? kind).join(' or ')
}

export function reportWrongType(
  checker: Checker,
  name: string,
  parameter: string,
  needs: string,
  { value, node }: Given,
  scope: Scope,
): void {
  const plain = scope.code.text.short(node) ?? 'x'
  const advice =
    value.type.kind === 'string' && needs.includes('a number')
      ? `Write $number(${plain}).`
      : needs === 'a text' && (value.type.kind === 'number' || value.type.kind === 'boolean')
        ? `Write $string(${plain}).`
        : `Give ${needs}.`
  checker.report(
    {
      code: 'wrong-type',
      severity: 'error',
      message: `${name} needs ${needs} as ${parameter}, and ${written(node, scope, 'this')} is ${describe(value.type)}.`,
      advice,
    },
    scope.code.text.whole(node),
    scope,
  )
}
