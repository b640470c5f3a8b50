import { describe, expect, test } from 'vitest'
import { parseTicks } from '../wire-time.ts'
import { entityType, QueryError, type Value } from './edm.ts'
import { compileFilter, lowerBound, parseFilter, requiredValues } from './filter.ts'

interface Row {
  readonly name: string
  readonly size: number
  readonly active: boolean
  readonly updated: string | null
}

const type = entityType<Row>('Test.Row', ['Name'], {
  Name: ['Edm.String', (row) => row.name],
  Size: ['Edm.Int32', (row) => row.size],
  IsActive: ['Edm.Boolean', (row) => row.active],
  Updated: ['Edm.DateTimeOffset?', (row) => (row.updated === null ? null : (parseTicks(row.updated, true) as Value))],
})

const rows: readonly Row[] = [
  { name: "O'Neill", size: 1, active: true, updated: null },
  { name: 'plain', size: 2, active: false, updated: '2026-03-18T05:01:09.2866667Z' },
  { name: 'pläin and (odd), not eq', size: 3, active: true, updated: '2026-03-19T00:00:00Z' },
]

const sizes = (filter: string) => rows.filter(compileFilter(parseFilter(filter, type))).map((row) => row.size)

describe('$filter', () => {
  test.each([
    ["Name eq 'O''Neill'", [1]],
    ['Size ne 2', [1, 3]],
    ['Size gt 1 and Size lt 3', [2]],
    ['Size ge 2 and not (Size eq 3)', [2]],
    ['Size eq 1 or Size eq 2 and IsActive eq true', [1]],
    ['(Size eq 1 or Size eq 2) and IsActive eq false', [2]],
    ['Updated eq null', [1]],
    ['Updated ne null', [2, 3]],
    ['Updated ge 2026-03-18T05:01:09.2866667Z', [2, 3]],
    ['Updated gt 2026-03-18T05:01:09.2866667Z', [3]],
    ['Updated ge 2026-03-18T06:01:09.2866667+01:00', [2, 3]],
    ['(Updated ge 2026-03-19T00:00:00Z or (Updated eq null and Size lt 2))', [1, 3]],
    ["contains(Name,'ai')", [2]],
    ["contains( Name , '(odd), not eq' )", [3]],
    ["startswith(Name,'pl') and not contains(Name,'ä')", [2]],
    ["not startswith(Name,'pl')", [1]],
    ["endswith(Name,'ain')", [2]],
    ['IsActive', [1, 3]],
    ['not IsActive', [2]],
    ['2 le Size', [2, 3]],
    ["Name eq 'plain' or Name eq 'x' or Name eq 'O''Neill'", [1, 2]],
    ['Size eq -1', []],
  ])('%s', (filter, expected) => {
    expect(sizes(filter)).toEqual(expected)
  })

  test.each([
    ['Colour eq 1', "Could not find a property named 'Colour' on type 'Test.Row'."],
    ['name eq 1', "Could not find a property named 'name'"],
    ["Size eq '1'", 'incompatible types'],
    ['Name eq 1', 'incompatible types'],
    ["Updated ge '2026-03-18T00:00:00Z'", 'incompatible types'],
    ['Updated ge 2026-03-18', 'incompatible types'],
    ['IsActive gt false', 'incompatible types'],
    ['Updated ge 2026-02-30T00:00:00Z', 'no valid date-time'],
    ['Updated ge 2026-03-18T00:00:00', 'Syntax error'],
    ['Size', 'must evaluate to a single boolean'],
    ['Size eq', 'Syntax error'],
    ['(Size eq 1', 'Syntax error'],
    ['Size eq 1)', 'Syntax error'],
    ['Size EQ 1', 'Syntax error'],
    ["Name eq 'open", 'Syntax error'],
    ["tolower(Name) eq 'x'", "An unknown function with name 'tolower'"],
    ['Size in (1,2)', 'Syntax error'],
    ['', 'Syntax error'],
    ['Size and Size', 'must evaluate to a single boolean'],
  ])('refuses %s', (filter, message) => {
    const refused = () => parseFilter(filter, type)
    expect(refused).toThrow(message)
    expect(refused).toThrow(QueryError)
  })

  test('a long chain of equalities becomes values for an index', () => {
    const names = Array.from({ length: 500 }, (_, index) => `P-${index}`)
    const filter = parseFilter(names.map((name) => `Name eq '${name}'`).join(' or '), type)
    expect(requiredValues(filter, 'Name')).toEqual(names)
    expect(requiredValues(filter, 'Size')).toBeUndefined()
    expect(requiredValues(parseFilter("(Name eq 'a' or Name eq 'b') and Size gt 1", type), 'Name')).toEqual(['a', 'b'])
    expect(requiredValues(parseFilter("Name eq 'a' or Size gt 1", type), 'Name')).toBeUndefined()
  })

  test('keyset conditions give a place to start from', () => {
    expect(lowerBound(parseFilter("Name gt 'k' and IsActive eq true", type), 'Name')).toBe('k')
    expect(lowerBound(parseFilter("Name gt 'k' or (Name eq 'k' and Size gt 2)", type), 'Name')).toBe('k')
    expect(lowerBound(parseFilter("Name gt 'k' or Size gt 2", type), 'Name')).toBeUndefined()
    expect(lowerBound(parseFilter("Name lt 'k'", type), 'Name')).toBeUndefined()
  })
})
