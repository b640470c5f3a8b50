import { expect, test } from 'vitest'
import { pureFunctions } from './index.ts'
import { renderFunctionReference } from './reference.ts'

const page = renderFunctionReference(pureFunctions)

test('every function has its place, with its parameters, result and examples', () => {
  for (const { name, summary, examples } of pureFunctions) {
    expect(page).toContain(`\n## $${name}\n`)
    expect(page).toContain(`](#${name.toLowerCase()})`)
    expect(page).toContain(summary)
    for (const { expression } of examples) expect(page).toContain(expression)
  }
})

test('a function is shown so', () => {
  const div = pureFunctions.filter(({ name }) => name === 'div')
  expect(renderFunctionReference(div).split('\n## ')[1]).toBe(`$div

\`$div(a, b, places)\`

a divided by b, rounded half up (a tie goes away from zero) to so many decimals. Fails if b is 0: say before what is meant then.

| Parameter | Type | Nothing |
|---|---|---|
| a | number | fails |
| b | number | fails |
| places | number | fails |

Result: number.

- \`$div(1, 3, 4)\` is \`0.3333\`
- \`$div(2, 3, 4)\` is \`0.6667\`
- \`$div(75, 1.2, 2)\` is \`62.5\`
- \`$div(-1, 8, 2)\` is \`-0.13\`
`)
})

test('what may be left out stands in brackets, and what may be nothing says so', () => {
  expect(page).toContain('`$add(a, b [, c, d, e, f])`')
  expect(page).toContain('| list | list of text | allowed |')
  expect(page).toContain('Result: text, or nothing.')
  expect(page).toContain("- `$firstOf(['', nowhere])` is nothing")
  expect(page).toContain('Result: list of object of key, value.')
})

test('it is the same text each time, and ends with one line break', () => {
  expect(renderFunctionReference(pureFunctions)).toBe(page)
  expect(page).toMatch(/[^\n]\n$/)
})
