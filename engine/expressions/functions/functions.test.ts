import jsonata from 'jsonata'
import { describe, expect, test } from 'vitest'
import { EvaluationError, type FunctionDefinition } from '../function-definition.ts'
import type { StaticType } from '../static-type.ts'
import { any, text } from '../type-algebra.ts'
import { functionErrorCodes, pureFunctions } from './index.ts'

/** As an expression of a mapping would get it, less the compiler's own checks. */
async function evaluate(source: string): Promise<unknown> {
  const expression = jsonata(source)
  for (const { name, call } of pureFunctions) {
    expression.registerFunction(name, (...args: unknown[]) => call(args, { focus: undefined }))
  }
  const result: unknown = await expression.evaluate({})
  return result === undefined ? undefined : JSON.parse(JSON.stringify(result))
}

function definition(name: string): FunctionDefinition {
  const found = pureFunctions.find((candidate) => candidate.name === name)
  if (!found) throw new Error(`There is no function ${name}`)
  return found
}

function call(name: string, ...args: unknown[]): unknown {
  return definition(name).call(args, { focus: undefined })
}

function codeOf(name: string, ...args: unknown[]): string {
  try {
    call(name, ...args)
  } catch (error) {
    if (error instanceof EvaluationError) return error.code
    throw error
  }
  return 'none'
}

function fits(value: unknown, type: StaticType): boolean {
  if (value === undefined) return type.optional === true || type.kind === 'any'
  if (type.kind === 'any') return true
  if (type.kind === 'list') return Array.isArray(value) && value.every((item) => fits(item, type.of))
  return typeof value === type.kind
}

describe('every example', () => {
  const examples = pureFunctions.flatMap((candidate) =>
    candidate.examples.map(({ expression, result }) => [expression, result, candidate] as const),
  )
  test.each(examples)('%s is %j', async (expression, result, candidate) => {
    expect(await evaluate(expression)).toEqual(result)
    expect(expression).toContain(`$${candidate.name}(`)
  })

  /** The call and nothing around it. */
  const calls = examples.filter(
    ([expression, , { name }]) =>
      expression.startsWith(`$${name}(`) && /\)$/.test(expression) && !expression.includes(').'),
  )
  test.each(calls)('%s is of the type that is promised: %j', (_, result, candidate) => {
    expect(fits(result, candidate.returns(candidate.parameters.map(() => ({ type: any }))))).toBe(true)
  })
})

describe('every function', () => {
  test.each(pureFunctions.map((candidate) => [candidate.name, candidate] as const))('$%s', (name, candidate) => {
    const { parameters, summary, examples } = candidate
    expect(name).toMatch(/^[a-z][A-Za-z]*$/)
    expect(summary).toMatch(/^[A-Za-z].*[.)]$/s)
    expect(examples.length).toBeGreaterThan(0)
    const firstOptional = parameters.findIndex((parameter) => parameter.optional)
    if (firstOptional >= 0) expect(parameters.slice(firstOptional).every((parameter) => parameter.optional)).toBe(true)
    expect(codeOf(name, ...Array(parameters.length + 1).fill(1))).toBe('argument-count')
  })

  test('has a name of its own', () => {
    const names = pureFunctions.map(({ name }) => name)
    expect(new Set(names).size).toBe(names.length)
  })

  test('takes nothing in the place of a built-in of JSONata', () => {
    for (const { name } of pureFunctions) {
      expect(() => jsonata(`$${name}`)).not.toThrow()
      expect(Object.hasOwn(builtIns, name)).toBe(false)
    }
  })

  const needy = pureFunctions.flatMap((candidate) =>
    candidate.parameters.flatMap((parameter, index) =>
      parameter.absent === 'refuses' && !parameter.optional ? [[candidate.name, parameter.name, index] as const] : [],
    ),
  )
  test.each(needy)('$%s refuses nothing as %s, by name', (name, parameter, index) => {
    const { parameters } = definition(name)
    for (const nothing of [undefined, null]) {
      const args = parameters.map((other, place) => (place === index ? nothing : valueFor(other.type, other.name)))
      const error = errorOf(() => call(name, ...args))
      expect(['absent-argument', 'empty-list']).toContain(error.code)
      expect(error.message).toContain(`$${name}`)
      expect(error.message).toContain(parameter)
    }
  })

  const typed = pureFunctions.flatMap((candidate) =>
    candidate.parameters.flatMap((parameter, index) =>
      isAny(parameter.type) || parameter.optional ? [] : [[candidate.name, parameter.name, index] as const],
    ),
  )
  test.each(typed)('$%s refuses another type as %s, and does not repeat the value', (name, parameter, index) => {
    const { parameters } = definition(name)
    const type = parameters[index]?.type as StaticType
    const secret = wrongFor(type)
    const args = parameters.map((other, place) => (place === index ? secret : valueFor(other.type, other.name)))
    const error = errorOf(() => call(name, ...args))
    expect(error.code).toBe('wrong-argument-type')
    expect(error.message).toContain(`$${name}`)
    expect(error.message).toContain(parameter)
    expect(error.message).not.toContain(String(secret))
  })
})

