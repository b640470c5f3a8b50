import { expect, test } from 'vitest'
import { renderTable } from './table.ts'

test('texts stand to the left, numbers to the right', () => {
  expect(
    renderTable(
      ['mapping', 'read'],
      [
        ['stock', '7'],
        ['prices', '1200'],
      ],
    ),
  ).toBe('mapping  read\nstock       7\nprices   1200')
})

test('what a terminal would take for commands is not shown', () => {
  expect(renderTable(['label'], [['A\u001b[2JB']])).toBe('label\nA [2JB')
})

test('the title is bold where colour is wanted', () => {
  expect(renderTable(['a'], [['b']], { colour: true })).toBe('\u001b[1ma\u001b[22m\nb')
})
