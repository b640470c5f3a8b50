import { describe, expect, test } from 'vitest'
import { type EntityType, entityType } from './edm.ts'
import { contextSuffix } from './execute.ts'
import { parseOptions, queryPairs } from './options.ts'

/** A type that leads to itself, so that any depth can be asked for. */
const type: EntityType = (() => {
  const navigations = new Map()
  const made = { ...entityType<object>('Test.Node', ['Id'], { Id: ['Edm.Int32', () => 1] }), navigations }
  navigations.set('Child', { target: made, collection: true, read: () => [] })
  return made
})()

describe('query options', () => {
  test('depth three is allowed, four is refused', () => {
    const three = parseOptions('$expand=Child($expand=Child($expand=Child))', type)
    expect(contextSuffix(three.select, three.expand)).toBe('(Child(Child(Child())))')
    expect(() => parseOptions('$expand=Child($expand=Child($expand=Child($expand=Child)))', type)).toThrow(
      'The maximum depth allowed is 3',
    )
  })

  test('nested options are separated by semicolons, and quotes protect both marks', () => {
    const text = entityType<object>('Test.Text', ['Name'], { Name: ['Edm.String', () => ''] })
    const outer = {
      ...type,
      navigations: new Map([['Texts', { target: text, collection: true, read: () => [] }]]),
    }
    const { expand } = parseOptions("$expand=Texts($filter=Name eq 'a;b,(c''d';$select=Name)", outer)
    expect(expand[0]?.select).toEqual(['Name'])
    expect(expand[0]?.filter).toMatchObject({ right: { value: "a;b,(c'd" } })
  })

  test('a plus is a space, a percent sequence is decoded', () => {
    expect(queryPairs('$filter=Id+eq%201&x')).toEqual([
      ['$filter', 'Id eq 1'],
      ['x', ''],
    ])
  })

  test.each([
    ['$count=true', "The query parameter '$count' is not supported."],
    ['$top=-1', "Invalid value '-1' for $top"],
    ['$top=1&$top=2', 'more than once'],
    ['$select=Name', "Could not find a property named 'Name'"],
    ['$orderby=Id+up', 'Syntax error in $orderby'],
    ['$orderby=Name', "Could not find a property named 'Name'"],
    ['$expand=Parent', "Could not find a property named 'Parent'"],
    ['$expand=Child($top=1)', "The option '$top' is not supported inside $expand."],
    ['$expand=Child($select=Id', 'Unbalanced'],
    ['$filter=%E0%A4%A', 'percent-encoding'],
  ])('refuses %s', (query, message) => {
    expect(() => parseOptions(query, type)).toThrow(message)
  })

  test('options without a dollar sign are ignored', () => {
    expect(parseOptions('cultureCode=sv-SE', type)).toEqual(parseOptions('', type))
  })
})
