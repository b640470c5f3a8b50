import type { StaticType } from '../static-type.ts'
import { any, join, joinAll, listOf, memberOf, number, objectOf, optional, required, text } from '../type-algebra.ts'
import type { Builtin, BuiltinParameter, Kind, Value } from './types.ts'
import { anyValue, booleanValue, listValue, mayBeNothing, numberValue, textValue } from './value.ts'

const p = (name: string, kinds: readonly Kind[], absent: BuiltinParameter['absent'] = 'finding'): BuiltinParameter => ({
  name,
  kinds,
  absent,
})
const opt = (name: string, kinds: readonly Kind[]): BuiltinParameter => ({ ...p(name, kinds), optional: true })
const list = (name: string, of: readonly Kind[] = []): BuiltinParameter => ({
  name,
  kinds: [],
  absent: 'takes',
  list: { of },
})
const str = p('text', ['string'])
const num = p('number', ['number'])
const pattern = p('pattern', ['string', 'function'])
const fn = p('function', ['function'])

const gives = (value: Value) => (): Value => value
const listOfMembers = (args: readonly Value[]): Value => {
  const [first] = args
  if (!first) return anyValue
  return first.type.kind === 'any' ? anyValue : listValue(memberOf(first.type), extrasOf(first))
}

function extrasOf(value: Value): Pick<Value, 'raw' | 'nonEmpty'> {
  const nonEmpty = value.nonEmpty === true || (value.type.kind !== 'list' && !mayBeNothing(value))
  return { ...(value.raw && { raw: true }), ...(nonEmpty && { nonEmpty: true }) }
}

/** A number for every list that has a member; JSONata answers nothing for none, which is reported at the call. */
const definitions: readonly Builtin[] = [
  {
    name: 'string',
    parameters: [p('value', []), opt('pretty', ['boolean'])],
    context: true,
    returns: gives(textValue),
  },
  { name: 'length', parameters: [str], context: true, returns: gives(numberValue) },
  {
    name: 'substring',
    parameters: [str, p('start', ['number']), opt('length', ['number'])],
    context: true,
    returns: gives(textValue),
  },
  { name: 'substringBefore', parameters: [str, p('chars', ['string'])], context: true, returns: gives(textValue) },
  { name: 'substringAfter', parameters: [str, p('chars', ['string'])], context: true, returns: gives(textValue) },
  { name: 'uppercase', parameters: [str], context: true, returns: gives(textValue) },
  { name: 'lowercase', parameters: [str], context: true, returns: gives(textValue) },
  { name: 'trim', parameters: [str], context: true, returns: gives(textValue) },
  {
    name: 'pad',
    parameters: [str, p('width', ['number']), opt('char', ['string'])],
    context: true,
    returns: gives(textValue),
  },
  { name: 'contains', parameters: [str, pattern], context: true, returns: gives(booleanValue) },
  {
    name: 'split',
    parameters: [str, pattern, opt('limit', ['number'])],
    context: true,
    returns: gives(listValue(text, { raw: true, nonEmpty: true })),
  },
  {
    name: 'join',
    parameters: [list('texts', ['string']), opt('separator', ['string'])],
    returns: ([texts]) => (texts && mayBeNothing(texts) ? { type: optional(text) } : textValue),
  },
  {
    name: 'match',
    parameters: [str, fn, opt('limit', ['number'])],
    context: true,
    returns: gives(
      listValue(
        objectOf([
          ['match', text],
          ['index', number],
          ['groups', listOf(text)],
        ]),
      ),
    ),
  },
  {
    name: 'replace',
    parameters: [str, pattern, p('replacement', ['string', 'function']), opt('limit', ['number'])],
    context: true,
    returns: gives(textValue),
  },
  { name: 'base64encode', parameters: [str], context: true, returns: gives(textValue) },
  { name: 'base64decode', parameters: [str], context: true, returns: gives(textValue) },
  { name: 'encodeUrlComponent', parameters: [str], context: true, returns: gives(textValue) },
  { name: 'encodeUrl', parameters: [str], context: true, returns: gives(textValue) },
  { name: 'decodeUrlComponent', parameters: [str], context: true, returns: gives(textValue) },
  { name: 'decodeUrl', parameters: [str], context: true, returns: gives(textValue) },
  {
    name: 'number',
    parameters: [p('value', ['string', 'number', 'boolean'])],
    context: true,
    returns: gives(numberValue),
  },
  { name: 'abs', parameters: [num], context: true, returns: gives(numberValue) },
  { name: 'floor', parameters: [num], context: true, returns: gives(numberValue) },
  { name: 'ceil', parameters: [num], context: true, returns: gives(numberValue) },
  { name: 'round', parameters: [num, opt('precision', ['number'])], context: true, returns: gives(numberValue) },
  { name: 'sqrt', parameters: [num], context: true, returns: gives(numberValue) },
  { name: 'power', parameters: [num, p('exponent', ['number'])], context: true, returns: gives(numberValue) },
  {
    name: 'formatNumber',
    parameters: [num, p('picture', ['string']), opt('options', ['object'])],
    context: true,
    returns: gives(textValue),
  },
  { name: 'formatBase', parameters: [num, opt('radix', ['number'])], context: true, returns: gives(textValue) },
  { name: 'formatInteger', parameters: [num, p('picture', ['string'])], context: true, returns: gives(textValue) },
  { name: 'parseInteger', parameters: [str, p('picture', ['string'])], context: true, returns: gives(numberValue) },
  { name: 'sum', parameters: [list('numbers', ['number'])], returns: gives(numberValue) },
  { name: 'max', parameters: [list('numbers', ['number'])], returns: gives(numberValue) },
  { name: 'min', parameters: [list('numbers', ['number'])], returns: gives(numberValue) },
  { name: 'average', parameters: [list('numbers', ['number'])], returns: gives(numberValue) },
  { name: 'boolean', parameters: [p('value', [], 'passes')], context: true, returns: gives(booleanValue) },
  { name: 'not', parameters: [p('value', [])], context: true, returns: gives(booleanValue) },
  { name: 'exists', parameters: [p('value', [], 'takes')], returns: gives(booleanValue) },
  { name: 'count', parameters: [list('list')], returns: gives(numberValue) },
  { name: 'append', parameters: [p('first', [], 'takes'), p('second', [], 'takes')], returns: append },
  { name: 'sort', parameters: [list('list'), opt('comparator', ['function'])], returns: listOfMembers },
  { name: 'reverse', parameters: [list('list')], returns: listOfMembers },
  { name: 'distinct', parameters: [list('list')], returns: listOfMembers },
  { name: 'zip', parameters: [list('list')], many: true, returns: gives(listValue(listOf(any), { raw: true })) },
  {
    name: 'keys',
    parameters: [p('object', ['object', 'list'], 'takes')],
    context: true,
    returns: gives(listValue(text)),
  },
  {
    name: 'lookup',
    parameters: [p('object', ['object', 'list'], 'takes'), p('key', ['string'])],
    context: true,
    returns: gives(anyValue),
  },
  {
    name: 'spread',
    parameters: [p('object', ['object', 'list'], 'takes')],
    context: true,
    returns: gives(listValue(any)),
  },
  { name: 'merge', parameters: [list('objects', ['object'])], returns: merge },
  {
    name: 'sift',
    parameters: [p('object', ['object'], 'takes'), { ...fn, optional: true }],
    context: true,
    returns: gives(anyValue),
  },
  { name: 'each', parameters: [p('object', ['object'], 'takes'), fn], context: true, returns: gives(listValue(any)) },
  { name: 'map', parameters: [list('list'), fn], returns: gives(listValue(any)) },
  { name: 'filter', parameters: [list('list'), fn], returns: listOfMembers },
  {
    name: 'single',
    parameters: [list('list'), { ...fn, optional: true }],
    returns: ([first]) => ({ type: first ? memberOf(first.type) : any }),
  },
  { name: 'reduce', parameters: [list('list'), fn, { ...opt('init', []), absent: 'takes' }], returns: gives(anyValue) },
  { name: 'error', parameters: [opt('message', ['string'])], returns: gives(anyValue) },
  { name: 'assert', parameters: [p('condition', ['boolean']), opt('message', ['string'])], returns: gives(anyValue) },
  { name: 'type', parameters: [p('value', [], 'passes')], returns: gives(textValue) },
  { name: 'clone', parameters: [p('value', [], 'passes')], context: true, returns: ([first]) => first ?? anyValue },
  { name: 'toMillis', parameters: [str, opt('picture', ['string'])], context: true, returns: gives(numberValue) },
  {
    name: 'fromMillis',
    parameters: [num, opt('picture', ['string']), opt('timezone', ['string'])],
    context: true,
    returns: gives(textValue),
  },
]

