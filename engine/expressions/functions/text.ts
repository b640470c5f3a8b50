import type { FunctionDefinition } from '../function-definition.ts'
import { any as anyType, optional as optionalType, text as textType } from '../type-algebra.ts'
import { withoutNulls } from '../values/without-nulls.ts'
import { defineFunction } from './define.ts'
import { failure } from './errors.ts'
import { number, takesNothing, text } from './parameters.ts'

/** Letters that Unicode does not take apart into an ASCII letter and a mark. */
const LETTERS: Readonly<Record<string, string>> = {
  ß: 'ss',
  æ: 'ae',
  œ: 'oe',
  ø: 'o',
  đ: 'd',
  ð: 'd',
  ħ: 'h',
  ı: 'i',
  ĸ: 'k',
  ł: 'l',
  ŋ: 'n',
  þ: 'th',
  ŧ: 't',
}

const slug = defineFunction({
  name: 'slug',
  summary:
    'A code made of a text: lower-case ASCII letters and digits, with one `-` for all that stands between. Accents are dropped (å is a, ß is ss, ø is o). Fails if the text has letters of another script, or none at all, since different texts would become one code: use a table for these.',
  parameters: [text('text')],
  returns: textType,
  evaluate: (value) => {
    const plain = value
      .normalize('NFKD')
      .replace(/\p{M}+/gu, '')
      .toLowerCase()
      .replace(/[ßæœøđðħıĸłŋþŧ]/g, (letter) => LETTERS[letter] ?? letter)
    if (/[^\P{L}a-z]|[^\P{N}0-9]/u.test(plain)) {
      throw failure('slug', 'no-ascii-form', 'text has letters of another script; use a table that names a code for it')
    }
    const code = plain.replace(/[^a-z0-9]+/g, '-').replace(/^-|-$/g, '')
    if (code === '') throw failure('slug', 'no-ascii-form', 'text has no letter and no digit to make a code of')
    return code
  },
  examples: [
    { expression: "$slug('Fjälljakt & Sön  2')", result: 'fjalljakt-son-2' },
    { expression: "$slug('  Größe: XL ')", result: 'grosse-xl' },
    { expression: "$slug('½ Ærø™')", result: '1-2-aerotm' },
  ],
})

const segmenter = new Intl.Segmenter('und', { granularity: 'grapheme' })

const limitText = defineFunction({
  name: 'limitText',
  summary:
    'A text cut to so many characters, counted as most systems do (UTF-16 units, so that an emoji counts as two or more). A character is never cut apart, and blanks before the cut are dropped.',
  parameters: [
    text('text'),
    number('max', {
      code: 'wrong-argument',
      be: 'a whole number of 1 or more',
      test: (value) => Number.isInteger(value) && (value as number) >= 1,
    }),
  ],
  returns: textType,
  evaluate: (value, max) => {
    if (value.length <= max) return value
    const next = segmenter.segment(value).containing(max)
    return value.slice(0, next?.index ?? max).trimEnd()
  },
  examples: [
    { expression: "$limitText('Trail Jacket', 6)", result: 'Trail' },
    { expression: "$limitText('Trail', 6)", result: 'Trail' },
    { expression: "$limitText('Café noir', 4)", result: 'Café' },
  ],
})

const parseJson = defineFunction({
  name: 'parseJson',
  summary:
    'The value that a text holds as JSON, without its nulls. Nothing for nothing, and for a text that is not JSON.',
  parameters: [takesNothing(text('text'))],
  returns: optionalType(anyType),
  evaluate: (value) => {
    if (value === undefined) return undefined
    try {
      return withoutNulls(JSON.parse(value))
    } catch {
      return undefined
    }
  },
  examples: [
    { expression: '$parseJson("{\\"PartNo\\": \\"A1\\", \\"Size\\": null}")', result: { PartNo: 'A1' } },
    { expression: "$parseJson('{PartNo').PartNo", result: undefined },
    { expression: '$parseJson(nowhere)', result: undefined },
  ],
})

export const texts: readonly FunctionDefinition[] = [slug, limitText, parseJson]
