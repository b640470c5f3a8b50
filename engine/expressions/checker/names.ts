import type { AstNode } from '../ast.ts'
import type { StaticType } from '../static-type.ts'
import { fieldOf } from '../type-algebra.ts'
import { listed, nearest } from './findings.ts'
import { lookupVariable } from './scope.ts'
import type { Checker, Scope } from './types.ts'

type ObjectType = Extract<StaticType, { kind: 'object' }>

/** A name that the closed object does not have: says what was most likely meant. */
export function reportUnknownName(
  checker: Checker,
  type: ObjectType,
  step: AstNode,
  scope: Scope,
  first: boolean,
): void {
  const name = String(step.value)
  const span = scope.code.text.token(step)
  const owner = type.title === undefined ? 'here' : `in ${type.title}`
  const report = (code: string, message: string, advice: string): void => {
    checker.report({ code, severity: 'error', message, advice }, span, scope)
  }

  if (first) {
    if (lookupVariable(scope, name)) {
      report('unknown-field', `There is no field ${name} ${owner}; ${name} is a variable.`, `Write $${name}.`)
      return
    }
    const reach = reachable(name, type, scope)
    if (reach) {
      report('out-of-reach', `A bare ${name} reads ${titled(type)} here, which has no such field.`, reach)
      return
    }
  }
  const known = [...type.fields.keys()]
  const near = nearest(name, known)
  const texts = first && isBareWord(step) ? `for a text write '${name}'` : undefined
  const looksLikeText = texts !== undefined && /^[A-Z0-9_]+$/.test(name) && near?.toUpperCase() !== name
  const hyphenated = known.find((field) => field.includes('-') && field.split('-')[0] === name)
  const advice = hyphenated
    ? `Write \`${hyphenated}\` in backticks: a bare - is a minus.`
    : looksLikeText
      ? `${capital(texts)}${near === undefined ? '.' : `, or ${near} for the field.`}`
      : near !== undefined
        ? `Write ${near}${texts ? `; ${texts}.` : '.'}`
        : `${known.length > 0 ? `Known: ${listed(known)}` : 'It has no fields'}${texts ? `; ${texts}.` : '.'}`
  const message = looksLikeText
    ? `There is no field ${name} ${owner}; for a text write '${name}'.`
    : near === undefined || hyphenated
      ? `There is no field ${name} ${owner}.`
      : `There is no field ${name} ${owner}; did you mean ${near}?`
  report('unknown-field', message, advice)
}

function isBareWord(step: AstNode): boolean {
  return step.stages === undefined && /^[\p{L}_][\p{L}\p{N}_]*$/u.test(String(step.value))
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}

function titled(type: ObjectType): string {
  return type.title === undefined ? 'the record in hand' : type.title
}

/** How to write a field that this context does not see, but another does. */
function reachable(name: string, here: ObjectType, scope: Scope): string | undefined {
  for (const variable of ['record', 'item']) {
    const binding = lookupVariable(scope, variable)
    const type = binding?.value.type
    if (type?.kind === 'object' && type.fields !== here.fields && type.fields.has(name)) {
      return `Write $${variable}.${name}.`
    }
  }
  let outer: Scope | undefined = scope.outside
  while (outer) {
    const { type } = outer.context
    if (type.kind === 'object' && fieldOf(type, name)) {
      if (!outer.outside) return `Write $$.${name}.`
      return `Bind the outer record before it: ( $outer := $; … $outer.${name} … ).`
    }
    outer = outer.outside
  }
  return undefined
}
