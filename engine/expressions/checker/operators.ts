import type { AstNode } from '../ast.ts'
import type { Finding } from '../problem.ts'
import type { StaticType } from '../static-type.ts'
import { describe, memberOf, number } from '../type-algebra.ts'
import { factsWhen } from './facts.ts'
import { listAsValue, listed, mayBeAbsent, nearest, written } from './findings.ts'
import { withFacts } from './scope.ts'
import type { Checker, Scope, Value } from './types.ts'
import {
  anyValue,
  booleanValue,
  isNull,
  listValue,
  literalValue,
  mayBeNothing,
  numberValue,
  textValue,
} from './value.ts'

export function inferBinary(checker: Checker, node: AstNode, scope: Scope): Value {
  const left = node.lhs as AstNode
  const right = node.rhs as AstNode
  const operator = String(node.value)
  if (operator === 'and' || operator === 'or') {
    checkTruth(checker, left, checker.infer(left, scope), operator, scope)
    const known = factsWhen(left, operator === 'and', scope)
    const inner = withFacts(scope, known)
    checkTruth(checker, right, checker.infer(right, inner), operator, inner)
    return booleanValue
  }
  const a = checker.infer(left, scope)
  const b = checker.infer(right, scope)
  // Of what nothing is known it is not known either whether it is there: the answer may be nothing.
  const unknown = a.type.kind === 'any' || b.type.kind === 'any'
  switch (operator) {
    case '=':
    case '!=':
      checkEquality(checker, node, operator, { node: left, value: a }, { node: right, value: b }, scope)
      return booleanValue
    case '<':
    case '<=':
    case '>':
    case '>=':
      checkOrder(checker, node, operator, { node: left, value: a }, { node: right, value: b }, scope)
      return unknown ? anyValue : booleanValue
    case 'in':
      checkMembership(checker, node, { node: left, value: a }, { node: right, value: b }, scope)
      return booleanValue
    case '&':
      checkConcatenation(checker, { node: left, value: a }, scope)
      checkConcatenation(checker, { node: right, value: b }, scope)
      return textValue
    case '..':
      checkNumber(checker, { node: left, value: a }, 'the range is empty', 'a range', scope)
      checkNumber(checker, { node: right, value: b }, 'the range is empty', 'a range', scope)
      return listValue(number)
    default:
      checkNumber(checker, { node: left, value: a }, `${operator} answers nothing`, operator, scope)
      checkNumber(checker, { node: right, value: b }, `${operator} answers nothing`, operator, scope)
      if (unknown) return anyValue
      if (!isDecimal(a.type) && !isDecimal(b.type)) return numberValue
      checker.report(inexact(operator, left, right, scope), scope.code.text.token(node), scope)
      return { type: { kind: 'number', decimal: true } }
  }
}

export function inferMinus(checker: Checker, node: AstNode, scope: Scope): Value {
  const operand = node.expression as AstNode
  const value = checker.infer(operand, scope)
  checkNumber(checker, { node: operand, value }, 'the minus answers nothing', 'the minus', scope)
  if (value.type.kind === 'any') return anyValue
  return typeof value.literal?.value === 'number' ? literalValue(-value.literal.value) : numberValue
}

function isDecimal(type: StaticType): boolean {
  return type.kind === 'number' && type.decimal === true
}

/** What is wrong with 0.1 + 0.2. */
function inexact(operator: string, left: AstNode, right: AstNode, scope: Scope): Finding {
  const name = { '+': 'add', '-': 'sub', '*': 'mul', '/': 'div' }[operator]
  const a = scope.code.text.short(left) ?? '…'
  const b = scope.code.text.short(right) ?? '…'
  return {
    code: 'inexact-arithmetic',
    severity: 'warning',
    message: `${operator} is not exact on decimals (0.1 + 0.2 is not 0.3): a result of too many digits fails its record.`,
    advice: name
      ? `Write $${name}(${a}, ${b}${name === 'div' ? ', 4' : ''}).`
      : 'Calculate with $div and $mul, which are exact.',
  }
}

interface Operand {
  readonly node: AstNode
  readonly value: Value
}

/** A value that is tested for truth: what is absent counts as false, which only true-or-false and numbers hide. */
export function checkTruth(checker: Checker, node: AstNode, value: Value, where: string, scope: Scope): void {
  const span = () => scope.code.text.whole(node)
  const { type } = value
  if (value.literal) {
    checker.report(
      {
        code: 'constant-condition',
        severity: 'warning',
        message: `${written(node, scope, 'This')} is always the same.`,
        advice: 'Compare with what was meant, or leave it away.',
      },
      span(),
      scope,
    )
    return
  }
  if (type.kind === 'function') {
    checker.report(
      {
        code: 'not-a-condition',
        severity: 'error',
        message: `${written(node, scope, 'This')} is a function, which is never true.`,
        advice: 'Call it: $name(…).',
      },
      span(),
      scope,
    )
    return
  }
  if ((type.kind === 'boolean' || type.kind === 'number') && type.optional === true) {
    const effect = `\`${where}\` takes it for false`
    checker.report(mayBeAbsent(node, type, effect, scope), span(), scope)
  }
}

