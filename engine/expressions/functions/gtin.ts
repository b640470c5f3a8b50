import type { FunctionDefinition } from '../function-definition.ts'
import { boolean as booleanType, optional as optionalType, text as textType } from '../type-algebra.ts'
import { defineFunction } from './define.ts'
import { takesNothing, text, texts } from './parameters.ts'

/**
 * The digits of a GTIN-8, -12, -13 or -14 (EAN, UPC, ISBN-13, ITF-14) whose check digit is right, less blanks and
 * hyphens; nothing for any other text, and for zeros only, which pass the check but name no item.
 * Source: GS1 General Specifications, section 7.9 (check digit, modulo 10 with weights 3 and 1 from the right).
 */
export function gtinOf(value: string): string | undefined {
  const digits = value.replace(/[\s-]/g, '')
  if (!/^(?:\d{8}|\d{12,14})$/.test(digits) || /^0+$/.test(digits)) return undefined
  let sum = 0
  for (let index = 0; index < digits.length; index += 1) {
    const weight = (digits.length - index) % 2 === 0 ? 3 : 1
    sum += Number(digits[index]) * weight
  }
  return sum % 10 === 0 ? digits : undefined
}

const gtin = defineFunction({
  name: 'gtin',
  summary:
    'The first of a list of texts that is a GTIN-8, -12, -13 or -14 (EAN, UPC, ISBN-13) with the right check digit, as digits only. Nothing if there is none.',
  parameters: [texts('list')],
  returns: optionalType(textType),
  evaluate: (values) => {
    for (const value of values) {
      const found = gtinOf(value)
      if (found !== undefined) return found
    }
    return undefined
  },
  examples: [
    { expression: "$gtin(['', '5012345678901', '036000291452'])", result: '036000291452' },
    { expression: "$gtin('978-0-306-40615-7')", result: '9780306406157' },
    { expression: "$gtin(['123', '0000000000000'])", result: undefined },
  ],
})

const isGtin = defineFunction({
  name: 'isGtin',
  summary:
    'True if a text is a GTIN-8, -12, -13 or -14 with the right check digit; blanks and hyphens do not count. False for nothing.',
  parameters: [takesNothing(text('text'))],
  returns: booleanType,
  evaluate: (value) => value !== undefined && gtinOf(value) !== undefined,
  examples: [
    { expression: "$isGtin('4006381333931')", result: true },
    { expression: "$isGtin('4006381333932')", result: false },
    { expression: '$isGtin(nowhere)', result: false },
  ],
})

export const gtins: readonly FunctionDefinition[] = [gtin, isGtin]
