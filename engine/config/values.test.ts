import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { addressProblem } from './addresses.ts'
import { declarationProblems, declaredValue } from './declared-value.ts'
import { parseDuration } from './durations.ts'
import { findProject } from './find-project.ts'
import { nameAdvice, nearestName } from './nearest-name.ts'
import { parsePercent } from './percent.ts'

test.each([
  ['500ms', 500],
  ['60s', 60_000],
  ['15m', 900_000],
  ['24h', 86_400_000],
  ['7d', 604_800_000],
  ['1.5h', 5_400_000],
  ['0s', 0],
  ['60', undefined],
  ['60 s', undefined],
  ['-1s', undefined],
  ['1w', undefined],
  ['', undefined],
  [`${'9'.repeat(30)}d`, undefined],
])('parseDuration %s', (text, expected) => {
  expect(parseDuration(text)).toBe(expected)
})

test.each([
  ['80%', 0.8],
  ['0.5%', 0.005],
  ['100%', 1],
  ['0%', 0],
  ['101%', undefined],
  ['80', undefined],
  ['%', undefined],
  ['-5%', undefined],
])('parsePercent %s', (text, expected) => {
  expect(parsePercent(text)).toBe(expected)
})

test.each(['https://shop.example/api', 'http://127.0.0.1:8080', 'http://localhost', 'http://[::1]:1'])(
  'addressProblem: %s may be called',
  (address) => {
    expect(addressProblem(address)).toBeUndefined()
  },
)

test.each([
  ['http://shop.example', 'loopback'],
  ['http://127.0.0.1.evil.example', 'loopback'],
  ['ftp://shop.example', 'https://'],
  ['shop.example', 'https://'],
  ['https://user:pass@shop.example', 'credentials'],
])('addressProblem: %s may not', (address, reason) => {
  expect(addressProblem(address)).toContain(reason)
})

describe('nearestName', () => {
  test.each([
    ['form', ['fields', 'from'], 'from'],
    ['fieldss', ['fields', 'from'], 'fields'],
    ['PARTNO', ['PartNo'], 'PartNo'],
    ['xyz', ['abc', 'def'], undefined],
    ['a', ['bcd'], undefined],
    ['kep', ['keep', 'key'], 'keep'],
  ])('of %s', (name, names, expected) => {
    expect(nearestName(name, names)).toBe(expected)
  })

  test('advice lists the names, or says that there are none', () => {
    expect(nameAdvice('bufer', ['buffer', 'x'], 'options')).toBe('Write buffer. The options are buffer, x.')
    expect(nameAdvice('y', [], 'options')).toBe('Remove it: there are no options.')
  })
})

describe('declaredValue', () => {
  test.each([
    [{ type: 'integer' }, '25', true, 25],
    [{ type: 'integer' }, '-3', true, -3],
    [{ type: 'number' }, '1.5', true, 1.5],
    [{ type: 'boolean' }, 'true', true, true],
    [{ type: 'string' }, '25', true, '25'],
    [{ type: 'array', items: { type: 'integer' } }, [18, 21], false, [18, 21]],
    [{ enum: [1, 2] }, '2', true, 2],
    [{}, 'x', false, 'x'],
  ] as const)('%j takes %j', (declaration, raw, fromText, value) => {
    expect(declaredValue(declaration, raw, fromText)).toEqual({ value })
  })

  test.each([
    [{ type: 'integer' }, '25', false, 'not a whole number'],
    [{ type: 'integer' }, '2.5', true, 'not a whole number'],
    [{ type: 'integer' }, '1e3', true, 'not a whole number'],
    [{ type: 'number' }, '1234567890123456', true, 'not a number'],
    [{ type: 'boolean' }, 'yes', true, 'not true or false'],
    [{ type: 'string' }, 25, true, 'no text'],
    [{ type: 'array', items: { type: 'integer' } }, ['x'], false, 'not a whole number'],
    [{ type: 'array' }, 'x', false, 'no list'],
    [{ type: 'array', enum: ['a'] }, ['b'], false, 'not one of the allowed values'],
    [{ type: 'string', pattern: '^[a-z]+$' }, 'A', false, 'not the form'],
    [{ type: 'string', format: 'duration' }, '5', false, 'no duration'],
    [{ type: 'integer', maximum: 5 }, 6, false, 'more than 5'],
  ] as const)('%j refuses %j', (declaration, raw, fromText, is) => {
    expect(declaredValue(declaration, raw, fromText)).toMatchObject({ is: expect.stringContaining(is) })
  })

  test('a declaration must not contradict itself', () => {
    expect(declarationProblems({ type: 'integer', default: 'x', examples: [1, 'y'], pattern: '[' })).toEqual([
      { path: ['pattern'], message: expect.stringContaining('no regular expression') },
      { path: ['default'], message: 'The default is not a whole number.' },
      { path: ['examples', 1], message: 'The example is not a whole number.' },
    ])
  })
})

describe('findProject', () => {
  function folders(): string {
    const folder = mkdtempSync(join(tmpdir(), 'syncline-find-'))
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
    mkdirSync(join(folder, 'a/b'), { recursive: true })
    writeFileSync(join(folder, 'a/syncline.yaml'), '')
    return folder
  }

  test('is the named file, else syncline.yaml here or in the nearest folder above', () => {
    const folder = folders()
    const file = join(folder, 'a/syncline.yaml')
    expect(findProject({ project: 'syncline.yaml', currentFolder: join(folder, 'a') })).toBe(file)
    expect(findProject({ currentFolder: join(folder, 'a') })).toBe(file)
    expect(findProject({ currentFolder: join(folder, 'a/b') })).toBe(file)
  })

  test('says what is wrong with a named file', () => {
    const folder = folders()
    expect(() => findProject({ project: 'x.yaml', currentFolder: folder })).toThrow('x.yaml does not exist')
    expect(() => findProject({ project: 'a', currentFolder: folder })).toThrow(
      expect.objectContaining({
        message: 'a is a folder, not a project file.',
        advice: `Name the file in it: --project ${join('a', 'syncline.yaml')}`,
      }),
    )
  })
})