function checkEquality(checker: Checker, node: AstNode, operator: string, a: Operand, b: Operand, scope: Scope): void {
  const [tested, nullSide] = isNull(b.value) ? [a, b] : isNull(a.value) ? [b, a] : []
  if (tested && nullSide) {
    // x != null says exactly that x is there, since null is removed on reading.
    if (operator === '=') {
      const plain = scope.code.text.short(tested.node) ?? 'x'
      checker.report(
        {
          code: 'compared-with-null',
          severity: 'error',
          message: 'Null is removed on reading, so nothing equals it.',
          advice: `Write $not($exists(${plain})).`,
        },
        scope.code.text.token(node),
        scope,
      )
    }
    return
  }
  const answer = operator === '=' ? '= answers false' : '!= answers false as well'
  if (checkPresence(checker, a, answer, scope) || checkPresence(checker, b, answer, scope)) return
  if (checkListCompared(checker, node, operator, a, b, scope)) return
  checkComparable(checker, node, a, b, scope)
}

function checkOrder(checker: Checker, node: AstNode, operator: string, a: Operand, b: Operand, scope: Scope): void {
  const answer = `${operator} answers nothing`
  if (checkPresence(checker, a, answer, scope) || checkPresence(checker, b, answer, scope)) return
  if (checkListCompared(checker, node, operator, a, b, scope)) return
  for (const { node: operand, value } of [a, b]) {
    const { kind } = value.type
    if (kind === 'boolean' || kind === 'object' || kind === 'function' || isNull(value)) {
      const what = isNull(value) ? 'null' : describe(value.type)
      checker.report(
        {
          code: 'wrong-type',
          severity: 'error',
          message: `${written(operand, scope, 'This')} is ${what}, which has no order.`,
          advice: `${operator} compares numbers, or texts.`,
        },
        scope.code.text.whole(operand),
        scope,
      )
      return
    }
  }
  checkComparable(checker, node, a, b, scope)
}

function checkMembership(checker: Checker, node: AstNode, a: Operand, b: Operand, scope: Scope): void {
  if (a.value.type.kind === 'list') {
    const report = listAsValue(a.node, a.value.type, 'the left side of `in`', scope)
    checker.report(report, scope.code.text.whole(a.node), scope)
    return
  }
  if (checkPresence(checker, a, '`in` answers false', scope)) return
  if (b.value.type.kind !== 'list' && checkPresence(checker, b, '`in` answers false', scope)) return
  for (const part of b.value.parts ?? []) {
    if (part.value.literal) checkComparable(checker, node, a, { node: part.node, value: part.value }, scope)
  }
  if (!b.value.parts)
    checkComparable(checker, node, a, { node: b.node, value: { type: memberOf(b.value.type) } }, scope)
}

/** Reports an operand that may be nothing; lists are left to the checks for lists. */
function checkPresence(checker: Checker, operand: Operand, effect: string, scope: Scope): boolean {
  const { type } = operand.value
  if (type.kind === 'list' || !mayBeNothing(operand.value)) return false
  checker.report(mayBeAbsent(operand.node, type, effect, scope), scope.code.text.whole(operand.node), scope)
  return true
}

function checkListCompared(
  checker: Checker,
  node: AstNode,
  operator: string,
  a: Operand,
  b: Operand,
  scope: Scope,
): boolean {
  const [list, other] = a.value.type.kind === 'list' ? [a, b] : b.value.type.kind === 'list' ? [b, a] : []
  if (!list || !other) return false
  if (other.value.type.kind === 'list' || other.value.type.kind === 'any') return other.value.type.kind === 'list'
  const plain = scope.code.text.short(list.node) ?? 'list'
  const value = scope.code.text.short(other.node) ?? 'value'
  const advice =
    operator === '='
      ? `Write ${value} in ${plain}, or compare one: ${plain}[0].`
      : operator === '!='
        ? `Write $not(${value} in ${plain}), or compare one: ${plain}[0].`
        : `Compare one of them, or $count(${plain}), or $total(${plain}).`
  checker.report(
    {
      code: 'list-compared',
      severity: 'error',
      message: `${written(list.node, scope, 'This')} is ${describe(list.value.type)}, compared with one value: JSONata sees a single member as that value, and else answers false or fails.`,
      advice,
    },
    scope.code.text.token(node),
    scope,
  )
  return true
}

