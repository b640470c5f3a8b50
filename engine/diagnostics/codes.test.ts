import { expect, test } from 'vitest'
import { configCodes, documentCodes } from './codes.ts'
import { SynclineError } from './syncline-error.ts'

test('every code has a title, a meaning and an advice, as sentences', () => {
  for (const [code, { title, meaning, advice }] of Object.entries(configCodes)) {
    expect(code).toMatch(/^[a-z][a-z0-9-]*$/)
    expect(title).toMatch(/^[A-Z].*[^.]$/)
    expect(meaning).toMatch(/\.$/)
    expect(advice).toMatch(/\.$/)
  }
})

test('documentCodes writes each group with its codes', () => {
  const entry = { title: 'A title', meaning: 'It means.', advice: 'Do it.' }
  expect(documentCodes([{ title: 'Configuration', codes: { 'some-code': entry } }])).toBe(
    '# Codes\n\nEvery finding and every failure has one of these codes.\n\n' +
      '## Configuration\n\n### `some-code`\n\n**A title.** It means.\n\n*What to do:* Do it.\n',
  )
})

test('documentCodes refuses one code in two groups', () => {
  const codes = { twice: { title: 'A', meaning: 'B.', advice: 'C.' } }
  expect(() =>
    documentCodes([
      { title: 'One', codes },
      { title: 'Two', codes },
    ]),
  ).toThrow('twice stands in two groups: One and Two')
})

test('a SynclineError carries what a command needs to end with', () => {
  const cause = new Error('inner')
  const error = new SynclineError({ code: 'a', message: 'b', advice: 'c', exitStatus: 3 }, { cause })
  expect(error).toMatchObject({ name: 'SynclineError', code: 'a', message: 'b', advice: 'c', exitStatus: 3, cause })
})
