import { type EdmNavigation, type EntityType, invalidQuery, QueryError, unknownProperty } from './edm.ts'
import { type FilterExpression, parseFilter } from './filter.ts'

export interface QueryOptions {
  readonly filter: FilterExpression | undefined
  /** Undefined: all properties. */
  readonly select: readonly string[] | undefined
  readonly expand: readonly Expansion[]
  readonly orderBy: readonly { readonly property: string; readonly descending: boolean }[]
  readonly top: number | undefined
  readonly skip: number
}

export interface Expansion {
  readonly name: string
  readonly navigation: EdmNavigation
  readonly filter: FilterExpression | undefined
  readonly select: readonly string[] | undefined
  readonly expand: readonly Expansion[]
}

const MAXIMUM_DEPTH = 3

/** A raw query text as name and value pairs, in order; `+` is a space, as in every form of a query text. */
export function queryPairs(query: string): readonly (readonly [name: string, value: string])[] {
  const decode = (text: string) => {
    try {
      return decodeURIComponent(text.replaceAll('+', ' '))
    } catch {
      throw invalidQuery('The query text is not valid percent-encoding.')
    }
  }
  return query
    .split('&')
    .filter((part) => part !== '')
    .map((part) => {
      const equals = part.indexOf('=')
      return equals < 0 ? [decode(part), ''] : [decode(part.slice(0, equals)), decode(part.slice(equals + 1))]
    })
}

/**
 * Checks the options of a query.
 *
 * Known: `$filter`, `$select`, `$expand` (with nested `$filter` and `$select`), `$orderby`, `$top`, `$skip`; an unknown
 * property answers 400 [doc D3; code C9]; depth at most 3 [doc D3]. Assumed: any other `$` option, `$count` among them,
 * answers 400; options without `$` are ignored.
 * @throws QueryError 400
 */
export function parseOptions(query: string, type: EntityType): QueryOptions {
  const given = new Map<string, string>()
  for (const [name, value] of queryPairs(query)) {
    if (!name.startsWith('$')) continue
    if (!['$filter', '$select', '$expand', '$orderby', '$top', '$skip'].includes(name)) {
      throw invalidQuery(`The query parameter '${name}' is not supported.`)
    }
    if (given.has(name)) throw invalidQuery(`Query option '${name}' was specified more than once.`)
    given.set(name, value)
  }
  const filter = given.get('$filter')
  const select = given.get('$select')
  const expand = given.get('$expand')
  const orderBy = given.get('$orderby')
  return {
    filter: filter === undefined ? undefined : parseFilter(filter, type),
    select: select === undefined ? undefined : parseSelect(select, type),
    expand: expand === undefined ? [] : parseExpand(expand, type, 1),
    orderBy: orderBy === undefined ? [] : parseOrderBy(orderBy, type),
    top: count(given, '$top'),
    skip: count(given, '$skip') ?? 0,
  }
}

function count(given: ReadonlyMap<string, string>, name: string): number | undefined {
  const text = given.get(name)
  if (text === undefined) return undefined
  if (!/^\d{1,9}$/.test(text)) throw invalidQuery(`Invalid value '${text}' for ${name} query option found.`)
  return Number(text)
}

function parseSelect(text: string, type: EntityType): readonly string[] | undefined {
  const names = text.split(',').map((name) => name.trim())
  if (names.includes('*')) return undefined
  for (const name of names) {
    if (!type.properties.has(name) && !type.navigations.has(name)) throw unknownProperty(name, type)
  }
  return names.filter((name) => type.properties.has(name))
}

function parseOrderBy(text: string, type: EntityType): QueryOptions['orderBy'] {
  return text.split(',').map((part) => {
    const match = /^\s*(\S+)(?:\s+(asc|desc))?\s*$/.exec(part)
    if (match === null) throw invalidQuery(`Syntax error in $orderby '${text}'.`)
    const property = match[1] as string
    if (!type.properties.has(property)) throw unknownProperty(property, type)
    return { property, descending: match[2] === 'desc' }
  })
}

function parseExpand(text: string, type: EntityType, depth: number): readonly Expansion[] {
  if (depth > MAXIMUM_DEPTH) {
    throw invalidQuery(
      `The request includes a $expand path which is too deep. The maximum depth allowed is ${MAXIMUM_DEPTH}.`,
    )
  }
  if (text.trim() === '*') {
    return [...type.navigations].map(([name, navigation]) => ({
      name,
      navigation,
      filter: undefined,
      select: undefined,
      expand: [],
    }))
  }
  return splitOutside(text, ',').map((part) => {
    const match = /^\s*([A-Za-z_]\w*)\s*(?:\((.*)\))?\s*$/s.exec(part)
    if (match === null) throw invalidQuery(`Syntax error in $expand '${text}'.`)
    const name = match[1] as string
    const nested = nestedOptions(match[2] ?? '')
    const navigation = type.navigations.get(name)
    if (navigation === undefined) throw unknownProperty(name, type)
    const [filter, select, expand] = [nested.get('$filter'), nested.get('$select'), nested.get('$expand')]
    return {
      name,
      navigation,
      filter: filter === undefined ? undefined : parseFilter(filter, navigation.target),
      select: select === undefined ? undefined : parseSelect(select, navigation.target),
      expand: expand === undefined ? [] : parseExpand(expand, navigation.target, depth + 1),
    }
  })
}

function nestedOptions(text: string): ReadonlyMap<string, string> {
  const options = new Map<string, string>()
  if (text === '') return options
  for (const part of splitOutside(text, ';')) {
    const equals = part.indexOf('=')
    const name = part.slice(0, Math.max(0, equals)).trim()
    if (!['$filter', '$select', '$expand'].includes(name)) {
      throw invalidQuery(`The option '${name || part.trim()}' is not supported inside $expand.`)
    }
    options.set(name, part.slice(equals + 1))
  }
  return options
}

/** Splits where the mark stands outside of parentheses and quotes. */
function splitOutside(text: string, mark: string): string[] {
  const parts: string[] = []
  let depth = 0
  let quoted = false
  let start = 0
  for (let index = 0; index < text.length; index += 1) {
    const character = text[index]
    if (character === "'") quoted = !quoted
    else if (quoted) continue
    else if (character === '(') depth += 1
    else if (character === ')') depth -= 1
    else if (character === mark && depth === 0) {
      parts.push(text.slice(start, index))
      start = index + 1
    }
  }
  if (quoted || depth !== 0)
    throw new QueryError(`The query specified in the URI is not valid. Unbalanced text '${text}'.`)
  return [...parts, text.slice(start)]
}
