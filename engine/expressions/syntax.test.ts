import { describe, expect, it } from 'vitest'
import { compiled } from './testing/office.ts'

describe('syntax errors in plain words, at their place', () => {
  it.each([
    ['', 0, 0, 'The expression is empty'],
    ['a ==b', 3, 1, 'Write a single ='],
    ['a && b', 3, 1, 'Write `and`'],
    ['a || b', 2, 1, 'Write `or`'],
    ['!a', 0, 1, '$not'],
    ['(a', 2, 0, '")" is still missing'],
    ["x & 'abc", 4, 1, 'closing quote'],
    ['rows[', 5, 0, '"]" is still missing'],
    ["{ 'a': 1, }", 10, 1, 'Remove the comma'],
    ['a.1', 2, 1, 'cannot be a step'],
    ['a b', 2, 1, 'An operator is missing'],
    ['a +', 3, 0, 'ends too early'],
    ["'a\\q'", 3, 1, 'not known in texts'],
    ['a /* b', 2, 2, 'Close it'],
    ['function(a) { 1 }', 9, 1, 'dollar sign'],
    ['1 := 2', 0, 1, 'must be a variable'],
    ['%.a', 0, 3, 'no parent'],
    ['/(/', 2, 1, 'regular expression'],
    ['/a)/', 3, 1, 'regular expression'],
    ["{ 'a' }", 6, 1, "{ 'name': value }"],
  ])('%s', (source, offset, length, says) => {
    const { problems, runnable } = compiled(source)
    expect(runnable).toBe(false)
    expect(problems).toHaveLength(1)
    const [problem] = problems
    expect(`${problem?.message} ${problem?.advice}`).toContain(says)
    expect([problem?.code, problem?.offset, problem?.length]).toEqual(['expression-syntax', offset, length])
  })
})
