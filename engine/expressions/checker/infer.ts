import { type AstNode, unwrapThunk } from '../ast.ts'
import type { FunctionDefinition } from '../function-definition.ts'
import type { Finding } from '../problem.ts'
import type { ProjectFunction } from '../project-function.ts'
import { type Span, sourceTextOf } from '../source-text.ts'
import type { StaticType } from '../static-type.ts'
import {
  describe,
  functionType,
  join,
  joinAll,
  listOf,
  memberOf,
  nothing,
  objectOf,
  pending,
  required,
} from '../type-algebra.ts'
import { callWith, inferCall } from './calls.ts'
import { factsWhen, keyOf } from './facts.ts'
import { written } from './findings.ts'
import { bodyOf, enterLambda } from './lambdas.ts'
import { asArgument } from './library-call.ts'
import { checkTruth, inferBinary, inferMinus } from './operators.ts'
import { inferGroup, inferKey, inferPath, inferStage, inferWildcard } from './paths.ts'
import { regexFinding } from './regex-check.ts'
import { bind, withContext, withFacts, withFrame } from './scope.ts'
import type { Callable, Checker, Scope, Value } from './types.ts'
import { anyValue, callableValue, hasMember, listValue, literalValue, mayBeNothing } from './value.ts'
import { inferVariable } from './variables.ts'

/** Reported where the function is defined, and not again at each of its calls. */
export const reportedAtDefinition: ReadonlySet<string> = new Set([
  'forbidden-function',
  'half-even-rounding',
  'unbounded-regex',
  'hidden-clock',
  'constant-condition',
])

/** Sub-expressions looked at before the rest is taken for "anything": bodies are checked again at each call. */
const budget = 20_000

