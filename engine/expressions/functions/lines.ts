import type { FunctionDefinition } from '../function-definition.ts'
import { listOf, text as textType } from '../type-algebra.ts'
import { defineFunction } from './define.ts'
import { number, texts } from './parameters.ts'

const fitLines = defineFunction({
  name: 'fitLines',
  summary:
    'Texts as lines of at most so many characters: what does not fit goes on in a line of its own, parted between words where that is possible, so that nothing is lost. Blank texts are left out. Counted as most systems do (UTF-16 units); a character is never cut apart.',
  parameters: [
    texts('texts'),
    number('max', {
      code: 'wrong-argument',
      be: 'a whole number from 2 on',
      test: (value) => Number.isInteger(value) && (value as number) >= 2,
    }),
  ],
  returns: listOf(textType),
  evaluate: (values, max) => values.flatMap((value) => linesOf(value.trim(), max)),
  examples: [
    {
      expression: "$fitLines(['12 Long Harbour Road', '', 'Flat 3'], 12)",
      result: ['12 Long', 'Harbour Road', 'Flat 3'],
    },
    { expression: "$fitLines('Llanfairpwllgwyn', 10)", result: ['Llanfairpw', 'llgwyn'] },
  ],
})

const segmenter = new Intl.Segmenter('und', { granularity: 'grapheme' })

function linesOf(value: string, max: number): string[] {
  const lines: string[] = []
  let rest = value
  while (rest.length > max) {
    const space = rest.lastIndexOf(' ', max)
    const cut = space > 0 ? space : graphemesWithin(rest, max)
    lines.push(rest.slice(0, cut).trimEnd())
    rest = rest.slice(cut).trimStart()
  }
  return rest === '' ? lines : [...lines, rest]
}

/** How many units of the text are whole characters within `max`; at least one character. */
function graphemesWithin(value: string, max: number): number {
  let end = 0
  for (const { segment, index } of segmenter.segment(value)) {
    if (index + segment.length > max && end > 0) break
    end = index + segment.length
    if (end >= max) break
  }
  return end
}

export const lines: readonly FunctionDefinition[] = [fitLines]