/** Names that would hide what JSONata has. */
const builtIns: Readonly<Record<string, true>> = Object.fromEntries(
  'sum count max min average string substring substringBefore substringAfter lowercase uppercase length trim pad match contains replace split join formatNumber formatBase formatInteger parseInteger number floor ceil round abs sqrt power random boolean not map zip filter single reduce sift keys lookup append exists spread merge reverse each error assert type sort shuffle distinct base64encode base64decode encodeUrlComponent encodeUrl decodeUrlComponent decodeUrl eval toMillis fromMillis clone now millis'
    .split(' ')
    .map((name) => [name, true]),
)

function errorOf(run: () => unknown): EvaluationError {
  try {
    run()
  } catch (error) {
    if (error instanceof EvaluationError) return error
    throw error
  }
  throw new Error('It did not fail')
}

function valueFor(type: StaticType, name: string): unknown {
  if (name === 'currencyCode') return 'EUR'
  if (name === 'places' || name === 'days' || name === 'max') return 2
  if (name === 'time' || name === 'a' || name === 'b') return type.kind === 'string' ? '2026-05-18T13:03:27Z' : 5
  switch (type.kind) {
    case 'number':
      return 12
    case 'string':
      return 'PartNo'
    case 'object':
      return {}
    case 'list':
      return [valueFor(type.of, '')]
    default:
      return 1
  }
}

function isAny(type: StaticType): boolean {
  return type.kind === 'any' || (type.kind === 'list' && type.of.kind === 'any')
}

function wrongFor(type: StaticType): unknown {
  const kind = type.kind === 'list' ? type.of.kind : type.kind
  return kind === 'string' ? 7071234567 : 'Anna Andersson'
}

describe('what can be seen in literals is told before any record is read', () => {
  const literal = (value: unknown) => ({ type: any, literal: value })
  test.each([
    ['div', [literal(1), literal(0), literal(2)], 'division-by-zero', 1],
    ['div', [literal(1), literal(3), literal(2.5)], 'wrong-argument', 2],
    ['minorUnits', [literal('EURO')], 'unknown-currency', 0],
    ['withVat', [{ type: any }, literal(-1)], 'wrong-argument', 1],
    ['odataAny', [literal('Part No'), { type: any }], 'wrong-argument', 0],
  ])('$%s', (name, args, code, argument) => {
    const problem = definition(name).check?.(args)
    expect(problem).toMatchObject({ code, argument })
    expect(problem?.message).toContain(`$${name}`)
    expect(problem?.advice).not.toBe('')
  })

  test('and good ones, and those unknown, are left alone', () => {
    expect(definition('div').check?.([literal(1), literal(3), literal(2)])).toBeUndefined()
    expect(definition('div').check?.([{ type: any }, { type: any }, { type: any }])).toBeUndefined()
    expect(definition('add').check?.([{ type: any }])).toBeUndefined()
  })
})

