import { parseTicks } from '../wire-time.ts'
import { type EdmType, type EntityType, invalidQuery, unknownProperty, type Value } from './edm.ts'

/** A checked `$filter`. */
export type FilterExpression =
  | { readonly kind: 'literal'; readonly type: OperandType; readonly value: Value }
  | { readonly kind: 'property'; readonly name: string; readonly type: EdmType; readonly read: (row: object) => Value }
  | {
      readonly kind: 'comparison'
      readonly operator: Comparison
      readonly left: FilterExpression
      readonly right: FilterExpression
    }
  | { readonly kind: 'and' | 'or'; readonly operands: readonly FilterExpression[] }
  | { readonly kind: 'not'; readonly operand: FilterExpression }
  | {
      readonly kind: 'call'
      readonly name: StringFunction
      readonly text: FilterExpression
      readonly part: FilterExpression
    }

type Comparison = 'eq' | 'ne' | 'gt' | 'ge' | 'lt' | 'le'
type StringFunction = 'contains' | 'startswith' | 'endswith'
type OperandType = EdmType | 'Edm.Date' | 'null'

interface Token {
  readonly kind: 'word' | 'string' | 'number' | 'dateTime' | 'date' | '(' | ')' | ',' | 'end'
  readonly text: string
  readonly position: number
}

const TOKEN =
  /\s*(?:(?<string>'(?:[^']|'')*')|(?<dateTime>\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d))|(?<date>\d{4}-\d\d-\d\d(?![\dT]))|(?<number>-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?(?![\w-]))|(?<word>[A-Za-z_][\w/.]*)|(?<mark>[(),]))/y

function tokensOf(text: string): Token[] {
  const tokens: Token[] = []
  TOKEN.lastIndex = 0
  let position = 0
  while (text.slice(position).trim() !== '') {
    TOKEN.lastIndex = position
    const groups = TOKEN.exec(text)?.groups
    if (groups === undefined) throw invalidQuery(`Syntax error at position ${position} in '${text}'.`)
    const start = position
    position = TOKEN.lastIndex
    if (groups.mark !== undefined) {
      tokens.push({ kind: groups.mark as Token['kind'], text: groups.mark, position: start })
      continue
    }
    for (const kind of ['string', 'dateTime', 'date', 'number', 'word'] as const) {
      const found = groups[kind]
      if (found !== undefined) tokens.push({ kind, text: found, position: start })
    }
  }
  return [...tokens, { kind: 'end', text: '', position: text.length }]
}

/**
 * Parses and checks a `$filter` against a type.
 *
 * The grammar of Query [inf]: `eq ne gt ge lt le and or not`, parentheses, `null`, `true`, `false`, numbers, date-times
 * without quotes, strings in single quotes with `''` for a quote; `contains`, `startswith`, `endswith`. Operands must be
 * of one kind, as OData has it: a quoted date beside a date-time property, or a date without a time, is refused.
 * @throws QueryError 400
 */
