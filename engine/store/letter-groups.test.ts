import { expect, it } from 'vitest'
import { letterGroups, type Reason } from './letter-groups.ts'

const at = '2026-11-24T10:00:00.000Z'
const letter = (sourceKey: string, message: string, more: Partial<Reason> = {}): Reason => ({
  mapping: 'orders',
  sourceKey,
  label: undefined,
  code: 'wrong-total',
  message,
  at,
  firstAt: at,
  ...more,
})
const many = (count: number, make: (index: number) => Reason): Reason[] =>
  Array.from({ length: count }, (_, index) => make(index))
const told = (letters: readonly Reason[]) => letterGroups(letters, 9).map(({ count, message }) => [count, message])

it('one cause of 400 records is one problem, whatever ids, amounts and names their messages hold', () => {
  const letters = many(400, (index) =>
    letter(
      `${9000 + index}`,
      `Order W-${9000 + index}: the rows are ${(index * 1.37).toFixed(2)} GBP off, of SKU ${'ABCD'[index % 4]}-X${index}, since 2026-11-${10 + (index % 9)}T10:00:00Z.`,
      {
        label: `W-${9000 + index}`,
        at: `2026-11-24T10:${10 + (index % 40)}:00.000Z`,
        firstAt: `2026-11-2${index % 4}T00:00:00.000Z`,
      },
    ),
  )
  expect(letterGroups(letters, 9)).toEqual([
    {
      mapping: 'orders',
      code: 'wrong-total',
      message: 'Order …: the rows are … GBP off, of SKU …, since ….',
      count: 400,
      firstAt: '2026-11-20T00:00:00.000Z',
      lastAt: '2026-11-24T10:49:00.000Z',
    },
  ])
})

it('a row that a table lacks is one problem with all its records, and two rows are two', () => {
  const missing = (method: number, index: number) =>
    letter(`${index}`, `The table shipping has no row for method ${method}. Add the row, or a default row.`, {
      code: 'table-row-missing',
    })
  expect(told([...many(400, (index) => missing(7, index)), ...many(3, (index) => missing(9, 500 + index))])).toEqual([
    [400, 'The table shipping has no row for method 7. Add the row, or a default row.'],
    [3, 'The table shipping has no row for method 9. Add the row, or a default row.'],
  ])
})

it('the name of a record counts where it is a word, also one without digits, and as a part of a key', () => {
  expect(
    told([
      letter('["MUG","UK"]', 'Mug-like MUG of list UK has no price: UKULELE'),
      letter('["LAMP","SE"]', 'Mug-like LAMP of list SE has no price: UKULELE'),
    ]),
  ).toEqual([[2, 'Mug-like … of list … has no price: UKULELE']])
})

it('what is wrong in other words, in another step, mapping or code is another problem', () => {
  const same = 'Row 1 is refused'
  expect(
    told([
      letter('1', same),
      letter('2', 'Row 2 is refused'),
      letter('3', 'Row 3 is not refused'),
      letter('4', same, { step: 'payment' }),
      letter('5', same, { mapping: 'stock' }),
      letter('6', same, { code: 'refused' }),
    ]).map(([count]) => count),
  ).toEqual([2, 1, 1, 1, 1])
})

it('a message that all share, or that stands alone, is told whole', () => {
  expect(told([letter('1', 'Status 12 is unknown'), letter('2', 'Status 12 is unknown')])).toEqual([
    [2, 'Status 12 is unknown'],
  ])
  expect(told([letter('1', 'Status 12 is unknown')])).toEqual([[1, 'Status 12 is unknown']])
})