describe('the types of results', () => {
  const returns = (name: string, ...types: StaticType[]) => definition(name).returns(types.map((type) => ({ type })))
  const maybe: StaticType = { kind: 'string', optional: true }

  test('$default drops that a value may be absent', () => {
    expect(returns('default', maybe, text)).toEqual(text)
    expect(returns('default', { kind: 'nothing' }, text)).toEqual(text)
    expect(returns('default', maybe, { kind: 'number' })).toEqual(any)
    expect(
      returns('default', { kind: 'string', values: ['a'], optional: true }, { kind: 'string', values: ['b'] }),
    ).toEqual({ kind: 'string', values: ['a', 'b'] })
  })

  test('$firstOf may give nothing unless a value is there and is no empty text', () => {
    expect(returns('firstOf', maybe, text)).toEqual(maybe)
    expect(returns('firstOf', maybe, { kind: 'string', values: ['a', 'b'] })).toEqual(text)
    expect(returns('firstOf', { kind: 'number', optional: true }, { kind: 'number' })).toEqual({ kind: 'number' })
    expect(returns('firstOf', { kind: 'list', of: text })).toEqual(maybe)
    expect(definition('firstOf').returns([{ type: maybe }, { type: text, literal: 'none' }])).toEqual(text)
    expect(definition('firstOf').returns([{ type: maybe }, { type: text, literal: ' ' }])).toEqual(maybe)
  })

  test('$unique and $listOf keep the type of the members', () => {
    expect(returns('unique', { kind: 'list', of: text })).toEqual({ kind: 'list', of: text })
    expect(returns('listOf', maybe)).toEqual({ kind: 'list', of: text })
    expect(returns('listOf', { kind: 'list', of: { kind: 'number' } })).toEqual({
      kind: 'list',
      of: { kind: 'number' },
    })
  })

  test('$entries gives the type of the values', () => {
    const map: StaticType = { kind: 'object', fields: new Map(), rest: { kind: 'number', optional: true } }
    expect(returns('entries', map)).toEqual({
      kind: 'list',
      of: {
        kind: 'object',
        fields: new Map<string, StaticType>([
          ['key', text],
          ['value', { kind: 'number' }],
        ]),
      },
    })
  })
})