export function parseFilter(text: string, type: EntityType): FilterExpression {
  const tokens = tokensOf(text)
  let next = 0
  const peek = () => tokens[next] as Token
  const syntaxError = () => invalidQuery(`Syntax error at position ${peek().position} in '${text}'.`)
  const take = (kind: Token['kind']): Token => {
    const token = peek()
    if (token.kind !== kind) throw syntaxError()
    next += 1
    return token
  }
  const takeWord = (word: string): boolean => {
    const token = peek()
    if (token.kind !== 'word' || token.text !== word) return false
    next += 1
    return true
  }

  const chain = (word: 'and' | 'or', operand: () => FilterExpression): FilterExpression => {
    const first = operand()
    if (!(peek().kind === 'word' && peek().text === word)) return first
    const operands = [first]
    while (takeWord(word)) operands.push(operand())
    for (const each of operands) requireBoolean(each)
    return { kind: word, operands }
  }
  const disjunction = (): FilterExpression => chain('or', conjunction)
  const conjunction = (): FilterExpression => chain('and', comparison)
  const comparison = (): FilterExpression => {
    const left = unary()
    const operator = peek()
    if (operator.kind !== 'word' || !/^(?:eq|ne|gt|ge|lt|le)$/.test(operator.text)) return left
    next += 1
    const right = unary()
    checkComparable(operator.text as Comparison, left, right)
    return { kind: 'comparison', operator: operator.text as Comparison, left, right }
  }
  const unary = (): FilterExpression => {
    if (!takeWord('not')) return primary()
    const operand = unary()
    requireBoolean(operand)
    return { kind: 'not', operand }
  }
  const primary = (): FilterExpression => {
    const token = peek()
    next += 1
    switch (token.kind) {
      case '(': {
        const inner = disjunction()
        take(')')
        return inner
      }
      case 'string':
        return { kind: 'literal', type: 'Edm.String', value: token.text.slice(1, -1).replaceAll("''", "'") }
      case 'number':
        return { kind: 'literal', type: 'Edm.Decimal', value: Number(token.text) }
      case 'dateTime': {
        const ticks = parseTicks(token.text, true)
        if (ticks === undefined) throw invalidQuery(`'${token.text}' is no valid date-time.`)
        return { kind: 'literal', type: 'Edm.DateTimeOffset', value: ticks }
      }
      case 'date':
        return { kind: 'literal', type: 'Edm.Date', value: token.text }
      case 'word':
        return word(token)
      default:
        next -= 1
        throw syntaxError()
    }
  }
  const word = (token: Token): FilterExpression => {
    if (token.text === 'null') return { kind: 'literal', type: 'null', value: null }
    if (token.text === 'true' || token.text === 'false') {
      return { kind: 'literal', type: 'Edm.Boolean', value: token.text === 'true' }
    }
    if (peek().kind === '(') return call(token)
    const property = type.properties.get(token.text)
    if (property === undefined) throw unknownProperty(token.text, type)
    return { kind: 'property', name: token.text, type: property.type, read: property.read }
  }
  const call = (token: Token): FilterExpression => {
    if (!/^(?:contains|startswith|endswith)$/.test(token.text)) {
      throw invalidQuery(`An unknown function with name '${token.text}' was found.`)
    }
    take('(')
    const operand = disjunction()
    take(',')
    const part = disjunction()
    take(')')
    if (typeOf(operand) !== 'Edm.String' || typeOf(part) !== 'Edm.String') {
      throw invalidQuery(`The function '${token.text}' takes two strings.`)
    }
    return { kind: 'call', name: token.text as StringFunction, text: operand, part }
  }

  const expression = disjunction()
  if (peek().kind !== 'end') throw syntaxError()
  requireBoolean(expression)
  return expression
}

function typeOf(expression: FilterExpression): OperandType {
  return expression.kind === 'literal' || expression.kind === 'property' ? expression.type : 'Edm.Boolean'
}

function requireBoolean(expression: FilterExpression): void {
  if (typeOf(expression) !== 'Edm.Boolean') {
    throw invalidQuery('The $filter expression must evaluate to a single boolean value.')
  }
}

const NUMBERS: readonly OperandType[] = ['Edm.Int32', 'Edm.Int64', 'Edm.Decimal']

function checkComparable(operator: Comparison, left: FilterExpression, right: FilterExpression): void {
  const [a, b] = [typeOf(left), typeOf(right)]
  const isOrder = operator !== 'eq' && operator !== 'ne'
  const same = a === b || (NUMBERS.includes(a) && NUMBERS.includes(b)) || a === 'null' || b === 'null'
  if (same && !(isOrder && (a === 'Edm.Boolean' || b === 'Edm.Boolean'))) return
  throw invalidQuery(
    `A binary operator with incompatible types was detected. Found operand types '${a}' and '${b}' for operator '${operator}'.`,
  )
}

/** Compiles a checked filter. A comparison by order with null is false, as OData has it. */
export function compileFilter(expression: FilterExpression): (row: object) => boolean {
  const evaluate = compileValue(expression)
  return (row) => evaluate(row) === true
}