function checkComparable(checker: Checker, node: AstNode, a: Operand, b: Operand, scope: Scope): void {
  const one = a.value.type
  const other = b.value.type
  if (one.kind === 'any' || other.kind === 'any' || one.kind === 'nothing' || other.kind === 'nothing') return
  if (one.kind === 'list' || other.kind === 'list') return
  if (one.kind !== other.kind) {
    checker.report(
      {
        code: 'comparison-of-types',
        severity: 'error',
        message: `${written(a.node, scope, 'The left side')} is ${describe(one)} and ${written(b.node, scope, 'the right side')} is ${describe(other)}: they are never equal and have no order.`,
        advice: conversion(a, b, scope),
      },
      scope.code.text.token(node),
      scope,
    )
    return
  }
  if (!('values' in one) || !('values' in other) || !one.values || !other.values) return
  const occurs = one.values.some((value) => other.values?.includes(value))
  if (occurs) return
  const [literal, known] = b.value.literal ? [b, one.values] : a.value.literal ? [a, other.values] : []
  if (
    literal &&
    known &&
    String(node.value) !== '<' &&
    String(node.value) !== '>' &&
    !String(node.value).endsWith('<=') &&
    !String(node.value).endsWith('>=')
  ) {
    const texts = known.map(String)
    const near = nearest(String(literal.value.literal?.value), texts)
    checker.report(
      {
        code: 'comparison-of-types',
        severity: 'error',
        message: `${written(literal.node, scope, 'This value')} does not occur; known: ${listed(texts)}.`,
        advice: near === undefined ? 'Write one of the known values.' : `Write ${quoted(near, known)}.`,
      },
      scope.code.text.whole(literal.node),
      scope,
    )
  }
}

function quoted(text: string, known: readonly (string | number | boolean)[]): string {
  return known.includes(text) ? `'${text}'` : text
}

function conversion(a: Operand, b: Operand, scope: Scope): string {
  const kinds = [a.value.type.kind, b.value.type.kind]
  const texted = a.value.type.kind === 'string' ? a : b
  if (kinds.includes('string') && kinds.includes('number')) {
    const { literal } = texted.value
    if (typeof literal?.value === 'string' && /^-?[0-9]+(\.[0-9]+)?$/.test(literal.value)) {
      return `Write the number without quotes: ${literal.value}.`
    }
    if (!literal) return `Write $number(${scope.code.text.short(texted.node) ?? 'text'}).`
  }
  if (kinds.includes('string') && kinds.includes('boolean')) {
    const { literal } = texted.value
    if (literal?.value === 'true' || literal?.value === 'false') return `Write ${literal.value} without quotes.`
  }
  return 'Compare values of one type.'
}

function checkConcatenation(checker: Checker, operand: Operand, scope: Scope): void {
  const { type } = operand.value
  const span = () => scope.code.text.whole(operand.node)
  if (type.kind === 'list') {
    checker.report(listAsValue(operand.node, type, '&', scope), span(), scope)
  } else if (mayBeNothing(operand.value)) {
    checker.report(mayBeAbsent(operand.node, type, '& puts an empty text there', scope), span(), scope)
  } else if (type.kind === 'object' || type.kind === 'function') {
    checker.report(
      {
        code: 'wrong-type',
        severity: 'error',
        message: `${written(operand.node, scope, 'This')} is ${describe(type)}, and & joins texts.`,
        advice:
          type.kind === 'object' ? 'Name one of its fields, or write $string(…) for its JSON.' : 'Call it: $name(…).',
      },
      span(),
      scope,
    )
  }
}

function checkNumber(checker: Checker, operand: Operand, effect: string, where: string, scope: Scope): void {
  const { type } = operand.value
  const span = () => scope.code.text.whole(operand.node)
  if (type.kind === 'list') {
    checker.report(listAsValue(operand.node, type, where, scope), span(), scope)
  } else if (mayBeNothing(operand.value)) {
    checker.report(mayBeAbsent(operand.node, type, effect, scope), span(), scope)
  } else if (type.kind !== 'number' && type.kind !== 'any') {
    checker.report(
      {
        code: 'wrong-type',
        severity: 'error',
        message: `${written(operand.node, scope, 'This')} is ${describe(type)}, where ${where} needs a number.`,
        advice: numberAdvice(type, operand, scope),
      },
      span(),
      scope,
    )
  }
}

function numberAdvice(type: StaticType, operand: Operand, scope: Scope): string {
  if (type.kind !== 'string') return 'Use a number.'
  return `Write $number(${scope.code.text.short(operand.node) ?? 'text'}); texts are put together with &.`
}
