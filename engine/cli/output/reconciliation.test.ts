import { expect, it } from 'vitest'
import type { MappingReconciliation } from '../../pipeline/reconcile/reconciliation.ts'
import { renderLastReconciliations, renderReconciliation } from './reconciliation.ts'

const stock: MappingReconciliation = {
  mapping: 'stock',
  compared: 12,
  skipped: { archived: 2 },
  parked: 1,
  failed: { 'key-taken': 1 },
  found: { differs: 120 },
  repaired: 0,
  remaining: 120,
  differences: Array.from({ length: 100 }, (_, index) => ({
    mapping: 'stock',
    comparison: 'records',
    reason: 'differs',
    key: `["A-${index}","CW1"]`,
    label: `A-${index}`,
    fields: [{ field: 'amount', expected: 3 }],
    repairable: true,
  })),
  calls: { shop: 2 },
  seconds: 1,
}
const report = {
  startedAt: '2026-01-01T00:00:00.000Z',
  seconds: 1.25,
  repair: false,
  mappings: [stock],
  remaining: 120,
}

it('tells the first differences with both values, how many more there are, and what can be done', () => {
  const text = renderReconciliation(report)
  expect(text).toMatch(/^mapping +compared +left out +not comparable +differences +repaired +remaining +calls$/m)
  expect(text).toMatch(/^stock +12 +3 +1 +120 +0 +120 +2$/m)
  expect(text).toContain(
    'stock: 120 differences\n  differs: 100, can be repaired\n    ["A-0","CW1"] (A-0)\n      amount: ',
  )
  expect(text).toContain('    ["A-7","CW1"] (A-7)\n      amount: nothing, should be 3')
  expect(text).toContain('  and 20 more')
  expect(text).toContain('stock: 1 could not be compared: key-taken')
  expect(text).toContain('stock: 1 wait for what is not there yet')
  expect(text).toContain('120 differences remain, after 1.3 s.')
  expect(text).toContain('`syncline reconcile --repair` writes what can be repaired.')
})

it('says when nothing differs, what a system did, and what a declared comparison says', () => {
  const quiet = { ...stock, found: {}, remaining: 0, differences: [], failed: {}, parked: 0 }
  expect(renderReconciliation({ ...report, remaining: 0, mappings: [quiet] })).toContain('Nothing differs, after')
  const down = { ...quiet, error: { code: 'system-unreachable', message: 'no answer', exitStatus: 3 as const } }
  expect(renderReconciliation({ ...report, remaining: 0, mappings: [down] })).toContain(
    'stock: system-unreachable: no answer\n  `syncline check`',
  )
  expect(renderReconciliation({ ...report, remaining: 0, mappings: [down] })).toContain(
    'Nothing differs of what could be compared, after',
  )
  const difference = { mapping: 'stock', comparison: 'totals', reason: 'total-differs', key: '7', repairable: false }
  const one = { ...quiet, remaining: 1, differences: [{ ...difference, say: '10 there, 9 here' }] }
  const text = renderReconciliation({ ...report, remaining: 1, mappings: [one] })
  expect(text).toContain('stock: 1 difference\n  total-differs (totals): 1\n    7: 10 there, 9 here')
  expect(text).toContain('1 difference remains')
  expect(text).not.toContain('--repair')
})

it('shows what was found last, with its time', () => {
  expect(renderLastReconciliations([])).toContain('Nothing was compared yet')
  const at = '2026-01-02T00:00:00.000Z'
  const { mapping, compared, repaired, remaining, differences, found } = stock
  const kept = { mapping, at, since: '2026-01-01', compared, found, repaired, remaining, differences }
  const text = renderLastReconciliations([
    kept,
    { ...kept, mapping: 'prices', found: {}, remaining: 0, differences: [] },
  ])
  expect(text).toMatch(/^stock +2026-01-02T00:00:00.000Z +2026-01-01 +12 +120 +0 +120$/m)
  expect(text).toContain('stock: 120 differences\n  differs: 100, can be repaired\n')
  expect(text).toContain('  and 20 more\n\n120 differences remain, by what was found then.')
})
