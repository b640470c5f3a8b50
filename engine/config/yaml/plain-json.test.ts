import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { plainJson } from './plain-json.ts'
import { parseYaml } from './yaml-file.ts'

const read = (text: string) => parseYaml('/a/file.json', Buffer.from(text))

describe('plain JSON', () => {
  it('is read like the YAML that it is', () => {
    const space = fc.constantFrom(0, 1, 2, 4)
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), space, (object, indent) => {
        const json = JSON.stringify(object, null, indent)
        const value = plainJson(json)
        // A comment behind it keeps the text from being read as JSON.
        const yaml = read(`${json}\n# YAML`)
        if (value === undefined) return
        expect(yaml.findings).toEqual([])
        expect(yaml.file?.documents.map((document) => document.value)).toEqual([value])
      }),
      { numRuns: 500 },
    )
  })

  it.each([
    ['a key that stands twice', '{ "a": 1, "a": 2 }'],
    ['an escape', '{ "a": "\\u00e4" }'],
    ['a number that cannot be kept', '{ "a": 12345678901234567 }'],
    ['a number in another form', '{ "a": 1.50 }'],
    ['a comment', '{ "a": 1 } # one'],
    ['keys without quotes', '{ a: 1 }'],
    ['keys that an object would sort', '{ "b": 1, "1": 2 }'],
    ['a list', '[1]'],
    ['a tab', '{\t"a": 1 }'],
    ['the name of a prototype', '{ "__proto__": 1 }'],
    ['too much nesting', `${'{"a":'.repeat(101)}1${'}'.repeat(101)}`],
  ])('is not what has %s', (_, text) => {
    expect(plainJson(text)).toBeUndefined()
  })

  it('has the places of its file', () => {
    const { file, findings } = read('{\n  "a": {\n    "b": "text"\n  }\n}\n')
    const [document] = file?.documents ?? []
    expect(findings).toEqual([])
    expect(document?.at(['a', 'b'])).toEqual({ line: 3, column: 10 })
    expect(document?.at(['a', 'b'], 'key')).toEqual({ line: 3, column: 5 })
    expect(document?.inScalar(['a', 'b'], 1)).toEqual({ line: 3, column: 12 })
    expect([...(document?.scalars() ?? [])]).toEqual([{ path: ['a', 'b'], value: 'text', plain: false }])
    const problem = { code: 'schema-invalid', message: 'Wrong.', advice: 'Change it.', path: ['a', 'b'] }
    expect(document?.finding(problem)).toMatchObject({ line: 3, column: 10 })
  })
})
