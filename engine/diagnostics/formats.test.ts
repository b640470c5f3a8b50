import { describe, expect, test } from 'vitest'
import { createFinding, displayPath, excerptOf, hasErrors, sortFindings } from './finding.ts'
import { github } from './github.ts'
import { json } from './json.ts'
import { text } from './text.ts'

const lines = ['mapping: stock', 'form: a.b', 'to: c.d']

const unknownKey = createFinding({
  code: 'unknown-key',
  message: 'The key "form" is not known here.',
  advice: 'Write from.',
  file: 'mappings/stock.yaml',
  line: 2,
  column: 1,
  excerpt: excerptOf(lines, 2) ?? { firstLine: 1, lines: [] },
})

const warning = createFinding({
  code: 'slow',
  severity: 'warning',
  message: '100% of a, b: c.\nSecond line.',
  advice: 'Do less.',
  file: 'a,b:c.yaml',
  line: 10,
  column: 3,
})

describe('text', () => {
  test('shows place, code, three lines with a caret, and the advice', () => {
    expect(text([unknownKey])).toBe(
      [
        'mappings/stock.yaml:2:1 error unknown-key The key "form" is not known here.',
        '  1 | mapping: stock',
        '> 2 | form: a.b',
        '    | ^',
        '  3 | to: c.d',
        '  Write from.',
        '',
      ].join('\n'),
    )
  })

  test('puts an empty line between two findings, and nothing for none', () => {
    expect(text([unknownKey, warning])).toContain('  Write from.\n\na,b:c.yaml:10:3 warning slow ')
    expect(text([])).toBe('')
  })

  test('colours only when it is asked to', () => {
    expect(text([unknownKey])).not.toContain('\u001b[')
    expect(text([unknownKey], { colour: true })).toContain('\u001b[31merror')
    expect(text([warning], { colour: true })).toContain('\u001b[33mwarning')
  })

  test('keeps the caret under its character behind tabs and in very long lines', () => {
    const tabbed = createFinding({ ...unknownKey, column: 4, excerpt: { firstLine: 2, lines: ['\ta: b'] } })
    expect(text([tabbed])).toContain('> 2 | \ta: b\n    | \t  ^')
    const long = `${'x'.repeat(500)}!${'y'.repeat(500)}`
    const cut = text([createFinding({ ...unknownKey, column: 501, excerpt: { firstLine: 2, lines: [long] } })])
    const [, row = '', caret = ''] = cut.split('\n')
    expect(row.length).toBeLessThan(180)
    expect(row[caret.indexOf('^')]).toBe('!')
  })
})

describe('json', () => {
  test('is one object with exactly the published keys', () => {
    expect(JSON.parse(json([unknownKey]))).toEqual({
      findings: [
        {
          code: 'unknown-key',
          severity: 'error',
          message: 'The key "form" is not known here.',
          file: 'mappings/stock.yaml',
          line: 2,
          column: 1,
          advice: 'Write from.',
        },
      ],
    })
    expect(JSON.parse(json([]))).toEqual({ findings: [] })
  })
})

describe('github', () => {
  test('is one workflow command for each finding, with what it must escape', () => {
    expect(github([unknownKey, warning])).toBe(
      '::error file=mappings/stock.yaml,line=2,col=1,title=unknown-key::The key "form" is not known here. Write from.\n' +
        '::warning file=a%2Cb%3Ac.yaml,line=10,col=3,title=slow::100%25 of a, b: c.%0ASecond line. Do less.\n',
    )
  })
})

describe('findings', () => {
  test('are frozen, and errors unless they say otherwise', () => {
    expect(Object.isFrozen(unknownKey)).toBe(true)
    expect(Object.isFrozen(unknownKey.excerpt?.lines)).toBe(true)
    expect(hasErrors([warning])).toBe(false)
    expect(hasErrors([warning, unknownKey])).toBe(true)
  })

  test('are sorted by file and place', () => {
    const at = (file: string, line: number, column: number) => createFinding({ ...warning, file, line, column })
    const sorted = sortFindings([at('b', 1, 1), at('a', 10, 1), at('a', 2, 5), at('a', 2, 1)])
    expect(sorted.map(({ file, line, column }) => `${file}${line}:${column}`)).toEqual([
      'a2:1',
      'a2:5',
      'a10:1',
      'b1:1',
    ])
  })

  test('name a file below the current folder relative to it, and any other in full', () => {
    expect(displayPath('/p/mappings/a.yaml', '/p')).toBe('mappings/a.yaml')
    expect(displayPath('/other/a.yaml', '/p')).toBe('/other/a.yaml')
    expect(displayPath('/p2/a.yaml', '/p')).toBe('/p2/a.yaml')
    expect(displayPath('/p/..a/b.yaml', '/p')).toBe('..a/b.yaml')
  })

  test('have no excerpt of a line that does not exist', () => {
    expect(excerptOf(lines, 4)).toBeUndefined()
    expect(excerptOf(lines, 1)).toEqual({ firstLine: 1, lines: lines.slice(0, 2) })
  })
})
