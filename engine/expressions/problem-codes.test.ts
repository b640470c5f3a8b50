import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { problemCodes } from './problem-codes.ts'

const folder = import.meta.dirname

function sources(): string {
  const files = [folder, join(folder, 'checker')].flatMap((at) =>
    readdirSync(at)
      .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts') && name !== 'problem-codes.ts')
      .map((name) => join(at, name)),
  )
  return files.map((file) => readFileSync(file, 'utf8')).join('\n')
}

it('every code that is given is in the registry, and every code of the registry is given', () => {
  const text = sources()
  for (const code of Object.keys(problemCodes)) expect(text, code).toContain(`'${code}'`)
  const given = [...text.matchAll(/(?:code: |failure\(\s*|EvaluationError\(\s*)'([a-z-]+)'/g)].map((match) => match[1])
  expect(given.length).toBeGreaterThan(20)
  for (const code of given) expect(Object.keys(problemCodes)).toContain(code)
})
