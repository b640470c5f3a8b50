import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { generateTypes } from './generate-types.ts'
import { packageFile } from './package-files.ts'

test('the generated types are those of the schemas (else: npm run types)', async () => {
  const text = await generateTypes()
  expect(readFileSync(packageFile('engine/config/dsl.generated.ts'), 'utf8')).toBe(text)
  // One type for one thing, however often the schemas refer to it.
  expect(text).not.toMatch(/export (type|interface) \w+\d\b(?<!OAuth2)/)
})