function append(args: readonly Value[]): Value {
  const [a, b] = args
  if (!a || !b || a.type.kind === 'any' || b.type.kind === 'any') return anyValue
  const extras = { ...extrasOf(a), ...extrasOf(b) }
  return listValue(join(memberOf(a.type), memberOf(b.type)), extras)
}

function merge(args: readonly Value[]): Value {
  const [objects] = args
  if (!objects) return anyValue
  const types = (objects.parts ?? [{ value: objects }]).map(({ value }) => memberOf(value.type))
  const optionals = (objects.parts ?? []).map(({ value }) => mayBeNothing(value))
  if (!objects.parts && objects.type.kind === 'list') {
    // Which of the members give a field is not known, so any field may be absent.
    const of = objects.type.of
    return of.kind === 'object'
      ? {
          type: objectOf(
            [...of.fields].map(([k, t]) => [k, optional(t)]),
            of.rest,
          ),
        }
      : anyValue
  }
  const fields = new Map<string, StaticType>()
  const rests: StaticType[] = []
  for (const [index, type] of types.entries()) {
    if (type.kind !== 'object') return anyValue
    const present = optionals[index] !== true
    for (const [name, field] of type.fields) {
      const before = fields.get(name)
      if (present && field.optional !== true) fields.set(name, field)
      else fields.set(name, before ? withPresence(join(before, required(field)), before) : optional(field))
    }
    if (type.rest) rests.push(type.rest)
  }
  return { type: objectOf(fields, rests.length > 0 ? joinAll(rests) : undefined) }
}

function withPresence(type: StaticType, like: StaticType): StaticType {
  return like.optional === true ? optional(type) : required(type)
}

export const builtins: ReadonlyMap<string, Builtin> = new Map(definitions.map((each) => [each.name, each]))

/** They answer nothing for an empty list (but for $sum of `[]`). */
export const emptyIsNothing: ReadonlySet<string> = new Set(['sum', 'max', 'min', 'average'])