function compileValue(expression: FilterExpression): (row: object) => Value {
  switch (expression.kind) {
    case 'literal': {
      const { value } = expression
      return () => value
    }
    case 'property':
      return expression.read
    case 'not': {
      const operand = compileFilter(expression.operand)
      return (row) => !operand(row)
    }
    case 'and': {
      const operands = expression.operands.map(compileFilter)
      return (row) => operands.every((operand) => operand(row))
    }
    case 'or':
      return compileOr(expression.operands)
    case 'call': {
      const [text, part] = [compileValue(expression.text), compileValue(expression.part)]
      const { name } = expression
      return (row) => {
        const [whole, piece] = [text(row), part(row)]
        if (typeof whole !== 'string' || typeof piece !== 'string') return false
        if (name === 'contains') return whole.includes(piece)
        return name === 'startswith' ? whole.startsWith(piece) : whole.endsWith(piece)
      }
    }
    case 'comparison': {
      const [left, right] = [compileValue(expression.left), compileValue(expression.right)]
      const { operator } = expression
      return (row) => compare(operator, left(row), right(row))
    }
  }
}

/** `P eq 'a' or P eq 'b' or …` becomes one look-up, however long it is. */
function compileOr(operands: readonly FilterExpression[]): (row: object) => Value {
  const first = operands[0]
  const read = first === undefined ? undefined : equality(first)?.read
  const equalities = operands.map(equality)
  if (read !== undefined && equalities.every((each) => each?.read === read)) {
    const values = new Set(equalities.map((each) => each?.value))
    return (row) => values.has(read(row))
  }
  const compiled = operands.map(compileFilter)
  return (row) => compiled.some((operand) => operand(row))
}

function equality(
  expression: FilterExpression,
): { name: string; read: (row: object) => Value; value: Value } | undefined {
  if (expression.kind !== 'comparison' || expression.operator !== 'eq') return undefined
  const { left, right } = expression
  if (left.kind === 'property' && right.kind === 'literal')
    return { name: left.name, read: left.read, value: right.value }
  if (left.kind === 'literal' && right.kind === 'property')
    return { name: right.name, read: right.read, value: left.value }
  return undefined
}

function compare(operator: Comparison, left: Value, right: Value): boolean {
  if (operator === 'eq') return left === right
  if (operator === 'ne') return left !== right
  if (left === null || right === null) return false
  switch (operator) {
    case 'gt':
      return left > right
    case 'ge':
      return left >= right
    case 'lt':
      return left < right
    case 'le':
      return left <= right
  }
}

/**
 * Values that a property must have one of for the filter to hold; undefined when the filter does not limit it so.
 * Lets a set use its index.
 */
export function requiredValues(expression: FilterExpression, property: string): readonly Value[] | undefined {
  const single = equality(expression)
  if (single !== undefined) return single.name === property ? [single.value] : undefined
  if (expression.kind === 'and') {
    const found = expression.operands.flatMap((operand) => {
      const values = requiredValues(operand, property)
      return values === undefined ? [] : [values]
    })
    return found.sort((a, b) => a.length - b.length)[0]
  }
  if (expression.kind === 'or') {
    const all = expression.operands.map((operand) => requiredValues(operand, property))
    if (all.some((values) => values === undefined)) return undefined
    return [...new Set(all.flatMap((values) => values ?? []))]
  }
  return undefined
}

/** The least value that a property can have where the filter holds; undefined when there is no such bound. */
export function lowerBound(expression: FilterExpression, property: string): Value | undefined {
  if (expression.kind === 'comparison' && expression.left.kind === 'property' && expression.right.kind === 'literal') {
    const { operator, left, right } = expression
    if (left.name !== property || right.value === null) return undefined
    return operator === 'eq' || operator === 'gt' || operator === 'ge' ? right.value : undefined
  }
  if (expression.kind === 'and' || expression.kind === 'or') {
    const bounds = expression.operands.map((operand) => lowerBound(operand, property))
    const known = bounds.filter((bound): bound is Exclude<Value, null> => bound !== undefined && bound !== null)
    if (known.length === 0 || (expression.kind === 'or' && known.length < bounds.length)) return undefined
    const least = expression.kind === 'or'
    return known.reduce((a, b) => (a < b === least ? a : b))
  }
  return undefined
}
