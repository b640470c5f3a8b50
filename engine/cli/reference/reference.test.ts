import { readFileSync } from 'node:fs'
import { glob } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { packageFile } from '../../config/package-files.ts'
import { generatedPages, stalePages } from '../generate-docs.ts'
import { codeGroups } from './codes.ts'

it('the pages in docs/ are what the code says; npm run docs makes them', async () => {
  expect(await stalePages()).toEqual([])
})

describe('every code', () => {
  const documented = new Set(codeGroups().flatMap(({ codes }) => Object.keys(codes)))
  /** How a code is given in the sources: as a property, as a failure's first argument, as a report's second. */
  const forms = [
    /\bcode: '([a-z][a-z0-9]*(?:-[a-z0-9]+)*)'/g,
    /\bnew (?:EvaluationError|RecordFailure|StoreError)\(\s*'([a-z0-9-]+)'/g,
    /\bledger\.fail\(\s*[\w.]+,\s*'([a-z0-9-]+)'/g,
    /\bthis\.report\(\s*(?:[\w.]+|\[[^\]]*\]),\s*'([a-z0-9-]+)'/g,
    /\bfail\(\s*'[a-z-]+',\s*(?:code \?\? )?'([a-z0-9-]+)'/g,
    /\bcode: [^\n]*\?\? '([a-z0-9-]+)'/g,
  ]

  it('that the engine gives is documented', async () => {
    const engine = packageFile('engine')
    const given = new Map<string, string>()
    for await (const file of glob('**/*.ts', { cwd: engine })) {
      if (/(\.test|codes|conformance)\.ts$|testing\//.test(file)) continue
      const text = readFileSync(join(engine, file), 'utf8')
      for (const form of forms) for (const [, code] of text.matchAll(form)) given.set(code as string, file)
    }
    // The forms above still find what they are meant to find.
    expect(given.size).toBeGreaterThan(80)
    expect([...given].filter(([code]) => !documented.has(code))).toEqual([])
  })

  it('stands once', async () => {
    const page = (await generatedPages()).get('docs/codes.md') ?? ''
    const headings = [...page.matchAll(/^### `(.+)`$/gm)].map(([, code]) => code)
    expect(headings).toHaveLength(new Set(headings).size)
    expect(new Set(headings)).toEqual(documented)
  })
})
