import { type EntitySet, type EntityType, QueryError } from '../odata/edm.ts'
import { contextSuffix, PAGE_SIZE, project, queryPage } from '../odata/execute.ts'
import { metadataXml } from '../odata/metadata.ts'
import { parseOptions, type QueryOptions } from '../odata/options.ts'
import type { NorceSwitches } from '../switches.ts'
import { parseTicks } from '../wire-time.ts'

export interface QueryRequest {
  /** Path after `/commerce/query/2.0/`, still percent-encoded. */
  readonly path: string
  /** Query text without the question mark. */
  readonly query: string
  /** Absolute, without a slash at the end: `http://127.0.0.1:8082/commerce/query/2.0`. */
  readonly base: string
  readonly namespaces: ReadonlyMap<string, readonly EntitySet[]>
  readonly switches: NorceSwitches
}

export type QueryAnswer = { readonly json: unknown } | { readonly xml: string }

/**
 * Answers one Query call: `/{Namespace}`, `/{Namespace}/$metadata`, `/{Namespace}/{Set}` or
 * `/{Namespace}/{Set}({key})`.
 * Known: unknown sets answer 404 [code C9]; the heavy query and the deep `$skip` answer 500 [code C9]. Assumed: names of
 * sets are case-sensitive, as in OData, while the path before them is not.
 * @throws QueryError
 */
export function answerQuery({ path, query, base, namespaces, switches }: QueryRequest): QueryAnswer {
  const [namespaceText = '', setText, ...rest] = path.replace(/\/$/, '').split('/').map(decodePart)
  const namespace = [...namespaces.keys()].find((name) => name.toLowerCase() === namespaceText.toLowerCase())
  if (namespace === undefined || rest.length > 0) throw notFound()
  const sets = namespaces.get(namespace) as readonly EntitySet[]
  const root = `${base}/${namespace}`
  if (setText === undefined) {
    return {
      json: {
        '@odata.context': `${root}/$metadata`,
        value: sets.map(({ name }) => ({ name, kind: 'EntitySet', url: name })),
      },
    }
  }
  if (setText === '$metadata') return { xml: metadataXml(namespace, sets) }

  const match = /^([A-Za-z_]\w*)(?:\((.*)\))?$/s.exec(setText)
  const set = sets.find((candidate) => candidate.name === match?.[1])
  if (match === null || set === undefined) throw notFound()
  const options = parseOptions(query, set.type)
  const keyText = match[2]
  if (keyText !== undefined) return { json: entity(set, keyText, options, root, switches) }

  refuseWhatIsTooHeavy(namespace, set, options, switches)
  const page = queryPage(set, options, switches)
  const body: Record<string, unknown> = {
    '@odata.context': `${root}/$metadata#${set.name}${contextSuffix(options.select, options.expand)}`,
    value: page.value,
  }
  if (page.nextSkip !== undefined) {
    body['@odata.nextLink'] = `${root}/${set.name}?${[...otherOptions(query), `$skip=${page.nextSkip}`].join('&')}`
  }
  return { json: body }
}

function notFound(): QueryError {
  return new QueryError('No HTTP resource was found that matches the request URI.', 404)
}

function decodePart(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    throw notFound()
  }
}

/** Everything but `$skip`, as it was sent, so that encoding survives [doc D3]. */
function otherOptions(query: string): string[] {
  return query.split('&').filter((part) => part !== '' && !/^(?:\$|%24)skip=/i.test(part))
}

function refuseWhatIsTooHeavy(
  namespace: string,
  set: EntitySet,
  { top, skip, expand }: QueryOptions,
  { heavyQueryFails, deepSkipLimit }: NorceSwitches,
): void {
  const isHeavy =
    namespace === 'Products' && set.name === 'Products' && (top ?? PAGE_SIZE) >= PAGE_SIZE && expand.length >= 2
  if ((heavyQueryFails && isHeavy) || (deepSkipLimit !== null && skip > deepSkipLimit)) {
    throw new QueryError('An error has occurred.', 500)
  }
}

function entity(
  set: EntitySet,
  keyText: string,
  options: QueryOptions,
  root: string,
  switches: NorceSwitches,
): Readonly<Record<string, unknown>> {
  const key = parseKey(keyText, set.type)
  const firstKey = set.type.key[0] as string
  const candidates = set.find?.(firstKey, [key.get(firstKey) ?? null]) ?? set.rows()
  for (const row of candidates) {
    if ([...key].every(([name, value]) => set.type.properties.get(name)?.read(row) === value)) {
      return {
        '@odata.context': `${root}/$metadata#${set.name}${contextSuffix(options.select, options.expand)}/$entity`,
        ...project(row, set.type, options.select, options.expand, switches),
      }
    }
  }
  throw notFound()
}

/** `'100011'`, `4021`, or `PartNo='100011',PriceListId=14,QtyBreak=1`. */
function parseKey(text: string, type: EntityType): ReadonlyMap<string, string | number> {
  const parts = [...text.matchAll(/\s*(?:([A-Za-z_]\w*)\s*=\s*)?('(?:[^']|'')*'|[^',\s]+)\s*(?:,|$)/gy)]
  const consumed = parts.reduce((length, part) => length + part[0].length, 0)
  const key = new Map<string, string | number>()
  for (const [, name, literal] of parts) {
    const property = name ?? (type.key.length === 1 ? type.key[0] : undefined)
    const edm = property === undefined ? undefined : type.properties.get(property)?.type
    if (property === undefined || edm === undefined || !type.key.includes(property)) throw notFound()
    const value = keyValue(literal as string, edm)
    if (value === undefined) throw new QueryError(`The key '${text}' does not fit the type '${type.name}'.`)
    key.set(property, value)
  }
  if (consumed !== text.length || key.size !== type.key.length) throw notFound()
  return key
}

function keyValue(literal: string, edm: string): string | number | undefined {
  if (edm === 'Edm.String') {
    return literal.startsWith("'") ? literal.slice(1, -1).replaceAll("''", "'") : undefined
  }
  if (edm === 'Edm.DateTimeOffset') return parseTicks(literal, true)
  return /^-?\d+$/.test(literal) ? Number(literal) : undefined
}
