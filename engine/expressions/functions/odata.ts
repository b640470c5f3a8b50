import type { FunctionDefinition } from '../function-definition.ts'
import { text as textType } from '../type-algebra.ts'
import { decimalText } from '../values/decimal.ts'
import { defineFunction } from './define.ts'
import { any, list, notEmpty, readNumber, text, wrongType } from './parameters.ts'
import { timeOf } from './time.ts'

/**
 * A literal of OData version 4. Source: OData ABNF Construction Rules 4.01, `primitiveLiteral`: a quote within a text
 * is doubled; numbers, true and false are bare. The engine percent-encodes what it puts into an address.
 */
function literalOf(functionName: string, name: string, value: unknown): string {
  switch (typeof value) {
    case 'string':
      return `'${value.replaceAll("'", "''")}'`
    case 'boolean':
      return String(value)
    case 'number':
      return decimalText(readNumber(value, name, functionName))
    default:
      throw wrongType(functionName, name, 'a text, a number, or true or false', value)
  }
}

const odata = defineFunction({
  name: 'odata',
  summary:
    'A value as a literal in a filter of OData 4: texts in single quotes (a quote within is doubled), numbers, true and false bare. For times use `$odataTime`.',
  parameters: [any('value')],
  returns: textType,
  evaluate: (value) => literalOf('odata', 'value', value),
  examples: [
    { expression: '$odata("O\'Brien")', result: "'O''Brien'" },
    { expression: '$odata(62.5)', result: '62.5' },
    { expression: '$odata(true)', result: 'true' },
    { expression: "'NoteNo eq ' & $odata('64021')", result: "NoteNo eq '64021'" },
  ],
})

const odataTime = defineFunction({
  name: 'odataTime',
  summary:
    'A time as a literal in a filter of OData 4: as it is, without quotes. Fails if it is not an ISO 8601 time with an offset.',
  parameters: [text('time')],
  returns: textType,
  evaluate: (value) => {
    timeOf('odataTime', 'time', value)
    return value
  },
  examples: [
    { expression: "'Updated ge ' & $odataTime('2026-05-18T12:00:00Z')", result: 'Updated ge 2026-05-18T12:00:00Z' },
    { expression: "$odataTime('2026-05-18T14:03:27.000+01:00')", result: '2026-05-18T14:03:27.000+01:00' },
  ],
})

const odataAny = defineFunction({
  name: 'odataAny',
  summary:
    'A filter of OData 4 for records whose field has one of several values, in brackets. Fails if the list is empty: a filter without values would often read everything.',
  parameters: [
    text('field', {
      code: 'wrong-argument',
      be: 'the name of a field, or a path of names with / between',
      test: (value) => /^[A-Za-z_]\w*(?:\/[A-Za-z_]\w*)*$/.test(value as string),
    }),
    notEmpty(list('list')),
  ],
  returns: textType,
  evaluate: (field, values) => {
    const literals = new Set(values.map((value) => literalOf('odataAny', 'every value of list', value)))
    return `(${[...literals].map((literal) => `${field} eq ${literal}`).join(' or ')})`
  },
  examples: [
    { expression: "$odataAny('PartNo', ['A1', 'B2'])", result: "(PartNo eq 'A1' or PartNo eq 'B2')" },
    { expression: "$odataAny('Sku/Id', 7)", result: '(Sku/Id eq 7)' },
  ],
})

export const odataFilters: readonly FunctionDefinition[] = [odata, odataTime, odataAny]