describe('what fails a record', () => {
  const failures: readonly (readonly [string, readonly unknown[], string])[] = [
    ['add', [0.1 + 0.2, 1], 'too-many-digits'],
    ['add', [123456789012345, 0.1], 'too-many-digits'],
    ['mul', [1.00000001, 1.00000001], 'too-many-digits'],
    ['mul', [1e300, 1e300], 'out-of-range'],
    ['total', [[1, Number.NaN]], 'not-a-number'],
    ['total', [[1, '2']], 'wrong-argument-type'],
    ['div', [1, 0, 2], 'division-by-zero'],
    ['div', [1, 3, 2.5], 'wrong-argument'],
    ['div', [1, 3, 16], 'wrong-argument'],
    ['roundHalfUp', [1, -1], 'wrong-argument'],
    ['decimalText', [1.234, 2], 'too-many-places'],
    ['least', [[]], 'empty-list'],
    ['greatest', [undefined], 'empty-list'],
    ['withoutVat', [10, -5, 2], 'wrong-argument'],
    ['minorUnits', ['eur'], 'unknown-currency'],
    ['roundMoney', [1, 'XXX'], 'unknown-currency'],
    ['slug', ['---'], 'no-ascii-form'],
    ['slug', [''], 'no-ascii-form'],
    ['slug', ['Куртка 5'], 'no-ascii-form'],
    ['slug', ['ジャケット'], 'no-ascii-form'],
    ['slug', ['jacket ٣'], 'no-ascii-form'],
    ['limitText', ['a', 0], 'wrong-argument'],
    ['ranges', [[]], 'empty-list'],
    ['ranges', [[-1]], 'wrong-argument'],
    ['ranges', [[1.5]], 'wrong-argument'],
    ['ranges', [['1-3']], 'wrong-argument'],
    ['ranges', [[{}]], 'wrong-argument-type'],
    ['idSet', ['3-1'], 'wrong-argument'],
    ['idSet', ['1,x'], 'wrong-argument'],
    ['idSet', [''], 'wrong-argument'],
    ['idSet', [-4], 'wrong-argument'],
    ['idSet', ['1-10001'], 'wrong-argument'],
    ['idSet', [{}], 'wrong-argument'],
    ['odata', [{}], 'wrong-argument-type'],
    ['odata', [Number.NaN], 'not-a-number'],
    ['odataAny', ['PartNo', []], 'empty-list'],
    ['odataAny', ["PartNo eq 'x' or", ['a']], 'wrong-argument'],
    ['odataTime', ['2026-05-18'], 'not-an-iso-time'],
    ['isoTime', ['2026-05-18T13:03:27'], 'not-an-iso-time'],
    ['isoTime', ['2026-02-30T13:03:27Z'], 'not-an-iso-time'],
    ['isoTime', ['2026-05-18T24:00:00Z'], 'not-an-iso-time'],
    ['isoTime', ['2026-13-01T00:00:00Z'], 'not-an-iso-time'],
    ['isoTime', ['2026-05-18T13:03:27+25:00'], 'not-an-iso-time'],
    ['isoTime', [1e15], 'out-of-range'],
    ['isoTime', [1.5], 'wrong-argument'],
    ['isoTime', [true], 'wrong-argument-type'],
    ['timeAfter', ['yesterday', '2026-05-18T13:03:27Z'], 'not-an-iso-time'],
    ['plusDays', ['18.05.2026', 1], 'not-an-iso-time'],
    ['plusDays', ['2026-05-18', 0.5], 'wrong-argument'],
    ['plusDays', ['9999-12-31', 1], 'out-of-range'],
    ['plusDays', ['2026-05-18', 1e12], 'out-of-range'],
    ['basicAuth', ['a:b', 'c'], 'wrong-argument'],
    ['entries', [[1, 2]], 'wrong-argument-type'],
    ['default', [undefined, undefined], 'absent-argument'],
    ['parseJson', [5], 'wrong-argument-type'],
  ]
  test.each(failures)('$%s(%j): %s', (name, args, code) => {
    expect(codeOf(name, ...args)).toBe(code)
  })

  test('has a code with a meaning, and every code is given by some function', () => {
    for (const [code, { means, todo }] of Object.entries(functionErrorCodes)) {
      expect(failures.map(([, , given]) => given)).toContain(code)
      expect(means).toMatch(/\.$/)
      expect(todo).toMatch(/\.$/)
    }
  })

  test('carries nothing of the record', () => {
    const secret = 'Anna Åkesson 7'
    const calls: readonly (readonly [string, readonly unknown[]])[] = [
      ['slug', [`${secret} Анна`]],
      ['minorUnits', [secret]],
      ['isoTime', [secret]],
      ['ranges', [[secret]]],
      ['odataAny', [secret, ['a']]],
      ['basicAuth', [`${secret}:`, 'x']],
      ['plusDays', [secret, 1]],
    ]
    for (const [name, args] of calls) expect(errorOf(() => call(name, ...args)).message).not.toContain('Anna')
  })
})

test("JSONata's sequences become plain lists", () => {
  const sequence = Object.assign(['a', 'b', 'a'], { sequence: true })
  for (const name of ['listOf', 'unique']) {
    expect(Object.keys(call(name, sequence) as object).every((key) => /^\d+$/.test(key))).toBe(true)
  }
})