/** Walks the syntax tree. `top` makes the scope of the whole expression, for functions of the project. */
export function createChecker(
  root: Value,
  top: () => Scope,
): Checker & { finish(): { readonly complete: boolean; readonly personal: boolean } } {
  let steps = 0
  let complete = true
  let personal = false
  const active = new Set<AstNode>()
  const applied = new Set<AstNode>()
  // Lambdas that nobody calls in a way that is seen: their bodies are checked last, when all they may use is bound.
  const waiting: { readonly node: AstNode; readonly scope: Scope }[] = []

  const checker: Checker = {
    root,
    infer(node, scope) {
      const value = ++steps > budget ? anyValue : inferNode(unwrapThunk(node), scope)
      if (memberOf(value.type).kind === 'any' && !value.literal) complete = false
      return value
    },
    apply,
    reads(type) {
      if (type.personal || memberOf(type).personal) personal = true
    },
    report(finding, span, scope) {
      scope.code.report(finding, span)
    },
  }

  function inferNode(node: AstNode, scope: Scope): Value {
    let value = known(inferBare(node, scope), node, scope)
    if (node.type !== 'path') {
      for (const stage of node.predicate ?? []) {
        value = inferStage(checker, value, stage, scope, undefined)
      }
      if (node.group) value = inferGroup(checker, node.group.lhs, value, scope)
      if (node.keepArray && value.type.kind !== 'any')
        value = listValue(memberOf(value.type), { nonEmpty: hasMember(value) })
    }
    return value
  }

  /** Variables and calls that a test has shown to be present; paths see to it themselves. */
  function known(value: Value, node: AstNode, scope: Scope): Value {
    if ((node.type !== 'variable' && node.type !== 'function') || scope.facts.size === 0) return value
    const { predicate: _, group: __, ...bare } = node
    const key = keyOf(bare, scope)
    if (key === undefined || !scope.facts.has(key)) return value
    return value.type.kind === 'list' ? { ...value, nonEmpty: true } : { ...value, type: required(value.type) }
  }

  function inferBare(node: AstNode, scope: Scope): Value {
    switch (node.type) {
      case 'path':
        return inferPath(checker, node, scope)
      case 'string':
      case 'number':
      case 'value':
        return literalValue(node.value)
      case 'variable':
        return inferVariable(checker, node, scope, false)
      case 'function':
        return inferCall(checker, node, scope)
      case 'binary':
        return inferBinary(checker, node, scope)
      case 'unary':
        return inferUnary(node, scope)
      case 'condition':
        return inferCondition(node, scope)
      case 'block':
        return inferBlock(node, scope)
      case 'bind':
        return inferBind(node, scope)
      case 'lambda':
        waiting.push({ node, scope })
        return callableValue({ kind: 'lambda', node, scope })
      case 'partial':
        return inferPartial(node, scope)
      case 'apply':
        return inferApply(node, scope)
      case 'transform':
        return inferTransform(node, scope)
      case 'regex': {
        const finding = regexFinding(node)
        if (finding) checker.report(finding, scope.code.text.token(node), scope)
        return { type: functionType }
      }
      case 'wildcard':
        return inferWildcard(scope)
      default:
        // ** and % and what a later JSONata may add: nothing is known, nothing is reported.
        return anyValue
    }
  }

  function inferUnary(node: AstNode, scope: Scope): Value {
    switch (node.value) {
      case '-':
        return inferMinus(checker, node, scope)
      case '[':
        return inferArray(node, scope)
      case '{':
        return inferObject(node, scope)
      default:
        return anyValue
    }
  }

  function inferArray(node: AstNode, scope: Scope): Value {
    const parts = (node.expressions ?? []).map((each) => ({ node: each, value: checker.infer(each, scope) }))
    const isList = (part: { readonly node: AstNode }): boolean => part.node.type === 'unary' && part.node.value === '['
    const types = parts.map((part) => (isList(part) ? part.value.type : required(memberOf(part.value.type))))
    const nonEmpty = parts.some(
      (part) =>
        isList(part) ||
        (part.value.type.kind === 'any'
          ? false
          : !mayBeNothing(part.value) && (part.value.type.kind !== 'list' || part.value.nonEmpty === true)),
    )
    const constant = parts.every((part) => part.value.literal !== undefined)
    return {
      type: { kind: 'list', of: types.length === 0 ? nothing : joinAll(types) },
      raw: true,
      ...(nonEmpty && { nonEmpty: true }),
      parts,
      ...(constant && { literal: { value: parts.map((part) => part.value.literal?.value) } }),
    }
  }

  function inferObject(node: AstNode, scope: Scope): Value {
    const pairs = node.lhs as [AstNode, AstNode][]
    if (scope.context.type.kind === 'list') return inferGroup(checker, pairs, scope.context, scope)
    const fields = new Map<string, StaticType>()
    const rests: StaticType[] = []
    const constants: [string, unknown][] = []
    let constant = true
    for (const [key, field] of pairs) {
      const name = inferKey(checker, key, scope)
      const value = checker.infer(field, scope)
      if (name === undefined) {
        rests.push(required(value.type))
        constant = false
        continue
      }
      if (fields.has(name)) {
        checker.report(
          {
            code: 'field-twice',
            severity: 'error',
            message: `The object has the field ${name} twice, and its evaluation would fail.`,
            advice: 'Remove one of the two.',
          },
          scope.code.text.token(key),
          scope,
        )
      }
      fields.set(name, value.type.kind === 'list' ? { ...value.type, made: true } : value.type)
      if (value.literal) constants.push([name, value.literal.value])
      else constant = false
    }
    const type = objectOf(fields, rests.length > 0 ? joinAll(rests) : undefined)
    return constant ? { type, literal: { value: Object.fromEntries(constants) } } : { type }
  }

  function inferCondition(node: AstNode, scope: Scope): Value {
    const test = node.condition as AstNode
    const then = node.then as AstNode
    const tested = checker.infer(test, scope)
    // x ? x : y, x ?: y, x ?? y: what absent means is said.
    const substitute = written(test, scope, 'test') === written(then, scope, 'then') || isCoalescing(test)
    if (!substitute) checkTruth(checker, test, tested, '?', scope)
    const yes = checker.infer(then, withFacts(scope, factsWhen(test, true, scope)))
    const no = node.else ? checker.infer(node.else, withFacts(scope, factsWhen(test, false, scope))) : undefined
    // JSONata's ?: gives its left side only where it is true, so it is there.
    const given: Value = substitute && yes.type.kind !== 'list' ? { ...yes, type: required(yes.type) } : yes
    if (!no) return { type: join(given.type, nothing) }
    return {
      type: joinBranches(given.type, no.type),
      ...(given.raw && no.raw && { raw: true }),
      ...(given.nonEmpty && no.nonEmpty && { nonEmpty: true }),
    }
  }

  function inferBlock(node: AstNode, outer: Scope): Value {
    const scope = withFrame(outer)
    const expressions = node.expressions ?? []
    // Functions may call each other, whichever stands first.
    for (const each of expressions) {
      if (each.type === 'bind' && each.rhs?.type === 'lambda') {
        bind(scope, String((each.lhs as AstNode).value), callableValue({ kind: 'lambda', node: each.rhs, scope }))
      }
    }
    let value: Value = { type: nothing }
    for (const each of expressions) value = checker.infer(each, scope)
    return value
  }

  function inferBind(node: AstNode, scope: Scope): Value {
    const name = String((node.lhs as AstNode).value)
    const value = checker.infer(node.rhs as AstNode, scope)
    bind(scope, name, value)
    return value
  }

  function inferPartial(node: AstNode, scope: Scope): Value {
    for (const argument of node.arguments ?? []) {
      if (argument.type !== 'operator') checker.infer(argument, scope)
    }
    if (node.procedure?.type === 'variable') inferVariable(checker, node.procedure, scope, true)
    return { type: functionType }
  }

  function inferApply(node: AstNode, scope: Scope): Value {
    const left = node.lhs as AstNode
    const right = node.rhs as AstNode
    const piped = checker.infer(left, scope)
    if (right.type === 'function') return inferCall(checker, right, scope, { value: piped, node: left })
    const func = checker.infer(right, scope)
    if (func.type.kind !== 'function' && func.type.kind !== 'any') {
      checker.report(
        {
          code: 'not-a-function',
          severity: 'error',
          message: `${written(right, scope, 'This')} is ${describe(func.type)}, and ~> needs a function.`,
          advice: 'Write $name or $name(…) after ~>.',
        },
        scope.code.text.whole(right),
        scope,
      )
      return anyValue
    }
    if (piped.type.kind === 'function') return { type: functionType }
    return func.callable ? callWith(checker, func.callable, [{ value: piped, node: left }], right, scope) : anyValue
  }

  /** Its pattern finds objects of any kind, so only functions and variables are checked. */
  function inferTransform(node: AstNode, scope: Scope): Value {
    const inner = withContext(scope, anyValue)
    for (const part of [node.pattern, node.update, node.delete]) if (part) checker.infer(part, inner)
    return { type: functionType }
  }

  function apply(callable: Callable, args: readonly Value[], scope: Scope, place: Span): Value {
    switch (callable.kind) {
      case 'builtin':
        return callable.builtin.returns(args)
      case 'library':
        return applyLibrary(callable.definition, args)
      case 'project':
        return applyProject(callable.definition, args, scope, place)
      case 'lambda':
        return applyLambda(callable.node, callable.scope, args)
    }
  }

  function applyLibrary(definition: FunctionDefinition, args: readonly Value[]): Value {
    try {
      const type = definition.returns(args.slice(0, definition.parameters.length).map(asArgument))
      return type.kind === 'list' ? { type, raw: true } : { type }
    } catch {
      // A definition speaks of the arguments it knows; one that it did not think of must not stop the check.
      return anyValue
    }
  }

  function applyLambda(node: AstNode, defined: Scope, args: readonly Value[]): Value {
    if (active.has(node)) return { type: pending }
    active.add(node)
    applied.add(node)
    try {
      return checker.infer(bodyOf(node), enterLambda(node, defined, args.map(withoutConstant)))
    } finally {
      active.delete(node)
    }
  }

  function applyProject(definition: ProjectFunction, args: readonly Value[], scope: Scope, place: Span): Value {
    const report = (finding: Finding): void => {
      if (reportedAtDefinition.has(finding.code)) return
      scope.code.report({ ...finding, message: `In $${definition.name}: ${finding.message}` }, place)
    }
    return applyLambda(
      definition.lambda,
      { ...top(), code: { text: sourceTextOf(definition.lambda, definition.source), report } },
      args,
    )
  }

  return {
    ...checker,
    /** Checks what nobody has called; gives whether the types of all parts are known, and whether personal data is read. */
    finish() {
      for (let next = waiting.shift(); next; next = waiting.shift()) {
        if (!applied.has(next.node)) applyLambda(next.node, next.scope, [])
      }
      return { complete, personal }
    },
  }
}

/** A list and a single value are both a list: of JSONata's results nobody can tell one from a list of one. */
function joinBranches(a: StaticType, b: StaticType): StaticType {
  if ((a.kind === 'list') === (b.kind === 'list') || a.kind === 'any' || b.kind === 'any') return join(a, b)
  return listOf(join(memberOf(a), memberOf(b)))
}

/** What is passed in one call is an example of what a body must do, and not the only value. */
function withoutConstant(value: Value): Value {
  const { kind } = value.type
  if (!value.literal || (kind !== 'string' && kind !== 'number' && kind !== 'boolean')) return value
  return { type: { kind, ...('decimal' in value.type && value.type.decimal && { decimal: true as const }) } }
}

/** How JSONata writes `x ?? y`: `$exists(x) ? x : y`, with a call that has no place of its own. */
function isCoalescing(test: AstNode): boolean {
  return test.type === 'function' && test.procedure?.value === 'exists' && test.procedure.position === undefined
}
